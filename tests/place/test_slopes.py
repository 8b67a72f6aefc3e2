"""How steeply streets rise and fall, and how many flights of steps there are."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import CRS, EAST, NORTH, World

from grannskap.osm.elevation import Elevation
from grannskap.place.slopes import incline
from grannskap.place.streets import Streets, walking_streets

STREET = "highway=residential"
NAN = math.nan


def grades(streets: Streets) -> list[float]:
    """From the west to the east."""
    edges = streets.edges
    east = [shape.coords[-1][0] > shape.coords[0][0] for shape in edges.geometry]
    order = edges.geometry.centroid.x.argsort()
    return [float(edges.grade.iloc[row]) * (1 if east[row] else -1) for row in order]


def street(*tags: str, west: tuple[str, ...] = (), east: tuple[str, ...] = (), length_m: float = 100) -> World:
    world = World()
    world.way([(0, 0), (length_m, 0)], STREET, *tags)
    world.node(0, 0, *west)
    world.node(length_m, 0, *east)
    return world


def slope(east_m: float, north_m: float, *, above_m: float = 0.0) -> Elevation:
    """A plane that rises by so many metres per metre."""
    x, y = np.meshgrid(np.arange(-500, 500, 10.0) + 5, np.arange(500, -500, -10.0) - 5)
    return Elevation(above_m + east_m * x + north_m * y, (0.1, 0, -(EAST - 500) / 10, 0, -0.1, (NORTH + 500) / 10), CRS)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("10%", 0.1), ("10 %", 0.1), ("-12,5%", -0.125), ("+3", 0.03), ("45°", 1.0), ("-45 deg", -1.0),
        ("1:12", 1 / 12), ("-1:20", -0.05), ("0", 0.0), ("up", NAN), ("down", NAN), ("steep", NAN), ("", NAN),
        ("10% up", NAN), ("1:0", NAN), ("yes", NAN), ("up/down", NAN),
    ],
)  # fmt: skip
def test_incline(text: str, grade: float) -> None:
    assert incline(text) == pytest.approx(grade, nan_ok=True)


@given(st.text(max_size=12))
def test_any_text_is_a_grade_or_unknown(text: str) -> None:
    assert isinstance(incline(text), float)


@pytest.mark.parametrize(
    ("world", "grade"),
    [
        (street(), NAN),
        (street("incline=6%"), 0.06),
        (street("incline=up"), 0.05),
        (street("incline=down"), -0.05),
        (street("incline=80%"), 0.35),
        (street(west=("ele=10",), east=("ele=14",)), 0.04),
        (street(west=("ele=10 m",), east=("ele=7,5",)), -0.025),
        (street(west=("ele=10",)), NAN),
        (street(west=("ele=10",), east=("ele=high",)), NAN),
        (street("incline=6%", west=("ele=10",), east=("ele=14",)), 0.06),  # a number on the way goes before ele
        (street("incline=down", west=("ele=10",), east=("ele=14",)), 0.04),  # ele before a word
        (street(west=("ele=10",), east=("ele=11",), length_m=5), 0.1),  # as if over 10 m
    ],
)
def test_what_is_mapped(world: World, grade: float) -> None:
    assert grades(world.streets()) == pytest.approx([grade], nan_ok=True, rel=1e-4)


def test_every_piece_of_a_way_rises_as_it_does() -> None:
    world = World()
    world.way([(100, 0), (50, 0), (0, 0)], STREET, "incline=4%")  # upwards to the west
    world.way([(50, 0), (50, 40)], STREET)
    assert grades(world.streets())[::2] == pytest.approx([-0.04, -0.04])


def test_a_node_with_ele_that_is_no_end_of_a_street_tells_nothing() -> None:
    world = street()
    world.node(30, 30, "ele=50", "natural=peak")
    assert grades(world.streets()) == pytest.approx([NAN], nan_ok=True)


def with_heights(world: World, elevation: Elevation) -> list[float]:
    return grades(walking_streets(world.read(), crs=CRS, elevation=elevation))


def test_the_elevation_model_goes_before_all_tags() -> None:
    world = street("incline=-6%", west=("ele=10",), east=("ele=14",))
    assert with_heights(world, slope(0.08, 0.02)) == pytest.approx([0.08], rel=1e-3)
    assert with_heights(world, slope(-0.01, 0.0, above_m=300)) == pytest.approx([-0.01], rel=1e-3)


@pytest.mark.parametrize("tag", ["bridge=yes", "tunnel=yes"])
def test_on_bridges_and_in_tunnels_it_tells_nothing(tag: str) -> None:
    assert with_heights(street(tag), slope(0.08, 0)) == pytest.approx([NAN], nan_ok=True)
    assert with_heights(street(tag, "incline=2%"), slope(0.08, 0)) == pytest.approx([0.02])


def test_where_it_does_not_reach_the_tags_count() -> None:
    world = World()
    world.way([(300, 0), (400, 0)], STREET, "incline=3%")
    world.way([(400, 0), (700, 0)], STREET, "incline=7%")  # beyond the 500 m that it holds
    assert with_heights(world, slope(0.1, 0)) == pytest.approx([0.1, 0.07], rel=1e-3)


def flights(world: World, way: str = "way/1") -> list[float]:
    edges = world.streets().edges
    return [float(many) for many in edges.flights[edges.way_id == way]]


def stairs(*tags: str) -> World:
    world = World()
    world.way([(0, 0), (10, 0), (40, 0)], "highway=steps", *tags)
    world.way([(40, 0), (140, 0)], STREET)
    return world


@pytest.mark.parametrize(
    ("tags", "many"),
    [
        ((), 1.0),
        (("step_count=15",), 1.0),
        (("step_count=3",), 0.2),
        (("step_count=60",), 4.0),
        (("step_count=?",), 1.0),
    ],
)
def test_flights(tags: tuple[str, ...], many: float) -> None:
    assert flights(stairs(*tags)) == pytest.approx([many])
    assert flights(stairs(*tags), "way/2") == [0.0]


def test_a_path_that_joins_stairs_adds_no_flight() -> None:
    world = stairs()
    world.way([(10, 0), (10, 50)], STREET)
    assert flights(world) == pytest.approx([0.25, 0.75], rel=1e-3)


def test_only_steps_are_steps() -> None:
    edges: Any = stairs().streets().edges
    assert edges.set_index("way_id").steps.to_dict() == {"way/1": True, "way/2": False}
