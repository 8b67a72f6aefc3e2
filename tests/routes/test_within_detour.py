"""Routes within a detour against enumeration of the stated route set, and what must hold on any network."""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from routes.graphs import (
    Path,
    balance,
    costs_from,
    efficient_paths,
    even,
    flows_of,
    grid,
    journeys,
    near_the_limit,
    networks,
    paths_on_the_ruler,
    paths_within,
    ruler_m,
)

from grannskap.errors import TableError
from grannskap.routes import budgets
from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.legs import Legs
from grannskap.routes.network import Floats, Network

RATIOS = st.sampled_from([1.0, 1.001, 1.05, 1.15, 1.5, 2.0, 10.0])
Told = Callable[[], AbstractContextManager[object]]
SQUARE = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})  # a–b–d and a–c–d


def flows(edges: pd.DataFrame, origin: object, trips: Mapping[Any, float], *, ratio: float = 1.15) -> pd.DataFrame:
    return route_flows(Network.from_edges(edges), origin, trips, method="within_detour", detour_ratio=ratio)


def used(edges: pd.DataFrame, origin: object, trips: Mapping[Any, float], *, ratio: float = 1.15) -> list[float]:
    """Flow on each edge in either direction."""
    return flows(edges, origin, trips, ratio=ratio).sum(axis=1).round(9).tolist()


def none_told_apart() -> AbstractContextManager[object]:
    """As where there are too many different excesses to tell them apart."""
    return patch.object(budgets, "_EXACT_STATES", -1)


def legs_to(net: Network, origins: list[int], ending: Floats, *, ratio: float = 1.15) -> Legs:
    return walk_legs(net, net.positions(origins), ending, method="within_detour", theta_per_m=0.02, detour_ratio=ratio)


def ends_of(net: Network, trips: dict[int, float]) -> Floats:
    ending = np.zeros((len(net.nodes), 2))
    ending[net.positions(trips), 0] = list(trips.values())
    ending[:, 1] = 3.0 * ending[:, 0]
    return ending


@given(networks(), RATIOS, st.data())
def test_flows_are_those_of_the_stated_route_set(edges: pd.DataFrame, ratio: float, data: st.DataObject) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=3))
    assume(not near_the_limit(edges, origins, trips, ratio))
    net = Network.from_edges(edges)
    found = edge_flows(net, legs_to(net, origins, ends_of(net, trips), ratio=ratio))
    expected = flows_of(edges, trips, lambda end: even(paths_within(edges, origins, end, detour_ratio=ratio)))
    np.testing.assert_allclose(found[:, :, 0], expected.to_numpy().T, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found[:, :, 1], 3.0 * expected.to_numpy().T, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=9, max_extra=10), RATIOS, st.data())
def test_lengths_in_whole_metres_make_ways_just_within_the_limit(
    edges: pd.DataFrame, ratio: float, data: st.DataObject
) -> None:
    edges = edges.drop(columns=["cost_uv", "cost_vu"]).assign(length_m=[20.0 + i % 4 for i in range(len(edges))])
    (origin,), trips = data.draw(journeys(edges))
    expected = flows_of(edges, trips, lambda end: even(paths_within(edges, [origin], end, detour_ratio=ratio)))
    np.testing.assert_allclose(flows(edges, origin, trips, ratio=ratio), expected, rtol=1e-9, atol=1e-9)


@given(st.floats(5.0, 50.0), st.integers(1, 12))
def test_ways_exactly_at_the_limit_are_accepted_however_lengths_are_rounded(metres: float, n: int) -> None:
    # A chain of choices between a street and one that is 15 % longer: only who always takes the longer is at the limit.
    edges = pd.DataFrame(
        {"u": [*range(n)] * 2, "v": [*range(1, n + 1)] * 2, "length_m": [metres] * n + [1.15 * metres] * n}
    )
    np.testing.assert_allclose(flows(edges, 0, {n: 2.0}, ratio=1.15), [[1.0, 0.0]] * 2 * n, rtol=1e-9)


