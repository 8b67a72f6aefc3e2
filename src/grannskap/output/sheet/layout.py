"""How is a sheet of paper divided, and at which scale does the study area fit? Plain numbers, in millimetres."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.study.paper import Print

Floats = npt.NDArray[np.float64]

PAPERS_MM = {"a3": (420.0, 297.0), "a4": (297.0, 210.0)}
"""Long and short side (ISO 216)."""
MARGIN_MM = {"a3": 9.0, "a4": 7.0}
GAP_MM = {"a3": 6.0, "a4": 4.5}
MAP_SHARE = 2 / 3
SCALES = (2000, 2500, 4000, 5000, 8000, 10_000, 12_500, 15_000, 20_000, 25_000, 50_000, 100_000)
MOST_OF_FRAME = 0.98
"""An area fits when it takes at most this share of the frame."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet: its lower left corner, width and height in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where is the right side?"""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Where is the upper side?"""
        return self.y + self.height

    @property
    def shape(self) -> BaseGeometry:
        """Which polygon is it?"""
        return shapely.box(self.x, self.y, self.right, self.top)

    def below(self, top: float) -> "Box":
        """What is left of it under this height?"""
        return Box(self.x, self.y, self.width, top - self.y)

    def above(self, bottom: float) -> "Box":
        """What is left of it over this height?"""
        return Box(self.x, bottom, self.width, self.top - bottom)

    def inner(self, by: float) -> "Box":
        """What is left of it within a margin?"""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where do map, legend, key table and title block lie?

    Attributes
    ----------
    paper : {"a3", "a4"}
    page, frame : Box
        The whole sheet, and the map's frame: two thirds of what lies within the margins.
    legend : Box
        Where title and legend begin, from the top.
    actors : tuple of Box
        Where the key table goes on, one after the other. In the first of a landscape sheet the legend stands above
        it; in the last the title block stands at the bottom.
    """

    paper: str
    page: Box
    frame: Box
    legend: Box
    actors: tuple[Box, ...]

    @property
    def is_landscape(self) -> bool:
        """Is it wider than high?"""
        return self.page.width > self.page.height


def sheet_of(paper: str, orientation: str) -> Sheet:
    """How is a sheet of this paper divided?

    Parameters
    ----------
    paper : {"a3", "a4"}
    orientation : {"landscape", "portrait"}

    Examples
    --------
    >>> sheet = sheet_of("a3", "landscape")
    >>> sheet.page.width, round(sheet.frame.width), round(sheet.frame.height)
    (420.0, 264, 279)
    """
    long, short = PAPERS_MM[paper]
    margin, gap = MARGIN_MM[paper], GAP_MM[paper]
    if orientation == "landscape":
        page = Box(0, 0, long, short)
        inner = page.inner(margin)
        width = (inner.width - gap) * MAP_SHARE
        key = Box(inner.x + width + gap, inner.y, inner.width - gap - width, inner.height)
        return Sheet(paper, page, Box(inner.x, inner.y, width, inner.height), key, (key,))
    page = Box(0, 0, short, long)
    inner = page.inner(margin)
    height = (inner.height - gap) * MAP_SHARE
    strip = inner.below(inner.top - height - gap)
    wide = (strip.width - 2 * gap) / 3
    columns = [Box(strip.x + i * (wide + gap), strip.y, wide, strip.height) for i in range(3)]
    return Sheet(paper, page, inner.above(inner.top - height), columns[0], (columns[1], columns[2]))


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the ground does the frame show, and at which scale?

    Attributes
    ----------
    frame : Box
        In millimetres on the sheet.
    west, south : float
        What lies in the frame's lower left corner, in metres.
    scale : int
        4000 for 1:4 000.
    """

    frame: Box
    west: float
    south: float
    scale: int

    @property
    def mm_per_m(self) -> float:
        """How long is a metre on the sheet?"""
        return 1000 / self.scale

    @property
    def ground(self) -> BaseGeometry:
        """Which rectangle of the ground is shown, in metres?"""
        width, height = self.frame.width / self.mm_per_m, self.frame.height / self.mm_per_m
        return shapely.box(self.west, self.south, self.west + width, self.south + height)

    def on_paper(self, shape: BaseGeometry) -> BaseGeometry:
        """Where on the sheet does this shape of the ground lie?"""
        moved: BaseGeometry = shapely.transform(shape, self._moved)
        return moved

    def _moved(self, metres: Floats) -> Floats:
        return (metres - (self.west, self.south)) * self.mm_per_m + (self.frame.x, self.frame.y)


def view_of(frame: Box, *, area: BaseGeometry, site: BaseGeometry, scale: int | None) -> View:
    """What does the frame show: the area at the largest usual scale that holds it, or the scale that is asked for?

    Parameters
    ----------
    frame : Box
    area : geometry
        What should be seen, in metres. It comes in the middle of the frame where it fits.
    site : geometry
        What comes in the middle where the area does not fit.
    scale : int, optional
    """
    west, south, east, north = area.bounds
    chosen = scale or fitting_scale(frame, east - west, north - south)
    holds = max((east - west) / frame.width, (north - south) / frame.height) * 1000 <= chosen
    middle = shapely.box(*area.bounds).centroid if holds else shapely.box(*site.bounds).centroid
    half = frame.width * chosen / 2000, frame.height * chosen / 2000
    return View(frame, middle.x - half[0], middle.y - half[1], chosen)


def fitting_scale(frame: Box, width_m: float, height_m: float) -> int:
    """Which of the usual scales is the largest at which these metres fit in the frame?

    Examples
    --------
    >>> fitting_scale(Box(0, 0, 264, 279), 1000, 1000), fitting_scale(Box(0, 0, 264, 279), 2400, 2400)
    (4000, 10000)
    """
    needed = 1000 * max(width_m / frame.width, height_m / frame.height) / MOST_OF_FRAME
    return next((scale for scale in SCALES if scale >= needed), math.ceil(needed / SCALES[-1]) * SCALES[-1])


def print_files(asked: Print) -> tuple[str, ...]:
    """Which files does a study's sheet become?

    Examples
    --------
    >>> print_files(Print(paper="a4", png=True))
    ('map-a4.pdf', 'map-a4.png')
    """
    kinds = ("pdf", "png") if asked.png else ("pdf",)
    return tuple(f"map-{asked.paper}.{kind}" for kind in kinds)
