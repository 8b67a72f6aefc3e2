"""Which assumption matters: one at a time, against analyses with that assumption changed and scipy's Spearman."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exposure.towns import CERTAIN, TRIPS, lived, passages, town, uneven
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from worlds import World

import grannskap as gk
from grannskap.exposure.ranking import ranks
from grannskap.exposure.sensitivity import COLUMNS, rank_correlation, sensitivity
from grannskap.exposure.uncertainty import Doubts, Fronts, doubts
from grannskap.result import Result
from grannskap.routes.network import Floats
from grannskap.routes.roundwalks import ROUND_WALK


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The town, with walks without an errand."""
    with pytest.MonkeyPatch.context() as patch:
        uneven(patch)
        return lived(town(), tmp_path_factory.mktemp("here"), rounds=True)


def moved(result: Result, spread: Doubts | None = None) -> pd.DataFrame:
    scene, model = result.workings.scene, result.study.model
    return sensitivity(scene, model, Fronts.around(scene, model, result.workings.by, spread or doubts()), spread=spread)


def row_of(table: pd.DataFrame, assumption: str, tried: object) -> pd.Series:
    rows = table[(table.assumption == assumption) & np.array([each == tried for each in table.tried])]
    assert len(rows) == 1, table
    return rows.iloc[0]


def alike(one: Floats, other: Floats, ids: pd.Series) -> tuple[float, float]:
    """Spearman's coefficient by scipy, of those passed in either, and how many of the first ten stay, slowly."""
    rank = ranks(np.column_stack([one, other]), ids)
    either = (one > 0) | (other > 0)
    top = min(10, int((one > 0).sum()))
    first, then = ({i for i, r in enumerate(rank[:, column]) if r <= top} for column in (0, 1))
    return float(stats.spearmanr(rank[either, 0], rank[either, 1]).statistic), len(first & then) / top


# --- by hand -------------------------------------------------------------------------------------------------


def fork() -> World:
    """Two streets from the site, east to a supermarket and west to a library, each with two preschools.

    Those to the east stand 12 and 25 m from the street, those to the west 15 and 18 m.
    """
    world = World(bounds=((-600, -300), (600, 300)))
    world.way([(-400, 0), (0, 0), (400, 0)], "highway=residential")
    world.node(405, 0, "shop=supermarket", "name=Storköp")
    world.node(-405, 0, "amenity=library", "name=Biblioteket")
    for name, spot in {"A": (150, 12), "B": (250, 25), "C": (-150, 15), "D": (-250, 18)}.items():
        world.node(*spot, "amenity=kindergarten", f"name={name}")
    return world


def test_a_fork_by_hand(tmp_path: Path) -> None:
    """Ten trips a week east and six west; A, B and the shop are passed 20 times, C, D and the library 12 times.

    By id (the order in the extract) the ranking is shop A B, library C D. Twice the trips west turn it over; at 20 m
    nobody passes B, which comes last. Half the trips east turn it over too; other changes leave it.
    """
    result = lived(fork(), tmp_path, trips={"groceries": 10.0, "library": 6.0})
    assert result.actors.name.tolist() == ["Storköp", "A", "B", "Biblioteket", "C", "D"]
    table, near = moved(result), 30.0 * 0.667
    turned = [4, 5, 6, 1, 2, 3]
    over = 1 - 6 * sum((a - b) ** 2 for a, b in zip(range(1, 7), turned, strict=True)) / (6 * 35)
    east_west = {("trips_library", "× 2"), ("trips_groceries", "× 0.5")}
    for each in table.itertuples():
        if (each.assumption, each.tried) in east_west:
            assert each.rank_correlation == pytest.approx(over)
        elif (each.assumption, each.tried) == ("frontage_m", near):
            # Storköp A Biblioteket C D B: B goes from third to sixth, the three behind it one up.
            assert each.rank_correlation == pytest.approx(1 - 6 * (3**2 + 3) / (6 * 35))
        else:
            assert each.rank_correlation == pytest.approx(1.0)
        assert each.top10_overlap == 1.0
    assert {tuple(row) for row in table[["assumption", "tried"]].head(2).to_numpy()} == east_west
    assert table[["assumption", "tried"]].iloc[2].tolist() == ["frontage_m", near]
    assert row_of(table, "trips_library", "× 2")["value"] == "profile"
    assert row_of(table, "frontage_m", near)["value"] == 30.0
    assert row_of(table, "method", "shortest")["value"] == "logit"


