"""Do addresses lie so far apart that whoever guesses where the residence is mostly guesses wrong?

Twenty addresses in one yard are as good as one: their middle is near all of them. So those that are equally plausible
are counted without the ones near any single place.
"""

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]

OFF_M = 150.0
"""A guess that is at least so far from the residence has missed it."""
STEP_M = 25.0


def densest(spots: Floats) -> int:
    """How many of these places may a single guess be near, at most?

    Counted about each point of a grid, as far out as would cover every circle of 150 m around it, so that it is never
    too few.

    Parameters
    ----------
    spots : ndarray of float
        In metres, shape (places, 2).

    Examples
    --------
    >>> densest(np.array([[0.0, 0.0], [100.0, 0.0], [1000.0, 0.0]]))
    2
    """
    if not len(spots):
        return 0
    low, high = (np.floor(each / STEP_M) * STEP_M for each in (spots.min(axis=0), spots.max(axis=0) + STEP_M))
    x, y = np.meshgrid(*(np.arange(a, b + STEP_M, STEP_M) for a, b in zip(low, high, strict=True)))
    guesses = np.column_stack([x.ravel(), y.ravel()])
    near = KDTree(spots).query_ball_point(guesses, OFF_M + STEP_M / np.sqrt(2), return_length=True)
    return int(near.max())


def is_crowd(spots: Floats, *, least: int) -> bool:
    """Are so many of these places out of reach of any one guess, and never fewer than it is near?

    Parameters
    ----------
    spots : ndarray of float
        In metres, shape (places, 2).
    least : int

    Examples
    --------
    >>> here, there = np.zeros((30, 2)), np.full((30, 2), 500.0)
    >>> is_crowd(here, least=20), is_crowd(np.concatenate([here, there]), least=20)
    (False, True)
    """
    near = densest(spots)
    return len(spots) - near >= max(least, near)
