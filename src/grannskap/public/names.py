"""Which names tell of a home with support, whatever else the map data says of the place, and which that of the study?

Somebody may have mapped the residence itself, or one like it, as an office or an association. The rule is the same for
all names, so that what is missing tells nothing.
"""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from grannskap.language.writing import plain

HOMES = re.compile(
    r"(?:stöd|grupp|tränings|behandlings|jour|korttids|genomgångs|akut|service|lss|hvb)[- ]?"
    r"(?:boende|bostad|bostäder|hem)|boendestöd|boendeenhet|skyddat boende|härbärge|natthärbärge|\bhvb\b"
    r"|tukiasu|palveluasu|asumisyksikkö|asuntola|turvakoti"
    r"|supported (?:housing|living)|sheltered housing|halfway house|group home",
    flags=re.IGNORECASE,
)
"""Words of Swedish, Finnish and English for such homes. Assumption, to be added to."""


def tell_of_homes(names: Iterable[object]) -> npt.NDArray[np.bool_]:
    """Which of these names hold such a word?

    Examples
    --------
    >>> tell_of_homes(["Björkens stödboende", "Boende i Väst AB", "Kafé Hem"]).tolist()
    [True, False, False]
    """
    return np.array([isinstance(name, str) and HOMES.search(name) is not None for name in names], bool)


LEAST_LETTERS = 3
"""A shorter name of a study, such as "A", stands in too many others to tell anything."""


def stand_in(secrets: Iterable[str], names: Iterable[object]) -> bool:
    """Does one of these names hold, as whole words, one that must not be told?

    Parameters
    ----------
    secrets : iterable of str
        Names and addresses of the residence; very short ones are passed over.
    names : iterable
        What would be shown.

    Examples
    --------
    >>> stand_in(["Solgården"], ["Föreningen Solgården, exp."]), stand_in(["Sol"], ["Solgården"])
    (True, False)
    """
    sought = [plain(secret) for secret in secrets if len(plain(secret)) >= LEAST_LETTERS]
    if not sought:
        return False
    words = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sought), re.IGNORECASE)
    return any(words.search(plain(name)) for name in names)
