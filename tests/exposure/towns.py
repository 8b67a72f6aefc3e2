"""A town of nine blocks for the tests of how sure a ranking is, with other costs one way than the other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from worlds import World

import grannskap as gk
from grannskap.exposure.uncertainty import Doubts
from grannskap.result import Result
from grannskap.routes import arrivals
from grannskap.routes.network import Floats
from grannskap.study.model import Model, Study

BLOCKS, SIDE_M = 3, 100.0
STREET = "highway=residential"
ACTOR = "amenity=kindergarten"
HOME = "Förskolan hemma"
LIBRARY = "Södra biblioteket"

CERTAIN = Doubts(
    theta=(1.0, 1.0),
    detour=(1.0, 1.0),
    beta=(1.0, 1.0),
    trips=(1.0, 1.0),
    cost=(1.0, 1.0),
    frontage=(1.0,),
    missing=0.0,
    demands_per_street=4,
)
"""No doubt at all."""

TRIPS = {
    "groceries": {"trips_per_week": 30.0, "choice": "huff", "beta_per_m": 0.004},
    "library": {"trips_per_week": 12.0, "choice": "huff", "beta_per_m": 0.003},
    "pharmacy": {"trips_per_week": 5.0, "choice": "nearest"},
}


def town() -> World:
    """Streets every 100 m from (0, 0), where the site is, to (300, 300); 14 preschools and nine places to go to."""
    world = World(bounds=((-300, -300), (600, 600)))
    ticks = [SIDE_M * i for i in range(BLOCKS + 1)]
    for tick in ticks:
        world.way([(each, tick) for each in ticks], STREET)
        world.way([(tick, each) for each in ticks], STREET)
    world.node(-8, -8, ACTOR, f"name={HOME}")
    beside = [(50, 12), (150, 22), (250, 12), (12, 50), (22, 150), (12, 250), (110, 50), (112, 150), (188, 150)]
    for x, y in [*beside, (150, 112), (250, 190), (150, 288), (315, 150)]:
        world.node(x, y, ACTOR, f"name=Förskolan {x}-{y}")
    for name, (x, y) in {"A": (305, 305), "B": (-5, 305), "C": (150, 205), "D": (95, 140)}.items():
        world.node(x, y, "shop=supermarket", f"name=Storköp {name}")
    world.box(240, 130, 260, 170, "shop=supermarket", "building=retail", "name=Stormarknaden")
    for x in (240, 260):  # a door towards either street, farther than 30 m from it
        world.node(x, 150, "entrance=main")
    world.node(305, -5, "amenity=library", f"name={LIBRARY}")
    world.node(100, 310, "amenity=library", "name=Norra biblioteket")
    world.node(205, 305, "amenity=pharmacy", "name=Apoteket")
    world.node(40, 205, "amenity=pharmacy", "name=Andra apoteket")
    return world


def without(world: World, name: str) -> World:
    """The same world, and the same ids, without the node of this name."""
    nodes = {number: node for number, node in world.nodes.items() if node[1].get("name") != name}
    assert len(nodes) == len(world.nodes) - 1
    return replace(world, nodes=nodes)


def uneven(
    monkeypatch: pytest.MonkeyPatch,
    times: Callable[[str], float] = lambda _: 1.0,
    more: Callable[[str], float] = lambda _: 0.0,
) -> None:
    """Let every way cost more than its metres, more one way than the other, times a factor of its own and a share more.

    The share is one of its metres.
    """

    def costs(edges: gpd.GeoDataFrame, *_: Any, **__: Any) -> tuple[Floats, Floats]:
        ways = edges.way_id.to_numpy(str)
        number = np.array([int(way.partition("/")[2]) for way in ways])
        metres = edges.length_m.to_numpy(float)
        factor, share = (np.array([each(way) for way in ways]) for each in (times, more))
        return metres * (factor * (1.0 + number % 5 / 10) + share), metres * (factor * (1.0 + number % 3 / 10) + share)

    monkeypatch.setattr(arrivals, "edge_costs", costs)


def study_of(world: World, folder: Path, *, trips: Any = None, rounds: bool = False, **model: Any) -> Study:
    """A study of a town; nothing is drawn unless ``draws`` asks for it."""
    profile: dict[str, Any] = {"name": "errands.toml"}
    if rounds:
        profile["round_walks"] = {"trips_per_week": 8.0, "length_m": 600.0}
    return world.study(
        folder,
        trips=TRIPS if trips is None else trips,
        profile=profile,
        reach={"radius_m": 900.0},
        model={"draws": 0} | model,
    )


def lived(world: World, folder: Path, *, trips: Any = None, rounds: bool = False, **model: Any) -> Result:
    """What an analysis of a town finds."""
    return gk.analyse(study_of(world, folder, trips=trips, rounds=rounds, **model))


def passages(result: Result) -> pd.Series:
    """Passages a week in the order of the scene's actors, by id."""
    ids = result.workings.scene.actors.element_id
    return result.actors.set_index("actor_id").passages_per_week.loc[ids]


def model_of(result: Result, **changes: Any) -> Model:
    """The study's model with some changes."""
    return replace(result.study.model, **changes)
