"""Squares are crossed, and not only walked around."""

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EAST, NORTH, Spot, World, walk_m

from grannskap.place.squares import STRETCH
from grannskap.place.streets import Streets

STREET = "highway=residential"
SQUARE = "highway=pedestrian", "area=yes", "name=Torget"
DIAGONAL = 100 * np.sqrt(2)


def street_into(world: World, corner: Spot, far: Spot) -> None:
    world.way([corner, far], STREET)


def lines_of(streets: Streets, element_id: str) -> shapely.Geometry:
    lines = streets.edges.geometry.to_numpy()[(streets.edges.way_id == element_id).to_numpy()]
    return shapely.transform(shapely.union_all(lines), lambda xy: xy - (EAST, NORTH))


def test_a_square_is_crossed_between_opposite_corners() -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 100), (150, 100))
    streets = world.streets()
    assert walk_m(streets, (-50, 0), (150, 100)) == pytest.approx(50 + DIAGONAL + 50, abs=0.1)
    across = streets.edges[streets.edges.way_id == "way/1"]
    assert set(across["name"]) == {"Torget"}
    assert set(across.highway) == {"pedestrian"}


def test_the_outline_of_a_square_is_no_street_of_its_own() -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 0), (150, 0))
    streets = world.streets()
    assert streets.edges.length_m.sum() == pytest.approx(50 + 100 + 50, abs=0.1)


def test_streets_that_meet_a_square_between_its_corners_cross_it_too() -> None:
    world = World()
    world.way([(0, 0), (40, 0), (100, 0), (100, 100), (60, 100), (0, 100), (0, 0)], *SQUARE)
    street_into(world, (40, 0), (40, -50))
    street_into(world, (60, 100), (60, 150))
    assert walk_m(world.streets(), (40, -50), (60, 150)) == pytest.approx(100 + np.hypot(20, 100), abs=0.1)


@settings(max_examples=40)
@given(st.sets(st.integers(0, 39), min_size=2, max_size=10))
def test_no_walk_across_a_square_is_much_longer_than_need_be(places: set[int]) -> None:
    outline: list[Spot] = [(10.0 * i, 0.0) for i in range(10)] + [(100.0, 10.0 * i) for i in range(10)]
    outline += [(100.0 - 10 * i, 100.0) for i in range(10)] + [(0.0, 100.0 - 10 * i) for i in range(10)]
    world = World()
    world.way([*outline, outline[0]], *SQUARE)
    gates = [outline[i] for i in sorted(places)]
    for x, y in gates:
        street_into(world, (x, y), (2 * x - 50, 2 * y - 50))
    streets = world.streets()
    for a, b in combinations(gates, 2):
        straight = float(np.hypot(a[0] - b[0], a[1] - b[1]))
        assert straight - 0.1 <= walk_m(streets, a, b) <= STRETCH * straight + 0.2


def test_a_concave_square_is_crossed_within_itself() -> None:
    """An L: between its ends one walks round the inner corner."""
    world = World()
    corners: list[Spot] = [(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100), (0, 0)]
    world.way(corners, *SQUARE)
    street_into(world, (100, 20), (150, 20))
    street_into(world, (20, 100), (20, 150))
    streets = world.streets()
    assert walk_m(streets, (150, 20), (20, 150)) == pytest.approx(50 + 80 + 80 + 50, abs=0.2)
    room = shapely.Polygon(corners).buffer(0.1)
    assert room.covers(lines_of(streets, "way/1"))


def square_with_a_fountain() -> World:
    world = World()
    outer = world.box(0, 0, 100, 100)
    inner = world.box(20, 20, 80, 80)
    world.relation([(outer, "outer"), (inner, "inner")], "type=multipolygon", *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 100), (150, 100))
    return world


def test_a_square_with_a_hole_is_walked_round_the_hole() -> None:
    streets = square_with_a_fountain().streets()
    crossed = lines_of(streets, "relation/1")
    assert not shapely.intersects(crossed, shapely.box(20.1, 20.1, 79.9, 79.9))
    around = 2 * np.hypot(80, 20)  # over a corner of the hole, and not along the outline
    assert walk_m(streets, (-50, 0), (150, 100)) == pytest.approx(50 + around + 50, abs=0.1)


