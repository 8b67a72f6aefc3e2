"""Notes: why a measure has no value, or why it is zero."""

import numpy as np

from grannskap.comparison.ground import Ground
from grannskap.comparison.measures import rules
from grannskap.language import marked as _

NOT_REACHED = _("nothing in the map data within reach")
NO_TRIPS = _("no trips in the profile")
NO_WALKS = _("no calculated walks")
NO_ACTORS = _("none in the map data within the study area")
NO_SEATS = _("no seats in the map data within the study area")
NO_LIGHT = _("the map data does not tell of the lighting here")
NO_PASSAGES = _("no walk passes any actor")
NO_STREETS = _("no streets in the study area")


_BY_MEASURE = {
    "nearest_m": NOT_REACHED,
    "unlit_share": NO_LIGHT,
    "named_passages_share": NO_PASSAGES,
    "seats_per_km": NO_STREETS,
}
_OF_ERRANDS = ("served_share", "expected_m", "detour_factor", "longest_without_seat_m")


def note(measure: str, of: str, value: float, ground: Ground) -> str:
    """What must be said beside a value? An English message id; "" for nothing.

    Parameters
    ----------
    measure, of : str
    value : float
    ground : Ground
    """
    if value == 0:
        return "" if _there(measure, of, ground) else NO_ACTORS
    if np.isfinite(value):
        return ""
    if measure == "longest_without_seat_m" and not ground.seats.n:
        return NO_SEATS
    if measure in _OF_ERRANDS:
        return NOT_REACHED if _wanted(of, ground) > 0 else NO_TRIPS
    return _BY_MEASURE.get(measure, NO_WALKS)


def _there(measure: str, of: str, ground: Ground) -> bool:
    """Are there any actors whom walks could pass, where that is what is measured?"""
    kinds = {"passages_per_100_trips": {of}, "school_frontage_share": rules().schools}
    return measure not in kinds or bool(ground.scene.actors.kind.isin(kinds[measure]).any())


def _wanted(of: str, ground: Ground) -> float:
    return float(sum(trips for f, trips in zip(ground.functions, ground.wanted, strict=True) if of in ("", f)))
