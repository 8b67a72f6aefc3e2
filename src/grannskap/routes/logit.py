"""Several plausible routes: Dial's logit over efficient paths, for all destinations of a site at once."""

import numpy as np

from grannskap.routes.legs import Ahead, Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network

_LARGEST, _SMALLEST = 1e250, 1e-250  # weights beyond these are near the ends of what a double holds
_SHARPEST = 1e12  # θ times the farthest cost: a sharper choice would be made by rounding
_STEP = 500.0  # by how many factors of e a weight out of range is moved before the next try


def logit_legs(net: Network, origins: Ints, ending: Floats, *, theta_per_m: float, costs: Floats) -> Legs:
    """Which links do walkers take who mostly, but not always, choose the shorter way?

    The route set is that of Dial: paths whose every link leads to a node with a higher cost from the origin. Among them
    a path of cost c is taken with a probability proportional to e^(−θ·c). The probability of having come to j over the
    link i→j is then w_i·a_ij / w_j, with a_ij = e^(θ·(r_j − r_i − c_ij)) and w the solution of one triangular system.

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions), per week; 0 where ``costs`` is infinite.
    theta_per_m : float
        Sensitivity per perceived metre, above 0. 0.005–0.1 gives mean detours of 1.07–1.01 on real networks.
    costs : ndarray of float
        Perceived metres from the nearest origin to each node (`Network.costs_from`).

    Returns
    -------
    Legs

    Notes
    -----
    R. B. Dial (1971), A probabilistic multipath traffic assignment model which obviates path enumeration,
    Transportation Research 5(2), 83–111. Multiplying every a_ij by e^(φ_i − φ_j) with any number φ for each node
    changes no probability, since the factors of a path cancel but for its ends; it keeps w within a double where
    efficient paths are very many.
    """
    way = ahead(net, origins, ending, costs)
    links = Links.between(way.tail, way.head, way.size)
    theta = min(theta_per_m, _SHARPEST / max(way.cost_m[-1], 1.0))
    utility = theta * (way.cost_m[way.head] - way.cost_m[way.tail] - net.cost_m[way.arc])
    weight, likeness = _weights(way, links, utility)
    probability = weight[way.tail] * likeness / weight[way.head]
    return settle(way, links, slice(None), probability, ending)


def _weights(way: Ahead, links: Links, utility: Floats) -> tuple[Floats, Floats]:
    """Sum of all efficient paths' likenesses to each node, and likeness of each link, both scaled to fit a double."""
    likeness = np.exp(utility)
    start = way.start.astype(float)
    scale = np.zeros(way.size)
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            weight = links.outward(likeness, start)
        if weight.min() >= _SMALLEST and weight.max() <= _LARGEST:
            return weight, likeness
        low, high = weight < _SMALLEST, ~(weight <= _LARGEST)
        fits = np.where(low | high, 1.0, weight)
        scale = scale + np.log(fits) + _STEP * high - _STEP * low
        with np.errstate(over="ignore"):
            likeness = np.exp(utility - scale[way.head] + scale[way.tail])
