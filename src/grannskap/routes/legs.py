"""The links that walkers take from a site, and over which of them they came: what every route method delivers."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array
from scipy.sparse.linalg import spsolve_triangular

from grannskap.routes.network import Floats, Ints, Network


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Over which links do walkers reach each rank, and how many do?

    A rank is a node in order of cost from the origin, or one of several states of that node where a method must know
    more of a walk than where it is (`within_detour`: how much longer it is so far). Every link runs from a lower to a
    higher rank, so the links form no cycle and one pass in order of rank settles any question about them. The
    probability of having come over a link is the same for all walks that reach the rank behind it, wherever they end.

    Attributes
    ----------
    node : ndarray of int
        Node position in the network, by rank. A node stands at several ranks where it has several states, and what
        holds for the node is then the sum over its ranks.
    tail, head : ndarray of int
        Ranks of each link's ends, tail < head.
    arc : ndarray of int
        Arc of the network that each link is.
    probability : ndarray of float
        Share of those who reach ``head`` that come over this link. The shares into a rank add up to 1, but for the
        origins, where walks begin and which no link enters.
    ending : ndarray of float
        Walks that end at each rank, shape (ranks, functions), per week.
    passing : ndarray of float
        Walks that reach each rank, ending there or going on, shape (ranks, functions), per week.
    known : Links, optional
        The pattern of the links, where it has been sorted already.
    """

    node: Ints
    tail: Ints
    head: Ints
    arc: Ints
    probability: Floats
    ending: Floats
    passing: Floats
    known: "Links | None" = None

    @property
    def links(self) -> "Links":
        """Where do the links stand in a triangular matrix?"""
        return self.known or Links.between(self.tail, self.head, len(self.node))

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

    @property
    def size(self) -> int:
        """How many nodes are there?"""
        return len(self.node)


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
    before = np.where(np.isfinite(net.cost_m), costs[net.tail], np.inf)
    farthest = float(costs[ending.any(axis=1)].max(initial=0.0))
    return rising(costs, before, net.tail, net.head, origins=origins, farthest=farthest)


def rising(costs: Floats, before: Floats, tail: Ints, head: Ints, *, origins: Ints, farthest: float) -> Ahead:
    """Over which arcs do costs rise, as far out as anybody walks?

    Parameters
    ----------
    costs : ndarray of float
        Perceived metres from the origin to each node.
    before : ndarray of float
        The same to where each arc, or the last part of it, begins; infinite where it is closed.
    tail, head : ndarray of int
        Nodes at the ends of each arc.
    origins : ndarray of int
        Nodes.
    farthest : float
        The highest cost of a node where a walk ends.
    """
    order = np.argsort(costs)  # in which order equal costs come does not matter: no link joins them
    node = order[: np.count_nonzero(costs <= farthest)]
    rank = np.empty(len(costs), np.intp)
    rank[order] = np.arange(len(costs))
    there = costs[head]
    arc = np.flatnonzero((before < there) & (there <= farthest))
    start = np.zeros(len(node), bool)
    start[rank[origins]] = True
    return Ahead(node, rank[tail[arc]], rank[head[arc]], arc, costs[node], start)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Where do the links between ranks stand in a triangular matrix, so that many of them are quickly solved?

    The pattern is sorted once and complete with its diagonal. Read by columns it is the lower triangle of a pass away
    from the origin; the very same arrays read by rows are the upper triangle of the pass back.

    Attributes
    ----------
    indices, indptr : ndarray of int32
        Compressed pattern: for each tail its diagonal, then its heads in order.
    place : ndarray of int
        Place of each link in the pattern; parallel links share one.
    """

    indices: npt.NDArray[np.int32]
    indptr: npt.NDArray[np.int32]
    place: Ints

    @classmethod
    def between(cls, tail: Ints, head: Ints, size: int) -> Self:
        """Which pattern do links from ``tail`` to ``head`` make? Always tail < head < size."""
        small = np.min_scalar_type(size)  # 16 bits, where they do, are sorted by counting
        order = np.lexsort((head.astype(small), tail.astype(small)))
        begin, end = tail[order], head[order]
        new = np.ones(len(order), bool)
        new[1:] = (begin[1:] != begin[:-1]) | (end[1:] != end[:-1])
        put = np.cumsum(new) + begin  # so many links, and so many diagonals, stand before
        place = np.empty_like(order)
        place[order] = put
        indptr = np.arange(size + 1, dtype=np.int32)  # 32 bits: what SuperLU works with
        indptr[1:] += np.cumsum(np.bincount(begin[new], minlength=size))
        indices = np.empty(indptr[-1], np.int32)
        indices[indptr[:-1]] = np.arange(size)
        indices[put] = end
        return cls(indices, indptr, place)

    def outward(self, factor: Floats, start: Floats) -> Floats:
        """What does each node get when it adds what it is given at the start to what its links bring?

        Parameters
        ----------
        factor : ndarray of float
            Share of what its tail has that each link brings to its head, shape (links,).
        start : ndarray of float
            Shape (ranks,).
        """
        matrix = _Columns(self._entries(factor), shape=(len(start), len(start)))
        return np.asarray(spsolve_triangular(matrix, start, lower=True, overwrite_A=True, unit_diagonal=True))

    def inward(self, factor: Floats, start: Floats) -> Floats:
        """The same towards the origin: each link brings to its tail a share of what its head has.

        Parameters
        ----------
        factor : ndarray of float
            Shape (links,).
        start : ndarray of float
            Shape (ranks, functions).
        """
        matrix = _Rows(self._entries(factor), shape=(len(start), len(start)))
        return np.asarray(spsolve_triangular(matrix, start, lower=False, overwrite_A=True, unit_diagonal=True))

    def _entries(self, factor: Floats) -> tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """I − A, for A with each link's factor in its place."""
        data = np.asarray(-np.bincount(self.place, weights=factor, minlength=len(self.indices)), np.float64)
        data[self.indptr[:-1]] = 1.0
        return data, self.indices, self.indptr


class _Columns(csc_array):  # type: ignore[misc]
    """A matrix that is sorted and has ones on its diagonal: SciPy would see to both anew before each solve."""

    def setdiag(self, values: Any, k: int = 0) -> None:
        """The ones are there."""

    def sum_duplicates(self) -> None:
        """There are none."""


class _Rows(csr_array):  # type: ignore[misc]
    """The same by rows."""

    def transpose(self, axes: Any = None, copy: bool = False) -> _Columns:  # noqa: ARG002, FBT001, FBT002
        """Its columns are its rows."""
        return _Columns((self.data, self.indices, self.indptr), shape=self.shape)


def settle(way: Ahead, links: Links, kept: Ints | slice, probability: Floats, ends: Floats) -> Legs:
    """How many walks pass each rank when those that end further out walk back towards the origin?

    Each rank hands its walks to the links into it by their probabilities; with ranks in order of cost that is one
    triangular solve for all functions together.

    Parameters
    ----------
    way : Ahead
    links : Links
        Of the kept arcs.
    kept : ndarray of int or slice
        Which arcs of ``way`` are links that walkers take.
    probability : ndarray of float
        Of each kept link, adding up to 1 into every rank but the origins.
    ends : ndarray of float
        Walks that end at each rank, shape (ranks, functions).

    Returns
    -------
    Legs
    """
    passing = links.inward(probability, ends)
    return Legs(way.node, way.tail[kept], way.head[kept], way.arc[kept], probability, ends, passing, links)
