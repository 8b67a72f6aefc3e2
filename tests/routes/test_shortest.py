"""The tree of least cost against networkx, and how ties are broken."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import balance, grid, journeys, networks, shortest_path

from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.network import Network


@given(networks(max_nodes=10, max_extra=12), st.data())
def test_flows_follow_the_paths_of_networkx(edges: pd.DataFrame, data: st.DataObject) -> None:
    (origin,), trips = data.draw(journeys(edges))
    net = Network.from_edges(edges)
    for end, weekly in trips.items():
        path, margin = shortest_path(edges, origin, end)
        if margin < 1e-5:
            continue  # a tie: networkx may choose another of the ways
        expected = np.zeros((len(edges), 2))
        for edge, way in path:
            expected[edge, way] = weekly
        found = route_flows(net, origin, {end: weekly}, method="shortest")
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@given(networks(max_nodes=10, max_extra=12), st.data())
def test_a_tree_with_whole_trips_on_every_link(edges: pd.DataFrame, data: st.DataObject) -> None:
    origins, trips = data.draw(journeys(edges, n_origins=2))
    net = Network.from_edges(edges)
    ending = np.zeros((len(net.nodes), 1))
    ending[net.positions(trips), 0] = list(trips.values())
    legs = walk_legs(net, net.positions(origins), ending, method="shortest", theta_per_m=0.02)
    into = np.bincount(legs.head, minlength=len(legs.node))
    assert into.tolist() == (~np.isin(legs.node, net.positions(origins))).astype(int).tolist()
    assert (legs.probability == 1.0).all()
    assert (legs.tail < legs.head).all()
    flow = edge_flows(net, legs)[:, :, 0]
    left = balance(edges, pd.DataFrame({"flow_uv": flow[0], "flow_vu": flow[1]}, index=edges.index))
    expected = pd.Series(trips, dtype=float).reindex(left.index, fill_value=0.0)
    ends_elsewhere = left.drop(origins)
    np.testing.assert_allclose(ends_elsewhere, expected.drop(origins), atol=1e-9)


@given(st.permutations(range(24)))
def test_ties_do_not_depend_on_the_order_of_the_edges(order: list[int]) -> None:
    edges = grid(4, 4)
    trips = {15: 8.0, 10: 4.0, 3: 1.0}
    expected = route_flows(Network.from_edges(edges), 0, trips, method="shortest")
    found = route_flows(Network.from_edges(edges.loc[order]), 0, trips, method="shortest")
    pd.testing.assert_frame_equal(found.sort_index(), expected)


def test_of_equal_ways_the_one_over_the_first_node_is_taken() -> None:
    square = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})
    found = route_flows(Network.from_edges(square), "a", {"d": 10.0}, method="shortest")
    assert found.flow_uv.tolist() == [10.0, 10.0, 0.0, 0.0]
    assert not found.flow_vu.any()


def test_rounding_breaks_no_tie() -> None:
    # a–b–d is 0.1 + 0.2 = 0.30000000000000004 m and a–c–d 0.3 m in doubles: the same length, so b is first.
    edges = pd.DataFrame({"u": list("abac"), "v": list("bdcd"), "length_m": [0.1, 0.2, 0.15, 0.15]})
    assert 0.1 + 0.2 > 0.15 + 0.15
    found = route_flows(Network.from_edges(edges), "a", {"d": 10.0}, method="shortest")
    assert found.flow_uv.tolist() == [10.0, 10.0, 0.0, 0.0]


def test_of_parallel_edges_the_shorter_is_taken() -> None:
    edges = pd.DataFrame({"u": [1, 2, 1], "v": [2, 1, 2], "length_m": [90.0, 70.0, 80.0]})
    found = route_flows(Network.from_edges(edges), 1, {2: 3.0}, method="shortest")
    assert found.flow_vu.tolist() == [0.0, 3.0, 0.0]
    assert not found.flow_uv.any()


def test_a_one_way_street_is_not_walked_against_its_direction() -> None:
    edges = pd.DataFrame(
        {"u": list("aab"), "v": list("cbc"), "length_m": [50.0, 40.0, 40.0], "cost_uv": [np.inf, 40.0, 40.0]}
    ).assign(cost_vu=[50.0, 40.0, 40.0])
    net = Network.from_edges(edges)
    assert route_flows(net, "a", {"c": 1.0}, method="shortest").flow_uv.tolist() == [0.0, 1.0, 1.0]
    assert route_flows(net.reversed(), "a", {"c": 1.0}, method="shortest").flow_uv.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("trips", [{}, {"d": 0.0}, {"a": 4.0}])
def test_nothing_to_walk(trips: dict[str, float]) -> None:
    square = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})
    assert not route_flows(Network.from_edges(square), "a", trips, method="shortest").to_numpy().any()
