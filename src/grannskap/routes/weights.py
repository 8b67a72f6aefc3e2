"""How many paths lead to each rank, each counted by its likeness: sums that would overflow a double, kept within it."""

import numpy as np

from grannskap.routes.legs import Links
from grannskap.routes.network import Floats, Ints

_LARGEST, _SMALLEST = 1e250, 1e-250  # weights beyond these are near the ends of what a double holds
_STEP = 500.0  # by how many factors of e a weight out of range is moved before the next try


def path_weights(
    links: Links, tail: Ints, head: Ints, *, utility: Floats, start: Floats
) -> tuple[Floats, Floats, Floats]:
    """What is the sum of the likenesses of all paths to each rank, where that of a path is the product of its links'?

    Parameters
    ----------
    links : Links
        From ``tail`` to ``head``.
    tail, head : ndarray of int
        Ranks of the ends of each link.
    utility : ndarray of float
        Logarithm of the likeness of each link.
    start : ndarray of float
        Likeness with which paths begin at each rank: 1 at the origins and 0 elsewhere. Every rank must be on a path.

    Returns
    -------
    weight : ndarray of float
        The sum for each rank, divided by e^scale.
    likeness : ndarray of float
        Of each link, times e^(scale of its tail − scale of its head): the share of those at the head who came over it
        is weight of its tail · likeness / weight of its head.
    scale : ndarray of float
        For each rank; 0 at the origins.

    Notes
    -----
    Multiplying every likeness by e^(φ_i − φ_j) with any number φ for each rank changes no share, since the factors of a
    path cancel but for its ends; it keeps the sums within a double where paths are very many.
    """
    likeness = np.exp(utility)
    scale = np.zeros(len(start))
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            weight = links.outward(likeness, start)
        if weight.min() >= _SMALLEST and weight.max() <= _LARGEST:
            return weight, likeness, scale
        low, high = weight < _SMALLEST, ~(weight <= _LARGEST)
        fits = np.where(low | high, 1.0, weight)
        scale = scale + np.log(fits) + _STEP * high - _STEP * low
        with np.errstate(over="ignore"):
            likeness = np.exp(utility - scale[head] + scale[tail])
