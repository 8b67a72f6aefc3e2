"""The part of a network that walks between some nodes may use, with each street past nothing as one link."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from grannskap.routes.network import Floats, Ints, Network

_ON_THE_WAY = 2  # edges at a node where nobody can turn off


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """Which links join these nodes and the forks between them?

    Dead ends that hold none of the nodes are left out. A chain of nodes where nobody can turn off is one link.

    Attributes
    ----------
    node : ndarray of int
        Positions in the network of the nodes that are left, in order.
    tail, head : ndarray of int
        Positions in ``node`` of each link's ends. Parallel links are kept, links from a node to itself are not.
    last : ndarray of int
        Position in the network of the node that comes just before the head of each link.
    cost_m : ndarray of float
        Perceived metres of each link.
    link, arc : ndarray of int
        Pairs: which arcs of the network each link stands for.
    """

    node: Ints
    tail: Ints
    head: Ints
    last: Ints
    cost_m: Floats
    link: Ints
    arc: Ints

    @classmethod
    def between(cls, net: Network, nodes: Ints) -> Self:
        """Which links may walks between these nodes use?

        Parameters
        ----------
        net : Network
        nodes : ndarray of int
            Where walks begin or end, in any order.
        """
        wanted = np.zeros(len(net.nodes), np.bool_)
        wanted[nodes] = True
        first, link, arc = _chains(net, wanted, _useful(net, wanted))
        last = np.empty_like(first)
        last[link] = arc  # what is written last stays: each chain stands in order
        cost_m = np.bincount(link, weights=net.cost_m[arc], minlength=len(first)).astype(float)
        through = np.isfinite(cost_m) & (net.tail[first] != net.head[last])
        first, last, kept = first[through], last[through], through[link]
        wanted[net.tail[first]], wanted[net.head[last]] = True, True
        number, place = np.cumsum(wanted) - 1, np.cumsum(through) - 1
        return cls(
            np.flatnonzero(wanted),
            number[net.tail[first]],
            number[net.head[last]],
            net.tail[last],
            cost_m[through],
            place[link[kept]],
            arc[kept],
        )

    def unpacked(self, flow: Floats, n_arcs: int) -> Floats:
        """How much flows on each arc of the network when so much flows on each link? Shape (arcs,)."""
        return np.bincount(self.arc, weights=flow[self.link], minlength=n_arcs).astype(float)


def _useful(net: Network, wanted: npt.NDArray[np.bool_]) -> Ints:
    """Which edges are neither loops nor closed nor in a dead end without a node that is wanted?"""
    n, n_edges = len(net.nodes), net.n_edges
    u, v = net.tail[:n_edges], net.head[:n_edges]
    edge = np.flatnonzero(np.isfinite(net.cost_m).reshape(2, -1).any(axis=0) & (u != v))
    ends = np.concatenate([u[edge], v[edge]])
    degree = np.bincount(ends, minlength=n)
    other = np.zeros(n, np.intp)
    np.bitwise_xor.at(other, ends, np.concatenate([v[edge], u[edge]]))  # where one edge is left: its other end
    cut = np.zeros(n, np.bool_)
    leaf = np.flatnonzero((degree == 1) & ~wanted)
    while len(leaf):
        stem = other[leaf]
        cut[leaf], degree[leaf] = True, 0
        np.subtract.at(degree, stem, 1)
        np.bitwise_xor.at(other, stem, leaf)
        leaf = np.unique(stem[(degree[stem] == 1) & ~wanted[stem]])
    return edge[~(cut[u[edge]] | cut[v[edge]])]


def _chains(net: Network, wanted: npt.NDArray[np.bool_], edge: Ints) -> tuple[Ints, Ints, Ints]:
    """The first arc of each chain of these edges, and pairs of a chain and its arcs, from its first to its last."""
    n, n_edges = len(net.nodes), net.n_edges
    ends = np.concatenate([net.tail[edge], net.head[edge]])
    passed = (np.bincount(ends, minlength=n) == _ON_THE_WAY) & ~wanted
    both = np.bincount(ends, weights=np.tile(edge, 2), minlength=n).astype(np.intp)  # sum of the two edges there
    arc = np.concatenate([edge, edge + n_edges])
    arc = arc[~passed[net.tail[arc]]]
    first, link = arc, np.arange(len(arc))
    links, arcs = [link], [arc]
    while len(on := np.flatnonzero(passed[net.head[arc]])):
        link, arc = link[on], arc[on]
        here = net.head[arc]
        edge = both[here] - arc % n_edges
        arc = np.where(net.tail[edge] == here, edge, edge + n_edges)
        links.append(link)
        arcs.append(arc)
    return first, np.concatenate(links), np.concatenate(arcs)
