"""What does the map data tell of the streets themselves: where they are lit, and where one can sit down?"""

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.output import look
from grannskap.output.webmap.features import Feature, feature, in_degrees
from grannskap.output.webmap.flows import merged_by_group

if TYPE_CHECKING:
    from grannskap.result import Result

LIGHTING = {
    "lit": _("lit by the map data"),
    "unlit": _("unlit by the map data"),
    "unknown": _("nothing in the map data about lighting"),
}
"""In words, in the order of the legend."""
SIMPLER_M = 1.0
"""The lines of the layer lie at most this far from their streets."""
_DASHES = {"lit": None, "unlit": "6 4", "unknown": "1 5"}
_WEIGHTS = {"lit": 2.0, "unlit": 3.0, "unknown": 2.0}


def lighting_styles() -> dict[str, dict[str, object]]:
    """How is lit, unlit and unknown drawn? By colour and by pattern."""
    return {
        state: {"color": colour, "weight": _WEIGHTS[state], "dashArray": _DASHES[state]}
        for state, colour in look.LIGHTING.items()
    }


def lighting_features(result: "Result", texts: Texts) -> list[Feature]:
    """Which streets of the study area are lit, which are not, and of which does the map data not tell?

    One feature for each; "unknown" lies undermost.
    """
    edges = result.workings.scene.arrivals.edges
    inside = edges.loc[edges.geometry.intersects(result.study_area.geometry.union_all()).to_numpy()]
    unlit = inside["unlit"].to_numpy(float)
    state = np.select([np.isnan(unlit), unlit > 0], [0, 1], default=2).astype(np.intp)
    found, group = np.unique(state, return_inverse=True)
    if not len(found):
        return []
    merged = shapely.simplify(merged_by_group(inside, group.astype(np.intp)), SIMPLER_M)
    shapes = in_degrees(gpd.GeoSeries(merged, crs=edges.crs))
    names = [("unknown", "unlit", "lit")[each] for each in found]
    return [feature(shape, s=name, t=texts.gettext(LIGHTING[name])) for name, shape in zip(names, shapes, strict=True)]


def seat_features(result: "Result", texts: Texts) -> list[Feature]:
    """Where can one sit down in the study area, by the map data?"""
    seats = result.workings.scene.seats
    inside = seats.loc[seats.geometry.intersects(result.study_area.geometry.union_all()).to_numpy()]
    spots = in_degrees(inside.geometry.representative_point())
    return [feature(spot, s="seat", t=texts.gettext("Seat")) for spot in spots]
