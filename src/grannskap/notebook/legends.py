"""What the signs of a notebook's maps mean, below the maps."""

from collections.abc import Callable, Sequence

import numpy as np

from grannskap.language import Texts
from grannskap.notebook.charts import FOOT_IN, MM_PER_IN, WIDTH_IN
from grannskap.output import look
from grannskap.output.sheet import signs
from grannskap.output.sheet.ground import unknown_area
from grannskap.output.sheet.layout import Box, View
from grannskap.output.sheet.marks import DOT_MM
from grannskap.output.sheet.pen import Pen, fitted
from grannskap.result import Result

MARGIN_MM, ROW_MM, LEGEND_MM = 3.0, 5.2, 9.0
"""A legend of one row is so high; each further row adds one."""
FOOT_MM = (FOOT_IN + 0.12) * MM_PER_IN
SMALL = 7.0
DASHES = (0, (1.2, 2.2))
SIGN_MM, LINE_MM = 1.5, 8.0
NARROWER = 0.55
"""How wide flows are here, as a share of their width on a web map."""
LEAST_UNKNOWN_M2 = 1.0

Entry = tuple[Callable[[float, float], object], float, str]
"""Draws a sign about (x, y); how wide it is, in millimetres; what it means."""


def flow_width(index: int) -> float:
    """How broad is a line of this class of walks, in points?"""
    return NARROWER * look.FLOW_WIDTHS[index] + 0.3


def draw_legend(pen: Pen, rows: Sequence[Sequence[Entry]]) -> None:
    """Draw rows of signs with their meaning, the entries of each row evenly spaced."""
    for n, row in enumerate(rows):
        step, y = (WIDTH_IN * MM_PER_IN - 2 * MARGIN_MM) / max(len(row), 1), FOOT_MM + legend_mm(len(rows)) - 4.0
        for place, (draw, wide, label) in enumerate(row):
            x = MARGIN_MM + place * step
            draw(x + wide / 2, y - n * ROW_MM)
            told = fitted(label, step - wide - 2.4, SMALL)
            pen.text(x + wide + 1.6, y - n * ROW_MM - 0.9, told, size=SMALL, z=70)


def legend_mm(rows: int) -> float:
    """How high is a legend of so many rows?"""
    return LEGEND_MM + ROW_MM * (rows - 1)


def flow_entries(pen: Pen, labels: Sequence[tuple[int, str]]) -> list[Entry]:
    """Which line means how many walks a week?"""

    def line(index: int) -> Callable[[float, float], object]:
        colour, width = look.FLOW_COLOURS[index], flow_width(index)
        return lambda x, y: pen.lines([_across(x, y)], colour=colour, width=width, z=70)

    return [(line(index), LINE_MM, label) for index, label in labels]


def dashed_entry(pen: Pen, label: str) -> Entry:
    """What is dashed?"""
    return (lambda x, y: pen.lines([_across(x, y)], colour=look.INK, width=1.2, z=70, linestyle=DASHES)), LINE_MM, label


def function_entries(pen: Pen, functions: Sequence[str], texts: Texts) -> list[Entry]:
    """Which letter means which function?"""

    def tile(function: str) -> Callable[[float, float], object]:
        return lambda x, y: signs.tile(pen, x, y, function, z=70)

    return [(tile(each), 2 * SIGN_MM, texts.gettext(f"function:{each}")) for each in functions]


def place_entries(pen: Pen, result: Result, view: View, texts: Texts) -> list[Entry]:
    """Where is the residence, and which ground does the map data not tell of? The latter where it is seen."""
    entries: list[Entry] = [
        (lambda x, y: signs.site(pen, x, y, z=70, share=0.6), 2 * SIGN_MM, texts.gettext("The residence"))
    ]
    if unknown_area(result).intersection(view.ground).area > LEAST_UNKNOWN_M2:
        entries.append((lambda x, y: _hatch(pen, x, y), 2 * SIGN_MM, texts.gettext("No map data")))
    return entries


def actor_entries(pen: Pen, texts: Texts, *, unsure: bool, others: bool, schools: bool) -> list[Entry]:
    """What do the discs mean?"""
    sure = {"rank": 1, "group": "top", "unsure": False}
    entries: list[Entry] = [(_disc(pen, sure), 2 * SIGN_MM, texts.gettext("Actor, by rank"))]
    if unsure:
        entries.append(
            (_disc(pen, sure | {"unsure": True}), 2 * SIGN_MM, texts.gettext("Dashed ring: the rank is unsure"))
        )
    if others:
        words = texts.gettext("Other actors that are passed")
        entries.append((lambda x, y: pen.dots([(x, y)], DOT_MM, z=70, **signs.DOT), 2 * SIGN_MM, words))
    if schools:
        words = texts.gettext("Schools and preschools")
        entries.append((lambda x, y: signs.school(pen, x, y, z=70), 2 * SIGN_MM, words))
    return entries


def _disc(pen: Pen, row: dict[str, object]) -> Callable[[float, float], object]:
    return lambda x, y: signs.number(pen, x, y, row, radius=SIGN_MM, z=70)


def _across(x: float, y: float) -> np.ndarray:
    return np.array([[x - LINE_MM / 2, y], [x + LINE_MM / 2, y]])


def _hatch(pen: Pen, x: float, y: float) -> None:
    box = Box(x - SIGN_MM, y - SIGN_MM * 0.7, 2 * SIGN_MM, SIGN_MM * 1.4)
    pen.rectangle(box, fill=look.PAPER, edge=look.RULE, width=0.4, z=70)
    pen.hatched(box, z=70.1)
