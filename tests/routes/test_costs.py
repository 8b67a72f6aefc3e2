"""Perceived length of single edges: by hand, by its limits, and what is not known."""

import dataclasses
import math
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.routes.costs import cost_rules, edge_costs, edge_doubt, speed_km_h, walking
from grannskap.routes.snapping import Snaps, split
from grannskap.study import Profile, packaged_profile
from grannskap.study.model import Walker

WALKERS: tuple[Walker, ...] = get_args(Walker)
NAN = math.nan
PLAIN = {
    "u": 0, "v": 1, "length_m": 100.0, "access": "public", "one_way": 0, "wheelchair": "", "grade": NAN, "steps": False,
    "flights": 0.0, "crossings": 0.0, "busy": 0.0, "commercial": 0.0, "rough": NAN, "unlit": NAN,
}  # fmt: skip


def edge(**facts: Any) -> gpd.GeoDataFrame:
    row: dict[str, Any] = PLAIN | facts
    line = shapely.LineString([(0.0, 0.0), (row["length_m"], 0.0)])
    return gpd.GeoDataFrame([row], geometry=[line], crs=3006)


def both(walker: Walker = "standard", *, dark: bool = False, **facts: Any) -> tuple[float, float]:
    there, home = edge_costs(edge(**facts), walker, dark=dark)
    return float(there[0]), float(home[0])


@pytest.mark.parametrize(
    ("facts", "there", "home"),
    [
        ({}, 100, 100),
        ({"grade": 0.10}, 200, 100),  # twice as long at +10 %
        ({"grade": -0.10}, 100, 200),
        ({"grade": 0.05}, 150, 100),
        ({"grade": 0.20}, 300, 100 * math.exp(0.35)),  # Tobler: 1.42 times as long down 20 % as on the level
        ({"busy": 1.0}, 114, 114),
        ({"busy": 0.5}, 107, 107),
        ({"commercial": 1.0}, 72, 72),
        ({"busy": 1.0, "commercial": 1.0}, 86, 86),
        ({"crossings": 1.0}, 170, 170),
        ({"crossings": 0.5, "busy": 1.0}, 149, 149),
        ({"access": "private"}, 150, 150),
        ({"rough": 1.0}, 110, 110),
        ({"rough": 0.0}, 100, 100),
        ({"steps": True, "flights": 1.0}, 142.5, 142.5),
        ({"steps": True, "flights": 1.0, "grade": 0.3}, 142.5, 142.5),  # the flight tells the climb
        ({"unlit": 1.0}, 100, 100),
        ({"one_way": 1}, 100, math.inf),
        ({"one_way": -1}, math.inf, 100),
        ({"wheelchair": "no"}, 100, 100),
    ],
)
def test_by_hand(facts: dict[str, Any], there: float, home: float) -> None:
    assert both(**facts) == pytest.approx((there, home))


def test_tobler_s_speeds_are_those_of_the_way_down() -> None:
    def speed(slope: float) -> float:
        return 6.0 * math.exp(-3.5 * abs(slope + 0.05))

    for fall in (0.12, 0.2, 0.3):
        assert both(grade=-fall)[0] == pytest.approx(100 * speed(0.0) / speed(-fall))


def test_in_the_dark() -> None:
    assert both(dark=True, unlit=1.0) == pytest.approx((130, 130))
    assert both(dark=True, unlit=0.0) == pytest.approx((100, 100))
    assert both(dark=True) == pytest.approx((100, 100))


@pytest.mark.parametrize(
    ("facts", "passes"),
    [
        ({"steps": True, "flights": 1.0}, False),
        ({"steps": True, "flights": 1.0, "wheelchair": "yes"}, True),
        ({"wheelchair": "no"}, False),
        ({"wheelchair": "limited"}, True),
        ({}, True),
    ],
)
def test_where_a_wheelchair_passes(facts: dict[str, Any], passes: bool) -> None:
    assert both("wheelchair", **facts) == ((100, 100) if passes else (math.inf, math.inf))


facts = st.fixed_dictionaries(
    {
        "length_m": st.floats(0.001, 10_000),
        "access": st.sampled_from(["public", "private", "last_link"]),
        "wheelchair": st.sampled_from(["", "yes", "no"]),
        "grade": st.one_of(st.just(NAN), st.floats(-0.35, 0.35)),
        "steps": st.booleans(),
        "flights": st.floats(0, 3),
        "crossings": st.floats(0, 3),
        "busy": st.floats(0, 1),
        "commercial": st.floats(0, 1),
        "rough": st.one_of(st.just(NAN), st.floats(0, 1)),
        "unlit": st.sampled_from([NAN, 0.0, 1.0]),
    }
)
walkers = st.sampled_from(WALKERS)


