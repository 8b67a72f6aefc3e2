"""Intervals and means that do not depend on the order, and intervals of ``-draws`` that are the same the other way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grannskap.comparison.intervals import interval, mean, median

numbers = st.floats(-1e9, 1e9)
some = arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 60)), elements=numbers | st.just(np.nan))


@given(some)
def test_the_interval_takes_the_outer_draw_on_either_side(draws: np.ndarray) -> None:
    low, high = interval(draws)
    for row, a, b in zip(draws, low, high, strict=True):
        known = row[np.isfinite(row)]
        if len(known):
            assert a == np.percentile(known, 5, method="lower")
            assert b == np.percentile(known, 95, method="higher")
        else:
            assert np.isnan(a)
            assert np.isnan(b)


@given(some)
def test_the_interval_of_what_is_turned_round_is_turned_round(draws: np.ndarray) -> None:
    low, high = interval(draws)
    other_low, other_high = interval(-draws)
    np.testing.assert_array_equal(other_low, -high)
    np.testing.assert_array_equal(other_high, -low)


@pytest.mark.parametrize(("n", "low", "high"), [(1, 0, 0), (20, 0, 19), (21, 1, 19), (200, 9, 190), (201, 10, 190)])
def test_which_draws_are_the_ends(n: int, low: int, high: int) -> None:
    found = interval(np.arange(float(n))[None])
    assert [float(end[0]) for end in found] == [low, high]


def test_it_holds_the_value_that_is_told() -> None:
    draws = np.tile(np.arange(5.0, 8.0), (3, 1))
    low, high = interval(draws, np.array([4.0, 9.0, np.nan]))
    np.testing.assert_array_equal(low, [4.0, 5.0, np.nan])
    np.testing.assert_array_equal(high, [7.0, 9.0, np.nan])


def test_without_draws_there_is_no_interval() -> None:
    for end in interval(np.empty((2, 0)), np.array([1.0, 2.0])):
        assert np.isnan(end).all()


@given(some, st.randoms())
def test_the_mean_is_the_same_in_any_order(values: np.ndarray, chance: st.randoms) -> None:  # type: ignore[valid-type]
    order = list(range(len(values)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(mean(values), mean(values[order]))
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(mean(values), total / known.sum(axis=0), rtol=1e-9, atol=1e-5)


@given(numbers, st.integers(1, 9))
def test_the_mean_of_equal_values_is_that_value(value: float, n: int) -> None:
    assert mean(np.full((n, 1), value))[0] == value


@given(some)
def test_the_median_is_the_middle(values: np.ndarray) -> None:
    for row, found in zip(values, median(values), strict=True):
        known = row[np.isfinite(row)]
        np.testing.assert_allclose(found, np.median(known) if len(known) else np.nan)
