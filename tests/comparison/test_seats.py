"""Seats on the way: worlds worked by hand, and ways that are walked one by one."""

import itertools
import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from comparison.worked import STREET, library, measures, note, shop, street, value
from hypothesis import given
from hypothesis import strategies as st
from routes.graphs import networks
from worlds import Spot, World

from grannskap.comparison.notes import NO_SEATS, NOT_REACHED
from grannskap.comparison.seats import Seats, stretches
from grannskap.routes.network import Network

approx = pytest.approx
NEAR = 0.1  # metres: the map keeps centimetres, and a seat stands a little beside the street
SEAT = "amenity=bench"


def way(*seats: Spot, tag: str = SEAT) -> World:
    """A street of 1,000 m with a shop at its end; one seat is far from it, so that the map has some."""
    world = shop(street((0, 0), (1000, 0)), 1000, 0)
    world.node(0, 300, SEAT)
    for x, y in seats:
        world.node(x, y, tag)
    return world


def longest(world: World, folder: Path) -> float:
    return value(measures(world, folder, trips={"groceries": 10.0}), "longest_without_seat_m", "groceries")


def test_between_seats_and_to_the_doors(tmp_path: Path) -> None:
    assert longest(way(), tmp_path) == approx(1000, abs=NEAR)
    assert longest(way((250, 5)), tmp_path) == approx(750, abs=NEAR)
    assert longest(way((250, 5), (700, -5)), tmp_path) == approx(450, abs=NEAR)
    assert longest(way((400, 5), (700, -5)), tmp_path) == approx(400, abs=NEAR)
    assert longest(way((100, 5), (300, 5), (500, 5)), tmp_path) == approx(500, abs=NEAR)


def test_added_seats_shorten_it(tmp_path: Path) -> None:
    assert longest(way((250, 5), (700, -5), (480, 5)), tmp_path) == approx(300, abs=NEAR)


def test_from_door_to_door(tmp_path: Path) -> None:
    """20 m from the door of the site to the street, and 10 m from the street to the shop."""
    world = shop(street((0, 0), (400, 0)), 400, 10)
    world.node(200, 5, SEAT)
    found = measures(world, tmp_path, (0, 20), trips={"groceries": 10.0})
    assert value(found, "longest_without_seat_m") == approx(220, abs=NEAR)
    world.node(100, 5, SEAT)
    found = measures(world, tmp_path, (0, 20), trips={"groceries": 10.0})
    assert value(found, "longest_without_seat_m") == approx(210, abs=NEAR)


@pytest.mark.parametrize(("away_m", "at_hand"), [(24.5, True), (25.5, False)])
def test_at_hand_within_25_m(tmp_path: Path, away_m: float, at_hand: bool) -> None:
    assert longest(way((500, away_m)), tmp_path) == approx(500 if at_hand else 1000, abs=NEAR)


@pytest.mark.parametrize("tag", ["bench=yes", "leisure=picnic_table"])
def test_other_seats_count_too(tmp_path: Path, tag: str) -> None:
    """A stop with a bench is one of them."""
    assert longest(way((500, 5), tag=tag), tmp_path) == approx(500, abs=NEAR)


def test_a_seat_across_a_river_or_on_another_level_is_not_at_hand(tmp_path: Path) -> None:
    across = way((500, 20))
    across.way([(0, 10), (1000, 10)], "waterway=river")
    assert longest(across, tmp_path) == approx(1000, abs=NEAR)
    above = way((500, 5))
    above.node(500, 5, "layer=1")
    assert longest(above, tmp_path) == approx(1000, abs=NEAR)


def test_a_long_bench_is_at_hand_where_it_begins_to_be_near(tmp_path: Path) -> None:
    """Of a bench that is drawn as a way, the end that is nearest to the street."""
    world = way()
    world.way([(600, 5), (600, 20)], SEAT)
    assert longest(world, tmp_path) == approx(600, abs=NEAR)


