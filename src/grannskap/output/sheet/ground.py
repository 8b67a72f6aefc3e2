"""What does the map on paper show under its signs: ground, streets, study area and calculated walks?"""

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.crs import WGS84
from grannskap.output import look
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.pen import PT_PER_MM, Pen
from grannskap.output.webmap.flows import used_edges
from grannskap.output.webmap.ground import CARRIAGEWAYS, MAIN_STREETS

if TYPE_CHECKING:
    from grannskap.result import Result

WIDTHS_M = {"main": 9.0, "street": 6.0}
LEAST_PT = {"main": 1.6, "street": 0.9}
MOST_PT = {"main": 7.0, "street": 5.0}
PATH_PT = 0.5
CASING_PT = 0.7
FULL_WIDTH_SCALE = 4000
"""At this scale flows are as wide as in the web map; at smaller ones they are narrower."""
LEAST_AREA_MM2 = 0.02


def draw_ground(pen: Pen, result: "Result", view: View) -> None:
    """Draw what lies quietly under the walks, clipped to the frame."""
    pen.rectangle(view.frame, fill=look.PAPER, z=0)
    for z, name in enumerate(("green", "water", "buildings"), start=1):
        if name in result.ground:
            shapes = _areas(result.ground[name], view)
            edged = {"ec": look.GROUND["building_edge"], "lw": 0.25} if name == "buildings" else {"ec": "none"}
            pen.areas(shapes, clip=view.frame, z=z + (10 if name == "buildings" else 0), fc=_fill(name), **edged)
    _draw_streets(pen, result.edges, view)
    _draw_study_area(pen, result, view)


def _fill(name: str) -> str:
    return look.GROUND["building" if name == "buildings" else name]


def _areas(table: gpd.GeoDataFrame, view: View) -> list[BaseGeometry]:
    near = np.asarray(table.geometry[table.geometry.intersects(view.ground).to_numpy()])
    cut = shapely.intersection(shapely.make_valid(near), view.ground)
    drawn = shapely.simplify([view.on_paper(shape) for shape in cut], 0.03)
    return [shape for shape in drawn if shape.area > LEAST_AREA_MM2]


def _on_paper(lines: Any, view: View) -> list[BaseGeometry]:
    """Which pieces of lines lie within the frame, on the sheet?"""
    cut = shapely.intersection(np.asarray(lines), view.ground)
    parts = shapely.get_parts(cut)
    kept = parts[(shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)]
    return [view.on_paper(part) for part in kept]


def _tables(lines: list[BaseGeometry]) -> list[np.ndarray]:
    return [shapely.get_coordinates(line) for line in lines]


def _draw_streets(pen: Pen, edges: gpd.GeoDataFrame, view: View) -> None:
    highway = edges["highway"].astype("string").fillna("")
    main = highway.isin(MAIN_STREETS)
    street = highway.isin(CARRIAGEWAYS) & ~main
    paths = _tables(_on_paper(edges.geometry[~main & ~street], view))
    pen.lines(paths, colour=look.GROUND["path"], width=PATH_PT * pen.signs, clip=view.frame, z=4)
    drawn = {
        name: _tables(_on_paper(edges.geometry[mask], view)) for name, mask in (("street", street), ("main", main))
    }
    for z, name in enumerate(drawn, start=5):
        width = street_pt(name, view)
        pen.lines(drawn[name], colour=look.GROUND["street_edge"], width=width + CASING_PT, clip=view.frame, z=z)
        pen.lines(drawn[name], colour=look.GROUND["street"], width=width, clip=view.frame, z=z + 2)


def street_pt(name: str, view: View) -> float:
    """How wide is a street on paper, in points? True to scale, within limits."""
    true = WIDTHS_M[name] * view.mm_per_m * PT_PER_MM
    return min(max(true, LEAST_PT[name]), MOST_PT[name])


def _draw_study_area(pen: Pen, result: "Result", view: View) -> None:
    """Veil what lies outside the study area, and hatch what the map data does not hold of it."""
    area = result.study_area.geometry.union_all()
    outside = view.ground.difference(area)
    if not outside.is_empty:
        pen.areas([view.on_paper(outside)], clip=view.frame, z=15, fc=look.PAPER, ec="none", alpha=0.62)
    unknown = unknown_area(result).intersection(view.ground)
    if not unknown.is_empty:
        pen.areas([view.on_paper(unknown)], clip=view.frame, z=16, **look.PRINT_UNKNOWN)
    edge = _tables(_on_paper(shapely.get_parts([area.boundary]), view))
    pen.lines(edge, colour=look.QUIET_INK, width=0.8 * pen.signs, clip=view.frame, z=17, linestyle=(0, (1.5, 3.0)))


def known_area(result: "Result") -> BaseGeometry:
    """Which part of the study area does the map data hold?"""
    area: BaseGeometry = result.study_area.geometry.union_all()
    source = result.manifest.get("source")
    bounds = source.get("bounds") if isinstance(source, dict) else None
    if not bounds:
        return area
    crs: Any = result.study_area.crs
    held = gpd.GeoSeries([shapely.segmentize(shapely.box(*bounds), 0.001)], crs=WGS84).to_crs(crs)
    known: BaseGeometry = area.intersection(held.iloc[0])
    return area if known.is_empty else known


def unknown_area(result: "Result") -> BaseGeometry:
    """Which part of the study area does the map data not hold?"""
    left: BaseGeometry = result.study_area.geometry.union_all().difference(known_area(result))
    return left


def draw_flows(pen: Pen, edges: gpd.GeoDataFrame, view: View) -> None:
    """Draw the calculated walks, the little used first."""
    used = used_edges(edges)
    for index, colour in enumerate(look.FLOW_COLOURS):
        lines = used.geometry[(used["flow_class"] == index).to_numpy()]
        if len(lines):
            pen.lines(
                _tables(_on_paper(lines, view)),
                colour=colour,
                width=flow_pt(index, view, pen),
                clip=view.frame,
                z=20 + index,
            )


def flow_pt(index: int, view: View, pen: Pen) -> float:
    """How wide is a class of flow on paper, in points?"""
    narrowed = min(1.0, math.pow(FULL_WIDTH_SCALE / view.scale, 0.55))
    return look.FLOW_WIDTHS[index] * narrowed * (0.4 + 0.6 * pen.signs)
