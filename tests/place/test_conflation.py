"""What is mapped several times is one place; what is several places stays so."""

import pandas as pd
import pytest
import shapely
from worlds import World, named

STREET = "highway=residential"


def places(world: World) -> pd.DataFrame:
    world.way([(-1000, -100), (1000, -100)], STREET)
    return world.place().places


def test_school_grounds_building_and_node_are_one_school() -> None:
    world = World()
    grounds = world.box(0, 0, 100, 100, "amenity=school", "name=Björkskolan", "isced:level=1;2")
    building = world.box(20, 20, 60, 40, "building=school", "amenity=school", "name=Björkskolan")
    node = world.node(70, 70, "amenity=school", "phone=031-1", "name=björkskolan ")
    found = places(world)
    assert len(found) == 1
    school = found.iloc[0]
    assert school["name"].strip().casefold() == "björkskolan"
    assert school.kind == "compulsory_school"
    assert set(school.members) == {grounds, building, node}
    assert school.geometry.area == pytest.approx(100 * 100, rel=0.01)  # the grounds
    assert school.tags["phone"] == "031-1"
    assert school.tags["isced:level"] == "1;2"


def test_a_building_that_is_only_a_building_is_no_second_school() -> None:
    world = World()
    world.box(0, 0, 100, 100, "amenity=school", "name=Björkskolan")
    world.box(20, 20, 60, 40, "building=school", "name=Hus A")
    assert places(world).name.tolist() == ["Björkskolan"]


@pytest.mark.parametrize("inner", ["", "name=Björkskolan"])
@pytest.mark.parametrize("outer", ["", "name=Björkskolan"])
def test_a_missing_name_does_not_make_two(inner: str, outer: str) -> None:
    world = World()
    world.box(0, 0, 100, 100, "amenity=school", *filter(None, [outer]))
    world.node(50, 50, "amenity=school", *filter(None, [inner]))
    found = places(world)
    assert found.name.tolist() == ["Björkskolan" if inner or outer else ""]


def test_different_names_stay_two() -> None:
    world = World()
    world.box(0, 0, 100, 100, "amenity=school", "name=Björkskolan")
    world.node(50, 50, "amenity=school", "name=Lindskolan")
    assert sorted(places(world).name) == ["Björkskolan", "Lindskolan"]


def test_different_kinds_stay_two() -> None:
    world = World()
    world.box(0, 0, 100, 100, "shop=supermarket", "name=Storköp")
    world.node(50, 50, "amenity=cafe")
    assert sorted(places(world).kind) == ["cafe", "supermarket"]


def test_kinds_of_one_family_are_one_place() -> None:
    world = World()
    world.box(0, 0, 100, 100, "amenity=school", "name=Nordlyckan")
    world.node(50, 50, "amenity=school", "name=Nordlyckan", "isced:level=3")
    found = places(world)
    assert found.kind.tolist() == ["upper_secondary_school"]


def test_shops_on_different_floors_stay_two() -> None:
    world = World()
    world.box(0, 0, 50, 50, "shop=clothes", "level=0")
    world.node(25, 25, "shop=clothes", "level=1")
    assert len(places(world)) == 2


def test_two_nodes_of_the_same_kind_outside_any_area_stay_two() -> None:
    world = World()
    world.node(0, 0, "amenity=cafe")
    world.node(5, 0, "amenity=cafe")
    assert len(places(world)) == 2


@pytest.mark.parametrize("part", ["leisure=playground", "leisure=pitch"])
@pytest.mark.parametrize("host", ["amenity=school", "amenity=kindergarten"])
def test_playgrounds_and_pitches_on_school_grounds_are_part_of_it(part: str, host: str) -> None:
    world = World()
    world.box(0, 0, 100, 100, host, "name=Skogen")
    world.box(10, 10, 30, 30, part)
    world.box(200, 0, 220, 20, part, "name=Kvarterets")
    assert sorted(places(world).name) == ["Kvarterets", "Skogen"]


def test_a_mall_and_the_nameless_shops_in_it_are_not_one() -> None:
    world = World()
    world.box(0, 0, 100, 100, "shop=mall", "name=Gallerian")
    world.node(50, 50, "shop=clothes", "indoor=yes")
    assert sorted(places(world).kind) == ["shop", "shopping_centre"]


# --- housing -------------------------------------------------------------------------------------------------


def block(world: World, west: float, south: float) -> None:
    """Streets round a block of 100 × 100 m, linked to what is there."""
    world.way(
        [(west, south), (west + 100, south), (west + 100, south + 100), (west, south + 100), (west, south)], STREET
    )


def test_nameless_houses_are_one_actor_a_block() -> None:
    world = World()
    block(world, 0, 0)
    block(world, 100, 0)
    one = [world.box(10 + 30 * i, 10, 30 + 30 * i, 30, "building=apartments") for i in range(3)]
    two = [world.box(110, 10 + 30 * i, 130, 30 + 30 * i, "building=residential") for i in range(2)]
    found = world.place().places
    assert sorted(found.members) == sorted([tuple(one), tuple(two)])
    assert found.kind.tolist() == ["housing", "housing"]
    assert found.name.tolist() == ["", ""]
    assert sorted(found.element_id) == sorted([one[0], two[0]])
    assert sorted(found.geometry.area.round(-1)) == [800, 1200]


def test_three_cooperatives_of_one_block_are_three() -> None:
    world = World()
    block(world, 0, 0)
    for i, name in enumerate(("Brf Björken", "Brf Linden", "Brf Eken")):
        world.box(10 + 30 * i, 10, 30 + 30 * i, 30, "building=apartments", f"name={name}")
    world.box(10, 60, 30, 80, "building=apartments")
    assert sorted(world.place().places.name) == ["", "Brf Björken", "Brf Eken", "Brf Linden"]


def test_houses_of_one_landlord_in_a_block_are_one() -> None:
    world = World()
    block(world, 0, 0)
    for i in range(3):
        world.box(10 + 30 * i, 10, 30 + 30 * i, 30, "building=apartments", "operator=Poseidon")
    found = world.place().places
    assert found.name.tolist() == ["Poseidon"]
    assert len(named(found, "Poseidon").members) == 3


def test_a_footpath_does_not_part_a_block() -> None:
    world = World()
    block(world, 0, 0)
    world.way([(0, 0), (100, 100)], "highway=footway")
    world.box(60, 10, 80, 30, "building=apartments")
    world.box(10, 60, 30, 80, "building=apartments")
    assert len(world.place().places) == 1


def test_houses_outside_every_block_are_grouped_by_neighbourhood() -> None:
    world = World()
    world.way([(0, 0), (500, 0)], STREET)
    world.box(10, 10, 30, 30, "building=apartments")
    world.box(60, 10, 80, 30, "building=apartments")  # 30 m on
    world.box(300, 10, 320, 30, "building=apartments")
    assert sorted(len(m) for m in world.place().places.members) == [1, 2]


def test_every_merged_element_is_a_member_once() -> None:
    world = World()
    block(world, 0, 0)
    world.box(10, 10, 30, 30, "building=apartments")
    world.box(0, 200, 100, 300, "amenity=school")
    world.node(50, 250, "amenity=school")
    found = world.place().places
    members = [m for own in found.members for m in own]
    assert len(members) == len(set(members)) == 3
    assert all(i in own for i, own in zip(found.element_id, found.members, strict=True))
    assert shapely.is_valid(found.geometry.to_numpy()).all()
