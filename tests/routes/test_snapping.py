"""Points on the network: to the nearest edge on their layer, cut there, with nothing else changed."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grannskap.routes.network import Network
from grannskap.routes.snapping import Snaps, snap, split

CRS = 3006


def streets(*lines: list[tuple[float, float]], nodes: list[tuple[int, int]], layer: Any = 0) -> gpd.GeoDataFrame:
    shapes = [shapely.LineString(line) for line in lines]
    columns = {
        "u": [u for u, _ in nodes],
        "v": [v for _, v in nodes],
        "length_m": [shape.length for shape in shapes],
        "way_id": [f"way/{i}" for i in range(len(shapes))],
        "layer": np.broadcast_to(layer, len(shapes)),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def points(*spots: tuple[float, float], layer: Any = 0) -> pd.DataFrame:
    xy = np.array(spots, float).reshape(-1, 2)
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "layer": np.broadcast_to(layer, len(xy))})


def rows(snaps: Snaps) -> list[tuple[int, float, float]]:
    return list(zip(snaps.edge.tolist(), snaps.at_m.round(6).tolist(), snaps.offset_m.round(6).tolist(), strict=True))


# A street of 100 m along y = 0, and one along x = 100 that goes on for 60 m to the north.
CORNER = streets([(0, 0), (100, 0)], [(100, 0), (100, 60)], nodes=[(0, 1), (1, 2)])


def test_to_the_nearest_edge_and_not_the_nearest_node() -> None:
    # (50, 8) is 8 m from the middle of the first street; the nearest node is 50.6 m away.
    # (97, 20) is 3 m from the second street, 20 m along it.
    assert rows(snap(points((50, 8), (97, 20)), CORNER)) == [(0, 50.0, 8.0), (1, 20.0, 3.0)]


def test_beyond_the_end_the_end_is_nearest() -> None:
    # 30 m west and 40 m north of the first node: 50 m from it.
    assert rows(snap(points((-30, 40)), CORNER)) == [(0, 0.0, 50.0)]


@given(others=st.integers(0, 40), seed=st.integers(0, 2**31))
def test_of_equally_near_edges_the_first(others: int, seed: int) -> None:
    # Two ways drawn over each other, far from any others; a tree of many lines may find either of them first.
    south = np.random.default_rng(seed).uniform(-900, -500, (others, 2))
    far = [[(0.0, y0), (100.0, y1)] for y0, y1 in south]
    twice = [[(0.0, 0.0), (100.0, 0.0)], [(100.0, 0.0), (0.0, 0.0)]]
    edges = streets(*twice, *far, nodes=[(0, 1)] * (2 + others))
    assert snap(points((30, 8), (50, 0), (100, 0)), edges).edge.tolist() == [0, 0, 0]


def test_too_far_is_no_edge() -> None:
    assert rows(snap(points((50, -199), (50, -201)), CORNER)) == [(0, 50.0, 199.0), (-1, 0.0, math.inf)]
    assert rows(snap(points((50, -11)), CORNER, farthest_m=10.0)) == [(-1, 0.0, math.inf)]


def test_only_edges_on_the_same_layer() -> None:
    # A bridge runs 1 m from the point, the street below it 20 m away.
    crossing = streets([(0, 0), (100, 0)], [(50, -50), (50, 50)], nodes=[(0, 1), (2, 3)], layer=[0, 1])
    assert rows(snap(points((49, 20)), crossing)) == [(0, 49.0, 20.0)]
    assert rows(snap(points((49, 20), layer=1), crossing)) == [(1, 70.0, 1.0)]
    assert rows(snap(points((49, 20), layer=-1), crossing)) == [(-1, 0.0, math.inf)]


def test_no_points() -> None:
    assert rows(snap(points(), CORNER)) == []
    found = split(CORNER, 3, snap(points(), CORNER))
    assert (len(found.edges), found.n_nodes, len(found.node)) == (2, 3, 0)


def test_several_points_on_one_edge() -> None:
    # Cuts of the first street at 70, 20 and 45 m: pieces of 20, 25, 25 and 30 m, in order; the points keep their own.
    found = split(CORNER, 3, snap(points((70, 5), (20, -5), (45, 1)), CORNER))
    assert found.node.tolist() == [5, 3, 4]
    assert found.n_nodes == 6
    pieces = found.edges[found.edges.way_id == "way/0"]
    assert pieces[["u", "v"]].to_numpy().tolist() == [[0, 3], [3, 4], [4, 5], [5, 1]]
    assert pieces.length_m.tolist() == pytest.approx([20.0, 25.0, 25.0, 30.0])
    assert [shapely.get_coordinates(line).tolist() for line in pieces.geometry] == [
        [[0, 0], [20, 0]],
        [[20, 0], [45, 0]],
        [[45, 0], [70, 0]],
        [[70, 0], [100, 0]],
    ]
    assert found.edges[found.edges.way_id == "way/1"].geometry.iloc[0].equals(CORNER.geometry[1])
    assert found.edges.index.equals(pd.RangeIndex(5))
    assert found.edges.crs == CORNER.crs


def test_points_at_the_ends_take_the_node_that_is_there() -> None:
    found = split(CORNER, 3, snap(points((0, 3), (-10, 0), (100.004, 65), (0.004, 3)), CORNER))
    assert found.node.tolist() == [0, 0, 2, 0]
    assert found.n_nodes == 3
    assert len(found.edges) == 2


def test_points_in_the_same_spot_share_a_node() -> None:
    # On both sides of the street, and 4 mm apart along it.
    found = split(CORNER, 3, snap(points((40, 9), (40, -2), (40.004, 1), (60, 1)), CORNER))
    assert found.node.tolist() == [3, 3, 3, 4]
    assert found.edges.length_m.sum() == pytest.approx(160.0)


def test_a_point_that_is_not_snapped_has_no_node() -> None:
    found = split(CORNER, 3, snap(points((50, 500), (50, 5)), CORNER))
    assert found.node.tolist() == [-1, 3]


def test_a_cut_at_a_bend_keeps_the_bend() -> None:
    bent = streets([(0, 0), (30, 0), (30, 40)], nodes=[(0, 1)])
    found = split(bent, 2, snap(points((33, -4)), bent))
    assert [shapely.get_coordinates(line).tolist() for line in found.edges.geometry] == [
        [[0, 0], [30, 0]],
        [[30, 0], [30, 40]],
    ]


def test_a_loop_is_cut_into_a_way_there_and_back() -> None:
    loop = streets([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], nodes=[(0, 0)])
    found = split(loop, 1, snap(points((12, 5)), loop))
    assert found.edges[["u", "v"]].to_numpy().tolist() == [[0, 1], [1, 0]]
    assert found.edges.length_m.tolist() == pytest.approx([15.0, 25.0])


def test_the_table_is_left_as_it_was() -> None:
    before = CORNER.copy(deep=True)
    split(CORNER, 3, snap(points((70, 5)), CORNER))
    pd.testing.assert_frame_equal(pd.DataFrame(CORNER), pd.DataFrame(before))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, int, pd.DataFrame]:
    """Streets with bends between random nodes (a loop among them, perhaps), and points around."""
    coordinate = st.integers(-3000, 3000).map(lambda decimetres: decimetres / 10.0)
    spot = st.tuples(coordinate, coordinate)
    n = draw(st.integers(2, 6))
    nodes = draw(st.lists(spot, min_size=n, max_size=n))
    ends = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
    ends += draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3))
    lines = [[nodes[u], *draw(st.lists(spot, min_size=int(u == v), max_size=3)), nodes[v]] for u, v in ends]
    kept = [i for i, line in enumerate(lines) if shapely.LineString(line).length > 1.0]
    table = streets(*[lines[i] for i in kept], nodes=[ends[i] for i in kept])
    return table, n, points(*draw(st.lists(spot, max_size=8)))


@given(worlds())
def test_pieces_make_up_the_edges_they_were_cut_from(world: tuple[gpd.GeoDataFrame, int, pd.DataFrame]) -> None:
    edges, n_nodes, spots = world
    if edges.empty:
        return
    snaps = snap(spots, edges)
    found = split(edges, n_nodes, snaps)
    assert found.edges.length_m.sum() == pytest.approx(edges.length_m.sum())
    for way_id, u, v, line, metres in zip(
        edges.way_id, edges.u, edges.v, edges.geometry.to_numpy(), edges.length_m, strict=True
    ):
        pieces = found.edges[found.edges.way_id == way_id]
        assert pieces.u.tolist()[1:] == pieces.v.tolist()[:-1]
        assert (pieces.u.iloc[0], pieces.v.iloc[-1]) == (u, v)
        xy = np.concatenate([shapely.get_coordinates(piece) for piece in pieces.geometry])
        whole = shapely.LineString(xy)
        assert whole.length == pytest.approx(metres)
        assert shapely.hausdorff_distance(whole, line) < 1e-6
        np.testing.assert_allclose(pieces.length_m, np.maximum(shapely.length(pieces.geometry), 0.001))
    assert found.n_nodes == max(
        n_nodes, int(found.node.max(initial=-1)) + 1, int(found.edges[["u", "v"]].max().max()) + 1
    )


def distances(edges: gpd.GeoDataFrame, n_nodes: int, origin: int) -> npt.NDArray[np.float64]:
    metres = edges.length_m.to_numpy(float)
    net = Network.from_arrays(
        pd.RangeIndex(n_nodes), edges.index, edges.u, edges.v, length_m=metres, cost_uv=metres, cost_vu=metres
    )
    return net.distances_m([origin])


@given(worlds())
def test_distances_are_those_before_and_points_lie_where_they_snapped(
    world: tuple[gpd.GeoDataFrame, int, pd.DataFrame],
) -> None:
    edges, n_nodes, spots = world
    if edges.empty:
        return
    snaps = snap(spots, edges)
    found = split(edges, n_nodes, snaps)
    u, v, length = edges.u.to_numpy(), edges.v.to_numpy(), edges.length_m.to_numpy()
    for origin in range(n_nodes):
        before, after = distances(edges, n_nodes, origin), distances(found.edges, found.n_nodes, origin)
        np.testing.assert_allclose(after[:n_nodes], before, atol=1e-6)
        # A loop apart, the point is as far from a node as by the nearer end of its edge.
        at, edge = snaps.at_m, snaps.edge
        by_end = np.minimum(before[u[edge]] + at, before[v[edge]] + length[edge] - at)
        np.testing.assert_allclose(after[found.node[edge >= 0]], by_end[edge >= 0], atol=0.011 * 3)
