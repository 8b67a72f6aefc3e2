"""Along the way: schools, light, surface and slope, as shares of the metres walked, in worlds worked by hand."""

import math
from pathlib import Path

import pytest
from comparison.worked import STREET, library, measures, note, shop, street, value
from worlds import World

from grannskap.comparison.notes import NO_ACTORS, NO_LIGHT, NO_WALKS

approx = pytest.approx
WALK_M = 400.0


def lane(*tags: tuple[str, ...]) -> World:
    """A street of 400 m in as many pieces as there are tags, with a shop at its end."""
    world = World(bounds=((-2000, -2000), (2000, 2000)))
    each = WALK_M / len(tags)
    for i, own in enumerate(tags):
        world.way([(i * each, 0), ((i + 1) * each, 0)], STREET, *own)
    return shop(world, WALK_M, 0)


def test_light_as_far_as_the_map_tells(tmp_path: Path) -> None:
    world = lane(("lit=yes",), ("lit=no",), (), ("lit=sometimes",))
    found = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(found, "lit_known_share") == approx(1 / 2, abs=1e-3)
    assert value(found, "unlit_share") == approx(1 / 4, abs=1e-3)


def test_no_light_is_told_of(tmp_path: Path) -> None:
    found = measures(lane((), ()), tmp_path, trips={"groceries": 10.0})
    assert value(found, "lit_known_share") == 0
    assert math.isnan(value(found, "unlit_share"))
    assert note(found, "unlit_share") == NO_LIGHT
    assert value(measures(lane(("lit=yes",)), tmp_path, trips={"groceries": 10.0}), "unlit_share") == 0


def test_surface_and_slope_as_far_as_they_are_known(tmp_path: Path) -> None:
    world = lane(("surface=asphalt",), ("surface=gravel", "incline=3%"), ("surface=?",), ())
    found = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(found, "surface_known_share") == approx(2 / 4, abs=1e-3)
    assert value(found, "slope_known_share") == approx(1 / 4, abs=1e-3)


def test_the_climb_of_steps_is_known(tmp_path: Path) -> None:
    world = World(bounds=((-2000, -2000), (2000, 2000)))
    world.way([(0, 0), (300, 0)], STREET)
    world.way([(300, 0), (WALK_M, 0)], "highway=steps")
    found = measures(shop(world, WALK_M, 0), tmp_path, trips={"groceries": 10.0})
    assert value(found, "slope_known_share") == approx(1 / 4, abs=1e-3)


def test_streets_count_by_how_many_walk_there(tmp_path: Path) -> None:
    """30 trips of 100 m to the lit west, 10 of 400 m to the east."""
    world = lane(())
    world.way([(0, 0), (-100, 0)], STREET, "lit=yes")
    library(world, -100, 0)
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 30.0})
    assert value(found, "lit_known_share") == approx(3000 / 7000, abs=1e-3)


def test_metres_by_a_school(tmp_path: Path) -> None:
    """A school 20 m from the street is passed along a chord of its circle of 30 m."""
    chord = 2 * math.sqrt(30**2 - 20**2)
    world = lane(())
    assert value(measures(world, tmp_path, trips={"groceries": 10.0}), "school_frontage_share") == 0
    world.node(150, 20, "amenity=school", "name=Skolan")
    one = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(one, "school_frontage_share") == approx(chord / WALK_M, abs=1e-3)
    world.node(160, -20, "amenity=kindergarten", "name=Förskolan")
    both = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(both, "school_frontage_share") == approx((chord + 10) / WALK_M, abs=1e-3), "counted once"
    wider = measures(
        world, tmp_path, trips={"groceries": 10.0}, model={"method": "shortest", "draws": 0, "frontage_m": 40.0}
    )
    chord = 2 * math.sqrt(40**2 - 20**2)
    assert value(wider, "school_frontage_share") == approx((chord + 10) / WALK_M, abs=1e-3)


@pytest.mark.parametrize(
    "tags", [("amenity=school", "isced:level=3"), ("amenity=university",), ("amenity=library",)], ids=str
)
def test_others_are_no_schools_of_children(tmp_path: Path, tags: tuple[str, ...]) -> None:
    world = lane(())
    world.node(150, 20, *tags, "name=Huset")
    assert value(measures(world, tmp_path, trips={"groceries": 10.0}), "school_frontage_share") == 0


def test_a_school_across_a_river_is_not_passed(tmp_path: Path) -> None:
    world = lane(())
    world.node(150, 20, "amenity=school", "name=Skolan")
    world.way([(0, 10), (400, 10)], "waterway=river")
    assert value(measures(world, tmp_path, trips={"groceries": 10.0}), "school_frontage_share") == 0


def test_no_school_is_told_apart_from_none_that_is_passed(tmp_path: Path) -> None:
    world = lane(())
    assert note(measures(world, tmp_path, trips={"groceries": 10.0}), "school_frontage_share") == NO_ACTORS
    world.node(150, 200, "amenity=school", "name=Skolan")
    found = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(found, "school_frontage_share") == 0
    assert note(found, "school_frontage_share") == ""


def test_nobody_walks(tmp_path: Path) -> None:
    found = measures(street((0, 0), (WALK_M, 0), tags=["lit=yes"]), tmp_path, trips={"groceries": 10.0})
    for measure in ("school_frontage_share", "lit_known_share", "surface_known_share", "slope_known_share"):
        assert math.isnan(value(found, measure))
        assert note(found, measure) == NO_WALKS
