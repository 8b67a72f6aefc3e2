"""A site as a whole: the same numbers as its analysis, draws that can be paired, and what they rest on."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from comparison.worked import library, measures, note, shop, street, value
from exposure.towns import CERTAIN, TRIPS, study_of, town, uneven
from worlds import World

import grannskap as gk
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures
from grannskap.comparison.measuring import measured, settings_of
from grannskap.exposure import uncertainty
from grannskap.opening import shapes_of
from grannskap.pipeline import surveyed, walked
from grannskap.result import Result

approx = pytest.approx
BUSY: dict[str, Any] = {
    name: {**demand, "trips_per_week": 2.0 * float(str(demand["trips_per_week"]))} for name, demand in TRIPS.items()
}


def furnished() -> World:
    """The town, with some seats and a school, and streets of which something is told."""
    world = town()
    for x, y in ((60, 4), (196, 104), (150, 304)):
        world.node(x, y, "amenity=bench")
    for way, (key, said) in enumerate([("lit", "yes"), ("lit", "no"), ("surface", "asphalt"), ("incline", "2%")], 1):
        world.ways[way][1][key] = said
    world.node(40, -12, "amenity=school", "name=Skolan")
    world.node(240, 95, "shop=clothes")
    return world


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The town, which feels longer one way than the other, with walks without an errand and eight draws."""
    with pytest.MonkeyPatch.context() as patch:
        uneven(patch)
        return walked(study_of(furnished(), tmp_path_factory.mktemp("town"), rounds=True, draws=8))


@pytest.fixture(scope="module")
def found(here: Result) -> Measured:
    """What it measures."""
    return measured(here, site_id="here")


def with_model(result: Any, **changes: Any) -> Any:
    return replace(result, study=replace(result.study, model=replace(result.study.model, **changes)))


# --- the table --------------------------------------------------------------------------------------------------


def test_every_measure_and_no_other(found: Measured) -> None:
    assert set(found.table.index.get_level_values("measure")) == {measure.id for measure in read_measures()}
    for measure in read_measures():
        of = set(found.table.loc[measure.id].index)
        assert ("" in of) == (measure.overall or not measure.by), measure.id
        if measure.by == "function":
            assert of - {""} == set(TRIPS)
        if not measure.by:
            assert of == {""}


def test_sorted_and_once_each(found: Measured) -> None:
    assert found.table.index.is_monotonic_increasing
    assert found.table.index.is_unique
    assert found.draws.shape == (len(found.table), 8)


def test_shares_lie_between_0_and_1(found: Measured) -> None:
    shares = [measure.id for measure in read_measures() if measure.unit in ("share", "Gini coefficient")]
    rows = found.table.index.get_level_values("measure").isin(shares)
    numbers = np.column_stack([found.table.value, found.draws])[rows]
    assert ((numbers >= 0) & (numbers <= 1)).all()
    assert (numbers[:, 1:] != numbers[:, :1]).any()


def test_as_in_the_analysis(here: Result, found: Measured) -> None:
    """What stands in the tables of a study is the same number here."""
    legs = here.workings.walks.legs_per_week.sum()
    by_kind = here.actors.groupby("kind").passages_per_week.sum()
    assert len(by_kind) > 3
    for kind, often in by_kind.items():
        assert value(found, "passages_per_100_trips", str(kind)) == approx(200 * often / legs, rel=1e-12)
    for row in here.access.to_dict("records"):
        for measure in ("served_share", "n_within_reach", "nearest_m", "detour_factor"):
            assert value(found, measure, row["function"]) == approx(row[measure], rel=1e-12)
        assert value(found, "expected_m", row["function"]) >= row["mean_m"] - 1e-9
    metres = (here.edges.legs_per_week * here.edges.length_m).sum()
    lit = here.workings.scene.arrivals.edges.unlit.notna()
    assert value(found, "lit_known_share") == approx(
        (here.edges.legs_per_week * here.edges.length_m)[lit].sum() / metres, rel=1e-12
    )


@pytest.mark.parametrize("method", ["shortest", "within_detour"])
def test_expected_metres_are_those_on_the_streets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """By every route method: metres on all edges, and from doors to streets, over all legs."""
    uneven(monkeypatch)
    result = walked(study_of(furnished(), tmp_path, method=method))
    found = measured(result)
    options = result.workings.scene.options
    for function in TRIPS:
        mine = options[options.function == function]
        off = (mine.trips_per_week * mine.offset_m).sum() / mine.trips_per_week.sum()
        legs = result.edges[f"legs_{function}"]
        on = (legs * result.edges.length_m).sum() / (2 * mine.trips_per_week.sum())
        assert value(found, "expected_m", function) == approx(on + off, rel=1e-9)


