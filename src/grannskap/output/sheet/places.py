"""Where on the sheet is there room for each sign and each name? Nothing that is placed covers another.

A sign that cannot stand on its place is moved to the nearest free place, outwards from the site, and a thin line leads
back; a name lies along its street where the street is straight enough. Everything is tried in a fixed order, so the
same result gives the same sheet.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.output.sheet.layout import Box

Floats = npt.NDArray[np.float64]

STEP_MM = 0.9
TURNS = 32
BETWEEN_MM = 0.35
"""Least room between two things that are placed."""
STRAIGHT = 0.985
"""A name may lie where the street's chord is at least this share of its length."""
LONGEST_LINE_PENALTY = 0.6


@dataclass(frozen=True, slots=True)
class Placed:
    """Where does a sign stand, and what does it stand for?

    Attributes
    ----------
    key : object
        Whatever names the sign.
    anchor, at : tuple of float
        Its true place, and its middle on the sheet, in millimetres.
    radius : float
    """

    key: Any
    anchor: tuple[float, float]
    at: tuple[float, float]
    radius: float

    @property
    def moved(self) -> float:
        """How far is it from its true place?"""
        return math.dist(self.anchor, self.at)

    @property
    def shape(self) -> BaseGeometry:
        """Which square does it cover?"""
        x, y, r = *self.at, self.radius
        return shapely.box(x - r, y - r, x + r, y + r)


@dataclass(frozen=True, slots=True)
class Name:
    """Where does a text stand? `at` is its middle, `angle` in degrees, `shape` what it covers."""

    text: str
    at: tuple[float, float]
    angle: float
    shape: BaseGeometry


@dataclass(slots=True)
class Room:
    """What is free within the frame? Grows as signs and names are placed.

    Attributes
    ----------
    frame : Box
    taken : list of geometry
        What is covered already.
    lines : list of geometry
        The lines that lead to signs that were moved: signs may not cover them, names may.
    """

    frame: Box
    taken: list[BaseGeometry] = field(default_factory=list)
    lines: list[BaseGeometry] = field(default_factory=list)

    def is_free(self, shape: BaseGeometry) -> bool:
        """Does this shape lie within the frame, clear of all else?"""
        return bool(self._free(np.array([shape], dtype=object))[0])

    def _free(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        free = np.asarray(shapely.contains(self.frame.shape, shapes))
        for other in (*self.taken, *self.lines):
            free[free] &= shapely.distance(shapes[free], other) >= BETWEEN_MM
        return free

    def take(self, shape: BaseGeometry) -> None:
        """Cover this shape."""
        self.taken.append(shape)

    def place(
        self, key: Any, anchor: tuple[float, float], radius: float, *, outwards: float = 0.0, farthest: float = 30.0
    ) -> Placed | None:
        """Where does a sign of this radius stand? None where there is no room near enough.

        Parameters
        ----------
        key : object
        anchor : tuple of float
            Its true place.
        radius : float
        outwards : float
            Into which direction it is rather moved, in radians.
        farthest : float
            How far it may be moved.
        """
        spots = np.asarray(anchor) + _ring(farthest, outwards)
        squares: Any = shapely.box(*(spots - radius).T, *(spots + radius).T)
        free = np.flatnonzero(self._free(squares))
        if not free.size:
            return None
        first = free[: 4 * TURNS]
        leaders: Any = shapely.linestrings(
            np.stack([np.broadcast_to(anchor, spots[first].shape), spots[first]], axis=1)
        )
        best = first[int(np.argmin(_costs(leaders, [*self.taken, *self.lines])))]
        x, y = (float(each) for each in spots[best])
        placed = Placed(key, anchor, (x, y), radius)
        self.take(placed.shape)
        leader = shapely.LineString([anchor, placed.at]).difference(placed.shape)
        if placed.moved > radius and not leader.is_empty:
            self.lines.append(leader)
        return placed


def _ring(farthest: float, outwards: float) -> Floats:
    """Which shifts are tried, the nearest first, and of equally near ones those outwards first?"""
    turns = np.arange(TURNS)
    swing = np.where(turns % 2, 1, -1) * ((turns + 1) // 2) * (2 * math.pi / TURNS)
    directions = np.stack([np.cos(outwards + swing), np.sin(outwards + swing)], axis=1)
    rings = np.arange(1, int(farthest / STEP_MM) + 1) * STEP_MM
    return np.concatenate([np.zeros((1, 2)), (rings[:, None, None] * directions).reshape(-1, 2)])


def _costs(leaders: npt.NDArray[np.object_], others: Sequence[BaseGeometry]) -> Floats:
    """How bad is each leading line? Its length, and more for each thing that it crosses."""
    crossed = np.zeros(len(leaders))
    for other in others:
        crossed += shapely.crosses(leaders, other) | shapely.intersects(leaders, shapely.boundary(other))
    return np.asarray(shapely.length(leaders), dtype=float) * (1 + LONGEST_LINE_PENALTY * crossed)


def beside(room: Room, text: str, at: tuple[float, float], *, clear: float, width: float, height: float) -> Name | None:
    """Where beside its sign does a text stand: to the right, left, above or below?"""
    across, up = clear + width / 2, clear + height / 2
    for dx, dy in ((across, 0), (-across, 0), (0, up), (0, -up)):
        x, y = at[0] + dx, at[1] + dy
        shape = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if room.is_free(shape):
            room.take(shape)
            return Name(text, (x, y), 0.0, shape)
    return None


def along(
    room: Room, text: str, lines: Iterable[BaseGeometry], *, width: float, height: float, aside: float
) -> Name | None:
    """Where along these lines does a street's name lie, `aside` from their middle? None where it fits nowhere.

    Parameters
    ----------
    room : Room
    text : str
    lines : iterable of LineString
        Pieces of the street on the sheet, the best first.
    width, height : float
        Of the text.
    aside : float
        From the street's middle to the text's; 0 for a text on the street itself.
    """
    for line in lines:
        for chord in _straight_pieces(line, width * 1.06):
            for side in (1.0, -1.0) if aside else (0.0,):
                name = _named(text, chord, width=width, height=height, aside=side * aside)
                if room.is_free(name.shape):
                    room.take(name.shape)
                    return name
    return None


def _straight_pieces(line: Any, length: float) -> list[Floats]:
    """Where on a line are straight pieces of this length, nearest its middle first?"""
    spare = line.length - length
    if spare < 0:
        return []
    starts = np.linspace(0, spare, max(2, int(spare / 3.0) + 1))
    starts = starts[np.argsort(np.abs(starts - spare / 2), kind="stable")]
    ends = [shapely.get_coordinates(shapely.line_interpolate_point(line, [start, start + length])) for start in starts]
    middles = shapely.line_interpolate_point(line, starts + length / 2)
    return [
        pair
        for pair, middle in zip(ends, middles, strict=True)
        if math.dist(*pair) >= STRAIGHT * length and middle.distance(shapely.LineString(pair)) < 0.04 * length
    ]


def _named(text: str, chord: Floats, *, width: float, height: float, aside: float) -> Name:
    (x0, y0), (x1, y1) = chord if chord[0][0] <= chord[1][0] else chord[::-1]
    angle = math.atan2(y1 - y0, x1 - x0)
    x = (x0 + x1) / 2 - aside * math.sin(angle)
    y = (y0 + y1) / 2 + aside * math.cos(angle)
    flat = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shape = shapely.affinity.rotate(flat, angle, origin=(x, y), use_radians=True)
    return Name(text, (x, y), math.degrees(angle), shape)
