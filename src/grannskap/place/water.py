"""Water: lakes and rivers as they are mapped, and the sea, which is mapped only by its coastline."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84
from grannskap.osm.data import OsmData
from grannskap.place.features import in_metres

WATER_TAGS = {"natural": ("water", "bay"), "waterway": ("riverbank", "dock"), "landuse": ("basin", "reservoir")}
TO_EDGE_M = 500.0  # a coastline that the extract cuts is led on to the edge of it where that is as near as this
BEYOND_M = 0.1  # and a little beyond, so that the two lines surely cross


def water_areas(osm: OsmData, *, crs: int) -> gpd.GeoDataFrame:
    """Where is water?

    Parameters
    ----------
    osm : OsmData
    crs : int
        EPSG code of a system in metres.

    Returns
    -------
    GeoDataFrame
        ``element_id`` ("" for the sea), Polygon or MultiPolygon in metres.
    """
    mapped = [any(tags.get(key) in values for key, values in WATER_TAGS.items()) for tags in osm.areas.tags]
    inland = in_metres(osm.areas.loc[mapped, ["element_id", "geometry"]], crs=crs)
    coast = in_metres(osm.lines.loc[[tags.get("natural") == "coastline" for tags in osm.lines.tags]], crs=crs)
    extract = gpd.GeoSeries([shapely.box(*osm.bounds)], crs=WGS84).to_crs(crs).iloc[0]
    parts = sea(coast.geometry.to_numpy(), extract)
    both = pd.concat([inland, gpd.GeoDataFrame({"element_id": ""}, index=range(len(parts)), geometry=parts, crs=crs)])
    return gpd.GeoDataFrame(both.reset_index(drop=True), crs=crs)


def sea(coastline: npt.NDArray[np.object_], extract: Any) -> list[Any]:
    """Which parts of an extract lie in the sea?

    A coastline has land on its left and water on its right, whole or cut by the edge of the extract.

    Parameters
    ----------
    coastline : ndarray of LineString
    extract : Polygon

    Returns
    -------
    list of Polygon

    Examples
    --------
    >>> coast = np.array([shapely.LineString([(0, 4), (10, 4)])])
    >>> [part.bounds for part in sea(coast, shapely.box(0, 0, 10, 10))]
    [(0.0, 0.0, 10.0, 4.0)]
    """
    if not len(coastline):
        return []
    whole = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(coastline)))
    edge = shapely.boundary(extract)
    drawn = shapely.union_all([*whole, *_led_on(whole, edge), edge])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(drawn)))
    inside = faces[shapely.covers(extract.buffer(1.0), shapely.point_on_surface(faces))]
    return [face for face in inside if _right_of(whole, shapely.point_on_surface(face))]


def _led_on(lines: npt.NDArray[np.object_], edge: Any) -> list[Any]:
    """Straight lines from the open ends of a coastline to the nearest edge of the extract."""
    open_lines = lines[~shapely.is_closed(lines)]
    ends = np.concatenate([shapely.get_point(open_lines, 0), shapely.get_point(open_lines, -1)])
    links = [shapely.get_coordinates(link) for link in shapely.shortest_line(ends, edge)]
    far = [float(np.hypot(*(b - a))) for a, b in links]
    return [
        shapely.LineString([a, b + (b - a) / d * BEYOND_M])
        for (a, b), d in zip(links, far, strict=True)
        if 0 < d <= TO_EDGE_M
    ]


def _right_of(lines: npt.NDArray[np.object_], spot: Any) -> bool:
    """Does a point lie to the right of the stretch of coastline that is nearest to it?"""
    near = lines[np.argmin(shapely.distance(lines, spot))]
    xy = shapely.get_coordinates(near)
    stretches = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    away = shapely.distance(stretches, spot)
    at = np.flatnonzero(away <= away.min() + 1e-6)  # two where the nearest spot is a corner
    step, to = xy[at + 1] - xy[at], shapely.get_coordinates(spot)[0] - xy[at]
    cross = (step[:, 0] * to[:, 1] - step[:, 1] * to[:, 0]) / np.hypot(step[:, 0], step[:, 1])
    return bool(cross[np.argmax(np.abs(cross))] < 0)
