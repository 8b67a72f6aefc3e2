"""What the map says about each stretch: traffic, shops, ground, light, crossings."""

import math

import pytest
from worlds import World

from grannskap.place.streets import Streets
from grannskap.place.surroundings import surroundings_rules, surroundings_table

STREET = "highway=residential"


def fact(streets: Streets, name: str, way: str = "way/1") -> list[float]:
    edges = streets.edges[streets.edges.way_id == way]
    return [float(value) for value in edges[name]]


def street(*tags: str) -> World:
    world = World()
    world.way([(0, 0), (200, 0)], STREET, *tags)  # spots at 20, 60, 100, 140 and 180 m
    world.way([(200, 0), (260, 0), (260, -600)], STREET)  # more metres than any road beside it, which is dropped
    return world


@pytest.mark.parametrize(
    ("road", "share"),
    [
        ([(0, 12), (200, 12)], 1.0),
        ([(90, 12), (110, 12)], 0.2),
        ([(0, 20), (200, 20)], 0.0),
        ([(100, -150), (100, 150)], 0.2),  # across it
    ],
)
def test_a_street_is_busy_as_far_as_an_arterial_runs_beside_it(road: list[tuple[float, float]], share: float) -> None:
    world = street()
    world.way(road, "highway=primary")
    assert fact(world.streets(), "busy") == pytest.approx([share])


def test_an_arterial_is_busy_itself_and_a_quiet_street_is_not() -> None:
    world = World()
    world.way([(0, 0), (200, 0)], "highway=tertiary")
    world.way([(200, 0), (200, 300)], STREET)
    streets = world.streets()
    assert fact(streets, "busy") == [1.0]
    assert fact(streets, "busy", "way/2") == pytest.approx([0.0])


def test_traffic_on_another_layer_is_not_beside() -> None:
    world = street()
    world.way([(0, 5), (200, 5)], "highway=primary", "tunnel=yes")
    assert fact(world.streets(), "busy") == [0.0]


def test_a_road_that_cannot_be_walked_is_heard_too() -> None:
    world = street()
    world.way([(0, 12), (200, 12)], "highway=trunk")
    streets = world.streets()
    assert set(streets.edges.way_id) == {"way/1", "way/2"}
    assert fact(streets, "busy") == [1.0]


@pytest.mark.parametrize(
    ("shops", "share"),
    [
        ([("shop=clothes",)] * 3, 0.2),
        ([("shop=clothes",), ("amenity=cafe",), ("amenity=restaurant",)], 0.2),
        ([("shop=clothes",)] * 2, 0.0),
        ([("shop=clothes",)] * 2 + [("shop=vacant",)], 0.0),
        ([("shop=clothes",)] * 2 + [("shop=clothes", "level=2")], 0.0),
        ([("shop=clothes",)] * 2 + [("shop=clothes", "indoor=yes")], 0.0),
        ([("amenity=school",)] * 3, 0.0),
    ],
)
def test_a_street_is_commercial_where_three_shops_are_near(shops: list[tuple[str, ...]], share: float) -> None:
    world = street()
    for number, tags in enumerate(shops):
        world.node(100 + number, 15, *tags)
    assert fact(world.streets(), "commercial") == pytest.approx([share])


def test_shops_drawn_as_houses_count_once_each() -> None:
    world = street()
    for x in (85, 97, 109):
        world.box(x, 20, x + 10, 60, "building=retail", "shop=clothes")
    assert fact(world.streets(), "commercial") == pytest.approx([0.2])
    assert fact(world.without_way("way/5").streets(), "commercial") == [0.0]


@pytest.mark.parametrize(
    ("tag", "rough"),
    [
        ("surface=asphalt", 0.0), ("surface=sett", 0.5), ("surface=gravel", 1.0), ("surface=paving_stones:30", 0.0),
        ("surface=concrete:plates", 0.0), ("surface=asphalt;gravel", math.nan), ("name=A", math.nan),
    ],
)  # fmt: skip
def test_ground(tag: str, rough: float) -> None:
    assert fact(street(tag).streets(), "rough") == pytest.approx([rough], nan_ok=True)


@pytest.mark.parametrize(
    ("tag", "unlit"),
    [("lit=yes", 0.0), ("lit=24/7", 0.0), ("lit=no", 1.0), ("lit=limited", math.nan), ("a=b", math.nan)],
)
def test_light(tag: str, unlit: float) -> None:
    assert fact(street(tag).streets(), "unlit") == pytest.approx([unlit], nan_ok=True)


def across(*road: str, node: tuple[str, ...] = (), path: tuple[str, ...] = ("highway=footway",)) -> World:
    """A path across a road, which meets it in a node; side streets on both ends keep it together."""
    world = World()
    world.way([(0, -50), (0, 0), (0, 50)], *path)
    world.way([(-200, 0), (0, 0), (200, 0)], *road)
    world.node(0, 0, *node)
    return world


@pytest.mark.parametrize(
    ("world", "each"),
    [
        (across("highway=primary"), 0.5),
        (across("highway=tertiary"), 0.5),
        (across("highway=residential"), 0.0),
        (across("highway=primary", "oneway=yes"), 0.25),
        (across("highway=primary", node=("highway=crossing", "crossing=uncontrolled")), 0.5),
        (across("highway=primary", node=("highway=crossing", "crossing=traffic_signals")), 0.0),
        (across("highway=primary", node=("highway=crossing", "crossing:signals=yes")), 0.0),
        (across("highway=primary", node=("highway=traffic_signals",)), 0.0),
        (across("highway=primary", path=("highway=footway", "crossing=traffic_signals")), 0.0),
        (across("highway=primary", path=("highway=footway", "footway=crossing", "crossing=marked")), 0.5),
        (across("highway=primary", path=("highway=secondary",)), 0.0),  # along an arterial itself
    ],
)
def test_a_crossing_without_signals_is_shared_by_the_edges_that_meet_in_it(world: World, each: float) -> None:
    streets = world.streets()
    assert fact(streets, "crossings") == [each, each]
    assert fact(streets, "crossings", "way/2") == [0.0, 0.0]


@pytest.mark.parametrize(("away_m", "each"), [(15, 0.0), (40, 0.5)])
def test_a_signal_at_the_stop_line_guards_the_crossing(away_m: float, each: float) -> None:
    world = World()
    world.way([(0, -50), (0, 0), (0, 50)], "highway=footway")
    world.way([(-200, 0), (-away_m, 0), (0, 0), (200, 0)], "highway=primary")
    world.node(-away_m, 0, "highway=traffic_signals")
    assert fact(world.streets(), "crossings") == [each, each]


def test_a_road_that_cannot_be_walked_is_crossed_whole() -> None:
    world = World()
    world.way([(0, -50), (0, 0), (0, 50)], "highway=footway")
    world.way([(-200, 0), (0, 0), (200, 0)], "highway=trunk")
    assert fact(world.streets(), "crossings") == [1.0]


def test_a_bridge_crosses_nothing() -> None:
    world = World()
    world.way([(0, -50), (0, 50)], "highway=footway", "bridge=yes")
    world.way([(0, 50), (200, 50), (200, 0)], STREET)
    world.way([(-200, 0), (200, 0)], "highway=primary")
    assert fact(world.streets(), "crossings") == [0.0]


def test_every_rule_says_its_unit_and_source() -> None:
    for name, rule in surroundings_table().items():
        assert {"unit", "source"} <= set(rule), name
    rules = surroundings_rules()
    assert 0 < rules.rough["sett"] < rules.rough["gravel"]
