"""The scale that the values of one measure are drawn on, in per cent of its width."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)
MOST_TICKS = 4
WHOLE = 1.0
HALF = 0.5  # shares of which none is above this have a scale of their own


@dataclass(frozen=True, slots=True)
class Scale:
    """Where on a line does a value stand?

    Attributes
    ----------
    low, high : float
        The ends.
    step : float
        From one line of the scale to the next.
    """

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """How far along is a value, from 0 to 100? nan where it is not known.

        Examples
        --------
        >>> Scale(0.0, 1000.0, 500.0).at(250.0)
        25.0
        """
        if not math.isfinite(value):
            return math.nan
        return 100.0 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    @property
    def ticks(self) -> list[float]:
        """At which values does the scale have a line?"""
        return [self.low + self.step * n for n in range(round((self.high - self.low) / self.step) + 1)]


def scale_of(values: Iterable[float], *, unit: str) -> Scale:
    """Which scale holds these values?

    Parameters
    ----------
    values : iterable of float
        Those that are not known are left out.
    unit : str
        A ratio begins at 1, everything else at 0; a share ends at 1 unless all are well below.

    Examples
    --------
    >>> scale_of([120.0, 830.0], unit="m")
    Scale(low=0.0, high=1000.0, step=500.0)
    >>> scale_of([0.33], unit="Gini coefficient").high, scale_of([0.4, 0.9], unit="share").high
    (0.4, 1.0)
    """
    known = [value for value in values if math.isfinite(value)]
    low = 1.0 if unit == "ratio" else 0.0
    low = min([low, *known])
    top = max(known, default=low)
    if unit == "share" and top > HALF:
        return Scale(min(low, 0.0), WHOLE, HALF)
    if not top > low:
        top = low + 1.0
    step = _step(top - low, whole=unit == "places")
    start = math.floor(low / step + 1e-9) * step
    return Scale(start, start + math.ceil((top - start) / step - 1e-9) * step, step)


def _step(width: float, *, whole: bool) -> float:
    """The smallest round step of which a few are as long as the scale."""
    size = 10.0 ** math.floor(math.log10(width / MOST_TICKS))
    step = next(size * each for each in STEPS if size * each * (MOST_TICKS - 1) >= width * 0.999)
    return float(max(step, 1.0)) if whole else float(np.round(step, 12))
