"""Coordinate systems: the only EPSG codes of the program, and how a place gets its metric one."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError
from shapely import Polygon, contains_xy

WGS84 = 4326
SWEREF99_TM = 3006
WEB_MERCATOR = 3857  # true to scale at the equator, where sheets without a place are drawn
UTM_NORTH = 32600
UTM_SOUTH = 32700

# The local zones of SWEREF 99 by their central meridians, as Lantmäteriet lays them out: one family for the south and
# the middle of the country, one for the north; Gotland uses a zone of the northern family, and all of Skåne one zone,
# also where its west coast lies somewhat nearer another.
_ZONES_SOUTH = {3007: 12.0, 3008: 13.5, 3009: 15.0, 3010: 16.5, 3011: 18.0}
_ZONES_NORTH = {3012: 14.25, 3013: 15.75, 3014: 17.25, 3015: 18.75, 3016: 20.25, 3017: 21.75, 3018: 23.25}
_NORTH_FROM_LAT = 62.0
_GOTLAND = Polygon([(17.9, 56.8), (19.6, 56.8), (19.6, 58.5), (17.9, 58.5)])
_SKANE_WEST = Polygon([(12.4, 55.2), (12.76, 55.2), (12.76, 56.4), (12.4, 56.4)])
_SKANE_ZONE = 3008

# A coarse outline of Sweden (longitude, latitude) with its sea, drawn by hand for choosing a coordinate system.
_SWEDEN = Polygon(
    [
        (12.72, 55.55), (12.80, 55.25), (14.30, 55.30), (14.90, 55.85), (16.80, 56.00), (19.40, 56.80),
        (19.60, 58.10), (19.30, 59.50), (19.10, 60.30), (18.60, 61.20), (19.50, 63.30), (21.00, 63.80),
        (22.50, 65.20), (24.15, 65.60), (24.15, 65.85), (23.70, 66.30), (24.00, 67.00), (23.50, 67.90),
        (21.50, 68.60), (20.55, 69.07), (20.00, 69.05), (18.10, 68.50), (16.10, 67.40), (15.40, 66.30),
        (14.50, 65.00), (13.70, 64.60), (14.10, 64.00), (12.70, 64.00), (12.10, 63.30), (12.20, 62.30),
        (12.30, 61.70), (12.90, 61.30), (12.20, 60.90), (12.50, 60.20), (11.80, 59.80), (11.70, 59.10),
        (11.10, 58.95), (10.90, 58.40), (11.50, 57.30), (12.20, 56.50), (12.63, 56.05), (12.75, 55.80),
    ]
)  # fmt: skip


def metric_crs(lon: float, lat: float) -> int:
    """Which coordinate system in metres fits a place?

    SWEREF 99 TM within Sweden, the place's UTM zone elsewhere: SWEREF 99 TM is 0.3 % wrong as near as Helsinki.

    Parameters
    ----------
    lon, lat : float
        WGS 84 degrees.

    Returns
    -------
    int
        EPSG code.

    Examples
    --------
    >>> metric_crs(11.97, 57.71), metric_crs(24.94, 60.17)
    (3006, 32635)
    """
    if contains_xy(_SWEDEN, lon, lat):
        return SWEREF99_TM
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (UTM_NORTH if lat >= 0 else UTM_SOUTH) + zone


def local_crs(lon: float, lat: float) -> int:
    """Which local system do municipalities around here use for their maps?

    Within Sweden the SWEREF 99 zone whose central meridian is nearest, elsewhere as `metric_crs`. A municipality near
    the border of two zones may use the other one: name it then by its code.

    Parameters
    ----------
    lon, lat : float
        WGS 84 degrees.

    Returns
    -------
    int
        EPSG code.

    Examples
    --------
    >>> local_crs(11.97, 57.71), local_crs(18.07, 59.33), local_crs(20.26, 63.83), local_crs(18.3, 57.63)
    (3007, 3011, 3016, 3015)
    """
    if metric_crs(lon, lat) != SWEREF99_TM:
        return metric_crs(lon, lat)
    if contains_xy(_SKANE_WEST, lon, lat):
        return _SKANE_ZONE
    northern = lat >= _NORTH_FROM_LAT or contains_xy(_GOTLAND, lon, lat)
    zones = _ZONES_NORTH if northern else _ZONES_SOUTH
    return min(zones, key=lambda zone: abs(zones[zone] - lon))


@cache
def is_metric(epsg: int) -> bool:
    """Is this the code of a plane system in metres?

    Examples
    --------
    >>> is_metric(3007), is_metric(4326), is_metric(7)
    (True, False, False)
    """
    try:
        system = CRS.from_epsg(epsg)
    except CRSError:
        return False
    return system.is_projected and all(axis.unit_name in ("metre", "meter") for axis in system.axis_info)


def is_known(epsg: int) -> bool:
    """Is this the code of any coordinate system?"""
    try:
        CRS.from_epsg(epsg)
    except CRSError:
        return False
    return True


def scale_and_north(lon: float, lat: float, *, crs: int) -> tuple[float, float]:
    """How long is a metre of the ground in a plane system, and how far to the right of its up is north, in degrees?

    Parameters
    ----------
    lon, lat : float
        WGS 84 degrees.
    crs : int
        EPSG code.

    Examples
    --------
    >>> [round(told, 4) for told in scale_and_north(11.97, 57.71, crs=3006)]
    [1.0, 2.5621]
    >>> [round(told, 4) for told in scale_and_north(11.97, 57.71, crs=3007)]
    [1.0, 0.0254]
    """
    told = Proj(CRS.from_epsg(crs)).get_factors(lon, lat)
    return float(told.meridional_scale), -float(told.meridian_convergence)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project(
    x: npt.ArrayLike, y: npt.ArrayLike, *, source: int, target: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where do coordinates of one system lie in another?

    Parameters
    ----------
    x, y : array_like
        Easting or longitude, northing or latitude.
    source, target : int
        EPSG codes.

    Returns
    -------
    tuple of ndarray
        x and y in the target system.
    """
    out: Any = _transformer(source, target).transform(np.asarray(x, float), np.asarray(y, float))
    return np.asarray(out[0], float), np.asarray(out[1], float)
