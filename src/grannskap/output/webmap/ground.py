"""What lies quietly under the flows? Buildings, green, water and streets of the map data."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.language.writing import plain
from grannskap.output.look import GROUND, PAPER, QUIET_INK
from grannskap.output.webmap.features import DECIMALS, Feature, feature, in_degrees, merged

MARGIN_M = 250.0
"""How far outside the study area the ground is drawn."""
SIMPLER_M = {"buildings": 0.4, "green": 1.0, "water": 1.5}
_STREETS = (
    ("path", "path"),
    ("casing", "street"),
    ("main_casing", "main"),
    ("street", "street"),
    ("main", "main"),
)
"""Style and streets of each line, undermost first."""
_ORDER = ("green", "water", "buildings")

CARRIAGEWAYS = frozenset(
    {"primary", "secondary", "tertiary", "residential", "unclassified", "living_street", "trunk"}
    | {"primary_link", "secondary_link", "tertiary_link", "trunk_link", "pedestrian", "service"}
)
MAIN_STREETS = frozenset({"primary", "secondary", "tertiary", "trunk"})
NAME_AT_LEAST_M = 60.0


def ground_styles() -> dict[str, dict[str, object]]:
    """With which colours and widths is each part of the ground drawn?"""
    area: dict[str, object] = {"stroke": False, "fillOpacity": 1, "fillRule": "nonzero"}
    edge: dict[str, object] = {"stroke": True, "color": GROUND["building_edge"], "weight": 0.7}
    street: dict[str, object] = {"color": GROUND["street"], "opacity": 1, "scaled": True}
    casing: dict[str, object] = {"color": GROUND["street_edge"], "opacity": 1, "scaled": True}
    return {
        "green": area | {"fillColor": GROUND["green"]},
        "water": area | {"fillColor": GROUND["water"]},
        "buildings": area | {"fillColor": GROUND["building"]} | edge,
        "path": {"color": GROUND["path"], "weight": 1.1, "opacity": 1},
        "casing": casing | {"weight": 4.0},
        "main_casing": casing | {"weight": 6.5},
        "street": street | {"weight": 2.6},
        "main": street | {"weight": 5.0},
    }


def area_styles() -> dict[str, dict[str, object]]:
    """How is the study area marked? A veil over all outside it, and a thin dashed line."""
    return {
        "veil": {"stroke": False, "fillColor": PAPER, "fillOpacity": 0.6},
        "edge": {"color": QUIET_INK, "weight": 1.2, "dashArray": "2 5", "fill": False},
    }


def ground_features(
    ground: dict[str, gpd.GeoDataFrame], edges: gpd.GeoDataFrame, study_area: gpd.GeoDataFrame
) -> list[Feature]:
    """Which shapes make the ground, undermost first?"""
    box = shapely.box(*study_area.total_bounds).buffer(MARGIN_M, join_style="mitre")
    areas = [
        feature(shape, s=name)
        for name in _ORDER
        if name in ground
        for shape in in_degrees(_areas(ground[name], box, simpler_m=SIMPLER_M[name]))
    ]
    return areas + _street_features(edges)


def _areas(frame: gpd.GeoDataFrame, box: BaseGeometry, *, simpler_m: float) -> gpd.GeoSeries:
    """Which one shape do the areas within the box make? Rings wind so that overlaps stay filled."""
    near = frame.loc[frame.geometry.intersects(box).to_numpy()]
    shapes = shapely.make_valid(np.asarray(near.geometry))
    cut = shapely.simplify(shapely.intersection(shapes, box), simpler_m)
    parts = shapely.get_parts(shapely.get_parts(cut))
    polygons = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 1)]
    if not polygons.size:
        return gpd.GeoSeries([], crs=frame.crs)
    whole = shapely.orient_polygons(shapely.multipolygons(polygons))
    return gpd.GeoSeries([whole], crs=frame.crs)


def _street_features(edges: gpd.GeoDataFrame) -> list[Feature]:
    """Which lines draw the streets? Casings first, so that crossings stay open."""
    highway = edges["highway"].astype("string").fillna("")
    main = highway.isin(MAIN_STREETS)
    street = highway.isin(CARRIAGEWAYS) & ~main
    drawn = {
        name: in_degrees(gpd.GeoSeries([merged(edges.geometry[mask].tolist())], crs=edges.crs))[0]
        for name, mask in (("path", ~main & ~street), ("street", street), ("main", main))
        if mask.any()
    }
    return [feature(drawn[name], s=style) for style, name in _STREETS if name in drawn]


def area_features(study_area: gpd.GeoDataFrame) -> list[Feature]:
    """Which shapes mark the study area?"""
    area = study_area.geometry.union_all()
    around = shapely.box(*study_area.total_bounds).buffer(20_000, join_style="mitre")
    shapes = gpd.GeoSeries([around.difference(area), area], crs=study_area.crs)
    veil, edge = in_degrees(shapes)
    return [feature(veil, s="veil"), feature(edge, s="edge")]


def street_names(edges: gpd.GeoDataFrame) -> list[list[object]]:
    """Where could the name of each street be written: ``[name, [[lat, lon], ...]]``, longest first?

    A street that falls into several long pieces may be named on each.
    """
    names = edges["name"].map(plain)
    named = edges.geometry[names != ""]
    pieces = [
        (name, part)
        for name, lines in named.groupby(names[names != ""])
        for part in shapely.get_parts(shapely.simplify(merged(lines.tolist()), 4.0))
        if part.length >= NAME_AT_LEAST_M
    ]
    pieces.sort(key=lambda piece: (-piece[1].length, str(piece[0])))
    lines = in_degrees(gpd.GeoSeries([part for _, part in pieces], crs=edges.crs))
    return [[name, _lat_lon(line)] for (name, _), line in zip(pieces, lines, strict=True)]


def _lat_lon(line: BaseGeometry) -> Iterable[list[float]]:
    pairs = np.round(shapely.get_coordinates(line)[:, ::-1], DECIMALS)
    return [[float(lat), float(lon)] for lat, lon in pairs]