@given(networks(), RATIOS, st.data())
def test_where_excesses_are_many_the_route_set_is_that_of_the_ruler(
    edges: pd.DataFrame, ratio: float, data: st.DataObject
) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=3))
    net = Network.from_edges(edges)
    with none_told_apart():
        found = edge_flows(net, legs_to(net, origins, ends_of(net, trips), ratio=ratio))
    width = ruler_m(edges, origins, trips, ratio)

    def shares(end: int) -> list[tuple[Path, float]]:
        return even(paths_on_the_ruler(edges, origins, end, detour_ratio=ratio, width_m=width))

    expected = flows_of(edges, trips, shares).to_numpy().T
    np.testing.assert_allclose(found[:, :, 0], expected, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=8), RATIOS, st.data())
def test_without_ways_near_the_limit_the_ruler_makes_no_difference(
    edges: pd.DataFrame, ratio: float, data: st.DataObject
) -> None:
    origins, trips = data.draw(journeys(edges))
    assume(not near_the_limit(edges, origins, trips, ratio, width_m=ruler_m(edges, origins, trips, ratio)))
    expected = flows(edges, origins[0], trips, ratio=ratio)
    with none_told_apart():
        found = flows(edges, origins[0], trips, ratio=ratio)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("longer", "by_c"), [(100.0, 5.0), (112.0, 5.0), (115.0, 5.0), (116.0, 0.0), (130.0, 0.0)])
def test_a_way_counts_as_much_as_the_shortest_up_to_the_ratio(longer: float, by_c: float) -> None:
    # a–b–d is 200 m and a–c–d twice `longer`: at most 230 m are accepted, 230 included.
    edges = SQUARE.assign(length_m=[100.0, 100.0, longer, longer])
    assert used(edges, "a", {"d": 10.0}) == [10.0 - by_c, 10.0 - by_c, by_c, by_c]


def test_the_ratio_changes_the_ways() -> None:
    edges = SQUARE.assign(length_m=[100.0, 100.0, 115.0, 115.0])
    assert used(edges, "a", {"d": 10.0}, ratio=1.14) == [10.0, 10.0, 0.0, 0.0]
    assert used(edges, "a", {"d": 10.0}, ratio=1.16) == [5.0, 5.0, 5.0, 5.0]


def test_each_destination_has_a_budget_of_its_own() -> None:
    # Two streets a–b of 100 and 120 m, then 200 m to d: 120 m is 20 % more to b, but 320 m only 7 % more to d.
    edges = pd.DataFrame({"u": list("aab"), "v": list("bbd"), "length_m": [100.0, 120.0, 200.0]})
    assert used(edges, "a", {"b": 4.0}) == [4.0, 0.0, 0.0]
    assert used(edges, "a", {"d": 4.0}) == [2.0, 2.0, 4.0]
    assert used(edges, "a", {"b": 4.0, "d": 4.0}) == [6.0, 2.0, 4.0]


def test_the_sum_of_the_detours_counts() -> None:
    # Twice a choice between 100 and 120 m: 200 and 2 × 220 m are within 15 % of 200 m, 240 m is not.
    edges = pd.DataFrame({"u": list("aabb"), "v": list("bbdd"), "length_m": [100.0, 120.0, 100.0, 120.0]})
    assert used(edges, "a", {"d": 3.0}) == [2.0, 1.0, 2.0, 1.0]
    assert used(edges, "a", {"d": 3.0}, ratio=1.25) == [1.5, 1.5, 1.5, 1.5]


def test_ways_count_and_not_streets() -> None:
    # By b there are two ways to d (two streets b–d), by c one: a third each.
    edges = pd.DataFrame({"u": list("abbac"), "v": list("bddcd"), "length_m": [100.0] * 5})
    assert used(edges, "a", {"d": 9.0}) == [6.0, 3.0, 3.0, 3.0, 3.0]


def test_nobody_turns_back_towards_the_origin() -> None:
    # The detour a–b–c–d (20 + 60 + 20 m) to d, 40 m away by the street a–d: c is farther than d, so c–d is not taken.
    edges = pd.DataFrame({"u": list("aabc"), "v": list("dbcd"), "length_m": [40.0, 20.0, 60.0, 20.0]})
    assert used(edges, "a", {"d": 1.0}, ratio=3.0) == [1.0, 0.0, 0.0, 0.0]


def test_a_grid_splits_as_pascals_triangle() -> None:
    edges = grid(4, 4)
    found = flows(edges, 0, {15: 20.0}).sum(axis=1)
    ways = [[math.comb(x + y, x) for x in range(4)] for y in range(4)]
    for (u, v), flow in zip(edges[["u", "v"]].itertuples(index=False), found, strict=True):
        (y, x), (b, a) = divmod(u, 4), divmod(v, 4)
        assert flow == pytest.approx(ways[y][x] * ways[3 - b][3 - a])


