"""The public view: the same for all addresses of a group, out of the attack's reach, and refused where need be."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from public_town import SHELTER, STUDY_NAME, town_result, town_study
from worlds import EAST, NORTH, degrees

import grannskap as gk
from grannskap.errors import OutputError, StudyError
from grannskap.public import hiding
from grannskap.public.attack import estimates
from grannskap.public.average import tried
from grannskap.public.drawing import drawn
from grannskap.public.hiding import OFF_M, PLAUSIBLE, far_from, public_view
from grannskap.public.view import PublicView
from grannskap.result import Result
from grannskap.study.model import Site

HERE = (10.0, 20.0)
Hidden = tuple[Result, hiding.Hiding, PublicView]


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Hidden:
    result = town_result(tmp_path_factory.mktemp("town"), HERE)
    return result, hiding._hiding(result.study, *hiding._whereabouts(result)), public_view(result)


def attacked(result: Result, hid: hiding.Hiding, view: PublicView) -> dict[str, tuple[float, float]]:
    runs, _ = hiding._runs(result.study, hid)
    return estimates(view, runs)


def moved(result: Result, x: float, y: float) -> Result:
    lon, lat = degrees(x - EAST, y - NORTH)
    return gk.analyse(replace(result.study, name="Annat namn", site=Site(lon=lon, lat=lat)))


def frames(view: PublicView) -> dict[str, pd.DataFrame]:
    return {"edges": view.edges, "actors": view.actors, "places": view.places, "kinds": view.kinds, **view.ground}


def test_all_addresses_of_a_group_have_the_same_view(hidden: Hidden) -> None:
    result, hid, view = hidden
    assert view.shows == "walks"
    fits = hid.spots[hid.mine & far_from(hid.spots, attacked(result, hid, view))]
    assert len(fits) >= PLAUSIBLE
    for x, y in fits[[0, len(fits) // 2, -1]]:
        other = public_view(moved(result, float(x), float(y)))
        assert other.hidden.equals(view.hidden)
        assert other.manifest == view.manifest
        assert other.access.equals(view.access)
        for name, table in frames(view).items():
            pd.testing.assert_frame_equal(pd.DataFrame(frames(other)[name]), pd.DataFrame(table))


def test_no_reckoning_comes_near(hidden: Hidden) -> None:
    result, hid, view = hidden
    found = attacked(result, hid, view)
    assert {"address whose walks fit best", "where cut walks would meet", "middle of the walks"} <= set(found)
    off = {name: np.hypot(x - EAST - HERE[0], y - NORTH - HERE[1]) for name, (x, y) in found.items()}
    assert min(off.values()) >= OFF_M, off


def test_the_attack_finds_a_residence_whose_own_walks_are_shown(hidden: Hidden) -> None:
    result, hid, _ = hidden
    site = np.array([[EAST + HERE[0], NORTH + HERE[1]]])
    area = hid.group.square(1100)
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
    assert SHELTER in set(result.actors.name)
    assert SHELTER not in set(view.actors.name) | set(view.places.name)
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


def test_a_protected_site_has_no_public_view(hidden: Hidden) -> None:
    result, _, _ = hidden
    with pytest.raises(StudyError, match="protected"):
        public_view(replace(result, study=replace(result.study, sensitivity="protected")))


def test_too_few_addresses_are_refused(tmp_path: Path) -> None:
    result = town_result(tmp_path, (-1690.0, -1690.0))
    with pytest.raises(OutputError, match="fewer than"):
        public_view(result)


def test_map_data_that_ends_near_gives_kinds_alone(tmp_path: Path) -> None:
    view = public_view(town_result(tmp_path, HERE, reach={"radius_m": 1600}))
    assert view.shows == "kinds"
    assert view.hidden.is_empty
    assert view.area.is_empty
    assert not len(view.edges) + len(view.actors) + len(view.places) + sum(map(len, view.ground.values()))
    assert "crs" not in view.manifest


@pytest.mark.parametrize("fixture", ["sample_result", "kotka_result"])
def test_the_samples_end_too_near_for_a_map(fixture: str, request: pytest.FixtureRequest) -> None:
    assert public_view(request.getfixturevalue(fixture)).shows == "kinds"


def test_whoever_is_not_out_of_reach_is_shown_less_or_nothing(hidden: Hidden, monkeypatch: pytest.MonkeyPatch) -> None:
    result, _, _ = hidden
    x, y, _ = hiding._whereabouts(result)
    real: Any = estimates

    def hit(view: PublicView, runs: object) -> Any:
        return real(view, runs) | ({} if view.shows == "kinds" else {"a lucky guess": (x + 60, y - 60)})

    monkeypatch.setattr(hiding, "estimates", hit)
    try:
        assert public_view(result).shows == "kinds"
    except OutputError as error:
        assert "told apart" in str(error)  # noqa: PT017 - which of the two depends on who else is near


def test_the_study_of_another_folder_makes_no_difference(hidden: Hidden, tmp_path: Path) -> None:
    _, _, view = hidden
    again = public_view(gk.analyse(town_study(tmp_path / "hemlig", HERE, study={"name": "Något helt annat"})))
    pd.testing.assert_frame_equal(pd.DataFrame(again.edges), pd.DataFrame(view.edges))
    assert again.manifest == view.manifest
