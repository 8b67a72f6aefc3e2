"""Where to: how the weekly trips of each function spread over the places within reach."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grannskap.errors import StudyError
from grannskap.routes.network import Floats, Ints
from grannskap.study.model import FunctionDemand


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Among which places do the trips of each function choose, and by which rule?

    Attributes
    ----------
    demand : tuple of FunctionDemand
        One for each function.
    rows : tuple of ndarray of int
        For each function the rows of the table of options that are open to it.
    weight : ndarray of float
        Attraction of every row.
    """

    demand: tuple[FunctionDemand, ...]
    rows: tuple[Ints, ...]
    weight: Floats

    def spread(
        self,
        cost_m: Floats,
        *,
        times_trips: Floats | float = 1.0,
        times_beta: Floats | float = 1.0,
        gone: np.ndarray | None = None,
    ) -> Floats:
        """How many trips a week go to each row?

        Parameters
        ----------
        cost_m : ndarray of float
            Perceived metres to each row; infinite where no way leads there.
        times_trips, times_beta : ndarray of float, optional
            Factors for the trips and the decay of each function.
        gone : ndarray of bool, optional
            Rows that nobody goes to, as if they were not there.

        Returns
        -------
        ndarray
            Shape (rows,). A function with nothing within reach gets none: an unmet need is reported and never spread
            over the others.

        Notes
        -----
        Huff: P(d) = A_d·e^(−β·c_d) / Σ A·e^(−β·c). D. L. Huff (1963), A probabilistic analysis of shopping center trade
        areas, Land Economics 39(1), 81–90. ``nearest`` and ``k_nearest`` look first at the places with the highest
        weight: a primary care centre goes before a dentist that is nearer.
        """
        trips = np.zeros(len(self.weight))
        n = len(self.demand)
        more, steeper = np.broadcast_to(times_trips, n), np.broadcast_to(times_beta, n)
        for column, (wanted, rows) in enumerate(zip(self.demand, self.rows, strict=True)):
            here = rows[np.isfinite(cost_m[rows]) if gone is None else np.isfinite(cost_m[rows]) & ~gone[rows]]
            if len(here):
                shares = _shares(
                    self.weight[here], cost_m[here], wanted, beta_per_m=wanted.beta_per_m * steeper[column]
                )
                trips[here] = wanted.trips_per_week * more[column] * shares
        return trips


def choices(options: pd.DataFrame, demand: Mapping[str, FunctionDemand]) -> Choices:
    """Which places are open to each function: those that the analyst has named, otherwise all within reach?

    Parameters
    ----------
    options : DataFrame
        A row for each place and function: ``name``, ``members``, ``function``, ``weight``, ``within_reach``.
    demand : mapping
        Weekly trips and choice rule by function.

    Raises
    ------
    StudyError
        A pinned destination is not among the options.
    """
    function, near = options.function.to_numpy(object), options.within_reach.to_numpy(bool)
    rows = []
    for name, wanted in demand.items():
        mine = np.flatnonzero(function == name)
        rows.append(mine[_pinned(options.iloc[mine], wanted, name)] if wanted.pinned else mine[near[mine]])
    return Choices(tuple(demand.values()), tuple(rows), options.weight.to_numpy(float))


def _shares(weight: Floats, cost: Floats, wanted: FunctionDemand, *, beta_per_m: float) -> Floats:
    """Share of the trips that goes to each place; adds up to 1."""
    if wanted.choice == "huff":
        appeal = weight * np.exp(-beta_per_m * (cost - cost.min()))
        return np.asarray(appeal / appeal.sum())
    k = 1 if wanted.choice == "nearest" else wanted.k
    order = np.lexsort((np.arange(len(cost)), cost, -weight))[:k]
    shares = np.zeros(len(cost))
    shares[order] = 1.0 / len(order)
    return shares


def _pinned(options: pd.DataFrame, wanted: FunctionDemand, function: str) -> np.ndarray:
    """Which options has the analyst named, by name or by the id of any element that makes them up?"""
    chosen = np.zeros(len(options), bool)
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
        chosen |= hit.to_numpy(bool)
    return chosen
