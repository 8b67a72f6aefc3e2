"""What of a site stays out of a comparison: a file with many protected addresses is worse than many files with one."""

import re
from dataclasses import replace

import numpy as np

from grannskap.comparison.measured import Measured
from grannskap.errors import GrannskapError

_PLACED = ("open", "internal")
_PLAIN = frozenset({"path", "line", "column", "file", "limit", "allowed", "known"})
_DECIMALS = re.compile(r"\d+[.,]\d+")


def may_be_placed(site: Measured) -> bool:
    """May files tell where a site lies? Not of a protected one, nor where that is not known.

    Parameters
    ----------
    site : Measured
        ``data["sensitivity"]`` is that of its study.
    """
    return site.data.get("sensitivity") in _PLACED


def placeless(site: Measured) -> Measured:
    """What may be kept of a site on disk? All of it, without where it lies if that may not be told.

    Parameters
    ----------
    site : Measured
    """
    return site if may_be_placed(site) else replace(site, lon=np.nan, lat=np.nan)


def discreet(problem: GrannskapError) -> GrannskapError:
    """How is a problem told without its addresses, names and decimal numbers?

    Parameters
    ----------
    problem : GrannskapError
        Of a site that may not be placed.

    Examples
    --------
    >>> str(discreet(GrannskapError("No street like that in {address}, line {line}.", address="Storgatan 7", line=3)))
    'No street like that in …, line 3.'
    """
    values = {name: _discreet(name, value) for name, value in problem.values.items()}
    return type(problem)(problem.message, **values)


def _discreet(name: str, value: object) -> object:
    if isinstance(value, GrannskapError):
        return discreet(value)
    return value if name in _PLAIN or isinstance(value, int) else "…"


def reason_told(site: Measured) -> str:
    """Why was nothing measured, in a sentence that may stand in a file?

    Parameters
    ----------
    site : Measured

    Returns
    -------
    str
        Without the decimal numbers, which may be coordinates, where the site may not be placed.

    Examples
    --------
    >>> sentence = "The site at lat = 57.7, lon = 11.97 lies in water."
    >>> reason_told(Measured.nothing("a", "A", sentence, data={"sensitivity": "protected"}))
    'The site at lat = …, lon = … lies in water.'
    """
    return site.reason if may_be_placed(site) else _DECIMALS.sub("…", site.reason)
