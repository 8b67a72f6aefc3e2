"""Where to: how the weekly trips of each function spread over the places within reach."""

import difflib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from grannskap.errors import StudyError
from grannskap.routes.network import Floats
from grannskap.study.model import FunctionDemand


def allocate(options: pd.DataFrame, demand: Mapping[str, FunctionDemand]) -> pd.Series:
    """How many trips a week go to each place, for each function?

    Parameters
    ----------
    options : DataFrame
        A row for each place and function: ``element_id``, ``name``, ``members``, ``function``, ``weight``, ``cost_m``
        (infinite where no way leads there), ``within_reach``.
    demand : mapping
        Weekly trips and choice rule by function.

    Returns
    -------
    Series
        Trips per week on the index of ``options``; functions with nothing within reach get none: an unmet need is
        reported and never spread over the others.

    Raises
    ------
    StudyError
        A pinned destination is not among the options.

    Notes
    -----
    Huff: P(d) = A_d·e^(−β·c_d) / Σ A·e^(−β·c). D. L. Huff (1963), A probabilistic analysis of shopping center trade
    areas, Land Economics 39(1), 81–90. ``nearest`` and ``k_nearest`` look first at the places with the highest weight:
    a primary care centre goes before a dentist that is nearer.
    """
    trips = pd.Series(0.0, index=options.index)
    for function, wanted in demand.items():
        mine = options[options.function == function]
        open_to = mine[_pinned(mine, wanted, function) if wanted.pinned else mine.within_reach]
        open_to = open_to[np.isfinite(open_to.cost_m)]
        if len(open_to):
            trips[open_to.index] = wanted.trips_per_week * _shares(open_to, wanted)
    return trips


def _shares(options: pd.DataFrame, wanted: FunctionDemand) -> Floats:
    """Share of the trips that goes to each place; adds up to 1."""
    weight, cost = options.weight.to_numpy(float), options.cost_m.to_numpy(float)
    if wanted.choice == "huff":
        appeal = weight * np.exp(-wanted.beta_per_m * (cost - cost.min()))
        return np.asarray(appeal / appeal.sum())
    k = 1 if wanted.choice == "nearest" else wanted.k
    order = np.lexsort((np.arange(len(cost)), cost, -weight))[:k]
    shares = np.zeros(len(cost))
    shares[order] = 1.0 / len(order)
    return shares


def _pinned(options: pd.DataFrame, wanted: FunctionDemand, function: str) -> pd.Series:
    """Which options has the analyst named, by name or by the id of any element that makes them up?"""
    chosen = pd.Series(data=False, index=options.index)
    for pin in wanted.pinned:
        hit = (options.name.str.casefold() == pin.casefold()) | options.members.map(lambda ids, pin=pin: pin in ids)
        if not hit.any():
            near = difflib.get_close_matches(pin, [n for n in options.name if n], n=1, cutoff=0.0)
            raise StudyError(
                "There is no place {pin} for {function} in the study area (pinned in [profile.functions.{function}]); "
                "the nearest name is {near}.",
                pin=pin,
                function=function,
                near=near[0] if near else "–",
            )
        chosen |= hit
    return chosen
