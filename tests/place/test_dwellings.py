"""Ordinary dwellings: which addresses and homes count, and which never do."""

import numpy as np
import pytest
import shapely
from worlds import CRS, EAST, NORTH, Spot, World

from grannskap.place.dwellings import as_site, dwelling_table, dwellings


def found(world: World, *, site: Spot = (-500, 0), secret: Spot = (-900, 0), radius_m: float = 400.0) -> list[str]:
    here = shapely.Point(EAST, NORTH)
    table = dwellings(
        world.read(),
        area=here.buffer(radius_m),
        crs=CRS,
        site=shapely.points([[EAST + site[0], NORTH + site[1]]]),
        sensitive=shapely.points([[EAST + secret[0], NORTH + secret[1]]]),
    )
    return [str(each) for each in table.element_id]


@pytest.fixture
def world() -> World:
    world = World(bounds=((-1000, -1000), (1000, 1000)))
    world.way([(-800, 0), (800, 0)], "highway=residential", "name=Storgatan")
    return world


def test_an_address_alone_is_a_dwelling(world: World) -> None:
    home = world.node(10, 10, "addr:street=Storgatan", "addr:housenumber=1")
    assert found(world) == [home]


def test_a_home_without_address_stands_for_itself_and_one_with_addresses_for_them(world: World) -> None:
    alone = world.box(100, 10, 120, 30, "building=apartments")
    world.box(200, 10, 240, 30, "building=house")
    doors = [world.node(x, 20, "addr:street=Storgatan", f"addr:housenumber={x}") for x in (210, 230)]
    assert found(world) == [*doors, alone]


@pytest.mark.parametrize("tag", ["amenity=cafe", "shop=kiosk", "office=yes", "social_facility=group_home"])
def test_an_address_of_something_else_is_none(world: World, tag: str) -> None:
    world.node(10, 10, "addr:street=Storgatan", "addr:housenumber=1", tag)
    world.box(100, 10, 120, 30, "building=apartments", tag)
    assert found(world) == []


def test_an_address_in_a_building_of_another_use_is_none(world: World) -> None:
    world.box(100, 10, 120, 30, "building=office")
    world.node(110, 20, "addr:street=Storgatan", "addr:housenumber=1")
    world.box(200, 10, 220, 30, "building=yes", "amenity=school")
    world.node(210, 20, "addr:street=Storgatan", "addr:housenumber=2")
    assert found(world) == []


def test_a_building_of_unknown_use_counts_where_it_has_an_address(world: World) -> None:
    world.box(100, 10, 120, 30, "building=yes")
    numbered = world.box(200, 10, 220, 30, "building=yes", "addr:housenumber=2", "addr:street=Storgatan")
    assert found(world) == [numbered]


def test_neither_the_site_nor_what_is_near_a_sensitive_neighbour(world: World) -> None:
    first, second = (world.node(x, 10, "addr:street=Storgatan", f"addr:housenumber={x}") for x in (10, 200))
    assert found(world) == [first, second]
    assert found(world, site=(10, 50)) == [second]
    assert found(world, site=(10, 70)) == [first, second]
    assert found(world, secret=(200, 35)) == [first]
    assert found(world, secret=(200, 45)) == [first, second]


def test_only_in_the_area_and_sorted_by_number(world: World) -> None:
    nodes = [world.node(x, 10, "addr:street=Storgatan", f"addr:housenumber={x}") for x in range(-390, 700, 20)]
    inside = found(world)
    assert inside == nodes[: len(inside)]
    assert 0 < len(inside) < len(nodes)
    assert len(found(world, radius_m=100.0)) < len(inside)


def test_every_rule_has_a_source() -> None:
    assert all(rule["source"] and rule["unit"] for rule in dwelling_table().values())


def test_it_stands_where_a_site_would(world: World) -> None:
    world.node(10, 10, "addr:street=Storgatan", "addr:housenumber=1")
    nothing = np.empty(0, object)
    area = shapely.Point(EAST, NORTH).buffer(100.0)
    [shape] = dwellings(world.read(), area=area, crs=CRS, site=nothing, sensitive=nothing)["shape"]
    site = as_site(shape)
    assert site.crs == 4326
    spot = site.to_crs(CRS).geometry
    assert (spot.x[0] - EAST, spot.y[0] - NORTH) == pytest.approx((10, 10), abs=0.05)
