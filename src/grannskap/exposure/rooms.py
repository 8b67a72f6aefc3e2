"""Rooms: the zone of each frontage as an area, the same for every site from which one walks past it."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt
import shapely

from grannskap.place.place import Place
from grannskap.routes.network import Ints

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """What lies around each frontage, except what is behind something that cannot be crossed?

    Each is worked out when it is first asked for, and remembered.

    Attributes
    ----------
    frontage : ndarray of geometry
        In metres; None for those that nobody passes by chance (indoors, upstairs).
    barriers : ndarray of geometry
        Lines and areas that nobody walks across, on the ground.
    """

    frontage: Shapes
    barriers: Shapes
    _made: dict[float, "_Made"] = field(default_factory=dict)

    @classmethod
    def of(cls, place: Place) -> Self:
        """What lies around the frontage of each of the places of a place?"""
        passable = place.places.passable.to_numpy(bool)
        return cls(np.where(passable, place.places.frontage.to_numpy(object), np.array(None)), place.barriers)

    def at(self, rows: Ints, frontage_m: float) -> tuple[Shapes, npt.NDArray[np.bool_]]:
        """Which areas are within ``frontage_m`` of these frontages, and which of them have a barrier near?

        Parameters
        ----------
        rows : ndarray of int
            Rows of ``frontage``, each once; none of them is None.
        frontage_m : float
        """
        made = self._made.setdefault(frontage_m, _Made.nothing(len(self.frontage)))
        new = rows[made.room[rows] == None]  # noqa: E711 (of each element)
        if len(new):
            walled = _walled(self.frontage[new], frontage_m, self.barriers)
            made.walled[new[walled]] = True
            made.room[new] = _rooms(self.frontage[new], frontage_m, self.barriers, walled)
            shapely.prepare(made.room[new])
        return made.room[rows], made.walled[rows]


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """The areas of one width that are known, None for the others, and which of them have a barrier near."""

    room: Shapes
    walled: npt.NDArray[np.bool_]

    @classmethod
    def nothing(cls, n: int) -> Self:
        return cls(np.full(n, None, object), np.zeros(n, np.bool_))


def _walled(frontage: Shapes, frontage_m: float, barriers: Shapes) -> Ints:
    return np.unique(shapely.STRtree(barriers).query(frontage, predicate="dwithin", distance=frontage_m)[0])


def _rooms(frontage: Shapes, frontage_m: float, barriers: Shapes, walled: Ints) -> Shapes:
    """The zone of each frontage as an area: widened, less barriers and whatever lies behind those that are near."""
    rooms = shapely.buffer(frontage, frontage_m)
    tree = shapely.STRtree(barriers)
    for row in walled:
        walls = barriers[tree.query(rooms[row], predicate="intersects")]
        walls = walls[~shapely.intersects(walls, frontage[row])]  # what runs through the plot itself hides nothing
        if not len(walls):
            continue
        left = shapely.difference(rooms[row], shapely.union_all(shapely.buffer(walls, 0.05)))
        parts = shapely.get_parts(left)
        rooms[row] = shapely.union_all(parts[shapely.intersects(parts, frontage[row])])
    return np.asarray(rooms)
