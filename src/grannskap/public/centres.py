"""Where is the middle of many places? In each of the ways in which somebody would reckon it."""

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Spot = tuple[float, float]

TAIL = 0.1
STEPS = 100
NEAR_M = 0.5


def centres(spots: Floats, weight: Floats) -> dict[str, Spot]:
    """Where is the middle of these places, by each way of reckoning?

    Parameters
    ----------
    spots : ndarray of float
        In metres, shape (places, 2).
    weight : ndarray of float
        Of each place, at least 0; those of none are left out.

    Returns
    -------
    dict
        Name of the way → x, y. The mean; the mean without the tenth that lies farthest out on each side; the median of
        each axis; the place from which all are nearest (geometric median, by the steps of Weiszfeld 1937); the middle
        of the box and that of the convex hull. Empty where there are no places.

    Examples
    --------
    >>> found = centres(np.array([[0.0, 0.0], [2.0, 0.0], [10.0, 3.0]]), np.ones(3))
    >>> found["mean"], found["median"], found["middle of the box"]
    ((4.0, 1.0), (2.0, 0.0), (5.0, 1.5))
    """
    spots, weight = spots[weight > 0], weight[weight > 0]
    if not len(spots):
        return {}
    shares = (TAIL, 0.5, 1 - TAIL)
    low, median, high = np.quantile(spots, shares, axis=0, weights=weight, method="inverted_cdf")
    inner = ((spots >= low) & (spots <= high)).all(axis=1)
    found = {
        "mean": _mean(spots, weight),
        "inner mean": _mean(spots[inner], weight[inner]) if inner.any() else median,
        "median": median,
        "nearest to all": _nearest_to_all(spots, weight),
        "middle of the box": (spots.min(axis=0) + spots.max(axis=0)) / 2,
        "middle of the hull": shapely.get_coordinates(shapely.centroid(shapely.MultiPoint(spots).convex_hull))[0],
    }
    return {name: (float(x), float(y)) for name, (x, y) in found.items()}


def _mean(spots: Floats, weight: Floats) -> Floats:
    return np.asarray(np.average(spots, axis=0, weights=weight), np.float64)


def _nearest_to_all(spots: Floats, weight: Floats) -> Floats:
    here = _mean(spots, weight)
    for _ in range(STEPS):
        pull = weight / np.maximum(np.hypot(*(spots - here).T), NEAR_M)
        there = _mean(spots, pull)
        if np.hypot(*(there - here)) < NEAR_M:
            return there
        here = there
    return here