def test_of_fewer_than_ten_the_first_are_those_that_are_passed(tmp_path: Path) -> None:
    """At 10 m the six of the fork become two: their places are not held by those that nobody passes."""
    result = lived(fork(), tmp_path, trips={"groceries": 10.0, "library": 6.0})
    table = moved(result, replace(CERTAIN, frontage=(1.0, 1 / 3)))
    assert row_of(table, "frontage_m", 10.0).top10_overlap == 1.0  # six of six are among the first six
    scene, near = result.workings.scene, replace(result.study.model, frontage_m=10.0)
    other = Fronts.around(scene, near, scene.alongside(10.0), replace(CERTAIN, frontage=(1.0, 1.6)))
    from_near = sensitivity(scene, near, other, spread=CERTAIN)
    # Only the shop and the library are passed at 10 m; at 16 m A and C are too, and A is before the library.
    assert row_of(from_near, "frontage_m", 16.0).top10_overlap == 0.5


# --- against analyses of their own ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assumption", "tried", "change"),
    [
        ("theta_per_m", 0.01, {"theta_per_m": 0.01}),
        ("theta_per_m", 0.04, {"theta_per_m": 0.04}),
        ("method", "shortest", {"method": "shortest"}),
        ("frontage_m", 30.0 * 0.667, {"frontage_m": 30.0 * 0.667}),
        ("frontage_m", 30.0 * 1.333, {"frontage_m": 30.0 * 1.333}),
    ],
)
def test_each_row_is_an_analysis_with_that_changed(
    here: Result,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    assumption: str,
    tried: object,
    change: dict[str, Any],
) -> None:
    uneven(monkeypatch)
    other = lived(town(), tmp_path, rounds=True, **change)
    wanted = alike(passages(here).to_numpy(), passages(other).to_numpy(), here.workings.scene.actors.element_id)
    row = row_of(here.sensitivity, assumption, tried)
    assert (row.rank_correlation, row.top10_overlap) == pytest.approx(wanted)


@pytest.mark.parametrize("function", [*TRIPS, ROUND_WALK])
@pytest.mark.parametrize("times", [0.5, 2.0])
def test_trips_of_one_function(here: Result, function: str, times: float) -> None:
    ids = here.workings.scene.actors.element_id
    table = here.actors.set_index("actor_id").loc[ids]
    other = (table.passages_per_week + (times - 1.0) * table[f"passages_{function}"]).to_numpy()
    row = row_of(here.sensitivity, f"trips_{function}", f"× {times:g}")
    assert (row.rank_correlation, row.top10_overlap) == pytest.approx(alike(passages(here).to_numpy(), other, ids))


