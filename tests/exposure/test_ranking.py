"""The order in which actors are listed, and what stands beside each of them."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.exposure.ranking import TOP, actor_columns, ranked, ranks, with_sureness

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


def test_of_errands_that_only_rounding_tells_apart_the_first_of_the_profile_is_told() -> None:
    assert rank(["node/1"], [[0.1 * 3, 0.1 + 0.2]]).main_function.tolist() == ["transit"]
    assert rank(["node/1"], [[0.3, 0.1 + 0.2]]).main_function.tolist() == ["transit"]
    assert rank(["node/1"], [[0.3, 0.3 + 1e-6]]).main_function.tolist() == ["shop"]


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


# --- how sure a rank is --------------------------------------------------------------------------------------


def sure(ids: Sequence[str], now: Sequence[float], drawn: Sequence[Sequence[float]]) -> gpd.GeoDataFrame:
    """Actors with these passages, and with these in each draw (a row for each actor)."""
    found = rank(ids, [[each] for each in now], functions=["shop"])
    return with_sureness(found, np.array(drawn, float).reshape(len(ids), -1), pd.Series(ids)).set_index("actor_id")


def test_an_interval_by_hand() -> None:
    """Of twenty draws the first from below and from above are left out: a tenth in all."""
    a = [9.0] * 18 + [1.0, 1.0]  # first, but twice last
    b = [5.0] * 19 + [9.0]  # second, but once first behind a's fall; first in the one before as well
    c = [1.0] * 18 + [4.0, 4.0]  # last, but twice second
    found = sure(["node/1", "node/2", "node/3"], [9, 5, 1], [a, b, c])
    assert found[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 3], [1, 2], [2, 3]]
    once = sure(["node/1", "node/2"], [9, 5], [[9.0] * 39 + [1.0], [5.0] * 40])
    assert once[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_of_two_hundred_draws_the_tenth_from_either_end() -> None:
    """A hundred actors of which the last is drawn at every rank from 1 to 100, twice: 5 to 96."""
    ids = [f"node/{i}" for i in range(1, 101)]
    others = np.repeat(np.arange(99, 0, -1.0)[:, None], 200, axis=1)
    last = np.arange(200) // 2 + 0.5
    found = sure(ids, [*range(100, 1, -1), 0.5], np.vstack([others, last]).tolist())
    assert found[["rank_low", "rank_high"]].to_numpy()[-1].tolist() == [5, 100]
    middle = sure(ids, [*range(99, 0, -1), 50.5], np.vstack([others, last]).tolist())
    assert middle[["rank_low", "rank_high"]].loc[["node/100"]].to_numpy().tolist() == [[5, 96]]


def test_an_interval_holds_the_rank_itself() -> None:
    """In all draws the order is the other way round; the ranking of the study is still what is told."""
    found = sure(["node/1", "node/2"], [9, 5], [[1.0] * 10, [2.0] * 10])
    assert found[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_how_often_among_the_first_ten_by_hand() -> None:
    ids = [f"node/{i}" for i in range(1, 13)]
    drawn = np.repeat(np.arange(12, 0, -1.0)[:, None], 4, axis=1)
    drawn[11] = [0.0, 0.5, 2.5, 100.0]  # twelfth, twelfth, eleventh, first
    found = sure(ids, list(range(12, 0, -1)), drawn.tolist())
    assert found.p_top10.tolist() == [1.0] * 9 + [0.75, 0.0, 0.25]


def test_whom_nobody_passes_is_not_among_the_first_ten() -> None:
    found = sure(["node/1", "node/2"], [3, 0], [[3.0, 0.0], [0.0, 0.0]])
    assert found.p_top10.tolist() == [0.5, 0.0]
    assert found[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_ranks_are_whole_numbers_and_there_are_none_without_draws() -> None:
    drawn = sure(["node/1", "node/2"], [3, 1], [[3.0], [1.0]])
    assert [drawn[c].dtype.kind for c in ("rank_low", "rank_high", "p_top10")] == ["i", "i", "f"]
    none = sure(["node/1", "node/2"], [3, 1], [[], []])
    assert none[["rank_low", "rank_high", "p_top10"]].isna().all(axis=None)
    nobody = with_sureness(rank([], []), np.empty((0, 5)), pd.Series([], dtype=str))
    assert nobody.empty
    assert {"rank_low", "rank_high", "p_top10"} <= set(nobody.columns)


def test_nothing_else_of_the_table_changes() -> None:
    found = rank(["node/1", "node/2", "node/3"], [[5, 2], [20, 10], [0, 8]])
    sured = with_sureness(found, np.ones((3, 5)), pd.Series(["node/1", "node/2", "node/3"]))
    assert sured.columns.tolist() == found.columns.tolist()
    rest = [c for c in found.columns if c not in ("rank_low", "rank_high", "p_top10")]
    pd.testing.assert_frame_equal(pd.DataFrame(sured[rest]), pd.DataFrame(found[rest]))
    assert found.rank_low.isna().all()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_drawn_actors_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"way/{i}" for i in range(40)])
    now, drawn = rng.integers(0, 9, (40, 1)).astype(float), rng.integers(0, 9, (40, 30)).astype(float)
    found = rank(ids.tolist(), now.tolist(), functions=["shop"])
    order = rng.permutation(40)
    one = with_sureness(found, drawn, ids)
    other = with_sureness(found, drawn[order], ids.iloc[order].reset_index(drop=True))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@given(st.integers(1, 15), st.integers(1, 30), st.integers(0, 10_000))
def test_intervals_of_any_draws(n: int, draws: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = [f"node/{i}" for i in rng.permutation(n)]
    now, drawn = rng.integers(0, 5, n).astype(float), rng.integers(0, 5, (n, draws)).astype(float)
    found = sure(ids, now.tolist(), drawn.tolist())
    assert ((found.rank_low >= 1) & (found.rank_low <= found["rank"])).all()
    assert ((found.rank_high <= n) & (found.rank_high >= found["rank"])).all()
    every = pd.DataFrame(ranks(drawn, pd.Series(ids)), index=ids).loc[found.index].to_numpy()
    below, above = every < found[["rank_low"]].to_numpy(), every > found[["rank_high"]].to_numpy()
    assert max(below.mean(axis=1).max(), above.mean(axis=1).max()) <= 0.05
    assert found.p_top10.sum() == pytest.approx(np.minimum((drawn > 0).sum(axis=0), TOP).mean())


@given(st.integers(1, 12), st.integers(0, 10_000))
def test_ranks_against_sorting_in_plain_python(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers, passed = rng.permutation(n) + 1, rng.integers(0, 4, (n, 3)).astype(float)
    found = ranks(passed, pd.Series([f"way/{i}" for i in numbers]))
    for column in range(3):
        order = sorted(range(n), key=lambda row: (-passed[row, column], numbers[row]))
        assert [found[row, column] for row in order] == list(range(1, n + 1))
