"""The picture of a report: where the calculated walks go, whom they pass, and a legend below."""

import dataclasses
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.report.access import used_streets
from grannskap.output.report.blocks import Figure
from grannskap.output.report.telling import FIRST, Telling
from grannskap.output.sheet.layout import Box, View, view_of
from grannskap.output.small_print import ATTRIBUTION
from grannskap.output.webmap.flows import class_label, flow_classes, used_edges

if TYPE_CHECKING:
    from grannskap.output.sheet.pen import Pen
    from grannskap.output.sheet.places import Placed, Room

WIDTH_MM, MAP_MM, LEGEND_MM = 160.0, 106.0, 23.0
STREET_NAMES = 15
NORTH_MM = 7.0
DISC_MM, TILE_MM, SITE_MM = 2.3, 1.8, 2.5
SMALL, BODY = 6.6, 7.4
FARTHEST_MM = 14.0
CORRIDOR = 2
"""From this class of flow on, walks make a corridor that should be in the picture."""
FILLED, LARGEST_SCALE = 0.88, 2000
"""What is seen takes this share of the picture, and never more paper than at 1:2 000."""
BARS_M = (50, 100, 200, 250, 500, 1000, 2000)
BAR_MM = 42.0
"""The scale bar is at most this long."""


def map_figure(told: Telling) -> Figure:
    """Where do the walks go, and whom do they pass first? A map as PNG, with its words for those who do not see it."""
    texts = told.texts
    streets = [plain(name) for name in used_streets(told)["name"].head(3)]
    alt = [texts.gettext("Map of the area around the residence with the calculated walks as blue lines.")]
    if streets:
        alt.append(texts("The streets used most are {names}.", names=", ".join(streets)))
    if first := told.ranked(FIRST):
        alt.append(texts("The numbered discs are the first in the suggested order of contact: {names}.", names=first))
    return Figure(
        picture=_picture(told),
        caption=texts.gettext(
            "Calculated walks. Broader and darker lines: more walks. Numbers: suggested order of contact. Letters: the "
            "most used place for each function."
        ),
        alt=" ".join(alt),
        width_mm=WIDTH_MM,
    )


def _picture(told: Telling) -> bytes:
    """The map as PNG; the same result gives the same bytes."""
    import matplotlib as mpl  # noqa: PLC0415 - only pictures and sheets need it

    from grannskap.output.sheet.ground import draw_flows, draw_ground  # noqa: PLC0415
    from grannskap.output.sheet.page import STYLE, page_of, save  # noqa: PLC0415

    page, told = Box(0, 0, WIDTH_MM, MAP_MM + LEGEND_MM), _as_on_the_sheet(told)
    frame = page.above(LEGEND_MM).inner(0.3)
    view, file = _view(told, frame), io.BytesIO()
    with mpl.rc_context(STYLE):
        drawing, pen = page_of(page, "a4")
        draw_ground(pen, told.result, view)
        draw_flows(pen, told.result.edges, view)
        _draw_signs(pen, told, view)
        _draw_corners(pen, told, view)
        pen.rectangle(page.below(frame.y), fill=look.PRINT_SHEET, z=60)
        pen.rectangle(frame, edge=look.QUIET_INK, width=0.5, z=62)
        _draw_legend(pen, told, page.below(LEGEND_MM).inner(0.4))
        save(drawing, file, kind="png", title="")
    return file.getvalue()


def _as_on_the_sheet(told: Telling) -> Telling:
    """The same in the coordinate system of the printed sheet, so that the two maps lie alike."""
    from grannskap.output.sheet.system import for_the_sheet  # noqa: PLC0415

    moved = for_the_sheet(told.result)
    crs: Any = moved.site.crs
    return dataclasses.replace(
        told, result=moved, actors=told.actors.to_crs(crs), destinations=told.destinations.to_crs(crs)
    )


