"""The public view: the same for all addresses of a group, out of the attack's reach, and refused where need be."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from public_town import HERE, NEIGHBOUR, SHELTER, STUDY_NAME, town_result, town_study, village
from worlds import CRS, EAST, NORTH, World, degrees

import grannskap as gk
from grannskap.crs import WGS84, project
from grannskap.errors import OutputError, StudyError
from grannskap.fetching import fetch_snapshot
from grannskap.osm.cache import settled, site_box, snapshot_path
from grannskap.osm.snapshot import read_snapshot
from grannskap.public import hiding
from grannskap.public.attack import estimates
from grannskap.public.average import tried
from grannskap.public.candidates import dwellings, left_to
from grannskap.public.crowd import OFF_M, is_crowd
from grannskap.public.drawing import drawn
from grannskap.public.grid import APART, HALF_M, TILE_M, group_at
from grannskap.public.hiding import PLAUSIBLE, far_from, public_view
from grannskap.public.view import PublicView
from grannskap.result import Result
from grannskap.study import Study, parse_study
from grannskap.study.model import Site

VILLAGER = (220.0, -230.0)
Hidden = tuple[Result, hiding.Hiding, PublicView]


def hidden_among(result: Result) -> hiding.Hiding:
    found = hiding._hiding(result.study, *hiding._whereabouts(result))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Hidden:
    result = town_result(tmp_path_factory.mktemp("town"), HERE)
    return result, hidden_among(result), public_view(result)


def attacked(result: Result, hid: hiding.Hiding, view: PublicView) -> dict[str, tuple[float, float]]:
    runs, _ = hiding._runs(result.study, hid)
    return estimates(view, runs)


def shown(result: Result, hid: hiding.Hiding) -> tuple[PublicView, np.ndarray]:
    """The view, and all addresses that it may be of."""
    x, y, _ = hiding._whereabouts(result)
    return hiding._safe(result.study, hid, (x, y))


def moved(result: Result, x: float, y: float) -> Result:
    lon, lat = degrees(x - EAST, y - NORTH)
    return gk.analyse(replace(result.study, name="Annat namn", site=Site(lon=lon, lat=lat)))


def frames(view: PublicView) -> dict[str, pd.DataFrame]:
    return {"edges": view.edges, "actors": view.actors, "places": view.places, "kinds": view.kinds, **view.ground}


def test_all_addresses_of_a_group_have_the_same_view(hidden: Hidden) -> None:
    result, hid, view = hidden
    assert view.shows == "walks"
    fits = hid.spots[hid.mine & far_from(hid.spots, attacked(result, hid, view))]
    assert is_crowd(fits, least=PLAUSIBLE)
    inner = fits[(np.abs(np.mod(fits, TILE_M) - TILE_M / 2) < TILE_M / 2 - 1).all(axis=1)]  # degrees are rounded
    for x, y in inner[[0, -1]]:
        other = public_view(moved(result, float(x), float(y)))
        assert other.hidden.equals(view.hidden)
        assert other.manifest == view.manifest
        assert other.access.equals(view.access)
        for name, table in frames(view).items():
            pd.testing.assert_frame_equal(pd.DataFrame(frames(other)[name]), pd.DataFrame(table))


def test_no_reckoning_comes_near(hidden: Hidden) -> None:
    result, hid, view = hidden
    found = attacked(result, hid, view)
    assert {
        *("address whose walks fit best", "where cut walks would meet", "walks: mean", "actors: median"),
        *("where streets that are cut off meet", "middle of the largest hole", "largest house without walks"),
    } <= set(found)
    off = {name: np.hypot(x - EAST - HERE[0], y - NORTH - HERE[1]) for name, (x, y) in found.items()}
    assert min(off.values()) >= OFF_M, off


def test_the_attack_finds_a_residence_whose_own_walks_are_shown(hidden: Hidden) -> None:
    result, hid, _ = hidden
    site = np.array([[EAST + HERE[0], NORTH + HERE[1]]])
    area = hid.group.around(700)
    spots = np.concatenate([site, site + 60, hid.spots[hid.mine]])
    runs, own = tried(result.study, hid.place, spots, area=area, of_group=1)
    naive = drawn(result.study, hid.place, hid.group, runs.only(own), shows="walks", trimmed_m=-350.0)
    runs = runs.only(~own)
    assert np.hypot(*(np.array(estimates(naive, runs)["address whose walks fit best"]) - site[0])) < OFF_M


def test_no_walks_near_any_address_of_the_group(hidden: Hidden) -> None:
    _, hid, view = hidden
    walked = view.edges[view.edges.walks_class >= 0]
    assert len(walked)
    spots = shapely.MultiPoint(hid.spots[hid.mine])
    assert shapely.distance(np.asarray(walked.geometry), spots).min() >= OFF_M - 1e-6


def test_only_coarse_classes(hidden: Hidden) -> None:
    _, _, view = hidden
    assert set(view.edges.walks_class) <= set(range(-1, 5))
    assert set(view.actors.often) <= {0, 1, 2, 3}
    assert (view.actors.often == 3).sum() <= 10
    assert not {"rank", "passages_per_week", "distance_m", "lon", "lat"} & set(view.actors.columns)


def test_sensitive_neighbours_and_dwellings_are_out(hidden: Hidden) -> None:
    result, _, view = hidden
    for name in (SHELTER, STUDY_NAME):
        assert name in set(result.actors.name)
        assert name not in set(view.actors.name) | set(view.places.name)
    assert not {"housing", "shelter"} & (set(view.kinds.kind) | set(view.actors.kind))


def test_own_layers_and_pins_leave_no_trace(hidden: Hidden, tmp_path: Path) -> None:
    result, _, view = hidden
    functions = dict(result.study.profile.functions)
    functions["transit"] = replace(functions["transit"], pinned=(str(result.destinations.destination_id.iloc[-1]),))
    pinned = replace(result.study, profile=replace(result.study.profile, functions=functions, name=STUDY_NAME))
    other = public_view(replace(result, study=pinned))
    pd.testing.assert_frame_equal(pd.DataFrame(other.edges), pd.DataFrame(view.edges))
    assert STUDY_NAME not in str(other.manifest)
    assert tmp_path.name not in str(other.manifest)


@pytest.mark.parametrize("name", ["granne 7", "Bagarn GRANNE 7"])
def test_the_name_of_the_study_is_never_told(hidden: Hidden, name: str) -> None:
    """Somebody may have mapped the residence under its name: where that would be shown, nothing of the place is."""
    result, _, view = hidden
    shown = next(each for each in view.actors.name if each)
    named = name.casefold().replace("granne 7", shown.casefold())
    other = public_view(replace(result, study=replace(result.study, name=named)))
    assert (other.shows, other.why) == (("needs", "name") if named == shown.casefold() else ("walks", ""))


def test_a_protected_site_has_no_public_view(hidden: Hidden) -> None:
    result, _, _ = hidden
    with pytest.raises(StudyError, match="protected"):
        public_view(replace(result, study=replace(result.study, sensitivity="protected")))


def village_study(folder: Path, world: World) -> Study:
    model = {"draws": 0}
    return world.study(folder, VILLAGER, trips={"groceries": 400, "transit": 400}, reach={"radius_m": 500}, model=model)


def test_where_addresses_are_few_they_hide_in_a_large_group(tmp_path: Path) -> None:
    result = gk.analyse(village_study(tmp_path, village(2)))
    hid = hidden_among(result)
    assert hid.group.size == "large"
    assert hid.mine.sum() == 72
    view = public_view(result)
    assert view.shows == "walks"
    spots = shapely.points(hid.spots[hid.mine])
    assert shapely.contains(view.hidden, spots).all()
    assert shapely.distance(view.hidden.exterior, spots).min() >= OFF_M


def test_too_few_addresses_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too few addresses"):
        public_view(gk.analyse(village_study(tmp_path, village(1, step=400))))


def test_addresses_in_one_place_are_too_few(hidden: Hidden, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nearly all addresses lie in one of the squares, its middle would be near the residence."""
    result, hid, _ = hidden
    here = hid.mine & (hid.spots < (hid.group.x, hid.group.y)).all(axis=1)
    crowded = np.concatenate([hid.spots, *(hid.spots[here] + step for step in range(1, 10))])
    assert np.count_nonzero(hid.mine) >= 3 * np.count_nonzero(here) > 0
    monkeypatch.setattr(hiding, "dwellings", lambda *_: crowded)
    view = public_view(result)
    assert (view.shows, view.why) == ("needs", "map")  # a large group, for which it ends too soon