@given(networks(max_nodes=10, max_extra=12), st.data())
def test_ratio_one_is_the_shortest_way_and_ties_are_shared(edges: pd.DataFrame, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    found = flows(edges, origin, trips, ratio=1.0)
    every = {end: paths_within(edges, [origin], end, detour_ratio=1.0) for end in trips}
    cost = costs_from(edges, [origin])
    for end in trips:  # no way that is longer by less than can be told from rounding
        excess = [math.fsum(arc[4] for arc in path) - cost[end] for path in efficient_paths(edges, [origin], end)]
        assume(not any(1e-7 < more < 1e-4 for more in excess))
    np.testing.assert_allclose(found, flows_of(edges, trips, lambda end: even(every[end])), rtol=1e-9, atol=1e-9)
    if all(len(paths) == 1 for paths in every.values()):
        tree = route_flows(Network.from_edges(edges), origin, trips, method="shortest")
        np.testing.assert_allclose(found, tree, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("ratio", [1e3, 1e9, 1e300])
@given(edges=networks(max_nodes=10, max_extra=12), data=st.data())
def test_a_large_ratio_is_the_logit_without_any_preference(
    ratio: float, edges: pd.DataFrame, data: st.DataObject
) -> None:
    (origin,), trips = data.draw(journeys(edges))
    indifferent = route_flows(Network.from_edges(edges), origin, trips, theta_per_m=1e-12)
    np.testing.assert_allclose(flows(edges, origin, trips, ratio=ratio), indifferent, rtol=1e-7, atol=1e-7)


@given(networks(max_nodes=12, max_extra=20), RATIOS, st.data())
def test_what_comes_into_a_node_goes_on_or_ends(edges: pd.DataFrame, ratio: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    left = balance(edges, flows(edges, origin, trips, ratio=ratio))
    expected = pd.Series(trips, dtype=float).reindex(left.index, fill_value=0.0)
    expected[origin] -= sum(trips.values())
    np.testing.assert_allclose(left, expected, atol=1e-9)


@pytest.mark.parametrize("told", [nullcontext, none_told_apart])
@given(edges=networks(max_nodes=12, max_extra=20), ratio=RATIOS, data=st.data())
def test_ranks_are_states_of_nodes(edges: pd.DataFrame, ratio: float, data: st.DataObject, told: Told) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=2))
    net = Network.from_edges(edges)
    ending = ends_of(net, trips)
    with told():
        legs = legs_to(net, origins, ending, ratio=ratio)
    assert (legs.tail < legs.head).all()
    assert (legs.node[legs.tail] == net.tail[legs.arc]).all()
    assert (legs.node[legs.head] == net.head[legs.arc]).all()
    assert np.isfinite(net.cost_m[legs.arc]).all()
    into = np.bincount(legs.head, weights=legs.probability, minlength=len(legs.node))
    np.testing.assert_allclose(into, ~np.isin(legs.node, net.positions(origins)), atol=1e-12)
    by_node = np.zeros_like(ending)
    np.add.at(by_node, legs.node, legs.ending)
    np.testing.assert_allclose(by_node, ending, rtol=1e-12)
    assert (legs.passing.max(axis=1, initial=0.0)[legs.head] > 0).all()  # no state that leads nowhere
    starts = np.bincount(legs.node, minlength=len(net.nodes))[net.positions(origins)]
    assert (starts == 1).all()


@pytest.mark.parametrize("told", [nullcontext, none_told_apart])
@given(edges=networks(max_nodes=12, max_extra=20), ratio=RATIOS, data=st.data())
def test_no_two_states_of_a_node_have_the_same_ways_on(
    edges: pd.DataFrame, ratio: float, data: st.DataObject, told: Told
) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=2))
    net = Network.from_edges(edges)
    with told():
        legs = legs_to(net, origins, ends_of(net, trips), ratio=ratio)
    ends = [bool(each.any()) for each in legs.ending]
    on: list[list[tuple[int, int]]] = [[] for _ in ends]
    for tail, arc, head in zip(legs.tail.tolist(), legs.arc.tolist(), legs.head.tolist(), strict=True):
        on[tail].append((arc, head))
    ways_on = {(node, end, *sorted(on)) for node, end, on in zip(legs.node.tolist(), ends, on, strict=True)}
    assert len(ways_on) == len(legs.node)