def _view(told: Telling, frame: Box) -> View:
    """The site, who is passed first, the most used places and the corridors, as large as they fit."""
    used = used_edges(told.result.edges)
    corridors = np.asarray(used.geometry[(used["flow_class"] >= CORRIDOR).to_numpy()])
    actors = shapely.point_on_surface(told.passed.head(FIRST).geometry.to_numpy())
    places = np.array(list(_most_used(told).values()), dtype=object)
    site = told.result.site.geometry.to_numpy()
    area = shapely.union_all(np.concatenate([site, actors, places, corridors]))
    west, south, east, north = area.bounds
    needed = 1000 * max((east - west) / frame.width, (north - south) / frame.height) / FILLED
    return view_of(frame, area=area, site=told.result.site.union_all(), scale=max(math.ceil(needed), LARGEST_SCALE))


def _draw_signs(pen: "Pen", told: Telling, view: View) -> None:
    from grannskap.output.sheet.names import street_names  # noqa: PLC0415
    from grannskap.output.sheet.places import Room  # noqa: PLC0415
    from grannskap.output.sheet.signs import write_names  # noqa: PLC0415

    room = Room(view.frame, taken=[box.shape for box in _corners(view)])
    for spot in told.result.site.geometry.representative_point():
        at = _at(view, spot)
        pen.disc(*at, SITE_MM, fill="#ffffff", ec=look.INK, lw=1.1, z=40)
        pen.disc(*at, SITE_MM * 0.42, fill=look.INK, ec="none", z=41)
        room.take(shapely.Point(at).buffer(SITE_MM))
    home = _at(view, told.result.site.union_all().centroid)
    _draw_actors(pen, told, view, room=room, home=home)
    _draw_destinations(pen, told, view, room=room, home=home)
    write_names(pen, street_names(pen, room, told.result.edges, view, most=STREET_NAMES))


def _draw_actors(pen: "Pen", told: Telling, view: View, *, room: "Room", home: tuple[float, float]) -> None:
    first = told.passed.head(FIRST)
    for rank, spot in zip(first["rank"], first.geometry.representative_point(), strict=True):
        placed = _placed(room, rank, _at(view, spot), DISC_MM, home=home)
        if placed is None:
            continue
        _lead(pen, placed)
        pen.disc(*placed.at, DISC_MM, fill=look.ACCENT, ec="#ffffff", lw=0.7, z=44)
        pen.number(*placed.at, str(rank), size=BODY, colour="#ffffff", z=45)


def _draw_destinations(pen: "Pen", told: Telling, view: View, *, room: "Room", home: tuple[float, float]) -> None:
    for function, spot in _most_used(told).items():
        sign = look.function_sign(function)
        placed = _placed(room, function, _at(view, spot), TILE_MM, home=home)
        if placed is None:
            continue
        _lead(pen, placed)
        pen.tile(*placed.at, TILE_MM, fill=sign.colour, ec=look.INK, lw=0.6, z=42)
        pen.number(*placed.at, sign.letter, size=SMALL, colour=look.ink_on(sign.colour), z=43)


def _most_used(told: Telling) -> dict[str, BaseGeometry]:
    """Where is the most used place of each function, in the order of the profile?"""
    used = told.destinations[told.destinations["trips_per_week"] > 0]
    first = used.sort_values("trips_per_week", ascending=False, kind="stable").drop_duplicates("function")
    spots = dict(zip(first["function"], first.geometry.to_numpy(), strict=True))
    return {name: spots[name] for name in told.result.study.profile.functions if name in spots}


def _at(view: View, spot: BaseGeometry) -> tuple[float, float]:
    moved = view.on_paper(spot)
    return float(shapely.get_x(moved)), float(shapely.get_y(moved))


def _placed(
    room: "Room", key: object, at: tuple[float, float], radius: float, *, home: tuple[float, float]
) -> "Placed | None":
    outwards = math.atan2(at[1] - home[1], at[0] - home[0])
    return room.place(key, at, radius, outwards=outwards, farthest=FARTHEST_MM)


def _lead(pen: "Pen", placed: "Placed") -> None:
    if placed.moved > placed.radius:
        pen.lines([np.array([placed.anchor, placed.at])], colour=look.INK, width=0.5, z=39)
        pen.disc(*placed.anchor, 0.45, fill=look.INK, ec="none", z=39)


