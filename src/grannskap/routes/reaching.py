"""How far it is to any place along the street, without making it a node of the network."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.routes.network import Floats
from grannskap.routes.snapping import FARTHEST_SNAP_M


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
        found, gap = shapely.STRtree(lines[rows]).query_nearest(
            shapes[asked], max_distance=FARTHEST_SNAP_M, return_distance=True
        )
        at, near = asked[found[0]], rows[found[1]]  # a plot that several paths enter is near all of them
        meet = shapely.get_point(shapely.shortest_line(lines[near], shapes[at]), 0)
        along = shapely.line_locate_point(lines[near], meet)
        by_way = np.minimum(from_site_m[u[near]] + along, from_site_m[v[near]] + length[near] - along) + gap
        np.minimum.at(walk, at, by_way)
    return walk
