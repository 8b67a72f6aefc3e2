"""Groups on the fixed grid: every place is in one, and never near its middle."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from grannskap.public.grid import TILES_M, TRIMMED_M, group_at

PLACES = st.floats(200_000, 7_700_000)


@given(PLACES, PLACES, st.sampled_from(TILES_M))
def test_a_place_is_in_its_group_and_far_from_the_middle(x: float, y: float, tile_m: float) -> None:
    group = group_at(x, y, tile_m=tile_m, crs=3006)
    assert group.holds([x], [y])[0]
    assert tile_m <= abs(x - group.x) <= 2 * tile_m
    assert tile_m <= abs(y - group.y) <= 2 * tile_m
    assert math.hypot(x - group.x, y - group.y) > 150


@given(PLACES, PLACES, st.sampled_from(TILES_M))
def test_a_place_is_in_no_other_group(x: float, y: float, tile_m: float) -> None:
    mine = group_at(x, y, tile_m=tile_m, crs=3006)
    steps = range(-3, 4)
    around = [(mine.x + 2 * tile_m * i, mine.y + 2 * tile_m * j) for i in steps for j in steps]
    others = [group_at(a + 1.5 * tile_m, b + 1.5 * tile_m, tile_m=tile_m, crs=3006) for a, b in around]
    assert sum(bool(group.holds([x], [y])[0]) for group in others) == 1


@pytest.mark.parametrize("tile_m", TILES_M)
def test_walks_are_trimmed_around_every_member(tile_m: float) -> None:
    group = group_at(500_000.0, 6_400_000.0, tile_m=tile_m, crs=3006)
    along = np.concatenate([np.linspace(-2, -1, 5), np.linspace(1, 2, 5)]) * tile_m
    for dx in along:
        for dy in along:
            assert group.hidden().exterior.distance(Point(group.x + dx, group.y + dy)) >= TRIMMED_M[0] - 1e-6
