"""The measures that sites are compared by, and the rules that they are measured with: ``measures.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, exactly, and what may not be concluded from it?

    Attributes
    ----------
    id, unit, definition, caution, source : str
        Definition, caution and unit are message ids; ``measure:<id>`` is that of the measure's name.
    by : {"function", "kind", ""}
        Of what there is a value each; "" for one alone.
    overall : bool
        Whether there is one for all functions together too, whose ``of`` is "".
    better : {"more", "less", ""}
        What residents plainly gain by.
    behind : tuple of str
        Measures that tell how complete the data behind this one is.
    """

    id: str
    unit: str
    definition: str
    caution: str
    source: str
    by: str = ""
    overall: bool = False
    better: str = ""
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """By which numbers is measured? Units and sources stand in ``measures.toml``."""

    used_street: float
    busiest: float
    seat_at_hand_m: float
    schools: frozenset[str]


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("measures.toml").read_text("utf-8"))


@cache
def read_measures() -> tuple[Measure, ...]:
    """Which measures are there, in the order of every table?

    Examples
    --------
    >>> read_measures()[0].id
    'served_share'
    """
    told = ({"id": name, **each, "behind": tuple(each.get("behind", ()))} for name, each in _table()["measure"].items())
    return tuple(Measure(**each) for each in told)


def measure_rules() -> dict[str, Any]:
    """Which rules are measured with, with unit and source of each?"""
    return dict(_table()["rule"])


@cache
def rules() -> Rules:
    """By which numbers is measured?"""
    raw = _table()["rule"]
    numbers = {name: float(rule["value"]) for name, rule in raw.items() if "value" in rule}
    return Rules(**numbers, schools=frozenset(raw["schools"]["kinds"]))
