"""A changed network: one path more, or one way closed, drawn by hand to see what it does."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from grannskap.crs import WGS84, project
from grannskap.errors import StudyError
from grannskap.place.correcting import changed_by_hand
from grannskap.place.place import Place
from grannskap.place.slopes import flights
from grannskap.place.streets import Streets, apart_from_main, without_unused
from grannskap.place.surroundings import surroundings_rules
from grannskap.routes.network import Floats, Ints
from grannskap.routes.snapping import SAME_SPOT_M, Snaps, snap, split

FARTHEST_END_M = 30.0
"""An end of a new path joins the nearest street when that is at most this far away. Assumption: nobody draws nearer."""
FEWEST_POINTS = 2
HAND_MADE = "path/"
"""What the id of a way drawn by hand begins with."""


def with_path(
    place: Place,
    points: Sequence[tuple[float, float]],
    *,
    name: str = "",
    highway: str = "footway",
    lit: str = "",
    surface: str = "",
    layer: int = 0,
) -> Place:
    """What is the place with one path more?

    Parameters
    ----------
    place : Place
    points : sequence of (lat, lon)
        The bends of the path from one end to the other, in degrees (WGS 84). Each end joins the nearest street on the
        ground; on its way a path on the ground joins every street on the ground that it crosses.
    name : str
    highway, lit, surface : str
        As OpenStreetMap would say it, such as "steps", "yes", "gravel"; "" where nothing is known.
    layer : int
        0 on the ground, above it a bridge and below it a tunnel: these join other ways at their ends only.

    Returns
    -------
    Place
        Streets with the path among them, its id ``path/1`` or the next that is free; everything else is the same. The
        path counts as level, without crossings and away from traffic and green.

    Raises
    ------
    StudyError
        There are fewer than two points, or an end lies too far from every street.

    Examples
    --------
    >>> import grannskap as gk
    >>> place = gk.open_place(gk.read_study(gk.sample_folder() / "study.toml"))
    >>> more = with_path(place, [(60.1725, 24.9440), (60.1735, 24.9450)], name="Ny gångväg")
    >>> more.streets.edges.way_id.iloc[-1]
    'path/1'
    """
    edges = place.streets.edges
    line = _joined(_line(points, place.crs), edges)
    met = _meetings(line, edges, layer=layer)
    streets = split(edges, len(place.streets.nodes), Snaps(met.edge, met.at_m, np.zeros(len(met.edge))))
    nodes = np.vstack([place.streets.nodes, np.empty((streets.n_nodes - len(place.streets.nodes), 2))])
    nodes[streets.node] = shapely.get_coordinates(shapely.line_interpolate_point(line, met.along_m))
    way_id = _free_id(edges)
    tags = {"name": name, "highway": highway, "lit": lit, "surface": surface}
    path = _path(streets.edges, line, met.along_m, streets.node, way_id=way_id, layer=layer, tags=tags)
    together = gpd.GeoDataFrame(pd.concat([streets.edges, path], ignore_index=True), crs=edges.crs)
    return _changed(place, Streets(together, nodes, place.streets.dropped), f"added {way_id}")


def without_way(place: Place, way: str) -> Place:
    """What is the place when nobody can walk along one way?

    Parameters
    ----------
    place : Place
    way : str
        Id of a way in ``place.streets.edges``, such as "way/123", or the name of a street: all of it is closed then.

    Returns
    -------
    Place
        Streets without it. What no longer hangs together with the rest is left out too and counted in ``dropped``.

    Raises
    ------
    StudyError
        There is no such way, or nothing is left without it.

    Examples
    --------
    >>> import grannskap as gk
    >>> place = gk.open_place(gk.read_study(gk.sample_folder() / "study.toml"))
    >>> fewer = without_way(place, "Vilhelmsgatan")
    >>> bool(fewer.streets.edges.length_m.sum() < place.streets.edges.length_m.sum())
    True
    """
    edges, nodes = place.streets.edges, place.streets.nodes
    open_ones = edges[~_named(edges, way)].reset_index(drop=True)
    if open_ones.empty:
        raise StudyError("Nothing is left to walk on without {way}: close another way.", way=way)
    apart, reason = apart_from_main(open_ones, len(nodes))
    lost_m = float(open_ones.length_m[apart].sum())
    kept, left = without_unused(open_ones[~apart].reset_index(drop=True), nodes)
    streets = Streets(kept, left, _more(place.streets.dropped, f"{reason}_m", lost_m))
    changed = _changed(place, streets, f"closed {way}")
    return replace(changed, dropped=_more(place.dropped, f"{reason}_m", lost_m))


def _more(counts: dict[str, float], key: str, value: float) -> dict[str, float]:
    return counts | ({key: round(counts.get(key, 0.0) + value, 1)} if value else {})


def _changed(place: Place, streets: Streets, what: str) -> Place:
    """The place with other streets; its source tells what was done to it."""
    return replace(place, streets=streets, source=changed_by_hand(place.source, what))


def _named(edges: gpd.GeoDataFrame, way: str) -> Any:
    """Which edges belong to a way, by its id or its name?"""
    by_id = (edges.way_id == way).to_numpy()
    names = edges.name.str.casefold()
    by_name = (names == way.strip().casefold()).to_numpy() & (names != "").to_numpy()
    if by_id.any() or by_name.any():
        return by_id if by_id.any() else by_name
    known = sorted({*edges.name[edges.name != ""], *edges.way_id})
    near = difflib.get_close_matches(way, known, n=1, cutoff=0.0)
    raise StudyError(
        "There is no way {way} here: write the way_id of a street, or its name; the nearest is {near}.",
        way=way,
        near=near[0] if near else "",
    )


def _line(points: Sequence[tuple[float, float]], crs: int) -> shapely.LineString:
    spots = np.array([tuple(point) for point in points], float).reshape(-1, 2)
    xy = np.column_stack(project(spots[:, 1], spots[:, 0], source=WGS84, target=crs))
    if len(xy) < FEWEST_POINTS or not np.isfinite(xy).all():
        raise _no_path()
    return shapely.LineString(xy)


def _no_path() -> StudyError:
    return StudyError(
        "A path needs at least two points in different spots, each a latitude and a longitude, such as (57.7, 11.97)."
    )


def _joined(line: shapely.LineString, edges: gpd.GeoDataFrame) -> shapely.LineString:
    """The line with both its ends moved on to where they meet a street on the ground."""
    xy = shapely.get_coordinates(line)
    ends = pd.DataFrame({"x": xy[[0, -1], 0], "y": xy[[0, -1], 1], "layer": 0})
    found = snap(ends, edges)
    if (found.offset_m > FARTHEST_END_M).any():
        raise StudyError(
            "An end of the path lies more than {most} m from every street: draw it all the way to a street, and write "
            "the latitude first.",
            most=round(FARTHEST_END_M),
        )
    spots = shapely.get_coordinates(shapely.line_interpolate_point(edges.geometry.to_numpy()[found.edge], found.at_m))
    drawn = np.vstack([spots[:1], xy, spots[1:]])
    steps = np.hypot(*np.diff(drawn, axis=0).T)
    kept = drawn[np.append(True, steps > SAME_SPOT_M)]
    if len(kept) < FEWEST_POINTS:
        raise _no_path()
    return shapely.LineString(kept)


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Where a path meets streets: row of the street, metres along it, and metres along the path, in this order."""

    edge: Ints
    at_m: Floats
    along_m: Floats


