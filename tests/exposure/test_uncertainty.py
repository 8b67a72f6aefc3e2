"""Draws: each doubt alone moves the ranking, the same seed draws the same, and no doubt gives the ranking itself."""

import math
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from exposure.towns import CERTAIN, HOME, STREET, lived, model_of, passages, town, uneven
from scipy import stats

import grannskap as gk
from grannskap.exposure import uncertainty
from grannskap.exposure.ranking import ranks, with_sureness
from grannskap.exposure.reassess import Demands, Otherwise
from grannskap.exposure.scene import Scene
from grannskap.exposure.uncertainty import Doubts, Fronts, doubt_rules, doubts, drawn_passages
from grannskap.result import Result
from grannskap.routes.costs import edge_doubt
from grannskap.routes.network import Floats

SPREAD = ("theta", "detour", "beta", "trips", "cost")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The town, with walks without an errand."""
    with pytest.MonkeyPatch.context() as patch:
        uneven(patch)
        return lived(town(), tmp_path_factory.mktemp("here"), rounds=True)


def alone(name: str, **more: Any) -> Doubts:
    """Only one thing is in doubt, as far as the package has it."""
    return replace(CERTAIN, **({name: getattr(doubts(), name)} if name else {}), **more)


def drawn(result: Result, spread: Doubts | None = None, *, doubt: Floats | None = None, **model: Any) -> Floats:
    scene, chosen = result.workings.scene, model_of(result, **({"draws": 8} | model))
    known = result.workings.by if chosen.frontage_m == result.study.model.frontage_m else scene.alongside(30.0)
    fronts = Fronts.around(scene, chosen, known, spread or doubts())
    return drawn_passages(scene, chosen, fronts, doubt=doubt, spread=spread)


def apart(result: Result, found: Floats) -> Floats:
    """By how much does each draw differ from the analysis, at most?"""
    return np.asarray(np.abs(found - passages(result).to_numpy()[:, None]).max(axis=0))


# --- what is drawn -------------------------------------------------------------------------------------------


def test_without_doubt_every_draw_is_the_analysis(here: Result) -> None:
    found = drawn(here, CERTAIN)
    np.testing.assert_allclose(found, np.tile(passages(here), (8, 1)).T, rtol=0, atol=1e-9)
    table = with_sureness(here.actors, found, here.workings.scene.actors.element_id)
    assert (table.rank_low == table["rank"]).all()
    assert (table.rank_high == table["rank"]).all()
    first = (table["rank"] <= 10) & (table.passages_per_week > 0)
    assert table.p_top10.tolist() == first.astype(float).tolist()


@pytest.mark.parametrize("name", ["theta", "beta", "trips", "cost", "frontage", "missing"])
def test_each_doubt_alone_changes_the_ranking(here: Result, sample_result: Result, name: str) -> None:
    for result, least in ((here, 0.01), (sample_result, 1.0)):
        found = drawn(result, alone(name), draws=16)
        assert (apart(result, found) > least).mean() > 0.3, result.study.name
    ids = sample_result.workings.scene.actors.element_id
    rank = ranks(np.column_stack([passages(sample_result), found]), ids)
    assert (rank[:, 1:] != rank[:, :1]).any()


def test_what_the_map_does_not_tell_changes_the_ranking(sample_result: Result) -> None:
    n = len(sample_result.workings.scene.arrivals.edges)
    some = np.where(np.arange(n) % 3 == 0, 0.5, 0.0)
    assert (apart(sample_result, drawn(sample_result, CERTAIN, doubt=some)) > 1.0).all()
    assert apart(sample_result, drawn(sample_result, CERTAIN, doubt=np.zeros(n))).max() < 1e-9


def test_the_limit_of_detours_is_drawn_where_it_rules(
    here: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uneven(monkeypatch)
    within = lived(town(), tmp_path, method="within_detour", detour_ratio=1.1)
    assert (apart(within, drawn(within, alone("detour"))) > 0.01).any()
    assert apart(within, drawn(within, alone("theta"))).max() < 1e-9
    assert apart(here, drawn(here, alone("detour"))).max() < 1e-9


def test_streets_are_drawn_for_every_fourth_and_demands_for_each(here: Result) -> None:
    for name in ("theta", "cost"):
        found = drawn(here, alone(name), draws=8)
        assert np.ptp(found[:, :4], axis=1).max() == 0.0
        assert np.abs(found[:, 3] - found[:, 4]).max() > 0.01
    for name in ("beta", "trips"):
        assert np.abs(np.diff(drawn(here, alone(name), draws=4), axis=1)).max(axis=0).min() > 0.01


@pytest.mark.parametrize("draws", [1, 3, 4, 5, 10])
def test_any_number_of_draws(here: Result, draws: int) -> None:
    """The first are the same however many there are."""
    many = drawn(here, draws=12)
    found = drawn(here, draws=draws)
    assert found.shape == (len(here.actors), draws)
    np.testing.assert_allclose(found, many[:, :draws], rtol=0, atol=1e-9)


def test_no_draws(here: Result) -> None:
    assert drawn(here, draws=0).shape == (len(here.actors), 0)
    assert here.actors[["rank_low", "rank_high", "p_top10"]].isna().all(axis=None)


def test_same_seed_same_draws(here: Result) -> None:
    np.testing.assert_array_equal(drawn(here, seed=4), drawn(here, seed=4))
    assert np.abs(drawn(here, seed=4) - drawn(here, seed=5)).max(axis=0).min() > 0.1


def test_the_analysis_draws_by_its_study(sample_result: Result, sample: Path) -> None:
    study = gk.read_study(sample / "study.toml")
    again = gk.analyse(replace(study, model=replace(study.model, draws=12, seed=3)))
    doubt = edge_doubt(sample_result.workings.scene.arrivals.edges, study.profile.walker)
    assert doubt.any()
    found = drawn(sample_result, draws=12, seed=3, doubt=doubt)
    table = with_sureness(again.actors, found, sample_result.workings.scene.actors.element_id)
    for column in ("rank_low", "rank_high", "p_top10"):
        assert again.actors[column].tolist() == table[column].tolist()
    assert again.actors.p_top10.tolist() != sample_result.actors.p_top10.tolist()


# --- by what it is drawn -------------------------------------------------------------------------------------


class Heard:
    """What the draws ask the model, noted in place of an answer."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[Scene, Otherwise, Demands]] = []
        patch.setattr(uncertainty, "rewalk", self)

    def __call__(self, scene: Scene, otherwise: Otherwise, demands: Demands) -> SimpleNamespace:
        self.asked.append((scene, otherwise, demands))
        return SimpleNamespace(passages=lambda: np.zeros((len(scene.actors), demands.size)))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Notes what is drawn."""
    return Heard(monkeypatch)


def by_way(scene: Scene, otherwise: Otherwise) -> dict[str, float]:
    ways: dict[str, float] = {}
    for way, factor in zip(scene.arrivals.edges.way_id, otherwise.times_cost, strict=True):
        assert ways.setdefault(way, factor) == factor, "a street feels longer as a whole"
    return ways


def test_a_street_is_drawn_alike_in_every_study(tmp_path: Path, heard: Heard) -> None:
    """Two sites share streets, destinations and functions: what differs between them is not by chance."""
    world = town()
    world.way([(300, 300), (400, 300), (400, 400)], STREET)
    world.node(410, 405, "amenity=pharmacy", "name=Tredje apoteket")
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    parts: dict[str, Any] = {"reach": {"radius_m": 900.0}, "model": {"draws": 0}}
    trips = {"pharmacy": 3.0, "library": 2.0}
    one = lived(town(), folders[0])
    other = gk.analyse(world.study(folders[1], (100, 200), trips=trips, **parts))
    for result in (one, other):
        n = len(result.workings.scene.arrivals.edges)
        drawn(result, draws=4, seed=9, doubt=np.full(n, 0.3))
    (scene, streets, demands), (scene2, streets2, demands2) = heard.asked
    ways, ways2 = by_way(scene, streets), by_way(scene2, streets2)
    assert len(ways2) == len(ways) + 1
    assert {way: ways2[way] for way in ways} == ways
    assert len(set(ways.values())) == len(ways)
    assert streets.model.theta_per_m == streets2.model.theta_per_m != one.study.model.theta_per_m
    for column, function in enumerate(other.workings.scene.functions):
        mine = scene.functions.index(function)
        assert demands.times_trips[:, mine].tolist() == demands2.times_trips[:, column].tolist()
        assert demands.times_beta[:, mine].tolist() == demands2.times_beta[:, column].tolist()
    lost, lost2 = (dict(zip(s.options.element_id, d.gone.T.tolist(), strict=True)) for s, _, d in heard.asked)
    shared = set(lost) & set(lost2)
    assert len(shared) == 4
    assert {each: lost[each] for each in shared} == {each: lost2[each] for each in shared}


def test_factors_lie_as_far_out_as_is_stated(here: Result, heard: Heard) -> None:
    n = 4000
    drawn(here, draws=n)
    spread, model = doubts(), here.study.model
    found = {
        "theta": np.array([o.model.theta_per_m for _, o, _ in heard.asked]) / model.theta_per_m,
        "detour": np.array([o.model.detour_ratio - 1.0 for _, o, _ in heard.asked]) / (model.detour_ratio - 1.0),
        "cost": np.concatenate([o.times_cost[:8] for _, o, _ in heard.asked]),
        "beta": np.concatenate([d.times_beta[:, 0] for *_, d in heard.asked]),
        "trips": np.concatenate([d.times_trips[:, -1] for *_, d in heard.asked]),
    }
    assert len(found["theta"]) == n / 4
    assert len(found["trips"]) == n
    for name in SPREAD:
        low, high = getattr(spread, name)
        off = 4 * math.sqrt(0.05 * 0.95 / len(found[name]))
        assert (found[name] < low).mean() == pytest.approx(0.05, abs=off), name
        assert (found[name] > high).mean() == pytest.approx(0.05, abs=off), name
        assert np.median(found[name]) == pytest.approx(1.0, abs=0.08), name


def test_places_are_missing_as_often_as_is_stated(here: Result, heard: Heard) -> None:
    drawn(here, draws=2000)
    gone = np.concatenate([d.gone for *_, d in heard.asked])
    assert gone.shape == (2000, len(here.workings.scene.options))
    assert gone.mean() == pytest.approx(doubts().missing, abs=0.01)
    between = np.corrcoef(gone.T)[np.triu_indices(gone.shape[1], 1)]
    assert np.abs(between).max() < 5 / math.sqrt(2000)


def test_a_place_is_missing_for_all_its_functions(here: Result, heard: Heard) -> None:
    scene = here.workings.scene
    twice = replace(
        scene, options=scene.options.assign(element_id=["node/1"] * 2 + scene.options.element_id.tolist()[2:])
    )
    drawn_passages(twice, model_of(here, draws=40), Fronts(dict.fromkeys(doubts().frontage, here.workings.by)))
    gone = np.concatenate([d.gone for *_, d in heard.asked])
    assert (gone[:, 0] == gone[:, 1]).all()
    assert gone[:, 0].any()


def test_widths_are_equally_likely(here: Result, heard: Heard) -> None:
    scene, model = here.workings.scene, model_of(here, draws=4000)
    fronts = Fronts.around(scene, model, here.workings.by, doubts())
    assert fronts.by[1.0] is here.workings.by
    drawn_passages(scene, model, fronts)
    count = [sum(o.by is by for _, o, _ in heard.asked) for by in fronts.by.values()]
    assert sum(count) == 1000
    assert stats.chisquare(count).pvalue > 0.01


def test_widths_that_are_not_in_doubt_are_not_drawn(here: Result, heard: Heard) -> None:
    fronts = Fronts({f: replace(here.workings.by) for f in doubts().frontage})
    drawn_passages(here.workings.scene, model_of(here, draws=80), fronts, spread=alone("theta", frontage=(1.333,)))
    assert all(otherwise.by is fronts.by[1.333] for _, otherwise, _ in heard.asked)


def test_a_doubt_of_the_map_is_taken_from_none_to_all(here: Result, heard: Heard) -> None:
    n = len(here.workings.scene.arrivals.edges)
    drawn(here, CERTAIN, draws=2000, doubt=np.full(n, 0.4))
    part = np.array([o.more_per_m[0] for _, o, _ in heard.asked]) / 0.4
    assert stats.kstest(part, "uniform").pvalue > 0.01


def test_a_doubt_of_the_map_has_a_chance_of_its_own(here: Result, heard: Heard) -> None:
    n = len(here.workings.scene.arrivals.edges)
    drawn(here, alone("cost"), draws=2000)
    drawn(here, alone("cost"), draws=2000, doubt=np.full(n, 0.4))
    cost, same = (np.array([o.times_cost[0] for _, o, _ in some]) for some in (heard.asked[:500], heard.asked[500:]))
    np.testing.assert_array_equal(cost, same)
    part = np.array([o.more_per_m[0] for _, o, _ in heard.asked[500:]]) / 0.4
    for other in (cost, np.abs(np.log(cost))):
        assert abs(stats.spearmanr(part, other).statistic) < 4 / math.sqrt(500)


# --- what it means -------------------------------------------------------------------------------------------


def test_whoever_every_walk_passes_is_first_for_sure(here: Result) -> None:
    """The preschool at the door stands within every width that is drawn."""
    scene = here.workings.scene
    found = drawn(here, draws=40)
    first = with_sureness(here.actors, found, scene.actors.element_id).iloc[0]
    assert first["name"] == HOME
    assert (first["rank"], first.rank_low, first.rank_high, first.p_top10) == (1, 1, 1, 1.0)
    row = np.flatnonzero(scene.actors.name == HOME)[0]
    assert np.ptp(found[row]) > 1.0  # trips are in doubt, the rank is not


def test_off_the_streets_nobody_passes_in_any_draw(tmp_path: Path) -> None:
    world = town()
    world.node(450, 450, "amenity=kindergarten", "name=Avsides")
    result = lived(world, tmp_path, draws=8)
    far = result.actors.set_index("name").loc["Avsides"]
    assert far.p_top10 == 0.0
    assert not drawn(result)[np.flatnonzero(result.workings.scene.actors.name == "Avsides")].any()


def test_the_interval_of_the_sample_holds_the_rank(sample_result: Result) -> None:
    actors = sample_result.actors
    assert ((actors.rank_low <= actors["rank"]) & (actors["rank"] <= actors.rank_high)).all()
    assert actors.rank_low.min() == 1
    assert actors.rank_high.max() <= len(actors)
    assert actors.p_top10.sum() == pytest.approx(10.0)
    passed = actors[actors.passages_per_week > 0]
    assert (passed.rank_high > passed.rank_low).mean() > 0.9


def test_without_actors(here: Result) -> None:
    scene = here.workings.scene
    none = np.empty(0, np.intp)
    nobody = replace(scene, actors=scene.actors.iloc[:0], place=none, door=np.full(len(scene.options), -1, np.intp))
    model = model_of(here, draws=6)
    fronts = Fronts.around(nobody, model, nobody.alongside(30.0), doubts())
    assert drawn_passages(nobody, model, fronts).shape == (0, 6)


# --- the rules -----------------------------------------------------------------------------------------------


def test_every_doubt_has_unit_and_source() -> None:
    rules = doubt_rules()
    assert set(rules) == {field.name for field in fields(Doubts)}
    for rule in rules.values():
        assert rule["unit"]
        assert rule["source"]


def test_spreads_lie_around_the_study_itself() -> None:
    spread = doubts()
    for name in SPREAD:
        low, high = getattr(spread, name)
        assert low < 1.0 < high
        assert math.sqrt(low * high) == pytest.approx(1.0, abs=1e-3), name
    assert 1.0 in spread.frontage
    assert 0.0 < spread.missing < 1.0
    assert spread.demands_per_street >= 1
