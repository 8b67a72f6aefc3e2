"""Every packaged profile: whole, considerate, and open to be changed, pinned and left unmet."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import World, named

import grannskap as gk
from grannskap.place.functions import read_functions
from grannskap.routes.access import access_table
from grannskap.routes.trips import choices
from grannskap.study import Profile, packaged_profile, packaged_profiles, parse_study

approx = pytest.approx
NEEDED = {"transit", "groceries", "green_space", "pharmacy", "healthcare", "library", "meeting_place"}
every_profile = pytest.mark.parametrize("name", packaged_profiles())


def study_profile(name: str, **overrides: Any) -> Profile:
    data = {
        "study": {"name": "Exempel"},
        "site": {"lat": 60.1713, "lon": 24.944},
        "source": {"path": "helsinki.osm.pbf"},
        "profile": {"name": name, **overrides},
    }
    return parse_study(data, folder=Path()).profile


def options(profile: Profile, *, without: str = "") -> pd.DataFrame:
    """Two places for each function of the profile, 300 and 600 m away, but none for one of them."""
    rows = [
        (f"node/{number}{place}", f"{function} {place}", function, metres, (f"node/{number}{place}",))
        for number, function in enumerate(profile.functions, start=1)
        for place, metres in ((1, 300.0), (2, 600.0))
        if function != without
    ]
    table = pd.DataFrame(rows, columns=["element_id", "name", "function", "cost_m", "members"])
    table = table.assign(weight=1.0, within_reach=True, distance_m=table.cost_m, straight_m=table.cost_m)
    open_to = choices(table, profile.functions)
    return table.assign(trips_per_week=open_to.spread(table.cost_m.to_numpy(float)))


def test_there_are_profiles_for_the_kinds_of_housing_that_the_guideline_names() -> None:
    assert packaged_profiles() == ("homeless_adults", "older_people_care", "standard", "supported_housing")


@every_profile
def test_a_profile_is_whole(name: str) -> None:
    profile = packaged_profile(name)
    assert profile.functions.keys() >= NEEDED
    assert profile.functions.keys() <= {function.id for function in read_functions()}
    assert all(demand.trips_per_week > 0 for demand in profile.functions.values())
    assert {demand.source for demand in profile.functions.values()} == {"Assumption"}
    assert profile.round_walks.trips_per_week > 0
    assert profile.round_walks.reason
    assert profile.round_walks.source == "Assumption"


@every_profile
def test_a_profile_is_of_a_whole_unit_and_says_so(name: str) -> None:
    profile = packaged_profile(name)
    residents = re.fullmatch(r"Trips per week of a whole unit with (\d+) to (\d+) residents", profile.unit)
    assert residents
    trips = sum(demand.trips_per_week for demand in profile.functions.values()) + profile.round_walks.trips_per_week
    assert int(residents[2]) * 3 <= trips <= int(residents[1]) * 28  # at most four walks a day for each resident
    assert "assumptions" in profile.description


def test_nothing_is_assumed_about_habits() -> None:
    shops = {packaged_profile(name).functions["alcohol_shop"] for name in packaged_profiles()}
    assert len(shops) == 1


def test_the_profiles_differ_where_life_does() -> None:
    by_name = {name: packaged_profile(name) for name in packaged_profiles()}
    care, homeless = by_name["older_people_care"], by_name["homeless_adults"]
    assert care.round_walks.length_m < min(p.round_walks.length_m for n, p in by_name.items() if p is not care)
    assert care.functions["groceries"].trips_per_week < homeless.functions["groceries"].trips_per_week
    assert (
        homeless.functions["meeting_place"].trips_per_week
        > by_name["standard"].functions["meeting_place"].trips_per_week
    )
    assert len({str(dataclasses.replace(profile, name="")) for profile in by_name.values()}) == len(by_name)


@every_profile
def test_a_study_changes_a_single_value_of_any_profile(name: str) -> None:
    before = packaged_profile(name)
    after = study_profile(name, functions={"library": {"trips_per_week": 99}}, round_walks={"length_m": 300})
    library = dataclasses.replace(before.functions["library"], trips_per_week=99.0, reason="", source="")
    assert after.functions == before.functions | {"library": library}
    assert after.round_walks == dataclasses.replace(before.round_walks, length_m=300.0, reason="", source="")
    assert study_profile(name, round_walks={"reason": "Frågat"}).round_walks == dataclasses.replace(
        before.round_walks, reason="Frågat"
    )


@every_profile
def test_a_need_that_nothing_meets_is_told_and_not_spread(name: str) -> None:
    profile = packaged_profile(name)
    for missing in profile.functions:
        there = options(profile, without=missing)
        served = there.groupby("function").trips_per_week.sum()
        wanted = {f: demand.trips_per_week for f, demand in profile.functions.items() if f != missing}
        assert served.to_dict() == approx(wanted)
        access = access_table(there, profile.functions, note="nothing").set_index("function")
        assert access.served_share.to_dict() == approx(dict.fromkeys(profile.functions, 1.0) | {missing: 0.0})
        assert access.note[missing] == "nothing"


@every_profile
def test_a_pinned_place_takes_all_of_its_function(name: str) -> None:
    for function in packaged_profile(name).functions:
        profile = study_profile(name, functions={function: {"pinned": [f"{function} 2"]}})
        trips = options(profile).set_index("name").trips_per_week
        assert trips[f"{function} 1"] == 0
        assert trips[f"{function} 2"] == approx(profile.functions[function].trips_per_week)


# --- walks without an errand, from the map to the tables ---------------------------------------------------------


def two_streets() -> World:
    """From the site 200 m of street to the west and to the east, with an actor by either.

    There are nodes 100 m, 150 m (where one arrives at the actor) and 200 m from the site, which stand for 75, 50 and 25
    m of street: half of the walks to either side turn before they come within 30 m of the actor.
    """
    world = World(bounds=((-600, -600), (600, 600)))
    world.way([(0, 0), (-100, 0), (-200, 0)], "highway=residential", "name=Västergatan")
    world.way([(0, 0), (100, 0), (200, 0)], "highway=residential", "name=Östergatan")
    for x in (-100, 100):  # where the streets are cut
        world.way([(x, 0), (x, 10)], "highway=platform")
    world.node(-150, -10, "amenity=place_of_worship", "name=Kyrkan")
    world.node(150, -10, "amenity=place_of_worship", "name=Moskén")
    return world


def strolled(world: World, folder: Path, **round_walks: Any) -> gk.Result:
    walks = {"trips_per_week": 12, "length_m": 500, "green": 2, "seats": 1, "quiet": 0} | round_walks
    profile = {"name": "errands.toml", "round_walks": walks}
    return world.analyse(folder, trips={"library": 5}, profile=profile)


def passages(result: gk.Result) -> dict[str, float]:
    """Of the actors with a name: the park has none."""
    actors = result.actors[result.actors.name != ""]
    return dict(zip(actors.name, actors.passages_round_walk.round(6), strict=True))


def test_walks_without_an_errand_pass_actors_there_and_back(tmp_path: Path) -> None:
    result = strolled(two_streets(), tmp_path)
    assert passages(result) == approx({"Kyrkan": 6, "Moskén": 6}, abs=0.001)  # 3 walks there and back
    by_street = result.edges.groupby("name").legs_round_walk.max()
    assert by_street[["Västergatan", "Östergatan"]].tolist() == approx([12, 12], abs=0.001)
    assert result.actors.passages_per_week.tolist() == approx([6, 6], abs=0.001)
    assert set(result.actors.main_function) == {"round_walk"}


def test_a_park_draws_the_walks_to_its_side(tmp_path: Path) -> None:
    world = two_streets()
    world.box(0, 20, 300, 120, "leisure=park")
    # The park is within 50 m of all of the east and of two spots of four on the first 100 m to the west. So the nodes
    # draw 3 · 75, 3 · 50 and 3 · 25 m to the east, 2 · 50 + 25, 50 and 25 m to the west: 650 m in all.
    drawn = passages(strolled(world, tmp_path))
    assert drawn == approx({"Kyrkan": 24 * 75 / 650, "Moskén": 24 * 225 / 650}, abs=0.001)
    assert passages(strolled(world, tmp_path, green=0))["Moskén"] == approx(6, abs=0.001)


@pytest.mark.parametrize("tag", ["amenity=bench", "highway=tertiary"])
def test_a_seat_and_a_busy_road_change_whom_the_walks_pass(tmp_path: Path, tag: str) -> None:
    world = two_streets()
    if tag == "amenity=bench":
        world.node(200, 5, tag)
    else:
        world.way([(200, 0), (200, 45)], tag)
    drawn = passages(strolled(world, tmp_path, length_m=401, quiet=3))
    assert (drawn["Moskén"] > drawn["Kyrkan"]) == (tag == "amenity=bench")


def test_a_short_walk_turns_before_the_actors(tmp_path: Path) -> None:
    assert passages(strolled(two_streets(), tmp_path, length_m=250)) == {"Kyrkan": 0, "Moskén": 0}


def test_walks_that_find_nowhere_to_turn_are_not_made(tmp_path: Path) -> None:
    result = strolled(two_streets(), tmp_path, length_m=50)
    assert result.edges.legs_per_week.sum() == 0


def test_the_walks_stand_beside_the_errands_and_change_none_of_them(tmp_path: Path) -> None:
    world = two_streets()
    world.node(200, 10, "amenity=library", "name=Biblioteket")
    without, with_ = strolled(world, tmp_path, trips_per_week=0), strolled(world, tmp_path)
    assert np.array_equal(without.edges.legs_library, with_.edges.legs_library)
    assert "legs_round_walk" not in without.edges
    assert passages(with_)["Moskén"] == approx(6, abs=0.001)
    assert named(with_.actors, "Moskén").passages_per_week == approx(16, abs=0.001)