def test_plain_metres_for_perceived_length(here: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an analysis in which nothing feels longer."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with monkeypatch.context() as patch:
        uneven(patch)
        one = lived(town(), folders[0], rounds=True)
    other = lived(town(), folders[1], rounds=True)
    net = other.workings.scene.arrivals.net
    np.testing.assert_array_equal(net.cost_m, net.length_m)
    wanted = alike(passages(one).to_numpy(), passages(other).to_numpy(), one.workings.scene.actors.element_id)
    row = row_of(one.sensitivity, "perceived_length", "metres")
    assert (row.rank_correlation, row.top10_overlap) == pytest.approx(wanted)
    assert wanted[0] < 1.0
    assert "perceived_length" not in other.sensitivity.assumption.tolist()
    assert "perceived_length" in here.sensitivity.assumption.tolist()


def test_the_worst_of_what_the_map_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {f"way/{number}": number / 4 for number in range(1, 9)}
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    uneven(monkeypatch)
    one = lived(town(), folders[0], rounds=True)
    uneven(monkeypatch, more=more.__getitem__)
    other = lived(town(), folders[1], rounds=True)
    scene, model = one.workings.scene, one.study.model
    doubt = np.array([more[way] for way in scene.arrivals.edges.way_id])
    fronts = Fronts({1.0: one.workings.by})
    row = row_of(sensitivity(scene, model, fronts, doubt=doubt, spread=CERTAIN), "unknown_of_streets", "worst")
    wanted = alike(passages(one).to_numpy(), passages(other).to_numpy(), scene.actors.element_id)
    assert (row.rank_correlation, row.top10_overlap) == pytest.approx(wanted)
    assert wanted[0] < 1.0
    for nothing in (None, np.zeros(len(doubt))):
        table = sensitivity(scene, model, fronts, doubt=nothing, spread=CERTAIN)
        assert "unknown_of_streets" not in table.assumption.tolist()


# --- the table -----------------------------------------------------------------------------------------------


def test_what_matters_most_comes_first(sample_result: Result) -> None:
    table = sample_result.sensitivity
    assert tuple(table.columns) == COLUMNS
    assert (np.diff(table.rank_correlation) >= 0).all()
    assert table.rank_correlation.between(-1, 1).all()
    assert table.top10_overlap.between(0, 1).all()
    assert table.rank_correlation.iloc[0] < 0.97
    assert table.index.equals(pd.RangeIndex(len(table)))


def test_every_assumption_is_there(sample_result: Result) -> None:
    functions = [*sample_result.study.profile.functions, ROUND_WALK]
    found = sample_result.sensitivity.assumption.value_counts().to_dict()
    assert found == {
        **dict.fromkeys(["theta_per_m", "frontage_m", "beta_per_m", *(f"trips_{f}" for f in functions)], 2),
        **dict.fromkeys(["method", "perceived_length", "unknown_of_streets"], 1),
    }


@pytest.mark.parametrize(
    ("method", "there", "other"), [("shortest", None, "logit"), ("within_detour", "detour_ratio", "logit")]
)
def test_each_method_has_its_own_number(tmp_path: Path, method: str, there: str | None, other: str) -> None:
    table = lived(town(), tmp_path, method=method, detour_ratio=1.2).sensitivity
    numbers = set(table.assumption) & {"theta_per_m", "detour_ratio"}
    assert numbers == ({there} if there else set())
    assert table.set_index("assumption").tried["method"] == other
    if there:
        assert table[table.assumption == there].tried.tolist() == pytest.approx([1.1, 1.4])


def test_without_doubt_nothing_moves(here: Result) -> None:
    table = moved(here, CERTAIN)
    rest = table[~table.assumption.isin(["method", "perceived_length"])]  # these have alternatives, not doubts
    assert (rest.rank_correlation == 1.0).all()
    assert (rest.top10_overlap == 1.0).all()
    assert len(table) == len(rest) + 2


def test_draws_and_seed_have_no_part_in_it(here: Result, sample_result: Result, sample: Path) -> None:
    study = gk.read_study(sample / "study.toml")
    other = gk.analyse(replace(study, model=replace(study.model, draws=0, seed=77)))
    pd.testing.assert_frame_equal(other.sensitivity, sample_result.sensitivity)
    assert len(here.sensitivity)


def test_nobody_to_rank(here: Result) -> None:
    scene = here.workings.scene
    none = np.empty(0, np.intp)
    nobody = replace(scene, actors=scene.actors.iloc[:0], place=none, door=np.full(len(scene.options), -1, np.intp))
    fronts = Fronts.around(nobody, here.study.model, nobody.alongside(30.0), doubts())
    table = sensitivity(nobody, here.study.model, fronts)
    assert table[["rank_correlation", "top10_overlap"]].isna().all(axis=None)
    assert len(table) == len(moved(here))


def test_nobody_walks(tmp_path: Path) -> None:
    """What is needed is nowhere: there is no order that anything could move."""
    table = lived(town(), tmp_path, trips={"transit": 10.0}).sensitivity
    assert table[["rank_correlation", "top10_overlap"]].isna().all(axis=None)


# --- Spearman ------------------------------------------------------------------------------------------------


@given(st.integers(2, 40).flatmap(lambda n: st.tuples(*[st.permutations(range(n))] * 2)))
def test_as_scipy_has_it(orders: tuple[list[int], list[int]]) -> None:
    one, other = (np.array(order) * 3 + 7 for order in orders)  # ranks with gaps, as among some of all actors
    assert rank_correlation(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    assert rank_correlation(one, other) == pytest.approx(rank_correlation(other, one))


def test_of_fewer_than_two_there_is_no_order() -> None:
    assert np.isnan(rank_correlation(np.array([], int), np.array([], int)))
    assert np.isnan(rank_correlation(np.array([4]), np.array([1])))
