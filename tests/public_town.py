"""A town of crooked blocks, with houses all over it, shops along its middle and neighbours to be left out."""

import random
from functools import cache
from pathlib import Path
from typing import Any

from worlds import World

import grannskap as gk
from grannskap.result import Result
from grannskap.study import Study

HALF_M, BLOCK_M = 1800, 100
HOUSES = ((25, 25), (60, 28), (30, 62), (60, 60), (45, 43), (44, 77), (78, 45))  # in each block
TRIPS: dict[str, Any] = {
    "transit": {"trips_per_week": 60, "choice": "k_nearest", "k": 3},
    "groceries": {"trips_per_week": 80, "choice": "huff"},
    "green_space": {"trips_per_week": 40, "choice": "huff"},
    "meeting_place": {"trips_per_week": 40, "choice": "huff"},
}
STUDY_NAME = "Björkdungens stödboende"
SHELTER = "Skyddet vid bäcken"
HERE, NEIGHBOUR = (-171.63, 26.83), (783.0, 85.0)  # of one group, and both shown walks
VILLAGE = (-1100, -700)  # the middle of a large group


@cache
def town() -> World:
    chance = random.Random(7)  # noqa: S311 - a made-up town, not a secret
    world = World(bounds=((-HALF_M, -HALF_M), (HALF_M, HALF_M)))
    lines = range(-HALF_M + 50, HALF_M, BLOCK_M)
    corner = {(x, y): (x + chance.randint(-18, 18), y + chance.randint(-18, 18)) for x in lines for y in lines}
    for (x, y), here in corner.items():
        for other in ((x + BLOCK_M, y), (x, y + BLOCK_M)):
            if other in corner and chance.random() < 0.85:
                name = f"Gata {x}" if other[0] == x else f"Allé {y}"
                world.way([here, corner[other]], "highway=residential", f"name={name}")
    for x, y in corner:
        for dx, dy in HOUSES:
            west, south = x + dx + chance.randint(0, 6), y + dy + chance.randint(0, 6)
            tags = ("building=house", f"addr:street=Gata {x}", f"addr:housenumber={y + dx}:{dy}")
            world.box(west, south, west + 12, south + 10, *tags)
    _neighbours(world, chance)
    return world


def _neighbours(world: World, chance: random.Random) -> None:
    def spot() -> tuple[float, float]:
        return (chance.uniform(-HALF_M + 80, HALF_M - 80), chance.uniform(-HALF_M + 80, HALF_M - 80))

    kinds = ("amenity=cafe", "shop=bakery", "amenity=place_of_worship", "amenity=kindergarten", "office=company")
    for number in range(240):
        world.node(*spot(), kinds[number % len(kinds)], f"name=Granne {number}")
    for number in range(20):
        world.node(*spot(), "highway=bus_stop", f"name=Hållplats {number}")
    for number in range(10):
        world.node(*spot(), "shop=supermarket", f"name=Handeln {number}")
        world.node(*spot(), "amenity=library", f"name=Biblioteket {number}")
    for _ in range(15):
        x, y = spot()
        world.box(x, y, x + 70, y + 60, "leisure=park", "name=Parken")
    world.node(-169, 31, "office=company", f"name={STUDY_NAME}")  # somebody has mapped it, and as something else
    world.node(-95, 65, "amenity=social_facility", "social_facility=shelter", f"name={SHELTER}")


@cache
def village(houses: int, step: int = 200) -> World:
    """A wide grid of roads with so many houses at each crossing, and a shop and a stop here and there."""
    chance = random.Random(3)  # noqa: S311
    half, (middle_x, middle_y) = 2300, VILLAGE
    world = World(bounds=((middle_x - half, middle_y - half), (middle_x + half, middle_y + half)))
    east, north = (range(middle - half + 100, middle + half, step) for middle in VILLAGE)
    for x, y in ((x, y) for x in east for y in north):
        for other in ((x + step, y), (x, y + step)):
            if other[0] in east and other[1] in north:
                world.way([(x, y), other], "highway=residential", f"name=Byvägen {x}")
        for number in range(houses):
            west, south = x - 80 + 90 * number, y + 20 + chance.randint(0, 40)
            world.box(west, south, west + 12, south + 10, "building=house")
    for x, y in ((x, y) for x in east[::4] for y in north[::4]):
        world.node(x + 30, y + 5, "shop=supermarket", f"name=Handeln {x} {y}")
        world.node(x + 60, y + 5, "highway=bus_stop", f"name=Hållplats {x} {y}")
    return world


def town_study(folder: Path, at: tuple[float, float], **parts: Any) -> Study:
    tables: dict[str, Any] = {
        "study": {"name": STUDY_NAME},
        "reach": {"radius_m": 700},
        "model": {"draws": 0},
    }
    folder.mkdir(parents=True, exist_ok=True)
    return town().study(folder, at, trips=TRIPS, **{**tables, **parts})


def town_result(folder: Path, at: tuple[float, float], **parts: Any) -> Result:
    return gk.analyse(town_study(folder, at, **parts))
