"""The public view on paper: a map with its legend, as a sheet to print and as a picture for the report."""

import io
import math
from pathlib import Path

from grannskap.output.public.telling import public_telling
from grannskap.output.sheet.layout import Box, View, fitting_scale, sheet_of
from grannskap.public.view import PublicView

PICTURE_MM = 150.0


def public_sheet(view: PublicView, path: Path, *, language: str | None = None) -> None:
    """Which sheet shows the view, true to scale?

    Parameters
    ----------
    view : PublicView
        With a map. Its paper is that of the study.
    path : Path
        The .pdf or .png file to make. The same view gives the same bytes.
    language : {"sv", "en"}, optional
        That of the study when left out.
    """
    import matplotlib as mpl  # noqa: PLC0415 - only sheets and pictures need it

    from grannskap.output.public.key import draw_public_key, public_block  # noqa: PLC0415
    from grannskap.output.public.marks import draw_public_map  # noqa: PLC0415
    from grannskap.output.sheet.block import block_height, draw_block  # noqa: PLC0415
    from grannskap.output.sheet.page import STYLE, page_of, save  # noqa: PLC0415

    told = public_telling(view, language)
    sheet = sheet_of(view.paper.paper, view.paper.orientation)
    west, south, east, north = view.area.bounds
    scale = view.paper.scale or fitting_scale(sheet.frame, east - west, north - south)
    seen, last = _view(sheet.frame, view, scale), sheet.actors[-1]
    with mpl.rc_context(STYLE):
        figure, pen = page_of(sheet.page, sheet.paper)
        block = public_block(told)
        at = Box(last.x, last.y, last.width, block_height(pen, block, last.width))
        columns = [sheet.legend] if sheet.is_landscape else [sheet.legend, *sheet.actors]
        draw_public_map(pen, told, seen)
        draw_public_key(pen, told, [*columns[:-1], columns[-1].above(at.top + 2.0)])
        draw_block(pen, block, told.texts, seen, at)
        save(figure, path, kind=path.suffix.removeprefix(".").lower(), title=told.title)


def public_picture(view: PublicView, *, language: str | None = None) -> bytes:
    """Which PNG shows the view in a report?"""
    import matplotlib as mpl  # noqa: PLC0415

    from grannskap.output.public.marks import draw_public_map  # noqa: PLC0415
    from grannskap.output.sheet.page import STYLE, page_of, save  # noqa: PLC0415

    page = Box(0, 0, PICTURE_MM, PICTURE_MM)
    frame = page.inner(0.3)
    west, _, east, _ = view.area.bounds
    seen = _view(frame, view, math.ceil(1000 * (east - west) / frame.width))
    told, file = public_telling(view, language), io.BytesIO()
    with mpl.rc_context(STYLE):
        figure, pen = page_of(page, "a4")
        draw_public_map(pen, told, seen)
        save(figure, file, kind="png", title=told.title)
    return file.getvalue()


def _view(frame: Box, view: PublicView, scale: int) -> View:
    x, y = view.area.centroid.x, view.area.centroid.y
    half = frame.width * scale / 2000, frame.height * scale / 2000
    return View(frame, x - half[0], y - half[1], scale)
