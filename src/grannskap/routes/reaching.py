"""How far it is to any place along the street, without making it a node of the network."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.routes.network import Floats, Ints
from grannskap.routes.snapping import FARTHEST_SNAP_M

BESIDE_M = 30.0  # a plot or a block of houses is reached from every street this near it


def distance_to(
    shapes: npt.NDArray[np.object_], layer: npt.NDArray[np.int8], edges: gpd.GeoDataFrame, from_site_m: Floats
) -> Floats:
    """How many metres is the walk to each shape, along the street and then straight to it?

    Parameters
    ----------
    shapes : ndarray of geometry
        In metres.
    layer : ndarray of int
        Layer of each; only edges on the same layer lead there.
    edges : GeoDataFrame
        ``u``, ``v``, ``length_m``, ``layer``, LineString.
    from_site_m : ndarray of float
        Metres from the site to each node.

    Returns
    -------
    ndarray
        Infinite where no street is within `FARTHEST_SNAP_M`, or none that can be reached.
    """
    walk = np.full(len(shapes), np.inf)
    lines, level = edges.geometry.to_numpy(), edges.layer.to_numpy()
    u, v, length = edges.u.to_numpy(), edges.v.to_numpy(), edges.length_m.to_numpy()
    for here in np.unique(layer):
        asked, rows = np.flatnonzero(layer == here), np.flatnonzero(level == here)
        shape, line = _ways_to(shapes[asked], lines[rows])
        at, near = asked[shape], rows[line]
        link = shapely.shortest_line(lines[near], shapes[at])
        along = shapely.line_locate_point(lines[near], shapely.get_point(link, 0))
        by_way = np.minimum(from_site_m[u[near]] + along, from_site_m[v[near]] + length[near] - along)
        np.minimum.at(walk, at, by_way + shapely.length(link))
    return walk


def _ways_to(shapes: npt.NDArray[np.object_], lines: npt.NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Pairs of shape and line by which it may be reached: the nearest, and for a plot all that run beside it."""
    tree = shapely.STRtree(lines)
    nearest = tree.query_nearest(shapes, max_distance=FARTHEST_SNAP_M)
    extended = np.flatnonzero(shapely.get_dimensions(shapes) > 0)
    beside = tree.query(shapes[extended], predicate="dwithin", distance=BESIDE_M)
    return np.concatenate([nearest[0], extended[beside[0]]]), np.concatenate([nearest[1], beside[1]])
