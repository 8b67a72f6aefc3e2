"""How is this said in the reader's language?

The English sentence is the message id; other languages stand in ``<language>.po`` beside this
file. They are read on first use, and only then is Babel imported. Names of kinds, functions and
measures have ids such as ``kind:preschool`` and ``measure:nearest_m``, which English too must translate, and
so have their forms within a sentence: ``definite:park``, ``indefinite:park``, ``plural:transit``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from grannskap.errors import StudyError

LANGUAGES = ("sv", "en")
UNKNOWN = "\N{EN DASH}"
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
HARD_SPACE = "\N{NO-BREAK SPACE}"
_IDENTIFIERS = ("kind:", "function:", "measure:", "definite:", "indefinite:", "plural:")


@dataclass(frozen=True, slots=True)
class Texts:
    """How are messages, numbers and shares written in one language?

    Make it with `texts_for`.

    Examples
    --------
    >>> texts_for("sv")("function:transit")
    'Kollektivtrafik'
    >>> texts_for("en").number(1234.5, decimals=1)
    '1,234.5'
    """

    language: str

    def gettext(self, message: str) -> str:
        """Which words say this message?

        Parameters
        ----------
        message : str
            English sentence, or an identifier such as "kind:preschool".

        Returns
        -------
        str
            The translation; the message itself when there is none. An identifier without a
            translation (an analyst's own kind) is made readable: "kind:my_kind" → "My kind".
        """
        return self._forms(message)[0] or _readable(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Which words say this message of `n` things?

        Both languages have two forms, the first for exactly one.
        """
        if n == 1:
            return self.gettext(one)
        forms = self._forms(one)
        return forms[1] if len(forms) > 1 and forms[1] else many

    def __call__(self, message: str, /, **values: object) -> str:
        """How does this message read with its values filled in?"""
        return self.gettext(message).format(**values)

    def number(self, value: float, *, decimals: int = 0) -> str:
        """How is a number written: "1 234,5" in Swedish, "1,234.5" in English?

        Parameters
        ----------
        value : float
            nan, and what is not finite, is written as an en dash: not known.
        decimals : int
            Figures after the decimal mark, always that many.

        Returns
        -------
        str
            In Swedish with a narrow no-break space (U+202F) between thousands.
        """
        return (
            _number(self.language, round(float(value), decimals) + 0.0, decimals) if math.isfinite(value) else UNKNOWN
        )

    def percent(self, share: float, *, decimals: int = 0) -> str:
        """How is a share of one written: 0.61 as "61 %" in Swedish, "61%" in English?"""
        space = HARD_SPACE if self.language == "sv" else ""
        text = self.number(share * 100, decimals=decimals)
        return text if text == UNKNOWN else f"{text}{space}%"

    def _forms(self, message: str) -> tuple[str, ...]:
        return _catalogue(self.language).get(message, ("",))


@lru_cache(maxsize=10_000)
def _number(language: str, rounded: float, decimals: int) -> str:
    """A rounded number in words of one language; a map writes the same few thousand over and over."""
    from babel.numbers import format_decimal, get_minus_sign_symbol  # noqa: PLC0415

    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    text = format_decimal(rounded, format=pattern, locale=language)
    return text.replace(HARD_SPACE, THIN_SPACE).replace("-", get_minus_sign_symbol(language))


@cache
def texts_for(language: str) -> Texts:
    """In which words does the package speak this language?

    Parameters
    ----------
    language : {"sv", "en"}
        ISO 639-1 code.

    Returns
    -------
    Texts

    Raises
    ------
    StudyError
        For a language that the package does not speak.
    """
    if language not in LANGUAGES:
        raise StudyError(
            "The language is {language}; write one of: {allowed}.",
            language=language,
            allowed=", ".join(LANGUAGES),
        )
    return Texts(language)


def marked(message: str) -> str:
    """Which sentences are kept as data, to be translated when they are told?

    Gives the message back as it is; the call marks it for the translators and for the test of the
    catalogue. Import it ``as _`` where there are many.
    """
    return message


def _readable(message: str) -> str:
    """How is a message without translation read?"""
    if not message.startswith(_IDENTIFIERS):
        return message
    words = message.partition(":")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def _catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """Which translations has a language: message id (the singular) → its forms?"""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (files("grannskap.language") / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    forms: dict[str, tuple[str, ...]] = {}
    for message in messages:
        one, said = message.id, message.string
        if one and said and not message.fuzzy:
            key = one if isinstance(one, str) else one[0]
            forms[key] = (said,) if isinstance(said, str) else tuple(said)
    return MappingProxyType(forms)
