"""The measures as data: each is stated in full, with unit and source."""

import pytest

from grannskap.comparison.ground import TOLD
from grannskap.comparison.measures import Measure, measure_rules, read_measures, rules
from grannskap.place.kinds import read_kinds

every_measure = pytest.mark.parametrize("measure", read_measures(), ids=lambda measure: measure.id)


@every_measure
def test_a_measure_is_stated_in_full(measure: Measure) -> None:
    for text in (measure.definition, measure.caution):
        assert text.endswith(".")
    assert measure.unit
    assert measure.source.endswith(".")
    assert measure.by in ("", "function", "kind")
    assert measure.better in ("", "more", "less")
    assert not (measure.overall and measure.by != "function")


@every_measure
def test_what_is_behind_a_measure_is_a_share_of_the_data(measure: Measure) -> None:
    """It is held against a limit for shares, and must not be behind itself."""
    by_id = {each.id: each for each in read_measures()}
    assert measure.id not in measure.behind
    assert all(by_id[name].unit == "share" and not by_id[name].by for name in measure.behind)


def test_more_passages_or_fewer_are_never_called_better() -> None:
    """Nor is a name, nor how walks spread: only what residents plainly gain by."""
    plain = {measure.id: measure.better for measure in read_measures() if measure.better}
    assert plain == {
        "served_share": "more",
        "n_within_reach": "more",
        "nearest_m": "less",
        "detour_factor": "less",
        "longest_without_seat_m": "less",
        "unlit_share": "less",
    }


def test_what_the_map_may_tell_of_a_street_is_measured() -> None:
    assert set(TOLD) <= {measure.id for measure in read_measures()}


def test_every_rule_has_a_unit_and_a_source() -> None:
    assert all(rule["unit"] and rule["source"] for rule in measure_rules().values())
    assert rules().schools <= {kind.id for kind in read_kinds() if kind.actor}
