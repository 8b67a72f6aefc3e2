"""Other libraries at the same task: one trip from each site to each destination, along the one way of least cost.

Each function prepares the library's own network and gives the call that is compared, the best that the library has for
so many sites. Every library has one core, and shows no progress while it works. A library that is not installed raises
ImportError.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from grannskap.routes.contraction import Contraction
from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.network import Floats, Ints, Network

Run = Callable[[], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One trip a week from each site to each end; no two ways cost the same."""

    net: Network
    sites: Ints
    ends: Ints

    @property
    def usable(self) -> Ints:
        """Arcs that are open and lead somewhere."""
        return np.flatnonzero(np.isfinite(self.net.cost_m) & (self.net.tail != self.net.head))

    @property
    def arcs(self) -> list[tuple[int, int, int, float]]:
        """Number, ends and cost of each usable arc."""
        arc, net = self.usable, self.net
        parts = (arc, net.tail[arc], net.head[arc], net.cost_m[arc])
        return list(zip(*(part.tolist() for part in parts), strict=True))


def grannskap(task: Task, method: str) -> Run:
    """Flow on each arc, from all sites in one call."""
    net = task.net
    if len(task.sites) == 1:
        return site_by_site(task, method)
    if method == "shortest":
        net.once(Contraction.of)
    sites, trips = net.nodes[task.sites], dict.fromkeys(net.nodes[task.ends].tolist(), 1.0)

    def run() -> Floats:
        return route_flows(net, sites, trips, method=method).to_numpy().T.reshape(-1)

    return run


def site_by_site(task: Task, method: str) -> Run:
    """Flow on each arc, one site after the other."""
    net = task.net
    ending = np.zeros((len(net.nodes), 1))
    ending[task.ends] = 1.0

    def run() -> Floats:
        total = np.zeros((2, net.n_edges, 1))
        for site in task.sites:
            total += edge_flows(net, walk_legs(net, np.array([site]), ending, method=method, theta_per_m=0.02))
        return total.reshape(-1)

    return run


def with_networkx(task: Task) -> Run:
    """Flow on each arc: all trips run back along the tree of predecessors together."""
    graph: Any = nx.DiGraph()
    for arc, u, v, cost in sorted(task.arcs, key=lambda arc: -arc[-1]):  # of parallel arcs the cheapest stays
        graph.add_edge(u, v, weight=cost, arc=arc)
    sites, ends = task.sites.tolist(), task.ends.tolist()

    def run() -> Floats:
        total = np.zeros(2 * task.net.n_edges)
        for site in sites:
            before, costs = nx.dijkstra_predecessor_and_distance(graph, site)
            passing = dict.fromkeys(costs, 0.0)
            for end in ends:
                passing[end] += 1.0
            for node in reversed(costs):  # farthest first
                if passing[node] and before[node]:
                    total[graph[before[node][0]][node]["arc"]] += passing[node]
                    passing[before[node][0]] += passing[node]
        return total

    return run


def with_igraph(task: Task) -> Run:
    """Flow on each arc: the arcs of every path, counted."""
    arcs, n = task.usable, 2 * task.net.n_edges
    ends = [(u, v) for _, u, v, _ in task.arcs]
    graph = import_module("igraph").Graph(n=len(task.net.nodes), edges=ends, directed=True)
    graph.es["cost"] = task.net.cost_m[arcs].tolist()
    sites, stops = task.sites.tolist(), task.ends.tolist()

    def run() -> Floats:
        total = np.zeros(n)
        for site in sites:
            paths = graph.get_shortest_paths(site, to=stops, weights="cost", output="epath")
            total += np.bincount(arcs[np.concatenate(paths).astype(np.intp)], minlength=n)
        return total

    return run


def with_cityseer(task: Task, *, halves: bool) -> Run:
    """Flow past each node, which is all that it tells; with halves past the middle of each edge, so on the edge.

    Lengths are costs: its geometry is made so. Ways that differ by a little count as equally long there.
    """
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    rust, n = import_module("cityseer.rustalgos"), len(task.net.nodes)
    streets = rust.graph.NetworkStructure()
    streets.set_is_directed(True)
    for node in range(n + task.net.n_edges * halves):
        streets.add_street_node(node, float(node), 0.0, True, 1.0)
    for arc, u, v, cost in task.arcs:
        spots = [u, n + arc % task.net.n_edges, v] if halves else [u, v]
        line = f"LINESTRING (0 0, {cost / (len(spots) - 1)!r} 0)"
        for a, b in pairwise(spots):
            streets.add_street_edge(a, b, 0 if halves else arc, a, b, line)
    reach_m = 1 + int(max(task.net.costs_from(np.array([site]))[task.ends].max() for site in task.sites))
    sites, ends = np.repeat(task.sites, len(task.ends)).tolist(), np.tile(task.ends, len(task.sites)).tolist()

    def run() -> Floats:
        trips = rust.centrality.OdMatrix(sites, ends, [1.0] * len(sites))
        asked = {"distances": [reach_m], "betweenness_exprs": [("flow", "1")], "pbar_disabled": True}
        (flow,) = streets.betweenness_od_shortest(trips, **asked).metrics["flow"].values()
        return np.asarray(flow, np.float64)[n * halves :]

    return run


def with_aequilibrae(task: Task) -> Run:
    """Flow on each arc, by its all-or-nothing assignment of a matrix that stands ready."""
    os.environ.setdefault("AEQ_SHOW_PROGRESS", "FALSE")
    paths, matrices = import_module("aequilibrae.paths"), import_module("aequilibrae.matrix")
    zones = np.unique(np.concatenate([task.sites, task.ends])) + 1  # its numbers begin at 1
    arc, u, v, cost = (np.array(part) for part in zip(*task.arcs, strict=True))
    graph = paths.Graph()
    graph.mode = "w"
    graph.network = pd.DataFrame({"link_id": arc + 1, "a_node": u + 1, "b_node": v + 1, "direction": 1, "cost": cost})
    graph.prepare_graph(zones)
    graph.set_graph("cost")
    graph.set_blocked_centroid_flows(block_centroid_flows=False)
    matrix = matrices.AequilibraeMatrix()
    matrix.create_empty(zones=len(zones), matrix_names=["trips"], memory_only=True)
    matrix.index[:] = zones
    trips = np.zeros((len(zones), len(zones)))
    trips[np.ix_(np.searchsorted(zones, task.sites + 1), np.searchsorted(zones, task.ends + 1))] = 1.0
    matrix.matrix["trips"][:, :] = trips
    matrix.computational_view(["trips"])
    loads = import_module("aequilibrae.paths.results").AssignmentResults()
    loads.set_cores(1)
    loads.prepare(graph, matrix)

    def run() -> Floats:
        loads.reset()
        paths.allOrNothing("w", matrix, graph, loads).execute()
        total = np.zeros(2 * task.net.n_edges)
        total[arc] = loads.link_loads[:, 0]  # in order of link
        return total

    return run
