"""How far it is to any shape along the street, by hand."""

import math
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.routes.reaching import distance_to

# A street of 100 m along y = 0 between nodes 0 and 1, and one of 60 m to the north between nodes 1 and 2.
LINES = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (100, 60)])]
CORNER = gpd.GeoDataFrame(
    {"u": [0, 1], "v": [1, 2], "length_m": [100.0, 60.0], "layer": np.zeros(2, np.int8)}, geometry=LINES, crs=3006
)
FROM_SITE = np.array([0.0, 100.0, 160.0])  # the site is node 0


def metres(*shapes: Any, layer: int = 0, edges: gpd.GeoDataFrame = CORNER, from_site: Any = FROM_SITE) -> list[float]:
    found = distance_to(np.array(shapes, object), np.full(len(shapes), layer, np.int8), edges, np.asarray(from_site))
    return [round(float(metres), 6) for metres in found]


def test_along_the_street_and_straight_to_the_point() -> None:
    # 40 m along the street and 7 m off it; 100 + 20 m and 5 m off.
    assert metres(shapely.Point(40, 7), shapely.Point(105, 20)) == [47.0, 125.0]


def test_to_the_nearest_part_of_a_plot() -> None:
    # The plot lies 10 m north of the street from x = 30: nearest at 30 + 10 m, or a little along it, no nearer.
    assert metres(shapely.box(30, 10, 31, 20)) in ([40.0], [41.0])


def test_a_plot_that_the_street_enters_is_reached_where_it_is_entered_or_before() -> None:
    assert metres(shapely.box(50, -10, 70, 10))[0] <= 70.0


def test_from_the_nearer_end_of_the_street() -> None:
    # Both ends are known, 10 and 40 m from the site: at 90 m along, 10 m before the end, it is 50 m and 3 m off.
    assert metres(shapely.Point(90, 3), from_site=[10.0, 40.0, 100.0]) == [53.0]


def test_on_another_layer_there_is_no_street() -> None:
    assert metres(shapely.Point(40, 7), layer=1) == [math.inf]


def test_too_far_from_any_street() -> None:
    assert metres(shapely.Point(50, -199), shapely.Point(50, -201)) == [249.0, math.inf]


def test_where_no_way_leads() -> None:
    assert metres(shapely.Point(40, 7), from_site=[math.inf] * 3) == [math.inf]


def test_a_plot_between_two_paths_is_reached_by_the_nearer() -> None:
    # Two paths enter the plot: by one it is 20 m from the site, by the other 500 m.
    paths = gpd.GeoDataFrame(
        {"u": [0, 2], "v": [1, 3], "length_m": [30.0, 30.0], "layer": np.zeros(2, np.int8)},
        geometry=[shapely.LineString([(0, 0), (30, 0)]), shapely.LineString([(0, 50), (30, 50)])],
        crs=3006,
    )
    for order in ([0, 1], [1, 0]):
        plot = shapely.box(20, -10, 40, 60)
        found = metres(plot, edges=paths.iloc[order].reset_index(drop=True), from_site=[0.0, 30.0, 480.0, 510.0])
        assert found[0] <= 30.0


def test_no_shapes() -> None:
    assert metres() == []


@given(st.integers(0, 1000), st.integers(0, 600), st.integers(-50, 50))
def test_as_far_as_by_a_network_cut_there(along: int, side: int, off: int) -> None:
    graph: nx.Graph[int | str] = nx.Graph()
    x, y = along / 10.0, side / 10.0
    graph.add_weighted_edges_from([(0, "x", x), ("x", 1, 100.0 - x), (1, "y", y), ("y", 2, 60.0 - y)])
    to = nx.single_source_dijkstra_path_length(graph, 0)
    assert metres(shapely.Point(x, -abs(off)))[0] == pytest.approx(to["x"] + abs(off), abs=1e-6)
    assert metres(shapely.Point(100 + abs(off), y))[0] == pytest.approx(to["y"] + abs(off), abs=1e-6)


def test_a_block_is_reached_by_the_street_beside_it_that_is_nearest_on_foot() -> None:
    """A plot 10 m from the street at the site and 5 m from a street that is 500 m farther to walk."""
    streets = gpd.GeoDataFrame(
        {"u": [0, 2], "v": [1, 3], "length_m": [100.0, 100.0], "layer": [0, 0]},
        geometry=[shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(0, 35), (100, 35)])],
    )
    plot = np.array([shapely.box(40, 10, 60, 30)], object)
    from_site = np.array([0.0, 100.0, 500.0, 600.0])
    walk = distance_to(plot, np.zeros(1, np.int8), streets, from_site)[0]
    assert 50.0 <= walk <= 70.0  # to x = 40 … 60, then 10 m straight; by the far street it would be 545 m at least
