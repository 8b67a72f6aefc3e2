"""All routes that are not much longer than the shortest, equally likely: counted, never enumerated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grannskap.routes.legs import Ahead, Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.weights import path_weights

_BINS, _FEWEST_BINS = 256, 32
_STATES = 2**23  # where ranks times bins would be more, bins are wider, so that memory lasts
_SAME_M, _SAME_SHARE = 1e-6, 1e-12  # ways that differ by less are equally long: additions were rounded
_NEARLY = 1e-6  # for the same reason a mark is reached this share of a bin before it
_MARKS_M = 0.5 * (5**0.5 - 1)  # an irrational distance falls in with no round lengths of streets, however regular
_WIDEST = 1e6  # with a larger ratio nothing is left out either


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Which arcs lead ahead, sorted by tail and head, and how many bins of its budget does a walk use up on each?"""

    tail: Ints
    head: Ints
    arc: Ints
    used: Ints


def within_detour_legs(net: Network, origins: Ints, ending: Floats, *, detour_ratio: float, costs: Floats) -> Legs:
    """Which links do walkers take who accept any way that is not much longer than the shortest?

    The route set of a destination d, with r the least cost from the nearest origin to each node: all paths whose every
    link leads to a node with a higher r (as in Dial's method) and whose cost is at most ``detour_ratio`` · r_d. All of
    them are equally likely.

    Costs are compared on a ruler with a mark every w metres. A link i→j uses up as many bins as there are marks in
    (r_j, r_i + c_ij], and d admits the paths that use at most as many as there are in (r_d, ``detour_ratio`` · r_d].
    So a path whose cost is within some w of its limit may fall on either side of it, and neither side is favoured. Of
    the widths 0.618… · 2^k m, w is the least that gives the longest budget, (``detour_ratio`` − 1) · r_d, at most 256
    bins: 1.24 m for destinations up to 2.1 km away at a ratio of 1.15. Where more than 32,768 nodes are within reach,
    bins are wider, down to 32 of them. Excesses below 10⁻⁶ m use up nothing. (With 256 bins the longest of 4,000 walks
    drawn on the sample was 1.156 times the shortest way, at a ratio of 1.15; with 32 it was 1.21. Ways of very many
    detours shorter than w can be further off.)

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions), per week; 0 where ``costs`` is infinite.
    detour_ratio : float
        Longest accepted cost over the least cost, at least 1. At 1 the shortest paths are left, and walkers split
        evenly over those of the same cost (`shortest` takes one of them).
    costs : ndarray of float
        Perceived metres from the nearest origin to each node (`Network.costs_from`).

    Returns
    -------
    Legs
        A rank is a node together with how many bins were used to get there, as far as that matters from there on.

    Notes
    -----
    The number of paths to each pair of node and bins used solves one triangular system for all destinations, as the
    weights of the logit do: W(j, b + e_ij) = Σ W(i, b). The probability of having come from (i, b) is W(i, b) / W(j,
    b + e_ij), and walks to d end at its admitted pairs in proportion to W. Pairs of a node from which the same ways on
    are admitted are one and the same state, as in the least automaton that knows the route set (J. Myhill 1957; A.
    Nerode 1958): their paths are counted together, which changes no probability. That leaves a quarter of the pairs on
    the sample. The idea of a detour ratio is that of the
    Urban Network Analysis toolbox, which lists the paths one by one: A. Sevtsuk, R. Kalvo (2021), Predicting pedestrian
    flow along city streets: a comparison of route choice estimation approaches in downtown San Francisco,
    International Journal of Sustainable Transportation, doi:10.1080/15568318.2020.1858377.
    """
    way = ahead(net, origins, ending, costs)
    ends = ending[way.node]
    steps, budget = _budgets(net, way, np.asarray(ends.any(axis=1)), min(detour_ratio, _WIDEST))
    kept = _states(way, steps, budget)
    rank, most = np.nonzero(kept)
    states, row = _layered(way, steps, kept, rank)
    links = Links.between(states.tail, states.head, states.size)
    free = np.zeros(len(row))
    start = states.start.astype(float)
    weight, likeness, scale = path_weights(links, states.tail, states.head, utility=free, start=start)
    probability = weight[states.tail] * likeness / weight[states.head]
    admitted = np.flatnonzero(most <= budget[rank])
    spread = np.zeros((states.size, ends.shape[1]))
    share = _shares(rank[admitted], np.log(weight[admitted]) + scale[admitted])
    spread[admitted] = ends[rank[admitted]] * share[:, None]
    return settle(states, links, slice(None), probability, spread)


