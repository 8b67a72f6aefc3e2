"""Among which addresses does a residence hide? A fixed grid decides, never the residence itself.

A circle or a square around a residence has a centre, and so gives it away. Here the country is divided once and for all
into small groups, each of four equal squares that are the corners of a larger one, and these again into large groups of
four small ones each, far apart: whoever looks for the middle of a group finds a place that is no member of it. All that
is published is worked out for the group, and is the same whichever address in it is meant. A large group holds small
ones whole, so that who sees a view of the one and a view of the other knows no more than the small one tells.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Size = Literal["small", "large"]

SIZES: tuple[Size, ...] = ("small", "large")
"""The first that holds enough addresses is taken."""
TILE_M = 300.0
"""Side of a square: no guess in one is near all of it, and none about the middle of its group is near any."""
APART = 3
"""So many steps of two sides lie between the small groups that make a large one."""
HALF_M = {"small": 2 * TILE_M, "large": (2 + APART) * TILE_M}
"""How far east, west, north and south of its middle a group reaches."""
TRIMMED_M = (150.0, 250.0, 350.0)
"""Walks are not shown nearer than the first to any address of the group, or than the others where that hides better."""


@dataclass(frozen=True, slots=True)
class Group:
    """Which squares hold the addresses among which a residence hides?

    Attributes
    ----------
    x, y : float
        Their common middle, in metres of the system `crs`. No square is nearer to it than one side, both east or west
        and north or south.
    size : {"small", "large"}
    crs : int
        EPSG code.
    """

    x: float
    y: float
    size: Size
    crs: int

    @property
    def half_m(self) -> float:
        """How far east, west, north and south of its middle does it reach?"""
        return HALF_M[self.size]

    def hidden(self, trimmed_m: float = TRIMMED_M[0]) -> shapely.Polygon:
        """Where are no walks shown? All within so many metres of the squares, and what lies between them."""
        return self.around(trimmed_m)

    def around(self, margin_m: float) -> shapely.Polygon:
        """Which square has the same middle, and reaches so much farther?"""
        half = self.half_m + margin_m
        return shapely.box(self.x - half, self.y - half, self.x + half, self.y + half)

    def holds(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of these places lie in one of its squares?"""
        across = middle(x, self.size) == self.x
        return np.asarray(across & (middle(y, self.size) == self.y))


def group_at(x: float, y: float, *, size: Size, crs: int) -> Group:
    """In which group is a place?

    Every place is in exactly one group of each size, and at least √2 sides of a square from its middle.

    Parameters
    ----------
    x, y : float
        In metres of ``crs``.
    size : {"small", "large"}
    crs : int
        EPSG code.

    Examples
    --------
    >>> group_at(500_010.0, 6_400_170.0, size="small", crs=3006)
    Group(x=500400.0, y=6399600.0, size='small', crs=3006)
    """
    return Group(float(middle(x, size)), float(middle(y, size)), size, crs)


def middle(value: npt.ArrayLike, size: Size) -> Floats:
    """Along one axis: where is the middle of the group in which each value lies?

    Small groups have their middles at each second side of a square, and reach from one side to two on either hand. Of
    six in a row the first and the fourth make a large one, the second and the fifth, the third and the sixth.
    """
    along, step = np.asarray(value, float), 2 * TILE_M
    rest = np.mod(along, step)
    small = np.where(rest >= TILE_M, along - rest, along - rest + step)
    if size == "small":
        return np.asarray(small, np.float64)
    is_first = np.mod(np.round(small / step), 2 * APART) < APART
    return np.asarray(small + np.where(is_first, APART, -APART) * TILE_M, np.float64)
