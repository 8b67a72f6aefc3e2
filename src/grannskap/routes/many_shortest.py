"""One route to each destination, from many origins at once, on a network with shortcuts."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import dijkstra

from grannskap.routes.contraction import Contraction
from grannskap.routes.journeys import Journeys
from grannskap.routes.network import Floats, Ints, Network

_LABELS = 2**18  # origins times nodes that are worked on together, so that memory lasts


def shortest_flows(net: Network, journeys: Journeys) -> Floats:
    """How many walks take each arc when all choose the way of least cost?

    Parameters
    ----------
    net : Network
    journeys : Journeys

    Returns
    -------
    ndarray
        Shape (arcs,), summed over the origins. Where several ways have the same cost to within rounding, one of them is
        taken; it need not be the one that `shortest` takes.

    Raises
    ------
    TableError
        A node cannot be reached.
    """
    if not len(journeys.end):
        return np.zeros(2 * net.n_edges)
    short = net.once(Contraction.of)
    search = _Search.between(short, np.unique(journeys.origin), np.unique(journeys.end), len(net.nodes))
    flow = np.zeros(len(short.tail))
    for batch in journeys.batches(max(_LABELS // search.size, 1)):
        flow += search.flows(net, batch, len(short.tail))
    return short.unpacked(flow, 2 * net.n_edges)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The part of a contraction that matters between some nodes: up from the origins, the core, down to the ends."""

    size: int
    number: Ints  # of each node of the network, where it has one
    key: Ints  # head · size + tail of each arc, in order
    row: Ints
    graph: csr_array

    @classmethod
    def between(cls, short: Contraction, origins: Ints, ends: Ints, n_nodes: int) -> Self:
        above, below = (np.zeros(n_nodes, np.bool_) for _ in range(2))
        above[origins], below[ends] = True, True
        rows = [short.core]
        for leaving, coming in zip(short.up, short.down, strict=True):
            up, down = leaving[above[short.tail[leaving]]], coming[below[short.head[coming]]]
            above[short.head[up]], below[short.tail[down]] = True, True
            rows += [up, down]
        row = np.concatenate(rows)
        matters = above | below
        matters[short.tail[short.core]], matters[short.head[short.core]] = True, True
        number = np.cumsum(matters) - 1
        size = int(number[-1]) + 1
        key = number[short.head[row]] * size + number[short.tail[row]]
        order = np.argsort(key)
        key, row = key[order], row[order]
        indptr = np.searchsorted(key, np.arange(size + 1) * size)
        graph = csc_array((short.cost_m[row], key % size, indptr), shape=(size, size)).tocsr()
        return cls(size, number, key, row, graph)

    def flows(self, net: Network, journeys: Journeys, n_rows: int) -> Floats:
        """How many walks take each row?"""
        costs, before = dijkstra(self.graph, indices=self.number[journeys.origin], return_predecessors=True)
        spot = journeys.start * self.size + self.number[journeys.end]
        journeys.require_reached(net, costs.ravel()[spot])
        passing = _passing(before, spot, journeys.per_week)
        spot = np.flatnonzero(passing)
        tail = before.ravel()[spot]
        spot, tail = spot[tail >= 0], tail[tail >= 0]
        at = np.searchsorted(self.key, spot % self.size * self.size + tail)
        return np.bincount(self.row[at], weights=passing[spot], minlength=n_rows).astype(float)


def _passing(before: npt.NDArray[np.int32], spot: Ints, walks: Floats) -> Floats:
    """How many walks pass each spot (an origin's row and a node) when all go back to their origins, step by step?"""
    size = before.shape[1]
    back = before.ravel()
    spots, amounts = [spot], [walks]
    while len(spot):
        came = back[spot]
        going = np.flatnonzero(came >= 0)
        spot, walks = spot[going] - spot[going] % size + came[going], walks[going]
        spots.append(spot)
        amounts.append(walks)
    return np.bincount(np.concatenate(spots), weights=np.concatenate(amounts), minlength=len(back)).astype(float)