def _meetings(line: shapely.LineString, edges: gpd.GeoDataFrame, *, layer: int) -> _Meetings:
    """Where the ends of a path lie on a street, and where it crosses one on the way."""
    xy = shapely.get_coordinates(line)
    ends = pd.DataFrame({"x": xy[[0, -1], 0], "y": xy[[0, -1], 1], "layer": 0})
    found = snap(ends, edges)
    edge, at_m, along = [found.edge], [found.at_m], [np.array([0.0, line.length])]
    lines = edges.geometry.to_numpy()
    for row in np.flatnonzero((edges.layer == 0).to_numpy() & shapely.intersects(lines, line)) if layer == 0 else ():
        spots = _spots(shapely.intersection(lines[row], line))
        where = shapely.line_locate_point(line, spots)
        inner = (where > SAME_SPOT_M) & (where < line.length - SAME_SPOT_M)
        edge.append(np.full(int(inner.sum()), row, np.intp))
        at_m.append(shapely.line_locate_point(lines[row], spots[inner]))
        along.append(where[inner])
    order = np.argsort(np.concatenate(along), kind="stable")
    return _Meetings(*(np.concatenate(each)[order] for each in (edge, at_m, along)))


def _spots(shape: BaseGeometry) -> Any:
    """Which points do two lines share? Of a stretch that they have in common, its ends."""
    parts = shapely.get_parts(shape)
    return shapely.points(np.concatenate([np.empty((0, 2)), *(shapely.get_coordinates(part) for part in parts)]))


def _free_id(edges: gpd.GeoDataFrame) -> str:
    taken = set(edges.way_id)
    return next(f"{HAND_MADE}{n}" for n in range(1, len(taken) + 2) if f"{HAND_MADE}{n}" not in taken)


def _path(
    edges: gpd.GeoDataFrame,
    line: shapely.LineString,
    along_m: Floats,
    node: Ints,
    *,
    way_id: str,
    layer: int,
    tags: dict[str, str],
) -> gpd.GeoDataFrame:
    """The path as edges from meeting to meeting, with every column of the streets; what is not known adds nothing."""
    parts = [n for n in range(len(node) - 1) if node[n] != node[n + 1]]
    shapes = [substring(line, along_m[n], along_m[n + 1]) for n in parts]
    rules = surroundings_rules()
    known: dict[str, object] = {
        **{column: _nothing(edges[column]) for column in edges.columns if column != "geometry"},
        **tags,
        "u": node[parts],
        "v": node[np.array(parts, np.intp) + 1],
        "length_m": shapely.length(shapes),
        "way_id": way_id,
        "layer": np.int8(layer),
        "access": "public",
        "grade": np.nan,
        "steps": tags["highway"] == "steps",
        "rough": rules.rough.get(tags["surface"], np.nan),
        "unlit": rules.unlit.get(tags["lit"], np.nan),
        "quiet": 1.0,
        "stroll": 1.0,
    }
    path = gpd.GeoDataFrame(known, geometry=shapes, crs=edges.crs, index=range(len(parts)))[list(edges.columns)]
    return path.assign(flights=flights(path)).astype({"layer": np.int8, "one_way": np.int8})


def _nothing(column: pd.Series) -> object:
    """Which value of a column says nothing?"""
    if pd.api.types.is_bool_dtype(column):
        return False
    return 0 if pd.api.types.is_numeric_dtype(column) else ""
