"""What a place is called, also where the map data has no name for it: by its kind and the street beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from grannskap.language import Texts
from grannskap.language.writing import plain
from grannskap.public.view import PublicView
from grannskap.result import Result

BESIDE_M = 100.0
"""A street tells where a place is when it is at most this far away. Assumption."""


@dataclass(frozen=True, slots=True, eq=False)
class Naming:
    """Which streets can tell where a nameless place is?

    Attributes
    ----------
    texts : Texts
    streets : STRtree
        Of the edges with a name.
    names : ndarray of str
        Of these edges.
    """

    texts: Texts
    streets: shapely.STRtree
    names: npt.NDArray[np.object_]

    def of(self, row: Mapping[Any, Any]) -> str:
        """How is a place called?

        Parameters
        ----------
        row : mapping
            With ``name``, ``kind`` and ``geometry``.
        """
        if name := plain(row["name"]):
            return name
        kind = plain(self.texts.gettext(f"kind:{row['kind']}"))
        street = self._street(row.get("geometry"))
        if street:
            return self.texts("{kind} by {street}", kind=kind, street=street)
        return self.texts("{kind} (name missing in the map data)", kind=kind)

    def _street(self, shape: object) -> str:
        if not isinstance(shape, shapely.Geometry):
            return ""
        near = self.streets.query_nearest(shape, max_distance=BESIDE_M, all_matches=False)
        return str(self.names[near[0]]) if len(near) else ""


def naming(result: Result | PublicView, texts: Texts) -> Naming:
    """By which streets are the nameless places of a result, or of its public view, called?"""
    names = np.array([plain(name) for name in result.edges["name"]], dtype=object)
    named = names != ""
    return Naming(texts, shapely.STRtree(result.edges.geometry.to_numpy()[named]), names[named])
