"""What if: nothing changed gives the analysis itself, and each change what an analysis with that change would give."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exposure.towns import HOME, LIBRARY, TRIPS, lived, model_of, passages, town, uneven, without

import grannskap as gk
from grannskap.exposure.reassess import Demands, Otherwise, reassess
from grannskap.result import Result
from grannskap.routes.network import Floats
from grannskap.routes.roundwalks import ROUND_WALK
from grannskap.study.model import Method

METHODS = pytest.mark.parametrize("method", ["logit", "shortest", "within_detour"])
assert_same = partial(np.testing.assert_allclose, rtol=0.0, atol=1e-9)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The town with walks without an errand, and streets that cost more one way than the other."""
    with pytest.MonkeyPatch.context() as patch:
        uneven(patch)
        return lived(town(), tmp_path_factory.mktemp("usual"), rounds=True)


def again(result: Result, demands: Demands | None = None, **other: Any) -> Floats:
    """The result's actors reassessed with some things otherwise."""
    same = Otherwise(result.study.model, result.workings.by)
    return reassess(result.workings.scene, replace(same, **other), demands or Demands())


def by_function(result: Result) -> pd.DataFrame:
    """Passages a week by function, in the order of the scene's actors."""
    table = result.actors.set_index("actor_id").loc[result.workings.scene.actors.element_id]
    return table[[f"passages_{f}" for f in result.workings.scene.functions]]


# --- nothing otherwise ---------------------------------------------------------------------------------------


@METHODS
@pytest.mark.parametrize("slanted", [False, True], ids=["the same both ways", "other costs on the way home"])
def test_nothing_otherwise_is_the_analysis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, slanted: bool
) -> None:
    if slanted:
        uneven(monkeypatch)
    result = lived(town(), tmp_path, rounds=True, method=method)
    assert result.workings.scene.arrivals.net.symmetric is not slanted
    assert_same(again(result)[:, 0], passages(result))
    assert (passages(result) > 0).sum() >= 10


@METHODS
def test_nothing_otherwise_is_the_analysis_of_the_sample(sample: Path, method: Method) -> None:
    study = gk.read_study(sample / "study.toml")
    near = replace(study, reach=replace(study.reach, radius_m=600.0))
    result = gk.analyse(replace(near, model=replace(study.model, method=method, draws=0)))
    assert_same(again(result)[:, 0], passages(result))
    assert (passages(result) > 0).sum() > 100


def test_nothing_otherwise_where_the_map_is_thin(kotka_result: Result) -> None:
    assert_same(again(kotka_result)[:, 0], passages(kotka_result))


# --- each thing otherwise, against an analysis of its own -----------------------------------------------------


