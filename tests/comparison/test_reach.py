"""What residents reach: shares served, places, distances and detours, in worlds worked by hand."""

import math
from pathlib import Path

import pytest
from comparison.worked import SHORTEST, STREET, library, measures, note, shop, street, value

from grannskap.comparison.notes import NO_TRIPS, NOT_REACHED

approx = pytest.approx
NEAR = 0.05  # metres: the map keeps centimetres


def test_from_door_to_door(tmp_path: Path) -> None:
    """300 m along the street and 10 m up to the door."""
    found = measures(shop(street((0, 0), (400, 0)), 300, 10), tmp_path, trips={"groceries": 10.0})
    assert value(found, "nearest_m", "groceries") == approx(310, abs=NEAR)
    assert value(found, "expected_m", "groceries") == approx(310, abs=NEAR)
    assert value(found, "detour_factor", "groceries") == approx(310 / math.hypot(300, 10), abs=1e-3)
    assert value(found, "n_within_reach", "groceries") == 1
    assert value(found, "served_share", "groceries") == 1


def test_round_a_corner_the_walk_is_longer_than_the_line(tmp_path: Path) -> None:
    found = measures(shop(street((0, 0), (300, 0), (300, 400)), 300, 400), tmp_path, trips={"groceries": 10.0})
    assert value(found, "detour_factor", "groceries") == approx(700 / 500, abs=1e-3)


def test_all_errands_together_are_weighted_by_trips(tmp_path: Path) -> None:
    world = library(shop(street((200, 0), (0, 0), (-300, 0), (-300, 400)), -300, 400), 200, 0)
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 30.0})
    assert value(found, "expected_m") == approx((10 * 700 + 30 * 200) / 40, abs=NEAR)
    assert value(found, "detour_factor") == approx((10 * 700 + 30 * 200) / (10 * 500 + 30 * 200), abs=1e-3)
    other = measures(world, tmp_path, trips={"groceries": 30.0, "library": 10.0})
    assert value(other, "expected_m") == approx((30 * 700 + 10 * 200) / 40, abs=NEAR)
    for measure in ("nearest_m", "expected_m", "detour_factor"):
        assert value(other, measure, "library") == approx(value(found, measure, "library"), rel=1e-12)


def test_trips_spread_over_several_places(tmp_path: Path) -> None:
    """By Huff's rule, of two shops 100 m and 300 m away."""
    world = shop(shop(street((0, 0), (400, 0)), 100, 0, "A"), 300, 0, "B")
    demand = {"groceries": {"trips_per_week": 10.0, "choice": "huff", "beta_per_m": 0.005}}
    found = measures(world, tmp_path, trips=demand)
    near = 1 / (1 + math.exp(-0.005 * 200))
    assert value(found, "expected_m", "groceries") == approx(100 * near + 300 * (1 - near), abs=NEAR)
    assert value(found, "nearest_m", "groceries") == approx(100, abs=NEAR)
    assert value(found, "n_within_reach", "groceries") == 2


def test_walks_over_several_ways(tmp_path: Path) -> None:
    """Ways of 400 m and 440 m, by the logit: what is walked is more than the shortest, the detour is not."""
    world = street((0, 0), (0, 100), (200, 100), (200, 0))
    world.way([(0, 0), (0, -120), (200, -120), (200, 0)], STREET)
    shop(world, 200, 0)
    model = {"method": "logit", "theta_per_m": 0.02, "draws": 0}
    found = measures(world, tmp_path, trips={"groceries": 10.0}, model=model)
    longer = 1 / (1 + math.exp(0.02 * 40))
    assert value(found, "expected_m", "groceries") == approx(400 + 40 * longer, abs=NEAR)
    assert value(found, "detour_factor", "groceries") == approx(400 / 200, abs=1e-3)
    assert value(found, "nearest_m", "groceries") == approx(400, abs=NEAR)


def test_the_way_home_counts_as_much_as_the_way_there(tmp_path: Path) -> None:
    """Up a hill of 400 m is felt as 800 m, so one goes 500 m round it, and comes home straight down."""
    world = street((0, 0), (400, 0), tags=["incline=10%"])
    world.way([(0, 0), (200, 150), (400, 0)], STREET)
    shop(world, 400, 0)
    found = measures(world, tmp_path, trips={"groceries": 10.0})
    assert value(found, "expected_m", "groceries") == approx((500 + 400) / 2, abs=NEAR)
    assert value(found, "nearest_m", "groceries") == approx(400, abs=NEAR)


def test_what_is_not_within_reach_is_not_served(tmp_path: Path) -> None:
    world = shop(street((0, 0), (900, 0)), 100, 0)
    trips = {"groceries": 30.0, "library": 10.0}
    found = measures(library(world, 900, 0), tmp_path, trips=trips, reach={"radius_m": 800.0})
    assert value(found, "served_share", "library") == 0
    assert value(found, "served_share", "groceries") == 1
    assert value(found, "served_share") == approx(30 / 40)
    assert value(found, "n_within_reach", "library") == 0
    for measure in ("nearest_m", "expected_m", "detour_factor"):
        assert math.isnan(value(found, measure, "library"))
        assert note(found, measure, "library") == NOT_REACHED
    assert note(found, "served_share", "library") == ""
    assert value(found, "expected_m") == value(found, "expected_m", "groceries")
    farther = measures(world, tmp_path, trips=trips, reach={"radius_m": 1000.0})
    assert value(farther, "served_share") == 1
    assert value(farther, "nearest_m", "library") == approx(900, abs=NEAR)


def test_a_function_without_trips_has_places_but_no_walks(tmp_path: Path) -> None:
    world = library(shop(street((0, 0), (900, 0)), 100, 0), 500, 0)
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 0.0})
    assert value(found, "nearest_m", "library") == approx(500, abs=NEAR)
    assert value(found, "n_within_reach", "library") == 1
    for measure in ("served_share", "expected_m", "detour_factor"):
        assert math.isnan(value(found, measure, "library"))
        assert note(found, measure, "library") == NO_TRIPS
    assert value(found, "served_share") == 1


def test_walks_without_an_errand_have_no_place_to_measure_to(tmp_path: Path) -> None:
    world = shop(street((-900, 0), (-400, 0), (0, 0), (100, 0)), 100, 0)
    world.way([(-400, 0), (-400, 50)], STREET)
    profile = {"name": "errands.toml", "round_walks": {"trips_per_week": 40.0, "length_m": 1500.0}}
    plain, strolling = (
        measures(world, tmp_path, trips={"groceries": 10.0}, model=SHORTEST, **parts)
        for parts in ({}, {"profile": profile})
    )
    for measure in ("served_share", "expected_m", "detour_factor"):
        assert value(strolling, measure) == approx(value(plain, measure), rel=1e-12)
    assert value(strolling, "flow_gini") != value(plain, "flow_gini")


def test_no_trips_at_all(tmp_path: Path) -> None:
    found = measures(shop(street((0, 0), (900, 0)), 100, 0), tmp_path, trips={"groceries": 0.0})
    for measure in ("served_share", "expected_m", "detour_factor"):
        assert math.isnan(value(found, measure))
        assert note(found, measure) == NO_TRIPS
