"""Reach: what residents get to on foot and how far it is, for each function and for all errands together."""

from itertools import pairwise

import numpy as np

from grannskap.comparison.ground import Floats, Ground, Values, over
from grannskap.exposure.reassess import Rewalked
from grannskap.routes.detours import mean_m


def reach(ground: Ground, walked: Rewalked) -> Values:
    """What is within reach, how far is it, and how far between seats?

    Parameters
    ----------
    ground : Ground
    walked : Rewalked

    Returns
    -------
    dict
        ``served_share``, ``n_within_reach``, ``nearest_m``, ``expected_m``, ``detour_factor`` and
        ``longest_without_seat_m``, by function; "" stands for all errands.
    """
    trips, at = walked.trips, walked.access
    served, wanted = ground.sums(trips), _wanted(ground, walked)
    there = ground.near[:, None] & ~np.broadcast_to(walked.demands.gone, (trips.shape[1], len(ground.near))).T
    straight = ground.sums(trips, ground.straight_m[at])
    return {
        **_ratios(ground, "served_share", np.where(served > 0, wanted, 0.0), wanted),
        **_each(ground, "n_within_reach", ground.sums(there.astype(float))),
        **_each(ground, "nearest_m", _nearest_m(ground, there, ground.metres[at])),
        **_ratios(ground, "expected_m", *_walked_m(ground, walked)),
        **_ratios(ground, "detour_factor", ground.sums(trips, ground.metres[at]), straight),
        **_ratios(ground, "longest_without_seat_m", ground.sums(trips, _unseated_m(ground, walked)), served),
    }


def _each(ground: Ground, measure: str, values: Floats) -> Values:
    return {(measure, function): row for function, row in zip(ground.functions, values, strict=True)}


def _ratios(ground: Ground, measure: str, part: Floats, whole: Floats) -> Values:
    """One sum over another, for each function and for all together; nan over nothing."""
    return {**_each(ground, measure, over(part, whole)), (measure, ""): over(part.sum(axis=0), whole.sum(axis=0))}


def _wanted(ground: Ground, walked: Rewalked) -> Floats:
    """Trips a week that are asked for, shape (functions, demands)."""
    n_functions, n = len(ground.functions), walked.trips.shape[1]
    times = np.broadcast_to(walked.demands.times_trips, (n, max(len(walked.scene.functions), 1)))
    return np.asarray(ground.wanted[:, None] * times[:, :n_functions].T)


def _nearest_m(ground: Ground, there: np.ndarray, metres: Floats) -> Floats:
    away = np.where(there, metres[:, None], np.inf)
    begin = ground.among.indptr
    rows = (away[ground.among.indices[a:b]] for a, b in pairwise(begin))
    least = np.array([row.min(axis=0, initial=np.inf) for row in rows]).reshape(-1, there.shape[1])
    return np.where(np.isfinite(least), least, np.nan)


def _walked_m(ground: Ground, walked: Rewalked) -> tuple[Floats, Floats]:
    """Metres of all walks there and home, and how many those are, by function and demand; mirrored ones once."""
    node, length = walked.scene.node, walked.net.length_m
    total, legs_walked = np.zeros((2, len(ground.functions), walked.trips.shape[1]))
    for legs, _ in walked.walks.ways:
        ending = legs.ending.sum(axis=1)
        many, metres = (
            np.bincount(legs.node, weights=each, minlength=len(walked.net.nodes))
            for each in (ending, ending * mean_m(legs, length))
        )
        arriving = many[node] > 0
        trips = walked.trips * arriving[:, None]
        each = np.divide(metres[node], many[node], out=np.zeros(len(node)), where=arriving)
        total += ground.sums(trips, each + ground.offset_m[walked.access])
        legs_walked += ground.sums(trips)
    return total, legs_walked


def _unseated_m(ground: Ground, walked: Rewalked) -> Floats:
    """The longest stretch without a seat on the way to each option; nan where nobody goes or no seat is mapped."""
    longest = np.full(len(walked.trips), np.nan)
    went = np.flatnonzero(walked.trips.any(axis=1))
    if ground.seats.n and len(went):
        site, before_m = walked.scene.arrivals.site, walked.scene.arrivals.site_offset_m
        after_m = ground.offset_m[walked.access[went]] - before_m
        longest[went] = ground.seats.longest_m(
            walked.net, site, walked.costs, walked.scene.node[went], before_m=before_m, after_m=after_m
        )
    return longest
