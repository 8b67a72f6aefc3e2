"""The order in which actors are listed, and what stands beside each of them."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.exposure.ranking import actor_columns, ranked

FUNCTIONS = ("transit", "shop")


def actors(*ids: str) -> gpd.GeoDataFrame:
    n = len(ids)
    columns = {
        "actor_id": list(ids),
        "name": [f"Name of {i}" for i in ids],
        "kind": ["preschool"] * n,
        "distance_m": np.arange(n, dtype=float),
        "visits_per_week": np.zeros(n),
        "minutes_per_week": np.zeros(n),
        "sensitive": [False] * n,
        "source": ["osm"] * n,
        "lon": np.zeros(n),
        "lat": np.zeros(n),
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(np.arange(n, dtype=float), 0.0), crs=3006)


def rank(
    ids: Sequence[str], passed: Sequence[Sequence[float]], *, legs: float = 100.0, functions: Sequence[str] = FUNCTIONS
) -> gpd.GeoDataFrame:
    table = np.array(passed, float).reshape(len(ids), len(functions))
    return ranked(actors(*ids), passed=table, functions=functions, legs_per_week=legs)


def test_most_passages_first() -> None:
    found = rank(["node/1", "node/2", "node/3"], [[5, 2], [20, 10], [0, 8]])
    assert found.actor_id.tolist() == ["node/2", "node/3", "node/1"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found.passages_per_week.tolist() == [30.0, 8.0, 7.0]
    assert found.index.equals(pd.RangeIndex(3))


def test_shares_and_functions_by_hand() -> None:
    found = rank(["node/1", "node/2"], [[30, 10], [5, 15]], legs=80.0).set_index("actor_id")
    assert found.share_of_trips.to_dict() == {"node/1": 0.5, "node/2": 0.25}
    assert found.main_function.to_dict() == {"node/1": "transit", "node/2": "shop"}
    assert found.passages_transit.to_dict() == {"node/1": 30.0, "node/2": 5.0}
    assert found.passages_shop.to_dict() == {"node/1": 10.0, "node/2": 15.0}


def test_everything_about_an_actor_moves_with_it() -> None:
    found = rank(["node/1", "node/2"], [[1, 0], [2, 0]])
    assert found.name.tolist() == ["Name of node/2", "Name of node/1"]
    assert shapely.get_x(found.geometry.to_numpy()).tolist() == [1.0, 0.0]
    assert found.crs == 3006


def test_ties_go_by_type_and_number() -> None:
    ids = ["way/3", "node/10", "relation/1", "node/9", "way/20"]
    found = rank(ids, [[4, 0]] * 5)
    assert found.actor_id.tolist() == ["node/9", "node/10", "relation/1", "way/3", "way/20"]
    assert found["rank"].tolist() == [1, 2, 3, 4, 5]


def test_rounding_in_sums_is_a_tie() -> None:
    # 0.1 + 0.2 is 0.30000000000000004 in doubles: as many passages as 0.3, so the lower number is first.
    found = rank(["node/2", "node/1"], [[0.1, 0.2], [0.3, 0.0]])
    assert found.actor_id.tolist() == ["node/1", "node/2"]


def test_nobody_passes() -> None:
    found = rank(["node/2", "node/1"], [[0, 0], [0, 0]])
    assert found.actor_id.tolist() == ["node/1", "node/2"]
    assert found.main_function.tolist() == ["", ""]
    assert found.share_of_trips.tolist() == [0.0, 0.0]


def test_no_walks_at_all() -> None:
    found = rank(["node/1"], [[0, 0]], legs=0.0)
    assert found.share_of_trips.tolist() == [0.0]


def test_no_actors() -> None:
    found = rank([], [])
    assert found.empty
    assert found.columns.tolist() == [*actor_columns(FUNCTIONS), "geometry"]


def test_no_functions() -> None:
    found = rank(["node/1"], [[]], functions=(), legs=0.0)
    assert found.passages_per_week.tolist() == [0.0]
    assert found.main_function.tolist() == [""]


def test_the_columns() -> None:
    assert rank(["node/1"], [[1, 2]]).columns.tolist() == [
        "rank",
        "actor_id",
        "name",
        "kind",
        "distance_m",
        "passages_per_week",
        "visits_per_week",
        "minutes_per_week",
        "share_of_trips",
        "rank_low",
        "rank_high",
        "p_top10",
        "main_function",
        "passages_transit",
        "passages_shop",
        "sensitive",
        "source",
        "lon",
        "lat",
        "geometry",
    ]


def test_the_interval_is_empty_until_it_is_drawn() -> None:
    found = rank(["node/1"], [[1, 2]])
    assert found[["rank_low", "rank_high", "p_top10"]].isna().all(axis=None)


def test_the_table_is_left_as_it_was() -> None:
    table = actors("node/1", "node/2")
    before = table.copy(deep=True)
    ranked(table, passed=np.array([[1.0], [2.0]]), functions=["shop"], legs_per_week=9.0)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_input_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = [f"node/{i}" for i in range(30)]
    passed = rng.integers(0, 4, (30, 2)).astype(float)
    order = rng.permutation(30)
    one = rank(ids, passed.tolist())
    other = rank([ids[i] for i in order], passed[order].tolist())
    assert one.actor_id.tolist() == other.actor_id.tolist()
    assert one.main_function.tolist() == other.main_function.tolist()


@given(st.lists(st.tuples(st.floats(0.0, 50.0), st.floats(0.0, 50.0)), max_size=12))
def test_sorted_and_adding_up(passed: list[tuple[float, float]]) -> None:
    found = rank([f"way/{i}" for i in range(len(passed))], passed)
    assert found["rank"].tolist() == list(range(1, len(passed) + 1))
    assert (np.diff(found.passages_per_week) <= 1e-9).all()
    np.testing.assert_allclose(found.passages_transit + found.passages_shop, found.passages_per_week)
    assert sorted(found.actor_id) == sorted(f"way/{i}" for i in range(len(passed)))
