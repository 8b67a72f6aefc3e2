"""Streets with separate sidewalks: the carriageway is left out only where the sidewalk is mapped and connected."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

FOOTWAYS = ("footway", "path", "cycleway", "pedestrian")
BESIDE_M = 25.0  # how far from the middle of a street its sidewalk may lie
EVERY_M = 10.0  # where along the street a sidewalk is looked for
COVERED = 0.8  # share of those spots that must have one
LONGER, EXTRA_M = 1.5, 60.0  # how much longer the walk by the sidewalk may be before the street is kept


def beside_a_footway(edges: gpd.GeoDataFrame, n_nodes: int) -> tuple[npt.NDArray[np.bool_], str]:
    """Which carriageways have separate sidewalks that are there to be walked?

    Parameters
    ----------
    edges : GeoDataFrame
        With ``sidewalk`` (True where tagged as separate), ``highway``, ``layer``, ``u``, ``v``, ``length_m``.
    n_nodes : int

    Returns
    -------
    tuple
        True for each edge to leave out, and the reason in a word. An edge is left out where a footway on the same layer
        follows it and links its ends at a walk that is not much longer.
    """
    reason = "carriageway_beside_sidewalk"
    separate = edges.sidewalk.to_numpy() & ~edges.highway.isin(FOOTWAYS).to_numpy()
    out = np.zeros(len(edges), bool)
    if not separate.any():
        return out, reason
    asked = np.flatnonzero(separate)
    asked = asked[_followed(edges.iloc[asked], edges[edges.highway.isin(FOOTWAYS)])]
    out[asked[_still_linked(edges.iloc[asked], edges[~separate], n_nodes)]] = True
    return out, reason


def _followed(streets: gpd.GeoDataFrame, footways: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Does a footway on the same layer run beside most of each street?"""
    share = np.zeros(len(streets))
    for level in np.unique(streets.layer):
        here = np.flatnonzero(streets.layer == level)
        walks = footways.geometry.to_numpy()[footways.layer == level]
        if len(walks) == 0:
            continue
        length = streets.length_m.to_numpy()[here]
        spots = np.maximum(np.ceil(length / EVERY_M).astype(int), 1)
        row = np.repeat(np.arange(len(here)), spots)
        step = np.arange(len(row)) - np.repeat(np.cumsum(spots) - spots, spots)
        points = shapely.line_interpolate_point(
            streets.geometry.to_numpy()[here][row], (step + 0.5) / spots[row], normalized=True
        )
        near = np.zeros(len(points), bool)
        near[np.unique(shapely.STRtree(walks).query(points, predicate="dwithin", distance=BESIDE_M)[0])] = True
        share[here] = np.bincount(row, weights=near, minlength=len(here)) / spots
    return share >= COVERED


def _still_linked(streets: gpd.GeoDataFrame, others: gpd.GeoDataFrame, n_nodes: int) -> npt.NDArray[np.bool_]:
    """Can one walk between the ends of each street by the other edges without going much farther?"""
    graph = csr_array((others.length_m, (others.u, others.v)), shape=(n_nodes, n_nodes))
    limit = LONGER * streets.length_m.to_numpy() + EXTRA_M
    starts, row = np.unique(streets.u.to_numpy(), return_inverse=True)
    if len(starts) == 0:
        return np.zeros(0, bool)
    walk = dijkstra(graph, directed=False, indices=starts, limit=float(limit.max()))
    return np.asarray(walk[row, streets.v.to_numpy()] <= limit)