def test_each_place_has_its_own_way_and_trips_weigh_them(tmp_path: Path) -> None:
    world = library(way((400, 5)), -200, 0)
    world.way([(0, 0), (-200, 0)], STREET)
    found = measures(world, tmp_path, trips={"groceries": 10.0, "library": 30.0})
    assert value(found, "longest_without_seat_m", "groceries") == approx(600, abs=NEAR)
    assert value(found, "longest_without_seat_m", "library") == approx(200, abs=NEAR)
    assert value(found, "longest_without_seat_m") == approx((10 * 600 + 30 * 200) / 40, abs=NEAR)


def test_the_way_of_least_perceived_length(tmp_path: Path) -> None:
    """Seats stand along a hill that is 400 m, and felt as 800 m; one goes round it, 500 m without a seat."""
    for tags, longest_m in ((["incline=10%"], 500), ([], 100)):
        world = street((0, 0), (400, 0), tags=tags)
        world.way([(0, 0), (200, 150), (400, 0)], STREET)
        for x in (100, 200, 300):
            world.node(x, 5, SEAT)
        assert longest(shop(world, 400, 0), tmp_path) == approx(longest_m, abs=NEAR)


def test_no_seat_is_mapped(tmp_path: Path) -> None:
    found = measures(shop(street((0, 0), (400, 0)), 400, 0), tmp_path, trips={"groceries": 10.0})
    assert math.isnan(value(found, "longest_without_seat_m", "groceries"))
    assert note(found, "longest_without_seat_m", "groceries") == NO_SEATS
    assert value(found, "seats_per_km") == 0


def test_nowhere_to_go(tmp_path: Path) -> None:
    found = measures(way(), tmp_path, trips={"groceries": 10.0, "library": 10.0})
    assert note(found, "longest_without_seat_m", "library") == NOT_REACHED


def test_seats_per_kilometre_of_street_in_the_study_area(tmp_path: Path) -> None:
    """Of a street of 1,000 m, 500 m lie within reach, and there two seats of three."""
    world = way((250, 5), (700, 5))
    world.way([(0, 0), (0, 100)], STREET)
    found = measures(world, tmp_path, trips={"groceries": 10.0}, reach={"radius_m": 500.0})
    assert value(found, "seats_per_km") == approx(2 / 0.6, abs=1e-2)


@given(networks(symmetric=True, max_nodes=9), st.data())
def test_as_walked_one_by_one(table: pd.DataFrame, data: st.DataObject) -> None:
    """Lengths are made unlike each other, so that no two ways are equally long."""
    length = table.length_m.to_numpy(float) * np.geomspace(1.0, 1.1, len(table))
    table = table.assign(length_m=length)
    net = Network.from_edges(table)
    edge = st.integers(0, len(table) - 1)
    seats = data.draw(st.lists(st.tuples(edge, st.floats(0, 1)), max_size=6))
    before, after = data.draw(st.floats(0, 50)), data.draw(st.floats(0, 50))
    at_edge = np.array([e for e, _ in seats], np.intp)
    at_m = np.array([share * length[e] for e, share in seats])
    there = Seats(len(seats), 0.0, stretches(at_edge, at_m, length))
    site = np.array([0])
    nodes = np.arange(len(net.nodes))
    found = there.longest_m(net, site, net.costs_from(site), nodes, before_m=before, after_m=np.full(len(nodes), after))
    ends = table[["u", "v"]].to_numpy(int)
    graph: Any = nx.MultiGraph()
    graph.add_edges_from((u, v, i, {"length_m": length[i]}) for i, (u, v) in enumerate(ends.tolist()))
    for node, longest_m in zip(nodes, found, strict=True):
        path = nx.shortest_path(graph, 0, int(node), weight="length_m")
        stops, walked = [0.0], before
        for u, v in itertools.pairwise(path):
            key = min(graph[u][v], key=lambda i: length[i])
            own = at_m[at_edge == key] if ends[key, 0] == u else length[key] - at_m[at_edge == key]
            stops += (walked + own).tolist()
            walked += length[key]
        stops.append(walked + after)
        assert longest_m == approx(np.diff(np.sort(stops)).max(), abs=1e-6)
