"""Passages: how many walks come into an actor's zone at least once, exactly and for all actors at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from grannskap.exposure.before import Walked, been_before
from grannskap.exposure.gates import Gates, ranges
from grannskap.exposure.zones import Zones
from grannskap.routes.legs import Legs
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


def passages(legs: Legs, gates: Gates, doors: Doors, *, at_site: npt.NDArray[np.bool_]) -> Floats:
    """How many walks a week come into each actor's zone at least once?

    A walk counts when it first enters the zone: the flow on each link of the zone, times the probability that those who
    walk it have not been in the zone before. That probability looks back along the links, and is the same for all
    destinations. It is asked where one comes into the zone, at its gates, and looked for as far back as one may have
    left it before. Walks that end at the actor count as well, whether its door is within the zone or not.

    Parameters
    ----------
    legs : Legs
    gates : Gates
        Of the zones, on the network of ``legs``.
    doors : Doors
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
    walked = Walked.of(legs, n_arcs=2 * gates.n_edges, n_nodes=gates.n_nodes)
    here, ends = _AtGates.of(walked, gates), ends_at(walked, doors)
    since = here.since()
    asked = here.asked(since)
    zone = np.concatenate([here.zone[asked], gates.zone[ends.actor]])
    been = been_before(walked, gates, zone, np.concatenate([here.rank[asked], ends.rank]), since=since)
    before = here.inside.copy()
    before[asked] = been[: len(asked)]
    by_zone = _begun(walked, gates) + here.entering(1.0 - np.minimum(before, 1.0)) @ legs.passing
    total = np.vstack([by_zone, np.zeros(by_zone.shape[1])])[gates.zone]
    np.add.at(total, (ends.actor, ends.column), ends.trips * (1.0 - been[len(asked) :]))
    total[at_site] = legs.ending.sum(axis=0)
    return total


def _begun(walked: Walked, gates: Gates) -> Floats:
    """How many walks a week begin within each zone, over a link that meets it? Shape (zones, functions)."""
    legs = walked.legs
    begin = walked.by_arc[walked.origin[legs.tail[walked.by_arc]]]
    link, zone = gates.met_by(legs.arc[begin] % gates.n_edges)
    total = np.zeros((gates.n_zones, legs.passing.shape[1]))
    np.add.at(total, zone, (legs.probability[begin, None] * legs.passing[legs.head[begin]])[link])
    return total


@dataclass(frozen=True, slots=True, eq=False)
class _AtGates:
    """The ranks at the gates of each zone, and the links within the zone that lead out of them.

    Attributes
    ----------
    walked : Walked
    zone, rank : ndarray of int
        Of each gate's ranks.
    inside : ndarray of float
        Share of those who get to that rank over links within the zone.
    out, place : ndarray of int
        Links within a zone that lead on from one of these, and from which, in order of zone.
    n_zones : int
    """

    walked: Walked
    zone: Ints
    rank: Ints
    inside: Floats
    out: Ints
    place: Ints
    n_zones: int

    @classmethod
    def of(cls, walked: Walked, gates: Gates) -> Self:
        legs = walked.legs
        first, last = walked.ranks_at(gates.node)
        count = last - first
        shift = np.cumsum(count) - count - first  # from the rank at a gate to its place
        came, into = walked.links_on(gates.into)
        went, out = walked.links_on(gates.out)
        reached, share = shift[gates.into_gate[came]] + legs.head[into], legs.probability[into]
        inside = np.asarray(np.bincount(reached, weights=share, minlength=count.sum()), np.float64)
        place = shift[gates.out_gate[went]] + legs.tail[out]
        on = ~walked.origin[legs.tail[out]]  # those that begin there are counted apart
        zone, rank = np.repeat(gates.of, count), ranges(first, last)
        return cls(walked, zone, rank, inside, out[on], place[on], gates.n_zones)

    def since(self) -> Ints:
        """At which rank may one first leave each zone?"""
        first = np.full(self.n_zones, len(self.walked.spot))
        left = np.flatnonzero(self.inside > 0)
        zone = self.zone[left]
        begin = np.flatnonzero(np.diff(zone, prepend=-1))
        first[zone[begin]] = np.minimum.reduceat(self.rank[left], begin) if len(left) else 0
        return first

    def asked(self, since: Ints) -> Ints:
        """At which of these may one come into the zone again, having left it ``since`` some rank?"""
        enters = np.zeros(len(self.rank), np.bool_)
        enters[self.place] = True
        enters[self.inside >= 1.0] = False
        asked = np.flatnonzero(enters)
        return asked[self.rank[asked] > since[self.zone[asked]]]

    def entering(self, first: Floats) -> csr_array:
        """Share of those at each rank who came into each zone over the link to it, and for the first time there.

        ``first``: share of those at each gate who have not been in the zone.
        """
        legs = self.walked.legs
        begin = np.append(0, np.cumsum(np.bincount(self.zone[self.place], minlength=self.n_zones)))
        share = legs.probability[self.out] * first[self.place]
        return csr_array((share, legs.head[self.out], begin), shape=(self.n_zones, len(legs.node)))


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Walks that end at an actor: its row, the rank where they end, the function, and how many a week."""

    actor: Ints
    rank: Ints
    column: Ints
    trips: Floats


def ends_at(walked: Walked, doors: Doors) -> Ends:
    """At which ranks do the walks to these doors end? Where a node has several, they are shared as all that end there.

    Parameters
    ----------
    walked : Walked
    doors : Doors
    """
    begin, end = walked.ranks_at(doors.node)
    door, rank = np.repeat(np.arange(len(doors.node)), end - begin), ranges(begin, end)
    here = walked.legs.ending[rank, doors.column[door]]
    whole = np.bincount(door, weights=here, minlength=len(doors.node))[door]
    kept = here > 0
    door, rank = door[kept], rank[kept]
    return Ends(doors.actor[door], rank, doors.column[door], doors.trips[door] * here[kept] / whole[kept])


def metres_alongside(legs: Legs, zones: Zones, metres: Floats, *, n_actors: int, n_edges: int) -> Floats:
    """How many metres a week are walked inside each actor's zone? Shape (actors,); ``metres`` of each pair."""
    per_edge = np.bincount(legs.arc % n_edges, weights=legs.flow.sum(axis=1), minlength=n_edges)
    return np.asarray(np.bincount(zones.actor, weights=metres * per_edge[zones.edge], minlength=n_actors), np.float64)
