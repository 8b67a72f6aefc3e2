"""Why is an actor passed, in one sentence that can be read aloud?"""

from dataclasses import dataclass

from grannskap.language import Texts
from grannskap.language.writing import amount, plain
from grannskap.routes.roundwalks import ROUND_WALK

LEAST_TIMES = 0.1
"""Fewer passages a week are told as fewer than this: about five a year."""
ALWAYS = 0.995
"""From this share of the passages on, which would be written as 100 %, it is not mostly but always."""


@dataclass(frozen=True, slots=True)
class Errand:
    """On the way to or from where are most of those who pass?

    Attributes
    ----------
    function : str
    share : float
        Of all passages.
    kind : str
        Of the one place that the walks lead to; empty where no place stands out.
    name : str
        Of that place; empty where the map data has none.
    here : bool
        The place is the actor itself.
    sensitive : bool
        The place must not be named.
    """

    function: str
    share: float
    kind: str = ""
    name: str = ""
    here: bool = False
    sensitive: bool = False


def sentence(passages_per_week: float, errand: Errand | None, texts: Texts) -> str:
    """How often is an actor passed, and on the way to where?

    Parameters
    ----------
    passages_per_week : float
    errand : Errand or None
        None where nobody passes.
    texts : Texts

    Examples
    --------
    >>> from grannskap.language import texts_for
    >>> stop = Errand("transit", 0.61, kind="stop", name="Kaserntorget")
    >>> sentence(38.2, stop, texts_for("en"))
    'Passed 38 times a week, mostly on the way to or from the stop Kaserntorget (61%).'
    """
    if errand is None or not passages_per_week > 0:
        return texts.gettext("Not passed by any calculated walk.")
    often, why = _often(passages_per_week, texts), _why(errand, texts)
    if errand.share >= ALWAYS:
        return texts("Passed {often}, always {errand}.", often=often, errand=why)
    share = texts.percent(errand.share)
    return texts("Passed {often}, mostly {errand} ({share}).", often=often, errand=why, share=share)


def _often(passages_per_week: float, texts: Texts) -> str:
    if passages_per_week < LEAST_TIMES:
        return texts("less than {n} times a week", n=texts.number(LEAST_TIMES, decimals=1))
    n = amount(passages_per_week, texts)
    return texts.ngettext("once a week", "{n} times a week", 1 if n == "1" else 2).format(n=n)


def _why(errand: Errand, texts: Texts) -> str:
    if errand.function == ROUND_WALK:
        return texts.gettext("on walks without an errand")
    return texts("on the way to or from {place}", place=_place(errand, texts))


def _place(errand: Errand, texts: Texts) -> str:
    if errand.here:
        return texts.gettext("the place itself")
    if errand.sensitive:
        return texts.gettext("a place that is not named here")
    if not errand.kind:
        return texts.gettext(f"plural:{errand.function}")
    name, indefinite = plain(errand.name), texts.gettext(f"indefinite:{errand.kind}")
    if not name:
        return texts("{kind} without a name in the map data", kind=indefinite)
    words = (indefinite.partition(" ")[2], texts.gettext(f"kind:{errand.kind}"))
    if any(word.casefold() in name.casefold() for word in words):  # "Apoteket Svanen" says what it is
        return name
    return f"{texts.gettext(f'definite:{errand.kind}')} {name}"
