"""Walks there and back: mirrored where streets are the same both ways, and worked out anew where they are not."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import costs_from, enumerated_flows, networks

from grannskap.routes.network import Floats, Network
from grannskap.routes.walks import Walks, endings, walk
from grannskap.study.model import Model

FUNCTIONS = ("shop", "care")


@dataclass(frozen=True)
class Walked:
    """Walks, and how much each edge is used in each direction."""

    walks: Walks
    flow_uv: Floats
    flow_vu: Floats


def walked(edges: pd.DataFrame, site: int, *rows: tuple[int, str, float], method: str = "logit") -> Walked:
    """Walks for trips of (node, function, a week)."""
    net = Network.from_edges(edges)
    origins = net.positions([site])
    trips = np.array([[n * (f == function) for f in FUNCTIONS] for _, function, n in rows]).reshape(-1, len(FUNCTIONS))
    ending = endings(net.positions([node for node, _, _ in rows]), trips, n_nodes=len(net.nodes))
    model = Model(method=method, theta_per_m=0.02)  # type: ignore[arg-type]
    found = walk(net, origins, ending, model, costs=net.costs_from(origins))
    return Walked(found, *found.on_edges(net))


# A ring of four streets of 100 m: 0–1–2–3–0.
RING = pd.DataFrame({"u": [0, 1, 2, 3], "v": [1, 2, 3, 0], "length_m": 100.0})


@pytest.mark.parametrize("method", ["logit", "shortest"])
def test_the_same_both_ways_is_a_mirror(method: str) -> None:
    found = walked(RING, 0, (2, "shop", 10.0), (1, "care", 3.0), method=method)
    assert found.walks.back is found.walks.out
    np.testing.assert_allclose(found.flow_uv, found.flow_vu)
    assert found.walks.legs_per_week.tolist() == [20.0, 6.0]


def test_by_hand() -> None:
    # 10 trips to node 2 split over both sides of the ring, 3 go straight to node 1; everybody walks home again.
    found = walked(RING, 0, (2, "shop", 10.0), (1, "care", 3.0))
    np.testing.assert_allclose(found.flow_uv, [[5, 3], [5, 0], [5, 0], [5, 0]], atol=1e-12)
    np.testing.assert_allclose(found.flow_vu, [[5, 3], [5, 0], [5, 0], [5, 0]], atol=1e-12)


def test_the_way_back_differs_where_a_street_is_one_way() -> None:
    # The street 0–1 can only be walked towards 1: there by it, home round the ring (2, 3, 0).
    one_way = RING.assign(cost_uv=100.0, cost_vu=[math.inf, 100.0, 100.0, 100.0])
    found = walked(one_way, 0, (1, "shop", 4.0))
    assert found.walks.back is not found.walks.out
    np.testing.assert_allclose(found.flow_uv[:, 0], [4, 4, 4, 4], atol=1e-12)
    assert not found.flow_vu.any()


def test_the_way_back_differs_uphill() -> None:
    # Over 1 it costs 100 + 100 there and 100 + 150 home; over 3 100 + 100 both ways: by θ = 0.02, e^−1 on the way home.
    hill = RING.assign(cost_uv=100.0, cost_vu=[100.0, 150.0, 100.0, 100.0])
    found = walked(hill, 0, (2, "shop", 10.0))
    home_by_1 = 10.0 * math.exp(-1.0) / (1.0 + math.exp(-1.0))
    np.testing.assert_allclose(found.flow_uv[:, 0], [5, 5, 10 - home_by_1, 10 - home_by_1])
    np.testing.assert_allclose(found.flow_vu[:, 0], [home_by_1, home_by_1, 5, 5])


def test_several_attractors_at_one_node_keep_their_weight() -> None:
    found = walked(RING, 0, (1, "shop", 4.0), (1, "shop", 3.0), (1, "care", 2.0), (1, "care", 0.0))
    assert found.walks.out.ending.sum(axis=0).tolist() == [7.0, 2.0]
    assert found.flow_uv[0].tolist() == [7.0, 2.0]


@pytest.mark.parametrize("rows", [[], [(2, "shop", 0.0)]])
def test_no_trips(rows: list[tuple[int, str, float]]) -> None:
    found = walked(RING, 0, *rows)
    assert found.flow_uv.shape == (4, 2)
    assert not found.flow_uv.any()
    assert found.walks.legs_per_week.tolist() == [0.0, 0.0]


def test_each_option_counts_where_it_is_reached() -> None:
    trips = np.array([[2.0, 0.0], [0.0, 3.0], [0.5, 0.0], [0.0, 0.0]])
    ends = endings(np.array([1, 1, 0, -1]), trips, n_nodes=3)  # nobody goes to the last, which cannot be reached
    assert ends.tolist() == [[0.5, 0.0], [2.0, 3.0], [0.0, 0.0]]


@given(networks(max_extra=5, one_way=False), st.floats(0.1, 9.0), st.floats(0.1, 9.0), st.data())
def test_out_and_home_by_enumeration(edges: pd.DataFrame, shop: float, care: float, data: st.DataObject) -> None:
    nodes = sorted({*edges.u, *edges.v})
    site, first, second = (data.draw(st.sampled_from(nodes)) for _ in range(3))
    found = walked(edges, site, (first, "shop", shop), (second, "care", care))
    turned = edges.rename(columns={"cost_uv": "cost_vu", "cost_vu": "cost_uv"})
    for column, trips in enumerate(({first: shop}, {second: care})):
        out = enumerated_flows(edges, [site], trips, 0.02)
        home = enumerated_flows(turned, [site], trips, 0.02)  # from the site outwards, walked the other way round
        np.testing.assert_allclose(found.flow_uv[:, column], out.flow_uv + home.flow_vu, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.flow_vu[:, column], out.flow_vu + home.flow_uv, rtol=1e-9, atol=1e-9)
    both = found.flow_uv + found.flow_vu
    # Every leg to another place leaves the site by some street, or comes home by one.
    at_site = both[((edges.u == site) ^ (edges.v == site)).to_numpy()].sum(axis=0)
    np.testing.assert_allclose(at_site, [2 * shop * (first != site), 2 * care * (second != site)], rtol=1e-9, atol=1e-9)


def test_where_no_way_leads_home_the_walk_home_is_left_out() -> None:
    # The street to 1 can be walked there only: 4 legs there, none home, and both are told.
    dead_end = pd.DataFrame({"u": [0], "v": [1], "length_m": [50.0], "cost_uv": [50.0], "cost_vu": [math.inf]})
    assert costs_from(dead_end, [0]) == {0: 0.0, 1: 50.0}
    found = walked(dead_end, 0, (1, "shop", 4.0))
    assert found.flow_uv.tolist() == [[4.0, 0.0]]
    assert found.walks.legs_per_week.tolist() == [4.0, 0.0]
