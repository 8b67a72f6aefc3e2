"""What is wrong with a study file, where, and what should be written instead?

Findings become one `StudyError` with one sentence. A place in a file is a tuple of keys and list
numbers: ("reach", "radius_m") is told as "[reach] radius_m", ("layers", 0, "kind") as
"[[layers]] #1 kind".
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from grannskap.errors import StudyError
from grannskap.language import marked as _
from grannskap.study.gis import Layer, Output
from grannskap.study.layer_roles import layer_roles
from grannskap.study.model import (
    FunctionDemand,
    Model,
    Profile,
    Reach,
    RoundWalks,
    Site,
    Source,
    Study,
)
from grannskap.study.paper import Print
from grannskap.study.web import Map

if TYPE_CHECKING:
    from pydantic_core import ValidationError

Place = tuple[int | str, ...]
KnownKeys = Callable[[Place], tuple[str, ...] | None]

HEAD = ("name", "sensitivity", "language")
"""The fields of a study that the file keeps in its table [study]."""

_NUMBER = _("{where} is {value}; write a number, without quotation marks.")
_WHOLE = _("{where} is {value}; write a whole number.")
_TABLE = _("{where} is {value}; write a table of keys and values.")
_TEXT = _("{where} is {value}; write text in quotation marks.")
_OTHER = _("{where} is {value}, which has no meaning there.")
_SENTENCES = {
    "missing": _("{where} is missing; add it."),
    "greater_than": _("{where} is {value}; write a number above {limit}."),
    "greater_than_equal": _("{where} is {value}; write a number that is at least {limit}."),
    "less_than_equal": _("{where} is {value}; write a number that is at most {limit}."),
    "float_type": _NUMBER,
    "finite_number": _("{where} is {value}; write an ordinary, finite number."),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _("{where} is {value}; write true or false."),
    "literal_error": _("{where} is {value}; write one of: {allowed}."),
    "string_type": _TEXT,
    "path_type": _TEXT,
    "string_pattern_mismatch": _("{where} is empty; write something there."),
    "dataclass_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": _("{where} is {value}; write a list in square brackets."),
    "export_crs": _('{where} is {value}; write the EPSG code of a system in metres, such as 3007, or "local".'),
    "tile_address": _(
        "{where} is {value}; write the https address of tiles at one host, such as "
        '"https://tiles.example/{{z}}/{{x}}/{{y}}.png".'
    ),
    "print_scale": _('{where} is {value}; write a whole number from 500 to 100000, such as 4000, or "auto".'),
    "too_short": _("A profile needs at least one function; add a table [functions.transit] with trips_per_week."),
}
_OF_TABLES = ("dataclass_type", "dict_type")
_TABLES = {
    "site": Site,
    "reach": Reach,
    "source": Source,
    "model": Model,
    "print": Print,
    "output": Output,
    "map": Map,
}
_LONGEST_VALUE = 60


def names(kind: type[Any]) -> tuple[str, ...]:
    """Which fields does a record have?"""
    return tuple(each.name for each in fields(kind))


def study_keys(place: Place) -> tuple[str, ...] | None:
    """Which keys may stand here in a study file; None where any may?"""
    match place:
        case ():
            return ("study", *(name for name in names(Study) if name not in (*HEAD, "path")))
        case ("study",):
            return HEAD
        case ("layers", int(), *rest) if rest in ([], ["fields"]):
            return tuple(layer_roles()) if rest else names(Layer)
        case ("profile", *rest):
            return profile_keys(tuple(rest))
        case (str(table),) if table in _TABLES:
            return names(_TABLES[table])
    return None


def profile_keys(place: Place) -> tuple[str, ...] | None:
    """Which keys may stand here in a profile; None where any may?"""
    match place:
        case ():
            return names(Profile)
        case ("functions", str()):
            return names(FunctionDemand)
        case ("round_walks",):
            return names(RoundWalks)
    return None


def check_keys(data: object, known_keys: KnownKeys, place: Place = ()) -> None:
    """Does every key have a meaning? Raises `StudyError` for the first that has none."""
    if isinstance(data, Mapping):
        known = known_keys(place)
        for key in data:
            if known is not None and key not in known:
                raise unknown_key(str(key), known, place)
        for key, value in data.items():
            check_keys(value, known_keys, (*place, str(key)))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            check_keys(value, known_keys, (*place, number))


def unknown_key(key: str, known: Iterable[str], place: Place) -> StudyError:
    """How is an unknown key told, with the known one that was probably meant?"""
    near, listed, where = nearest(key, known), ", ".join(known), table_text(place)
    if place and near:
        return StudyError(
            "Unknown key '{key}' in {where}; did you mean '{nearest}'?",
            key=key, where=where, nearest=near,
        )  # fmt: skip
    if place:
        return StudyError(
            "Unknown key '{key}' in {where}; the keys there are: {known}.",
            key=key, where=where, known=listed,
        )  # fmt: skip
    if near:
        return StudyError("Unknown key or table '{key}'; did you mean '{nearest}'?", key=key, nearest=near)
    return StudyError("Unknown key or table '{key}'; those known are: {known}.", key=key, known=listed)


def nearest(word: str, known: Iterable[str]) -> str:
    """Which known word was probably meant; "" when none is near?"""
    return next(iter(difflib.get_close_matches(word.lower(), list(known), n=1)), "")


def first_problem(error: "ValidationError", *, of_study: bool = False) -> StudyError:
    """Which finding of pydantic is told, and where does it stand in the file?"""
    first = error.errors(include_url=False)[0]
    place, limits = first["loc"], first.get("ctx", {})
    if place[-1] == "[key]":  # the key itself is wrong: tell the table that holds it
        place = place[:-2]
    if of_study and place[0] in HEAD:
        place = ("study", *place)
    return _told(
        first["type"],
        place,
        first["input"],
        limit=next((f"{limits[name]:g}" for name in ("gt", "ge", "le") if name in limits), ""),
        allowed=", ".join(re.findall(r"'([^']*)'", limits.get("expected", ""))),
    )


def empty(place: Place) -> StudyError:
    """How is told that text is needed and none was given?"""
    return _told("string_pattern_mismatch", place, "")


def not_a_table(place: Place, value: object) -> StudyError:
    """How is told that one value stands where a table is needed?"""
    return _told("dataclass_type", place, value)


def _told(finding: str, place: Place, value: object, **values: object) -> StudyError:
    """Which sentence tells a finding of pydantic?"""
    where = table_text(place) if finding in _OF_TABLES else key_text(place)
    sentence = _SENTENCES.get(finding, _OTHER)
    return StudyError(sentence, where=where, value=value_text(value), **values)


@contextmanager
def in_file(name: str | None) -> Iterator[None]:
    """In which file is the problem? Puts the file's name before it, once."""
    try:
        yield
    except StudyError as error:
        if name is None or "problem" in error.values:
            raise
        raise StudyError("{file}: {problem}", file=name, problem=error) from error


def key_text(place: Place) -> str:
    """How is the place of a value written: "[reach] radius_m"?"""
    last = next((i for i, part in enumerate(place) if isinstance(part, int)), None)
    if last is not None and place[0] != "layers":  # an item of a list such as pinned
        return f"{key_text(place[:last])} #{int(place[last]) + 1}"
    if place[:1] == ("layers",):
        key = ".".join(str(part) for part in place[2:])
        return f"{table_text(place[:2])} {key}".rstrip()
    *table, key = (str(part) for part in place)
    return f"{table_text(tuple(table))} {key}".lstrip()


def table_text(place: Place) -> str:
    """How is a table written: "[profile.functions.transit]" or "[[layers]] #1"?"""
    if not place:
        return ""
    if place[0] == "layers":
        number = f" #{int(place[1]) + 1}" if len(place) > 1 else ""
        return " ".join([f"[[layers]]{number}", *(str(part) for part in place[2:])])
    return "[" + ".".join(str(part) for part in place) + "]"


def value_text(value: object) -> str:
    """How is a value quoted, as it stands in TOML and not too long?"""
    text = repr(value) if isinstance(value, float) else _json(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
