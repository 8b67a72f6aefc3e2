"""Zones: the stretches of street along which an actor is passed."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.exposure.rooms import Rooms
from grannskap.routes.network import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Which edges come into which actor's zone, and for how many metres?

    Attributes
    ----------
    actor, edge : ndarray of int
        Row of the actor and of the edge, one pair an element, in order of actor, then edge.
    room : ndarray of geometry
        The zone of each actor that meets an edge, None for the others; shape (actors,).
    """

    actor: Ints
    edge: Ints
    room: npt.NDArray[np.object_]

    def metres(self, lines: npt.NDArray[np.object_], walked: npt.NDArray[np.bool_]) -> Floats:
        """How many metres of its edge lie within the zone, for each pair? 0 for edges that are not walked."""
        metres = np.zeros(len(self.edge))
        asked = np.flatnonzero(walked[self.edge])
        metres[asked] = _metres_within(self.room[self.actor[asked]], lines[self.edge[asked]])
        return metres


def zones(
    rooms: Rooms, rows: Ints, layer: npt.NDArray[np.int8], edges: gpd.GeoDataFrame, *, frontage_m: float
) -> Zones:
    """Along which edges is each actor passed?

    The zone of an actor is everything within ``frontage_m`` of its frontage on the same layer, except what lies behind
    something that cannot be crossed.

    Parameters
    ----------
    rooms : Rooms
    rows : ndarray of int
        Row of each actor in ``rooms``.
    layer : ndarray of int
        Layer of each actor.
    edges : GeoDataFrame
        LineStrings in metres, ``layer``; edges are numbered by their row.
    frontage_m : float
        How far from the frontage one still passes it, in metres.

    Returns
    -------
    Zones
        Sorted by actor, then edge.
    """
    lines = edges.geometry.to_numpy()
    frontage = rooms.frontage[rows]
    actor, edge = shapely.STRtree(lines).query(frontage, predicate="dwithin", distance=frontage_m)
    same = layer[actor] == edges.layer.to_numpy()[edge]
    order = np.lexsort((edge[same], actor[same]))
    actor, edge = actor[same][order], edge[same][order]
    used = np.unique(actor)
    room, walled = np.full(len(rows), None, object), np.zeros(len(rows), np.bool_)
    room[used], walled[used] = rooms.at(rows[used], frontage_m)
    cut = walled[actor]
    seen = ~cut
    seen[cut] = shapely.intersects(room[actor[cut]], lines[edge[cut]])
    return Zones(actor[seen], edge[seen], room)


def _metres_within(room: npt.NDArray[np.object_], lines: npt.NDArray[np.object_]) -> Floats:
    """Length of each line inside its zone; whole lines are measured without being cut."""
    metres = shapely.length(lines)
    part = ~shapely.contains_properly(room, lines)
    metres[part] = shapely.length(shapely.intersection(lines[part], room[part]))
    return np.asarray(metres)