def test_the_walks_alone_are_enough(sample_result: Result) -> None:
    """A whole analysis, one without sureness, and the walks before any table: all measure the same."""
    study = sample_result.study
    place = gk.open_place(study)
    alone, before = walked(study, place), surveyed(study, place, shapes_of(study))
    assert alone.sensitivity.empty
    assert alone.actors.rank_low.isna().all()
    assert alone.actors.passages_per_week.equals(sample_result.actors.passages_per_week)
    whole, *others = (measured(with_model(each, draws=4)).to_bytes() for each in (sample_result, alone, before))
    assert others == [whole, whole]


# --- draws ------------------------------------------------------------------------------------------------------


def test_measured_twice_it_is_the_same(here: Result, found: Measured) -> None:
    assert measured(here, site_id="here").to_bytes() == found.to_bytes()
    assert Measured.from_bytes(found.to_bytes()).to_bytes() == found.to_bytes()


def test_twice_the_trips_change_nothing(found: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uneven(monkeypatch)
    study = study_of(furnished(), tmp_path, trips=BUSY, draws=8)
    rounds = replace(study.profile.round_walks, trips_per_week=16.0, length_m=600.0)
    twice = measured(walked(replace(study, profile=replace(study.profile, round_walks=rounds))))
    assert twice.table.index.equals(found.table.index)
    np.testing.assert_allclose(twice.table.value, found.table.value, rtol=1e-9)
    np.testing.assert_allclose(twice.draws, found.draws, rtol=1e-9)


def test_without_draws_there_is_no_interval(here: Result, found: Measured) -> None:
    plain = measured(with_model(here, draws=0))
    assert plain.draws.shape == (len(plain.table), 0)
    assert plain.table.equals(found.table)


def test_more_draws_keep_the_first(here: Result, found: Measured) -> None:
    np.testing.assert_array_equal(measured(with_model(here, draws=4)).draws, found.draws[:, :4])
    assert not np.array_equal(measured(with_model(here, draws=4, seed=2)).draws, found.draws[:, :4])


def test_without_doubt_every_draw_is_the_site_itself(
    here: Result, found: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uncertainty, "doubts", lambda: CERTAIN)
    monkeypatch.setattr(uncertainty, "edge_doubt", lambda edges, *_, **__: np.zeros(len(edges)))
    again = measured(here)
    np.testing.assert_allclose(again.draws, np.repeat(again.table.value.to_numpy()[:, None], 8, axis=1), rtol=1e-9)
    np.testing.assert_array_equal(again.table.value, found.table.value)


def test_draws_are_those_of_the_ranking(here: Result, found: Measured) -> None:
    """In every draw, actors of two kinds are passed as often as the ranking says, against each other."""
    scene = here.workings.scene
    fronts, doubt = uncertainty.doubted(scene, here.study, here.workings.by)
    assert doubt.any()
    passed = uncertainty.drawn_passages(scene, here.study.model, fronts, doubt=doubt)
    kinds = ("library", "preschool")
    ranked = [passed[(scene.actors.kind == kind).to_numpy()].sum(axis=0) for kind in kinds]
    drawn = dict(zip(found.table.index, found.draws, strict=True))
    often = [drawn["passages_per_100_trips", kind] for kind in kinds]
    np.testing.assert_allclose(often[1] / often[0], ranked[1] / ranked[0], rtol=1e-9)


def test_schools_are_as_wide_as_is_drawn(here: Result, found: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "doubts", lambda: replace(CERTAIN, frontage=(0.5,)))
    monkeypatch.setattr(uncertainty, "edge_doubt", lambda edges, *_, **__: np.zeros(len(edges)))
    row = found.table.index.get_loc(("school_frontage_share", ""))
    drawn, half_m = measured(here).draws[row], here.study.model.frontage_m / 2
    by = here.workings.scene.alongside(half_m)
    half = measured(with_model(replace(here, workings=replace(here.workings, by=by)), frontage_m=half_m, draws=0))
    assert 0 < value(half, "school_frontage_share") < value(found, "school_frontage_share")
    np.testing.assert_allclose(drawn, value(half, "school_frontage_share"), rtol=1e-9)


def test_what_walks_do_has_an_interval(found: Measured) -> None:
    """And what they do not touch has none; of each function a place is left in all of these draws."""
    moved = found.table.index[(np.ptp(found.draws, axis=1) > 0)].get_level_values("measure")
    assert {measure.id for measure in read_measures()} - set(moved) == {"covered", "seats_per_km", "served_share"}


def test_places_that_are_drawn_as_missing_are_not_counted(found: Measured) -> None:
    row = found.table.index.get_loc(("n_within_reach", "groceries"))
    assert found.table.value.iloc[row] == 5
    assert found.draws[row].min() < 5
    assert found.draws[row].max() <= 5
    nearest = found.draws[found.table.index.get_loc(("nearest_m", "groceries"))]
    assert np.nanmin(nearest) == approx(value(found, "nearest_m", "groceries"), rel=1e-9)
    served = found.draws[found.table.index.get_loc(("served_share", "groceries"))]
    assert set(served) <= {0.0, 1.0}


def test_a_draw_without_the_only_place_has_no_distance(tmp_path: Path) -> None:
    world, model = library(shop(street((0, 0), (400, 0)), 300, 10), 400, 0), {"method": "shortest", "draws": 80}
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 10.0}, model=model)
    drawn = dict(zip(found.table.index, found.draws, strict=True))
    gone = drawn["served_share", "groceries"] == 0
    assert 1 < gone.sum() < 40
    assert (np.isnan(drawn["nearest_m", "groceries"]) == gone).all()
    half = drawn["served_share", ""][gone & (drawn["served_share", "library"] == 1)]
    assert ((half > 0) & (half < 1)).all()
    assert len(set(half)) == len(half), "by the trips of each draw"