def test_a_walk_round_a_hole_is_one_link_for_all_who_take_it() -> None:
    world = square_with_a_fountain()
    street_into(world, (100, 0), (150, 0))
    street_into(world, (0, 100), (-50, 100))
    edges = world.streets().edges
    ends = np.sort(edges[["u", "v"]].to_numpy(), axis=1)
    assert len(np.unique(ends, axis=0)) == len(edges)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from([(x, y) for x in (20, 50, 80) for y in (20, 50, 80)]), min_size=1, max_size=4))
def test_no_walk_round_holes_is_much_longer_than_need_be(middles: set[Spot]) -> None:
    world, corners = World(), [(0, 0), (100, 0), (100, 100), (0, 100)]
    holes = [(world.box(x - 10, y - 10, x + 10, y + 10), "inner") for x, y in sorted(middles)]
    world.relation([(world.box(0, 0, 100, 100), "outer"), *holes], "type=multipolygon", *SQUARE)
    for x, y in corners:
        street_into(world, (x, y), (2 * x - 50, 2 * y - 50))
    streets = world.streets()
    room = shapely.box(0, 0, 100, 100) - shapely.union_all(
        [shapely.box(x - 10, y - 10, x + 10, y + 10) for x, y in middles]
    )
    for a, b in combinations(corners, 2):
        assert walk_m(streets, a, b) <= STRETCH * within(room, a, b) + 0.2


def within(room: shapely.Geometry, a: Spot, b: Spot) -> float:
    """The shortest walk in a room, by every line between its corners."""
    spots = [a, b, *{(float(x), float(y)) for x, y in shapely.get_coordinates(room)} - {a, b}]
    seen: Any = nx.Graph()
    for one, other in combinations(spots, 2):
        if shapely.covers(shapely.buffer(room, 1e-6), shapely.LineString([one, other])):
            seen.add_edge(one, other, far=float(np.hypot(one[0] - other[0], one[1] - other[1])))
    return float(nx.dijkstra_path_length(seen, a, b, weight="far"))


def test_a_relation_square_is_crossed() -> None:
    world = World()
    south = world.way([(0, 100), (0, 0), (100, 0)])
    north = world.way([(100, 0), (100, 100), (0, 100)])
    world.relation([(south, "outer"), (north, "outer")], "type=multipolygon", "highway=pedestrian")
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 100), (150, 100))
    assert walk_m(world.streets(), (-50, 0), (150, 100)) == pytest.approx(100 + DIAGONAL, abs=0.1)


def test_two_squares_side_by_side_are_crossed_one_after_the_other() -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE)
    world.box(100, 0, 200, 100, *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (200, 100), (250, 100))
    walk = walk_m(world.streets(), (-50, 0), (250, 100))
    assert walk <= 100 + 100 + DIAGONAL + 0.1  # over a shared corner


def test_a_platform_drawn_as_an_area_is_crossed() -> None:
    world = World()
    world.box(0, 0, 100, 5, "public_transport=platform", "bus=yes")
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 5), (150, 5))
    assert walk_m(world.streets(), (-50, 0), (150, 5)) == pytest.approx(100 + np.hypot(100, 5), abs=0.1)


@pytest.mark.parametrize("closed", ["access=no", "foot=no", "access=private"])
def test_a_square_that_is_closed_is_not_crossed(closed: str) -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE, closed)
    world.way([(0, 0), (-50, 0), (-50, 150), (100, 150), (100, 100)], STREET)
    assert walk_m(world.streets(), (0, 0), (100, 100)) == pytest.approx(50 + 150 + 150 + 50, abs=0.1)


def test_a_square_with_a_single_street_is_still_walked_round() -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    streets = world.streets()
    assert streets.edges.length_m.sum() == pytest.approx(50 + 400, abs=0.1)


def test_a_square_mapped_twice_is_crossed_once() -> None:
    world = World()
    way = world.box(0, 0, 100, 100, *SQUARE)
    world.relation([(way, "outer")], "type=multipolygon", *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 100), (150, 100))
    assert world.streets().edges.length_m.sum() == pytest.approx(100 + DIAGONAL, abs=0.1)


def test_a_locked_gate_on_the_edge_of_a_square_blocks() -> None:
    world = World()
    world.box(0, 0, 100, 100, *SQUARE)
    street_into(world, (0, 0), (-50, 0))
    street_into(world, (100, 100), (150, 100))
    world.way([(-50, 0), (-50, 200), (150, 200), (150, 100)], STREET)
    world.node(100, 100, "barrier=gate", "locked=yes")
    assert walk_m(world.streets(), (-50, 0), (150, 100)) == pytest.approx(200 + 200 + 100, abs=0.1)
