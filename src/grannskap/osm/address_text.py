"""Read an address as people write it: street, house number, postcode and place, forgiving case and diacritics."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product

House = tuple[int, str]  # number and letter ("" for none)

_MOST_READINGS, _MOST_SPELLINGS = 8, 32  # of a text that is no address
_REMEMBERED = 4096  # texts: streets and towns stand on many houses
_WIDEST_SPAN = 100  # house numbers; what is wider is no range ("2-1998")
_ITEM = (
    r"(?<![0-9])([0-9]{1,4})(?![0-9:])(?:\s*([a-z])(?![a-z0-9])(?!(?<=i) [a-z]{2}))?"
    r"(?:\s*-\s*([0-9]{1,4}(?![0-9]))?(?:\s*([a-z])(?![a-z0-9]))?)?"
)
_HOUSE = re.compile(_ITEM)
_ONE = re.sub(r"\((?=\[)", "(?:", _ITEM)  # the same, its groups not captured
_HOUSES = re.compile(rf"{_ONE}(?:\s*(?:[;+&/]|,(?=[0-9]))\s*{_ONE})*")
_POSTCODE = re.compile(r"(?<![0-9])(?:(?<![a-z])(?:se|s|fi|fin|ax)\s*-\s*)?([0-9]{3}\s?[0-9]{2})(?![0-9])")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "\u0131": "i"})
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


@dataclass(frozen=True, slots=True)
class AddressForms:
    """How are addresses tagged and abbreviated? Fields as in ``address_forms.toml``, with all words folded."""

    street: tuple[str, ...]
    town: tuple[str, ...]
    postcode: tuple[str, ...]
    names: tuple[str, ...]
    bare: tuple[str, ...]
    not_places: frozenset[str]
    consonants: str
    endings: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What may a text mean? ``postcode`` is five digits, ``place`` folded words; "" where there is none."""

    street: str
    houses: frozenset[House]
    postcode: str
    place: str


@cache
def address_forms() -> AddressForms:
    """Which forms of addresses does the package know?"""
    raw = tomllib.loads(files(__package__).joinpath("address_forms.toml").read_text("utf-8"))
    return AddressForms(
        **{key: tuple(raw[key]) for key in ("street", "town", "postcode", "names", "bare")},
        not_places=frozenset(map(key_of, raw["not_places"])),
        consonants=raw["consonants"],
        endings=_folded(raw["endings"]),
        words=_folded(raw["words"]),
    )


