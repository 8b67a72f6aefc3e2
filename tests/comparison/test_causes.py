"""Why two sites differ is told by rules: where they lie, what their data is, what was assumed."""

from typing import Any

import pytest
from comparison.sites import site

from grannskap.comparison.causes import cause_rules
from grannskap.comparison.differing import compared
from grannskap.comparison.measured import Measured

OTHER_FILE = {"source_sha256": "cd" * 32}


def house(name: str, metres: float = 100.0, **rest: Any) -> Measured:
    known = {"lon": float(len(name)), "lat": 57.0} | rest
    return site(name, [("lit_known_share", "", 0.5), ("nearest_m", "library", metres)], **known)


def cause(*sites: Measured, of: str = "bb", measure: str = "nearest_m") -> str:
    table = compared(sites)
    return str(table[(table.site_id == of) & (table.measure == measure)].cause.iloc[0])


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, "place"),
        ({"data": {"covered": 0.9}}, "place, data"),
        ({"data": {"covered": 0.9995}}, "place"),
        ({"data": OTHER_FILE | {"data_date": "2020-11-14"}}, "place"),
        ({"data": OTHER_FILE | {"data_date": "2020-11-12"}}, "place, data"),
        ({"data": {"data_date": "2020-11-12"}}, "place"),
        ({"data": OTHER_FILE | {"data_date": ""}}, "place"),
        ({"data": {"layers_sha256": ["ef" * 32]}}, "place, data"),
        ({"data": {"elevation": "heights.tif"}}, "place, data"),
        ({"settings": {"reach.radius_m": 800.0}}, "place, assumptions"),
        ({"settings": {"model.seed": 7, "model.draws": 5}}, "place"),
        ({"settings": {"profile.functions.library.trips_per_week": 3}}, "place, assumptions"),
        ({"data": {"covered": 0.9}, "settings": {"model.dark": True}}, "place, data, assumptions"),
        ({"lon": 1.0, "settings": {"model.dark": True}}, "assumptions"),
        ({"lon": 1.0, "data": {"covered": 0.9}}, "data"),
        ({"lon": 1.0}, "place"),
        ({"lon": float("nan")}, "place"),
    ],
)
def test_between_two_sites(other: dict[str, Any], told: str) -> None:
    assert cause(house("a"), house("bb", 200.0, **other)) == told


def test_where_there_is_no_difference_there_is_no_cause() -> None:
    assert cause(house("a"), house("bb", settings={"model.dark": True})) == ""


def test_data_that_is_not_whole_at_the_other_site_counts_too() -> None:
    assert cause(house("a", data={"covered": 0.5}), house("bb", 200.0)) == "place, data"


@pytest.mark.parametrize(("one", "other"), [(float("nan"), 200.0), (100.0, float("nan"))])
def test_no_data_at_one_of_them_is_a_cause(one: float, other: float) -> None:
    assert cause(house("a", one), house("bb", other)) == "place, data"


def test_no_data_at_either_is_none() -> None:
    assert cause(house("a", float("nan")), house("bb", float("nan"))) == ""


@pytest.mark.parametrize(("known", "told"), [(0.55, "place"), (0.75, "place, data")])
def test_a_measure_that_rests_on_what_is_mapped_unevenly(known: float, told: str) -> None:
    one = site("a", [("lit_known_share", "", 0.5), ("nearest_m", "", 1.0), ("unlit_share", "", 0.1)], lon=1.0)
    other = site("bb", [("lit_known_share", "", known), ("nearest_m", "", 2.0), ("unlit_share", "", 0.3)], lon=2.0)
    assert cause(one, other, measure="unlit_share") == told
    assert cause(one, other) == "place"


class TestAgainstTheMean:
    def test_only_the_odd_one_has_other_assumptions(self) -> None:
        odd = house("bb", 300.0, settings={"model.dark": True})
        sites = [house("a"), odd, house("ccc", 150.0), house("dddd", 250.0)]
        assert cause(*sites) == "place, assumptions"
        assert cause(*sites, of="ccc") == "place"

    def test_half_against_half_all_have(self) -> None:
        dark = {"model.dark": True}
        sites = [
            house("a"),
            house("bb", 300.0, settings=dark),
            house("ccc", 150.0),
            house("dddd", 250.0, settings=dark),
        ]
        assert {cause(*sites, of=each.site_id) for each in sites} == {"place, assumptions"}

    def test_only_the_odd_one_has_other_data(self) -> None:
        sites = [house("a"), house("bb", 300.0, data=OTHER_FILE | {"data_date": "2018-01-01"}), house("ccc", 150.0)]
        assert cause(*sites) == "place, data"
        assert cause(*sites, of="ccc") == "place"

    def test_a_site_that_could_not_be_measured_counts_for_nothing(self) -> None:
        sites = [
            house("a"),
            house("bb", 300.0),
            Measured.nothing("x", "X", "Gone."),
            Measured.nothing("y", "Y", "Gone."),
        ]
        assert cause(*sites) == "place"
        assert compared(sites).attrs["settings"] == {}


def test_assumptions_that_differ_are_named_with_their_values() -> None:
    sites = [house("a"), house("bb", settings={"reach.radius_m": 800.0, "model.dark": True})]
    told = compared(sites).attrs["settings"]
    assert list(compared(sites[::-1]).attrs["settings"]["model.dark"]) == ["a", "bb"]
    assert told == {"model.dark": {"a": None, "bb": True}, "reach.radius_m": {"a": 1200.0, "bb": 800.0}}


def test_the_rules_stand_as_data() -> None:
    assert set(cause_rules()) == {"assumptions", "data"}
    assert cause_rules()["data"]["days"] == 31
