"""Passages: how many walks come into an actor's zone at least once, exactly and for all actors at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    flow = legs.flow
    walked = np.flatnonzero(flow.any(axis=1))
    link, actor = _zone_links(legs.arc[walked] % n_edges, zones, at_site)
    link = walked[link]
    rank_of = np.full(int(legs.node.max(initial=-1)) + 2, -1, np.intp)
    rank_of[legs.node] = np.arange(len(legs.node))
    door = np.flatnonzero(~at_site[doors.actor] & (doors.trips > 0))
    door_rank = rank_of[doors.node[door]]
    asked = np.concatenate([_code(legs.tail[link], actor, legs), _code(door_rank, doors.actor[door], legs)])
    been = _been_before(legs, walked, link, actor, asked, n_actors)
    total = np.zeros((n_actors, flow.shape[1]))
    np.add.at(total, actor, flow[link] * (1.0 - been[: len(link), None]))
    np.add.at(total, (doors.actor[door], doors.column[door]), doors.trips[door] * (1.0 - been[len(link) :]))
    total[at_site] = legs.ending.sum(axis=0)
    return total


def _zone_links(edge: Ints, zones: Zones, at_site: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Pairs of walked link and actor whose zone it meets, without actors that every walk passes."""
    kept = ~at_site[zones.actor]
    order = np.argsort(zones.edge[kept], kind="stable")
    zone_edge, zone_actor = zones.edge[kept][order], zones.actor[kept][order]
    begin, end = np.searchsorted(zone_edge, edge, side="left"), np.searchsorted(zone_edge, edge, side="right")
    link = np.repeat(np.arange(len(edge)), end - begin)
    return link, zone_actor[_ranges(begin, end)]


def _ranges(begin: Ints, end: Ints) -> Ints:
    """begin[0] … end[0] − 1, begin[1] … end[1] − 1, and so on, in one array."""
    count = end - begin
    return np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())


def _code(rank: Ints, actor: Ints, legs: Legs) -> npt.NDArray[np.int64]:
    """One number for each pair of actor and node, in order of actor, then rank."""
    return actor.astype(np.int64) * len(legs.node) + rank


def _been_before(
    legs: Legs, walked: Ints, link: Ints, actor: Ints, asked: npt.NDArray[np.int64], n_actors: int
) -> Floats:
    """Probability that those who reach a node have been in an actor's zone, for each asked pair of actor and node."""
    if not len(link):
        return np.zeros(len(asked))
    n = len(legs.node)
    last = np.full(n_actors, -1, np.int64)
    np.maximum.at(last, asked // n, asked % n)
    states = _downstream(legs, walked, _code(legs.head[link], actor, legs), last)
    if not len(states):
        return np.zeros(len(asked))
    into, begin = _by_head(legs, walked)
    rank = states % n
    row = np.repeat(np.arange(len(states)), begin[rank + 1] - begin[rank])
    came = into[_ranges(begin[rank], begin[rank + 1])]
    who = states[row] // n
    inside = np.isin(came * np.int64(n_actors) + who, link * np.int64(n_actors) + actor)
    source = np.zeros(len(states))
    np.add.at(source, row[inside], legs.probability[came[inside]])
    before = who[~inside] * n + legs.tail[came[~inside]]
    at = np.searchsorted(states, before)
    known = states[np.minimum(at, len(states) - 1)] == before
    links = Links.between(at[known], row[~inside][known], len(states))
    been = links.outward(legs.probability[came[~inside][known]], source)
    where = np.minimum(np.searchsorted(states, asked), len(states) - 1)
    return np.where(states[where] == asked, np.clip(been[where], 0.0, 1.0), 0.0)


def _by_head(legs: Legs, walked: Ints) -> tuple[Ints, Ints]:
    """Walked links in order of the node they lead to, and where each node's begin."""
    order = walked[np.argsort(legs.head[walked], kind="stable")]
    begin = np.searchsorted(legs.head[order], np.arange(len(legs.node) + 1))
    return order, begin


def _downstream(
    legs: Legs, walked: Ints, start: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Pairs of actor and node that can be reached from the zone before its last node, sorted."""
    n = len(legs.node)
    order = walked[np.argsort(legs.tail[walked], kind="stable")]
    begin = np.searchsorted(legs.tail[order], np.arange(n + 1))
    head = legs.head[order]
    front = np.unique(start[start % n <= last[start // n]])
    seen = front
    while len(front):
        rank, who = front % n, front // n
        fan = begin[rank + 1] - begin[rank]
        ahead = np.repeat(who, fan) * n + head[_ranges(begin[rank], begin[rank + 1])]
        ahead = np.unique(ahead[ahead % n <= last[ahead // n]])
        front = np.setdiff1d(ahead, seen, assume_unique=True)
        seen = np.union1d(seen, front)
    return seen


def metres_alongside(legs: Legs, zones: Zones, *, n_actors: int, n_edges: int) -> Floats:
    """How many metres a week are walked inside each actor's zone? Shape (actors,)."""
    per_edge = np.bincount(legs.arc % n_edges, weights=legs.flow.sum(axis=1), minlength=n_edges)
    metres = np.bincount(zones.actor, weights=zones.metres * per_edge[zones.edge], minlength=n_actors)
    return np.asarray(metres, np.float64)
