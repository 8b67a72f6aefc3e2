"""Where an actor is passed: within the frontage, on its layer, and not across what cannot be crossed."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.exposure.rooms import Rooms
from grannskap.exposure.zones import Zones, zones

Line = list[tuple[float, float]]
STREET: Line = [(-200, 0), (200, 0)]


def found(
    *frontage: Any,
    lines: list[Line] | None = None,
    layer: Any = 0,
    on: Any = 0,
    frontage_m: float = 30.0,
    barriers: tuple[Any, ...] = (),
) -> Zones:
    """Zones of actors on ``layer`` along streets on layer ``on``."""
    shapes = [shapely.LineString(line) for line in (lines or [STREET])]
    level = np.broadcast_to(np.asarray(on, np.int8), len(shapes))
    edges = gpd.GeoDataFrame({"layer": level}, geometry=shapes, crs=3006)
    rooms = Rooms(np.array(frontage, object), np.array(barriers, object))
    level = np.broadcast_to(np.asarray(layer, np.int8), len(frontage))
    return zones(rooms, np.arange(len(frontage)), level, edges, frontage_m=frontage_m)


def metres(*frontage: Any, **there: Any) -> list[float]:
    """Metres of street in each zone, in the order of its pairs."""
    lines = np.array([shapely.LineString(line) for line in there.get("lines", [STREET])], object)
    within = found(*frontage, **there).metres(lines, np.ones(len(lines), bool))
    return [float(each) for each in within]


def pairs(zone: Zones) -> list[tuple[int, int]]:
    return list(zip(zone.actor.tolist(), zone.edge.tolist(), strict=True))


def at(x: float, y: float) -> shapely.Point:
    return shapely.Point(x, y)


@pytest.mark.parametrize(("y", "passed"), [(0.0, True), (29.9, True), (-29.9, True), (30.1, False), (-30.1, False)])
def test_within_thirty_metres(y: float, passed: bool) -> None:
    assert bool(pairs(found(at(0, y)))) is passed


@pytest.mark.parametrize("d", [0.0, 10.0, 18.0, 29.0])
def test_metres_of_a_straight_street_past_a_point(d: float) -> None:
    # A chord of the circle: 2 · √(30² − d²), 48 m at 18 m. The circle is drawn with 32 corners, so that it is at most
    # 30 · (1 − cos(π / 32)) = 0.14 m narrower than a true one.
    narrowest = 30.0 * math.cos(math.pi / 32.0)
    chord = metres(at(0, d))[0]
    assert 2.0 * math.sqrt(narrowest**2 - d * d) - 1e-9 <= chord <= 2.0 * math.sqrt(900.0 - d * d) + 1e-9


def test_metres_at_another_frontage() -> None:
    # 2 · √(50² − 30²) = 80 m.
    assert metres(at(0, 30), frontage_m=50.0)[0] == pytest.approx(80.0, rel=0.01)


def test_a_street_that_lies_wholly_inside_counts_whole() -> None:
    zone = found(at(0, 10), lines=[[(-8, 0), (9, 0)], [(9, 0), (9, 6), (4, 6)]])
    assert pairs(zone) == [(0, 0), (0, 1)]
    assert metres(at(0, 10), lines=[[(-8, 0), (9, 0)], [(9, 0), (9, 6), (4, 6)]]) == [17.0, 11.0]


def test_a_street_that_ends_inside_counts_to_its_end() -> None:
    # The circle around (0, 18) meets y = 0 from x = −24 to 24; the street ends at 10: 34 m.
    assert metres(at(0, 18), lines=[[(-100, 0), (10, 0)]])[0] == pytest.approx(34.0, rel=0.01)


def test_a_plot_is_passed_along_its_side() -> None:
    # A plot from x = −50 to 50, 18 m from the street: 100 m along it and 24 m before and after.
    assert metres(shapely.box(-50, 18, 50, 60))[0] == pytest.approx(148.0, rel=0.01)


def test_a_street_through_the_plot() -> None:
    # 100 m within and 30 m on both sides.
    assert metres(shapely.box(-50, -20, 50, 20))[0] == pytest.approx(160.0, rel=0.01)


def test_a_line_as_frontage() -> None:
    assert metres(shapely.LineString([(-20, 18), (20, 18)]))[0] == pytest.approx(88.0, rel=0.01)


def test_several_entrances_as_frontage() -> None:
    # Two doors 200 m apart, each with a chord of 48 m.
    doors = shapely.MultiPoint([(-100, 18), (100, 18)])
    assert metres(doors)[0] == pytest.approx(96.0, rel=0.01)


def test_nobody_passes_what_is_indoors() -> None:
    assert pairs(found(None, at(0, 5), None)) == [(1, 0)]
    assert pairs(found(None)) == []
    assert pairs(found()) == []


def test_not_on_another_layer() -> None:
    bridge: Line = [(0, -200), (0, 200)]
    assert pairs(found(at(5, 5), lines=[STREET, bridge], on=[0, 1])) == [(0, 0)]
    assert pairs(found(at(5, 5), lines=[STREET, bridge], on=[0, 1], layer=1)) == [(0, 1)]
    assert pairs(found(at(5, 5), lines=[STREET, bridge], on=[0, 1], layer=-1)) == []


def test_not_across_a_motorway() -> None:
    motorway = shapely.LineString([(-300, 10), (300, 10)])
    assert pairs(found(at(0, 20), barriers=(motorway,))) == []
    assert pairs(found(at(0, 5), barriers=(motorway,))) == [(0, 0)]


def test_a_barrier_hides_only_what_lies_behind_it() -> None:
    # Streets on both sides of the motorway at y = 10; the actor is at y = 14.
    motorway = shapely.LineString([(-300, 10), (300, 10)])
    streets: list[Line] = [STREET, [(-200, 24), (200, 24)]]
    assert pairs(found(at(0, 14), lines=streets, barriers=(motorway,))) == [(0, 1)]
    assert metres(at(0, 14), lines=streets, barriers=(motorway,))[0] == pytest.approx(
        2.0 * math.sqrt(900.0 - 100.0), rel=0.01
    )


def test_the_metres_behind_a_barrier_do_not_count() -> None:
    # A street across the motorway (a crossing): 20 + 10 m of it lie on the actor's side, the rest behind.
    motorway = shapely.LineString([(-300, 10), (300, 10)])
    inside = metres(at(0, 20), lines=[[(0, -100), (0, 100)]], barriers=(motorway,))
    assert inside == [pytest.approx(40.0, rel=0.01)]  # from y = 10 to y = 50


def test_round_the_end_of_a_wall() -> None:
    # The wall covers the middle only: the zone reaches round both its ends.
    wall = shapely.LineString([(-10, 10), (10, 10)])
    assert pairs(found(at(0, 20), barriers=(wall,))) == [(0, 0)]


def test_not_across_water() -> None:
    canal = shapely.box(-300, 8, 300, 16)
    assert pairs(found(at(0, 20), barriers=(canal,))) == []


def test_a_barrier_far_away_changes_nothing() -> None:
    far = shapely.LineString([(-300, 100), (300, 100)])
    assert metres(at(0, 18), barriers=(far,))[0] == metres(at(0, 18))[0]


@pytest.mark.parametrize(
    "through", [shapely.LineString([(-300, 40), (300, 40)]), shapely.box(-300, 35, 300, 45)], ids=["line", "water"]
)
def test_a_barrier_through_the_plot_does_not_hide_it(through: Any) -> None:
    plot = shapely.box(-50, 18, 50, 60)
    assert pairs(found(plot, barriers=(through,))) == [(0, 0)]
    assert metres(plot, barriers=(through,))[0] == pytest.approx(148.0, rel=0.01)


def test_what_stands_in_the_water_or_in_the_wall_is_not_hidden_by_it() -> None:
    # A café on a boat, 20 m from the quay; a kiosk built into the wall along the street.
    assert pairs(found(at(0, 20), barriers=(shapely.box(-300, 8, 300, 60),))) == [(0, 0)]
    assert pairs(found(at(0, 12), barriers=(shapely.LineString([(-300, 12), (300, 12)]),))) == [(0, 0)]


def test_a_plot_with_one_barrier_through_it_and_another_before_it() -> None:
    plot = shapely.box(-50, 18, 50, 60)
    through, before = shapely.LineString([(0, 0.5), (0, 300)]), shapely.LineString([(-300, 10), (300, 10)])
    assert pairs(found(plot, barriers=(through, before))) == []


def test_sorted_by_actor_then_edge() -> None:
    lines: list[Line] = [[(20, -50), (20, 50)], STREET, [(-20, -50), (-20, 50)]]
    zone = found(at(0, 5), at(25, 5), at(-25, 5), lines=lines)
    assert pairs(zone) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 1), (2, 2)]


coordinate = st.integers(-100, 100)


@given(
    st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=6),
    st.lists(st.tuples(coordinate, coordinate, coordinate, coordinate), min_size=1, max_size=6),
    st.floats(5.0, 60.0),
)
def test_pairs_are_those_within_the_distance(
    spots: list[tuple[int, int]], ends: list[tuple[int, int, int, int]], frontage_m: float
) -> None:
    lines: list[Line] = [[(a, b), (c, d)] for a, b, c, d in ends if (a, b) != (c, d)]
    if not lines:
        return
    actors = [at(x, y) for x, y in spots]
    zone = found(*actors, lines=lines, frontage_m=frontage_m)
    inside = metres(*actors, lines=lines, frontage_m=frontage_m)
    expected = [
        (i, j)
        for i, spot in enumerate(spots)
        for j, line in enumerate(lines)
        if shapely.LineString(line).distance(at(*spot)) <= frontage_m
    ]
    assert pairs(zone) == expected
    for actor, edge, length_m in zip(zone.actor, zone.edge, inside, strict=True):
        line, circle = shapely.LineString(lines[edge]), at(*spots[actor]).buffer(frontage_m, quad_segs=64)
        assert length_m == pytest.approx(line.intersection(circle).length, rel=0.02, abs=0.02 * frontage_m + 0.1)
        assert length_m <= line.length + 1e-9