def _budgets(net: Network, way: Ahead, is_end: npt.NDArray[np.bool_], detour_ratio: float) -> tuple[_Steps, Ints]:
    """What each arc uses up, in bins, and how many a walk to each rank may use in all (−1 where none ends)."""
    most = min(max(_STATES // way.size, _FEWEST_BINS), _BINS)
    farthest = float(way.cost_m[is_end].max(initial=0.0))
    same_m = max(_SAME_SHARE * farthest, _SAME_M)
    width_m = _MARKS_M * 2.0 ** np.ceil(np.log2(max((detour_ratio - 1.0) * farthest / most, same_m) / _MARKS_M))

    def marks(cost_m: Floats) -> Ints:
        return np.asarray(np.floor(cost_m / width_m + _NEARLY), np.intp)

    budget = np.where(is_end, marks(detour_ratio * way.cost_m) - marks(way.cost_m), -1)
    least = way.cost_m[way.head]
    excess = np.maximum(way.cost_m[way.tail] + net.cost_m[way.arc] - least, 0.0)
    used = np.where(excess > same_m, marks(least + excess) - marks(least), 0)
    order = np.lexsort((used, way.head, way.tail))
    order = order[used[order] <= budget.max()]
    return _Steps(way.tail[order], way.head[order], way.arc[order], used[order]), budget


def _states(way: Ahead, steps: _Steps, budget: Ints) -> npt.NDArray[np.bool_]:
    """Which states are there? Shape (ranks, bins): for each the most bins that may be used with the same ways on.

    Where one may use b bins to a rank for some way on to be just within its limit, b is a threshold. Numbers of bins
    between the same two thresholds leave the same ways on, and are one state if they lie on any path.

    The bins of a rank are the bits of one whole number, so an arc is followed for all of them by one shift. Adding what
    is reached to a number with ones at all bits but the thresholds carries it up to the next threshold.
    """
    n_bins = max(int(budget.max()), 0) + 1
    every = (1 << n_bins) - 1
    arcs = list(zip(steps.tail.tolist(), steps.head.tolist(), steps.used.tolist(), strict=True))
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


def _layered(way: Ahead, steps: _Steps, kept: npt.NDArray[np.bool_], rank: Ints) -> tuple[Ahead, Ints]:
    """The network of the states, numbered by rank and then by bins, and the step that each of its arcs is."""
    before = np.zeros(kept.size + 1, np.int32)
    np.cumsum(kept.ravel(), dtype=np.int32, out=before[1:])  # so many states stand before each bin of each rank
    n_bins = kept.shape[1]
    row, used = np.nonzero(kept[steps.tail])
    after = used + steps.used[row]
    there = np.flatnonzero(after < n_bins)
    row, used, after = row[there], used[there], after[there]
    head = before[steps.head[row] * n_bins + after]  # the next state of the rank, or the first of another
    there = np.flatnonzero(head < before[(steps.head[row] + 1) * n_bins])
    row = row[there]
    tail, head = before[steps.tail[row] * n_bins + used[there]].astype(np.intp), head[there].astype(np.intp)
    return Ahead(way.node[rank], tail, head, steps.arc[row], way.cost_m[rank], way.start[rank]), row


def _shares(rank: Ints, log_weight: Floats) -> Floats:
    """Weight over the sum of the weights of the same rank; ranks stand together."""
    new = np.ones(len(rank), np.bool_)
    new[1:] = rank[1:] != rank[:-1]
    group, begin = np.cumsum(new) - 1, np.flatnonzero(new)
    likeness = np.exp(log_weight - np.maximum.reduceat(log_weight, begin)[group])
    return np.asarray(likeness / np.add.reduceat(likeness, begin)[group])
