"""Groups on the fixed grid: every place is in one of each size, and never near its middle."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from grannskap.crs import WGS84, metric_crs, project
from grannskap.osm.grid import PUBLIC_M, cells_box
from grannskap.public.grid import HALF_M, SIZES, TILE_M, TRIMMED_M, Group, Size, group_at, middle
from grannskap.study.site import box_around

PLACES = st.floats(200_000, 7_700_000)


@given(PLACES, PLACES, st.sampled_from(SIZES))
def test_a_place_is_in_its_group_and_far_from_the_middle(x: float, y: float, size: Size) -> None:
    group = group_at(x, y, size=size, crs=3006)
    assert group.holds([x], [y])[0]
    assert TILE_M <= abs(x - group.x) <= group.half_m
    assert TILE_M <= abs(y - group.y) <= group.half_m
    assert TILE_M * math.sqrt(2) <= math.hypot(x - group.x, y - group.y) <= group.half_m * math.sqrt(2)


@given(PLACES, PLACES, st.sampled_from(SIZES))
def test_a_place_is_in_no_other_group(x: float, y: float, size: Size) -> None:
    mine = group_at(x, y, size=size, crs=3006)
    steps = np.arange(-12, 13) * TILE_M + TILE_M / 2
    near = {(a, b) for a in middle(mine.x + steps, size) for b in middle(mine.y + steps, size)}
    assert (mine.x, mine.y) in near
    assert sum(bool(Group(a, b, size, 3006).holds([x], [y])[0]) for a, b in near) == 1


@given(PLACES)
def test_a_large_group_holds_small_ones_whole(x: float) -> None:
    [large] = middle([x], "large")
    along = large + np.arange(-1600, 1601, 10.0)
    inner = along[middle(along, "large") == large]
    small = np.unique(middle(inner, "small"))
    assert len(small) == 2
    assert len(inner) == np.count_nonzero(np.isin(middle(np.arange(along[0], along[-1], 10.0), "small"), small))


@pytest.mark.parametrize("size", SIZES)
def test_walks_are_trimmed_around_every_member(size: Size) -> None:
    group = group_at(500_000.0, 6_400_000.0, size=size, crs=3006)
    along = np.arange(-HALF_M[size], HALF_M[size] + 1, 50.0)
    members = [(group.x + i, group.y + j) for i in along for j in along if group.holds([group.x + i], [group.y + j])[0]]
    assert len(members) > 30
    assert min(group.hidden().exterior.distance(Point(spot)) for spot in members) >= TRIMMED_M[0] - 1e-6


@given(st.floats(10.5, 24.2), st.floats(55.2, 69.1), st.sampled_from([300.0, 700.0, 1200.0]))
def test_what_is_fetched_for_all_holds_the_view_of_any_address(lon: float, lat: float, radius_m: float) -> None:
    """Small groups only: a large one reaches over kilometres, and takes an extract."""
    crs = metric_crs(lon, lat)
    x, y = project(lon, lat, source=WGS84, target=crs)
    group = group_at(float(x), float(y), size="small", crs=crs)
    needed = gpd.GeoSeries([Point(group.x, group.y)], crs=crs).to_crs(WGS84)
    fetched = cells_box((lon, lat, lon, lat), radius_m=radius_m + PUBLIC_M)
    assert box(*fetched).contains(box(*box_around(needed, radius_m=group.half_m + radius_m)))
    drawn = gpd.GeoSeries([group.around(radius_m)], crs=crs).to_crs(WGS84)
    assert box(*box_around(needed, radius_m=group.half_m + radius_m)).contains(drawn[0])
