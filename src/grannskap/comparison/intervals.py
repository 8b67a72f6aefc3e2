"""Intervals and means of draws, which come out the same whichever sites come first."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TAIL_PERCENT = 5
"""How much of the draws lies below an interval, and how much above it."""


def interval(draws: Floats, values: Floats | None = None) -> tuple[Floats, Floats]:
    """Between which two draws does each row lie nine times in ten?

    Parameters
    ----------
    draws : ndarray of float
        Shape (rows, draws); what is not finite does not count.
    values : ndarray of float, optional
        What is told of each row; the interval is widened where need be to hold it, as that of a rank is.

    Returns
    -------
    tuple of ndarray
        Low and high; nan where there is no draw or no value.

    Notes
    -----
    Between two draws it takes the outer one: with 200 draws the 10th from below and from above (H. A. David and H. N.
    Nagaraja (2003), Order Statistics, 3rd ed., §7.2). Counted in whole numbers, so that the interval of ``-draws`` is
    exactly that of ``draws`` the other way round.

    Examples
    --------
    >>> low, high = interval(np.arange(200.0)[None])
    >>> float(low[0]), float(high[0])
    (9.0, 190.0)
    """
    ordered = np.sort(np.where(np.isfinite(draws), draws, np.nan), axis=1)
    n = np.isfinite(ordered).sum(axis=1)
    low, high = (_picked(ordered, n, at) for at in ((n - 1) * TAIL_PERCENT // 100, _from_above(n)))
    if values is None:
        return low, high
    return np.minimum(low, values), np.maximum(high, values)


def _from_above(n: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return n - 1 - (n - 1) * TAIL_PERCENT // 100


def _picked(ordered: Floats, n: npt.NDArray[np.intp], at: npt.NDArray[np.intp]) -> Floats:
    """The value at a place of each row; nan where the row has none."""
    if not ordered.size:
        return np.full(len(ordered), np.nan)
    found: Floats = np.take_along_axis(ordered, np.maximum(at, 0)[:, None], axis=1)[:, 0]
    return np.where(n > 0, found, np.nan)


def median(values: Floats) -> Floats:
    """What is the middle value of each row? What is not finite does not count; nan where there is none.

    Examples
    --------
    >>> median(np.array([[3.0, 1.0, np.nan], [4.0, 1.0, 2.0]])).tolist()
    [2.0, 2.0]
    """
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=1)
    n = np.isfinite(ordered).sum(axis=1)
    return (_picked(ordered, n, (n - 1) // 2) + _picked(ordered, n, n // 2)) / 2


def mean(values: Floats) -> Floats:
    """What is the mean of each column, to the last digit the same in whichever order the rows stand?

    Parameters
    ----------
    values : ndarray of float
        Shape (rows, columns); what is not finite does not count.

    Returns
    -------
    ndarray
        Exactly the common value where all are equal; nan where there is none.
    """
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=0)
    known = np.isfinite(ordered)
    n = known.sum(axis=0)
    above = np.where(known, ordered - ordered[0], 0.0).sum(axis=0)
    return np.where(n > 0, ordered[0] + above / np.maximum(n, 1), np.nan)