def test_what_was_used_is_forgotten_where_it_no_longer_matters() -> None:
    # Two rings of 100 m each way, the second way of the first 10 m longer and that of the second 20 m; 200 m to go.
    edges = pd.DataFrame(
        {"u": [0, 0, 1, 1], "v": [1, 1, 2, 2], "length_m": [100.0, 110.0, 100.0, 120.0]},
    )
    net = Network.from_edges(edges)
    for ratio, states in ((1.0, 1), (1.06, 1), (1.12, 2), (1.2, 1)):
        legs = legs_to(net, [0], ends_of(net, {2: 1.0}), ratio=ratio)
        assert (legs.node == 1).sum() == states, ratio  # two where only those who have not lost 10 m may lose 20
        assert (legs.node == 2).sum() == 1


@given(networks(max_nodes=10, max_extra=12), RATIOS, st.data())
def test_new_labels_and_another_order_change_nothing(edges: pd.DataFrame, ratio: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    nodes = sorted({*edges.u, *edges.v})
    shuffled = data.draw(st.permutations(nodes))
    label = {node: f"n{other}" for node, other in zip(nodes, shuffled, strict=True)}
    order = data.draw(st.permutations(edges.index.tolist()))
    other = edges.assign(u=edges.u.map(label), v=edges.v.map(label)).loc[order]
    found = flows(other, label[origin], {label[end]: n for end, n in trips.items()}, ratio=ratio)
    expected = flows(edges, origin, trips, ratio=ratio)
    pd.testing.assert_frame_equal(found.sort_index(), expected, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=10, max_extra=12), RATIOS, st.data())
def test_linear_in_trips(edges: pd.DataFrame, ratio: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    cost = costs_from(edges, [origin])
    far = max(trips, key=lambda end: cost[end])  # the farthest end rules what counts as equally long
    whole = flows(edges, origin, trips, ratio=ratio)
    twice = flows(edges, origin, {end: 2.0 * n for end, n in trips.items()}, ratio=ratio)
    np.testing.assert_allclose(twice, 2.0 * whole, rtol=1e-9, atol=1e-12)
    apart = [flows(edges, origin, {far: trips[far]} | {end: n}, ratio=ratio) for end, n in trips.items()]
    alone = flows(edges, origin, {far: trips[far]}, ratio=ratio)
    total = alone + sum((part - alone for part in apart), 0.0 * whole)
    np.testing.assert_allclose(total, whole, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=9, max_extra=10, symmetric=True), st.data())
def test_symmetric_streets_are_walked_alike_both_ways(edges: pd.DataFrame, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    net = Network.from_edges(edges)
    home = route_flows(net.reversed(), origin, trips, method="within_detour")
    np.testing.assert_allclose(home, flows(edges, origin, trips), rtol=1e-9, atol=1e-9)


@given(
    networks(max_nodes=9, max_extra=10, symmetric=True),
    RATIOS,
    st.lists(st.floats(0.01, 10_000.0), min_size=18, max_size=18),
    st.data(),
)
def test_any_ratio_on_any_lengths(edges: pd.DataFrame, ratio: float, metres: list[float], data: st.DataObject) -> None:
    edges = edges.assign(length_m=metres[: len(edges)])
    (origin,), trips = data.draw(journeys(edges))
    found = flows(edges, origin, trips, ratio=ratio)
    assert np.isfinite(found.to_numpy()).all()
    assert (found.to_numpy() >= 0).all()
    assert found.to_numpy().max() <= sum(trips.values()) * (1 + 1e-9)
    np.testing.assert_allclose(-balance(edges, found)[origin], sum(trips.values()) - trips.get(origin, 0.0), rtol=1e-6)


@pytest.mark.parametrize("ratio", [1.0, 1.15])
@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e9, 1e300])
def test_lengths_in_an_absurd_unit_do_no_harm(unit: float, ratio: float) -> None:
    edges = grid(6, 6)
    edges["length_m"] = np.random.default_rng(5).uniform(0.5, 1.5, len(edges)) * unit
    found = flows(edges, 0, {35: 4.0}, ratio=ratio)
    assert (found.to_numpy() >= 0).all()
    assert balance(edges, found)[35] == pytest.approx(4.0)


