"""The network in columns: what it accepts, and how far apart its nodes are."""

import math
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import in_networkx, networks

from grannskap.errors import TableError
from grannskap.routes.network import Network

LINE = pd.DataFrame({"u": ["a", "b"], "v": ["b", "c"], "length_m": [80.0, 120.0]})


def metres(net: Network, origin: Any) -> dict[Any, float]:
    return dict(zip(net.nodes.tolist(), net.distances_m([origin]).tolist(), strict=True))


@pytest.mark.parametrize("column", ["u", "v", "length_m"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(TableError, match=f"no column {column}:"):
        Network.from_edges(LINE.drop(columns=column))


def test_all_missing_columns_are_named() -> None:
    with pytest.raises(TableError, match="no column u, v:"):
        Network.from_edges(LINE[["length_m"]])


@pytest.mark.parametrize("wrong", [0.0, -5.0, math.nan, math.inf, -math.inf])
def test_a_length_must_be_a_number_above_zero(wrong: float) -> None:
    edges = LINE.assign(length_m=[80.0, wrong]).set_index(pd.Index(["first", "second"]))
    with pytest.raises(TableError, match=rf"Edge second has length_m = {wrong}: it must be a number above 0\."):
        Network.from_edges(edges)


@pytest.mark.parametrize("wrong", ["x", None, pd.NA, "", [5.0]])
@pytest.mark.parametrize("column", ["length_m", "cost_uv"])
def test_what_is_no_number_is_told_in_a_sentence(column: str, wrong: object) -> None:
    edges = LINE.assign(**{column: pd.Series([80.0, wrong], dtype=object)})
    with pytest.raises(TableError, match=rf"Edge 1 has {column} = .*: it must be a number above 0\."):
        Network.from_edges(edges)


def test_the_wrong_edge_is_told_also_where_labels_are_not_unique() -> None:
    edges = LINE.assign(length_m=[80.0, -5.0]).set_index(pd.Index(["same", "same"]))
    with pytest.raises(TableError, match=r"Edge same has length_m = -5\.0"):
        Network.from_edges(edges)


def test_a_column_that_stands_twice_is_named() -> None:
    edges = pd.concat([LINE, LINE[["length_m"]]], axis=1)
    with pytest.raises(TableError, match="the column length_m twice"):
        Network.from_edges(edges)


@pytest.mark.parametrize("wrong", [[("a", "b", 80.0)], {"u": ["a"], "v": ["b"], "length_m": [80.0]}, None])
def test_what_is_no_table_is_told_in_a_sentence(wrong: Any) -> None:
    with pytest.raises(TableError, match="no pandas DataFrame"):
        Network.from_edges(wrong)


@pytest.mark.parametrize("wrong", [0.0, -5.0, math.nan, -math.inf])
@pytest.mark.parametrize("column", ["cost_uv", "cost_vu"])
def test_a_cost_must_be_above_zero(column: str, wrong: float) -> None:
    with pytest.raises(TableError, match=f"Edge 1 has {column} = {wrong}"):
        Network.from_edges(LINE.assign(**{column: [80.0, wrong]}))


@pytest.mark.parametrize("empty", [None, math.nan])
def test_an_edge_has_two_nodes(empty: Any) -> None:
    with pytest.raises(TableError, match="an edge without a node"):
        Network.from_edges(LINE.assign(v=["b", empty]))


def test_an_empty_table_is_an_empty_network() -> None:
    net = Network.from_edges(LINE.iloc[:0])
    assert (net.n_edges, len(net.nodes)) == (0, 0)


def test_the_table_is_left_as_it_was() -> None:
    edges = LINE.copy()
    net = Network.from_edges(edges)
    assert net.edges.equals(edges.index)
    pd.testing.assert_frame_equal(edges, LINE)


@pytest.mark.parametrize(
    "labels",
    [
        ("a", "b", "c"),
        (3, 1, 2),
        (2**40, 7, -1),
        (0.5, 1.5, 2.5),
        ("node/1", "node/10", "node/2"),
        ("a", 1, "b"),
        ((0, 0), (0, 1), (1, 0)),
    ],
)
def test_labels_of_any_kind(labels: tuple[Any, Any, Any]) -> None:
    a, b, c = labels
    net = Network.from_edges(pd.DataFrame({"u": pd.Series([a, b]), "v": pd.Series([b, c]), "length_m": [80.0, 120.0]}))
    assert metres(net, a) == {a: 0.0, b: 80.0, c: 200.0}
    assert net.nodes[net.positions([c, a])].tolist() == [c, a]


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(TableError, match="The network has no node z: choose one of the labels in u and v"):
        Network.from_edges(LINE).positions(["a", "z"])


def test_parallel_edges_and_loops_are_kept() -> None:
    edges = pd.DataFrame({"u": [1, 2, 1, 2], "v": [2, 1, 2, 2], "length_m": [90.0, 70.0, 90.0, 5.0]})
    net = Network.from_edges(edges)
    assert net.n_edges == 4
    assert net.length_m.tolist() == [90.0, 70.0, 90.0, 5.0] * 2
    assert metres(net, 1) == {1: 0.0, 2: 70.0}  # the shortest of three, not their sum


def test_infinity_closes_one_direction() -> None:
    net = Network.from_edges(LINE.assign(cost_vu=[math.inf, 120.0]))
    assert metres(net, "a") == {"a": 0.0, "b": 80.0, "c": 200.0}
    assert metres(net, "c") == {"a": math.inf, "b": 120.0, "c": 0.0}
    assert not net.symmetric


def test_the_way_back_costs_what_the_opposite_did() -> None:
    net = Network.from_edges(LINE.assign(cost_uv=[90.0, 120.0], cost_vu=[math.inf, 240.0]))
    home = net.reversed()
    c = net.positions(["c"])
    assert home.costs_from(c).tolist() == [210.0, 120.0, 0.0]
    assert net.costs_from(c).tolist() == [math.inf, 240.0, 0.0]
    assert home.reversed().costs_from(c).tolist() == net.costs_from(c).tolist()
    assert not home.symmetric


def test_symmetric_unless_costs_differ() -> None:
    assert Network.from_edges(LINE).symmetric
    assert Network.from_edges(LINE.assign(cost_uv=[100.0, 130.0], cost_vu=[100.0, 130.0])).symmetric
    assert not Network.from_edges(LINE.assign(cost_uv=[100.0, 130.0])).symmetric


def test_costs_beyond_the_limit_are_not_worked_out() -> None:
    net = Network.from_edges(LINE)
    assert net.costs_from(net.positions(["a"]), limit=100.0).tolist() == [0.0, 80.0, math.inf]


def test_distances_are_metres_and_not_costs() -> None:
    net = Network.from_edges(LINE.assign(cost_uv=[800.0, 1200.0], cost_vu=[800.0, 1200.0]))
    assert metres(net, "a")["c"] == 200.0
    assert net.costs_from(net.positions(["a"]))[2] == 2000.0


@given(networks(), st.data())
def test_distances_are_those_of_networkx(edges: pd.DataFrame, data: st.DataObject) -> None:
    net, graph = Network.from_edges(edges), in_networkx(edges)
    nodes = net.nodes.tolist()
    origins = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True))
    for weight, found in (("length_m", net.distances_m(origins)), ("cost", net.costs_from(net.positions(origins)))):
        expected = nx.multi_source_dijkstra_path_length(graph, set(origins), weight=weight)
        np.testing.assert_allclose(found, [expected.get(node, math.inf) for node in nodes], rtol=1e-12)


@given(networks(), st.data())
def test_other_costs_make_another_network(edges: pd.DataFrame, data: st.DataObject) -> None:
    """The same as if it had been made with them, whether or not other arcs are open then."""
    cost = st.floats(1.0, 300.0) | st.just(math.inf) if data.draw(st.booleans()) else st.floats(1.0, 300.0)
    some = st.lists(cost, min_size=len(edges), max_size=len(edges))
    uv, vu = np.array(data.draw(some)), np.array(data.draw(some))
    made, anew = Network.from_edges(edges).with_costs(uv, vu), Network.from_edges(edges.assign(cost_uv=uv, cost_vu=vu))
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(made.graph, name), getattr(anew.graph, name))
    np.testing.assert_array_equal(made.open, anew.open)
    np.testing.assert_array_equal(made.cost_m, anew.cost_m)
