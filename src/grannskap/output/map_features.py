"""How does geometry become the small GeoJSON features that the web map draws?

A feature carries short property names, read by ``assets/webmap.js``: ``s`` style, ``t`` title,
``h`` hint under the title, ``x`` one sentence, ``d`` values in the order of the layer's labels.
Titles come from anyone who edits OpenStreetMap: the page shows them as text only, and `plain`
takes away the characters that would turn the writing direction of what stands around them.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.crs import WGS84
from grannskap.language import Texts

Feature = dict[str, object]

LEAST_AMOUNT = 0.01
"""Amounts below this are written as less than this."""

DECIMALS = 5
"""Decimals of a degree in the page: 1e-5 degrees is at most 1.1 m."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(name: object) -> str:
    r"""Which text of a name is safe to show? Without control and direction-turning characters.

    >>> plain("Kiosk\u202eko.exe")
    'Kioskko.exe'
    """
    if not isinstance(name, str):
        return ""
    kept = (" " if unicodedata.category(c) == "Cc" else c for c in name if c not in _TURNING)
    return " ".join("".join(kept).split())


def title_of(name: object, kind: str, texts: Texts) -> str:
    """What is a place called, also when the map data has no name for it?"""
    known = plain(name)
    if known:
        return known
    return texts("{kind} (name missing in the map data)", kind=texts.gettext(f"kind:{kind}"))


def two_digits(value: float) -> float:
    """What is an amount in two significant digits?

    >>> two_digits(1234.0), two_digits(0.0567)
    (1200.0, 0.057)
    """
    return float(f"{value:.2g}")


def amount(value: float, texts: Texts) -> str:
    """How is an amount written in two significant digits? "–" when it is not known."""
    if not math.isfinite(value) or value == 0:
        return texts.number(value)
    if abs(value) < LEAST_AMOUNT:
        return "< " + texts.number(LEAST_AMOUNT, decimals=2)
    rounded = two_digits(value)
    decimals = max(0, 1 - math.floor(math.log10(abs(rounded))))
    if decimals and rounded == round(rounded, decimals - 1):
        decimals -= 1
    return texts.number(rounded, decimals=decimals)


def in_degrees(shapes: gpd.GeoSeries) -> list[BaseGeometry]:
    """Where do these shapes lie in WGS 84, rounded for the page?"""
    degrees = shapes.to_crs(WGS84).to_numpy()
    return list(shapely.transform(degrees, lambda xy: np.round(xy, DECIMALS)))


def feature(shape: BaseGeometry, **properties: object) -> Feature:
    """What is the GeoJSON feature of one shape?"""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(shape),
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
