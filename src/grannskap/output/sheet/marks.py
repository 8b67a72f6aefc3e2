"""Which signs and names stand on the map on paper, and where?

Each is placed in its turn (residence, actors by rank, destinations, schools, street names) where nothing placed
before it is covered. Sensitive neighbours are left out before anything is placed.
"""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.names import street_names
from grannskap.output.sheet.pen import Pen, cap_height_mm, drawable, fitted, width_mm
from grannskap.output.sheet.places import Name, Placed, Room, beside
from grannskap.output.webmap.points import MINOR_SHARE

if TYPE_CHECKING:
    from grannskap.result import Result

SITE_MM = 2.7
ACTOR_MM = (2.1, 2.9)
"""Least and greatest radius of a numbered disc."""
TILE_MM, HOUSE_MM = 1.75, 1.8
SMALL_TILE_MM, DOT_MM = 0.55, 0.42
FARTHEST_MM = {"actor": 34.0, "destination": 12.0, "school": 9.0}
SCHOOL_NAMES = 14
LONGEST_NAME_MM = 44.0
"""A school's name takes no more room than this; the rest of it stands in the report."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on the map, in millimetres?

    Attributes
    ----------
    sites : list of tuple of float
    actors : list of Placed
        Numbered discs; the key is the actor's row.
    destinations : list of Placed
        Tiles with a letter; the key is the function.
    schools : list of Placed
    grounds : list of geometry
        Plots of schools and preschools.
    names : list of Name
        Of streets and schools.
    tiles : list
        Function and place of destinations that are little used, or that had no room for a letter.
    dots : list of tuple of float
        Actors that are passed and not numbered.
    taken : list of geometry
        What signs and names cover.
    """

    sites: list[Spot]
    actors: list[Placed] = field(default_factory=list)
    destinations: list[Placed] = field(default_factory=list)
    schools: list[Placed] = field(default_factory=list)
    grounds: list[BaseGeometry] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    tiles: list[tuple[str, Spot]] = field(default_factory=list)
    dots: list[Spot] = field(default_factory=list)
    taken: list[BaseGeometry] = field(default_factory=list)


def marks_of(
    pen: Pen,
    result: "Result",
    view: View,
    *,
    actors: gpd.GeoDataFrame,
    numbered: gpd.GeoDataFrame,
    reserved: Any = (),
    schools: bool = True,
) -> Marks:
    """Where does each sign and each name stand?

    Parameters
    ----------
    pen : Pen
        Tells how large signs and words are.
    result : Result
    view : View
    actors : GeoDataFrame
        Those that may be shown (`grannskap.output.webmap.points.shown_actors`).
    numbered : GeoDataFrame
        Those of them that the key table lists.
    reserved : sequence of geometry
        Parts of the frame that hold something else.
    schools : bool
        Whether they are drawn.
    """
    frame = view.frame.inner(0.6)
    room = Room(frame, taken=list(reserved))
    sites = [at for at in _spots(result.site, view) if frame.shape.contains(shapely.Point(at))]
    for x, y in sites:
        room.take(shapely.Point(x, y).buffer(SITE_MM * pen.signs))
    marks = Marks(sites=sites, taken=room.taken)
    home = _spots(result.site.dissolve(), view)[0]
    _place_actors(pen, marks, room, numbered=numbered, view=view, home=home)
    _place_destinations(pen, marks, room, destinations=shown_destinations(result, actors), view=view, home=home)
    if schools:
        _place_schools(pen, marks, room, actors=actors, view=view, home=home)
    marks.names.extend(street_names(pen, room, result.edges, view))
    rest = actors.loc[((actors["group"] != "silent") & ~actors["rank"].isin(numbered["rank"])).to_numpy()]
    marks.dots.extend(_clear(_spots(rest, view), room))
    return marks


