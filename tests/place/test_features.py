"""Names, levels, layers and entrances of what is mapped."""

import pytest
import shapely
from worlds import World, metres, named

from grannskap.place.features import display_name, entrances, id_order, on_ground, passable

STREET = "highway=residential"


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "swedish", "english"),
    [
        ({"name": "Kirjasto", "name:sv": "Biblioteket", "name:en": "Library"}, "Biblioteket", "Library"),
        ({"name": "Kirjasto", "name:fi": "Kirjasto"}, "Kirjasto", "Kirjasto"),
        ({"name": "Hemköp", "brand": "HK", "operator": "Axfood"}, "Hemköp", "Hemköp"),
        ({"brand": "Hemköp", "operator": "Axfood"}, "Hemköp", "Hemköp"),
        ({"operator": "Göteborgs Stad"}, "Göteborgs Stad", "Göteborgs Stad"),
        ({"name": "  ", "brand": " ICA "}, "ICA", "ICA"),
        ({"name:sv": "", "name": "Ö"}, "Ö", "Ö"),
        ({"old_name": "Folkets hus"}, "", ""),
        ({}, "", ""),
    ],
)
def test_the_name_that_is_shown(tags: dict[str, str], swedish: str, english: str) -> None:
    assert display_name(tags, language="sv") == swedish
    assert display_name(tags, language="en") == english


def test_places_are_named_in_the_language_of_the_study() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.node(50, 10, "amenity=library", "name=Kirjasto", "name:sv=Biblioteket", "name:en=The library")
    assert world.place(language="sv").places.name.tolist() == ["Biblioteket"]
    assert world.place(language="en").places.name.tolist() == ["The library"]


# --- levels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "ground"),
    [
        ("0", True),
        ("1", False),
        ("-1", False),
        ("0;1", True),
        ("1;2", False),
        ("-1;0", True),
        ("-1-2", True),  # from −1 to 2
        ("1-3", False),
        ("-2--1", False),
        ("-2-0", True),
        ("0-1", True),
        ("0.5", False),
        ("-0.5-0.5", True),
        (" 0 ; 1 ", True),
        ("", True),
        ("G", False),
        ("first", False),
    ],
)
def test_does_a_level_hold_the_ground(level: str, ground: bool) -> None:
    assert on_ground({"level": level}) == ground
    assert passable({"level": level}) == ground


@pytest.mark.parametrize(
    ("tags", "open_to_passers"),
    [
        ({}, True),
        ({"indoor": "no"}, True),
        ({"indoor": "yes"}, False),
        ({"indoor": "room"}, False),
        ({"indoor": "yes", "level": "0"}, False),
        ({"level": "0"}, True),
    ],
)
def test_indoors_nobody_passes(tags: dict[str, str], open_to_passers: bool) -> None:
    assert passable(tags) == open_to_passers


def test_layer_and_openness_come_with_the_place() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.node(10, 10, "shop=books", "name=Ute")
    world.node(20, 10, "shop=books", "name=Uppe", "level=1")
    world.node(30, 10, "shop=books", "name=Inne", "indoor=yes")
    world.node(40, 10, "shop=books", "name=Nere", "layer=-1")
    places = world.place().places.set_index("name")
    assert places.passable.to_dict() == {"Ute": True, "Uppe": False, "Inne": False, "Nere": True}
    assert places.layer.to_dict() == {"Ute": 0, "Uppe": 0, "Inne": 0, "Nere": -1}


def test_lines_are_no_places_except_platforms() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.way([(0, 10), (50, 10)], "shop=kiosk", "name=Ett streck")
    world.way([(60, 10), (100, 10)], "public_transport=platform", "name=Hållplatsen")
    assert world.place().places.name.tolist() == ["Hållplatsen"]


def test_housing_is_a_building_and_no_point() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.node(50, 20, "building=apartments", "name=Brf Punkten")
    world.box(10, 10, 30, 30, "building=apartments", "name=Brf Huset")
    assert world.place().places.name.tolist() == ["Brf Huset"]


# --- entrances -----------------------------------------------------------------------------------------------


def house(*doors: tuple[float, float, str]) -> World:
    """A library 40 m wide beside a street, with doors on its outline."""
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    spots = [(30.0, 10.0), *((x, y) for x, y, _ in doors if y == 10), (70.0, 10.0)]
    back = [(70.0, 40.0), *((x, y) for x, y, _ in doors if y == 40), (30.0, 40.0), (30.0, 10.0)]
    world.way([*spots, *back], "building=yes", "amenity=library", "name=Biblioteket")
    for x, y, tag in doors:
        world.node(x, y, tag)
    return world


def arrivals_at(world: World, name: str) -> list[tuple[int, int]]:
    place = world.place()
    row = named(place.places, name).name
    row = int(place.places.index[place.places.name == name][0])
    here = place.access[place.access.place == row]
    return sorted((round(x - 500_000), round(y - 6_400_000)) for x, y in zip(here.x, here.y, strict=True))


def test_entrances_that_visitors_use() -> None:
    world = house((40, 10, "entrance=yes"), (60, 10, "entrance=main"), (50, 40, "entrance=service"))
    world.node(0, 0, "entrance=exit")
    doors = metres(entrances(world.read(), crs=3006))
    assert doors.main.tolist() == [False, True]
    assert shapely.get_coordinates(doors.geometry.to_numpy()).round().tolist() == [[40, 10], [60, 10]]


def test_a_main_door_is_preferred() -> None:
    doors = (40, 10, "entrance=yes"), (60, 10, "entrance=main")
    assert arrivals_at(house(*doors), "Biblioteket") == [(60, 10)]


def test_without_a_main_door_any_door_will_do() -> None:
    doors = (40, 10, "entrance=yes"), (60, 10, "entrance=staircase"), (50, 40, "entrance=service")
    assert arrivals_at(house(*doors), "Biblioteket") == [(40, 10), (60, 10)]


def test_without_doors_one_arrives_at_the_nearest_point_of_the_outline() -> None:
    (spot,) = arrivals_at(house(), "Biblioteket")
    assert spot[1] == 10
    (spot,) = arrivals_at(house((50, 40, "entrance=service")), "Biblioteket")
    assert spot[1] == 10


def test_a_door_at_the_back_is_where_one_arrives() -> None:
    assert arrivals_at(house((50, 40, "entrance=main")), "Biblioteket") == [(50, 40)]


def test_ids_are_sorted_by_kind_and_number() -> None:
    ids = ["way/10", "way/9", "relation/1", "node/100"]
    assert sorted(ids, key=id_order) == ["node/100", "relation/1", "way/9", "way/10"]
