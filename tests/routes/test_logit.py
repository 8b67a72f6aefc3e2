"""Dial's logit against enumeration of every efficient path, and what must hold on any network."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from routes.graphs import balance, enumerated_flows, grid, journeys, networks, shortest_path

from grannskap.errors import TableError
from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.network import Network

THETAS = st.sampled_from([1e-4, 0.005, 0.02, 0.1, 0.7])
SQUARE = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})


def flows(edges: pd.DataFrame, origin: object, trips: dict[object, float], *, theta: float = 0.02) -> pd.DataFrame:
    return route_flows(Network.from_edges(edges), origin, trips, theta_per_m=theta)


@given(networks(), THETAS, st.data())
def test_flows_are_those_of_all_efficient_paths(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    found = route_flows(Network.from_edges(edges), origin, trips, theta_per_m=theta)
    pd.testing.assert_frame_equal(
        found, enumerated_flows(edges, [origin], trips, theta), rtol=1e-9, atol=1e-9, check_exact=False
    )


@given(networks(), THETAS, st.data())
def test_flows_from_several_entrances(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=3))
    net = Network.from_edges(edges)
    ending = np.zeros((len(net.nodes), 2))
    ending[net.positions(trips), 0] = list(trips.values())
    ending[:, 1] = 3.0 * ending[:, 0]
    found = edge_flows(net, walk_legs(net, net.positions(origins), ending, method="logit", theta_per_m=theta))
    expected = enumerated_flows(edges, origins, trips, theta).to_numpy().T
    np.testing.assert_allclose(found[:, :, 0], expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found[:, :, 1], 3.0 * expected, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=12, max_extra=20), THETAS, st.data())
def test_what_comes_into_a_node_goes_on_or_ends(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    left = balance(edges, route_flows(Network.from_edges(edges), origin, trips, theta_per_m=theta))
    expected = pd.Series(trips, dtype=float).reindex(left.index, fill_value=0.0)
    expected[origin] -= sum(trips.values())
    np.testing.assert_allclose(left, expected, atol=1e-9)


@given(networks(max_nodes=12, max_extra=20), THETAS, st.data())
def test_shares_of_the_links_into_a_node_add_up(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    net = Network.from_edges(edges)
    ending = np.zeros((len(net.nodes), 1))
    ending[net.positions(trips), 0] = list(trips.values())
    legs = walk_legs(net, net.positions([origin]), ending, method="logit", theta_per_m=theta)
    assert (legs.tail < legs.head).all()
    assert np.isfinite(net.cost_m[legs.arc]).all()
    into = np.bincount(legs.head, weights=legs.probability, minlength=len(legs.node))
    np.testing.assert_allclose(into, legs.node != net.positions([origin])[0], atol=1e-12)


def test_a_square_splits_evenly() -> None:
    found = flows(SQUARE, "a", {"d": 10.0})
    np.testing.assert_allclose(found.flow_uv, [5.0, 5.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.flow_vu, [0.0, 0.0, 5.0, 5.0], atol=1e-12)


def test_a_longer_way_round_is_taken_by_its_likeness() -> None:
    # a–b–d is 200 m, a–c–d 230 m: e^(−0.02 · 30) = 0.5488 against 1, so 0.3543 of ten trips go by c.
    found = flows(SQUARE.assign(length_m=[100.0, 100.0, 115.0, 115.0]), "a", {"d": 10.0})
    by_c = 10.0 * math.exp(-0.6) / (1.0 + math.exp(-0.6))
    assert by_c == pytest.approx(3.5434, abs=1e-4)
    np.testing.assert_allclose(found.flow_uv + found.flow_vu, [10.0 - by_c, 10.0 - by_c, by_c, by_c], rtol=1e-12)


def test_nobody_turns_back_towards_the_origin() -> None:
    # The detour a–b–c–d (20 + 60 + 20 m) to d, 40 m away by the street a–d: c is farther than d, so c–d is not taken.
    edges = pd.DataFrame({"u": list("aabc"), "v": list("dbcd"), "length_m": [40.0, 20.0, 60.0, 20.0]})
    found = flows(edges, "a", {"d": 1.0}, theta=1e-4)
    assert (found.flow_uv + found.flow_vu).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_grid_of_streets_splits_as_pascals_triangle() -> None:
    # In a grid of 3 × 3 blocks all 20 ways from corner to corner are equally long; link shares are counts of ways.
    edges = grid(4, 4)
    found = flows(edges, 0, {15: 20.0}).sum(axis=1)
    ways = [[math.comb(x + y, x) for x in range(4)] for y in range(4)]
    for (u, v), flow in zip(edges[["u", "v"]].itertuples(index=False), found, strict=True):
        (y, x), (b, a) = divmod(u, 4), divmod(v, 4)
        assert flow == pytest.approx(ways[y][x] * ways[3 - b][3 - a])


@given(networks(max_nodes=10, max_extra=12), THETAS, st.data())
def test_new_labels_and_another_order_change_nothing(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    nodes = sorted({*edges.u, *edges.v})
    shuffled = data.draw(st.permutations(nodes))
    label = {node: f"n{other}" for node, other in zip(nodes, shuffled, strict=True)}
    order = data.draw(st.permutations(edges.index.tolist()))
    other = edges.assign(u=edges.u.map(label), v=edges.v.map(label)).loc[order]
    found = flows(other, label[origin], {label[end]: n for end, n in trips.items()}, theta=theta)
    expected = route_flows(Network.from_edges(edges), origin, trips, theta_per_m=theta)
    pd.testing.assert_frame_equal(found.sort_index(), expected, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=10, max_extra=12), st.data())
def test_turning_edges_round_swaps_their_columns(edges: pd.DataFrame, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    turned = edges.rename(columns={"u": "v", "v": "u", "cost_uv": "cost_vu", "cost_vu": "cost_uv"})
    found = route_flows(Network.from_edges(turned), origin, trips)
    expected = route_flows(Network.from_edges(edges), origin, trips)
    np.testing.assert_allclose(found[["flow_vu", "flow_uv"]], expected, rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=10, max_extra=12), THETAS, st.data())
def test_linear_in_trips(edges: pd.DataFrame, theta: float, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    net = Network.from_edges(edges)
    whole = route_flows(net, origin, trips, theta_per_m=theta)
    twice = route_flows(net, origin, {end: 2.0 * n for end, n in trips.items()}, theta_per_m=theta)
    apart = sum(route_flows(net, origin, {end: n}, theta_per_m=theta) for end, n in trips.items())
    np.testing.assert_allclose(twice, 2.0 * whole, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(apart, whole, rtol=1e-9, atol=1e-12)


def test_several_attractors_at_one_node_keep_their_weight() -> None:
    net = Network.from_edges(SQUARE)
    ending = np.zeros((4, 3))
    ending[3] = [10.0, 10.0, 4.0]  # three attractors at d, for three functions
    legs = walk_legs(net, net.positions(["a"]), ending, method="logit", theta_per_m=0.02)
    np.testing.assert_allclose(edge_flows(net, legs).sum(axis=(0, 2)), [12.0] * 4, rtol=1e-12)


def test_trips_that_end_where_they_begin_walk_nowhere() -> None:
    assert not flows(SQUARE, "a", {"a": 5.0}).to_numpy().any()
    np.testing.assert_allclose(flows(SQUARE, "a", {"a": 5.0, "d": 10.0}).sum(axis=1), [5.0] * 4)


@pytest.mark.parametrize("trips", [{}, {"d": 0.0}])
def test_no_trips_no_flow(trips: dict[object, float]) -> None:
    found = flows(SQUARE, "a", trips)
    assert found.columns.tolist() == ["flow_uv", "flow_vu"]
    assert not found.to_numpy().any()


@given(networks(max_nodes=10, max_extra=12), st.data())
def test_a_large_theta_gives_the_shortest_path(edges: pd.DataFrame, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    expected = np.zeros((len(edges), 2))
    for end, weekly in trips.items():
        path, margin = shortest_path(edges, origin, end)
        assume(margin > 0.01)
        for edge, way in path:
            expected[edge, way] += weekly
    found = route_flows(Network.from_edges(edges), origin, trips, theta_per_m=5000.0)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("theta", [1e-300, 1e-12, 1e-4, 0.02])
def test_more_ways_than_a_double_can_count(theta: float) -> None:
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
    found = route_flows(Network.from_edges(edges), 0, {3 * n: 8.0}, theta_per_m=theta)
    np.testing.assert_allclose(found.flow_uv, 4.0, rtol=1e-9)
    assert not found.flow_vu.any()


@pytest.mark.parametrize("theta", [1e-6, 1e-3, 0.02, 1.0])
def test_a_ladder_of_many_rungs(theta: float) -> None:
    # Two parallel streets of different length on every stretch, and rungs between them: again more than 2^1500 ways.
    n = 1500
    rng = np.random.default_rng(4)
    left, right = np.arange(n) * 2, np.arange(n) * 2 + 1
    u = np.concatenate([left[:-1], left[:-1], right[:-1], left])
    v = np.concatenate([left[1:], left[1:], right[1:], right])
    edges = pd.DataFrame({"u": u, "v": v, "length_m": rng.uniform(9.0, 11.0, len(u))})
    trips = {2 * n - 1: 5.0, n: 2.0}
    found = route_flows(Network.from_edges(edges), 0, trips, theta_per_m=theta)
    assert np.isfinite(found.to_numpy()).all()
    assert (found.to_numpy() >= 0).all()
    left_over = balance(edges, found)
    assert left_over[0] == pytest.approx(-7.0)
    assert left_over[2 * n - 1] == pytest.approx(5.0)
    assert left_over[n] == pytest.approx(2.0)
    np.testing.assert_allclose(left_over.drop([0, n, 2 * n - 1]), 0.0, atol=1e-9)


def test_a_large_grid_at_a_small_theta() -> None:
    # 149 × 149 blocks: C(298, 149), about 10^88, ways of the same length; every link carries its part of the flow.
    edges = grid(150, 150, metres=12.5)
    found = route_flows(Network.from_edges(edges), 0, {150 * 150 - 1: 1.0}, theta_per_m=1e-5)
    assert (found.flow_uv > 0).all()
    assert not found.flow_vu.any()
    left = balance(edges, found)
    np.testing.assert_allclose(left.iloc[1:-1], 0.0, atol=1e-12)
    assert left.iloc[-1] == pytest.approx(1.0)


@given(
    networks(max_nodes=9, max_extra=10, symmetric=True),
    st.floats(1e-4, 10.0),
    st.lists(st.floats(0.01, 10_000.0), min_size=18, max_size=18),
    st.data(),
)
def test_any_theta_on_any_lengths(edges: pd.DataFrame, theta: float, metres: list[float], data: st.DataObject) -> None:
    edges = edges.assign(length_m=metres[: len(edges)])
    (origin,), trips = data.draw(journeys(edges))
    found = route_flows(Network.from_edges(edges), origin, trips, theta_per_m=theta)
    assert np.isfinite(found.to_numpy()).all()
    assert (found.to_numpy() >= 0).all()
    assert found.to_numpy().max() <= sum(trips.values()) * (1 + 1e-9)
    np.testing.assert_allclose(balance(edges, found).sum(), 0.0, atol=1e-6)
    np.testing.assert_allclose(-balance(edges, found)[origin], sum(trips.values()) - trips.get(origin, 0.0), rtol=1e-6)


@pytest.mark.parametrize("theta", [1e3, 1e6, 1e300, math.inf])
def test_theta_without_bounds_is_the_shortest_way(theta: float) -> None:
    edges = SQUARE.assign(length_m=[0.1, 0.7, 0.2, 0.3])  # a–b–d 0.8, a–c–d 0.5 and rounding in the sums
    found = flows(edges, "a", {"d": 10.0}, theta=theta)
    assert (found.flow_uv + found.flow_vu).tolist() == pytest.approx([0.0, 0.0, 10.0, 10.0])


@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e9, 1e300])
def test_lengths_in_an_absurd_unit_do_no_harm(unit: float) -> None:
    edges = grid(6, 6)
    edges["length_m"] = np.random.default_rng(5).uniform(0.5, 1.5, len(edges)) * unit
    found = route_flows(Network.from_edges(edges), 0, {35: 4.0})
    assert (found.to_numpy() >= 0).all()
    assert balance(edges, found)[35] == pytest.approx(4.0)


def test_flows_are_indexed_like_the_edges() -> None:
    odd = SQUARE.set_index(pd.Index(["z", "a", "m", "b"], name="street"))
    found = flows(odd.assign(length_m=[100.0, 100.0, 110.0, 110.0]), "a", {"d": 10.0})
    assert found.index.equals(odd.index)
    by_b, by_c = found.flow_uv.to_dict(), found.flow_vu.to_dict()
    assert by_b["z"] == pytest.approx(by_b["a"])
    assert by_b["z"] > by_c["m"] > 0


def sentence(error: pytest.ExceptionInfo[TableError]) -> str:
    text = str(error.value)
    assert re.fullmatch(r"[A-Za-zθ][^\n]*\.", text)
    return text


def test_a_node_that_cannot_be_reached_is_named() -> None:
    islands = pd.DataFrame({"u": ["a", "x"], "v": ["b", "y"], "length_m": [10.0, 10.0]})
    with pytest.raises(TableError) as error:
        flows(islands, "a", {"b": 1.0, "y": 2.0})
    assert sentence(error) == "Node y cannot be reached from node a: leave out the trips between them."
    assert flows(islands, "a", {"b": 1.0, "y": 0.0}).flow_uv.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(("origin", "end", "named"), [("q", "b", "q"), ("a", "w", "w")])
def test_an_unknown_node_is_named(origin: str, end: str, named: str) -> None:
    with pytest.raises(TableError) as error:
        flows(SQUARE, origin, {end: 1.0})
    assert f"no node {named}:" in sentence(error)


@pytest.mark.parametrize("weekly", [-1.0, math.nan, math.inf, "many", None])
def test_trips_are_numbers_from_zero(weekly: float) -> None:
    with pytest.raises(TableError) as error:
        flows(SQUARE, "a", {"b": 1.0, "d": weekly})
    assert sentence(error) == "Trips to node d must be a number of at least 0."


@pytest.mark.parametrize("theta", [0.0, -0.02, math.nan])
def test_theta_is_above_zero(theta: float) -> None:
    with pytest.raises(TableError) as error:
        flows(SQUARE, "a", {"d": 1.0}, theta=theta)
    assert "must be above 0" in sentence(error)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(TableError) as error:
        route_flows(Network.from_edges(SQUARE), "a", {"d": 1.0}, method="crow")
    assert "no route method crow" in sentence(error)
