"""Among which addresses does a residence hide? A fixed grid decides, never the residence itself.

A circle or a square around a residence has a centre, and so gives it away. Here the country is divided once and for all
into groups of four equal squares, the corners of a larger one: whoever looks for the middle of a group finds a place
that is no member of it. All that is published is worked out for the group, and is the same whichever address in it is
meant.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

TILES_M = (200.0, 400.0)
"""Side of the four squares of a group: the first that holds enough addresses is taken."""
TRIMMED_M = (150.0, 250.0, 350.0)
"""Walks are not shown nearer than the first to any address of the group, or than the others where that hides better."""


@dataclass(frozen=True, slots=True)
class Group:
    """Which four squares hold the addresses among which a residence hides?

    Attributes
    ----------
    x, y : float
        Their common middle, in metres of the system `crs`; a multiple of twice `tile_m`.
    tile_m : float
        Side of each square. Their inner corners lie one side, east or west and north or south, from the middle, their
        outer corners two sides.
    crs : int
        EPSG code.
    """

    x: float
    y: float
    tile_m: float
    crs: int

    def hidden(self, trimmed_m: float = TRIMMED_M[0]) -> shapely.Polygon:
        """Where are no walks shown? All within so many metres of the squares, and what lies between them."""
        return self.square(2 * self.tile_m + trimmed_m)

    def square(self, half_m: float) -> shapely.Polygon:
        """Which square has the same middle, and reaches so far from it?"""
        return shapely.box(self.x - half_m, self.y - half_m, self.x + half_m, self.y + half_m)

    def holds(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of these places lie in one of the four squares?"""
        across = middle(x, self.tile_m) == self.x
        return np.asarray(across & (middle(y, self.tile_m) == self.y))


def group_at(x: float, y: float, *, tile_m: float, crs: int) -> Group:
    """In which group is a place?

    Every place is in exactly one group of each size, and at least ``tile_m`` × √2 from its middle.

    Parameters
    ----------
    x, y : float
        In metres of ``crs``.
    tile_m : float
        Side of the group's squares.
    crs : int
        EPSG code.

    Examples
    --------
    >>> group_at(500_010.0, 6_400_170.0, tile_m=200.0, crs=3006)
    Group(x=500400.0, y=6400400.0, tile_m=200.0, crs=3006)
    """
    return Group(float(middle(x, tile_m)), float(middle(y, tile_m)), tile_m, crs)


def middle(value: npt.ArrayLike, tile_m: float) -> npt.NDArray[np.float64]:
    """Along one axis: which multiple of two sides lies between one and two sides from each value?"""
    along = np.asarray(value, float)
    rest = np.mod(along, 2 * tile_m)
    return np.asarray(np.where(rest >= tile_m, along - rest, along - rest + 2 * tile_m), np.float64)


def farthest_m(tile_m: float, *, radius_m: float) -> float:
    """How far from the middle of a group can a walk of its residents go?"""
    return 2 * tile_m * math.sqrt(2) + radius_m
