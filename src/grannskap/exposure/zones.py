"""Zones: the stretches of street along which an actor is passed."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

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
    frontage: npt.NDArray[np.object_],
    layer: npt.NDArray[np.int8],
    edges: gpd.GeoDataFrame,
    *,
    frontage_m: float,
    barriers: npt.NDArray[np.object_],
) -> Zones:
    """Along which edges is each actor passed?

    The zone of an actor is everything within ``frontage_m`` of its frontage on the same layer, except what lies behind
    something that cannot be crossed.

    Parameters
    ----------
    frontage : ndarray of geometry
        In metres; None for actors that nobody passes by chance (indoors, upstairs).
    layer : ndarray of int
        Layer of each actor.
    edges : GeoDataFrame
        LineStrings in metres, ``layer``; edges are numbered by their row.
    frontage_m : float
        How far from the frontage one still passes it, in metres.
    barriers : ndarray of geometry
        Lines and areas that nobody walks across, on the ground.

    Returns
    -------
    Zones
        Sorted by actor, then edge.
    """
    lines = edges.geometry.to_numpy()
    actor, edge = shapely.STRtree(lines).query(frontage, predicate="dwithin", distance=frontage_m)
    same = layer[actor] == edges.layer.to_numpy()[edge]
    order = np.lexsort((edge[same], actor[same]))
    actor, edge = actor[same][order], edge[same][order]
    used = np.unique(actor)
    near = _near_barrier(frontage[used], frontage_m, barriers)
    room = np.full(len(frontage), None, object)
    room[used] = _rooms(frontage[used], frontage_m, barriers, near)
    shapely.prepare(room[used])
    cut = np.isin(actor, used[near])
    seen = ~cut
    seen[cut] = shapely.intersects(room[actor[cut]], lines[edge[cut]])
    return Zones(actor[seen], edge[seen], room)


def _metres_within(room: npt.NDArray[np.object_], lines: npt.NDArray[np.object_]) -> Floats:
    """Length of each line inside its zone; whole lines are measured without being cut."""
    metres = shapely.length(lines)
    part = ~shapely.contains_properly(room, lines)
    metres[part] = shapely.length(shapely.intersection(lines[part], room[part]))
    return np.asarray(metres)


def _near_barrier(
    frontage: npt.NDArray[np.object_], frontage_m: float, barriers: npt.NDArray[np.object_]
) -> npt.NDArray[np.intp]:
    return np.unique(shapely.STRtree(barriers).query(frontage, predicate="dwithin", distance=frontage_m)[0])


def _rooms(
    frontage: npt.NDArray[np.object_], frontage_m: float, barriers: npt.NDArray[np.object_], near: Ints
) -> npt.NDArray[np.object_]:
    """The zone of each frontage as an area: widened, less barriers and whatever lies behind those that are near."""
    rooms = shapely.buffer(frontage, frontage_m)
    tree = shapely.STRtree(barriers)
    for row in near:
        walls = barriers[tree.query(rooms[row], predicate="intersects")]
        walls = walls[~shapely.intersects(walls, frontage[row])]  # what runs through the plot itself hides nothing
        if not len(walls):
            continue
        left = shapely.difference(rooms[row], shapely.union_all(shapely.buffer(walls, 0.05)))
        parts = shapely.get_parts(left)
        rooms[row] = shapely.union_all(parts[shapely.intersects(parts, frontage[row])])
    return np.asarray(rooms)