# --- what it rests on -------------------------------------------------------------------------------------------


def test_settings_are_all_assumptions(found: Measured, here: Result) -> None:
    assert found.settings["profile.functions.groceries.beta_per_m"] == 0.004
    assert found.settings["reach.radius_m"] == 900.0
    assert found.settings["model.method"] == "logit"
    assert found.settings["profile.walker"] == "standard"
    assert found.settings["profile.round_walks.trips_per_week"] == 8.0
    words = ("site", "source", "name", "reason")
    assert not [name for name in found.settings if name.rpartition(".")[2] in words or name.startswith(words)]
    model, profile = here.study.model, here.study.profile
    changed = replace(here.study, model=replace(model, dark=True), profile=replace(profile, walker="senior"))
    differ = {k for k, v in settings_of(changed).items() if found.settings[k] != v}
    assert differ == {"model.dark", "profile.walker"}
    named = replace(here.study, name="Another", profile=replace(profile, name="other", description="Other words"))
    assert settings_of(named) == found.settings


def test_data_behind_it(found: Measured, here: Result) -> None:
    source = here.manifest["source"]
    assert isinstance(source, dict)
    assert found.data["source_sha256"] == source["sha256"]
    assert found.data["data_date"] == source["data_date"]
    assert (found.data["seed"], found.data["draws"], found.data["crs"]) == (1, 8, "EPSG:3006")
    assert found.data["version"] == gk.__version__
    assert found.data["covered"] == value(found, "covered")


def test_how_much_of_the_study_area_the_map_holds(tmp_path: Path) -> None:
    """A map that ends 100 m west of the site holds half of a circle of 1,000 m, and a strip beside it."""
    world = shop(street((0, 0), (400, 0)), 300, 10)
    world.bounds = ((-100, -1500), (1500, 1500))
    found = measures(world, tmp_path, trips={"groceries": 10.0}, reach={"radius_m": 1000.0})
    held = math.pi - (math.acos(0.1) - 0.1 * math.sqrt(0.99))
    assert value(found, "covered") == approx(held / math.pi, abs=2e-3)
    assert note(found, "covered") == ""


def test_where_and_which_site_it_is(here: Result, found: Measured, sample_result: Result) -> None:
    lon, lat = here.site.geometry.to_crs(4326).iloc[0].coords[0]
    assert (found.lon, found.lat) == approx((lon, lat), abs=1e-9)
    assert (found.site_id, found.name, found.role) == ("here", "A small world", "site")
    assert measured(with_model(sample_result, draws=0)).site_id == "study"
    assert measured(with_model(here, draws=0)).site_id == "A small world"


def test_the_middle_of_several_entrances(here: Result) -> None:
    north = here.site.geometry.translate(0, 100)
    two = replace(here, site=gpd.GeoDataFrame(geometry=[*here.site.geometry, *north], crs=here.site.crs))
    found = measured(with_model(two, draws=0))
    assert found.lat - measured(with_model(here, draws=0)).lat == approx(50 / 111_400, rel=1e-2)


def test_of_the_sample(sample_result: Result) -> None:
    """Nothing is missing where the map is full."""
    found = measured(with_model(sample_result, draws=4))
    assert found.table.value.notna().all()
    assert np.isfinite(found.draws).all()
    said = found.table[found.table.note != ""]
    assert (said.value == 0).all()
    assert set(said.index.get_level_values("measure")) <= {"passages_per_100_trips", "school_frontage_share"}
    assert 1.1 < value(found, "detour_factor") < 1.6
    assert 0.3 < value(found, "covered") < 0.4