def shown_destinations(result: "Result", shown: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Which destinations are drawn? Those that are visited, but no sensitive neighbour."""
    hidden = set(result.actors["actor_id"]) - set(shown["actor_id"])
    places = result.destinations
    kept: gpd.GeoDataFrame = places.loc[
        (~places["destination_id"].isin(hidden) & (places["trips_per_week"] > 0)).to_numpy()
    ]
    return kept


def _spots(table: gpd.GeoDataFrame, view: View) -> list[Spot]:
    points = [view.on_paper(point) for point in shapely.point_on_surface(table.geometry.to_numpy())]
    return [(float(shapely.get_x(point)), float(shapely.get_y(point))) for point in points]


def _outwards(home: Spot, at: Spot) -> float:
    return math.atan2(at[1] - home[1], at[0] - home[0])


def _within(view: View, at: Spot) -> bool:
    return bool(view.frame.shape.contains(shapely.Point(at)))


def _place_actors(pen: Pen, marks: Marks, room: Room, *, numbered: gpd.GeoDataFrame, view: View, home: Spot) -> None:
    largest = float(numbered["passages_per_week"].max()) if len(numbered) else 0.0
    for row, at in zip(numbered.to_dict("records"), _spots(numbered, view), strict=True):
        if not _within(view, at):
            continue
        radius = pen.signs * look.radius(float(row["passages_per_week"]), largest=largest, radii=ACTOR_MM)
        placed = room.place(row, at, radius, outwards=_outwards(home, at), farthest=FARTHEST_MM["actor"])
        if placed:
            marks.actors.append(placed)


def _place_destinations(
    pen: Pen, marks: Marks, room: Room, *, destinations: gpd.GeoDataFrame, view: View, home: Spot
) -> None:
    ordered = destinations.sort_values(["trips_per_week", "destination_id"], ascending=[False, True], kind="stable")
    totals = ordered.groupby("function")["trips_per_week"].sum()
    small: list[tuple[str, Spot]] = []
    lettered: set[str] = set()
    for row, at in zip(ordered.to_dict("records"), _spots(ordered, view), strict=True):
        if not _within(view, at):
            continue
        function, placed = str(row["function"]), None
        if function not in lettered or row["trips_per_week"] >= MINOR_SHARE * totals[function]:
            far = FARTHEST_MM["destination"]
            placed = room.place(function, at, TILE_MM * pen.signs, outwards=_outwards(home, at), farthest=far)
        if placed:
            marks.destinations.append(placed)
            lettered.add(function)
        else:
            small.append((function, at))
    free = set(_clear([at for _, at in small], room))
    marks.tiles.extend((function, at) for function, at in small if at in free)


def _place_schools(pen: Pen, marks: Marks, room: Room, *, actors: gpd.GeoDataFrame, view: View, home: Spot) -> None:
    schools = actors.loc[actors["kind"].isin(look.SCHOOL_KINDS).to_numpy()]
    size = pen.type.small
    for row, at, shape in zip(schools.to_dict("records"), _spots(schools, view), schools.geometry, strict=True):
        if not _within(view, at):
            continue
        marks.grounds.append(view.on_paper(shape.intersection(view.ground)))
        far = FARTHEST_MM["school"]
        placed = room.place(row, at, HOUSE_MM * pen.signs, outwards=_outwards(home, at), farthest=far)
        if not placed:
            continue
        marks.schools.append(placed)
        name = fitted(drawable(plain(row["name"])), LONGEST_NAME_MM, size)
        if name and len(marks.schools) <= SCHOOL_NAMES:
            width, height = width_mm(name, size), cap_height_mm(size) * 1.5
            told = beside(room, name, placed.at, clear=placed.radius + 0.6, width=width, height=height)
            marks.names.extend([told] if told else [])


def _clear(spots: list[Spot], room: Room) -> list[Spot]:
    """Which of these lie within the frame and under nothing that is placed?"""
    points = shapely.points(np.asarray(spots, dtype=float).reshape(-1, 2))
    free = np.asarray(shapely.contains(room.frame.shape, points))
    if room.taken:
        free &= shapely.distance(points, shapely.union_all(room.taken)) > DOT_MM
    return [spot for spot, is_free in zip(spots, free, strict=True) if is_free]