def test_map_data_that_ends_near_tells_nothing_of_the_place(tmp_path: Path) -> None:
    result = town_result(tmp_path, HERE, reach={"radius_m": 1600})
    view = public_view(result)
    assert (view.shows, view.why) == ("needs", "map")
    assert view.hidden.is_empty
    assert view.area.is_empty
    tables = [view.edges, view.actors, view.places, view.kinds, *view.ground.values()]
    assert sum(map(len, tables)) == 0
    assert view.access.function.tolist() == list(result.study.profile.functions)
    assert set(view.access.reach) == {""}
    assert not {"crs", "data_date", "worked_out_for"} & set(view.manifest)


@pytest.mark.parametrize("fixture", ["sample_result", "kotka_result"])
def test_the_samples_end_too_near(fixture: str, request: pytest.FixtureRequest) -> None:
    assert public_view(request.getfixturevalue(fixture)).shows == "needs"


@pytest.mark.parametrize(("x", "y", "shows"), [(496_817, 6_710_857, "walks"), (496_882, 6_710_732, "needs")])
def test_on_real_data_as_much_is_shown_as_hides(sample: Path, x: float, y: float, shows: str) -> None:
    lon, lat = project(x, y, source=32635, target=WGS84)
    parts: dict[str, Any] = {
        "site": {"lat": float(lat), "lon": float(lon)},
        "reach": {"radius_m": 300},
        "model": {"draws": 0},
    }
    parts |= {"study": {"name": "Kotka"}, "source": {"path": "kotka.osm.pbf"}}
    result = gk.analyse(parse_study(parts, folder=sample))
    hid = hidden_among(result)
    view, plausible = shown(result, hid)
    assert view.shows == shows
    assert far_from(np.array([[x, y]]), attacked(result, hid, view))[0]
    assert is_crowd(hid.spots[plausible], least=PLAUSIBLE) == (shows == "walks")  # or nothing of the place is told
    assert view.why == {"walks": "", "needs": "addresses"}[shows]
    assert view.data_date == {"walks": "2019-04", "needs": ""}[shows]  # the day could tell what was cut out


