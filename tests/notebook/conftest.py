"""What the tests of the notebooks' room share: the sample's places, and a small town with errands in it."""

from pathlib import Path

import pytest
from worlds import World, degrees

import grannskap as gk
from grannskap.place.place import Place
from grannskap.result import Result
from grannskap.study.model import Study

TRIPS = {"groceries": 20, "library": 10}


def ring() -> World:
    """A block of 200 m by 100 m with the site in one corner, a shop and a library far off, and actors on two sides.

    The way east is 200 m, past the school; the way north is 100 m, past the café. The library lies at the far corner.
    """
    world = World(bounds=((-400, -400), (800, 800)))
    world.way([(0, 0), (200, 0)], "highway=residential", "name=Södra gatan", "lit=yes", "surface=asphalt")
    world.way([(200, 0), (200, 100)], "highway=residential", "name=Östra gatan", "lit=no")
    world.way([(0, 0), (0, 100)], "highway=residential", "name=Västra gatan")
    world.way([(0, 100), (200, 100)], "highway=steps", "name=Norra trappan")
    world.node(100, 8, "amenity=kindergarten", "name=Förskolan Ängen", "phone=+46 31 1")
    world.node(-8, 60, "amenity=cafe", "name=Kafé $x_1$ 🌷 <b>&", "opening_hours=Mo-Fr 08:00-17:00")
    world.node(204, 4, "shop=supermarket", "name=Handeln")
    world.node(204, 104, "amenity=library", "name=Biblioteket")
    world.node(104, 92, "amenity=social_facility", "social_facility=shelter", "name=Hemliga huset")
    world.box(-60, 30, -20, 50, "building=apartments")
    world.node(150, -5, "highway=bus_stop", "name=Torget", "bench=yes")
    return world


def in_degrees(x: float, y: float) -> tuple[float, float]:
    """Latitude before longitude."""
    return degrees(x, y)[::-1]


@pytest.fixture(scope="session")
def town_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("ring")
    return ring().study(folder, trips=TRIPS, reach={"radius_m": 600.0}, model={"draws": 20})


@pytest.fixture(scope="session")
def town_place(town_study: Study) -> Place:
    return gk.open_place(town_study)


@pytest.fixture(scope="session")
def town_result(town_study: Study, town_place: Place) -> Result:
    return gk.analyse(town_study, town_place)


@pytest.fixture(scope="session")
def sample_place(sample: Path) -> Place:
    return gk.open_place(gk.read_study(sample / "study.toml"))
