"""Chance by key: uniform, the same everywhere, and what is drawn for one key tells nothing of any other."""

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grannskap.exposure.chance import factors, keys_of, uniform

WAYS = [f"way/{number}" for number in range(20_000)]
KEYS = keys_of(WAYS)
FEW = 200
ALL64 = 2**64 - 1


def splitmix(name: str, seed: int, draw: int, what: str) -> float:
    """The same number in plain Python, with integers of any size."""

    def key(text: str) -> int:
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")

    z = (key(name) + key(f"{seed}/{draw}/{what}")) & ALL64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ALL64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ALL64
    z ^= z >> 31
    return ((z >> 11) + 0.5) / 2**53


def over_draws(name: str, what: str = "cost", *, seed: int = 1, n: int = 2000) -> np.ndarray:
    key = keys_of([name])
    return np.array([uniform(key, seed=seed, draw=draw, what=what)[0] for draw in range(n)])


@given(st.text(max_size=20), st.integers(0, 2**40), st.integers(0, 10_000), st.sampled_from(["cost", "trips", "å"]))
def test_as_worked_out_in_plain_python(name: str, seed: int, draw: int, what: str) -> None:
    found = uniform(keys_of([name]), seed=seed, draw=draw, what=what)
    assert found.tolist() == [splitmix(name, seed, draw, what)]
    assert 0.0 < found[0] < 1.0


def test_the_same_numbers_for_ever() -> None:
    """A published ranking can be drawn again with any later version, on any computer."""
    assert keys_of(["way/1"]).tolist() == [int.from_bytes(hashlib.blake2b(b"way/1", digest_size=8).digest(), "little")]
    found = uniform(keys_of(["way/1", "node/2"]), seed=1, draw=0, what="cost")
    assert found.tolist() == pytest.approx([0.1061356864028738, 0.1530825192195457], abs=1e-15)


def test_uniform_over_keys_and_over_draws() -> None:
    assert stats.kstest(uniform(KEYS, seed=1, draw=0, what="cost"), "uniform").pvalue > 0.01
    assert stats.kstest(over_draws("way/17"), "uniform").pvalue > 0.01


def test_whatever_other_keys_there_are() -> None:
    every = uniform(KEYS, seed=3, draw=5, what="cost")
    some = np.array([7, 3, 19_999, 12])
    np.testing.assert_array_equal(uniform(KEYS[some], seed=3, draw=5, what="cost"), every[some])


@pytest.mark.parametrize(
    "other",
    [{"seed": 2}, {"draw": 1}, {"what": "missing"}, {"seed": 10, "draw": 10}],
    ids=["seed", "draw", "what", "both"],
)
def test_another_seed_draw_or_purpose_is_another_number(other: dict[str, object]) -> None:
    asked: dict[str, object] = {"seed": 1, "draw": 0, "what": "cost"}
    one, two = uniform(KEYS, **asked), uniform(KEYS, **(asked | other))  # type: ignore[arg-type]
    assert abs(stats.pearsonr(one, two).statistic) < 4 / math.sqrt(len(KEYS))
    assert not (one == two).any()


def test_keys_know_nothing_of_each_other() -> None:
    drawn = np.array([uniform(KEYS[:FEW], seed=1, draw=draw, what="cost") for draw in range(1000)])
    between = np.corrcoef(drawn.T)[np.triu_indices(FEW, 1)]
    after = np.corrcoef(drawn[1:, 0], drawn[:-1, 0])[0, 1]
    assert np.abs(between).max() < 5.5 / math.sqrt(1000)
    assert abs(after) < 4 / math.sqrt(1000)
    assert np.std(between) == pytest.approx(1 / math.sqrt(1000), rel=0.05)


def test_seed_and_draw_are_not_mixed_up() -> None:
    one, other = (uniform(KEYS[:5], seed=s, draw=d, what="cost") for s, d in ((1, 11), (11, 1)))
    assert not (one == other).any()


@pytest.mark.parametrize("low_high", [(0.5, 2.0), (0.85, 1.176), (0.1, 3.0)])
def test_ninety_of_a_hundred_factors_lie_between_the_two(low_high: tuple[float, float]) -> None:
    low, high = low_high
    found = factors(KEYS, low_high, seed=1, draw=0, what="cost")
    assert (found < low).mean() == pytest.approx(0.05, abs=0.006)
    assert (found > high).mean() == pytest.approx(0.05, abs=0.006)
    middle, spread = math.log(low * high) / 2, math.log(high / low) / 2 / stats.norm.ppf(0.95)
    assert stats.kstest(np.log(found), "norm", args=(middle, spread)).pvalue > 0.01


def test_no_doubt_no_factor() -> None:
    assert (factors(KEYS, (1.0, 1.0), seed=1, draw=0, what="cost") == 1.0).all()


def test_no_keys() -> None:
    assert uniform(keys_of([]), seed=1, draw=0, what="cost").shape == (0,)
    assert factors(keys_of([]), (0.5, 2.0), seed=1, draw=0, what="cost").shape == (0,)


def test_factors_of_one_purpose_tell_nothing_of_the_next() -> None:
    trips, beta = (factors(KEYS, (0.5, 2.0), seed=1, draw=0, what=what) for what in ("trips", "beta"))
    assert abs(stats.spearmanr(trips, beta).statistic) < 4 / math.sqrt(len(KEYS))
