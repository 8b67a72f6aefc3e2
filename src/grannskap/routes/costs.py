"""Perceived length: what each edge costs a walker in each direction, by rules that are data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from grannskap.routes.network import Floats
from grannskap.study.model import Profile, Walker

METRES_PER_S = 1000.0 / 3600.0  # of one km/h
STEEP = 0.10  # the grade for which ``uphill`` is told


@dataclass(frozen=True, slots=True)
class Walking:
    """What does this walker feel? One value of each rule in ``costs.toml``, where units and sources stand."""

    speed_km_h: float
    uphill: float
    downhill_from: float
    downhill: float
    flight: float
    busy: float
    commercial: float
    crossing: float
    private: float
    rough: float
    dark: float
    unknown_grade: float

    @property
    def flight_m(self) -> float:
        """How many metres does this walker walk while a flight of steps takes its seconds?"""
        return self.flight * self.speed_km_h * METRES_PER_S


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("costs.toml").read_text("utf-8"))


@cache
def walking(walker: Walker) -> Walking:
    """What does this walker feel?

    Examples
    --------
    >>> walking("standard").crossing, round(walking("standard").flight_m, 1), walking("wheelchair").flight_m
    (70.0, 42.5, inf)
    """
    return Walking(**{name: float(rule[walker]["value"]) for name, rule in _table().items()})


def speed_km_h(profile: Profile) -> float:
    """How fast do these residents walk? As the profile says, else as its walker does."""
    return walking(profile.walker).speed_km_h if profile.speed_km_h is None else profile.speed_km_h


def cost_rules(walker: Walker, *, dark: bool) -> dict[str, dict[str, Any]]:
    """Which rules make this walker's perceived length, with the unit and the source of each?

    Returns
    -------
    dict
        ``value``, ``unit`` and ``source`` by rule, of JSON's types only: a value that no number tells is None. Rules
        for the dark are there only in the dark.
    """
    rules = {name: {"unit": rule["unit"], **rule[walker]} for name, rule in _table().items()}
    kept = {name: rule for name, rule in rules.items() if dark or name != "dark"}
    return {
        name: {**rule, "value": rule["value"] if np.isfinite(rule["value"]) else None} for name, rule in kept.items()
    }


def edge_costs(edges: gpd.GeoDataFrame, walker: Walker = "standard", *, dark: bool = False) -> tuple[Floats, Floats]:
    """How long does each edge feel in each direction, in perceived metres?

    ``cost = length_m · (1 + Σ shares) + fixed``; infinite where this walker cannot pass, and against a one-way for
    walkers. Shares and fixed metres are those of ``costs.toml``. What the map does not tell (nan) adds nothing.

    Parameters
    ----------
    edges : GeoDataFrame
        As in `grannskap.place.streets.Streets`.
    walker : {"standard", "senior", "wheelchair"}
    dark : bool
        Whether lighting counts.

    Returns
    -------
    tuple of ndarray
        u→v and v→u; above 0.

    Notes
    -----
    A slope adds ``uphill · grade / 10 %`` on the way up and ``e^(downhill · (fall − downhill_from)) − 1`` on the way
    down where it falls by more than ``downhill_from``. On steps neither is added: their flights tell the climb.

    The 50 m that Broach and Dill (2015) found for a turn are left out: a turn belongs to two streets, so that each node
    would have to be one for every street that leads to it: three times the nodes and twice the links on the sample.
    """
    feel = walking(walker)
    length = edges.length_m.to_numpy(float)
    level = 1.0 + _shares(edges, feel, dark=dark)
    fixed = _times(edges.flights.to_numpy(float), feel.flight_m) + feel.crossing * edges.crossings.to_numpy(float)
    grade = np.where(edges.steps.to_numpy(bool), 0.0, np.nan_to_num(edges.grade.to_numpy(float)))
    one_way = edges.one_way.to_numpy()
    closed = closed_to(edges, walker)
    costs = [length * (level + _slope(rise, feel)) + fixed for rise in (grade, -grade)]
    return (
        np.where(closed | (one_way == -1), np.inf, costs[0]),
        np.where(closed | (one_way == 1), np.inf, costs[1]),
    )


def edge_doubt(edges: gpd.GeoDataFrame, walker: Walker = "standard", *, dark: bool = False) -> Floats:
    """How much longer might each edge feel if all that the map does not tell of it were bad?

    Parameters
    ----------
    edges : GeoDataFrame
        As in `grannskap.place.streets.Streets`.
    walker : {"standard", "senior", "wheelchair"}
    dark : bool
        Whether lighting counts.

    Returns
    -------
    ndarray
        Share of the edge's length, 0 where everything is known. An unknown slope is taken as ``unknown_grade`` upwards,
        an unknown ground as unpaved, and in the dark an unknown light as none.
    """
    feel = walking(walker)
    slope = np.isnan(edges.grade.to_numpy(float)) & ~edges.steps.to_numpy(bool)
    doubt = feel.uphill * feel.unknown_grade / STEEP * slope + feel.rough * np.isnan(edges.rough.to_numpy(float))
    return np.asarray(doubt + dark * feel.dark * np.isnan(edges.unlit.to_numpy(float)))


def closed_to(edges: gpd.GeoDataFrame, walker: Walker) -> npt.NDArray[np.bool_]:
    """Which edges can this walker not use at all: steps in a wheelchair, and what is told not to be for one?

    Parameters
    ----------
    edges : GeoDataFrame
        As in `grannskap.place.streets.Streets`.
    walker : {"standard", "senior", "wheelchair"}

    Returns
    -------
    ndarray of bool
    """
    if np.isfinite(walking(walker).flight):
        return np.zeros(len(edges), bool)
    said = edges.wheelchair.to_numpy()
    return np.asarray((edges.steps.to_numpy(bool) & (said != "yes")) | (said == "no"))


def _shares(edges: gpd.GeoDataFrame, feel: Walking, *, dark: bool) -> Floats:
    """What the surroundings add to each metre, the same in both directions."""
    return np.asarray(
        feel.busy * edges.busy.to_numpy(float)
        + feel.commercial * edges.commercial.to_numpy(float)
        + feel.private * (edges.access == "private").to_numpy()
        + feel.rough * np.nan_to_num(edges.rough.to_numpy(float))
        + dark * feel.dark * np.nan_to_num(edges.unlit.to_numpy(float))
    )


def _slope(grade: Floats, feel: Walking) -> Floats:
    """What a slope adds to each metre, walked upwards where the grade is above 0."""
    steep_fall = np.maximum(-grade - feel.downhill_from, 0.0)
    return np.asarray(feel.uphill * np.maximum(grade, 0.0) / STEEP + np.expm1(feel.downhill * steep_fall))


def _times(many: Floats, metres: float) -> Floats:
    return many * metres if np.isfinite(metres) else np.zeros(len(many))
