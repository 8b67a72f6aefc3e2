"""Think as the attacker: where is the residence, as far as the published tables and this very program can tell?

Nobody can list all attacks, so the view does not rest on this list: it is the same for every address of its group (see
`grid`). The list guards against the bad luck that a plain reckoning from what is published ends near the residence.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.public.average import Tried
from grannskap.public.centres import Spot, centres
from grannskap.public.classes import WALKS, class_of
from grannskap.public.convergence import cut_off, densest, drawn_on, emptiest, on_foot
from grannskap.public.view import PublicView

Floats = npt.NDArray[np.float64]
Estimates = dict[str, Spot]
Cloud = tuple[str, Floats, Floats]
"""What it is, its places and the weight of each."""

BEST = 3


def estimates(view: PublicView, rerun: Tried) -> Estimates:
    """Where may the residence be, one place for each way of reckoning?

    All that is published as places is taken for a cloud, alone and by how much is told of it, and each middle that a
    cloud has for a guess; then where walks come together, where they thin out, and where there are none; then the
    addresses for which the model itself gives the most similar walks.

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
    for cloud, spots, weight in _clouds(view):
        found |= {f"{cloud}: {way}": spot for way, spot in centres(spots, weight).items()}
    found |= _from_houses(view) | _from_classes(view)
    if view.shows == "walks":
        found |= _from_walks(view.edges, view.hidden) | _from_reruns(view.edges, rerun)
    return {name: spot for name, spot in found.items() if np.isfinite(spot).all()}


def _middle(shape: shapely.Geometry) -> Spot:
    west, south, east, north = shapely.bounds(shape).tolist()
    return (west + east) / 2, (south + north) / 2


def _clouds(view: PublicView) -> Iterator[Cloud]:
    """All that is drawn, as places with weights."""
    yield from _marks(view)
    yield from _grounds(view)
    lines = view.edges.geometry.to_numpy()
    half, metres = _half(lines), shapely.length(lines)
    yield "streets", half, metres
    yield from _walks(view.edges, half, metres)
    yield from _cuts(view.edges, view.hidden)


def _marks(view: PublicView) -> Iterator[Cloud]:
    """Where walks lead to, all and function by function; actors, all and class by class; and both."""
    actors, places = _spots(view.actors), _spots(view.places)
    yield "places", places, np.ones(len(places))
    for function in sorted(set(view.places["function"])):
        yield f"places for {function}", places, (view.places["function"] == function).to_numpy(float)
    yield "actors", actors, np.ones(len(actors))
    yield "actors and places", np.concatenate([actors, places]), np.ones(len(actors) + len(places))
    often = view.actors["often"].to_numpy(float)
    yield "actors by how often they are passed", actors, often
    for least in np.unique(often[often > 0]):
        yield f"actors of class {least:.0f} or more", actors, (often >= least).astype(float)


def _grounds(view: PublicView) -> Iterator[Cloud]:
    """Buildings, green and water, each alike; and the buildings and floors where no walks are shown."""
    for name, table in view.ground.items():
        spots = shapely.get_coordinates(shapely.centroid(table.geometry.to_numpy()))
        yield name, spots, np.ones(len(spots))
    houses = view.ground["buildings"].geometry.to_numpy()
    inner = np.asarray(shapely.within(houses, view.hidden), bool)
    spots = shapely.get_coordinates(shapely.centroid(houses))
    yield "houses without walks", spots, inner.astype(float)
    yield "floors without walks", spots, inner * shapely.area(houses)


def _walks(edges: gpd.GeoDataFrame, half: Floats, metres: Floats) -> Iterator[Cloud]:
    """Streets with walks: each alike, by how many there are, by that and length; and by length from each class on."""
    classes = edges["walks_class"].to_numpy(np.intp)
    walks = np.where(classes >= 0, WALKS.least(classes), 0.0)
    yield "walked streets", half, (walks > 0).astype(float)
    yield "walks, street by street", half, walks
    yield "walks", half, walks * metres
    for least in np.unique(classes[classes >= 0]):
        yield f"walks of class {least} or more", half, (classes >= least) * metres


