"""The links that walkers take from a site, and over which of them they came: what every route method delivers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve_triangular

from grannskap.routes.network import Floats, Ints, Network


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Over which links do walkers reach each node, and how many do?

    Nodes are numbered by rank: their order of cost from the origin. Every link runs from a lower to a higher rank, so
    the links form no cycle and one pass in order of rank settles any question about them. The probability of having
    come over a link is the same for all destinations behind it (models of Dial's kind, and trees).

    Attributes
    ----------
    node : ndarray of int
        Node position in the network, by rank.
    tail, head : ndarray of int
        Ranks of each link's ends, tail < head.
    arc : ndarray of int
        Arc of the network that each link is.
    probability : ndarray of float
        Share of those who reach ``head`` that come over this link. The shares into a node add up to 1.
    ending : ndarray of float
        Walks that end at each node, shape (ranks, functions), per week.
    passing : ndarray of float
        Walks that reach each node, ending there or going on, shape (ranks, functions), per week.
    """

    node: Ints
    tail: Ints
    head: Ints
    arc: Ints
    probability: Floats
    ending: Floats
    passing: Floats

    @property
    def flow(self) -> Floats:
        """How many walks a week take each link, by function? Shape (links, functions)."""
        return np.asarray(self.probability[:, None] * self.passing[self.head])


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """Which nodes and arcs lead away from the origin, in order of cost, as far out as anybody walks?

    Attributes
    ----------
    node : ndarray of int
        Node positions by rank.
    tail, head, arc : ndarray of int
        Ranks of the ends of each arc to a costlier node, and the arc.
    cost_m : ndarray of float
        Perceived metres from the origin, by rank.
    start : ndarray of bool
        Which ranks are origins.
    """

    node: Ints
    tail: Ints
    head: Ints
    arc: Ints
    cost_m: Floats
    start: npt.NDArray[np.bool_]


def ahead(net: Network, origins: Ints, ending: Floats, costs: Floats) -> Ahead:
    """Which arcs lead to a node that is costlier to reach than the one they leave?

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions); nothing beyond the farthest of them is looked at.
    costs : ndarray of float
        Perceived metres from the nearest origin to each node.
    """
    farthest = costs[ending.any(axis=1)].max(initial=0.0)
    order = np.argsort(costs, kind="stable")
    node = order[: np.searchsorted(costs[order], farthest, side="right")]
    rank = np.full(len(costs), -1, np.intp)
    rank[node] = np.arange(len(node))
    usable = (costs[net.tail] < costs[net.head]) & (rank[net.head] >= 0) & np.isfinite(net.cost_m)
    arc = np.flatnonzero(usable)
    start = np.zeros(len(node), bool)
    start[rank[origins]] = True
    return Ahead(node, rank[net.tail[arc]], rank[net.head[arc]], arc, costs[node], start)


def settle(way: Ahead, kept: Ints | slice, probability: Floats, ending: Floats) -> Legs:
    """How many walks pass each node when those that end further out walk back towards the origin?

    Each node hands its walks to the links into it by their probabilities; with nodes in order of cost that is one
    triangular solve for all functions together.

    Parameters
    ----------
    way : Ahead
    kept : ndarray of int or slice
        Which arcs of ``way`` are links that walkers take.
    probability : ndarray of float
        Of each kept link, adding up to 1 into every node but the origins.
    ending : ndarray of float
        Walks that end at each node of the network, shape (nodes, functions).

    Returns
    -------
    Legs
    """
    tail, head = way.tail[kept], way.head[kept]
    ends = ending[way.node]
    passing = spsolve_triangular(
        unit_triangle(tail, head, probability, len(way.node)), ends, lower=False, unit_diagonal=True
    )
    return Legs(way.node, tail, head, way.arc[kept], probability, ends, np.asarray(passing).reshape(ends.shape))


def unit_triangle(row: Ints, column: Ints, value: Floats, size: int) -> csc_array:
    """I − A for the entries of a strictly triangular A."""
    diagonal = np.arange(size, dtype=np.int32)  # 32 bits: what SuperLU works with
    rows, columns = np.concatenate([diagonal, row], dtype=np.int32), np.concatenate([diagonal, column], dtype=np.int32)
    return csc_array((np.concatenate([np.ones(size), -value]), (rows, columns)), shape=(size, size))
