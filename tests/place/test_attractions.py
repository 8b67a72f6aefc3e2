"""What draws a walk: green, seats and quiet along each way, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from worlds import World

from grannskap.place.attractions import SPOT_EVERY_M, attraction_rules

approx = pytest.approx
STREET = "highway=residential"


def street() -> World:
    """A street of 200 m, which is eight spots 25 m apart: 12.5, 37.5 and so on to 187.5 m."""
    world = World(bounds=((-500, -500), (700, 500)))
    world.way([(0, 0), (200, 0)], STREET, "name=Storgatan")
    return world


def along(world: World, name: str = "Storgatan") -> pd.Series:
    """What the one edge of a street has."""
    edges = world.place().streets.edges
    found = edges[edges.name == name]
    assert len(found) == 1
    return pd.Series(found.iloc[0][["near_green", "near_seats", "quiet", "stroll"]], dtype=float)


def test_a_street_with_nothing_beside_it() -> None:
    assert along(street()).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("tag", ["leisure=park", "natural=wood", "landuse=cemetery", "landuse=allotments"])
def test_green_counts_as_far_as_it_is_within_50_m(tag: str) -> None:
    world = street()
    world.box(100, 30, 300, 130, tag)  # within 50 m from x = 60 on: spots at 62.5 m and after, six of eight
    assert along(world).near_green == approx(6 / 8)
    far = street()
    far.box(100, 51, 300, 151, tag)
    assert along(far).near_green == 0


@pytest.mark.parametrize(
    "tags",
    [("landuse=grass",), ("leisure=park", "access=private"), ("leisure=pitch",)],
    ids=["a verge", "somebody's own", "for games"],
)
def test_what_is_no_green_to_stroll_by(tags: tuple[str, ...]) -> None:
    world = street()
    world.box(0, 10, 200, 110, *tags)
    assert along(world).near_green == 0


def test_a_small_bed_is_no_green() -> None:
    world = street()
    world.box(0, 10, 40, 50, "leisure=park")  # 1,600 square metres
    assert along(world).near_green == 0


@pytest.mark.parametrize("tag", ["amenity=bench", "leisure=picnic_table", "bench=yes"])
def test_a_seat_counts_within_50_m(tag: str) -> None:
    world = street()
    world.node(0, 30, tag)  # 40 m along the street at most: spots at 12.5 and 37.5 m
    assert along(world).near_seats == approx(2 / 8)
    far = street()
    far.node(100, 51, tag)
    assert along(far).near_seats == 0


def test_a_bench_may_be_a_line_and_a_second_one_adds_nothing() -> None:
    world = street()
    world.way([(0, 30), (0, 32)], "amenity=bench")
    world.node(0, 31, "amenity=bench")
    assert along(world).near_seats == approx(2 / 8)


@pytest.mark.parametrize("tags", [("indoor=yes",), ("level=2",), ("tunnel=yes",), ("layer=-1",)])
def test_a_seat_indoors_or_below_the_ground_is_none(tags: tuple[str, ...]) -> None:
    world = street()
    world.node(100, 10, "amenity=bench", *tags)
    assert along(world).near_seats == 0


@pytest.mark.parametrize("kind", ["tertiary", "secondary", "primary", "trunk", "motorway", "primary_link"])
def test_quiet_ends_50_m_from_a_busy_road(kind: str) -> None:
    world = street()
    world.way([(200, -110), (200, -10)], f"highway={kind}")  # nearest at (200, -10): 49.0 m along, two spots
    assert along(world).quiet == approx(6 / 8)


@pytest.mark.parametrize("tags", [(STREET,), ("highway=cycleway",), ("highway=primary", "tunnel=yes")])
def test_other_ways_leave_it_quiet(tags: tuple[str, ...]) -> None:
    world = street()
    world.way([(100, -110), (100, -10)], *tags)
    assert along(world).quiet == 1


def test_a_busy_road_is_not_quiet_itself() -> None:
    world = World(bounds=((-500, -500), (700, 500)))
    world.way([(0, 0), (200, 0)], "highway=primary", "name=Storgatan")
    assert along(world).quiet == 0


def test_in_a_tunnel_nothing_draws() -> None:
    world = street()
    world.way([(200, 0), (300, 0)], "highway=footway", "tunnel=yes", "layer=-1", "name=Tunneln")
    world.way([(300, 0), (400, 0)], "highway=footway", "name=Gången")
    world.box(0, 10, 400, 110, "leisure=park")
    assert along(world, "Tunneln")[["near_green", "near_seats", "quiet"]].tolist() == [0, 0, 0]
    assert along(world, "Gången").near_green == 1


@pytest.mark.parametrize(
    ("tags", "share"),
    [
        (("highway=footway",), 1),
        (("highway=steps",), 1),
        (("highway=corridor",), 0),
        (("highway=elevator",), 0),
        (("highway=platform",), 0),
        (("railway=platform",), 0),
        (("highway=service", "access=private"), 0),
        (("highway=footway", "access=private"), 0),
    ],
)
def test_where_nobody_strolls(tags: tuple[str, ...], share: float) -> None:
    world = street()
    world.way([(200, 0), (300, 0)], *tags, "name=Vidare")
    world.node(300, 5, "amenity=library", "name=Biblioteket")
    assert along(world, "Vidare").stroll == share


def test_a_square_counts_as_half_the_way_round_it() -> None:
    world = street()
    corners = [(200, 0), (300, 0), (300, 100), (200, 100)]
    world.way([*corners, corners[0]], "highway=pedestrian", "area=yes", "place=square", "name=Torget")
    for (x, y), (dx, dy) in zip(corners[1:], [(50, 0), (50, 50), (-50, 50)], strict=True):
        world.way([(x, y), (x + dx, y + dy)], STREET)
    edges = world.place().streets.edges
    square = edges[edges.name == "Torget"]
    assert square.length_m.sum() > 400  # all four sides, and ways across
    assert (square.length_m * square.stroll).sum() == approx(200, abs=0.1)
    assert (edges.stroll[edges.name != "Torget"] == 1).all()


def test_one_way_across_a_square_counts_whole() -> None:
    world = street()
    corners = [(200, 0), (300, 0), (300, 100), (200, 100)]
    world.way([*corners, corners[0]], "highway=pedestrian", "area=yes", "name=Torget")
    world.way([(300, 100), (400, 100)], STREET)
    edges = world.place().streets.edges
    square = edges[edges.name == "Torget"]
    assert (square.length_m * square.stroll).sum() == approx(100 * np.sqrt(2), abs=0.1)


def test_a_ring_path_is_no_square() -> None:
    world = street()
    world.way([(200, 0), (300, 0), (300, 100), (200, 100), (200, 0)], "highway=footway", "name=Rundan")
    assert along(world, "Rundan").stroll == 1


def test_a_place_without_ways_has_none() -> None:
    world = World(bounds=((-500, -500), (700, 500)))
    world.box(0, 10, 200, 110, "leisure=park")
    edges = world.place().streets.edges
    assert len(edges) == 0
    assert {"near_green", "near_seats", "quiet", "stroll"} <= set(edges.columns)


def test_every_rule_says_where_it_comes_from() -> None:
    rules = attraction_rules()
    assert set(rules.sources) == {"green", "seats", "busy", "passed_over"}
    assert all("ssumption" in text or "(20" in text for text in rules.sources.values())
    assert min(rules.green_m, rules.seats_m, rules.busy_m) / 2 >= SPOT_EVERY_M