@pytest.mark.parametrize("ratio", [1.0, 1.15, 10.0])
def test_more_ways_than_a_double_can_count(ratio: float) -> None:
    # A chain of 1,500 diamonds has 2^1500 ways, all equally long; a double ends at 2^1024.
    n = 1500
    top, bottom = np.arange(n) * 3 + 1, np.arange(n) * 3 + 2
    near, far = np.arange(n) * 3, np.arange(n) * 3 + 3
    edges = pd.DataFrame(
        {
            "u": np.concatenate([near, near, top, bottom]),
            "v": np.concatenate([top, bottom, far, far]),
            "length_m": 10.0,
        }
    )
    found = flows(edges, 0, {3 * n: 8.0, 3: 2.0}, ratio=ratio)
    np.testing.assert_allclose(found.flow_uv.to_numpy()[[0, n, 1, n + 1]], [5.0, 5.0, 4.0, 4.0], rtol=1e-9)
    np.testing.assert_allclose(found.flow_uv.to_numpy()[2:n], 4.0, rtol=1e-9)
    assert not found.flow_vu.any()


def test_states_that_overflow_keep_their_proportions() -> None:
    # A chain of pairs of equal streets, with 2^1500 ways in all; and off it after 2^500 and at its end four streets to
    # a place, one of 10 m and three of 30 m: a quarter of the ways each.
    n = 1500
    u = [*range(n), *range(n), *[500] * 4, *[n] * 4]
    v = [*range(1, n + 1), *range(1, n + 1), *[n + 1] * 4, *[n + 2] * 4]
    edges = pd.DataFrame({"u": u, "v": v, "length_m": [10.0] * (2 * n) + [10.0, 30.0, 30.0, 30.0] * 2})
    found = flows(edges, 0, {n + 1: 4.0, n + 2: 8.0}).flow_uv.to_numpy()
    np.testing.assert_allclose(found[2 * n :], [1.0] * 4 + [2.0] * 4, rtol=1e-9)
    np.testing.assert_allclose(found[:n], [6.0] * 500 + [4.0] * 1000, rtol=1e-9)


def test_more_detours_than_a_double_can_count() -> None:
    # 1,500 times a choice between 10 and 14 m: C(1500, k) ways of 15,000 + 4 k m. Within 41 % all are accepted,
    # within 8 % those of k up to 300. So many detours shorter than a bin (4.9 m) are the ruler's worst.
    n = 1500
    edges = pd.DataFrame({"u": [*range(n)] * 2, "v": [*range(1, n + 1)] * 2, "length_m": [10.0] * n + [14.0] * n})
    all_ways = flows(edges, 0, {n: 2.0}, ratio=1.41)
    np.testing.assert_allclose(all_ways.flow_uv, 1.0, rtol=1e-9)
    few = flows(edges, 0, {n: 2.0}, ratio=1.08)
    likely = np.array([math.comb(n, k) / math.comb(n, 300) for k in range(301)])
    longer = float(likely @ np.arange(301) / likely.sum())
    assert few.flow_uv.to_numpy()[n:].sum() == pytest.approx(2.0 * longer, rel=0.3)
    np.testing.assert_allclose(balance(edges, few).iloc[1:-1], 0.0, atol=1e-9)


def test_many_nodes_have_wider_bins_and_the_same_flow_in_all() -> None:
    edges = grid(140, 140, metres=12.5)  # 19,600 nodes
    edges["length_m"] *= np.random.default_rng(6).uniform(0.9, 1.1, len(edges))
    ends = {140 * 140 - 1: 1.0, 7_000: 2.0}
    found = flows(edges, 0, ends, ratio=1.05)
    left = balance(edges, found)
    np.testing.assert_allclose(left.drop([0, *ends]), 0.0, atol=1e-9)
    np.testing.assert_allclose(left[list(ends)], list(ends.values()))


@pytest.mark.parametrize("trips", [{}, {"d": 0.0}, {"a": 5.0}])
def test_nothing_to_walk(trips: Mapping[Any, float]) -> None:
    assert not flows(SQUARE, "a", trips).to_numpy().any()


@pytest.mark.parametrize("ratio", [0.99, 0.0, -1.0, math.nan, math.inf])
def test_the_ratio_is_at_least_one(ratio: float) -> None:
    with pytest.raises(TableError) as error:
        flows(SQUARE, "a", {"d": 1.0}, ratio=ratio)
    assert str(error.value) == f"detour_ratio = {ratio}: it must be a number of at least 1."