def _corners(view: View) -> tuple[Box, Box]:
    """Where on the map do the scale bar and the arrow to the north stand?"""
    frame = view.frame
    long = _bar_m(view) * view.mm_per_m
    bar = Box(frame.x + 1.5, frame.y + 1.5, long + 3, 6.4)
    return bar, Box(frame.right - NORTH_MM - 1.5, frame.top - NORTH_MM - 4.5, NORTH_MM, NORTH_MM + 3)


def _bar_m(view: View) -> int:
    return max(each for each in BARS_M if each * view.mm_per_m <= BAR_MM or each == BARS_M[0])


def _draw_corners(pen: "Pen", told: Telling, view: View) -> None:
    """A bar of a round length in the lower left corner of the map, and north in the upper right."""
    from grannskap.output.sheet.signs import north  # noqa: PLC0415
    from grannskap.output.sheet.system import north_of  # noqa: PLC0415

    bar, arrow = _corners(view)
    metres = _bar_m(view)
    long, x, y = metres * view.mm_per_m, bar.x + 1.5, bar.y + 1.5
    pen.rectangle(bar, fill=look.PRINT_SHEET, z=55)
    pen.lines([np.array([[x, y + 1], [x, y], [x + long, y], [x + long, y + 1]])], colour=look.INK, width=0.9, z=56)
    label = f"{told.texts.number(metres)} m"
    pen.text(x + long / 2, y + 1.5, label, size=SMALL, align="center", z=57)
    middle = arrow.x + arrow.width / 2
    north(pen, middle, arrow.y, NORTH_MM, angle=north_of(view, told.result.study_area.crs))
    pen.text(middle, arrow.y + NORTH_MM + 0.6, "N", size=BODY, weight="bold", align="center", z=57)


def _draw_legend(pen: "Pen", told: Telling, box: Box) -> None:
    texts = told.texts
    y = box.top - 3.6
    pen.text(box.x, y - 0.8, texts.gettext("Walks per week"), size=SMALL, weight="bold", z=70)
    classes = flow_classes(used_edges(told.result.edges))
    width = 0.8 * box.width / max(len(look.FLOW_COLOURS), 1)
    for n, flow in enumerate(classes):
        x = box.x + 0.19 * box.width + n * width
        line = np.array([[x, y], [x + 7, y]])
        pen.lines([line], colour=look.FLOW_COLOURS[flow.index], width=0.55 * look.FLOW_WIDTHS[flow.index] + 0.6, z=70)
        pen.text(x + 9.5, y - 0.8, class_label(flow, texts), size=SMALL, z=70)
    _draw_functions(pen, told, Box(box.x, box.y, box.width, y - box.y - 2.8))
    pen.text(box.right, box.y + 0.6, texts.gettext(ATTRIBUTION), size=5.6, colour=look.QUIET_INK, align="right", z=70)


def _draw_functions(pen: "Pen", told: Telling, box: Box) -> None:
    """Sign and name of the residence, the actors and each function, in columns of four."""
    texts = told.texts
    named: list[tuple[str | None, str]] = [(None, texts.gettext("The residence"))]
    named.append(("1", texts.gettext("Actor, by rank")))
    named += [(function, told.function(function)) for function in _most_used(told)]
    width, down = box.width / 4, 4.5
    for n, (key, label) in enumerate(named):
        x, y = box.x + (n % 4) * width + TILE_MM, box.top - (n // 4) * down - TILE_MM
        if key is None:
            pen.disc(x, y, TILE_MM, fill="#ffffff", ec=look.INK, lw=0.9, z=70)
            pen.disc(x, y, TILE_MM * 0.42, fill=look.INK, ec="none", z=71)
        elif key == "1":
            pen.disc(x, y, TILE_MM, fill=look.ACCENT, ec="none", z=70)
            pen.number(x, y, key, size=SMALL, colour="#ffffff", z=71)
        else:
            sign = look.function_sign(key)
            pen.tile(x, y, TILE_MM, fill=sign.colour, ec=look.INK, lw=0.6, z=70)
            pen.number(x, y, sign.letter, size=SMALL, colour=look.ink_on(sign.colour), z=71)
        pen.text(x + TILE_MM + 1.5, y - 0.8, label, size=SMALL, z=70)
