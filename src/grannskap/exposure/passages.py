"""Passages: how many walks come into an actor's zone at least once, exactly and for all actors at once."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from grannskap.exposure.zones import Zones
from grannskap.routes.legs import Legs, Links
from grannskap.routes.network import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Which actors are themselves destinations, and at which node does one arrive? One pair an element.

    Attributes
    ----------
    actor, node : ndarray of int
        Row of the actor and node position in the network.
    column : ndarray of int
        Function for which one goes there.
    trips : ndarray of float
        Trips per week that end there for that function.
    """

    actor: Ints
    node: Ints
    column: Ints
    trips: Floats

    @classmethod
    def of(cls, actor: Ints, node: Ints, trips: Floats) -> Self:
        """Which doors do trips to options lead to?

        Parameters
        ----------
        actor, node : ndarray of int
            Of each option: row of the actor that it is (−1 for none), and node.
        trips : ndarray of float
            Shape (options, columns).
        """
        option, column = np.nonzero((trips > 0) & (actor >= 0)[:, None])
        return cls(actor[option], node[option], column, trips[option, column])


def passages(
    legs: Legs, zones: Zones, doors: Doors, *, n_actors: int, n_edges: int, at_site: npt.NDArray[np.bool_]
) -> Floats:
    """How many walks a week come into each actor's zone at least once?

    A walk counts when it first enters the zone: the flow on each link of the zone, times the probability that those who
    walk it have not been in the zone before. That probability looks back along the links, and is the same for all
    destinations; it is worked out for all actors together, only where it is asked for: between an actor's first link
    and its last. Walks that end at the actor count as well, whether its door is within the zone or not.

    Parameters
    ----------
    legs : Legs
    zones : Zones
        Edges as in the network of ``legs``.
    doors : Doors
    n_actors, n_edges : int
    at_site : ndarray of bool
        Actors in whose zone the site itself lies: every walk passes them.

    Returns
    -------
    ndarray
        Shape (actors, functions), walks per week.

    Notes
    -----
    With p(i|j) the share of those at j who came over the link i→j, the probability of having been in zone Z on the way
    to j is h_j = Σ_i p(i|j)·(1 if the link meets Z, else h_i), and walks that enter Z first over i→j are
    flow_ij·(1 − h_i). It is exact for every route method whose link probabilities do not depend on the destination.
    """
    walked = np.flatnonzero(np.asarray(legs.passing.any(axis=1))[legs.head])
    near = _Near.of(zones, at_site, n_edges)
    pairs = near.pairs(walked, legs.arc[walked] % n_edges)
    ends = ends_at(legs, doors, without=at_site)
    asked = Asked(
        actor=np.concatenate([pairs.actor, ends.actor]), rank=np.concatenate([legs.tail[pairs.link], ends.rank])
    )
    been = _been_before(legs, walked, near, pairs, asked, n_actors)
    first, n = 1.0 - been, len(pairs.link)
    begin = np.append(0, np.cumsum(np.bincount(pairs.actor, minlength=n_actors)))
    entering = legs.probability[pairs.link] * first[:n]
    into = csr_array((entering, legs.head[pairs.link], begin), shape=(n_actors, len(legs.node)))
    total = np.asarray(into @ legs.passing)
    np.add.at(total, (ends.actor, ends.column), ends.trips * first[n:])
    total[at_site] = legs.ending.sum(axis=0)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Which walked links meet which actor's zone? In order of actor."""

    link: Ints
    actor: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Pairs of actor and edge, without the actors that every walk passes; in order of actor, then edge."""

    actor: Ints
    edge: Ints
    n_edges: int

    @classmethod
    def of(cls, zones: Zones, at_site: npt.NDArray[np.bool_], n_edges: int) -> Self:
        kept = ~at_site[zones.actor]
        return cls(zones.actor[kept], zones.edge[kept], n_edges)

    def pairs(self, link: Ints, edge: Ints) -> Pairs:
        """The links, each on its edge, that meet an actor's zone."""
        order = np.argsort(edge, kind="stable")
        begin = np.append(0, np.cumsum(np.bincount(edge, minlength=self.n_edges)))
        first, last = begin[self.edge], begin[self.edge + 1]
        return Pairs(link[order[_ranges(first, last)]], np.repeat(self.actor, last - first))

    def meet(self, actor: Ints, edge: Ints) -> npt.NDArray[np.bool_]:
        """Does each edge meet the zone of the actor beside it?"""
        known = self.actor * np.int64(self.n_edges) + self.edge
        return _among(actor * np.int64(self.n_edges) + edge, known)[1]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """For which actors and ranks is it asked whether those who get there have been in the zone before?"""

    actor: Ints
    rank: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Walks that end at an actor: its row, the rank where they end, the function, and how many a week."""

    actor: Ints
    rank: Ints
    column: Ints
    trips: Floats


def ends_at(legs: Legs, doors: Doors, *, without: npt.NDArray[np.bool_]) -> Ends:
    """At which ranks do the walks to these doors end? Where a node has several, they are shared as all that end there.

    Parameters
    ----------
    legs : Legs
    doors : Doors
    without : ndarray of bool
        Actors whose doors are left out, shape (actors,).
    """
    order = np.argsort(legs.node, kind="stable")
    node = legs.node[order]
    begin = np.searchsorted(node, doors.node, side="left")
    end = np.where(without[doors.actor], begin, np.searchsorted(node, doors.node, side="right"))
    door = np.repeat(np.arange(len(doors.node)), end - begin)
    rank = order[_ranges(begin, end)]
    here = legs.ending[rank, doors.column[door]]
    whole = np.bincount(door, weights=here, minlength=len(doors.node))[door]
    kept = here > 0
    door, rank = door[kept], rank[kept]
    return Ends(doors.actor[door], rank, doors.column[door], doors.trips[door] * here[kept] / whole[kept])


def _ranges(begin: Ints, end: Ints) -> Ints:
    """begin[0] … end[0] − 1, begin[1] … end[1] − 1, and so on, in one array."""
    count = end - begin
    return np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())


def _been_before(legs: Legs, walked: Ints, near: _Near, pairs: Pairs, asked: Asked, n_actors: int) -> Floats:
    """Probability that those who reach a rank have been in an actor's zone, for each that is asked."""
    n = np.int64(len(legs.node))
    wanted = asked.actor * n + asked.rank
    states = _between(legs, walked, pairs, asked, n_actors)
    if not len(states):
        return np.zeros(len(wanted))
    into, begin = _by_head(legs, walked)
    who, rank = np.divmod(states, n)
    row = np.repeat(np.arange(len(states)), begin[rank + 1] - begin[rank])
    came = into[_ranges(begin[rank], begin[rank + 1])]
    inside = near.meet(who[row], legs.arc[came] % near.n_edges)
    share = legs.probability[came]
    source = np.asarray(np.bincount(row[inside], weights=share[inside], minlength=len(states)), np.float64)
    row, came, share = row[~inside], came[~inside], share[~inside]
    before, known = _among(who[row] * n + legs.tail[came], states)
    links = Links.between(before[known], row[known], len(states))
    been = links.outward(share[known], source)
    at, known = _among(wanted, states)
    return np.where(known, np.clip(been[at], 0.0, 1.0), 0.0)


