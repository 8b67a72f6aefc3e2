"""Addresses are a crowd when nobody who guesses a single place is right more often than wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grannskap.public.crowd import OFF_M, densest, is_crowd

TOWNS = arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(0, 1000))


@given(TOWNS, st.floats(0, 1000), st.floats(0, 1000))
def test_no_guess_is_near_more_than_are_told(spots: np.ndarray, x: float, y: float) -> None:
    near = np.count_nonzero(np.hypot(*(spots - (x, y)).T) < OFF_M)
    assert near <= densest(spots) <= len(spots)


@given(TOWNS)
def test_a_crowd_has_enough_out_of_reach_of_any_guess(spots: np.ndarray) -> None:
    if is_crowd(spots, least=5):
        for guess in spots:
            far = np.count_nonzero(np.hypot(*(spots - guess).T) >= OFF_M)
            assert far >= max(5, len(spots) / 2)


@pytest.mark.parametrize(("here", "there", "crowd"), [(30, 0, False), (30, 19, False), (30, 29, False), (30, 30, True)])
def test_twenty_addresses_in_one_yard_are_as_good_as_one(here: int, there: int, crowd: bool) -> None:
    spots = np.concatenate([np.zeros((here, 2)), np.full((there, 2), 400.0)])
    assert is_crowd(spots, least=20) == crowd


def test_nobody_is_no_crowd() -> None:
    assert densest(np.empty((0, 2))) == 0
    assert not is_crowd(np.empty((0, 2)), least=1)
