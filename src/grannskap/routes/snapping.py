"""From points to the network: each snaps to the nearest edge, which is split there."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.place.streets import COUNTED, SHORTEST_EDGE_M
from grannskap.routes.network import Floats, Ints

FARTHEST_SNAP_M = 200.0  # a point farther from every street than this is not on the network
SAME_SPOT_M = 0.01  # points this near each other along an edge, or this near its end, share a node


@dataclass(frozen=True, slots=True, eq=False)
class Snaps:
    """Where do points meet the network?

    Attributes
    ----------
    edge : ndarray of int
        Row of the nearest edge on the point's layer; −1 where none is near enough.
    at_m : ndarray of float
        Metres along that edge.
    offset_m : ndarray of float
        Metres from the point to the edge; infinite where there is none.
    """

    edge: Ints
    at_m: Floats
    offset_m: Floats


def snap(
    points: pd.DataFrame,
    edges: gpd.GeoDataFrame,
    *,
    closed: npt.NDArray[np.bool_] | None = None,
    farthest_m: float = FARTHEST_SNAP_M,
) -> Snaps:
    """Which edge is nearest to each point, and where along it?

    Parameters
    ----------
    points : DataFrame
        ``x``, ``y`` in metres, ``layer``.
    edges : GeoDataFrame
        LineStrings in metres, ``layer``. Only edges on a point's own layer count: nobody steps off a bridge.
    closed : ndarray of bool, optional
        Edges that the walker cannot use (`grannskap.routes.costs.closed_to`): nobody begins or ends there.
    farthest_m : float
        Points farther than this from every edge are not snapped.

    Returns
    -------
    Snaps
        In the order of the points. Of edges that are equally near, the first row is taken, so that the choice is the
        same whatever else the table holds.
    """
    n = len(points)
    edge, at_m, offset_m = np.full(n, -1, np.intp), np.zeros(n), np.full(n, np.inf)
    spots = np.asarray(shapely.points(points.x.to_numpy(float), points.y.to_numpy(float)))
    lines, level = edges.geometry.to_numpy(), edges.layer.to_numpy()
    usable = np.ones(len(edges), bool) if closed is None else ~closed
    for here in np.unique(points.layer.to_numpy()):
        asked = np.flatnonzero(points.layer.to_numpy() == here)
        rows = np.flatnonzero((level == here) & usable)
        tree = shapely.STRtree(lines[rows])
        found, gap = tree.query_nearest(spots[asked], max_distance=farthest_m, return_distance=True)
        order = np.lexsort((found[1], found[0]))
        first = order[np.diff(found[0][order], prepend=-1) > 0]
        at, near = asked[found[0][first]], rows[found[1][first]]
        edge[at], offset_m[at] = near, gap[first]
        at_m[at] = shapely.line_locate_point(lines[near], spots[at])
    return Snaps(edge, at_m, offset_m)


@dataclass(frozen=True, slots=True, eq=False)
class SplitStreets:
    """What is the network once every snapped point is a node of it?

    Attributes
    ----------
    edges : GeoDataFrame
        As in `grannskap.place.streets.Streets`, with split edges in place of those that were cut.
    n_nodes : int
    node : ndarray of int
        Node of each point; −1 for those that were not snapped.
    """

    edges: gpd.GeoDataFrame
    n_nodes: int
    node: Ints


def split(edges: gpd.GeoDataFrame, n_nodes: int, snaps: Snaps) -> SplitStreets:
    """What is the network when edges are cut where points meet them?

    Points in the same spot share a node; a point at the end of an edge takes the node that is there.

    Parameters
    ----------
    edges : GeoDataFrame
        ``u``, ``v``, ``length_m``, LineString. What an edge has a number of (`COUNTED`) is shared by its pieces; other
        columns are passed on to them as they are.
    n_nodes : int
        New nodes are numbered from here.
    snaps : Snaps
    """
    node = np.full(len(snaps.edge), -1, np.intp)
    u, v = edges.u.to_numpy(), edges.v.to_numpy()
    shape_m = shapely.length(edges.geometry.to_numpy())
    inner = (snaps.edge >= 0) & (snaps.at_m > SAME_SPOT_M) & (snaps.at_m < shape_m[snaps.edge] - SAME_SPOT_M)
    ends = (snaps.edge >= 0) & ~inner
    first = snaps.at_m[ends] <= SAME_SPOT_M
    node[ends] = np.where(first, u[snaps.edge[ends]], v[snaps.edge[ends]])
    cuts = _cuts(snaps.edge[inner], snaps.at_m[inner])
    node[inner] = n_nodes + cuts.number
    if not len(cuts.edge):
        return SplitStreets(edges, n_nodes, node)
    pieces = _pieces(edges, cuts, n_nodes)
    whole = np.ones(len(edges), bool)
    whole[cuts.edge] = False
    together = pd.concat([edges[whole], pieces], ignore_index=True)
    return SplitStreets(gpd.GeoDataFrame(together, crs=edges.crs), n_nodes + len(cuts.edge), node)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Distinct cuts in order of edge and metres, and the number of the cut that each point uses."""

    edge: Ints
    at_m: Floats
    number: Ints


