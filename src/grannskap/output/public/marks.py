"""The public view as a map on paper: ground, walks, signs and names, none of which covers another."""

import math
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from grannskap.output import look
from grannskap.output.public.telling import PublicTelling, rows
from grannskap.output.sheet.ground import draw_ground
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.names import street_names
from grannskap.output.sheet.pen import Pen
from grannskap.output.sheet.places import Placed, Room
from grannskap.output.sheet.signs import lead, tile, write_names
from grannskap.public.classes import WALKS

DOTS_MM = (0.55, 0.9, 1.25, 1.8)
"""Radius of an actor's dot, by the class of its rank."""
FILLS = ("#ffffff", "#ffffff", look.FLOW_COLOURS[1], look.FLOW_COLOURS[4])
TILE_MM = 1.75
FARTHEST_MM = 10.0
LINES = 1.0
"""Lines are so wide, against those of the web map."""
STREET_NAMES = 40

Spot = tuple[float, float]


def draw_public_map(pen: Pen, told: PublicTelling, seen: View) -> None:
    """Draw all that the view shows of the ground that is seen."""
    view = told.view
    drawn: Any = SimpleNamespace(ground=view.ground, edges=view.edges, study_area=view.study_area, manifest={})
    draw_ground(pen, drawn, seen)
    hidden = seen.on_paper(view.hidden.intersection(seen.ground))
    pen.areas([hidden], z=18, fc=look.PAPER, ec=look.QUIET_INK, lw=0.9 * pen.signs, alpha=0.55, linestyle=(0, (5, 3)))
    for index, colour in enumerate(look.FLOW_COLOURS):
        lines = np.asarray(view.edges.geometry[(view.edges["walks_class"] == index).to_numpy()])
        parts = shapely.get_parts(shapely.intersection(lines, seen.ground))
        tables = [shapely.get_coordinates(seen.on_paper(part)) for part in parts if part.geom_type == "LineString"]
        if tables:
            pen.lines(tables, colour=colour, width=LINES * look.FLOW_WIDTHS[index], z=20 + index)
    _draw_signs(pen, told, seen)
    pen.rectangle(seen.frame, edge=look.INK, width=0.7, z=60)


def _draw_signs(pen: Pen, told: PublicTelling, seen: View) -> None:
    """Actors that are often passed and places first, then names of streets, then other actors where there is room."""
    view, room = told.view, Room(seen.frame.inner(0.6))
    often = view.actors["often"].to_numpy(int)
    for level in range(len(DOTS_MM) - 1, 1, -1):
        for at in _spots(view.actors[often == level], seen):
            placed = _placed(room, "", at, DOTS_MM[level] * pen.signs, seen)
            if placed:
                lead(pen, placed)
                draw_dot(pen, *placed.at, level, z=30 + level)
    for row, at in zip(rows(view.places), _spots(view.places, seen), strict=True):
        placed = _placed(room, str(row.function), at, TILE_MM * pen.signs, seen)
        if placed:
            lead(pen, placed)
            tile(pen, *placed.at, str(row.function), z=40)
    walks = np.where(view.edges["walks_class"] >= 0, WALKS.least(view.edges["walks_class"].to_numpy(np.intp)), 0.0)
    write_names(pen, street_names(pen, room, view.edges.assign(legs_per_week=walks), seen, most=STREET_NAMES))
    for level in (1, 0):
        for x, y in _spots(view.actors[often == level], seen):
            spot = shapely.Point(x, y).buffer(DOTS_MM[level] * pen.signs)
            if room.is_free(spot):
                draw_dot(pen, x, y, level, z=28 + level)


def _spots(table: gpd.GeoDataFrame, seen: View) -> list[Spot]:
    points = [seen.on_paper(point) for point in table.geometry]
    return [(float(shapely.get_x(point)), float(shapely.get_y(point))) for point in points]


def _placed(room: Room, key: str, at: Spot, radius: float, seen: View) -> Placed | None:
    """Where a sign stands near its place; none for one outside the frame, or without room."""
    if not seen.frame.shape.contains(shapely.Point(at)):
        return None
    middle = seen.frame.shape.centroid
    outwards = math.atan2(at[1] - middle.y, at[0] - middle.x)
    return room.place(key, at, radius, outwards=outwards, farthest=FARTHEST_MM)


def draw_dot(pen: Pen, x: float, y: float, often: int, *, z: float) -> None:
    """Draw the dot of an actor, by the class of its rank."""
    pen.disc(x, y, DOTS_MM[often] * pen.signs, fill=FILLS[often], ec=look.ACCENT, lw=0.6, z=z)
