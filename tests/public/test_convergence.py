"""Walks that all begin in one place, and are cut off around it: drawn on, they tell which."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from grannskap.public.convergence import cut_off, densest, drawn_on, emptiest, on_foot

HOME = (120.0, -80.0)
HIDDEN = shapely.box(-500, -500, 500, 500)
TURNS = np.linspace(0, 2 * np.pi, 9)[:-1]


@pytest.fixture(scope="module")
def spokes() -> np.ndarray:
    """Eight straight walks from the home, as far as they can be seen."""
    ends = [(HOME[0] + 1500 * np.cos(turn), HOME[1] + 1500 * np.sin(turn)) for turn in TURNS]
    return np.array([shapely.LineString([HOME, end]).difference(HIDDEN) for end in ends], dtype=object)


def test_lines_are_cut_off_where_what_is_hidden_begins(spokes: np.ndarray) -> None:
    elsewhere = shapely.LineString([(700, 700), (900, 900)])
    cut, ends = cut_off(np.array([*spokes, elsewhere], dtype=object), HIDDEN)
    assert cut.tolist() == [True] * 8 + [False]
    assert np.abs(ends).max(axis=1) == pytest.approx(np.full(8, 500.0))


def test_walks_that_are_drawn_on_meet_at_home(spokes: np.ndarray) -> None:
    cut, ends = cut_off(spokes, HIDDEN)
    assert drawn_on(spokes[cut], ends, np.ones(8)) == pytest.approx(HOME, abs=0.1)


def test_weights_decide_between_two_places(spokes: np.ndarray) -> None:
    moved = np.array([shapely.transform(line, lambda spots: spots - (0, 200)) for line in spokes], dtype=object)
    lines = np.concatenate([spokes, moved])
    ends = shapely.get_coordinates(shapely.get_point(lines, 0))
    first = drawn_on(lines, ends, np.repeat([99.0, 1.0], 8))
    second = drawn_on(lines, ends, np.repeat([1.0, 99.0], 8))
    assert first[1] == pytest.approx(HOME[1] - 2, abs=0.1)
    assert second[1] == pytest.approx(HOME[1] - 198, abs=0.1)


def test_streets_lead_back_to_the_crossing_that_is_nearest_to_all() -> None:
    spots = [(x, y) for x in range(-600, 601, 100) for y in range(-600, 601, 100)]
    lines = [shapely.LineString([(x, y), (x + dx, y + dy)]) for x, y in spots for dx, dy in ((100, 0), (0, 100))]
    streets = gpd.GeoDataFrame(geometry=lines, crs=3006)
    ends = np.array([(200.0, 500.0), (200.0, -500.0), (500.0, -100.0), (-500.0, -100.0)])
    assert on_foot(streets, ends, np.ones(4), HIDDEN) == pytest.approx((200.0, -100.0))
    assert on_foot(streets, ends, np.array([1.0, 9.0, 9.0, 1.0]), HIDDEN) == pytest.approx((200.0, -100.0))
    assert on_foot(streets, ends[:1], np.ones(1), HIDDEN) == pytest.approx((200.0, 500.0), abs=100)


def test_the_emptiest_place_is_farthest_from_all_walks() -> None:
    square = np.array([shapely.box(-300, -100, 500, 400).exterior], dtype=object)
    x, y = emptiest(square, shapely.box(-300, -100, 500, 400))
    assert -50 <= x <= 250
    assert y == pytest.approx(150, abs=25)


def test_walks_that_grow_fewer_with_distance_tell_from_where() -> None:
    chance = np.random.default_rng(5)
    spots = chance.uniform((-300, -700), (1500, 700), size=(300, 2))
    weight = 1000 / (np.hypot(*(spots - HOME).T) + 10)
    assert np.hypot(*(np.array(densest(spots, weight, HIDDEN)) - HOME)) < 50
