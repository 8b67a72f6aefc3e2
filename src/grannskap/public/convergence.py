"""Where do walks come together that are cut off before they do? By drawing them on, along the streets or straight."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]
Lines = npt.NDArray[np.object_]
Spot = tuple[float, float]

TOUCHING_M = 1.0
GRID_M = 25.0


def cut_off(lines: Lines, hidden: shapely.Polygon) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which of these lines end where what is hidden begins, and where each of those does?

    Parameters
    ----------
    lines : ndarray of LineString
    hidden : Polygon

    Returns
    -------
    tuple of ndarray
        A mask of the lines, and x, y for each of those that it marks.
    """
    cut = np.asarray(shapely.dwithin(lines, hidden.boundary, TOUCHING_M), bool)
    ends = shapely.get_point(shapely.shortest_line(lines[cut], hidden.boundary), 0)
    return cut, shapely.get_coordinates(ends)


def drawn_on(lines: Lines, ends: Floats, weight: Floats) -> Spot:
    """Which place is nearest to all lines, when they are drawn on straight from where they end? By least squares.

    Parameters
    ----------
    lines : ndarray of LineString
        At least one.
    ends, weight : ndarray of float
        Shapes (lines, 2) and (lines,).
    """
    chord = shapely.get_coordinates(shapely.get_point(lines, 0)) - shapely.get_coordinates(shapely.get_point(lines, -1))
    long = np.hypot(*chord.T)
    way = chord / np.where(long > 0, long, 1.0)[:, None]
    across = np.eye(2) - way[:, :, None] * way[:, None, :]
    left = (weight[:, None, None] * across).sum(axis=0)
    right = (weight[:, None] * np.einsum("nij,nj->ni", across, ends)).sum(axis=0)
    x, y = np.linalg.lstsq(left, right, rcond=None)[0]
    return float(x), float(y)


def on_foot(streets: gpd.GeoDataFrame, ends: Floats, weight: Floats, hidden: shapely.Polygon) -> Spot:
    """From which crossing without walks is it nearest, along the streets, to where walks are cut off?

    Parameters
    ----------
    streets : GeoDataFrame
        All that are drawn, with walks or without.
    ends, weight : ndarray of float
        Where walks are cut off, shape (ends, 2), and how many.
    hidden : Polygon
    """
    lines = streets.geometry.to_numpy()
    points = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    spots, node = np.unique(np.round(points, 1), axis=0, return_inverse=True)
    order = np.argsort(shapely.length(lines), kind="stable")
    pairs, first = np.unique(np.sort(node.reshape(2, -1), axis=0)[:, order], axis=1, return_index=True)
    net = csr_array((shapely.length(lines)[order][first], (pairs[0], pairs[1])), shape=(len(spots), len(spots)))
    cut = KDTree(spots).query(ends)[1]
    far = dijkstra(net, directed=False, indices=cut)
    inner = np.flatnonzero(shapely.contains_xy(hidden, spots[:, 0], spots[:, 1]) & np.isfinite(far).any(axis=0))
    if not len(inner):
        return hidden.centroid.x, hidden.centroid.y
    reached = np.nan_to_num(far[:, inner], posinf=float(far[np.isfinite(far)].max()))
    best = inner[int(np.argmin((weight[:, None] * reached).sum(axis=0)))]
    return float(spots[best, 0]), float(spots[best, 1])


def emptiest(lines: Lines, hidden: shapely.Polygon) -> Spot:
    """Which place in what is hidden is farthest from all walks? The mean of those that are.

    Parameters
    ----------
    lines : ndarray of LineString
    hidden : Polygon
    """
    spots = _grid(hidden)
    far = shapely.distance(shapely.points(spots), shapely.union_all(lines))
    x, y = spots[far >= far.max() - TOUCHING_M].mean(axis=0)
    return float(x), float(y)


def densest(spots: Floats, weight: Floats, hidden: shapely.Polygon) -> Spot:
    """From which place in what is hidden do weights grow smaller with distance most evenly?

    Parameters
    ----------
    spots, weight : ndarray of float
        Shapes (spots, 2) and (spots,); weights above 0.
    hidden : Polygon
    """
    tried = _grid(hidden)
    far = np.log(np.hypot(*(spots[:, None, :] - tried[None, :, :]).transpose(2, 0, 1)) + 1.0)
    busy = np.log(weight) - np.log(weight).mean()
    spread = far - far.mean(axis=0)
    fit = (busy[:, None] * spread).sum(axis=0) / np.maximum(np.sqrt((spread**2).sum(axis=0)), 1e-9)
    x, y = tried[int(np.argmin(fit))]
    return float(x), float(y)


def _grid(hidden: shapely.Polygon) -> Floats:
    west, south, east, north = hidden.bounds
    x, y = np.meshgrid(np.arange(west, east, GRID_M), np.arange(south, north, GRID_M))
    return np.column_stack([x.ravel(), y.ravel()])
