"""The map on paper: a sheet to a true scale, with key table and title block."""

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import matplotlib as mpl

from grannskap.language import Texts, texts_for
from grannskap.output.naming import naming
from grannskap.output.sheet.block import block_height, block_of, draw_block
from grannskap.output.sheet.ground import draw_flows, draw_ground, known_area, unknown_area
from grannskap.output.sheet.key import (
    MOST_NUMBERED,
    draw_actors,
    draw_flow_classes,
    draw_functions,
    draw_signs,
    draw_table_head,
    draw_title,
    rows_in,
)
from grannskap.output.sheet.layout import Box, Sheet, View, sheet_of, view_of
from grannskap.output.sheet.marks import Marks, marks_of
from grannskap.output.sheet.page import STYLE, page_of, save
from grannskap.output.sheet.pen import Pen
from grannskap.output.sheet.signs import draw_marks
from grannskap.output.sheet.system import for_the_sheet
from grannskap.output.webmap.flows import flow_classes, used_edges
from grannskap.output.webmap.points import shown_actors

if TYPE_CHECKING:
    from grannskap.result import Result

LEAST_UNKNOWN_M2 = 1.0


def print_map(
    result: "Result",
    path: Path,
    *,
    language: str | None = None,
    paper: str | None = None,
    orientation: str | None = None,
    scale: int | None = None,
) -> None:
    """Which sheet shows the calculated walks, the actors passed and what the residents reach, to a true scale?

    Parameters
    ----------
    result : Result
        Drawn in the system that the study chooses for its files. Neighbours marked as sensitive are left out.
    path : Path
        The file to make: ``.pdf`` (words stay words, fonts embedded) or ``.png``. The same result gives the same bytes,
        and the file says nothing of the study, the user or the day in its metadata.
    language : {"sv", "en"}, optional
    paper : {"a3", "a4"}, optional
    orientation : {"landscape", "portrait"}, optional
    scale : int, optional
        4000 for 1:4 000; the largest usual one that holds the study area (what the map data holds of it) when neither
        this nor the study says. What is left out is taken from the study.
    """
    asked, result = result.study.print, for_the_sheet(result)
    sheet = sheet_of(paper or asked.paper, orientation or asked.orientation)
    texts = texts_for(language or result.study.language)
    with mpl.rc_context(STYLE):
        figure, pen = page_of(sheet.page, sheet.paper)
        draw_sheet(pen, result, sheet, view_for(result, sheet, scale=scale or asked.scale), texts)
        title = texts.gettext("Calculated walks to and from the residence")
        save(figure, path, kind=path.suffix.removeprefix(".").lower(), title=title)


def view_for(result: "Result", sheet: Sheet, *, scale: int | None) -> View:
    """What does the sheet's frame show of this result?"""
    return view_of(sheet.frame, area=known_area(result), site=result.site.union_all(), scale=scale)


def draw_sheet(pen: Pen, result: "Result", sheet: Sheet, view: View, texts: Texts) -> Marks:
    """Draw map, legend, key table and title block; what stands where on the map?"""
    actors = shown_actors(result.actors)
    told, last = block_of(result, texts), sheet.actors[-1]
    # Bottom right, as on any drawing.
    block = Box(last.x, last.y, last.width, block_height(pen, told, last.width))
    legend = _draw_legend(pen, result, sheet, view, texts)
    boxes = _table_boxes(sheet, block, legend)
    numbered = _numbered(pen, actors, boxes, texts)
    draw_ground(pen, result, view)
    draw_flows(pen, result.edges, view)
    marks = marks_of(pen, result, view, actors=actors, numbered=numbered)
    draw_marks(pen, marks, view)
    missing = set(numbered["rank"].astype(int)) - {int(placed.key["rank"]) for placed in marks.actors}
    _draw_table(pen, result, numbered, texts, boxes, outside=missing)
    draw_block(pen, told, texts, view, block)
    return marks


def _draw_legend(pen: Pen, result: "Result", sheet: Sheet, view: View, texts: Texts) -> float:
    """Draw title and legend from the top; where do they end?"""
    box = sheet.legend
    y = draw_title(pen, result, texts, box)
    y = draw_functions(pen, result, texts, box.below(y), columns=2)
    flows = flow_classes(used_edges(result.edges))
    y = draw_flow_classes(pen, flows, texts, view, box.below(y))
    unknown = unknown_area(result).area > LEAST_UNKNOWN_M2
    return draw_signs(pen, texts, box.below(y), unknown=unknown)


def _table_boxes(sheet: Sheet, block: Box, legend: float) -> list[Box]:
    """Where does the key table go on, box after box?"""
    boxes = list(sheet.actors)
    if sheet.is_landscape:
        boxes[0] = boxes[0].below(legend)
    boxes[-1] = boxes[-1].above(block.top + 2.0)
    return boxes


def _numbered(pen: Pen, actors: gpd.GeoDataFrame, boxes: list[Box], texts: Texts) -> gpd.GeoDataFrame:
    """Which actors are numbered: the first 30, or as many as the key table has room for?"""
    passed = actors.loc[(actors["group"] != "silent").to_numpy()].sort_values("rank", kind="stable")
    drawn = bool(passed["rank_low"].notna().any())
    room = sum(rows_in(pen, box, texts, drawn=drawn, first=n == 0) for n, box in enumerate(boxes))
    return passed.head(min(MOST_NUMBERED, room))


def _draw_table(
    pen: Pen, result: "Result", numbered: gpd.GeoDataFrame, texts: Texts, boxes: list[Box], *, outside: set[int]
) -> None:
    draws = texts.number(result.study.model.draws)
    told = texts.gettext("Suggested order of contact, with passages per week")
    drawn = bool(numbered["rank_low"].notna().any())
    if drawn:
        told += ". " + texts("Likely rank: where it lies in 90% of {draws} draws of the assumptions.", draws=draws)
    rows, names = numbered, naming(result, texts)
    for n, box in enumerate(boxes):
        room = rows_in(pen, box, texts, drawn=drawn, first=n == 0)
        if not room:
            continue
        here = draw_table_head(pen, texts, box, told=told) if n == 0 else box
        if n == 0 and rows.empty:
            pen.paragraph(here, texts.gettext("No actors are passed"), size=pen.type.body)
        if len(rows):
            draw_actors(pen, rows.head(room), names, here, outside=outside)
        rows = rows.iloc[room:]
