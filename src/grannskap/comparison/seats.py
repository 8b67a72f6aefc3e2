"""Seats at hand: how far one walks from one to the next on the way to each place."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import shapely

from grannskap.comparison.measures import rules
from grannskap.exposure.rooms import Rooms
from grannskap.exposure.scene import Scene
from grannskap.exposure.zones import zones
from grannskap.routes.legs import ahead
from grannskap.routes.network import Network
from grannskap.routes.shortest import least_cost_arcs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
METRES_PER_KM = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """How far is it along each of some ways to the first seat, from the last one on, and between two of them?

    Attributes
    ----------
    length_m : ndarray of float
    seated : ndarray of bool
        Where there is any seat. Where there is none, the next three say nothing.
    first_m, last_m, between_m : ndarray of float
        From the beginning to the first seat, from the last seat to the end, and the longest between two that follow
        each other.
    """

    length_m: Floats
    seated: npt.NDArray[np.bool_]
    first_m: Floats
    last_m: Floats
    between_m: Floats

    def at(self, rows: Ints) -> "Stretches":
        """Those of these rows."""
        return Stretches(*(getattr(self, name)[rows] for name in Stretches.__slots__))

    def then(self, on: "Stretches") -> "Stretches":
        """Those of each way with another after it."""
        both = self.seated & on.seated
        between = np.maximum(np.where(self.seated, self.between_m, 0.0), np.where(on.seated, on.between_m, 0.0))
        return Stretches(
            self.length_m + on.length_m,
            self.seated | on.seated,
            np.where(self.seated, self.first_m, self.length_m + on.first_m),
            np.where(on.seated, on.last_m, self.last_m + on.length_m),
            np.where(both, np.maximum(between, self.last_m + on.first_m), between),
        )

    def longest_m(self, *, before_m: Floats | float, after_m: Floats | float) -> Floats:
        """The longest stretch without a seat, with so many metres before each way and after it."""
        ends = np.maximum(before_m + self.first_m, self.last_m + after_m)
        return np.where(self.seated, np.maximum(ends, self.between_m), before_m + self.length_m + after_m)


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Where are seats at hand along the streets?

    Attributes
    ----------
    n : int
        Seats in the map data within the study area.
    per_km : float
        The same per kilometre of street there; nan where there is none.
    arcs : Stretches
        Of each arc of the network, and last of all those of no way.
    """

    n: int
    per_km: float
    arcs: Stretches

    @classmethod
    def of(cls, scene: Scene, area: shapely.Polygon) -> Self:
        """Where are seats at hand, of those that the map tells?

        Parameters
        ----------
        scene : Scene
        area : Polygon
            The study area.
        """
        edges, seats = scene.arrivals.edges, scene.seats.geometry.to_numpy()
        lines, level = edges.geometry.to_numpy(), scene.seats.layer.to_numpy(np.int8)
        within_m = rules().seat_at_hand_m
        met = zones(Rooms(seats, scene.rooms.barriers), np.arange(len(seats)), level, edges, frontage_m=within_m)
        nearest = shapely.get_point(shapely.shortest_line(lines[met.edge], seats[met.actor]), 0)
        length = edges.length_m.to_numpy(float)
        at_m = np.clip(shapely.line_locate_point(lines[met.edge], nearest), 0.0, length[met.edge])
        shapely.prepare(area)
        n = int(shapely.intersects(area, seats).sum())
        km = float(_metres_in(area, lines).sum()) / METRES_PER_KM
        return cls(n, n / km if km > 0 else float("nan"), stretches(met.edge, at_m, length))

    def longest_m(
        self, net: Network, site: Ints, costs: Floats, node: Ints, *, before_m: float, after_m: Floats
    ) -> Floats:
        """What is the longest stretch without a seat on the way of least cost to each of these nodes?

        Parameters
        ----------
        net : Network
        site : ndarray of int
            Node of each entrance.
        costs : ndarray of float
            Perceived metres from the site to each node.
        node : ndarray of int
            Nodes that a way leads to.
        before_m : float
            Metres from the door of the site to the street.
        after_m : ndarray of float
            Metres from the street to each door.
        """
        ending = np.zeros((len(costs), 1))
        ending[node] = 1.0
        way = ahead(net, site, ending, costs)
        kept = least_cost_arcs(net, way)
        begin, came = np.arange(way.size), np.full(way.size, -1)
        begin[way.head[kept]], came[way.head[kept]] = way.tail[kept], way.arc[kept]
        rank = np.empty(len(costs), np.intp)
        rank[way.node] = np.arange(way.size)
        return _from_origin(self.arcs.at(came), begin).at(rank[node]).longest_m(before_m=before_m, after_m=after_m)


def _from_origin(step: Stretches, begin: Ints) -> Stretches:
    """From steps that each begin at another rank to whole ways: each is put after that which leads to its beginning.

    Every round doubles how many steps are put together, until all begin where nothing leads.
    """
    while (begin[begin] != begin).any():
        step, begin = step.at(begin).then(step), begin[begin]
    return step


def stretches(edge: Ints, at_m: Floats, length: Floats) -> Stretches:
    """How far is it between seats on each arc, and last on no way, with seats so many metres along an edge?"""
    order = np.lexsort((at_m, edge))
    edge, at_m = edge[order], at_m[order]
    n = len(length)
    first, last, between = np.full(n, np.inf), np.zeros(n), np.zeros(n)
    np.minimum.at(first, edge, at_m)
    np.maximum.at(last, edge, at_m)
    follows = np.flatnonzero(edge[1:] == edge[:-1])
    np.maximum.at(between, edge[follows], at_m[follows + 1] - at_m[follows])
    seated = np.isfinite(first)
    ahead_m, behind_m = np.where(seated, first, length), np.where(seated, length - last, length)
    return Stretches(
        np.append(np.tile(length, 2), 0.0),
        np.append(np.tile(seated, 2), False),
        np.concatenate([ahead_m, behind_m, [0.0]]),
        np.concatenate([behind_m, ahead_m, [0.0]]),
        np.append(np.tile(between, 2), 0.0),
    )


def _metres_in(area: shapely.Polygon, lines: npt.NDArray[np.object_]) -> Floats:
    """Metres of each line within an area that is prepared."""
    metres = shapely.length(lines)
    part = ~shapely.contains_properly(area, lines)
    metres[part] = shapely.length(shapely.intersection(area, lines[part]))
    return np.asarray(metres)
