"""Comparison: many sites, the table of what differs, and everything that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grannskap.comparison.differing import compared
from grannskap.comparison.measured import Measured
from grannskap.comparison.measuring import measured
from grannskap.result import Result


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What is known of many sites beside each other?

    Attributes
    ----------
    sites : tuple of Measured
        Sites and their references.
    table : DataFrame
        As `compare` gives it.
    manifest : dict
        Plain JSON types: version, seed, settings, sources, and what was set aside or failed.
    """

    sites: tuple[Measured, ...]
    table: pd.DataFrame
    manifest: dict[str, Any]


def compare(results: Sequence[Result | Measured], *, against: str | None = None) -> pd.DataFrame:
    """How do sites differ in what residents reach, how they walk and whom they pass, and how sure is that?

    Parameters
    ----------
    results : sequence of Result
        Results of `analyse`; sites measured by ``grannskap compare`` may stand among them.
    against : str, optional
        The id of the site that the others are held against. When left out, the second of exactly two is held against
        the first, and each of more against the mean of all.

    Returns
    -------
    DataFrame
        A row for each site, measure and what it is of, as `grannskap.comparison.differing.compared` tells.

    Raises
    ------
    TableError
        No site has the id ``against``.

    Examples
    --------
    >>> import grannskap as gk
    >>> result = gk.analyse(gk.read_study(gk.sample_folder() / "study.toml"))
    >>> table = gk.compare([result, result])
    >>> bool((table.difference.dropna() == 0).all())
    True
    """
    return compared([each if isinstance(each, Measured) else measured(each) for each in results], against=against)
