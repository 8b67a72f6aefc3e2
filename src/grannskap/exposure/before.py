"""Been before: how likely those who get somewhere have been in a zone, looking back over the links they came by."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from grannskap.exposure.gates import Gates, among, ranges
from grannskap.routes.legs import Legs, Links
from grannskap.routes.network import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """The links that anybody takes, found by arc and by where they lead.

    Nodes are numbered in order of rank, as spots; the ranks of a spot follow each other.

    Attributes
    ----------
    legs : Legs
    by_arc, arc_begin : ndarray of int
        Links in order of arc, and where those of each arc begin.
    by_head, head_begin : ndarray of int
        Links in order of the rank that they lead to, and where those of each rank begin.
    spot, spot_begin : ndarray of int
        Spot of each rank, and where the ranks of each spot begin.
    spot_of : ndarray of int
        Spot of each node, −1 where nobody gets.
    """

    legs: Legs
    by_arc: Ints
    arc_begin: Ints
    by_head: Ints
    head_begin: Ints
    spot: Ints
    spot_begin: Ints
    spot_of: Ints

    @classmethod
    def of(cls, legs: Legs, *, n_arcs: int, n_nodes: int) -> Self:
        """Where do these legs lead?"""
        link = np.flatnonzero(np.asarray(legs.passing.any(axis=1))[legs.head])
        size = len(legs.node)
        by_arc, arc_begin = _sorted(link, legs.arc[link], n_arcs)
        by_head, head_begin = _sorted(link, legs.head[link], size)
        new = np.ones(size, np.bool_)
        new[1:] = legs.node[1:] != legs.node[:-1]
        begin = np.flatnonzero(new)
        spot_of = np.full(n_nodes, -1)
        spot_of[legs.node[begin]] = np.arange(len(begin))
        return cls(legs, by_arc, arc_begin, by_head, head_begin, np.cumsum(new) - 1, np.append(begin, size), spot_of)

    @property
    def n_spots(self) -> int:
        """How many nodes are there?"""
        return len(self.spot_begin) - 1

    def ranks_at(self, node: Ints) -> tuple[Ints, Ints]:
        """Where do the ranks of each of these nodes begin and end?"""
        spot = self.spot_of[node]
        begin = self.spot_begin[spot]
        return begin, np.where(spot < 0, begin, self.spot_begin[spot + 1])

    def links_on(self, arc: Ints) -> tuple[Ints, Ints]:
        """Which links run on these arcs? Places in ``arc``, and the link beside each."""
        begin, end = self.arc_begin[arc], self.arc_begin[arc + 1]
        return np.repeat(np.arange(len(arc)), end - begin), self.by_arc[ranges(begin, end)]

    @property
    def origin(self) -> npt.NDArray[np.bool_]:
        """At which ranks do walks begin? No link leads there."""
        return np.asarray(np.diff(self.head_begin) == 0)


def _sorted(link: Ints, key: Ints, size: int) -> tuple[Ints, Ints]:
    """Links in order of their keys, and where those of each key begin."""
    order = link[np.argsort(key.astype(np.min_scalar_type(size)), kind="stable")]
    begin = np.zeros(size + 1, np.intp)
    np.cumsum(np.bincount(key, minlength=size), out=begin[1:])
    return order, begin


def been_before(walked: Walked, gates: Gates, zone: Ints, rank: Ints, *, since: Ints) -> Floats:
    """How likely have those who get to each rank been in the zone beside it?

    Parameters
    ----------
    walked : Walked
    gates : Gates
    zone, rank : ndarray of int
        What is asked; −1 is no zone, where nobody has been.
    since : ndarray of int
        The first rank at which one may have left each zone, shape (zones,); all ranks where nobody leaves it.
    """
    n = np.int64(len(walked.spot))
    wanted = zone * n + rank
    states = _looked_at(walked, gates, zone, walked.spot[rank], since)
    if not len(states):
        return np.zeros(len(wanted))
    who, there = np.divmod(states, n)
    begin, end = walked.head_begin[there], walked.head_begin[there + 1]
    row, came = np.repeat(np.arange(len(states)), end - begin), walked.by_head[ranges(begin, end)]
    inside = gates.meet(who[row], walked.legs.arc[came] % gates.n_edges)
    share = walked.legs.probability[came]
    source = np.asarray(np.bincount(row[inside], weights=share[inside], minlength=len(states)), np.float64)
    row, came, share = row[~inside], came[~inside], share[~inside]
    before, known = among(who[row] * n + walked.legs.tail[came], states)
    links = Links.between(before[known], row[known], len(states))
    been = links.outward(share[known], source)
    at, known = among(wanted, states)
    return np.where(known, np.clip(been[at], 0.0, 1.0), 0.0)


def _looked_at(walked: Walked, gates: Gates, zone: Ints, spot: Ints, since: Ints) -> npt.NDArray[np.int64]:
    """Zones and ranks from which what is asked follows: back to where one may first have left the zone. Sorted codes.

    They are found by spots, with all their ranks: a few too many do no harm.
    """
    n = np.int64(walked.n_spots)
    since = np.append(walked.spot, n)[since]
    arc = np.flatnonzero(np.diff(walked.arc_begin))
    link = walked.by_arc[walked.arc_begin[arc]]
    order, begin = _sorted(np.arange(len(arc)), walked.spot[walked.legs.head[link]], walked.n_spots)
    tail, edge = walked.spot[walked.legs.tail[link[order]]], arc[order] % gates.n_edges
    asked = zone >= 0
    front = np.unique((zone * n + spot)[asked])
    seen, place = _window(zone[asked], spot[asked], since)
    found = [front]
    while len(front):
        who, here = np.divmod(front, n)
        seen[place[who] + here] = True
        first, last = begin[here], begin[here + 1]
        who, came = who.repeat(last - first), ranges(first, last)
        late = np.flatnonzero(tail[came] >= since[who])
        who, came = who[late], came[late]
        new = np.flatnonzero(~seen[place[who] + tail[came]])
        who, came = who[new], came[new]
        new = np.flatnonzero(~gates.meet(who, edge[came]))
        front = np.unique(who[new] * n + tail[came[new]])
        found.append(front)
    who, here = np.divmod(np.sort(np.concatenate(found)), n)
    first, last = walked.spot_begin[here], walked.spot_begin[here + 1]
    return who.repeat(last - first) * np.int64(len(walked.spot)) + ranges(first, last)


def _window(zone: Ints, spot: Ints, since: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Marks for the spots that may be looked at for each zone, and where they stand: at ``place[zone] + spot``."""
    low, high = since.copy(), np.full(len(since), -1)
    np.minimum.at(low, zone, spot)
    np.maximum.at(high, zone, spot)
    width = np.maximum(high - low + 1, 0)
    return np.zeros(width.sum(), np.bool_), np.cumsum(width) - width - low