def _cuts(edges: gpd.GeoDataFrame, hidden: shapely.Polygon) -> Iterator[Cloud]:
    """Where walks are cut off, by how many there are and where there are most."""
    _, ends, weight = _cut_walks(edges, hidden)
    yield "where walks are cut off", ends, weight
    yield "where most walks are cut off", ends, (weight == weight.max(initial=0.0)).astype(float)


def _cut_walks(edges: gpd.GeoDataFrame, hidden: shapely.Polygon) -> tuple[npt.NDArray[np.object_], Floats, Floats]:
    """The streets whose walks are cut off, where they are, and how many walks there are."""
    walked = edges[(edges["walks_class"] >= 0).to_numpy()]
    cut, ends = cut_off(walked.geometry.to_numpy(), hidden)
    return walked.geometry.to_numpy()[cut], ends, WALKS.least(walked["walks_class"].to_numpy(np.intp)[cut])


def _spots(table: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(table.geometry.to_numpy()), np.float64)


def _half(lines: npt.NDArray[np.object_]) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True)), np.float64)


def _from_houses(view: PublicView) -> Estimates:
    """Which house among those without walks would one bet on? The largest."""
    shapes = view.ground["buildings"].geometry.to_numpy()
    shapes = shapes[np.asarray(shapely.within(shapes, view.hidden), bool)]
    if not len(shapes):
        return {}
    largest = shapely.centroid(shapes[int(np.argmax(shapely.area(shapes)))])
    return {"largest house without walks": (largest.x, largest.y)}


def _from_classes(view: PublicView) -> Estimates:
    """From where are actors passed less and less often?"""
    often = view.actors["often"].to_numpy(float)
    if not len(often) or often.min() == often.max():
        return {}
    return {"where actors are passed most": densest(_spots(view.actors), often + 1.0, view.hidden)}


def _from_walks(streets: gpd.GeoDataFrame, hidden: shapely.Polygon) -> Estimates:
    """Where do the walks come together, when they are drawn on from where they are cut off?"""
    walked = streets[(streets["walks_class"] >= 0).to_numpy()]
    if walked.empty:
        return {}
    lines = walked.geometry.to_numpy()
    found = {
        "where walks grow densest": densest(_half(lines), WALKS.least(walked["walks_class"].to_numpy(np.intp)), hidden),
        "middle of the largest hole": emptiest(lines, hidden),
    }
    cut, ends, weight = _cut_walks(streets, hidden)
    if not len(cut):
        return found
    return found | {
        "where cut walks would meet": drawn_on(cut, ends, weight),
        "where streets that are cut off meet": on_foot(streets, ends, weight, hidden),
    }


def _from_reruns(shown: gpd.GeoDataFrame, rerun: Tried) -> Estimates:
    """Run the model for many addresses: whose walks are most like those that are published?"""
    ours = shown["walks_class"].to_numpy(np.intp)[:, None]
    theirs = class_of(WALKS, rerun.legs[shown["edge"].to_numpy(np.intp)])
    metres = shown["length_m"].to_numpy(float)[:, None]
    far = (metres * np.abs(theirs - ours)).sum(axis=0) / metres.sum()
    order = np.argsort(far, kind="stable")
    near = np.exp(-(far - far.min()) / max(float(np.median(far - far.min())), 1e-9))
    chosen = {
        "address whose walks fit best": rerun.spots[order[:1]].mean(axis=0),
        "addresses whose walks fit best": rerun.spots[order[:BEST]].mean(axis=0),
        "all addresses by how well they fit": np.average(rerun.spots, axis=0, weights=near),
    }
    return {name: (float(x), float(y)) for name, (x, y) in chosen.items()}
