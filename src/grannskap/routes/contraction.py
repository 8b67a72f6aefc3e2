"""A network with shortcuts past most of its nodes: worked out once, it makes the least costs from many sites quick."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from grannskap.routes.network import Floats, Ints, Network

_MOST_NEIGHBOURS = 7  # a node with more stays: the shortcuts past it would be too many
_MOST_LOOKED_AT = 64  # past a node with more neighbours shortcuts are made without looking for other ways
_FEWEST_SHARE = 0.02  # where a round would take out fewer of those that stand, the rest stays


@dataclass(frozen=True, slots=True, eq=False)
class Contraction:
    """Over which arcs and shortcuts does one get from any node to any other at the least cost?

    Nodes are taken out in rounds, dead ends and plain bends first, and never two neighbours at once. Where the way from
    one neighbour to another over the node that goes is the least that there is, a shortcut takes its place, so costs
    between the nodes that stand never change. What is left at last is the core. A way of least cost from anywhere to
    anywhere then leads up to nodes that were taken out later and later, perhaps through the core, and down again.

    Attributes
    ----------
    tail, head : ndarray of int
        Node positions of each arc and shortcut, the arcs first and the shortcuts by round.
    cost_m : ndarray of float
        Perceived metres; of parallel arcs only the cheapest (the first of them) is here.
    first, second : ndarray of int
        The two rows that a shortcut stands for; of an arc, its number in the network, and −1.
    born : ndarray of int
        Row at which the shortcuts of each round begin, and the number of rows.
    up, down : tuple of ndarray of int
        Rows that leave the nodes taken out in each round, and rows that lead to them.
    core : ndarray of int
        Rows between nodes of the core.

    Notes
    -----
    R. Geisberger, P. Sanders, D. Schultes, D. Delling (2008), Contraction hierarchies: faster and simpler hierarchical
    routing in road networks, doi:10.1007/978-3-540-68552-4_24. Here only ways over one other node are looked at before
    a shortcut is made, whole rounds at once, and the dense rest is left to Dijkstra's method.
    """

    tail: Ints
    head: Ints
    cost_m: Floats
    first: Ints
    second: Ints
    born: Ints
    up: tuple[Ints, ...]
    down: tuple[Ints, ...]
    core: Ints

    @classmethod
    def of(cls, net: Network) -> Self:
        """Which shortcuts suit this network?"""
        n = len(net.nodes)
        arcs = _Arcs.of(net)
        made = [(arcs.tail, arcs.head, arcs.cost_m, arcs.row, np.full(len(arcs.row), -1))]
        arcs = arcs.renumbered(0)
        born, up, down = [len(arcs.row)], [], []
        standing = np.ones(n, np.bool_)
        order = np.random.default_rng(0).permutation(n)  # a fixed one: along a street, nodes may be numbered in order
        while np.any(out := _next(arcs, standing, order)):
            standing &= ~out
            leaves, comes = out[arcs.tail], out[arcs.head]
            up.append(arcs.row[leaves])
            down.append(arcs.row[comes])
            past, first, second = _past(arcs, comes, n)
            arcs = arcs.only(~(leaves | comes))
            needed = arcs.lacking(past, n)
            past = past.only(needed).renumbered(born[-1])
            made.append((past.tail, past.head, past.cost_m, first[needed], second[needed]))
            born.append(born[-1] + len(past.row))
            arcs = arcs.joined(past)
        tail, head, cost_m, first, second = (np.concatenate(part) for part in zip(*made, strict=True))
        return cls(tail, head, cost_m, first, second, np.array(born), tuple(up), tuple(down), arcs.row)

    def unpacked(self, flow: Floats, n_arcs: int) -> Floats:
        """How much flows on each arc of the network when so much flows on each row? Shape (arcs,)."""
        flow = flow.copy()
        for begin, end in zip(self.born[-2::-1].tolist(), self.born[:0:-1].tolist(), strict=True):
            used = begin + np.flatnonzero(flow[begin:end])
            np.add.at(flow, self.first[used], flow[used])
            np.add.at(flow, self.second[used], flow[used])
        total = np.zeros(n_arcs)
        total[self.first[: self.born[0]]] = flow[: self.born[0]]
        return total


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Arcs and shortcuts between nodes that stand, at most one for each pair of nodes, sorted by ``key``."""

    key: Ints  # tail · number of nodes + head
    tail: Ints
    head: Ints
    cost_m: Floats
    row: Ints

    @classmethod
    def of(cls, net: Network) -> Self:
        arc = np.flatnonzero(np.isfinite(net.cost_m) & (net.tail != net.head))
        return cls.least(net.tail[arc], net.head[arc], net.cost_m[arc], arc, len(net.nodes))[0]

    @classmethod
    def least(cls, tail: Ints, head: Ints, cost_m: Floats, row: Ints, n: int) -> tuple[Self, Ints]:
        """The cheapest for each pair, and which those are."""
        key = tail * n + head
        order = np.lexsort((cost_m, key))
        kept = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
        return cls(key[kept], tail[kept], head[kept], cost_m[kept], row[kept]), kept

    def only(self, which: npt.NDArray[np.bool_] | Ints) -> Self:
        return type(self)(self.key[which], self.tail[which], self.head[which], self.cost_m[which], self.row[which])

    def renumbered(self, begin: int) -> Self:
        return type(self)(self.key, self.tail, self.head, self.cost_m, np.arange(begin, begin + len(self.key)))

    def lacking(self, past: Self, n: int) -> Ints:
        """Which of these shortcuts are shorter than what there is: the direct arc, and ways over one other node?"""
        wanted = np.flatnonzero(past.cost_m < self.costs(past.key))
        begin = np.zeros(n + 1, np.intp)
        np.cumsum(np.bincount(self.tail, minlength=n), out=begin[1:])
        tail = past.tail[wanted]
        count = begin[tail + 1] - begin[tail]
        which, one = _spans(begin[tail], np.where(count <= _MOST_LOOKED_AT, count, 0))
        which = wanted[which]
        nearer = np.flatnonzero(self.cost_m[one] < past.cost_m[which])
        which, one = which[nearer], one[nearer]
        other = self.costs(self.head[one] * n + past.head[which])
        needed = np.zeros(len(past.key), np.bool_)
        needed[wanted] = True
        needed[which[self.cost_m[one] + other < past.cost_m[which]]] = False
        return np.flatnonzero(needed)

    def found(self, key: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Where does each pair stand, and does it?"""
        at = np.searchsorted(self.key, key)
        there = at < len(self.key)
        there[there] = self.key[at[there]] == key[there]
        return at, there

    def costs(self, key: Ints) -> Floats:
        """What does the arc of each pair cost? Infinity where there is none."""
        at, there = self.found(key)
        cost_m = np.full(len(key), np.inf)
        cost_m[there] = self.cost_m[at[there]]
        return cost_m

    def joined(self, past: Self) -> Self:
        """With these shortcuts, which are shorter than what was there."""
        at, there = self.found(past.key)
        cost_m, row = self.cost_m.copy(), self.row.copy()
        cost_m[at[there]], row[at[there]] = past.cost_m[there], past.row[there]
        new = past.only(~there)
        place = at[~there]
        return type(self)(
            np.insert(self.key, place, new.key),
            np.insert(self.tail, place, new.tail),
            np.insert(self.head, place, new.head),
            np.insert(cost_m, place, new.cost_m),
            np.insert(row, place, new.row),
        )


def _next(arcs: _Arcs, standing: npt.NDArray[np.bool_], order: Ints) -> npt.NDArray[np.bool_]:
    """Which nodes go next: those with fewer neighbours than any of their neighbours have, if there are enough."""
    n = len(standing)
    neighbours = np.maximum(np.bincount(arcs.tail, minlength=n), np.bincount(arcs.head, minlength=n))
    out = standing & (neighbours <= _MOST_NEIGHBOURS)
    turn = neighbours * n + order
    later = turn[arcs.tail] > turn[arcs.head]
    out[arcs.tail[later]] = False
    out[arcs.head[~later]] = False
    return out & (np.count_nonzero(out) >= _FEWEST_SHARE * np.count_nonzero(standing))


def _past(arcs: _Arcs, comes: npt.NDArray[np.bool_], n: int) -> tuple[_Arcs, Ints, Ints]:
    """The ways over each node that goes, and the two rows that each stands for."""
    one = np.flatnonzero(comes)
    middle = arcs.head[one]
    begin, end = (np.searchsorted(arcs.tail, middle, side=side) for side in ("left", "right"))
    which, two = _spans(begin, end - begin)
    one = one[which]
    on = np.flatnonzero(arcs.tail[one] != arcs.head[two])
    one, two = one[on], two[on]
    past, kept = _Arcs.least(arcs.tail[one], arcs.head[two], arcs.cost_m[one] + arcs.cost_m[two], one, n)
    return past, arcs.row[one[kept]], arcs.row[two[kept]]


def _spans(begin: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Every number of each span from ``begin``, and which span it belongs to."""
    which = np.repeat(np.arange(len(begin)), count)
    return which, np.arange(len(which)) + np.repeat(begin - np.cumsum(count) + count, count)