@pytest.mark.parametrize("change", [{"theta_per_m": 0.005}, {"method": "shortest"}, {"frontage_m": 15.0}])
def test_another_model(tmp_path: Path, usual: Result, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    uneven(monkeypatch)
    other = lived(town(), tmp_path, rounds=True, **change)
    model = model_of(usual, **change)
    found = again(usual, model=model, by=usual.workings.scene.alongside(model.frontage_m))[:, 0]
    assert_same(found, passages(other))
    assert np.abs(found - passages(usual)).max() > 0.1


def test_another_detour_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uneven(monkeypatch)
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one, other = (
        lived(town(), folder, method="within_detour", detour_ratio=ratio)
        for folder, ratio in zip(folders, (1.1, 1.3), strict=True)
    )
    found = again(one, model=other.study.model)[:, 0]
    assert_same(found, passages(other))
    assert np.abs(found - passages(one)).max() > 0.1


def test_streets_that_feel_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Destinations, ways in, routes and where walks without an errand turn are chosen anew, out and home."""

    def times(way: str) -> float:
        return {"way/1": 1.6, "way/4": 0.7, "way/6": 6.0}.get(way, 1.0)

    def more(way: str) -> float:
        return {"way/2": 0.4, "way/5": 1.3}.get(way, 0.0)

    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    uneven(monkeypatch)
    one = lived(town(), folders[0], rounds=True)
    uneven(monkeypatch, times, more)
    other = lived(town(), folders[1], rounds=True)
    ways = one.workings.scene.arrivals.edges.way_id
    factor, share = (ways.map(each).to_numpy(float) for each in (times, more))
    found = again(one, times_cost=factor, more_per_m=share / factor)[:, 0]  # the share is added before the factor
    assert_same(found, passages(other))
    assert np.abs(one.workings.scene.turning - other.workings.scene.turning).max() > 0.05
    assert np.abs(found - passages(one)).max() > 1.0
    moved = one.workings.scene.node != other.workings.scene.node
    assert one.workings.scene.options.name[moved].tolist() == ["Stormarknaden"]  # by its other door


def test_a_steeper_decay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usual: Result) -> None:
    uneven(monkeypatch)
    trips = TRIPS | {"library": {"trips_per_week": 12.0, "choice": "huff", "beta_per_m": 0.003 * 2.5}}
    other = lived(town(), tmp_path, rounds=True, trips=trips)
    names = [f for f in usual.workings.scene.functions if f != ROUND_WALK]
    found = again(usual, Demands(times_beta=np.array([[2.5 if f == "library" else 1.0 for f in names]])))[:, 0]
    assert_same(found, passages(other))
    assert np.abs(found - passages(usual)).max() > 0.1


def test_a_place_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usual: Result) -> None:
    uneven(monkeypatch)
    other = lived(without(town(), LIBRARY), tmp_path, rounds=True)
    options = usual.workings.scene.options
    gone = (options.name == LIBRARY).to_numpy()[None]
    assert gone.sum() == 1
    found = pd.Series(again(usual, Demands(gone=gone))[:, 0], index=usual.workings.scene.actors.element_id)
    known = passages(other)
    assert len(known) == len(found) - 1  # the library is an actor too
    assert_same(found[known.index], known)
    assert np.abs(found - passages(usual)).max() > 1.0


# --- demands -------------------------------------------------------------------------------------------------


def test_trips_of_a_function_count_as_often_as_they_are_made(usual: Result) -> None:
    """Linear in the trips: worked by hand from the passages for each errand."""
    functions = by_function(usual)
    factor = np.linspace(0.0, 3.0, functions.shape[1])
    found = again(usual, Demands(times_trips=factor[None]))[:, 0]
    assert_same(found, functions.to_numpy() @ factor)


def test_walks_without_an_errand_have_their_own_factor(usual: Result) -> None:
    functions = by_function(usual)
    assert usual.workings.scene.functions[-1] == ROUND_WALK
    assert functions[f"passages_{ROUND_WALK}"].sum() > 0
    only = np.array([[0.0] * (functions.shape[1] - 1) + [1.0]])
    assert_same(again(usual, Demands(times_trips=only))[:, 0], functions[f"passages_{ROUND_WALK}"])


def test_many_demands_are_each_as_if_alone(usual: Result) -> None:
    rng = np.random.default_rng(5)
    n, width = 7, len(usual.workings.scene.functions)
    n_options, n_demand = len(usual.workings.scene.options), len(usual.workings.scene.choices.demand)
    trips, beta = rng.uniform(0.2, 3.0, (n, width)), rng.uniform(0.2, 3.0, (n, n_demand))
    gone = rng.random((n, n_options)) < 0.3
    together = again(usual, Demands(trips, beta, gone))
    for row in range(n):
        alone = again(usual, Demands(trips[[row]], beta[[row]], gone[[row]]))
        assert_same(together[:, row], alone[:, 0])
    assert np.ptp(together, axis=1).max() > 1.0


def test_what_is_given_once_holds_for_all_demands(usual: Result) -> None:
    assert Demands().size == 1
    demands = Demands(times_beta=np.array([[1.0], [2.0], [1.0]]))
    assert demands.size == 3
    found = again(usual, demands)
    assert_same(found[:, 0], passages(usual))
    np.testing.assert_array_equal(found[:, 0], found[:, 2])
    assert np.abs(found[:, 1] - found[:, 0]).max() > 0.1


def test_nothing_there_at_all(usual: Result) -> None:
    """All places gone: only the walks without an errand are left, and no need is spread over them."""
    gone = np.ones((1, len(usual.workings.scene.options)), bool)
    functions = by_function(usual)
    assert_same(again(usual, Demands(gone=gone))[:, 0], functions[f"passages_{ROUND_WALK}"])


def test_one_function_without_a_place_leaves_the_others_as_they_are(usual: Result) -> None:
    gone = (usual.workings.scene.options.function == "pharmacy").to_numpy()[None]
    rest = by_function(usual).drop(columns="passages_pharmacy").sum(axis=1)
    assert_same(again(usual, Demands(gone=gone))[:, 0], rest)


def test_a_function_that_is_nowhere(tmp_path: Path) -> None:
    result = lived(town(), tmp_path, trips=TRIPS | {"transit": 20.0})
    assert result.access.set_index("function").served_share["transit"] == 0.0
    found = again(result, Demands(times_trips=np.array([[1.0, 1.0, 1.0, 5.0]])))[:, 0]
    assert_same(found, passages(result))


# --- edges of the world --------------------------------------------------------------------------------------


def test_whoever_stands_at_the_site_is_passed_by_every_walk(usual: Result) -> None:
    scene = usual.workings.scene
    home = np.flatnonzero(scene.actors.name == HOME)[0]
    assert usual.workings.by.at_site[home]
    rng = np.random.default_rng(6)
    times = rng.uniform(0.5, 2.0, (3, len(scene.functions)))
    found = again(usual, Demands(times_trips=times), times_cost=rng.uniform(0.8, 1.2, len(scene.arrivals.edges)))
    weekly = [each["trips_per_week"] for each in TRIPS.values()] + [8.0]
    assert_same(found[home], 2 * times @ np.array(weekly))
    assert (found.argmax(axis=0) == found.argmax(axis=0)[0]).all()


def test_no_actors(usual: Result) -> None:
    scene = usual.workings.scene
    nobody = replace(
        scene, actors=scene.actors.iloc[:0], place=scene.place[:0], door=np.full(len(scene.options), -1, np.intp)
    )
    same = Otherwise(usual.study.model, nobody.alongside(30.0))
    assert reassess(nobody, same, Demands(times_beta=np.ones((5, 1)))).shape == (0, 5)


def test_the_order_of_the_actors_does_not_matter(usual: Result) -> None:
    scene = usual.workings.scene
    order = np.random.default_rng(7).permutation(len(scene.actors))
    row = np.append(np.argsort(order), -1)
    turned = replace(
        scene, actors=scene.actors.iloc[order].reset_index(drop=True), place=scene.place[order], door=row[scene.door]
    )
    demands = Demands(times_beta=np.array([[1.0], [2.0]]))
    found = reassess(turned, Otherwise(usual.study.model, turned.alongside(30.0)), demands)
    assert_same(found, again(usual, demands)[order])


def test_the_scene_is_left_as_it_was(usual: Result) -> None:
    scene = usual.workings.scene
    before = scene.options.copy(deep=True), scene.arrivals.net.cost_m.copy(), scene.choices.weight.copy()
    again(usual, Demands(times_beta=np.array([[3.0]])), times_cost=np.full(len(scene.arrivals.edges), 1.7))
    pd.testing.assert_frame_equal(scene.options, before[0])
    np.testing.assert_array_equal(scene.arrivals.net.cost_m, before[1])
    np.testing.assert_array_equal(scene.choices.weight, before[2])
