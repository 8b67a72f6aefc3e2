"""What of a site stays out of a comparison: a file with many protected addresses is worse than many files with one."""

import re

from grannskap.comparison.measured import Measured

_PLACED = ("open", "internal")
_DECIMALS = re.compile(r"\d+[.,]\d+")


def may_be_placed(site: Measured) -> bool:
    """May files tell where a site lies? Not of a protected one, nor where that is not known.

    Parameters
    ----------
    site : Measured
        ``data["sensitivity"]`` is that of its study.
    """
    return site.data.get("sensitivity") in _PLACED


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
