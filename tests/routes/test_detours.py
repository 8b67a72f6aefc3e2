"""How much longer the walks are than the shortest way: worked by hand, and against every path."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from routes.graphs import (
    Path,
    costs_from,
    even,
    journeys,
    near_the_limit,
    networks,
    path_shares,
    paths_within,
)

from grannskap.routes.detours import Detours, detours
from grannskap.routes.flows import walk_legs
from grannskap.routes.network import Network

SQUARE = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0, 100.0, 115.0, 115.0]})


def found(
    edges: pd.DataFrame,
    origin: object,
    trips: Mapping[Any, float],
    *,
    method: str = "logit",
    theta: float = 0.02,
    seed: int = 1,
    home: bool = False,
    n_walks: int = 1000,
) -> Detours | None:
    """Of the walks out, or of those out and home."""
    net = Network.from_edges(edges)
    ending = np.zeros((len(net.nodes), 1))
    ending[net.positions(trips), 0] = list(trips.values())
    nets = [net, net.reversed()] if home else [net]
    legs = [walk_legs(way, way.positions([origin]), ending, method=method, theta_per_m=theta) for way in nets]
    shortest = [way.distances_m([origin]) for way in nets]
    return detours(legs, shortest, net.length_m, seed=seed, n_walks=n_walks)


def test_a_longer_way_for_some() -> None:
    # 200 m by b, 230 m by c: e^(−0.6) against 1, so 35 % walk 1.15 times the shortest way.
    by_c = math.exp(-0.6) / (1.0 + math.exp(-0.6))
    walks = found(SQUARE, "a", {"d": 10.0})
    assert walks is not None
    assert walks.mean == pytest.approx(1.0 + 0.15 * by_c, rel=1e-12)
    assert walks.p95 == pytest.approx(1.15)


def test_few_who_walk_further_do_not_count_in_the_percentile() -> None:
    walks = found(SQUARE, "a", {"d": 10.0}, theta=0.2)  # e^(−6): one in 400
    assert walks is not None
    assert walks.mean == pytest.approx(1.0 + 0.15 * math.exp(-6.0) / (1.0 + math.exp(-6.0)), rel=1e-12)
    assert walks.p95 == 1.0


@pytest.mark.parametrize(("method", "mean", "p95"), [("shortest", 1.0, 1.0), ("within_detour", 1.075, 1.15)])
def test_every_method_has_its_detours(method: str, mean: float, p95: float) -> None:
    walks = found(SQUARE, "a", {"d": 10.0}, method=method)
    assert walks is not None
    assert walks.mean == pytest.approx(mean)
    assert walks.p95 == pytest.approx(p95)


def test_metres_count_and_not_costs() -> None:
    # The way by b feels twice as long, so all walk 230 m by c where 200 m would do.
    edges = SQUARE.assign(cost_uv=[400.0, 400.0, 115.0, 115.0], cost_vu=[400.0, 400.0, 115.0, 115.0])
    walks = found(edges, "a", {"d": 1.0}, method="shortest")
    assert walks is not None
    assert (walks.mean, walks.p95) == pytest.approx((1.15, 1.15))


def test_walks_home_count_as_much_as_walks_out() -> None:
    # Home from d it is steep by b: 5 times the cost, so home all take the 230 m by c; out all take the 200 m by b.
    edges = SQUARE.assign(cost_uv=[100.0, 100.0, 115.0, 115.0], cost_vu=[500.0, 500.0, 115.0, 115.0])
    walks = found(edges, "a", {"d": 10.0}, method="shortest", home=True)
    assert walks is not None
    assert (walks.mean, walks.p95) == pytest.approx((1.075, 1.15))


def test_each_walk_counts_alike_however_long() -> None:
    # Three walks to the other end of a street of 100 m, one over the square: 1.15 for it alone.
    edges = pd.concat([SQUARE, pd.DataFrame({"u": ["a"], "v": ["z"], "length_m": [1.0]})], ignore_index=True)
    edges["cost_uv"] = edges["cost_vu"] = [400.0, 400.0, 115.0, 115.0, 1.0]
    walks = found(edges, "a", {"d": 1.0, "z": 3.0}, method="shortest")
    assert walks is not None
    assert walks.mean == pytest.approx((3.0 + 1.15) / 4.0)


@pytest.mark.parametrize("trips", [{}, {"a": 4.0}])
def test_no_walks_no_ratio(trips: Mapping[Any, float]) -> None:
    assert found(SQUARE, "a", trips) is None


def test_walks_that_end_where_they_begin_are_left_out() -> None:
    assert found(SQUARE, "a", {"a": 50.0, "d": 1.0}) == found(SQUARE, "a", {"d": 1.0})


def test_the_same_seed_gives_the_same_percentile() -> None:
    edges = pd.DataFrame({"u": range(40), "v": range(1, 41), "length_m": 100.0})
    edges = pd.concat([edges, edges.assign(length_m=np.linspace(101.0, 140.0, 40))], ignore_index=True)
    again = [found(edges, 0, {40: 1.0}, seed=seed, theta=0.01) for seed in (1, 1, 2)]
    assert again[0] == again[1]
    assert again[2] is not None
    assert again[0] is not None
    assert again[0].mean == again[2].mean
    assert again[0].p95 != again[2].p95


@pytest.mark.parametrize("method", ["logit", "within_detour"])
@given(edges=networks(), data=st.data())
def test_mean_and_percentile_of_every_path(method: str, edges: pd.DataFrame, data: st.DataObject) -> None:
    edges = edges.assign(length_m=edges.length_m.clip(lower=20.0))
    if method == "within_detour":
        edges = edges.drop(columns=["cost_uv", "cost_vu"])
    (origin,), trips = data.draw(journeys(edges))
    assume(method == "logit" or not near_the_limit(edges, [origin], trips, 1.15))

    def shares(end: int) -> list[tuple[Path, float]]:
        if method == "logit":
            return path_shares(edges, [origin], end, 0.02)
        return even(paths_within(edges, [origin], end, detour_ratio=1.15))

    metres = dict(zip(edges.index.tolist(), edges.length_m.tolist(), strict=True))
    walkable = edges.drop(columns=["cost_uv", "cost_vu"], errors="ignore").assign(
        **{c: edges.length_m.where(np.isfinite(edges[c]), np.inf) for c in ("cost_uv", "cost_vu") if c in edges.columns}
    )
    least = costs_from(walkable, [origin])
    ratio, weight = [], []
    for end, weekly in trips.items():
        for path, share in shares(end) if least[end] > 0 else []:
            ratio.append(math.fsum(metres[arc[0]] for arc in path) / least[end])
            weight.append(weekly * share)
    walks = found(edges, origin, trips, method=method, n_walks=4000)
    if not ratio:
        assert walks is None
        return
    assert walks is not None
    assert walks.mean == pytest.approx(np.average(ratio, weights=weight), rel=1e-9)
    below = sum(w for r, w in zip(ratio, weight, strict=True) if r < walks.p95 * (1 - 1e-9)) / sum(weight)
    upto = sum(w for r, w in zip(ratio, weight, strict=True) if r <= walks.p95 * (1 + 1e-9)) / sum(weight)
    assert below <= 0.97
    assert upto >= 0.93
