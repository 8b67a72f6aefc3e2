"""How are amounts and names written for people, in any language?"""

import math
import unicodedata

from grannskap.language.texts import Texts

LEAST_AMOUNT = 0.01
"""Amounts below this are written as less than this."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(name: object) -> str:
    r"""Which text of a name is safe to show? Without control and direction-turning characters.

    >>> plain("Kiosk\u202eko.exe")
    'Kioskko.exe'
    """
    if not isinstance(name, str):
        return ""
    if name.isprintable():  # nearly always: neither control nor direction-turning characters are
        return " ".join(name.split())
    kept = (" " if unicodedata.category(c) == "Cc" else c for c in name if c not in _TURNING)
    return " ".join("".join(kept).split())


def two_digits(value: float) -> float:
    """What is an amount in two significant digits?

    >>> two_digits(1234.0), two_digits(0.0567)
    (1200.0, 0.057)
    """
    return float(f"{value:.2g}")


def amount(value: float, texts: Texts) -> str:
    """How is an amount written in two significant digits? "–" when it is not known."""
    if not math.isfinite(value) or value == 0:
        return texts.number(value)
    if abs(value) < LEAST_AMOUNT:
        return "< " + texts.number(LEAST_AMOUNT, decimals=2)
    rounded = two_digits(value)
    decimals = max(0, 1 - math.floor(math.log10(abs(rounded))))
    if decimals and rounded == round(rounded, decimals - 1):
        decimals -= 1
    return texts.number(rounded, decimals=decimals)


def interval(low: float, high: float, texts: Texts) -> str:
    """How is the interval of a rank written: "3–7", or "3" where it is but one? "" where none is known.

    Parameters
    ----------
    low, high : float
    texts : Texts
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    ends = [texts.number(end) for end in sorted({low, high})]
    return "\N{EN DASH}".join(ends)
