"""How time grows with the network: towns of any size, and seconds of each route method on them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from grannskap.routes.flows import edge_flows, walk_legs
from grannskap.routes.network import Floats, Ints, Network

METHODS = ("shortest", "logit", "within_detour")
SIZES = (5_000, 50_000, 500_000)


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpTown:
    """A crooked grid of streets, its middle, and one trip a week to each of many nodes."""

    net: Network
    origins: Ints
    ending: Floats


def made_up_town(n_edges: int, *, seed: int = 1, block_m: float = 80.0, n_ends: int = 200) -> MadeUpTown:
    """A town with about so many edges: every tenth street of a crooked grid is missing, and streets bend a little."""
    side = round((n_edges / 1.8) ** 0.5)
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    spots = np.argwhere(number >= 0) * block_m + rng.uniform(-0.35, 0.35, (side * side, 2)) * block_m
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    there = rng.random(len(u)) < 0.9
    u, v = u[there], v[there]
    length_m = np.linalg.norm(spots[u] - spots[v], axis=1) * rng.uniform(1.0, 1.1, len(u))
    nodes, edges = pd.RangeIndex(side * side), pd.RangeIndex(len(u))
    net = Network.from_arrays(nodes, edges, u, v, length_m=length_m, cost_uv=length_m, cost_vu=length_m)
    origins = np.array([number[side // 2, side // 2]], np.intp)
    reached = np.flatnonzero(np.isfinite(net.costs_from(origins)))
    ending = np.zeros((len(nodes), 1))
    ending[rng.choice(reached, n_ends, replace=False), 0] = 1.0
    return MadeUpTown(net, origins, ending)


def seconds_by_size(sizes: Iterable[int] = SIZES, *, repeats: int = 3) -> pd.DataFrame:
    """Least seconds of one plain Dijkstra and of the flows of each method, a row for each size of town.

    ``e_log_v`` is what time may grow with: edges × logarithm of nodes, relative to the first row.
    """
    rows = []
    for n_edges in sizes:
        town = made_up_town(n_edges)
        net = town.net
        calls = {"dijkstra": _plain(town), **{method: _flows(town, method) for method in METHODS}}
        work = net.n_edges * np.log(len(net.nodes))
        row = {name: min(_seconds(call) for _ in range(repeats)) for name, call in calls.items()}
        rows.append({"edges": net.n_edges, "nodes": len(net.nodes), "e_log_v": work, **row})
    table = pd.DataFrame(rows)
    return table.assign(e_log_v=table.e_log_v / table.e_log_v.iloc[0])


def _plain(town: MadeUpTown) -> Callable[[], object]:
    return lambda: dijkstra(town.net.graph, indices=int(town.origins[0]))


def _flows(town: MadeUpTown, method: str) -> Callable[[], object]:
    def run() -> Floats:
        return edge_flows(town.net, walk_legs(town.net, town.origins, town.ending, method=method, theta_per_m=0.02))

    return run


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
