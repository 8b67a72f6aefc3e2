"""How the walks spread: the Gini coefficient and the busiest tenth, by hand, by pairs and by properties."""

import math
from pathlib import Path

import numpy as np
import pytest
from comparison.worked import library, measures, note, shop, street, value
from hypothesis import given
from hypothesis import strategies as st

from grannskap.comparison.concentration import concentration, gini, lorenz
from grannskap.comparison.ground import Floats
from grannskap.comparison.measures import rules
from grannskap.comparison.notes import NO_WALKS

approx = pytest.approx
streets = st.lists(st.tuples(st.floats(1.0, 500.0), st.floats(0.01, 300.0)), min_size=1, max_size=12)


def of(flow: list[float] | Floats, length: list[float] | Floats, *, legs: float = 1.0) -> tuple[float, float]:
    found = concentration(np.array(flow, float)[:, None], np.array(length, float), np.array([legs]))
    return float(found["flow_gini", ""][0]), float(found["busiest_tenth_share", ""][0])


def test_a_street_that_half_of_the_walks_leave(tmp_path: Path) -> None:
    """40 trips go 100 m, and 30 of them 100 m more: 80 and 60 legs on streets of equal length."""
    world = library(shop(street((0, 0), (200, 0)), 100, 0), 200, 0)
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 30.0})
    assert value(found, "flow_gini") == approx(1 / 14, abs=1e-4)
    assert value(found, "busiest_tenth_share") == approx(0.1 * 200 * 80 / (100 * 140), abs=1e-4)
    even = measures(world, tmp_path, trips={"groceries": 0.0, "library": 30.0})
    assert value(even, "flow_gini") == approx(0, abs=1e-9)
    assert value(even, "busiest_tenth_share") == approx(0.1, abs=1e-9)


def test_nobody_walks(tmp_path: Path) -> None:
    found = measures(shop(street((0, 0), (200, 0)), 100, 0), tmp_path, trips={"library": 10.0})
    for measure in ("flow_gini", "busiest_tenth_share"):
        assert math.isnan(value(found, measure))
        assert note(found, measure) == NO_WALKS


@given(streets)
def test_it_is_the_mean_difference_between_pairs(parts: list[tuple[float, float]]) -> None:
    """The definition: the mean of |x − y| over all pairs of metres, over twice the mean."""
    flow, length = (np.array(each) for each in zip(*parts, strict=True))
    pairs = (length[:, None] * length * np.abs(flow[:, None] - flow)).sum()
    expected = pairs / (2 * length.sum() * (flow * length).sum())
    assert gini(*lorenz(flow, length)) == approx(expected, abs=1e-12)


@given(streets, st.floats(0.1, 1000.0))
def test_more_of_the_same_changes_nothing(parts: list[tuple[float, float]], times: float) -> None:
    flow, length = (np.array(each) for each in zip(*parts, strict=True))
    plain = of(flow, length, legs=flow.max())
    assert of(flow * times, length, legs=flow.max() * times) == approx(plain, abs=1e-9)
    assert of(flow, length * times, legs=flow.max()) == approx(plain, abs=1e-9)
    assert 0 <= plain[0] < 1
    assert rules().busiest - 1e-12 <= plain[1] <= 1


@given(streets, st.floats(0.01, 0.99), st.integers(0, 11))
def test_a_street_that_is_cut_in_two_changes_nothing(parts: list[tuple[float, float]], at: float, which: int) -> None:
    flow, length = (np.array(each) for each in zip(*parts, strict=True))
    which %= len(flow)
    cut = np.append(length, length[which] * (1 - at))
    cut[which] *= at
    whole = of(flow, length, legs=flow.max())
    assert of(np.append(flow, flow[which]), cut, legs=flow.max()) == approx(whole, abs=1e-9)


def test_streets_that_hardly_anybody_takes_do_not_count() -> None:
    used = of([100.0, 50.0], [10.0, 10.0], legs=100.0)
    assert of([100.0, 50.0, 0.09], [10.0, 10.0, 1000.0], legs=100.0) == used
    assert of([100.0, 50.0, 0.11], [10.0, 10.0, 1000.0], legs=100.0) != used


def test_each_demand_is_measured_alone() -> None:
    flow = np.array([[4.0, 0.0, 1.0], [2.0, 0.0, 1.0]])
    found = concentration(flow, np.array([10.0, 10.0]), np.array([4.0, 0.0, 1.0]))
    assert found["flow_gini", ""].tolist() == approx([1 / 6, math.nan, 0.0], nan_ok=True)
