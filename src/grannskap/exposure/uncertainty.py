"""How sure the ranking is: the analysis again and again, with assumptions drawn by ``uncertainty.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from grannskap.exposure.chance import Keys, factors, keys_of, uniform
from grannskap.exposure.reassess import Demands, Otherwise, Rewalked, rewalk
from grannskap.exposure.scene import Alongside, Scene
from grannskap.routes.costs import edge_doubt
from grannskap.routes.network import Floats, Ints
from grannskap.study.model import Model, Study

_SPREADS = ("theta", "detour", "beta", "trips", "cost")


@dataclass(frozen=True, slots=True)
class Doubts:
    """How far may each assumption be from the truth? Fields as in ``uncertainty.toml``."""

    theta: tuple[float, float]
    detour: tuple[float, float]
    beta: tuple[float, float]
    trips: tuple[float, float]
    cost: tuple[float, float]
    frontage: tuple[float, ...]
    missing: float
    demands_per_street: int


@cache
def doubt_rules() -> dict[str, Any]:
    """How is each doubt stated, with unit and source?"""
    return tomllib.loads(files(__package__).joinpath("uncertainty.toml").read_text("utf-8"))


@cache
def doubts() -> Doubts:
    """Which doubts does the package hold?"""
    raw = doubt_rules()
    spreads: dict[str, Any] = {name: tuple(raw[name]["factors_5_95"]) for name in _SPREADS}
    return Doubts(
        **spreads,
        frontage=tuple(raw["frontage"]["factors"]),
        missing=float(raw["missing"]["share"]),
        demands_per_street=int(raw["demands_per_street"]["number"]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Fronts:
    """Zones at each width of frontage that is drawn, worked out once: by factor."""

    by: Mapping[float, Alongside]

    @classmethod
    def around(cls, scene: Scene, model: Model, known: Alongside, wanted: Doubts) -> "Fronts":
        """Which zones do the drawn widths make? ``known`` is that of the study itself."""
        others = {f: scene.alongside(model.frontage_m * f) for f in wanted.frontage if f != 1.0}
        return cls({1.0: known, **others})


def doubted(scene: Scene, study: Study, by: Alongside) -> tuple[Fronts, Floats]:
    """Between which zones is drawn for this study, and how much longer might each edge feel than the map tells?

    Parameters
    ----------
    scene : Scene
    study : Study
    by : Alongside
        Zones at the study's own width of frontage.
    """
    fronts = Fronts.around(scene, study.model, by, doubts())
    return fronts, edge_doubt(scene.arrivals.edges, study.profile.walker, dark=study.model.dark)


def drawn_passages(
    scene: Scene, model: Model, fronts: Fronts, *, doubt: Floats | None = None, spread: Doubts | None = None
) -> Floats:
    """How often is each actor passed in each draw?

    Parameters
    ----------
    scene, model, fronts, doubt, spread
        As for `draws`.

    Returns
    -------
    ndarray
        Passages a week, shape (actors, draws).
    """
    parts = [drawn.passages() for drawn in draws(scene, model, fronts, doubt=doubt, spread=spread)]
    return np.column_stack([np.empty((len(scene.actors), 0)), *parts])


def draws(
    scene: Scene, model: Model, fronts: Fronts, *, doubt: Floats | None = None, spread: Doubts | None = None
) -> Iterator[Rewalked]:
    """Which walks are taken in the draws, a set of streets at a time?

    Every draw has its own trips, decay and missing destinations; streets (route choice, perceived length, frontage) are
    drawn anew for every fourth. What is drawn depends on the seed, the number of the draw and the id of the street,
    destination or function, and on nothing else, so that two studies with the same seed can be compared draw by draw.

    Parameters
    ----------
    scene : Scene
    model : Model
        ``draws`` and ``seed``, and what is drawn around.
    fronts : Fronts
    doubt : ndarray of float, optional
        How much longer each edge would feel, in share of its length, if what the map does not tell of it were bad; each
        draw takes a part of it, from nothing to all.
    spread : Doubts, optional
        Those of the package when left out.

    Yields
    ------
    Rewalked
        One for each set of streets, with a column for each draw in them, in order.
    """
    spread = doubts() if spread is None else spread
    edges = scene.arrivals.edges
    ways, way = np.unique(edges.way_id.to_numpy(str), return_inverse=True)
    keys = _Keys(keys_of(ways), way, keys_of(scene.functions), keys_of(scene.options.element_id))
    size = spread.demands_per_street
    for first in range(0, model.draws, size):
        otherwise = _streets(model, first // size, keys, fronts, spread, doubt)
        numbers = range(first, min(first + size, model.draws))
        yield rewalk(scene, otherwise, _demands(scene, model.seed, numbers, keys, spread))


@dataclass(frozen=True, slots=True, eq=False)
class _Keys:
    """By what is drawn: ways and the way of each edge, functions, the element of each option."""

    ways: Keys
    way: Ints
    functions: Keys
    options: Keys


def _streets(model: Model, number: int, keys: _Keys, fronts: Fronts, spread: Doubts, doubt: Floats | None) -> Otherwise:
    seed = model.seed
    one = keys_of(["all streets"])
    theta = float(factors(one, spread.theta, seed=seed, draw=number, what="theta")[0])
    detour = float(factors(one, spread.detour, seed=seed, draw=number, what="detour")[0])
    front = int(uniform(one, seed=seed, draw=number, what="frontage")[0] * len(spread.frontage))
    cost = factors(keys.ways, spread.cost, seed=seed, draw=number, what="cost")[keys.way]
    more = np.zeros(1)
    if doubt is not None:
        more = doubt * uniform(keys.ways, seed=seed, draw=number, what="unknown")[keys.way]
    drawn = replace(
        model, theta_per_m=model.theta_per_m * theta, detour_ratio=1.0 + (model.detour_ratio - 1.0) * detour
    )
    return Otherwise(drawn, fronts.by[spread.frontage[front]], cost, more)


def _demands(scene: Scene, seed: int, draws: range, keys: _Keys, spread: Doubts) -> Demands:
    n = len(scene.choices.demand)
    trips = [factors(keys.functions, spread.trips, seed=seed, draw=d, what="trips") for d in draws]
    beta = [factors(keys.functions[:n], spread.beta, seed=seed, draw=d, what="beta") for d in draws]
    gone = [uniform(keys.options, seed=seed, draw=d, what="missing") < spread.missing for d in draws]
    return Demands(np.array(trips), np.array(beta), np.array(gone))
