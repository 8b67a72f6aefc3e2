"""Walks around corners: the shortest ways across an area between spots that do not see each other."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import dijkstra

MOST_CORNERS = 100  # an area with more of them is ragged, and seen into from everywhere along its outline
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


def turning_corners(shape: Any) -> Floats:
    """At which corners may a shortest walk within an area turn? Those that stick out into it.

    Parameters
    ----------
    shape : Polygon or MultiPolygon

    Returns
    -------
    ndarray
        Shape (corners, 2).

    Examples
    --------
    >>> square = shapely.box(0, 0, 9, 9)
    >>> len(turning_corners(square)), len(turning_corners(square - shapely.box(3, 3, 6, 6)))
    (0, 4)
    """
    found = [np.empty((0, 2))]
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(shapely.orient_polygons(part)):  # the area lies on the left of each
            xy = shapely.get_coordinates(ring)[:-1]
            came, goes = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
            found.append(xy[came[:, 0] * goes[:, 1] - came[:, 1] * goes[:, 0] < 0])
    return np.concatenate(found)


def walks_around(room: Any, spots: Floats, corners: Floats, pairs: Ints, *, per_lon: float) -> list[Floats]:
    """Which is the shortest walk within an area between each of these pairs of spots?

    Parameters
    ----------
    room : Polygon or MultiPolygon
        The area, a hair wider than it is.
    spots, corners : ndarray
        In degrees, shapes (spots, 2) and (corners, 2).
    pairs : ndarray of int
        Rows of ``spots``, shape (pairs, 2).
    per_lon : float
        How long a degree of longitude is in degrees of latitude.

    Returns
    -------
    list of ndarray
        The spots of each walk; of none where no walk leads there.
    """
    xy = np.concatenate([spots, corners])
    a, b = np.triu_indices(len(xy), 1)
    lines = shapely.linestrings(np.stack([xy[a], xy[b]], axis=1))
    shapely.prepare(room)
    seen = shapely.covers(room, lines)
    far = np.zeros((len(xy), len(xy)))
    step = (xy[a] - xy[b])[seen] * (per_lon, 1.0)
    far[a[seen], b[seen]] = np.hypot(step[:, 0], step[:, 1])
    _, before = dijkstra(far, directed=False, indices=np.arange(len(spots)), return_predecessors=True)
    return [xy[_back(before[begin], int(begin), int(end))] for begin, end in pairs]


def _back(before: Ints, begin: int, end: int) -> list[int]:
    """From the end of a walk to where it begins, by what comes before each spot; empty where nothing does."""
    walk = [end]
    while walk[-1] != begin:
        if before[walk[-1]] < 0:
            return []
        walk.append(int(before[walk[-1]]))
    return walk
