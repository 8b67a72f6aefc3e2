"""How does geometry become the small GeoJSON features that the web map draws?

A feature carries short property names, read by ``assets/webmap.js``: ``s`` style, ``t`` title,
``h`` hint under the title, ``d`` values in the order of the layer's labels, ``a`` place in the list of actors, which
tells the rest, ``g`` group of kinds, ``r`` radius, ``m`` 1 for a small sign, ``i`` name of a mark.
Titles come from anyone who edits OpenStreetMap: the page shows them as text only, and
`grannskap.language.writing.plain` takes away the characters that would turn the writing direction
of what stands around them.
"""

import json
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.crs import WGS84
from grannskap.language import Texts
from grannskap.language.writing import plain

Feature = dict[str, object]

DECIMALS = 5
"""Decimals of a degree in the page: 1e-5 degrees is at most 1.1 m."""


def title_of(name: object, kind: str, texts: Texts) -> str:
    """What is a place called, also when the map data has no name for it?"""
    known = plain(name)
    if known:
        return known
    return texts("{kind} (name missing in the map data)", kind=texts.gettext(f"kind:{kind}"))


def in_degrees(shapes: gpd.GeoSeries) -> list[BaseGeometry]:
    """Where do these shapes lie in WGS 84, rounded for the page?"""
    degrees = shapes.to_crs(WGS84).to_numpy()
    return list(shapely.transform(degrees, lambda xy: np.round(xy, DECIMALS)))


def feature(shape: BaseGeometry, **properties: object) -> Feature:
    """What is the GeoJSON feature of one shape?"""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shape)),  # quicker than vertex by vertex in Python
    }


def point(lon: float, lat: float, **properties: object) -> Feature:
    """What is the GeoJSON feature of a point in WGS 84?"""
    coordinates = [round(float(lon), DECIMALS), round(float(lat), DECIMALS)]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": coordinates},
    }


def collection(features: Iterable[Feature]) -> dict[str, object]:
    """What is the GeoJSON of these features?"""
    return {"type": "FeatureCollection", "features": list(features)}


def merged(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """Which few long lines do many short ones make?"""
    return shapely.line_merge(shapely.union_all(np.asarray(lines)).normalize())
