"""Think as the attacker: where is the residence, as far as the published tables and this very program can tell?

Nobody can list all attacks, so the view does not rest on this list: it is the same for every address of its group (see
`grid`). The list guards against the bad luck that a plain reckoning from what is published ends near the residence.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from grannskap.public.average import Tried
from grannskap.public.classes import WALKS, class_of
from grannskap.public.view import PublicView

Floats = npt.NDArray[np.float64]
Estimates = dict[str, tuple[float, float]]

TOUCHING_M = 1.0
GRID_M = 25.0
BEST = 3


def estimates(view: PublicView, rerun: Tried) -> Estimates:
    """Where may the residence be, one place for each way of reckoning?

    Parameters
    ----------
    view : PublicView
        What is published.
    rerun : Tried
        What the attacker finds by running the model for addresses of their choice.

    Returns
    -------
    dict
        Name of the method → x, y in metres.
    """
    if not view.has_map:
        return {}
    found = {"middle of what is hidden": _middle(view.hidden), "middle of the map": _middle(view.area)}
    found |= _from_buildings(view)
    found |= dict(_from_points("places", view.places, view.hidden))
    found |= dict(_from_points("actors", view.actors, view.hidden))
    if view.shows == "walks":
        found |= _from_walks(view.edges, view.hidden) | _from_reruns(view.edges, rerun)
    return {name: spot for name, spot in found.items() if np.isfinite(spot).all()}


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    west, south, east, north = shapely.bounds(shape).tolist()
    return (west + east) / 2, (south + north) / 2


def _from_buildings(view: PublicView) -> Estimates:
    """Which house among those without walks would one bet on: in the middle of all, or the largest?"""
    shapes = view.ground["buildings"].geometry.to_numpy()
    shapes = shapes[np.asarray(shapely.within(shapes, view.hidden), bool)]
    if not len(shapes):
        return {}
    spots, areas = shapely.get_coordinates(shapely.centroid(shapes)), shapely.area(shapes)
    return {
        "middle of the houses without walks": _mean(spots, np.ones(len(spots))),
        "middle of all floors without walks": _mean(spots, areas),
        "largest house without walks": _mean(spots, (areas == areas.max()).astype(float)),
    }


def _from_points(
    name: str, table: gpd.GeoDataFrame, hidden: shapely.Polygon
) -> Iterator[tuple[str, tuple[float, float]]]:
    """The middle of places, each as heavy as it is often passed or those alone that are; and whence they thin out."""
    if not len(table):
        return
    spots = shapely.get_coordinates(shapely.point_on_surface(table.geometry.to_numpy()))
    often = table["often"].to_numpy(float) if "often" in table else np.zeros(len(table))
    yield f"middle of {name}", _mean(spots, often + 1.0)
    for least in np.unique(often):
        yield f"middle of {name} of class {least:.0f} or more", _mean(spots, (often >= least).astype(float))
    if often.min() < often.max():
        yield f"where {name} are passed most", _densest(spots, often + 1.0, hidden)


def _mean(spots: Floats, weight: Floats) -> tuple[float, float]:
    x, y = (spots * weight[:, None]).sum(axis=0) / weight.sum()
    return float(x), float(y)


def _from_walks(streets: gpd.GeoDataFrame, hidden: shapely.Polygon) -> Estimates:
    """Where do the walks come together, when they are drawn on from where they are cut off?"""
    walked = streets[(streets["walks_class"] >= 0).to_numpy()]
    if walked.empty:
        return {}
    lines = walked.geometry.to_numpy()
    weight = WALKS.least(walked["walks_class"].to_numpy(np.intp))
    half = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    found = {
        "middle of the walks": _mean(half, weight * shapely.length(lines)),
        "middle of the busiest streets": _mean(half, (weight == weight.max()) * shapely.length(lines)),
        "middle of the box around the walks": _middle(shapely.union_all(lines)),
        "where walks grow densest": _densest(half, weight, hidden),
        "middle of the largest hole": _emptiest(lines, hidden),
    }
    cut = np.asarray(shapely.dwithin(lines, hidden.boundary, TOUCHING_M), bool)
    if not cut.any():
        return found
    cuts = shapely.get_point(shapely.shortest_line(lines[cut], hidden.boundary), 0)
    ends, most = shapely.get_coordinates(cuts), weight[cut] == weight[cut].max()
    found["middle of where walks are cut off"] = _mean(ends, weight[cut])
    found["middle of where most walks are cut off"] = _mean(ends, most.astype(float))
    found |= _drawn_on(lines[cut], ends, weight[cut])
    found["where streets that are cut off meet"] = _on_foot(streets.geometry.to_numpy(), ends, weight[cut], hidden)
    return found


def _drawn_on(lines: npt.NDArray[np.object_], ends: Floats, weight: Floats) -> Estimates:
    """The place nearest to all lines that are drawn on, by least squares."""
    chord = shapely.get_coordinates(shapely.get_point(lines, 0)) - shapely.get_coordinates(shapely.get_point(lines, -1))
    long = np.hypot(*chord.T)
    way = chord / np.where(long > 0, long, 1.0)[:, None]
    across = np.eye(2) - way[:, :, None] * way[:, None, :]
    left = (weight[:, None, None] * across).sum(axis=0)
    right = (weight[:, None] * np.einsum("nij,nj->ni", across, ends)).sum(axis=0)
    x, y = np.linalg.lstsq(left, right, rcond=None)[0]
    return {"where cut walks would meet": (float(x), float(y))}


def _on_foot(
    lines: npt.NDArray[np.object_], ends: Floats, weight: Floats, hidden: shapely.Polygon
) -> tuple[float, float]:
    """From which crossing without walks is it nearest, along the streets, to where walks are cut off?"""
    points = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    spots, node = np.unique(np.round(points, 1), axis=0, return_inverse=True)
    order = np.argsort(shapely.length(lines), kind="stable")
    pairs, first = np.unique(np.sort(node.reshape(2, -1), axis=0)[:, order], axis=1, return_index=True)
    net = csr_array((shapely.length(lines)[order][first], (pairs[0], pairs[1])), shape=(len(spots), len(spots)))
    cut = KDTree(spots).query(ends)[1]
    far = dijkstra(net, directed=False, indices=cut)
    inner = np.flatnonzero(shapely.contains_xy(hidden, spots[:, 0], spots[:, 1]) & np.isfinite(far).any(axis=0))
    if not len(inner):
        return _middle(hidden)
    reached = np.nan_to_num(far[:, inner], posinf=float(far[np.isfinite(far)].max()))
    best = inner[int(np.argmin((weight[:, None] * reached).sum(axis=0)))]
    return float(spots[best, 0]), float(spots[best, 1])


def _emptiest(lines: npt.NDArray[np.object_], hidden: shapely.Polygon) -> tuple[float, float]:
    """Which place in what is hidden is farthest from all walks?"""
    spots = _grid(hidden)
    far = shapely.distance(shapely.points(spots), shapely.union_all(lines))
    return _mean(spots, (far >= far.max() - TOUCHING_M).astype(float))


def _grid(hidden: shapely.Polygon) -> Floats:
    west, south, east, north = hidden.bounds
    x, y = np.meshgrid(np.arange(west, east, GRID_M), np.arange(south, north, GRID_M))
    return np.column_stack([x.ravel(), y.ravel()])


def _densest(half: Floats, weight: Floats, hidden: shapely.Polygon) -> tuple[float, float]:
    """From which place do walks grow fewer with distance most evenly?"""
    spots = _grid(hidden)
    far = np.log(np.hypot(*(half[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)) + 1.0)
    busy = np.log(weight) - np.log(weight).mean()
    spread = far - far.mean(axis=0)
    fit = (busy[:, None] * spread).sum(axis=0) / np.maximum(np.sqrt((spread**2).sum(axis=0)), 1e-9)
    best = int(np.argmin(fit))
    return float(spots[best, 0]), float(spots[best, 1])


def _from_reruns(shown: gpd.GeoDataFrame, rerun: Tried) -> Estimates:
    """Run the model for many addresses: whose walks are most like those that are published?"""
    ours = shown["walks_class"].to_numpy(np.intp)[:, None]
    theirs = class_of(WALKS, rerun.legs[shown.index.to_numpy(np.intp)])
    metres = shown["length_m"].to_numpy(float)[:, None]
    far = (metres * np.abs(theirs - ours)).sum(axis=0) / metres.sum()
    order = np.argsort(far, kind="stable")
    near = np.exp(-(far - far.min()) / max(float(np.median(far - far.min())), 1e-9))
    return {
        "address whose walks fit best": _mean(rerun.spots[order[:1]], np.ones(1)),
        "addresses whose walks fit best": _mean(rerun.spots[order[:BEST]], np.ones(len(order[:BEST]))),
        "all addresses by how well they fit": _mean(rerun.spots, near),
    }
