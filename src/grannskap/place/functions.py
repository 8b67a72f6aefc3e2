"""Functions: what residents go out for and which kinds serve it, by ``functions.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, with_config

from grannskap.place.kinds import read_kinds


@dataclass(frozen=True, slots=True)
class Function:
    """What do residents go out for, and which kinds of place serve it?

    Parameters
    ----------
    id
        Identifier, e.g. ``groceries``.
    letter
        What the sign on the map shows.
    weights
        How attractive each kind is, above 0 and at most 1.
    reasons
        Why each kind has its weight.
    reason
        Why the function is there.
    source
        Where the weights come from; ``Assumption`` where nobody has measured them.
    """

    id: str
    letter: str
    weights: Mapping[str, float]
    reasons: Mapping[str, str]
    reason: str
    source: str

    def __hash__(self) -> int:
        return hash(self.id)


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Weight:
    weight: Annotated[float, Field(gt=0, le=1)]
    reason: Annotated[str, Field(min_length=1)]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    letter: Annotated[str, Field(min_length=1, max_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    kinds: Annotated[dict[str, _Weight], Field(min_length=1)]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class _Table:
    function: tuple[_Entry, ...]


@cache
def read_functions() -> tuple[Function, ...]:
    """Which functions matter to residents?

    Returns
    -------
    tuple of Function
        As in ``functions.toml``.

    Examples
    --------
    >>> [function.weights for function in read_functions() if function.id == "groceries"]
    [{'supermarket': 1.0, 'convenience': 0.3}]
    """
    text = files("grannskap.place").joinpath("functions.toml").read_text("utf-8")
    return parse_functions(tomllib.loads(text), known_kinds=[kind.id for kind in read_kinds()])


def parse_functions(document: Mapping[str, Any], *, known_kinds: list[str]) -> tuple[Function, ...]:
    """Which functions does a document describe?

    Parameters
    ----------
    document
        Tables ``function`` as in ``functions.toml``.
    known_kinds
        Identifiers of the kinds that may serve a function.

    Returns
    -------
    tuple of Function
        In the order of the document.

    Raises
    ------
    ValueError
        If a field is unknown or missing, an id or a letter stands twice, a kind is unknown, or a
        weight is not above 0 and at most 1.
    """
    entries = TypeAdapter(_Table).validate_python(document).function
    for field in ("id", "letter"):
        values = [getattr(entry, field) for entry in entries]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            message = f"Each function has its own {field}; more than once: {', '.join(twice)}"
            raise ValueError(message)
    return tuple(_parse_function(entry, known_kinds) for entry in entries)


def _parse_function(entry: _Entry, known_kinds: list[str]) -> Function:
    unknown = sorted(set(entry.kinds) - set(known_kinds))
    if unknown:
        message = f"Function {entry.id}: no such kind: {', '.join(unknown)}"
        raise ValueError(message)
    return Function(
        id=entry.id,
        letter=entry.letter,
        weights={kind: item.weight for kind, item in entry.kinds.items()},
        reasons={kind: item.reason for kind, item in entry.kinds.items()},
        reason=entry.reason,
        source=entry.source,
    )
