"""How do the signs on paper look, on the map and in the legend alike?"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely

from grannskap.output import look
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.marks import DOT_MM, HOUSE_MM, SITE_MM, SMALL_TILE_MM, TILE_MM, Marks
from grannskap.output.sheet.pen import Pen
from grannskap.output.sheet.places import Name, Placed

LEADER = look.FLOW_COLOURS[4]
DIGITS_PT = (4.4, 3.2, 2.4, 1.9)
"""Size of a rank of one digit, of two and so on, for each millimetre of its disc's radius."""
DOT = {"fc": "#ffffff", "ec": look.FLOW_COLOURS[3], "lw": 0.45}
DASHES = (0, (2.2, 1.6))


def draw_marks(pen: Pen, marks: Marks, view: View) -> None:
    """Draw what stands on the map, the least important first."""
    for ground in marks.grounds:
        if shapely.get_dimensions(ground) > 1:
            pen.areas(
                [ground], z=14, clip=view.frame, fc=look.SCHOOL, ec=look.INK, lw=0.5 * pen.signs, linestyle=(0, (3, 2))
            )
    pen.dots(marks.dots, DOT_MM * pen.signs, z=27, **DOT)
    for function, (x, y) in marks.tiles:
        small_tile(pen, x, y, function, z=28)
    for placed in (*marks.destinations, *marks.schools, *marks.actors):
        lead(pen, placed)
    for placed in marks.destinations:
        tile(pen, *placed.at, str(placed.key), z=33)
    for placed in marks.schools:
        school(pen, *placed.at, z=33)
    for placed in marks.actors:
        number(pen, *placed.at, placed.key, radius=placed.radius, z=36)
    for x, y in marks.sites:
        site(pen, x, y, z=38)
    write_names(pen, marks.names)
    pen.rectangle(view.frame, edge=look.INK, width=0.7, z=60)


def write_names(pen: Pen, names: Iterable[Name]) -> None:
    """Write names where they stand, with a halo."""
    for name in names:
        pen.text(
            *name.at, name.text, size=pen.type.small, colour=look.QUIET_INK, align="center", angle=name.angle,
            halo=True, z=30,
        )  # fmt: skip


def lead(pen: Pen, placed: Placed) -> None:
    """Draw a thin line from a sign to its place, where it does not stand on it."""
    if placed.moved <= placed.radius * 0.7:
        return
    pen.lines([np.array([placed.anchor, placed.at])], colour=look.PAPER, width=1.3 * pen.signs, z=30.5)
    pen.lines([np.array([placed.anchor, placed.at])], colour=LEADER, width=0.55 * pen.signs, z=31)
    pen.disc(*placed.anchor, 0.4 * pen.signs, fill=LEADER, z=31, ec=look.PAPER, lw=0.3)


def site(pen: Pen, x: float, y: float, *, z: float, share: float = 1.0) -> None:
    """Draw the sign of the residence: a ring with a dot."""
    radius = SITE_MM * pen.signs * share
    pen.disc(x, y, radius * 0.88, fill="#ffffff", z=z, ec=look.INK, lw=1.9 * pen.signs * share)
    pen.disc(x, y, radius * 0.36, fill=look.INK, z=z + 0.1, ec="none")


def number(pen: Pen, x: float, y: float, row: Mapping[str, Any], *, radius: float, z: float) -> None:
    """Draw an actor's disc with its rank: filled for the first, dashed where the rank is unsure."""
    rank, filled = int(row["rank"]), row["group"] == "top"
    fill, ink = (look.ACCENT, "#ffffff") if filled else ("#ffffff", look.ACCENT)
    if row["unsure"]:
        pen.disc(x, y, radius, fill="#ffffff", z=z, ec="none")
        pen.disc(x, y, radius * 0.93, fill="none", z=z + 0.05, ec=look.ACCENT, lw=0.6, linestyle=DASHES)
        pen.disc(x, y, radius * 0.8, fill=fill, z=z + 0.06, ec="none")
    else:
        pen.disc(x, y, radius * 0.95, fill=fill, z=z, ec=ink, lw=0.75 * pen.signs)
    inner = radius * (0.9 if row["unsure"] else 1.0)
    size = min(pen.type.body, inner * DIGITS_PT[min(len(str(rank)), len(DIGITS_PT)) - 1])
    pen.number(x, y, str(rank), size=size, colour=ink, z=z + 0.1)


def tile(pen: Pen, x: float, y: float, function: str, *, z: float, unmet: bool = False) -> None:
    """Draw the tile with the letter of a function; hatched where nothing is within reach."""
    sign = look.function_sign(function)
    radius = TILE_MM * pen.signs * 0.95
    if unmet:
        pen.tile(x, y, radius, fill="#ffffff", z=z, ec=look.RULE, lw=0.0, hatch="//////")
        pen.tile(x, y, radius, fill="none", z=z + 0.05, ec=look.QUIET_INK, lw=0.6, linestyle=DASHES)
        pen.disc(x, y, radius * 0.66, fill="#ffffff", z=z + 0.06, ec="none")
    else:
        pen.tile(x, y, radius, fill=sign.colour, z=z, ec=look.INK, lw=0.55 * pen.signs)
    ink = look.INK if unmet else look.ink_on(sign.colour)
    pen.number(x, y, sign.letter, size=pen.type.small * 1.05, colour=ink, z=z + 0.1)


def small_tile(pen: Pen, x: float, y: float, function: str, *, z: float) -> None:
    """Draw the small sign of a destination that is little used."""
    colour = look.function_sign(function).colour
    pen.tile(x, y, SMALL_TILE_MM * pen.signs, fill=colour, z=z, ec=look.INK, lw=0.35)


def school(pen: Pen, x: float, y: float, *, z: float) -> None:
    """Draw the sign of a school or preschool: a small house."""
    pen.house(x, y, HOUSE_MM * pen.signs, fill=look.SCHOOL, z=z, ec=look.INK, lw=0.75 * pen.signs)


def north(pen: Pen, x: float, y: float, height: float, *, angle: float = 0.0) -> None:
    """Draw an arrow to the north, its foot in (x, y), turned by `angle` degrees to the right."""
    turn = math.radians(angle)
    half = 0.3 * height

    def turned(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * math.cos(turn) + dy * math.sin(turn), y - dx * math.sin(turn) + dy * math.cos(turn)

    tip, notch = turned(0, height), turned(0, 0.24 * height)
    left, right = turned(-half, 0), turned(half, 0)
    pen.areas([shapely.Polygon([tip, left, notch])], z=50, fc=look.INK, ec=look.INK, lw=0.5)
    pen.areas([shapely.Polygon([tip, notch, right])], z=50, fc="#ffffff", ec=look.INK, lw=0.5)
