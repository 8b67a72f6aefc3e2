"""A carriageway with separate sidewalks gives way to the sidewalk only where that is there and connected."""

import pytest
from worlds import World, walk_m

from grannskap.place.streets import Streets

SEPARATE = "highway=tertiary", "sidewalk=separate"
FOOTWAY = "highway=footway", "footway=sidewalk"


def street(*tags: str) -> World:
    """200 m of street between two cross streets."""
    world = World()
    world.way([(0, 0), (200, 0)], *tags)
    world.way([(0, 0), (0, 10), (0, 100)], "highway=residential")
    world.way([(200, 0), (200, 10), (200, 100)], "highway=residential")
    world.way([(0, 100), (200, 100)], "highway=residential")
    return world


def kept(streets: Streets) -> bool:
    return bool((streets.edges.way_id == "way/1").any())


def test_a_connected_sidewalk_takes_the_place_of_the_street() -> None:
    world = street(*SEPARATE)
    world.way([(0, 10), (200, 10)], *FOOTWAY)
    streets = world.streets()
    assert not kept(streets)
    assert walk_m(streets, (0, 10), (200, 10)) == pytest.approx(200, abs=0.1)
    assert streets.dropped["carriageway_beside_sidewalk_m"] == pytest.approx(200, abs=0.1)


def test_a_sidewalk_that_is_not_connected_does_not() -> None:
    world = street(*SEPARATE)
    world.way([(5, 10), (195, 10)], *FOOTWAY)
    streets = world.streets()
    assert kept(streets)
    assert "carriageway_beside_sidewalk_m" not in streets.dropped
    assert walk_m(streets, (0, 0), (200, 0)) == pytest.approx(200, abs=0.1)


def test_a_sidewalk_that_is_connected_at_one_end_only_does_not() -> None:
    world = street(*SEPARATE)
    world.way([(0, 10), (195, 10)], *FOOTWAY)
    assert kept(world.streets())


def test_a_sidewalk_that_nobody_has_mapped_does_not() -> None:
    streets = street(*SEPARATE).streets()
    assert kept(streets)
    assert walk_m(streets, (0, 0), (200, 0)) == pytest.approx(200, abs=0.1)


def test_a_sidewalk_far_away_or_along_a_part_does_not() -> None:
    world = street(*SEPARATE)
    world.way([(0, 100), (0, 60), (200, 60), (200, 100)], *FOOTWAY)
    assert kept(world.streets())
    world = street(*SEPARATE)
    world.way([(0, 10), (80, 10), (80, 90), (200, 90), (200, 100)], *FOOTWAY)
    assert kept(world.streets())


@pytest.mark.parametrize("tag", ["sidewalk:both=separate", "sidewalk:left=separate", "sidewalk:right=separate"])
def test_separate_on_any_side_counts(tag: str) -> None:
    world = street("highway=tertiary", tag)
    world.way([(0, 10), (200, 10)], *FOOTWAY)
    assert not kept(world.streets())


@pytest.mark.parametrize("tags", [("highway=tertiary",), ("highway=tertiary", "sidewalk=both")])
def test_streets_without_separate_sidewalks_are_kept(tags: tuple[str, ...]) -> None:
    world = street(*tags)
    world.way([(0, 10), (200, 10)], *FOOTWAY)
    assert kept(world.streets())


def test_a_sidewalk_on_a_bridge_above_is_no_sidewalk() -> None:
    world = street(*SEPARATE)
    world.way([(0, 10), (200, 10)], *FOOTWAY, "bridge=yes")
    assert kept(world.streets())


def test_a_cycleway_beside_the_street_counts_as_its_sidewalk() -> None:
    world = street(*SEPARATE)
    world.way([(0, 10), (200, 10)], "highway=cycleway")
    assert not kept(world.streets())
