"""Trips from many origins in one call: what one call for each would give, added up, and no more walks nor fewer."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bench.growth import made_up_town
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import arcs, balance, costs_from, grid, journeys, networks, shortest_path

import grannskap as gk
from grannskap.errors import TableError
from grannskap.routes import contraction, flows, many_logit, many_shortest
from grannskap.routes.contraction import Contraction
from grannskap.routes.flows import route_flows
from grannskap.routes.journeys import Journeys
from grannskap.routes.many_logit import logit_flows
from grannskap.routes.many_shortest import shortest_flows
from grannskap.routes.network import Floats, Network
from grannskap.routes.trunk import Trunk

SQUARE = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})
ISLANDS = pd.DataFrame({"u": ["a", "x"], "v": ["b", "y"], "length_m": [10.0, 10.0]})
TINY_TOWN = made_up_town(700, n_ends=40)
Trips = list[dict[int, float]]


@st.composite
def many_journeys(draw: st.DrawFn, edges: pd.DataFrame) -> tuple[list[int], Trips]:
    """Origins, some of them twice, each with trips to nodes that can be reached: chains, dead ends, itself."""
    both = draw(st.lists(journeys(edges), min_size=1, max_size=4))
    return [origins[0] for origins, _ in both], [trips for _, trips in both]


def by_shortcuts(net: Network, origins: Sequence[object], trips: Any) -> pd.DataFrame:
    """The shortest ways with shortcuts, however few the origins are."""
    found = shortest_flows(net, Journeys.of(net, origins, trips)).reshape(2, -1)
    return pd.DataFrame(found.T, columns=["flow_uv", "flow_vu"], index=net.edges)


def one_by_one(net: Network, origins: Sequence[object], trips: Trips, **how: Any) -> Floats:
    both = zip(origins, trips, strict=True)
    return sum((route_flows(net, origin, mine, **how).to_numpy() for origin, mine in both), np.zeros(2))


NETWORKS = networks(max_nodes=14, max_extra=14)


@given(NETWORKS, st.data(), st.sampled_from([0, 1, 2, 3, 6]))
def test_all_walks_arrive_at_the_least_cost(edges: pd.DataFrame, data: st.DataObject, most: int) -> None:
    origins, trips = data.draw(many_journeys(edges))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contraction, "_MOST_NEIGHBOURS", most)  # the fewer, the more is left to the core
        found = by_shortcuts(Network.from_edges(edges), origins, trips)
    assert (found.to_numpy() >= 0).all()
    left = balance(edges, found)
    expected, least = pd.Series(0.0, index=left.index), 0.0
    for origin, mine in zip(origins, trips, strict=True):
        costs = costs_from(edges, [origin])
        for end, weekly in mine.items():
            expected[end] += weekly
            expected[origin] -= weekly
            least += weekly * costs[end]
    np.testing.assert_allclose(left, expected, atol=1e-9)
    columns = found.to_numpy()
    walked = math.fsum(columns[edge, way] * cost for edge, way, *_, cost in arcs(edges))
    assert walked == pytest.approx(least, rel=1e-12, abs=1e-9)
    open_arcs = {(edge, way) for edge, way, *_ in arcs(edges)}
    assert all(columns[row] == 0.0 for row in np.ndindex(columns.shape) if row not in open_arcs)


@given(NETWORKS, st.data())
def test_shortcuts_stand_for_the_paths_of_networkx(edges: pd.DataFrame, data: st.DataObject) -> None:
    origins, trips = data.draw(many_journeys(edges))
    expected = np.zeros((len(edges), 2))
    unique: Trips = [{} for _ in origins]
    for origin, mine, kept in zip(origins, trips, unique, strict=True):
        for end, weekly in mine.items():
            path, margin = shortest_path(edges, origin, end)
            if margin < 1e-5:
                continue  # a tie: networkx may choose another of the ways
            kept[end] = weekly
            for edge, way in path:
                expected[edge, way] += weekly
    net = Network.from_edges(edges)
    found = by_shortcuts(net, origins, unique)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found, one_by_one(net, origins, unique, method="shortest"), rtol=1e-9, atol=1e-9)


@given(networks(max_nodes=10), st.sampled_from(["logit", "shortest", "within_detour"]), st.data())
def test_several_origins_are_the_sum_of_each(edges: pd.DataFrame, method: str, data: st.DataObject) -> None:
    origins, trips = data.draw(many_journeys(edges))
    net = Network.from_edges(edges)
    found = route_flows(net, origins, trips, method=method)
    np.testing.assert_allclose(found, one_by_one(net, origins, trips, method=method), rtol=1e-9, atol=1e-9)


@given(NETWORKS, st.sampled_from([0.005, 0.02, 0.7]), st.sampled_from([1, 30, 1000]), st.data())
def test_logit_without_dead_ends_and_bends(edges: pd.DataFrame, theta: float, ranks: int, data: st.DataObject) -> None:
    origins, trips = data.draw(many_journeys(edges))
    net = Network.from_edges(edges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many_logit, "_RANKS", ranks)  # the fewer, the fewer origins in one system
        found = logit_flows(net, Journeys.of(net, origins, trips), theta_per_m=theta)
    expected = one_by_one(net, origins, trips, theta_per_m=theta)
    np.testing.assert_allclose(found.reshape(2, -1).T, expected, rtol=1e-9, atol=1e-9)


def test_what_is_left_between_two_doors() -> None:
    # Doors at 1 and 5. A street 0–1–2–3 with a bend at 1 and 2, a ring 3–4–5–6–3, one way from 6 to 3; beyond 0 a dead
    # end of two, at 3 a block 3–9–10–3 round which nobody needs to walk, a loop and a closed street.
    u = [0, 1, 2, 3, 4, 5, 6, 0, 7, 3, 9, 10, 4, 4]
    v = [1, 2, 3, 4, 5, 6, 3, 7, 8, 9, 10, 3, 4, 6]
    edges = pd.DataFrame({"u": u, "v": v, "length_m": [float(2**i) for i in range(14)]})
    edges = edges.assign(cost_uv=edges.length_m, cost_vu=edges.length_m)
    edges.loc[6, "cost_vu"] = edges.loc[13, "cost_uv"] = edges.loc[13, "cost_vu"] = math.inf
    trunk = Trunk.between(Network.from_edges(edges), np.array([5, 1, 1]))
    assert trunk.node.tolist() == [1, 3, 5]
    ends = zip(trunk.node[trunk.tail].tolist(), trunk.node[trunk.head].tolist(), strict=True)
    links = sorted(zip(ends, trunk.last.tolist(), trunk.cost_m.tolist(), strict=True))
    by_4, by_6 = 8.0 + 16.0, 32.0 + 64.0
    assert links == [
        ((1, 3), 2, 6.0), ((3, 1), 2, 6.0), ((3, 5), 4, by_4), ((5, 3), 4, by_4), ((5, 3), 6, by_6),
    ]  # fmt: skip


def town_trips(n_origins: int) -> tuple[Network, list[int], dict[int, float]]:
    rng = np.random.default_rng(2)
    linked = np.flatnonzero(np.isfinite(TINY_TOWN.net.costs_from(TINY_TOWN.origins)))
    ends = np.flatnonzero(TINY_TOWN.ending[:, 0]).tolist()
    trips = dict(zip(ends, rng.uniform(0.5, 9.0, len(ends)).tolist(), strict=True))
    return TINY_TOWN.net, rng.choice(linked, n_origins, replace=False).tolist(), trips


@pytest.mark.parametrize("method", ["logit", "shortest"])
def test_a_town_in_one_call(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net, origins, trips = town_trips(60)
    expected = one_by_one(net, origins, [trips] * 60, method=method)
    found = route_flows(net, origins, trips, method=method)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    monkeypatch.setattr(many_logit, "_RANKS", 1000)
    monkeypatch.setattr(many_shortest, "_LABELS", 1000)  # a few origins at a time
    np.testing.assert_allclose(route_flows(net, origins, trips, method=method), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", ["logit", "shortest"])
def test_from_how_many_origins_on_the_network_is_seen_to(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net, origins, trips = town_trips(flows._MANY)
    asked: list[int] = []
    through = getattr(flows, f"{method}_flows")

    def counted(net: Network, journeys: Journeys, **how: Any) -> Floats:
        asked.append(len(journeys.origin))
        return np.asarray(through(net, journeys, **how))

    monkeypatch.setattr(flows, f"{method}_flows", counted)
    route_flows(net, origins[1:], trips, method=method)
    route_flows(net, origins, trips, method=method)
    assert asked == [flows._MANY]


def test_most_nodes_are_passed_by_shortcuts() -> None:
    net = TINY_TOWN.net
    short = Contraction.of(net)
    core = np.unique(np.concatenate([short.tail[short.core], short.head[short.core]]))
    assert len(core) < 0.35 * len(net.nodes)
    one = np.zeros(len(short.tail))
    one[-1] = 2.0  # the last shortcut of all, and the arcs that it stands for
    flow = short.unpacked(one, 2 * net.n_edges)
    assert set(flow) == {0.0, 2.0}
    assert float(net.cost_m[flow > 0].sum()) == pytest.approx(short.cost_m[-1])


def test_ties_take_one_way_whole() -> None:
    edges = grid(6, 6)
    found = by_shortcuts(Network.from_edges(edges), [0, 35, 5], {14: 3.0, 30: 1.0})
    assert np.isin(found.to_numpy(), np.arange(10)).all()
    again = by_shortcuts(Network.from_edges(edges), [0, 35, 5], {14: 3.0, 30: 1.0})
    pd.testing.assert_frame_equal(found, again)


def test_a_long_dead_end_of_nodes_in_order() -> None:
    n = 3000
    edges = pd.DataFrame({"u": range(n), "v": range(1, n + 1), "length_m": 1.0})
    found = by_shortcuts(Network.from_edges(edges), [0, n], {n: 1.0, 7: 2.0})
    assert found.flow_uv.tolist() == [3.0] * 7 + [1.0] * (n - 7)
    assert found.flow_vu.tolist() == [0.0] * 7 + [2.0] * (n - 7)


def test_shortcuts_are_made_once_and_never_for_other_costs() -> None:
    net, origins, trips = town_trips(35)
    first = by_shortcuts(net, origins, trips)
    assert net.once(Contraction.of) is net.once(Contraction.of)
    rng = np.random.default_rng(3)
    other = net.with_costs(net.length_m[: net.n_edges] * rng.uniform(1.0, 3.0, net.n_edges), net.cost_m[net.n_edges :])
    assert other.once(Contraction.of) is not net.once(Contraction.of)
    found = by_shortcuts(other, origins, trips)
    assert np.abs(found.to_numpy() - first.to_numpy()).max() > 1.0
    np.testing.assert_allclose(found, one_by_one(other, origins, [trips] * 35, method="shortest"), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("listed", [list, np.array, pd.Index, pd.Series])
def test_lists_of_any_kind(listed: Any) -> None:
    found = gk.route_flows(Network.from_edges(SQUARE), listed(["a", "b"]), {"d": 10.0})
    np.testing.assert_allclose(found.sum(axis=1), [5.0, 15.0, 5.0, 5.0])


def test_a_tuple_is_the_label_of_one_node() -> None:
    edges = pd.DataFrame({"u": pd.Series([(0, 0), (0, 1)]), "v": pd.Series([(0, 1), (1, 1)]), "length_m": 10.0})
    net = Network.from_edges(edges)
    assert route_flows(net, (0, 0), {(1, 1): 2.0}).flow_uv.tolist() == [2.0, 2.0]
    assert route_flows(net, [(0, 0), (0, 1)], {(1, 1): 2.0}).flow_uv.tolist() == [2.0, 4.0]


@pytest.mark.parametrize(("origins", "trips"), [([], {"d": 1.0}), ([], []), (["a", "b"], {}), (["a"], [{"d": 0.0}])])
def test_nothing_to_walk(origins: list[str], trips: Any) -> None:
    net = Network.from_edges(SQUARE)
    assert not route_flows(net, origins, trips).to_numpy().any()
    assert not by_shortcuts(net, origins, trips).to_numpy().any()
    assert not logit_flows(net, Journeys.of(net, origins, trips), theta_per_m=0.02).any()


@pytest.mark.parametrize(
    ("origin", "trips"),
    [
        (["a", "b"], [{"d": 1.0}]),
        (["a"], [{"d": 1.0}, {"d": 1.0}]),
        ({"a": 2.0}, {"d": 1.0}),
        ("a", []),
    ],
)
def test_one_set_of_trips_for_all_or_one_for_each(origin: Any, trips: Any) -> None:
    with pytest.raises(TableError) as error:
        route_flows(Network.from_edges(SQUARE), origin, trips)
    assert str(error.value).startswith("Give a node or a list of nodes as origin, and one set of trips for all or one")


@pytest.mark.parametrize("find", [route_flows, by_shortcuts])
def test_a_node_that_cannot_be_reached_is_named_with_its_origin(find: Any) -> None:
    net = Network.from_edges(ISLANDS)
    with pytest.raises(TableError) as error:
        find(net, ["a", "x"], [{"b": 1.0}, {"y": 1.0, "b": 2.0}])
    assert str(error.value) == "Node b cannot be reached from node x: leave out the trips between them."
    assert find(net, ["a", "x"], [{"b": 1.0}, {"y": 1.0, "b": 0.0}]).flow_uv.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("of_each", [False, True])
def test_a_series_tells_trips_as_a_mapping_does(of_each: bool) -> None:
    net, trips = Network.from_edges(SQUARE), pd.Series([2.0, 1.0, 3.0], index=["d", "b", "d"])
    found = route_flows(net, ["a"], [trips]) if of_each else route_flows(net, "a", trips)
    pd.testing.assert_frame_equal(found, route_flows(net, "a", {"d": 5.0, "b": 1.0}))


def test_trips_of_every_origin_are_checked() -> None:
    with pytest.raises(TableError, match="Trips to node d must be a number of at least 0"):
        route_flows(Network.from_edges(SQUARE), ["a", "b"], [{"d": 1.0}, {"d": -1.0}])
    with pytest.raises(TableError, match="The network has no node q"):
        route_flows(Network.from_edges(SQUARE), ["a", "q"], {"d": 1.0})