def _cuts(edge: Ints, at_m: Floats) -> _Cuts:
    order = np.lexsort((at_m, edge))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(edge[order]) != 0) | (np.diff(at_m[order]) > SAME_SPOT_M)
    number = np.empty(len(order), np.intp)
    number[order] = np.cumsum(new) - 1
    return _Cuts(edge[order][new], at_m[order][new], number)


def _pieces(edges: gpd.GeoDataFrame, cuts: _Cuts, n_nodes: int) -> gpd.GeoDataFrame:
    """The pieces of all cut edges, with their nodes, lengths and shapes."""
    cut_edges, first = np.unique(cuts.edge, return_index=True)
    last = np.append(first[1:], len(cuts.edge))
    rows: list[int] = []
    u: list[int] = []
    v: list[int] = []
    shapes: list[npt.NDArray[np.float64]] = []
    ends, whole = edges[["u", "v"]].to_numpy(), edges.geometry.to_numpy()
    for edge, begin, end in zip(cut_edges.tolist(), first.tolist(), last.tolist(), strict=True):
        nodes = [int(ends[edge, 0]), *range(n_nodes + begin, n_nodes + end), int(ends[edge, 1])]
        parts = _cut_line(shapely.get_coordinates(whole[edge]), cuts.at_m[begin:end])
        rows += [edge] * len(parts)
        u, v = u + nodes[:-1], v + nodes[1:]
        shapes += parts
    lines = shapely.linestrings(
        np.concatenate(shapes), indices=np.repeat(np.arange(len(shapes)), [len(s) for s in shapes])
    )
    columns = edges.iloc[rows].drop(columns="geometry").reset_index(drop=True)
    metres = np.maximum(shapely.length(lines), SHORTEST_EDGE_M)
    share = metres / np.bincount(rows, weights=metres)[rows]
    counted = {name: columns[name] * share for name in COUNTED if name in columns}
    columns = columns.assign(u=u, v=v, length_m=metres, **counted)
    return gpd.GeoDataFrame(columns, geometry=lines, crs=edges.crs)


def _cut_line(xy: Floats, at_m: Floats) -> list[Floats]:
    """Coordinates of the pieces of a line that is cut at these metres."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    spots = np.column_stack([np.interp(at_m, along, xy[:, 0]), np.interp(at_m, along, xy[:, 1])])
    first = [0, *np.searchsorted(along, at_m, side="right").tolist()]
    stop = [*np.searchsorted(along, at_m, side="left").tolist(), len(xy)]
    pieces = []
    for piece in range(len(at_m) + 1):
        parts = [xy[first[piece] : stop[piece]]]
        if piece > 0:
            parts.insert(0, spots[[piece - 1]])
        if piece < len(at_m):
            parts.append(spots[[piece]])
        pieces.append(np.concatenate(parts))
    return pieces
