"""Why two sites differ: the place, the data, or the assumptions, by the rules of ``causes.toml``."""

import datetime as dt
import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any

import numpy as np

from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures

PLACE, DATA, ASSUMPTIONS = "place", "data", "assumptions"
_MISSING = "null"


@cache
def cause_rules() -> dict[str, Any]:
    """By which rules is a cause told? As in ``causes.toml``."""
    return tomllib.loads(files(__package__).joinpath("causes.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """Why may each site differ from what it is held against?

    Attributes
    ----------
    place, data, assumptions : tuple of bool
        Site by site: whether it lies elsewhere, rests on other data, or on other assumptions.
    complete : tuple of mapping
        Site by site: the share of the data that is there, by measure of completeness.
    standard : mapping
        The same of what the sites are held against.
    """

    place: tuple[bool, ...]
    data: tuple[bool, ...]
    assumptions: tuple[bool, ...]
    complete: tuple[Mapping[str, float], ...]
    standard: Mapping[str, float]

    @classmethod
    def of(cls, sites: Sequence[Measured], base: Measured | None) -> "Causes":
        """What may make these sites differ from one of them, or from their mean where that is none?"""
        complete = tuple(_completeness(site) for site in sites)
        return cls(
            place=tuple(_elsewhere(site, sites if base is None else [base]) for site in sites),
            data=tuple(_other_data(sites, base)),
            assumptions=tuple(_other_assumptions(sites, base)),
            complete=complete,
            standard=_mean(complete) if base is None else _completeness(base),
        )

    def told(self, site: int, measure: str, value: float, standard: float) -> str:
        """Which causes may a difference have, such as "place, data"? "" where there is none.

        Parameters
        ----------
        site : int
        measure : str
        value, standard : float
            That of the site and that of what it is held against. Where only one is known, the data differs.
        """
        if value == standard or not (np.isfinite(value) or np.isfinite(standard)):
            return ""
        by_data = self.data[site] or not np.isfinite(value - standard) or self._uneven(site, measure)
        found = {PLACE: self.place[site], DATA: by_data, ASSUMPTIONS: self.assumptions[site]}
        return ", ".join(cause for cause, holds in found.items() if holds) or PLACE

    def _uneven(self, site: int, measure: str) -> bool:
        """Is much more told of one than of the other of what the measure rests on?"""
        apart = cause_rules()["data"]["told"]
        known, standard = self.complete[site], self.standard
        return any(abs(known.get(b, np.nan) - standard.get(b, np.nan)) > apart for b in _behind().get(measure, ()))


def differing_settings(sites: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Which assumptions are not the same for all sites, and what are they at each?

    Parameters
    ----------
    sites : sequence of Measured

    Returns
    -------
    dict
        Value by site by name of the assumption; None where a site does not have it. Sites that could not be measured
        are left out.
    """
    measured = [site for site in sites if not site.table.empty]
    unlike = _unlike([site.settings for site in measured])
    return {name: {site.site_id: site.settings.get(name) for site in measured} for name in unlike}


def _unlike(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    distinct = {_written(each): each for each in settings}
    names = sorted({name for each in distinct.values() for name in each})
    return [name for name in names if len({_written(each.get(name)) for each in distinct.values()}) > 1]


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _elsewhere(site: Measured, others: Sequence[Measured]) -> bool:
    """Does the site lie where any of the others does not? One whose place is not known does."""
    return any(site.lon != other.lon or site.lat != other.lat for other in others if other is not site)


def _other_assumptions(sites: Sequence[Measured], base: Measured | None) -> list[bool]:
    """Are the assumptions not those of the one site, or of more than half of all?"""
    without = set(cause_rules()["assumptions"]["no_value"])
    kept = [_written({k: v for k, v in site.settings.items() if k not in without}) for site in sites]
    if base is not None:
        own = next(text for site, text in zip(sites, kept, strict=True) if site is base)
        return [text != own for text in kept]
    counted = Counter(text for site, text in zip(sites, kept, strict=True) if not site.table.empty)
    return [counted[text] * 2 <= counted.total() for text in kept]


def _other_data(sites: Sequence[Measured], base: Measured | None) -> list[bool]:
    """Is the data behind a site not like that behind the others, or not whole?"""
    others = [site for site in sites if not site.table.empty] if base is None else [base]
    least = len(others) / 2
    files_of, beside = Counter(map(_file, others)), Counter(map(_beside, others))
    days = [day for site in others if (day := _day(site)) is not None]
    usual = median(days) if days else None
    cut = base is not None and not _whole(base)
    unlike = []
    for site in sites:
        day = _day(site)
        apart = day is not None and usual is not None and abs(day - usual) > cause_rules()["data"]["days"]
        other_time = apart and files_of[_file(site)] <= least
        unlike.append(cut or not _whole(site) or other_time or beside[_beside(site)] <= least)
    return unlike


def _beside(site: Measured) -> str:
    """What was there besides the map data?"""
    return _written([site.data.get(name) or None for name in cause_rules()["data"]["same"]])


def _file(site: Measured) -> str:
    return str(site.data.get("source_sha256", ""))


def _whole(site: Measured) -> bool:
    return bool(float(site.data.get("covered", 1.0)) >= cause_rules()["data"]["covered"])


def _day(site: Measured) -> int | None:
    """The day of the map data as a number; none where it is not known."""
    try:
        return dt.date.fromisoformat(str(site.data.get("data_date", ""))[: len("1970-01-01")]).toordinal()
    except ValueError:
        return None


@cache
def _behind() -> dict[str, tuple[str, ...]]:
    return {measure.id: measure.behind for measure in read_measures() if measure.behind}


def _completeness(site: Measured) -> dict[str, float]:
    wanted = sorted({name for names in _behind().values() for name in names})
    values = site.table.value
    return {name: float(values[name, ""]) for name in wanted if (name, "") in values.index}


def _mean(complete: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = sorted({name for each in complete for name in each})
    known = {name: [each[name] for each in complete if np.isfinite(each.get(name, np.nan))] for name in names}
    return {name: float(np.mean(np.sort(values))) for name, values in known.items() if values}
