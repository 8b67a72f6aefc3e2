"""The area that is asked for: it holds what a study needs and tells no more of the site than the cell."""

import math

import geopandas as gpd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from grannskap.crs import WGS84
from grannskap.osm.grid import CELLS_PER_DEGREE, cell_box, cells_box
from grannskap.study.site import box_around

ACROSS, UP = CELLS_PER_DEGREE
LONGITUDES = st.floats(-179, 179)
LATITUDES = st.floats(-80, 80)
RADII = st.floats(1, 20_000)
WITHIN = st.floats(0.001, 0.999)


def holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def needed(lon: float, lat: float, radius_m: float) -> tuple[float, ...]:
    return box_around(gpd.GeoDataFrame(geometry=[shapely.Point(lon, lat)], crs=WGS84), radius_m=radius_m)


@example(18.0, 79.9999, 19_800)  # no slack in the step, and degrees of longitude that shorten fast
@example(18.0, -79.9999, 19_800)
@given(LONGITUDES, LATITUDES, RADII)
def test_the_box_holds_what_the_study_needs(lon: float, lat: float, radius_m: float) -> None:
    assert holds(cell_box(lon, lat, radius_m=radius_m), needed(lon, lat, radius_m))


@given(st.integers(-8900, 8900), st.integers(-8000, 8000), RADII, WITHIN, WITHIN)
def test_every_site_in_a_cell_gives_the_same_box(column: int, row: int, radius_m: float, x: float, y: float) -> None:
    middle = cell_box((column + 0.5) / ACROSS, (row + 0.5) / UP, radius_m=radius_m)
    assert cell_box((column + x) / ACROSS, (row + y) / UP, radius_m=radius_m) == middle


@given(st.integers(1, 40), WITHIN)
def test_every_radius_in_a_step_gives_the_same_box(steps: int, share: float) -> None:
    least, most = (max(500.0 * step - 200.0, 0.0) for step in (steps - 1, steps))
    radius_m = least + share * (most - least)
    assert cell_box(18.07, 59.335, radius_m=radius_m) == cell_box(18.07, 59.335, radius_m=most)


@pytest.mark.parametrize("lat", [55.6, 59.335, 67.9])
def test_the_margin_is_the_radius_and_at_most_a_step_more(lat: float) -> None:
    west, south, east, north = cell_box(18.07, lat, radius_m=1200)
    cell_south, cell_north = math.floor(lat * UP) / UP, (math.floor(lat * UP) + 1) / UP
    assert 1400 < (cell_south - south) * 111_000 < 1530
    assert 1400 < (north - cell_north) * 111_000 < 1530
    for side in (18.06 - west, east - 18.08):
        assert 1400 < side * 111_000 * math.cos(math.radians(lat)) < 1530


@given(LONGITUDES, LATITUDES, st.floats(0, 0.02), st.floats(0, 0.02))
def test_the_box_of_a_plot_holds_that_of_each_corner(lon: float, lat: float, width: float, height: float) -> None:
    whole = cells_box((lon, lat, lon + width, lat + height), radius_m=1200)
    for corner in [(lon, lat), (lon + width, lat), (lon, lat + height), (lon + width, lat + height)]:
        assert holds(whole, cell_box(*corner, radius_m=1200))


@pytest.mark.parametrize("spot", [(0.0, 90.0), (180.0, 0.0), (-180.0, -90.0)])
def test_the_box_stays_on_earth(spot: tuple[float, float]) -> None:
    assert holds((-180, -90, 180, 90), cell_box(*spot, radius_m=20_000))


def test_the_box_says_no_more_than_the_cell() -> None:
    assert cell_box(18.0701234, 59.3351234, radius_m=1200) == cell_box(18.0601, 59.3301, radius_m=1200)
