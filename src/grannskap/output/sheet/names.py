"""Which streets have their name on a map on paper, and where does it lie? The most walked come first."""

from collections.abc import Iterator

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.language.writing import plain
from grannskap.output.sheet.ground import flow_pt, street_pt
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.pen import MM_PER_PT, Pen, cap_height_mm, drawable, width_mm
from grannskap.output.sheet.places import Name, Room, along
from grannskap.output.webmap.flows import used_edges

MOST = 60
NAMED_FROM_MM = 12.0
"""Shorter pieces of a street carry no name."""
SMOOTH_MM = 0.25


def street_names(pen: Pen, room: Room, edges: gpd.GeoDataFrame, view: View, *, most: int = MOST) -> list[Name]:
    """Where does the name of each street stand that has room for it?

    Parameters
    ----------
    pen : Pen
    room : Room
        Takes what the names cover.
    edges : GeoDataFrame
        ``name``, ``highway``, ``length_m``, ``legs_per_week``.
    view : View
    most : int
        So many streets are tried, the most walked first, then the longest.
    """
    size = pen.type.small
    height = cap_height_mm(size) * 1.45
    names = []
    for name, lines, aside in _streets(pen, edges, view, most=most):
        width = width_mm(name, size)
        told = along(room, name, lines, width=width, height=height, aside=aside + height / 2)
        told = told or along(room, name, lines, width=width, height=height, aside=0.0)
        if told:
            names.append(told)
    return names


def _streets(
    pen: Pen, edges: gpd.GeoDataFrame, view: View, *, most: int
) -> Iterator[tuple[str, list[BaseGeometry], float]]:
    """Which streets are named: name, its pieces on paper with the longest first, and half of its width?"""
    near = edges.loc[edges.geometry.intersects(view.ground).to_numpy()]
    named = near.assign(title=[drawable(plain(name)) for name in near["name"]])
    named = named.loc[(named["title"] != "").to_numpy()]
    walked = named["legs_per_week"].fillna(0) * named["length_m"]
    order = named.assign(walked=walked).groupby("title")[["walked", "length_m"]].sum().reset_index()
    order = order.sort_values(["walked", "length_m", "title"], ascending=[False, False, True], kind="stable")
    classes = dict(used_edges(near)["flow_class"]) if len(near) else {}
    for title in order["title"].head(most):
        rows = named.loc[(named["title"] == title).to_numpy()]
        used = [flow_pt(int(classes[key]), view, pen) for key in rows.index if key in classes]
        half = max([*used, street_pt("street", view)]) * MM_PER_PT / 2
        yield str(title), _pieces(rows, view), half + 0.15


def _pieces(rows: gpd.GeoDataFrame, view: View) -> list[BaseGeometry]:
    whole = shapely.line_merge(shapely.union_all(shapely.intersection(rows.geometry.to_numpy(), view.ground)))
    parts = [view.on_paper(part) for part in shapely.get_parts(whole) if part.geom_type == "LineString"]
    smooth = [shapely.simplify(part, SMOOTH_MM) for part in parts if part.length >= NAMED_FROM_MM / 2]
    return sorted(smooth, key=lambda part: (-part.length, part.wkb))
