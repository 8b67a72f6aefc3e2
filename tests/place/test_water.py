"""The sea, which OpenStreetMap knows only by its coastline."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from grannskap.osm.extract import read_extract
from grannskap.place.water import sea, water_areas

EXTRACT = shapely.box(0, 0, 100, 100)


def coast(*lines: list[tuple[float, float]]) -> np.ndarray:
    return np.array([shapely.LineString(line) for line in lines])


def wet(lines: np.ndarray, x: float, y: float) -> bool:
    return any(part.contains(shapely.Point(x, y)) for part in sea(lines, EXTRACT))


def test_land_is_on_the_left_and_water_on_the_right() -> None:
    eastwards = coast([(0, 40), (100, 40)])
    assert wet(eastwards, 50, 20)
    assert not wet(eastwards, 50, 60)
    westwards = coast([(100, 40), (0, 40)])
    assert wet(westwards, 50, 60)
    assert not wet(westwards, 50, 20)


def test_a_coastline_that_the_extract_cuts_short_is_led_on_to_its_edge() -> None:
    assert wet(coast([(3, 40), (97, 40)]), 50, 20)


def test_an_island_is_land_and_the_sea_lies_around_it() -> None:
    island = coast([(40, 40), (60, 40), (60, 60), (40, 60), (40, 40)])
    assert not wet(island, 50, 50)
    assert wet(island, 20, 20)


def test_a_coastline_in_pieces_is_one() -> None:
    pieces = coast([(0, 40), (50, 40)], [(50, 40), (100, 40)])
    assert wet(pieces, 50, 20)
    assert not wet(pieces, 50, 60)


def test_without_a_coastline_there_is_no_sea() -> None:
    assert sea(np.empty(0, object), EXTRACT) == []


@pytest.mark.parametrize(("lon", "lat", "is_water"), [(24.9480, 60.1761, True), (24.9439, 60.1720, False)])
def test_the_bay_of_the_sample(sample: Path, lon: float, lat: float, is_water: bool) -> None:
    osm = read_extract(sample / "helsinki.osm.pbf")
    water = water_areas(osm, crs=32635).to_crs(4326)
    assert bool(water.contains(shapely.Point(lon, lat)).any()) is is_water
