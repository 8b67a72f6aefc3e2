"""In which coarse classes are numbers shown to everybody? Few, with round bounds, and nothing is told below five."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NARROW_DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Classes:
    """Between which bounds lies each class?

    Attributes
    ----------
    bounds : tuple of int
        The least number of each class; what is below the first is in class −1 and told as less than it.
    """

    bounds: tuple[int, ...]

    def least(self, index: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Which is the least number of each class? Half the first bound for what is below it."""
        return np.array([self.bounds[0] / 2, *self.bounds])[index + 1]

    def label(self, index: int) -> str:
        """How is a class written?

        Examples
        --------
        >>> [WALKS.label(i) for i in (-1, 0, 4)]
        ['<5', '5–9', '≥100']
        """
        if index < 0:
            return f"<{self.bounds[0]}"
        if index == len(self.bounds) - 1:
            return f"≥{self.bounds[-1]}"
        return f"{self.bounds[index]}{NARROW_DASH}{self.bounds[index + 1] - 1}"


WALKS = Classes((5, 10, 25, 50, 100))
"""Walks per week."""
NUMBERS = Classes((5, 10, 20, 50))
"""How many places of a kind there are."""


def class_of(classes: Classes, value: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """In which class is each number?

    Examples
    --------
    >>> class_of(WALKS, [4.99, 5.0, 250.0]).tolist()
    [-1, 0, 4]
    """
    return np.asarray(np.searchsorted(np.asarray(classes.bounds, float), np.asarray(value, float), side="right") - 1)
