"""The middles of many places, worked by hand and held against what each of them means."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grannskap.public.centres import centres

SPOTS = arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(-1000, 1000).map(float))


@given(SPOTS)
def test_each_middle_is_what_its_name_says(spots: np.ndarray) -> None:
    found = centres(spots, np.ones(len(spots)))
    assert found["mean"] == pytest.approx(tuple(spots.mean(axis=0)))
    assert found["median"] == pytest.approx(tuple(np.quantile(spots, 0.5, axis=0, method="inverted_cdf")))
    hull = shapely.MultiPoint(spots).convex_hull
    assert found["middle of the hull"] == pytest.approx((hull.centroid.x, hull.centroid.y))
    west, south, east, north = hull.bounds
    assert found["middle of the box"] == pytest.approx(((west + east) / 2, (south + north) / 2))


@given(SPOTS)
def test_no_place_is_nearer_to_all_than_the_one_that_is_nearest(spots: np.ndarray) -> None:
    found = np.array(centres(spots, np.ones(len(spots)))["nearest to all"])

    def metres(spot: np.ndarray) -> float:
        return float(np.hypot(*(spots - spot).T).sum())

    around = [found + 20 * np.array([np.cos(turn), np.sin(turn)]) for turn in np.linspace(0, 2 * np.pi, 12)]
    for other in [*around, spots.mean(axis=0), np.median(spots, axis=0), *spots]:
        assert metres(found) <= metres(other) + len(spots)


@given(SPOTS, st.data())
def test_a_weight_is_so_many_places(spots: np.ndarray, data: st.DataObject) -> None:
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(spots), max_size=len(spots))))
    one, many = centres(spots, times.astype(float)), centres(np.repeat(spots, times, axis=0), np.ones(times.sum()))
    assert one.keys() == many.keys()
    for way, spot in one.items():
        assert spot == pytest.approx(many[way], abs=1.0), way


def test_what_lies_far_out_moves_some_middles_and_not_others() -> None:
    chance = np.random.default_rng(3)
    spots = np.concatenate([chance.normal(0, 50, size=(95, 2)), np.full((5, 2), 10_000.0)])
    found = {way: np.hypot(*spot) for way, spot in centres(spots, np.ones(100)).items()}
    assert max(found[way] for way in ("median", "inner mean", "nearest to all")) < 50
    assert min(found[way] for way in ("mean", "middle of the box", "middle of the hull")) > 400


def test_nothing_has_no_middle() -> None:
    assert centres(np.empty((0, 2)), np.empty(0)) == {}
    assert centres(np.zeros((3, 2)), np.zeros(3)) == {}
