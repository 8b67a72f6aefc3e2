"""All routes that are not much longer than the shortest, equally likely: counted, never enumerated."""

import numpy as np

from grannskap.routes.budgets import States, states_within
from grannskap.routes.legs import Ahead, Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.weights import path_weights

_WIDEST = 1e6  # with a larger ratio nothing is left out either


def within_detour_legs(net: Network, origins: Ints, ending: Floats, *, detour_ratio: float, costs: Floats) -> Legs:
    """Which links do walkers take who accept any way that is not much longer than the shortest?

    The route set of a destination d, with r the least cost from the nearest origin to each node: all paths whose every
    link leads to a node with a higher r (as in Dial's method) and whose cost is at most ``detour_ratio`` · r_d. All of
    them are equally likely.

    Where walks have few different excesses (up to 16,384 pairs of a node and an excess) this holds to 10⁻⁶ m: a path
    whose cost is longer than its limit by less is accepted. In a town they are too many, and costs are compared on a
    ruler with a mark every w metres instead. A link i→j uses up as many bins as there are marks in (r_j, r_i + c_ij],
    and d admits the paths that use at most as many as there are in (r_d, ``detour_ratio`` · r_d]. So a path whose cost
    is within some w of its limit may fall on either side of it, and neither side is favoured. Of the widths
    0.618… · 2^k m, w is the least that gives the longest budget, (``detour_ratio`` − 1) · r_d, at most 256 bins: 1.24 m
    for destinations up to 2.1 km away at a ratio of 1.15. Where more than 32,768 nodes are within reach, bins are
    wider, down to 32 of them. (With 256 bins the longest of 4,000 walks drawn on the sample was 1.156 times the
    shortest way, at a ratio of 1.15; with 32 it was 1.21. Ways of very many detours shorter than w can be further off.)

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
        A rank is a node together with how much was used up to get there, as far as that matters from there on.

    Notes
    -----
    The number of paths to each pair of a node and what was used up solves one triangular system for all destinations,
    as the weights of the logit do: W(j, b + e_ij) = Σ W(i, b). The probability of having come from (i, b) is W(i, b) /
    W(j, b + e_ij), and walks to d end at its admitted pairs in proportion to W. Pairs of a node from which the same
    ways on are admitted are counted together (`states_within`), which changes no probability and leaves a quarter of
    the pairs on the sample. The idea of a detour ratio is that of the
    Urban Network Analysis toolbox, which lists the paths one by one: A. Sevtsuk, R. Kalvo (2021), Predicting pedestrian
    flow along city streets: a comparison of route choice estimation approaches in downtown San Francisco,
    International Journal of Sustainable Transportation, doi:10.1080/15568318.2020.1858377.
    """
    way = ahead(net, origins, ending, costs)
    ends = ending[way.node]
    within = states_within(net, way, np.asarray(ends.any(axis=1)), min(detour_ratio, _WIDEST))
    rank = within.rank
    states = _layered(way, within)
    links = Links.between(states.tail, states.head, states.size)
    free = np.zeros(len(states.arc))
    start = states.start.astype(float)
    weight, likeness, scale = path_weights(links, states.tail, states.head, utility=free, start=start)
    probability = weight[states.tail] * likeness / weight[states.head]
    admitted = np.flatnonzero(within.most <= within.budget[rank])
    spread = np.zeros((states.size, ends.shape[1]))
    share = _shares(rank[admitted], np.log(weight[admitted]) + scale[admitted])
    spread[admitted] = ends[rank[admitted]] * share[:, None]
    return settle(states, links, slice(None), probability, spread)


def _layered(way: Ahead, within: States) -> Ahead:
    """The network of the states: over each step from each state of its tail, where budget is left."""
    steps, rank, most = within.steps, within.rank, within.most
    begin = np.searchsorted(rank, np.arange(way.size + 1))
    count = begin[steps.tail + 1] - begin[steps.tail]
    row = np.repeat(np.arange(len(count)), count)
    tail = np.arange(len(row)) + np.repeat(begin[steps.tail] - np.cumsum(count) + count, count)
    farther = int(most.max(initial=0)) + 1
    # The next state of the head that leaves no more than what is left, found among all states in their order.
    after = most[tail] + steps.used[row]
    head = np.searchsorted(rank * farther + most, steps.head[row] * farther + after)
    there = (after < farther) & (head < begin[steps.head[row] + 1])
    row, tail, head = row[there], tail[there], head[there]
    return Ahead(way.node[rank], tail, head, steps.arc[row], way.cost_m[rank], way.start[rank])


def _shares(rank: Ints, log_weight: Floats) -> Floats:
    """Weight over the sum of the weights of the same rank; ranks stand together."""
    new = np.ones(len(rank), np.bool_)
    new[1:] = rank[1:] != rank[:-1]
    group, begin = np.cumsum(new) - 1, np.flatnonzero(new)
    likeness = np.exp(log_weight - np.maximum.reduceat(log_weight, begin)[group])
    return np.asarray(likeness / np.add.reduceat(likeness, begin)[group])