@given(facts, walkers, st.booleans())
def test_costs_stay_above_0_and_turn_round_with_the_edge(told: dict[str, Any], walker: Walker, dark: bool) -> None:
    there, home = both(walker, dark=dark, **told)
    assert there > 0.7 * told["length_m"]
    assert home > 0.7 * told["length_m"]
    assert both(walker, dark=dark, **told | {"grade": -told["grade"]}) == (home, there)


@given(facts, walkers, st.sampled_from(["grade", "crossings", "flights", "busy", "rough", "unlit"]), st.floats(0, 1))
def test_nothing_but_shops_makes_a_street_shorter(
    told: dict[str, Any], walker: Walker, input_: str, more: float
) -> None:
    least = {"grade": 0.0, "crossings": 0.0, "flights": 0.0, "busy": 0.0, "rough": NAN, "unlit": NAN}
    before = both(walker, dark=True, **told | {input_: least[input_]})
    after = both(walker, dark=True, **told | {input_: more * (0.35 if input_ == "grade" else 1.0)})
    assert all(b >= a * (1 - 1e-12) for a, b in zip(before, after, strict=True))


@given(facts, walkers, st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_the_pieces_of_an_edge_cost_what_the_whole_does(
    told: dict[str, Any], walker: Walker, cuts: list[float]
) -> None:
    whole = edge(**told)
    at = np.array(cuts) * told["length_m"]
    snaps = Snaps(np.zeros(len(at), np.intp), at, np.zeros(len(at)))
    pieces = split(whole, 2, snaps).edges
    for name in ("crossings", "flights"):
        assert pieces[name].sum() == pytest.approx(told[name])
    for one, parts in zip(edge_costs(whole, walker), edge_costs(pieces, walker), strict=True):
        assert parts.sum() == pytest.approx(one[0], rel=1e-6)


@given(facts, walkers, st.booleans())
def test_doubt_is_what_the_unknown_may_add(told: dict[str, Any], walker: Walker, dark: bool) -> None:
    doubt = float(edge_doubt(edge(**told), walker, dark=dark)[0])
    feel = walking(walker)
    worst = told | {
        "grade": feel.unknown_grade if math.isnan(told["grade"]) else told["grade"],
        "rough": 1.0 if math.isnan(told["rough"]) else told["rough"],
        "unlit": 1.0 if math.isnan(told["unlit"]) else told["unlit"],
    }
    before, after = both(walker, dark=dark, **told)[0], both(walker, dark=dark, **worst)[0]
    if math.isfinite(before):
        assert after - before == pytest.approx(doubt * told["length_m"], abs=1e-6)


def test_nothing_is_in_doubt_where_all_is_known() -> None:
    known = edge(grade=0.0, rough=0.0, unlit=0.0)
    assert edge_doubt(known, "standard", dark=True).tolist() == [0.0]
    assert edge_doubt(edge(), "standard").tolist() == pytest.approx([0.3 + 0.1])
    assert edge_doubt(edge(), "standard", dark=True).tolist() == pytest.approx([0.3 + 0.1 + 0.3])


@pytest.mark.parametrize("walker", WALKERS)
def test_each_rule_has_unit_and_source_and_makes_json(walker: Walker) -> None:
    rules = cost_rules(walker, dark=True)
    assert set(rules) == {field.name for field in dataclasses.fields(walking(walker))}
    for rule in rules.values():
        assert set(rule) == {"value", "unit", "source"}
        assert rule["unit"]
        assert rule["source"].startswith(("Assumption", "Broach", "Tobler", "Valhalla", "Steps cannot"))
    assert set(rules) - set(cost_rules(walker, dark=False)) == {"dark"}
    negative = sum(min(float(rules[name]["value"]), 0) for name in ("busy", "commercial", "private", "rough", "dark"))
    assert negative > -1
    assert (rules["flight"]["value"] is None) == (walker == "wheelchair")


def test_the_speed_is_the_walkers_unless_the_profile_has_one() -> None:
    standard = packaged_profile("standard")

    def speed(**changes: Any) -> float:
        profile: Profile = dataclasses.replace(standard, **changes)
        return speed_km_h(profile)

    assert speed(walker="standard", speed_km_h=None) == 5.1
    assert speed(walker="senior", speed_km_h=None) == 3.4
    assert speed(walker="senior", speed_km_h=4.0) == 4.0
