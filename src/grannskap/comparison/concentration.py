"""Concentration: how unevenly the walks spread over the streets that are used."""

import numpy as np

from grannskap.comparison.ground import Floats, Values
from grannskap.comparison.measures import rules


def concentration(flow: Floats, length_m: Floats, legs: Floats) -> Values:
    """Do the walks share few streets or many?

    Parameters
    ----------
    flow : ndarray of float
        Walks a week on each edge, both ways together, shape (edges, demands).
    length_m : ndarray of float
        Of each edge.
    legs : ndarray of float
        All walks a week, shape (demands,).

    Returns
    -------
    dict
        ``flow_gini`` and ``busiest_tenth_share``; nan where nobody walks.
    """
    found = np.full((2, len(legs)), np.nan)
    for column in np.flatnonzero(legs > 0):
        used = np.flatnonzero((flow[:, column] >= rules().used_street * legs[column]) & (length_m > 0))
        if len(used):
            along, metres = lorenz(flow[used, column], length_m[used])
            found[:, column] = gini(along, metres), 1.0 - np.interp(1.0 - rules().busiest, along, metres)
    return {("flow_gini", ""): found[0], ("busiest_tenth_share", ""): found[1]}


def lorenz(flow: Floats, length_m: Floats) -> tuple[Floats, Floats]:
    """Which share of all metres walked lies on the least busy streets, up to each share of their length?

    Parameters
    ----------
    flow, length_m : ndarray of float
        Of each street; some of both above 0.

    Returns
    -------
    tuple of ndarray
        Shares of the length and of the metres walked, both from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> lorenz(np.array([3.0, 1.0]), np.array([100.0, 100.0]))[1].tolist()
    [0.0, 0.25, 1.0]
    """
    order = np.argsort(flow, kind="stable")
    along = np.concatenate([[0.0], np.cumsum(length_m[order])])
    metres = np.concatenate([[0.0], np.cumsum((flow * length_m)[order])])
    return along / along[-1], metres / metres[-1]


def gini(along: Floats, metres: Floats) -> float:
    """How far is a curve of Lorenz from the line on which all streets carry the same?

    Parameters
    ----------
    along, metres : ndarray of float
        As from `lorenz`.

    Notes
    -----
    One less twice the area under the curve, by trapezoids: R. I. Lerman and S. Yitzhaki (1989), Improving the accuracy
    of estimates of Gini coefficients, Journal of Econometrics 42(1), 43–47. Never below 0: additions are rounded.
    """
    return max(float(1.0 - (np.diff(along) * (metres[1:] + metres[:-1])).sum()), 0.0)