@pytest.mark.parametrize(
    ("at", "radius_m", "shows"),
    [((-197, 101), 600.0, "walks"), ((-779, -982), 700.0, "places"), ((-94, 198), 700.0, "kinds")],
)
def test_each_is_shown_as_much_as_hides(tmp_path: Path, at: tuple[float, float], radius_m: float, shows: str) -> None:
    result = town_result(tmp_path, at, reach={"radius_m": radius_m})
    hid = hidden_among(result)
    view, plausible = shown(result, hid)
    assert view.shows == shows
    assert is_crowd(hid.spots[plausible], least=PLAUSIBLE)
    site = np.array([EAST, NORTH]) + at
    assert np.hypot(*(hid.spots[plausible] - site).T).min() < 15  # it is one of them
    assert far_from(site[None, :], attacked(result, hid, view))[0]


def test_a_large_group_hides_whom_no_small_one_does() -> None:
    """Who has a crowd in their own small group is never shown the large one, and so is not plausible there."""
    large, step = group_at(EAST, NORTH, size="large", crs=CRS), HALF_M["small"] * APART / 2
    [(x, y), *others] = [(large.x + i * step, large.y + j * step) for i in (-1, 1) for j in (-1, 1)]
    side = 1.5 * TILE_M
    crowd = [(x + i * side + n, y + j * side) for i in (-1, 1) for j in (-1, 1) for n in range(20)]
    few = [(a + i * side, b + j * side) for a, b in others for i in (-1, 1) for j in (-1, 1)]
    between = [(large.x, large.y), (large.x + step, large.y + step)]
    left = left_to(large, np.array([*crowd, *few, *between]))
    assert left.tolist() == [False] * 80 + [True] * 12 + [False] * 2


def test_what_is_fetched_for_all_gives_the_same_to_all(hidden: Hidden, tmp_path: Path) -> None:
    """A snapshot of what lies around one address is no ground for a view of many; one that reaches farther is."""
    result, _, view = hidden
    study = result.study
    narrow = fetch_snapshot(study, snapshot=tmp_path / "narrow.gpkg").study
    assert public_view(replace(result, study=narrow)).why == "map"
    ours = fetch_snapshot(study, snapshot=tmp_path / "ours.gpkg", audience="public").study
    farther = town_study(tmp_path, NEIGHBOUR, reach={"radius_m": 1500})  # and so more is fetched than is asked for
    theirs = fetch_snapshot(farther, snapshot=tmp_path / "theirs.gpkg", audience="public").study
    for other in (replace(result, study=ours), gk.analyse(replace(theirs, reach=study.reach))):
        same = public_view(other)
        pd.testing.assert_frame_equal(pd.DataFrame(same.edges), pd.DataFrame(view.edges))
        assert same.manifest == view.manifest


