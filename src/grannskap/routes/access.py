"""Residents' access: for each function of the profile, what is within reach and how far it is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from grannskap.study.model import FunctionDemand


def access_table(
    options: pd.DataFrame, demand: Mapping[str, FunctionDemand], *, note: str, beyond: str | None = None
) -> pd.DataFrame:
    """What can residents reach on foot, and what is missing?

    Parameters
    ----------
    options : DataFrame
        As `grannskap.routes.arrivals.options` gives, with ``trips_per_week``.
    demand : mapping
        Weekly trips by function: each gets a row, also where nothing is within reach.
    note : str
        What to say where nothing is.
    beyond : str, optional
        What to say where something is in the study area, but too far to walk or where no way leads; ``note`` if left
        out.

    Returns
    -------
    DataFrame
        ``function``, ``trips_per_week`` (wanted), ``served_share`` (0–1), ``n_within_reach``, ``nearest_m``, ``mean_m``
        (mean walk of the trips), ``detour_factor`` (mean walk over mean straight line), ``note``.
    """
    rows = [_row(function, options[options.function == function], wanted) for function, wanted in demand.items()]
    table = pd.DataFrame(rows)
    nothing = np.where(table.function.isin(options.function), note if beyond is None else beyond, note)
    return table.assign(note=np.where(table.n_within_reach == 0, nothing, ""))


def _row(function: str, options: pd.DataFrame, wanted: FunctionDemand) -> dict[str, object]:
    walked = options[options.trips_per_week > 0]
    trips = walked.trips_per_week.to_numpy(float)
    served, metres = trips.sum(), (trips * walked.distance_m).sum()
    straight = (trips * walked.straight_m).sum()
    near = options.distance_m[np.isfinite(options.distance_m) & options.within_reach]
    return {
        "function": function,
        "trips_per_week": wanted.trips_per_week,
        "served_share": min(served / wanted.trips_per_week, 1.0) if wanted.trips_per_week > 0 else np.nan,
        "n_within_reach": int(options.within_reach.sum()),
        "nearest_m": float(near.min()) if len(near) else np.nan,
        "mean_m": metres / served if served > 0 else np.nan,
        "detour_factor": metres / straight if straight > 0 else np.nan,
    }
