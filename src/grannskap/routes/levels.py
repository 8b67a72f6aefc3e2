"""Links in groups, each of which only builds upon those before: many questions about walks, settled side by side."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from grannskap.routes.legs import Legs
from grannskap.routes.network import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Which links are looked at together, and which of them belong to the same rank?

    Attributes
    ----------
    link : ndarray of int or slice
        Sorted by ``rank``.
    rank : ndarray of int
        Ranks that the links lead to (or leave, on the way back), each once.
    begin : ndarray of int
        Where the links of each rank begin.
    """

    link: Ints | slice
    rank: Ints
    begin: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """In which groups can the links be walked through, out from the site and back to it?

    One triangular solve answers one question for all ranks; where the questions differ in their links (another zone for
    each actor), walking through the groups answers them side by side, a column each.

    Attributes
    ----------
    legs : Legs
        With the links in the order of ``inward``, whose groups are slices.
    outward : tuple of Level
        Links by the rank that they lead to: all that lead to their tails stand in earlier groups.
    inward : tuple of Level
        Links by the rank that they leave: all that leave their heads stand in earlier groups.
    """

    legs: Legs
    outward: tuple[Level, ...]
    inward: tuple[Level, ...]

    @classmethod
    def of(cls, legs: Legs) -> Self:
        """In which groups do these links fall?"""
        depth = _depth(legs)
        order = np.lexsort((legs.tail, -depth[legs.tail]))
        tail, head = legs.tail[order], legs.head[order]
        legs = replace(legs, tail=tail, head=head, arc=legs.arc[order], probability=legs.probability[order], known=None)
        return cls(
            legs,
            tuple(_level(part, head[part]) for part in _apart(np.lexsort((head, depth[head])), depth[head])),
            tuple(
                _level(slice(part[0], part[-1] + 1), tail[part]) for part in _apart(np.arange(len(tail)), depth[tail])
            ),
        )


def _apart(order: Ints, depth: Ints) -> list[Ints]:
    """The links in this order, parted where the next depth begins."""
    parts = np.split(order, np.flatnonzero(np.diff(depth[order])) + 1)
    return [part for part in parts if len(part)]


def _level(link: Ints | slice, rank: Ints) -> Level:
    begin = np.flatnonzero(np.diff(rank, prepend=-1))
    return Level(link, rank[begin], begin)


def _depth(legs: Legs) -> Ints:
    """How many links has the longest way to each rank?"""
    size = len(legs.node)
    order = np.argsort(legs.tail, kind="stable")
    begin = np.searchsorted(legs.tail[order], np.arange(size + 1))
    waiting = np.bincount(legs.head, minlength=size)
    depth, step = np.zeros(size, np.intp), 0
    front = np.flatnonzero(waiting == 0)
    while len(front):
        depth[front] = step
        count = begin[front + 1] - begin[front]
        out = np.repeat(begin[front] - np.cumsum(count) + count, count) + np.arange(count.sum())
        reached, came = np.unique(legs.head[order[out]], return_counts=True)
        waiting[reached] -= came
        front, step = reached[waiting[reached] == 0], step + 1
    return depth
