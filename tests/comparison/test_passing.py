"""Whom walks pass: passages per 100 trips by kind, and how many can be named, in worlds worked by hand."""

import math
from pathlib import Path

import pytest
from comparison.worked import STREET, library, measures, note, shop, street, value
from worlds import World

from grannskap.comparison.measured import Measured
from grannskap.comparison.notes import NO_ACTORS, NO_PASSAGES, NO_WALKS

approx = pytest.approx
TRIPS = {"groceries": 10.0, "library": 30.0}


def fork() -> World:
    """10 trips go 300 m to the east, and 30 go 300 m to the west."""
    return library(shop(street((-300, 0), (-100, 0), (0, 0), (300, 0)), 300, 0), -300, 0)


def often(found: Measured, kind: str) -> float:
    return value(found, "passages_per_100_trips", kind)


def test_per_hundred_trips_there_and_home(tmp_path: Path) -> None:
    """A quarter of the trips pass the preschool: 25 of 100, each there and home."""
    world = fork()
    world.node(150, 10, "amenity=kindergarten", "name=Östan")
    found = measures(world, tmp_path, trips=TRIPS)
    assert often(found, "preschool") == approx(50)
    assert often(found, "supermarket") == approx(50)
    assert often(found, "library") == approx(150)
    more = measures(world, tmp_path, trips={"groceries": 30.0, "library": 10.0})
    assert often(more, "preschool") == approx(150)


def test_actors_of_a_kind_add_up(tmp_path: Path) -> None:
    world = fork()
    for x in (100, 150, -150):
        world.node(x, 10, "amenity=kindergarten", f"name=Förskolan {x}")
    assert often(measures(world, tmp_path, trips=TRIPS), "preschool") == approx(50 + 50 + 150)


def test_walks_without_an_errand_are_trips_too(tmp_path: Path) -> None:
    """As many strolls as errands, all of which turn in the west."""
    world = fork()
    world.way([(-100, 0), (-100, 40)], STREET)
    world.node(300, 10, "amenity=kindergarten", "name=Östan")
    profile = {"name": "errands.toml", "round_walks": {"trips_per_week": 40.0, "length_m": 300.0}}
    found = measures(world, tmp_path, trips=TRIPS, profile=profile)
    assert often(found, "preschool") == approx(25)


def test_none_passed_is_zero_and_tells_whether_there_is_any(tmp_path: Path) -> None:
    world = fork()
    world.node(0, 500, "amenity=kindergarten", "name=Långt bort")
    found = measures(world, tmp_path, trips=TRIPS)
    assert (often(found, "preschool"), note(found, "passages_per_100_trips", "preschool")) == (0, "")
    assert (often(found, "police"), note(found, "passages_per_100_trips", "police")) == (0, NO_ACTORS)


def test_what_is_no_actor_has_no_row(tmp_path: Path) -> None:
    found = measures(fork(), tmp_path, trips=TRIPS)
    assert "stop" not in found.table.loc["passages_per_100_trips"].index


def test_a_kind_of_the_analysts_own_has_a_row(tmp_path: Path) -> None:
    (tmp_path / "own.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Huset"}, "geometry": '
        '{"type": "Point", "coordinates": [15.0016, 57.7381]}}]}',
        "utf-8",
    )
    layers = [{"path": "own.geojson", "kind": "day_centre"}]
    found = measures(fork(), tmp_path, trips=TRIPS, layers=layers)
    assert "day_centre" in found.table.loc["passages_per_100_trips"].index


def test_how_many_can_be_named(tmp_path: Path) -> None:
    """Ten trips pass a shop with a name and one without; 30 pass a library."""
    world = fork()
    world.node(150, 10, "shop=clothes")
    assert value(measures(world, tmp_path, trips=TRIPS), "named_passages_share") == approx((10 + 30) / 50)
    world.node(-150, 10, "shop=clothes")
    assert value(measures(world, tmp_path, trips=TRIPS), "named_passages_share") == approx((10 + 30) / 80)


def test_nobody_walks(tmp_path: Path) -> None:
    world = street((0, 0), (300, 0))
    world.node(150, 10, "amenity=kindergarten", "name=Östan")
    found = measures(world, tmp_path, trips=TRIPS)
    assert math.isnan(often(found, "preschool"))
    assert note(found, "passages_per_100_trips", "preschool") == NO_WALKS
    assert math.isnan(value(found, "named_passages_share"))
    assert note(found, "named_passages_share") == NO_PASSAGES
