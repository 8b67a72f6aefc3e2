"""Several plausible routes: Dial's logit over efficient paths, for all destinations of a site at once."""

import numpy as np
from scipy.sparse.linalg import spsolve_triangular

from grannskap.routes.legs import Ahead, Legs, ahead, settle, unit_triangle
from grannskap.routes.network import Floats, Ints, Network

_LARGEST, _SMALLEST = 1e250, 1e-250  # weights beyond these are near the ends of what a double holds
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
    utility = theta_per_m * (way.cost_m[way.head] - way.cost_m[way.tail] - net.cost_m[way.arc])
    weight, likeness = _weights(way, utility)
    probability = weight[way.tail] * likeness / weight[way.head]
    return settle(way, slice(None), probability, ending)


def _weights(way: Ahead, utility: Floats) -> tuple[Floats, Floats]:
    """Sum of all efficient paths' likenesses to each node, and the likeness of each link, both scaled to fit a double."""
    scale = np.zeros(len(way.node))
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            likeness = np.exp(utility - scale[way.head] + scale[way.tail])
            system = unit_triangle(way.head, way.tail, likeness, len(way.node))
            weight = np.asarray(spsolve_triangular(system, way.start.astype(float), lower=True, unit_diagonal=True))
        low, high = weight < _SMALLEST, ~(weight < _LARGEST)
        if not (low | high).any():
            return weight, likeness
        fits = np.where(low | high, 1.0, weight)
        scale = scale + np.log(fits) + _STEP * high - _STEP * low
