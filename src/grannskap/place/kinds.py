"""Kinds: what kind of place OpenStreetMap tags describe, by the rules in ``kinds.toml``."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import ConfigDict, StrictBool, TypeAdapter, with_config


@dataclass(frozen=True, slots=True)
class Condition:
    """What must one key (or several that are read as one) hold?

    `test` is ``is``: one of `values`; ``any``: a value that is not in `values`; ``absent``: no
    such value; ``not``: none of `values`; ``like``: `pattern` is found. `keys` are the keys that
    are read; values are in lower case.
    """

    keys: tuple[str, ...]
    test: Literal["is", "any", "absent", "not", "like"]
    values: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Does this hold for `tags`?"""
        found = [tags[key] for key in self.keys if key in tags]
        if self.pattern is not None:
            return any(self.pattern.search(value) for value in found)
        values = {value for text in found for value in _split(text)}
        if self.test == "is":
            return not values.isdisjoint(self.values)
        if self.test == "not":
            return values.isdisjoint(self.values)
        return (self.test == "any") == bool(values - self.values)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is a kind of place, and which tags make it?

    Parameters
    ----------
    id, family
        Identifier; kinds of one family are one and the same place when they stand in each other.
    actor, sensitive, grounds
        Is it somebody to contact and rank? Kept from the public? A plot, reached at its boundary?
    alternatives
        The kind applies where all conditions of one alternative hold.
    """

    id: str
    actor: bool
    sensitive: bool
    family: str
    grounds: bool
    alternatives: tuple[tuple[Condition, ...], ...]

    def __hash__(self) -> int:
        return hash(self.id)  # they are looked up often and compared seldom


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _General:
    empty: frozenset[str]
    gone: tuple[str, ...]
    alike: dict[str, tuple[str, ...]]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    actor: StrictBool
    sensitive: StrictBool
    match: tuple[dict[str, str | tuple[str, ...]], ...]
    family: str | None = None
    grounds: StrictBool = False


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Rules:
    general: _General
    kind: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    order: int
    kind: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    rules: Mapping[str, Mapping[str, tuple[_Rule, ...]]]  # by key and value, "*" for any value
    gone: tuple[str, ...]


@cache
def read_kinds() -> tuple[Kind, ...]:
    """Which kinds of place are there, in order of precedence?

    Returns
    -------
    tuple of Kind
        As in ``kinds.toml``: the first kind that matches an object is its kind.

    Examples
    --------
    >>> [kind.id for kind in read_kinds() if kind.family == "school"]
    ['upper_secondary_school', 'compulsory_school']
    """
    return parse_kinds(_document())


def parse_kinds(document: Mapping[str, Any]) -> tuple[Kind, ...]:
    """Which kinds does a document of rules describe?

    Parameters
    ----------
    document
        Tables ``general`` and ``kind`` as in ``kinds.toml``.

    Returns
    -------
    tuple of Kind
        In the order of the document.

    Raises
    ------
    ValueError
        If a field is unknown or missing, an id stands twice, or a rule cannot be read.
    """
    rules = TypeAdapter(_Rules).validate_python(document)
    ids = [entry.id for entry in rules.kind]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        message = f"Each kind stands once; more than once: {', '.join(twice)}"
        raise ValueError(message)
    return tuple(_parse_kind(entry, rules.general) for entry in rules.kind)


def kind_of(tags: Mapping[str, str], kinds: tuple[Kind, ...] | None = None) -> str | None:
    """What kind of place do these tags describe?

    Parameters
    ----------
    tags
        OpenStreetMap tags of one object.
    kinds
        Kinds in order of precedence; those of `read_kinds` if left out.

    Returns
    -------
    str or None
        Identifier of the first kind that matches; None where none does.

    Examples
    --------
    >>> kind_of({"amenity": "kindergarten", "name": "Solrosen"})
    'preschool'
    >>> kind_of({"building": "school"}) is None
    True
    """
    return _kind(tags, _index(read_kinds() if kinds is None else kinds))


def classify(objects: Iterable[Mapping[str, str]], kinds: tuple[Kind, ...] | None = None) -> list[str | None]:
    """What kinds of place do these objects have?

    Parameters
    ----------
    objects
        OpenStreetMap tags, one mapping per object.
    kinds
        Kinds in order of precedence; those of `read_kinds` if left out.

    Returns
    -------
    list of str or None
        One entry per object, in the same order.

    Examples
    --------
    >>> classify([{"shop": "kiosk"}, {"amenity": "bench"}])
    ['convenience', None]
    """
    index = _index(read_kinds() if kinds is None else kinds)
    return [_kind(tags, index) for tags in objects]


def _kind(tags: Mapping[str, str], index: _Index) -> str | None:
    if index.rules.keys().isdisjoint(tags):
        return None
    candidates = {
        rule.order: rule
        for key in index.rules.keys() & tags.keys()
        for value in ("*", *_split(tags[key]))
        for rule in index.rules[key].get(value, ())
    }
    if not candidates or any(tags.get(key) == "yes" for key in index.gone):
        return None
    for order in sorted(candidates):
        if all(condition.holds(tags) for condition in candidates[order].conditions):
            return candidates[order].kind
    return None


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.lower().split(";")]


@lru_cache(maxsize=8)
def _index(kinds: tuple[Kind, ...]) -> _Index:
    rules: dict[str, dict[str, tuple[_Rule, ...]]] = {}
    alternatives = [(kind.id, conditions) for kind in kinds for conditions in kind.alternatives]
    for order, (kind, conditions) in enumerate(alternatives):
        first = conditions[0]
        for key in first.keys:
            table = rules.setdefault(key, {})
            for value in first.values if first.test == "is" else ("*",):
                table[value] = (*table.get(value, ()), _Rule(order, kind, conditions))
    return _Index(rules, _general().gone)


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("grannskap.place").joinpath("kinds.toml").read_text("utf-8"))


@cache
def _general() -> _General:
    return TypeAdapter(_General).validate_python(_document()["general"])


def _parse_kind(entry: _Entry, general: _General) -> Kind:
    alternatives = tuple(
        tuple(_parse_condition(entry.id, key, value, general) for key, value in rule.items()) for rule in entry.match
    )
    if not all(rule and rule[0].test in ("is", "any", "like") for rule in alternatives or [()]):
        message = f"Kind {entry.id}: each alternative begins with a positive condition"
        raise ValueError(message)
    family = entry.family or entry.id
    return Kind(entry.id, entry.actor, entry.sensitive, family, entry.grounds, alternatives)


def _parse_condition(kind: str, key: str, value: str | tuple[str, ...], general: _General) -> Condition:
    keys = general.alike.get(key, (key,))
    values = (value,) if isinstance(value, str) else value
    if values and all(text and text[0] not in "~*!" for text in values):
        return Condition(keys, "is", frozenset(text.lower() for text in values))
    condition = _parse_special(keys, values[0], general.empty) if len(values) == 1 else None
    if condition is None:
        message = (
            f"Kind {kind}: {key} = {value!r} is neither plain values nor one of '*', '*!a|b', '!', '!a|b', '~pattern'"
        )
        raise ValueError(message)
    return condition


def _parse_special(keys: tuple[str, ...], text: str, empty: frozenset[str]) -> Condition | None:
    if text.startswith("~"):
        try:
            return Condition(keys, "like", pattern=re.compile(text[1:], re.IGNORECASE))
        except re.error:
            return None
    if text in ("*", "!"):
        return Condition(keys, "any" if text == "*" else "absent", empty)
    listed = frozenset(text.lstrip("*!").lower().split("|"))
    if "" in listed or not text.startswith(("*!", "!")):
        return None
    except_these = Condition(keys, "any", empty | listed)
    return except_these if text[0] == "*" else Condition(keys, "not", listed)
