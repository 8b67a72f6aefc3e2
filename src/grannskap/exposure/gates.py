"""Gates: where one comes into an actor's zone or leaves it, worked out once for all walks on the same streets."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from grannskap.exposure.zones import Zones
from grannskap.routes.network import Ints, Network


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """At which nodes does one come into each zone, or leave it?

    A gate is a node with a street that meets the zone and another that does not. Whoever comes into a zone does so at
    one of its gates, or has begun there; so passages are settled by the gates alone. Actors with the same zone share
    its gates.

    Attributes
    ----------
    zone : ndarray of int
        Number of each actor's zone, −1 where no street meets it; shape (actors,).
    meets : ndarray of int
        Zone · edges + edge for each pair that meets, sorted.
    node, of : ndarray of int
        Node and zone of each gate, in order of zone.
    into, into_gate : ndarray of int
        Arcs within a zone that lead to one of its gates, and that gate.
    out, out_gate : ndarray of int
        Arcs within a zone that begin at one of its gates, and that gate, in order of gate.
    beside, beside_begin : ndarray of int
        Zones that each edge meets, and where those of each begin; the latter of shape (edges + 1,).
    n_zones, n_edges, n_nodes : int
    """

    zone: Ints
    meets: npt.NDArray[np.int64]
    node: Ints
    of: Ints
    into: Ints
    into_gate: Ints
    out: Ints
    out_gate: Ints
    beside: Ints
    beside_begin: Ints
    n_zones: int
    n_edges: int
    n_nodes: int

    @classmethod
    def of_zones(cls, zones: Zones, net: Network, *, n_actors: int) -> Self:
        """Which gates do these zones have?

        Parameters
        ----------
        zones : Zones
            Edges as in ``net``.
        net : Network
        n_actors : int
        """
        number, zone, edge = _apart(zones, n_actors)
        n, n_nodes = net.n_edges, len(net.nodes)
        ends = np.concatenate([net.tail[:n][edge], net.head[:n][edge]])
        codes = np.tile(zone, 2) * np.int64(n_nodes) + ends
        spots, spot, streets = np.unique(codes, return_inverse=True, return_counts=True)
        of, node = np.divmod(spots, n_nodes)
        gate = streets < np.bincount(net.tail, minlength=n_nodes)[node]
        place = np.where(gate, np.cumsum(gate) - 1, -1)[spot]
        arcs = np.concatenate([edge, n + edge])
        begin, end = place, np.roll(place, len(edge))  # of u→v, then of v→u
        into, out = np.flatnonzero(end >= 0), np.flatnonzero(begin >= 0)
        out = out[np.argsort(begin[out], kind="stable")]
        return cls(
            zone=number,
            meets=np.sort(zone * np.int64(n) + edge),
            node=node[gate],
            of=of[gate],
            into=arcs[into],
            into_gate=end[into],
            out=arcs[out],
            out_gate=begin[out],
            beside=zone[np.argsort(edge, kind="stable")],
            beside_begin=np.append(0, np.cumsum(np.bincount(edge, minlength=n))),
            n_zones=int(zone.max(initial=-1)) + 1,
            n_edges=n,
            n_nodes=n_nodes,
        )

    def meet(self, zone: Ints, edge: Ints) -> npt.NDArray[np.bool_]:
        """Does each edge meet the zone beside it?"""
        return among(zone * np.int64(self.n_edges) + edge, self.meets)[1]

    def met_by(self, edge: Ints) -> tuple[Ints, Ints]:
        """Which zones does each of these edges meet? Places in ``edge``, and the zone beside each."""
        begin, end = self.beside_begin[edge], self.beside_begin[edge + 1]
        return np.repeat(np.arange(len(edge)), end - begin), self.beside[ranges(begin, end)]


def ranges(begin: Ints, end: Ints) -> Ints:
    """What are begin[0] … end[0] − 1, begin[1] … end[1] − 1, and so on, in one array?"""
    count = end - begin
    last = count.cumsum()
    steps = (begin - last + count).repeat(count)
    return np.asarray(steps + np.arange(len(steps)))


def among(codes: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Where does each code stand among sorted ones, and does it?"""
    if not len(known):
        return np.zeros(len(codes), np.intp), np.zeros(len(codes), np.bool_)
    at = np.minimum(known.searchsorted(codes), len(known) - 1)
    return at, known[at] == codes


def _apart(zones: Zones, n_actors: int) -> tuple[Ints, Ints, Ints]:
    """Number of each actor's zone, the same for the same edges, and zone and edge of each pair that meets."""
    begin = np.append(0, np.cumsum(np.bincount(zones.actor, minlength=n_actors)))
    number = np.full(n_actors, -1)
    known: dict[bytes, int] = {}
    first = []
    for actor in np.flatnonzero(np.diff(begin)).tolist():
        mine = zones.edge[begin[actor] : begin[actor + 1]].tobytes()
        if mine not in known:
            known[mine] = len(known)
            first.append(actor)
        number[actor] = known[mine]
    kept = np.isin(zones.actor, first)
    return number, number[zones.actor[kept]], zones.edge[kept]
