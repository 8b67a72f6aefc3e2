"""Which area is asked for: a fixed cell of a grid and a margin, so that asking does not tell where the site is."""

import math

from grannskap.osm.data import Bounds
from grannskap.study.site import MARGIN_M, METRES_PER_DEGREE

CELLS_PER_DEGREE = (50, 100)  # of longitude and latitude: a cell is 0.02° × 0.01°, in Sweden about 1.1 × 1.1 km
PUBLIC_M = 1300.0  # a view for everybody is drawn around a group of addresses, so much farther than around one of them
STEP_M = 500.0  # margins are whole steps, so that the radius does not tell one study from another
_PLACES = 10_000  # sides are rounded outwards to 1e-4 degrees
_LEAST_COSINE = 0.01  # near the poles a degree of longitude is hardly anything


def cell_box(lon: float, lat: float, *, radius_m: float) -> Bounds:
    """Which box is asked for when a site lies here?

    The same one for every site in the same cell of the grid (0.02° of longitude × 0.01° of latitude) and every radius
    in the same step of 500 m.

    Parameters
    ----------
    lon, lat : float
        WGS 84 degrees.
    radius_m : float
        How far around the site the study looks.

    Returns
    -------
    tuple of float
        West, south, east, north; it holds all that `grannskap.study.site.box_around` holds for any site in the cell.

    Examples
    --------
    >>> cell_box(24.9439, 60.1720, radius_m=1200)
    (24.9128, 60.1564, 24.9872, 60.1936)
    >>> cell_box(24.9599, 60.1799, radius_m=1000) == cell_box(24.9439, 60.1720, radius_m=1200)
    True
    """
    return cells_box((lon, lat, lon, lat), radius_m=radius_m)


def cells_box(bounds: Bounds, *, radius_m: float) -> Bounds:
    """Which box is asked for when a site reaches over more than one cell of the grid?

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north of all entrances (WGS 84).
    radius_m : float

    Returns
    -------
    tuple of float
        West, south, east, north: all the cells that the site touches, widened as by `cell_box`.

    Examples
    --------
    >>> cells_box((24.9439, 60.1720, 24.9439, 60.1720), radius_m=1200) == cell_box(24.9439, 60.1720, radius_m=1200)
    True
    """
    west, south, east, north = _cells(bounds)
    up = math.ceil((radius_m + MARGIN_M) / STEP_M) * STEP_M / METRES_PER_DEGREE
    farthest = max(abs(south), abs(north))
    across = up / max(math.cos(math.radians(farthest)), _LEAST_COSINE)
    return (
        max(math.floor((west - across) * _PLACES) / _PLACES, -180.0),
        max(math.floor((south - up) * _PLACES) / _PLACES, -90.0),
        min(math.ceil((east + across) * _PLACES) / _PLACES, 180.0),
        min(math.ceil((north + up) * _PLACES) / _PLACES, 90.0),
    )


def _cells(bounds: Bounds) -> Bounds:
    """The cells that a box touches, as one box."""
    across, up = CELLS_PER_DEGREE
    west, south, east, north = bounds
    return (
        math.floor(west * across) / across,
        math.floor(south * up) / up,
        (math.floor(east * across) + 1) / across,
        (math.floor(north * up) + 1) / up,
    )