def test_what_was_fetched_for_one_is_not_enough_even_where_it_reaches_as_far(tmp_path: Path) -> None:
    """That it does would tell that the site lies in the middle of its cell of the grid."""
    study = town_study(tmp_path, (850, 650), reach={"radius_m": 300})
    fetched = fetch_snapshot(study, snapshot=tmp_path / "snapshot.gpkg").study
    result = gk.analyse(study)
    group = hidden_among(result).group
    west, south, east, north = read_snapshot(tmp_path / "snapshot.gpkg")[0].bounds
    needed = gpd.GeoSeries([group.around(300)], crs=CRS).to_crs(WGS84)[0]
    assert shapely.box(west, south, east, north).contains(needed)
    assert public_view(result).shows != "needs"
    assert public_view(replace(result, study=fetched)).why == "map"


def test_what_was_fetched_for_all_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path, both lie in the cache folder; each run takes its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    study = town_study(tmp_path, HERE)
    unnamed = replace(study, source=replace(study.source, kind="overpass", path=None))
    narrow = snapshot_path(unnamed.source, site_box(unnamed))
    wide = snapshot_path(unnamed.source, site_box(unnamed, audience="public"))
    fetch_snapshot(study, snapshot=wide, audience="public")
    assert settled(unnamed).source.path == wide
    fetch_snapshot(study, snapshot=narrow)
    assert settled(unnamed).source.path == narrow
    assert settled(unnamed, audience="public").source.path == wide
    assert public_view(gk.analyse(unnamed)).shows == "walks"


def test_several_publications_leave_a_crowd(hidden: Hidden) -> None:
    """Who compares views with other settings finds which addresses each of them may be of."""
    result, hid, _ = hidden
    model, reach = result.study.model, result.study.reach
    others = [result.study, replace(result.study, model=replace(model, method="shortest"))]
    others += [replace(result.study, reach=replace(reach, radius_m=600.0))]
    left = np.ones(len(hid.spots), bool)
    for study in others:
        other = replace(result, study=study)  # of which a view takes the study and where the site is
        around = hidden_among(other)
        assert around.group == hid.group
        view, plausible = shown(other, around)
        assert view.shows == "walks"
        spots = set(map(tuple, around.spots[plausible]))
        left &= [tuple(spot) in spots for spot in hid.spots]
    assert is_crowd(hid.spots[left], least=PLAUSIBLE)


def test_a_small_view_and_a_large_one_tell_no_more_than_the_small(hidden: Hidden) -> None:
    _, hid, _ = hidden
    x, y = EAST + HERE[0], NORTH + HERE[1]
    large = group_at(x, y, size="large", crs=CRS)
    small = hid.group.holds(hid.spots[:, 0], hid.spots[:, 1])
    assert large.holds(hid.spots[small, 0], hid.spots[small, 1]).all()


def test_garages_are_no_addresses() -> None:
    world = World(bounds=((-2000, -2000), (2000, 2000)))
    world.way([(-500, 0), (500, 0)], "highway=residential")
    world.box(20, 20, 32, 30, "building=house")
    world.box(60, 20, 80, 30, "building=yes")
    world.box(100, 20, 140, 30, "building=garages")
    world.box(160, 20, 260, 90, "building=industrial")
    world.box(300, 20, 305, 25, "building=house")
    world.node(400, 10, "addr:street=Storgatan", "addr:housenumber=4")
    found = dwellings(world.place(), world.read())
    assert np.round(found[:, 0] - EAST).tolist() == [26, 70, 400]


def test_whoever_is_not_out_of_reach_is_shown_less(hidden: Hidden, monkeypatch: pytest.MonkeyPatch) -> None:
    result, _, _ = hidden
    x, y, _ = hiding._whereabouts(result)
    real: Any = estimates

    def hit(view: PublicView, runs: object) -> Any:
        return real(view, runs) | ({"a lucky guess": (x + 60, y - 60)} if view.has_map else {})

    monkeypatch.setattr(hiding, "estimates", hit)
    assert public_view(result).shows in {"kinds", "needs"}


def test_the_study_of_another_folder_makes_no_difference(hidden: Hidden, tmp_path: Path) -> None:
    _, _, view = hidden
    again = public_view(gk.analyse(town_study(tmp_path / "hemlig", HERE, study={"name": "Något helt annat"})))
    pd.testing.assert_frame_equal(pd.DataFrame(again.edges), pd.DataFrame(view.edges))
    assert again.manifest == view.manifest
