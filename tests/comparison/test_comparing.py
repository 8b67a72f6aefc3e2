"""Results of analyses, compared: from streets and walks to a table."""

import numpy as np
import pytest

import grannskap as gk
from grannskap.comparison.differing import compared
from grannskap.comparison.measured import Measured
from grannskap.comparison.measuring import measured


@pytest.fixture(scope="module")
def two(sample_result: gk.Result, kotka_result: gk.Result) -> list[Measured]:
    """What the two samples measure."""
    return [measured(sample_result, site_id="helsinki"), measured(kotka_result, site_id="kotka")]


def test_results_are_measured_and_compared(kotka_result: gk.Result, two: list[Measured]) -> None:
    table = gk.compare([two[0], kotka_result])
    own = table[table.name == kotka_result.study.name]
    assert own.equals(compared(two)[lambda t: t.site_id == "kotka"].assign(site_id=own.site_id.iloc[0]))
    nearest = own[own.measure == "nearest_m"].set_index("of").value
    told = kotka_result.access.set_index("function").nearest_m
    np.testing.assert_array_equal(nearest.loc[told.index], told)


def test_places_years_apart_differ_by_place_and_data(two: list[Measured]) -> None:
    table = compared(two)
    assert set(table[table.difference.fillna(0.0) != 0.0].cause) == {"place, data"}
    assert set(table.attrs["settings"]) <= {"model.draws"}


def test_one_place_and_itself_do_not_differ(two: list[Measured]) -> None:
    table = compared([two[1], two[1]])
    assert (table.difference.dropna() == 0.0).all()
    assert table.difference.notna().sum() > 100


def test_two_places_the_other_way_round(two: list[Measured]) -> None:
    there = compared(two)[lambda t: t.site_id == "kotka"].set_index(["measure", "of"]).difference
    back = compared(two[::-1])[lambda t: t.site_id == "helsinki"].set_index(["measure", "of"]).difference
    both = there.index.intersection(back.index)
    np.testing.assert_array_equal(there[both], -back[both])
