"""A path more or a street less: joined where it should be, and walked as far as worked out by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from worlds import Spot, World, degrees, named, node_at, walk_m

import grannskap as gk
from grannskap.errors import StudyError
from grannskap.place.place import Place
from grannskap.routes.changing import with_path, without_way
from grannskap.routes.snapping import SAME_SPOT_M

STREET = "highway=residential"


def horseshoe() -> World:
    """Three streets from (0, 0) by (0, 200) and (200, 200) to (200, 0), and a path down between them to (100, -50)."""
    world = World(bounds=((-300, -300), (600, 600)))
    world.way([(0, 0), (0, 200)], STREET, "name=Västra gatan")
    world.way([(0, 200), (100, 200), (200, 200)], STREET, "name=Norra gatan")
    world.way([(200, 200), (200, 0)], STREET, "name=Östra gatan")
    world.way([(100, 200), (100, -50)], "highway=footway", "name=Mittstigen")
    return world


def points(*spots: Spot) -> list[tuple[float, float]]:
    """Latitude before longitude."""
    return [degrees(*spot)[::-1] for spot in spots]


@pytest.fixture(scope="module")
def place() -> Place:
    return horseshoe().place()


def test_a_path_joins_at_its_ends_and_where_it_crosses(place: Place) -> None:
    more = with_path(place, points((0, 50), (200, 50)), name="Genvägen").streets
    assert walk_m(place.streets, (0, 0), (200, 0)) == pytest.approx(600, abs=0.05)
    assert walk_m(more, (0, 0), (200, 0)) == pytest.approx(50 + 200 + 50, abs=0.05)
    assert walk_m(more, (0, 0), (100, -50)) == pytest.approx(50 + 100 + 100, abs=0.05)
    new = more.edges[more.edges.way_id == "path/1"]
    assert new.length_m.round().tolist() == [100, 100]
    assert set(new.name) == {"Genvägen"}


def test_a_tunnel_meets_streets_at_its_ends_alone(place: Place) -> None:
    more = with_path(place, points((0, 50), (200, 50)), layer=-1).streets
    assert walk_m(more, (0, 0), (200, 0)) == pytest.approx(300, abs=0.05)
    assert walk_m(more, (0, 0), (100, -50)) == pytest.approx(550, abs=0.05)
    assert (more.edges.way_id == "path/1").sum() == 1


def test_a_path_that_meets_a_junction_joins_it(place: Place) -> None:
    more = with_path(place, points((0, 0), (100, 200))).streets
    assert walk_m(more, (0, 0), (200, 200)) == pytest.approx(np.hypot(100, 200) + 100, abs=0.1)
    assert len(more.nodes) == len(place.streets.nodes)


def test_ends_are_drawn_on_to_the_street(place: Place) -> None:
    more = with_path(place, points((12, 50), (180, 50))).streets
    assert walk_m(more, (0, 50), (200, 50)) == pytest.approx(200, abs=0.05)


def test_every_edge_begins_and_ends_at_its_nodes(place: Place) -> None:
    streets = with_path(place, points((0, 50), (60, 120), (200, 50))).streets
    for side, at in (("u", 0), ("v", -1)):
        spots = shapely.get_coordinates(shapely.get_point(streets.edges.geometry.to_numpy(), at))
        assert np.abs(spots - streets.nodes[streets.edges[side]]).max() < SAME_SPOT_M
    assert streets.edges.dtypes.equals(place.streets.edges.dtypes)
    assert list(streets.edges.columns) == list(place.streets.edges.columns)


def test_what_is_told_of_a_path_stands_on_its_edges(place: Place) -> None:
    told = with_path(place, points((0, 50), (200, 50)), highway="steps", lit="no", surface="gravel").streets.edges
    new = told[told.way_id == "path/1"]
    assert new.steps.all()
    assert new.flights.sum() == pytest.approx(1.0)
    assert (new.unlit == 1.0).all()
    assert (new.rough == 1.0).all()
    silent = with_path(place, points((0, 50), (200, 50))).streets.edges
    new = silent[silent.way_id == "path/1"]
    assert new[["grade", "unlit", "rough"]].isna().all(axis=None)
    assert not new.steps.any()
    assert (new[["busy", "crossings", "flights"]] == 0).all(axis=None)


def test_a_second_path_has_an_id_of_its_own_and_the_source_tells_both(place: Place) -> None:
    twice = with_path(with_path(place, points((0, 50), (200, 50))), points((0, 80), (200, 80)))
    assert {"path/1", "path/2"} <= set(twice.streets.edges.way_id)
    assert twice.source["changed_by_hand"] == "added path/1; added path/2"
    assert "changed_by_hand" not in place.source


@pytest.mark.parametrize(
    ("spots", "problem"),
    [
        ([], "needs at least two points"),
        ([(0, 50)], "needs at least two points"),
        ([(0, 50), (0, 50)], "needs at least two points"),
        ([(0, 50), (260, 50)], "more than 30 m from every street"),
    ],
)
def test_what_is_no_path_is_told(place: Place, spots: list[Spot], problem: str) -> None:
    with pytest.raises(StudyError, match=problem):
        with_path(place, points(*spots))


def test_longitude_first_is_told(place: Place) -> None:
    with pytest.raises(StudyError, match="write the latitude first"):
        with_path(place, [(lon, lat) for lat, lon in points((0, 50), (200, 50))])


@pytest.mark.parametrize("way", ["way/2", "Norra gatan", " norra gatan "])
def test_a_way_is_closed_by_its_id_or_its_name(place: Place, way: str) -> None:
    closed = without_way(place, way)
    assert "way/2" not in set(closed.streets.edges.way_id)
    # Without it three streets are apart: the longest, Mittstigen of 250 m, is what is left.
    assert set(closed.streets.edges.name) == {"Mittstigen"}
    assert closed.dropped["not_connected_m"] == pytest.approx(400, abs=0.1)
    assert closed.streets.dropped["not_connected_m"] == closed.dropped["not_connected_m"]
    assert len(closed.streets.nodes) == 2
    assert closed.source["changed_by_hand"] == f"closed {way}"


def test_a_closed_street_is_walked_round(place: Place) -> None:
    around = with_path(place, points((0, 50), (200, 50)))
    assert walk_m(without_way(around, "Norra gatan").streets, (0, 200), (200, 200)) == pytest.approx(500, abs=0.05)
    assert node_at(without_way(around, "Norra gatan").streets, (0, 200)) >= 0


def test_a_way_that_is_not_there_is_told_with_the_nearest(place: Place) -> None:
    with pytest.raises(StudyError, match=r"There is no way Nora gatan here: .*nearest is Norra gatan\."):
        without_way(place, "Nora gatan")


def test_the_last_way_cannot_be_closed() -> None:
    world = World(bounds=((-300, -300), (600, 600)))
    world.way([(0, 0), (0, 200)], STREET, "name=Enda gatan")
    with pytest.raises(StudyError, match="Nothing is left to walk on without Enda gatan"):
        without_way(world.place(), "Enda gatan")


def test_an_analysis_walks_the_changed_streets(tmp_path: Path) -> None:
    world = horseshoe()
    world.node(200, -5, "shop=supermarket", "name=Handeln")
    study = world.study(tmp_path, trips={"groceries": 10}, reach={"radius_m": 900.0}, model={"draws": 0})
    place = gk.open_place(study)
    before, after = gk.analyse(study, place), gk.analyse(study, with_path(place, points((0, 50), (200, 50))))
    assert named(before.destinations, "Handeln").distance_m == pytest.approx(605, abs=0.1)
    assert named(after.destinations, "Handeln").distance_m == pytest.approx(305, abs=0.1)
    sources: list[Any] = [result.manifest["source"] for result in (before, after)]
    assert sources[1] == sources[0] | {"changed_by_hand": "added path/1"}
    again = gk.analyse(study, replace(place))
    assert named(again.destinations, "Handeln").distance_m == named(before.destinations, "Handeln").distance_m
