"""With what is a sheet of paper drawn? A pen that works in millimetres and measures what it writes."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import Stroke
from matplotlib.textpath import text_to_path
from matplotlib.transforms import TransformedPath
from shapely.geometry.base import BaseGeometry

from grannskap.output import look
from grannskap.output.sheet.layout import Box

MM_PER_PT = 25.4 / 72
PT_PER_MM = 72 / 25.4
ELLIPSIS = "…"
LONGEST = 300
"""No line is longer than this many letters; what anyone writes in OpenStreetMap may be."""
_PILED = re.compile("([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff])[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+")
_RING = 3  # fewest points of a ring that encloses anything


@cache
def _font(size: float, weight: str) -> FontProperties:
    return FontProperties(family=look.PRINT_FONT, size=size, weight=weight)


@cache
def _known_signs() -> frozenset[int]:
    path: Any = fontManager.findfont(_font(10.0, "normal"))
    return frozenset(get_font(path).get_charmap())


def drawable(text: str) -> str:
    r"""Which part of a text can the sheet's font write?

    Signs that it does not have are left out; a box in their place would say nothing. So are accents piled on each
    other, which would reach into the lines above and below.

    >>> drawable("Kafé 🌷 & Co"), drawable("Z\u0351\u036b\u0343\u036a")
    ('Kafé & Co', 'Z\u0351')
    """
    known = _known_signs()
    kept = (sign for sign in unicodedata.normalize("NFC", text) if ord(sign) in known)
    return " ".join(_PILED.sub(r"\1", "".join(kept)).split())


@cache
def width_mm(text: str, size: float, weight: str = "normal") -> float:
    """How wide is a text on paper?"""
    return float(text_to_path.get_text_width_height_descent(text, _font(size, weight), ismath=False)[0]) * MM_PER_PT


def cap_height_mm(size: float) -> float:
    """How high are its capitals?"""
    return 0.73 * size * MM_PER_PT


def fitted(text: str, room_mm: float, size: float, weight: str = "normal") -> str:
    """What of a text fits in this room? An ellipsis tells what was cut."""
    if len(text) <= LONGEST and width_mm(text, size, weight) <= room_mm:
        return text
    cuts = range(min(len(text), LONGEST))
    fits = bisect(cuts, room_mm, key=lambda end: width_mm(text[:end] + ELLIPSIS, size, weight)) - 1
    return text[:fits].rstrip(" ,.(-") + ELLIPSIS if fits > 0 else ""


def wrapped(text: str, room_mm: float, size: float, weight: str = "normal") -> list[str]:
    """In which lines does a text fit in this room?"""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, size, weight) <= room_mm:
            lines[-1] = longer
        else:
            lines.append(fitted(word, room_mm, size, weight))
    return lines


def few_lines(text: str, most: int, room_mm: float, size: float, weight: str = "normal") -> list[str]:
    """In which lines does a text fit, when there may be only so many? An ellipsis tells what was cut."""
    lines = wrapped(text, room_mm, size, weight)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), room_mm, size, weight)]


@dataclass(frozen=True, slots=True)
class Pen:
    """How are shapes and words put on the sheet, in millimetres from its lower left corner?

    Attributes
    ----------
    axes : Axes
        Covers the whole page; one unit is a millimetre.
    type : Type
        Sizes of the words.
    signs : float
        How large the signs are, against those on A3.
    """

    axes: Axes
    type: look.Type
    signs: float

    def line_height(self, size: float) -> float:
        """How far below each other stand lines of this size?"""
        return size * self.type.leading * MM_PER_PT

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str = look.INK,
        weight: str = "normal",
        align: str = "left",
        angle: float = 0.0,
        halo: bool = False,
        z: float = 50.0,
    ) -> None:
        """Write a text: its baseline is at `y`, or its middle where it is turned or centred."""
        vertical = "center" if halo else "baseline"
        kept: dict[str, Any] = {
            "fontproperties": _font(size, weight),
            "color": colour,
            "ha": align,
            "va": vertical,
            "rotation": angle,
            "rotation_mode": "anchor" if vertical == "baseline" else "default",
            "parse_math": False,
        }
        if halo:  # the halo is drawn as outlines, and the words once more over it as words
            effects = [Stroke(linewidth=0.34 * size, foreground=look.PRINT_HALO)]
            self.axes.text(x, y, text, zorder=z, path_effects=effects, **kept)
        self.axes.text(x, y, text, zorder=z + 0.1, **kept)

    def number(self, x: float, y: float, text: str, *, size: float, colour: str, z: float) -> None:
        """Write a short bold text with the middle of its capitals in (x, y)."""
        self.text(
            x, y - cap_height_mm(size) / 2, text, size=size, colour=colour, weight="bold", align="center", z=z + 0.2
        )

    def paragraph(self, box: Box, text: str, *, size: float, colour: str = look.INK, weight: str = "normal") -> float:
        """Write lines from the top of a box down, and tell where the next would begin."""
        y = box.top
        for line in wrapped(text, box.width, size, weight):
            y -= self.line_height(size)
            self.text(box.x, y + 0.28 * self.line_height(size), line, size=size, colour=colour, weight=weight)
        return y

    def rule(self, x0: float, y: float, x1: float, *, colour: str = look.RULE, width: float = 0.6) -> None:
        """Draw a level line."""
        self.lines([np.array([[x0, y], [x1, y]])], colour=colour, width=width, z=45)

    def lines(
        self, lines: Iterable[Any], *, colour: str, width: float, z: float, clip: Box | None = None, **style: Any
    ) -> None:
        """Draw lines, each a table of points; `width` in points. What is drawn outside `clip` is not seen."""
        tables = [np.asarray(line, dtype=float) for line in lines if len(line)]
        if tables:
            codes = [_codes(len(table)) for table in tables]
            path = Path(np.concatenate(tables), np.concatenate(codes))
            style |= {"capstyle": "round", "joinstyle": "round"}
            self._put(PathPatch(path, fc="none", ec=colour, lw=width, zorder=z, **style), clip)

    def _put(self, drawn: Artist, clip: Box | None = None) -> None:
        """Add without asking how far it reaches: the page is as large as it is."""
        if clip:
            corners = [(clip.x, clip.y), (clip.right, clip.y), (clip.right, clip.top), (clip.x, clip.top)]
            drawn.set_clip_path(TransformedPath(Path([*corners, corners[0]]), self.axes.transData))
        self.axes.add_artist(drawn)

    def rectangle(self, box: Box, *, fill: str = "none", edge: str = "none", width: float = 0.0, z: float = 40) -> None:
        """Draw a rectangle."""
        self._put(
            Rectangle((box.x, box.y), box.width, box.height, fc=fill, ec=edge, lw=width, zorder=z, joinstyle="miter")
        )

    def hatched(self, box: Box, *, z: float) -> None:
        """Hatch a rectangle as what is not known."""
        self.areas([box.shape], z=z, **look.PRINT_UNKNOWN)

    def disc(self, x: float, y: float, radius: float, *, fill: str, z: float, **style: Any) -> None:
        """Draw a disc."""
        self._put(Circle((x, y), radius, fc=fill, zorder=z, **style))

    def dots(self, spots: Sequence[tuple[float, float]], radius: float, *, z: float, **style: Any) -> None:
        """Draw many discs of one size."""
        if spots:
            wide = np.full(len(spots), 2 * radius)
            where: Any = {"units": "xy", "offsets": spots, "offset_transform": self.axes.transData}
            self._put(EllipseCollection(wide, wide, np.zeros(len(spots)), zorder=z, **where, **style))

    def tile(self, x: float, y: float, radius: float, *, fill: str, z: float, **style: Any) -> None:
        """Draw a square with round corners about (x, y)."""
        corner = 0.28 * radius
        inner = radius - corner
        rounding = f"round,pad={corner}"
        self._put(
            FancyBboxPatch((x - inner, y - inner), 2 * inner, 2 * inner, boxstyle=rounding, fc=fill, zorder=z, **style)
        )

    def house(self, x: float, y: float, radius: float, *, fill: str, z: float, **style: Any) -> None:
        """Draw a small house about (x, y)."""
        corners = [(-0.85, -0.8), (0.85, -0.8), (0.85, 0.15), (0, 0.95), (-0.85, 0.15)]
        points = [(x + radius * dx, y + radius * dy) for dx, dy in corners]
        self._put(Polygon(points, closed=True, fc=fill, zorder=z, joinstyle="round", **style))

    def areas(self, shapes: Sequence[BaseGeometry], *, z: float, clip: Box | None = None, **style: Any) -> None:
        """Draw areas as one shape, so that what overlaps stays filled."""
        if path := _outline(shapes):
            self._put(PathPatch(path, zorder=z, joinstyle="round", **style), clip)


def _outline(shapes: Sequence[BaseGeometry]) -> Path | None:
    """Which path goes round all these areas? Holes turn the other way."""
    parts = shapely.get_parts(shapely.get_parts(np.asarray(shapes, dtype=object)))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(shapely.orient_polygons(polygons))
    tables = [shapely.get_coordinates(ring) for ring in rings]
    kept = [table for table in tables if len(table) > _RING]
    if not kept:
        return None
    codes = [_codes(len(table), closed=True) for table in kept]
    return Path(np.concatenate(kept), np.concatenate(codes))


def _codes(points: int, *, closed: bool = False) -> Any:
    codes = np.full(points, Path.LINETO, dtype=Path.code_type)
    codes[0] = Path.MOVETO
    if closed:
        codes[-1] = Path.CLOSEPOLY
    return codes