def _among(codes: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Where each code stands among sorted ones, and whether it does."""
    at = np.minimum(np.searchsorted(known, codes), max(len(known) - 1, 0))
    return at, (known[at] == codes if len(known) else np.zeros(len(codes), bool))


def _by_head(legs: Legs, walked: Ints) -> tuple[Ints, Ints]:
    """Walked links in order of the rank they lead to, and where each rank's begin."""
    order = walked[np.argsort(legs.head[walked], kind="stable")]
    begin = np.searchsorted(legs.head[order], np.arange(len(legs.node) + 1))
    return order, begin


def _between(legs: Legs, walked: Ints, pairs: Pairs, asked: Asked, n_actors: int) -> npt.NDArray[np.int64]:
    """Pairs of actor and rank that can be reached from its zone before the last rank that is asked for: sorted codes.

    Reached are nodes, with all their ranks: a few too many do no harm, for nobody at those has been in the zone.
    """
    spot = np.cumsum(np.diff(legs.node, prepend=legs.node[:1]) != 0)  # the ranks of a node follow each other
    n_spots = int(spot[-1]) + 1
    last = np.full(n_actors, -1, np.intp)
    np.maximum.at(last, asked.actor, spot[asked.rank])
    order = walked[np.argsort(legs.tail[walked], kind="stable")]
    steps = np.unique(spot[legs.tail[order]] * np.int64(n_spots) + spot[legs.head[order]])
    tail, head = np.divmod(steps, n_spots)
    begin = np.searchsorted(tail, np.arange(n_spots + 1))
    seen = np.zeros(n_actors * n_spots, bool)
    front = pairs.actor * np.int64(n_spots) + spot[legs.head[pairs.link]]
    fronts = []
    while len(front := _new(front, seen, last, n_spots)):
        fronts.append(front)
        who, here = np.divmod(front, n_spots)
        fan = begin[here + 1] - begin[here]
        front = np.repeat(who, fan) * n_spots + head[_ranges(begin[here], begin[here + 1])]
    who, here = np.divmod(np.sort(np.concatenate([front, *fronts])), n_spots)
    first = np.searchsorted(spot, np.arange(n_spots + 1))
    return np.repeat(who, np.diff(first)[here]) * np.int64(len(legs.node)) + _ranges(first[here], first[here + 1])


def _new(codes: npt.NDArray[np.int64], seen: npt.NDArray[np.bool_], last: Ints, n_spots: int) -> Any:
    """The codes that have not been seen and do not lie beyond the last; from now on they have."""
    who, here = np.divmod(codes, n_spots)
    codes = np.unique(codes[(here <= last[who]) & ~seen[codes]], sorted=False)
    seen[codes] = True
    return codes


def metres_alongside(legs: Legs, zones: Zones, metres: Floats, *, n_actors: int, n_edges: int) -> Floats:
    """How many metres a week are walked inside each actor's zone? Shape (actors,); ``metres`` of each pair."""
    per_edge = np.bincount(legs.arc % n_edges, weights=legs.flow.sum(axis=1), minlength=n_edges)
    return np.asarray(np.bincount(zones.actor, weights=metres * per_edge[zones.edge], minlength=n_actors), np.float64)
