"""How sure a ranking is, in words: the interval of a rank, and which assumption moves the order most."""

import math
from collections.abc import Mapping
from typing import Any

from grannskap.exposure.ranking import TOP
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.language.writing import interval
from grannskap.result import Result

_WHAT = {
    "theta_per_m": _("how much short ways are preferred"),
    "detour_ratio": _("how long detours may be"),
    "method": _("how residents choose their way"),
    "frontage_m": _("how near a walk must come to count as a passage"),
    "unknown_of_streets": _("what the map does not tell of streets"),
    "perceived_length": _("how long streets feel"),
    "beta_per_m": _("how much near places are preferred"),
}
_VALUES = {
    "logit": _("all reasonable ways, short ones more often"),
    "shortest": _("only the shortest way"),
    "within_detour": _("all ways that are not much longer"),
    "profile": _("perceived length"),
    "metres": _("plain metres"),
    "best": _("the best that it may be"),
    "worst": _("the worst that it may be"),
}
_TIMES = "× "
_TRIPS = "trips_"


def rank_text(row: Mapping[Any, Any], texts: Texts) -> str:
    """How is a rank written with its interval: "4 (3–9)"? The rank alone where no interval is known.

    Parameters
    ----------
    row : mapping
        Of the table of actors.
    texts : Texts
    """
    known = interval(float(row.get("rank_low", math.nan)), float(row.get("rank_high", math.nan)), texts)
    rank = texts.number(float(row["rank"]))
    return f"{rank} ({known})" if known else rank


def strongest(result: Result, texts: Texts) -> str:
    """Which assumption moves the order of the actors most, and how far? "" where none does.

    Parameters
    ----------
    result : Result
    texts : Texts
    """
    top = min(TOP, int((result.actors.passages_per_week > 0).sum()))
    moved = result.sensitivity
    if not top or moved.empty or not moved.rank_correlation.iloc[0] < 1.0:
        return ""
    name, value, tried = moved.assumption.iloc[0], moved.value.iloc[0], moved.tried.iloc[0]
    told = {"what": _what(name, texts), "n": texts.number(moved.top10_overlap.iloc[0] * top), "top": texts.number(top)}
    if isinstance(tried, str) and tried.startswith(_TIMES):
        return texts(
            "The order depends most on {what}: at {times} times the study's value, {n} of the first {top} remain.",
            times=_number(float(tried.removeprefix(_TIMES)), texts),
            **told,
        )
    return texts(
        "The order depends most on {what}: with {tried} instead of {value}, {n} of the first {top} remain.",
        tried=_said(name, tried, texts),
        value=_said(name, value, texts),
        **told,
    )


def change(assumption: str, value: str | float, tried: str | float, texts: Texts) -> tuple[str, str, str]:
    """How is a changed assumption told: what it is, its value in the study, and the value that was tried?

    Parameters
    ----------
    assumption : str
    value, tried : str or float
        As in ``Result.sensitivity``.
    texts : Texts

    Examples
    --------
    >>> from grannskap.language import texts_for
    >>> change("frontage_m", 30.0, 20.0, texts_for("en"))[1:]
    ('30 m', '20 m')
    """
    if isinstance(tried, str) and tried.startswith(_TIMES):
        return _what(assumption, texts), texts.gettext("as in the profile"), _times(tried, texts)
    return _what(assumption, texts), _said(assumption, value, texts), _said(assumption, tried, texts)


def _times(tried: str, texts: Texts) -> str:
    return _TIMES + _number(float(tried.removeprefix(_TIMES)), texts)


def _what(assumption: str, texts: Texts) -> str:
    if assumption.startswith(_TRIPS):
        return texts("trips a week ({function})", function=texts.gettext(f"function:{assumption.removeprefix(_TRIPS)}"))
    return texts.gettext(_WHAT[assumption])


def _said(assumption: str, value: str | float, texts: Texts) -> str:
    if isinstance(value, str):
        return texts.gettext(_VALUES[value])
    number = _number(float(value), texts)
    return f"{number} m" if assumption.endswith("_m") and not assumption.endswith("_per_m") else number


def _number(value: float, texts: Texts) -> str:
    """As many decimals as it has, up to three significant ones."""
    digits = f"{value:.3g}"
    return texts.number(float(digits), decimals=len(digits.partition(".")[2]))