def _folded(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {folded(short): tuple(map(folded, fulls)) for short, fulls in table.items()}


@lru_cache(_REMEMBERED)
def folded(text: str) -> str:
    """How does a text read in small letters without diacritics, with plain dashes and single spaces?

    Examples
    --------
    >>> folded(" FRUÄNGSGATAN  3–5")
    'fruangsgatan 3-5'
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.translate(_DASHES).split())


def key_of(name: str) -> str:
    """Under which key is a street name filed: its letters and digits only?

    Examples
    --------
    >>> key_of("S:t Eriksgatan")
    'steriksgatan'
    """
    return "".join(sign for sign in folded(name) if sign.isalnum())


def spellings(name: str) -> frozenset[str]:
    """Which keys may a street name stand for, when its abbreviations are written out?

    Parameters
    ----------
    name : str
        As typed or as mapped.

    Returns
    -------
    frozenset of str
        The key of the name itself among them.

    Examples
    --------
    >>> sorted(spellings("Fruängsg."))
    ['fruangsg', 'fruangsgata', 'fruangsgatan']
    """
    forms, plain = address_forms(), folded(name)
    words = [word for word in re.split(r"[\s\-.,/]+", plain) if key_of(word)]
    if not words:
        return frozenset()
    first = [(key_of(word), *forms.words.get(word, ())) for word in words[:-1]]
    last, dotted = key_of(words[-1]), plain.endswith(".")
    short = [end for end in forms.endings if last.endswith(end) and (last != end or len(words) > 1)]
    sure = [end for end in short if dotted or last == end or len(end) > 1 or last[-2] in forms.consonants]
    stems = ["".join(each) for each in islice(product(*first), _MOST_SPELLINGS)]
    lasts = [last, *(last.removesuffix(end) + full for end in sure for full in forms.endings[end])]
    return frozenset(stem + each for stem in stems for each in lasts)


@lru_cache(_REMEMBERED)
def houses(text: str) -> frozenset[House]:
    """Which house numbers does a number cover: one, several (``3;5``), or a range (``3-5``, ``3A-C``)?

    Parameters
    ----------
    text : str
        As in the tag ``addr:housenumber``; what tells the floor or the flat is left out.

    Returns
    -------
    frozenset of House
        A range between two odd or two even numbers holds no number of the other side of the street.

    Examples
    --------
    >>> sorted(houses("3 B")), sorted(houses("5-9")), sorted(houses("6, 1. krs. / Floor 1"))
    ([(3, 'b')], [(5, ''), (7, ''), (9, '')], [(6, '')])
    """
    plain = folded(text)
    items = [_HOUSE.fullmatch(item.strip()) for item in re.split(r"[;,+&/]", plain)]
    whole = [item for item in items if item]
    if not whole and (first := _HOUSE.search(plain)):
        whole = [first]
    return frozenset(house for item in whole for house in _span(item))


def _span(item: re.Match[str]) -> Iterator[House]:
    """Every house from the first to the last of a range."""
    first, letter, last, other = int(item[1]), item[2] or "", item[3], item[4] or ""
    low, high = sorted((first, int(last or first)))
    if low == high and letter and letter < other:
        yield from ((first, chr(each)) for each in range(ord(letter), ord(other) + 1))
    elif low < high <= low + _WIDEST_SPAN and not letter and not other:
        yield from ((n, "") for n in range(low, high + 1, 2 if (high - low) % 2 == 0 else 1))
    else:
        yield (first, letter)
        if last or other:
            yield (int(last or first), other)


def shown_number(number: str) -> str:
    """How is a house number shown: ``3b`` as ``3 B``, without the floor or the flat?

    Examples
    --------
    >>> shown_number("3b"), shown_number("11 B 9"), shown_number("3–5"), shown_number("6, 1. krs.")
    ('3 B', '11 B', '3-5', '6')
    """
    plain = folded(number)
    if _HOUSES.fullmatch(plain) and (any(sign in plain for sign in ";,+&/-")):
        return plain.upper()
    first = _HOUSE.search(plain)
    if first is None:
        return number.strip()
    return f"{first[1]} {first[2].upper()}" if first[2] else first[1]


def readings(text: str) -> tuple[Reading, ...]:
    """What may a text mean as an address, the likeliest first?

    Parameters
    ----------
    text : str
        Such as "Fruängsg. 3 B, 129 52 Hägersten".

    Returns
    -------
    tuple of Reading
        Empty where there is no house number after a name. More than one where the street's own name holds a number
        or a comma: which of them is a street, only the map knows.

    Examples
    --------
    >>> readings("Fruängsg. 3 B, 129 52 Hägersten")
    (Reading(street='fruangsg.', houses=frozenset({(3, 'b')}), postcode='12952', place='hagersten'),)
    """
    plain = folded(text)
    postcode = "".join(sign for sign in (_POSTCODE.findall(plain) or [""])[-1] if sign.isdigit())
    return tuple(islice(_readings(_POSTCODE.sub(",", plain), postcode), _MOST_READINGS))


def _readings(plain: str, postcode: str) -> Iterator[Reading]:
    for number in _HOUSES.finditer(plain):
        before, after = plain[: number.start()].strip(" ,;"), plain[number.end() :]
        place, _, street = before.rpartition(",")
        cuts = [(before, ""), (street.strip(), place)] if place else [(before, "")]
        for name, ahead in cuts:
            if any(sign.isalpha() for sign in name):
                yield Reading(name, houses(number[0]), postcode, place_words(f"{ahead} {after}"))


def place_words(text: str) -> str:
    """Which words of a text may name a place: no numbers, no floors, no single letters?"""
    unwanted = address_forms().not_places
    words = [key_of(word) for word in re.split(r"[\s,;.()]+", folded(text)) if word.strip("/-")]
    return " ".join(word for word in words if len(word) > 1 and word.isalpha() and word not in unwanted)
