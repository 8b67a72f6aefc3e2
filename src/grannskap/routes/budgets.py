"""How much longer than the least a walk may still become: the states of a walk that accepts a limited detour."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grannskap.routes.legs import Ahead
from grannskap.routes.network import Floats, Ints, Network

_BINS, _FEWEST_BINS = 256, 32
_STATES = 2**23  # where ranks times bins would be more, bins are wider, so that memory lasts
_SAME_M, _SAME_SHARE = 1e-6, 1e-12  # ways that differ by less are equally long: additions were rounded
_NEARLY = 1e-6  # for the same reason a mark is reached this share of a bin before it
_MARKS_M = 0.5 * (5**0.5 - 1)  # an irrational distance falls in with no round lengths of streets, however regular
_EXACT_STATES = 2**14  # so many different excesses are told apart; more of them are put into bins
_FINE = 64  # parts of the least difference that counts


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Which arcs lead ahead, sorted by tail and head, and how much of its budget does a walk use up on each?

    Attributes
    ----------
    tail, head, arc : ndarray of int
    used : ndarray of int
        In units that are the same for all steps and budgets.
    """

    tail: Ints
    head: Ints
    arc: Ints
    used: Ints

    @classmethod
    def within(cls, way: Ahead, used: Ints, most: int) -> "Steps":
        """The arcs of ``way`` that do not use up more than the largest budget."""
        order = np.lexsort((used, way.head, way.tail))
        order = order[used[order] <= most]
        return cls(way.tail[order], way.head[order], way.arc[order], used[order])

    def listed(self) -> list[tuple[int, int, int]]:
        """Tail, head and what is used up, in order."""
        return list(zip(self.tail.tolist(), self.head.tolist(), self.used.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """At which ranks, having used up how much, do walks differ in the ways on that are left to them?

    Attributes
    ----------
    steps : Steps
    budget : ndarray of int
        What a walk that ends at each rank may use up in all; −1 where none ends.
    rank, most : ndarray of int
        One row for each state, sorted: a rank, and the most that may be used up with the same ways on.
    """

    steps: Steps
    budget: Ints
    rank: Ints
    most: Ints


def states_within(net: Network, way: Ahead, is_end: npt.NDArray[np.bool_], detour_ratio: float) -> States:
    """Which states has a walk whose cost may be ``detour_ratio`` times the least?

    Parameters
    ----------
    net : Network
    way : Ahead
    is_end : ndarray of bool
        At which ranks walks end.
    detour_ratio : float

    Notes
    -----
    States from which the same ways on are admitted are one and the same, as in the least automaton that knows the route
    set (J. Myhill 1957; A. Nerode 1958). Where there are few different excesses they are told apart exactly; otherwise
    costs are compared on a ruler (`within_detour_legs`).
    """
    least = way.cost_m[way.head]
    excess = np.maximum(way.cost_m[way.tail] + net.cost_m[way.arc] - least, 0.0)
    farthest = float(way.cost_m[is_end].max(initial=0.0))
    same_m = max(_SAME_SHARE * farthest, _SAME_M)
    return _told_apart(way, excess, is_end, detour_ratio, same_m) or _on_a_ruler(
        way, excess, is_end, detour_ratio, same_m
    )


def _told_apart(
    way: Ahead, excess: Floats, is_end: npt.NDArray[np.bool_], detour_ratio: float, same_m: float
) -> States | None:
    """The states by what is really used up, or None where these would be too many."""
    unit_m = same_m / _FINE
    used = np.rint(excess / unit_m)
    most = np.minimum(np.rint((detour_ratio - 1.0) * way.cost_m / unit_m), used.sum()) + _FINE
    if not most.max() * way.size < 2.0**62:  # whole numbers end at 2^63
        return None
    budget = np.where(is_end, most, -1.0).astype(np.intp)
    steps = Steps.within(way, np.minimum(used, most.max() + 1.0).astype(np.intp), int(budget.max()))
    came = _reached(way, steps, int(budget.max()))
    thresholds = _thresholds(way, steps, budget)
    if came is None or thresholds is None:
        return None
    rank: list[int] = []
    upto: list[int] = []
    for place, (spent, ends) in enumerate(zip(came, thresholds, strict=True)):
        ordered = sorted(ends)
        kept = sorted({bisect_left(ordered, one) for one in spent} - {len(ordered)})
        rank.extend([place] * len(kept))
        upto.extend(ordered[one] for one in kept)
    return States(steps, budget, np.array(rank, np.intp), np.array(upto, np.intp))


def _reached(way: Ahead, steps: Steps, limit: int) -> list[set[int]] | None:
    """What may be used up on the way to each rank, or None where that is too much to keep."""
    came: list[set[int]] = [{0} if begins else set() for begins in way.start.tolist()]
    left = _EXACT_STATES
    for tail, head, used in steps.listed():
        before = len(came[head])
        came[head].update(one + used for one in came[tail] if one + used <= limit)
        left -= len(came[head]) - before
        if left < 0:
            return None
    return came


def _thresholds(way: Ahead, steps: Steps, budget: Ints) -> list[set[int]] | None:
    """At each rank, how much may be used up for some way on to be just within its limit? None as above."""
    ends: list[set[int]] = [{most} if most >= 0 else set() for most in budget.tolist()]
    left = _EXACT_STATES
    for tail, head, used in reversed(steps.listed()):
        before = len(ends[tail])
        ends[tail].update(most - used for most in ends[head] if most >= used)
        left -= len(ends[tail]) - before
        if left < 0:
            return None
    for origin in np.flatnonzero(way.start).tolist():
        ends[origin] = ends[origin] or {0}  # where nobody goes anywhere, the origin is left
    return ends


def _on_a_ruler(
    way: Ahead, excess: Floats, is_end: npt.NDArray[np.bool_], detour_ratio: float, same_m: float
) -> States:
    """The states by bins of a ruler."""
    most = min(max(_STATES // way.size, _FEWEST_BINS), _BINS)
    farthest, least = float(way.cost_m[is_end].max(initial=0.0)), way.cost_m[way.head]
    width_m = _MARKS_M * 2.0 ** np.ceil(np.log2(max((detour_ratio - 1.0) * farthest / most, same_m) / _MARKS_M))

    def marks(cost_m: Floats) -> Ints:
        return np.asarray(np.floor(cost_m / width_m + _NEARLY), np.intp)

    budget = np.where(is_end, marks(detour_ratio * way.cost_m) - marks(way.cost_m), -1)
    used = np.where(excess > same_m, marks(least + excess) - marks(least), 0)
    steps = Steps.within(way, used, int(budget.max()))
    kept = _bins(way, steps, budget)
    rank, upto = np.nonzero(kept)
    return States(steps, budget, rank, upto)


def _bins(way: Ahead, steps: Steps, budget: Ints) -> npt.NDArray[np.bool_]:
    """Which bins are states? Shape (ranks, bins): for each the most bins that may be used with the same ways on.

    Where one may use b bins to a rank for some way on to be just within its limit, b is a threshold. Numbers of bins
    between the same two thresholds leave the same ways on, and are one state if they lie on any path.

    The bins of a rank are the bits of one whole number, so an arc is followed for all of them by one shift. Adding what
    is reached to a number with ones at all bits but the thresholds carries it up to the next threshold.
    """
    n_bins = max(int(budget.max()), 0) + 1
    every = (1 << n_bins) - 1
    arcs = steps.listed()
    reached: list[int] = way.start.astype(int).tolist()
    for tail, head, used in arcs:
        reached[head] |= (reached[tail] << used) & every
    threshold = [1 << most if most >= 0 else 0 for most in budget.tolist()]
    for tail, head, used in reversed(arcs):
        threshold[tail] |= threshold[head] >> used
    for origin in np.flatnonzero(way.start).tolist():
        threshold[origin] = threshold[origin] or 1  # where nobody goes anywhere, the origin is left
    n_bytes = -(-n_bins // 8)
    states = b"".join(
        ((come | between + (come & between)) & limit).to_bytes(n_bytes, "little")
        for come, limit, between in zip(reached, threshold, (every & ~limit for limit in threshold), strict=True)
    )
    octets = np.frombuffer(states, np.uint8).reshape(way.size, n_bytes)
    return np.unpackbits(octets, axis=1, count=n_bins, bitorder="little").view(np.bool_)
