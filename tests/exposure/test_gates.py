"""Gates: where one comes into a zone or leaves it, by hand on small networks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from grannskap.exposure.gates import Gates
from grannskap.exposure.zones import Zones
from grannskap.routes.network import Network

# A street 0–1–2–3–4 and a side street 2–5.
STREETS = pd.DataFrame({"u": [0, 1, 2, 3, 2], "v": [1, 2, 3, 4, 5], "length_m": 100.0})


def gates_of(*met: Sequence[int], edges: pd.DataFrame = STREETS) -> Gates:
    """Gates of one actor for each sequence of edges that its zone meets."""
    actor = np.repeat(np.arange(len(met)), [len(each) for each in met]).astype(np.intp)
    edge = np.array([each for some in met for each in sorted(some)], np.intp)
    zones = Zones(actor, edge, np.full(len(met), None, object))
    return Gates.of_zones(zones, Network.from_edges(edges), n_actors=len(met))


def test_a_gate_is_where_a_street_of_the_zone_meets_another() -> None:
    found = gates_of([1, 2])
    assert found.node.tolist() == [1, 2, 3]  # at node 2 the side street leads out
    assert found.of.tolist() == [0, 0, 0]
    assert gates_of([1, 2, 4]).node.tolist() == [1, 3]  # and here it belongs to the zone
    assert gates_of([0]).node.tolist() == [1]  # node 0 is a dead end within the zone
    assert gates_of(range(5)).node.tolist() == []


def test_arcs_of_the_zone_lead_to_its_gates_and_from_them() -> None:
    found = gates_of([1], [3])
    n = len(STREETS)
    assert found.node.tolist() == [1, 2, 3]
    assert found.of.tolist() == [0, 0, 1]
    into = sorted(zip(found.into_gate.tolist(), found.into.tolist(), strict=True))
    assert into == [(0, 1 + n), (1, 1), (2, 3 + n)]
    assert found.out_gate.tolist() == [0, 1, 2]
    assert found.out.tolist() == [1, 1 + n, 3]


def test_actors_with_the_same_zone_share_its_gates() -> None:
    found = gates_of([1, 2], [], [4], [2, 1], [1])
    assert found.zone.tolist() == [0, -1, 1, 0, 2]
    assert found.n_zones == 3
    assert found.node[found.of == 0].tolist() == [1, 2, 3]
    assert found.node[found.of == 1].tolist() == [2]
    assert found.node[found.of == 2].tolist() == [1, 2]


def test_loops_and_parallel_streets() -> None:
    # A loop at node 1, and two streets side by side from 1 to 2.
    edges = pd.DataFrame({"u": [0, 1, 1, 1], "v": [1, 1, 2, 2], "length_m": 50.0})
    assert gates_of([0, 1, 2, 3], edges=edges).node.tolist() == []
    assert gates_of([0, 2, 3], edges=edges).node.tolist() == [1]
    assert gates_of([1], edges=edges).node.tolist() == [1]
    assert gates_of([0, 1, 2], edges=edges).node.tolist() == [1, 2]


def test_which_zones_a_street_meets() -> None:
    found = gates_of([1, 2], [2], [])
    place, zone = found.met_by(np.array([2, 0, 1]))
    assert place.tolist() == [0, 0, 2]
    assert zone.tolist() == [0, 1, 0]
    asked = np.array([0, 1, 1, 0]), np.array([1, 1, 2, 4])
    assert found.meet(*asked).tolist() == [True, False, True, False]


def test_no_zones() -> None:
    found = gates_of([], [])
    assert found.zone.tolist() == [-1, -1]
    assert found.n_zones == 0
    assert not len(found.node)
    assert gates_of().zone.tolist() == []
