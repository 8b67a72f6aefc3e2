"""Worlds worked by hand for the measures: one straight street, with whatever a test puts beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from worlds import Spot, World

from grannskap.comparison.measured import Measured
from grannskap.comparison.measuring import measured
from grannskap.pipeline import walked

STREET = "highway=residential"
SHORTEST = {"method": "shortest", "draws": 0}


def street(*spots: Spot, tags: Sequence[str] = ()) -> World:
    """One street through these spots; the map reaches 2 km in all directions."""
    world = World(bounds=((-2000, -2000), (2000, 2000)))
    world.way(list(spots), STREET, *tags)
    return world


def shop(world: World, x: float, y: float, name: str = "Affären") -> World:
    """A supermarket here."""
    world.node(x, y, "shop=supermarket", f"name={name}", anew=True)
    return world


def library(world: World, x: float, y: float) -> World:
    """A library here."""
    world.node(x, y, "amenity=library", "name=Biblioteket", anew=True)
    return world


def measures(world: World, folder: Path, at: Spot = (0, 0), /, *, trips: Mapping[str, Any], **parts: Any) -> Measured:
    """What a site in a world measures; by the shortest ways and without draws unless ``model`` says otherwise."""
    folder.mkdir(exist_ok=True)
    parts = {"model": SHORTEST, "reach": {"radius_m": 1500.0}} | parts
    return measured(walked(world.study(folder, at, trips=trips, **parts)))


def value(found: Measured, measure: str, of: str = "") -> float:
    """One value."""
    return float(found.table.value[measure, of])


def note(found: Measured, measure: str, of: str = "") -> str:
    """What is said beside it."""
    return str(found.table.note[measure, of])
