"""The public view on paper: a map with its legend, as a sheet to print and as a picture for the report."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from grannskap.output import look
from grannskap.output.map_legend import STANDING_NOTE
from grannskap.output.print_sheet import Box, View, fitting_scale, sheet_of
from grannskap.output.public_telling import HIDDEN, ONE_OF_MANY, PublicTelling, public_telling, rows
from grannskap.public.view import PublicView

if TYPE_CHECKING:
    from grannskap.output.print_pen import Pen

MM_PER_INCH = 25.4
PICTURE_MM, PICTURE_DPI = 150.0, 200
DOTS_MM = (0.55, 0.9, 1.25, 1.8)
FILLS = ("#ffffff", "#ffffff", look.FLOW_COLOURS[1], look.FLOW_COLOURS[4])
TILE_MM = 1.7
BARS_M = (50, 100, 200, 250, 500, 1000)
BAR_MM = 45.0


def public_sheet(view: PublicView, path: Path, *, language: str | None = None) -> None:
    """Which sheet of A3 shows the view, true to scale?

    Parameters
    ----------
    view : PublicView
        With a map.
    path : Path
        The .pdf file to make. The same view gives the same bytes.
    language : {"sv", "en"}, optional
    """
    told = public_telling(view, language)
    sheet = sheet_of("a3", "landscape")
    west, south, east, north = view.area.bounds
    seen = _view(sheet.frame, view, fitting_scale(sheet.frame, east - west, north - south))
    metadata = {"Creator": None, "Producer": None, "CreationDate": None, "Title": told.title}
    _save(path, "pdf", sheet.page, told, seen, "a3", metadata=metadata, legend=sheet.legend)


def public_picture(view: PublicView, *, language: str | None = None) -> bytes:
    """Which PNG shows the view in a report?"""
    told = public_telling(view, language)
    page = Box(0, 0, PICTURE_MM, PICTURE_MM)
    frame = page.inner(0.3)
    west, _, east, _ = view.area.bounds
    seen = _view(frame, view, int(np.ceil(1000 * (east - west) / frame.width)))
    file = io.BytesIO()
    _save(file, "png", page, told, seen, "a4", metadata={"Software": None}, legend=None)
    return file.getvalue()


def _view(frame: Box, view: PublicView, scale: int) -> View:
    x, y = view.area.centroid.x, view.area.centroid.y
    half = frame.width * scale / 2000, frame.height * scale / 2000
    return View(frame, x - half[0], y - half[1], scale)


def _save(
    file: Any,
    kind: str,
    page: Box,
    told: PublicTelling,
    seen: View,
    paper: str,
    *,
    metadata: dict[str, str | None],
    legend: Box | None,
) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only sheets and pictures need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    from grannskap.output.print_pen import Pen  # noqa: PLC0415

    with mpl.rc_context({**mpl.rcParamsDefault, "pdf.fonttype": 42}):
        drawing = Figure(figsize=(page.width / MM_PER_INCH, page.height / MM_PER_INCH), dpi=PICTURE_DPI)
        FigureCanvasAgg(drawing)
        axes = drawing.add_axes((0, 0, 1, 1), xlim=(0, page.width), ylim=(0, page.height))
        axes.set_axis_off()
        pen = Pen(axes, look.PRINT_TYPE[paper], look.PRINT_SIGNS_MM[paper])
        _draw_map(pen, told, seen)
        if legend is not None:
            _draw_legend(pen, told, seen, legend)
        drawing.savefig(file, format=kind, metadata=metadata, facecolor=look.PRINT_SHEET)


def _draw_map(pen: "Pen", told: PublicTelling, seen: View) -> None:
    from grannskap.output.print_ground import draw_ground  # noqa: PLC0415

    view = told.view
    drawn: Any = SimpleNamespace(ground=view.ground, edges=view.edges, study_area=view.study_area, manifest={})
    draw_ground(pen, drawn, seen)
    hidden = seen.on_paper(view.hidden.intersection(seen.ground))
    pen.areas([hidden], z=18, fc=look.PAPER, ec=look.QUIET_INK, lw=0.8, alpha=0.55, linestyle=(0, (5, 3)))
    for index, colour in enumerate(look.FLOW_COLOURS):
        lines = np.asarray(view.edges.geometry[(view.edges["walks_class"] == index).to_numpy()])
        parts = shapely.get_parts(shapely.intersection(lines, seen.ground))
        tables = [shapely.get_coordinates(seen.on_paper(part)) for part in parts if part.geom_type == "LineString"]
        if tables:
            pen.lines(tables, colour=colour, width=0.6 * look.FLOW_WIDTHS[index], z=20 + index)
    _draw_signs(pen, told, seen)
    pen.rectangle(seen.frame, edge=look.QUIET_INK, width=0.6, z=60)


def _draw_signs(pen: "Pen", told: PublicTelling, seen: View) -> None:
    view = told.view
    for row in rows(view.actors):
        at: Any = seen.on_paper(row.geometry)
        if seen.frame.shape.contains(at):
            _draw_dot(pen, at.x, at.y, int(row.often), z=30 + int(row.often))
    for row in rows(view.places):
        at = seen.on_paper(row.geometry)
        if seen.frame.shape.contains(at):
            _draw_sign(pen, at.x, at.y, str(row.function))


def _draw_dot(pen: "Pen", x: float, y: float, often: int, *, z: float) -> None:
    pen.disc(x, y, DOTS_MM[often], fill=FILLS[often], ec=look.ACCENT, lw=0.6, z=z)


def _draw_sign(pen: "Pen", x: float, y: float, function: str) -> None:
    sign = look.function_sign(function)
    pen.tile(x, y, TILE_MM, fill=sign.colour, ec=look.INK, lw=0.5, z=40)
    pen.number(x, y, sign.letter, size=pen.type.small, colour=look.ink_on(sign.colour), z=41)


def _draw_legend(pen: "Pen", told: PublicTelling, seen: View, box: Box) -> None:
    texts, view = told.texts, told.view
    y = pen.paragraph(box, told.title, size=pen.type.title, weight="bold")
    y = pen.paragraph(box.below(y - 1), f"{told.badge}. {texts.gettext(ONE_OF_MANY)}", size=pen.type.body) - 3
    if view.shows == "walks":
        y = pen.paragraph(box.below(y), texts.gettext("Walks per week"), size=pen.type.heading, weight="bold")
        for index in sorted({int(i) for i in view.edges["walks_class"] if i >= 0}, reverse=True):
            y -= 5.2
            line = np.array([[box.x, y + 1], [box.x + 14, y + 1]])
            pen.lines([line], colour=look.FLOW_COLOURS[index], width=0.6 * look.FLOW_WIDTHS[index], z=50)
            pen.text(box.x + 18, y, told.walks(index), size=pen.type.body)
        unmarked = texts.gettext("Streets with <5 walks per week are not marked")
        y = pen.paragraph(box.below(y - 1), unmarked, size=pen.type.small, colour=look.QUIET_INK) - 3
    y -= 4.5
    pen.rectangle(Box(box.x, y - 0.6, 6, 3.6), fill=look.PAPER, edge=look.QUIET_INK, width=0.7, z=50)
    pen.text(box.x + 18, y, texts.gettext(HIDDEN), size=pen.type.body)
    y = _draw_keys(pen, told, box, y)
    _draw_foot(pen, told, seen, box)


def _draw_keys(pen: "Pen", told: PublicTelling, box: Box, y: float) -> float:
    """Signs of actors and functions, and who is passed most, as far as there is room."""
    view, texts = told.view, told.texts
    for often in sorted({int(i) for i in view.actors["often"]}, reverse=True):
        y -= 5.2
        _draw_dot(pen, box.x + 3, y + 1, often, z=50)
        label = told.often(often) if view.shows == "walks" else texts("Actors")
        pen.text(box.x + 18, y, label, size=pen.type.body)
    for function in view.places["function"].unique():
        y -= 5.2
        _draw_sign(pen, box.x + 3, y + 1, str(function))
        pen.text(box.x + 18, y, told.function(str(function)), size=pen.type.body)
    first = view.actors[(view.actors["often"] == len(DOTS_MM) - 1).to_numpy()]
    if len(first):
        label = told.often(len(DOTS_MM) - 1)
        y = pen.paragraph(box.below(y - 4), label, size=pen.type.heading, weight="bold") - 1
        for row in rows(first):
            line = f"{told.named(row.name, row.kind)} ({told.kind(row.kind)})"
            y = pen.paragraph(box.below(y), _drawable(line), size=pen.type.body)
    return y


def _drawable(text: str) -> str:
    from grannskap.output.print_pen import drawable  # noqa: PLC0415

    return drawable(text)


def _draw_foot(pen: "Pen", told: PublicTelling, seen: View, box: Box) -> None:
    """Scale, north, coordinate system, note and source at the bottom of the legend."""
    texts = told.texts
    lines = [texts.gettext(STANDING_NOTE), *told.small_print]
    y = box.y + 52
    metres = max(each for each in BARS_M if each * seen.mm_per_m <= BAR_MM or each == BARS_M[0])
    long = metres * seen.mm_per_m
    bar = np.array([[box.x, y + 1.5], [box.x, y], [box.x + long, y], [box.x + long, y + 1.5]])
    pen.lines([bar], colour=look.INK, width=1.0, z=50)
    pen.text(box.x + long + 2, y, f"{texts.number(metres)} m", size=pen.type.body)
    north = [(box.right - 4, y + 9), (box.right - 6, y + 2), (box.right - 4, y + 3.5), (box.right - 2, y + 2)]
    pen.areas([shapely.Polygon(north)], z=50, fc=look.INK, ec="none")
    pen.text(box.right - 4, y + 10, "N", size=pen.type.heading, weight="bold", align="center")
    scale = texts("Scale 1:{scale} (A3) · EPSG:{crs}", scale=texts.number(seen.scale), crs=told.view.crs)
    y = pen.paragraph(box.below(y - 2), scale, size=pen.type.body) - 1
    for line in lines:
        y = pen.paragraph(box.below(y), line, size=pen.type.small, colour=look.QUIET_INK) - 1
