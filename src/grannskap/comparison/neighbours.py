"""How a site stands against ordinary dwellings around it: its references, told together and never one by one."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.comparison.intervals import interval, median
from grannskap.comparison.measured import Measured

Floats = npt.NDArray[np.float64]
_COLUMNS = ("n_references", "reference_median", "reference_low", "reference_high", "reference_rank_share")


def beside_references(
    rows: pd.DataFrame, shown: Sequence[Measured], references: Mapping[str, Sequence[Measured]]
) -> pd.DataFrame:
    """How does each row of a site compare with the same measure of the dwellings around it?

    Parameters
    ----------
    rows : DataFrame
        ``at``: the number of the site, whose rows follow each other in the order of its table; ``value``.
    shown : sequence of Measured
    references : mapping
        Those of each site by its id.

    Returns
    -------
    DataFrame
        ``n_references`` (that have a value), ``reference_median``, ``reference_low`` and ``reference_high`` (5 % and
        95 % of them, of 20 or fewer the outermost), ``reference_rank_share`` (share whose value is lower, equal ones
        counted half; nan where the site or all references have none).
    """
    parts = [_beside(site, references.get(site.site_id, ())) for site in shown]
    found = np.concatenate([np.empty((0, len(_COLUMNS))), *parts])
    return pd.DataFrame(found, columns=list(_COLUMNS), index=rows.index).astype({"n_references": "int64"})


def _beside(site: Measured, references: Sequence[Measured]) -> Floats:
    values = site.table.value.to_numpy(float)
    around = _values(site, references)
    known = np.isfinite(around)
    n = known.sum(axis=1)
    low, high = interval(around)
    lower = (known & (around < values[:, None])).sum(axis=1)
    equal = (known & (around == values[:, None])).sum(axis=1)
    told = (n > 0) & np.isfinite(values)
    share = np.where(told, (lower + equal / 2) / np.maximum(n, 1), np.nan)
    return np.column_stack([n, median(around), low, high, share])


def _values(site: Measured, references: Sequence[Measured]) -> Floats:
    """What each reference has in each row of the site's table, shape (rows, references)."""
    row = {key: number for number, key in enumerate(site.table.index)}
    found = np.full((len(row), len(references)), np.nan)
    for column, reference in enumerate(references):
        for key, value in zip(reference.table.index, reference.table.value.to_numpy(float), strict=True):
            if key in row:
                found[row[key], column] = value
    return found
