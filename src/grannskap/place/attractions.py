"""What draws a walk without an errand: green, seats and quiet along each way, by ``attractions.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.osm.data import OsmData
from grannskap.place.features import AREA, in_metres, moved, passable
from grannskap.place.squares import is_area
from grannskap.place.walking import layer

SPOT_EVERY_M = 25.0  # half the least distance that the rules speak of, so that no stretch beside a park is missed
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class AttractionRules:
    """What counts as green, as a seat and as a busy road, and how near? Fields as in ``attractions.toml``."""

    green_m: float
    green_kinds: tuple[str, ...]
    smallest_green_m2: float
    seats_m: float
    seats: Mapping[str, frozenset[str]]
    busy_m: float
    busy: Mapping[str, frozenset[str]]
    passed_over: Mapping[str, frozenset[str]]
    sources: Mapping[str, str]


@cache
def attraction_rules() -> AttractionRules:
    """Which rules does the package hold?"""
    raw = tomllib.loads(files(__package__).joinpath("attractions.toml").read_text("utf-8"))
    sources = {name: rule.pop("source") for name, rule in raw.items()}
    return AttractionRules(
        green_m=raw["green"]["within_m"],
        green_kinds=tuple(raw["green"]["kinds"]),
        smallest_green_m2=raw["green"]["smallest_m2"],
        seats_m=raw["seats"]["within_m"],
        seats=_values(raw["seats"]["tags"]),
        busy_m=raw["busy"]["within_m"],
        busy=_values(raw["busy"]["tags"]),
        passed_over=_values(raw["passed_over"]),
        sources=sources,
    )


def _values(raw: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in raw.items()}


def seats_of(osm: OsmData, *, crs: int) -> gpd.GeoDataFrame:
    """Where can one sit down in the open air, as far as the map tells?

    Parameters
    ----------
    osm : OsmData
    crs : int
        EPSG code of the answer, in metres.

    Returns
    -------
    GeoDataFrame
        ``layer``, geometry: seats that are mapped as nodes or ways.
    """
    shapes, level = _tagged((osm.points, osm.lines), attraction_rules().seats)
    return in_metres(gpd.GeoDataFrame({"layer": level}, geometry=shapes, crs=osm.lines.crs), crs=crs)


def attractions(
    osm: OsmData, places: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, seats: gpd.GeoDataFrame, *, crs: int
) -> pd.DataFrame:
    """How much of each way lies by green, by seats and away from busy roads?

    Parameters
    ----------
    osm : OsmData
        Where busy roads are mapped.
    places : GeoDataFrame
        ``kind``, geometry in metres: where the green is.
    edges : GeoDataFrame
        ``way_id``, ``length_m``, ``layer``, ``highway``, ``access``, LineString in metres.
    seats : GeoDataFrame
        As from `seats_of`.
    crs : int
        EPSG code of ``places``, ``edges`` and ``seats``.

    Returns
    -------
    DataFrame
        On the index of ``edges``: ``near_green``, ``near_seats`` and ``quiet``, shares of the length from 0 to 1 (0
        in a tunnel), and ``stroll``, the share of its metres that counts when walks without an errand are spread over
        the streets: 0 on ways that nobody strolls on; below 1 on the lines that cross a square, which stand for ways
        to get across and together count as half the way round them.

    Notes
    -----
    A seat that is not mapped is not known to be absent: ``near_seats`` is a lower bound. Sources of the distances
    stand in ``attractions.toml``.
    """
    rules = attraction_rules()
    spots, edge = _spots(edges.geometry.to_numpy())
    tree, count = shapely.STRtree(spots), np.bincount(edge, minlength=len(edges))
    busy, _ = _tagged((osm.lines,), rules.busy)
    roads = shapely.MultiLineString(list(moved(busy, crs=crs)))
    shapely.prepare(roads)
    near = {
        "near_green": _near(tree, _green(places, rules), rules.green_m),
        "near_seats": _near(tree, seats.geometry.to_numpy(), rules.seats_m),
        "quiet": ~shapely.dwithin(roads, spots, rules.busy_m),
    }
    open_air = edges.layer.to_numpy() >= 0
    shares = {name: np.bincount(edge, hit, len(edges)) / count * open_air for name, hit in near.items()}
    return pd.DataFrame({**shares, "stroll": _stroll(osm, edges, rules)}, index=edges.index)


def _spots(lines: Shapes) -> tuple[Shapes, npt.NDArray[np.intp]]:
    """Points along each line, at most `SPOT_EVERY_M` apart and half of that from its ends, and the line of each.

    All lines are measured as one, with a gap of 1 m between them that no spot falls into: quicker than line by line.
    """
    if not len(lines):
        return lines, np.empty(0, np.intp)
    xy, of = shapely.get_coordinates(lines, return_index=True)
    moves = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    at_m = np.cumsum(np.where(np.diff(of, prepend=of[:1]) > 0, 1.0, moves))
    begin, end = at_m[np.searchsorted(of, range(len(lines)))], at_m[np.searchsorted(of, range(1, len(lines) + 1)) - 1]
    count = np.maximum(np.ceil((end - begin) / SPOT_EVERY_M), 1).astype(np.intp)
    line = np.repeat(np.arange(len(lines)), count)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    along = begin[line] + (nth + 0.5) / count[line] * (end - begin)[line]
    return shapely.points(np.interp(along, at_m, xy[:, 0]), np.interp(along, at_m, xy[:, 1])), line


def _near(tree: shapely.STRtree, shapes: Shapes, within_m: float) -> Bools:
    """Which spots lie within so many metres of any of these shapes?"""
    hit = np.zeros(len(tree.geometries), bool)
    hit[tree.query(shapes, predicate="dwithin", distance=within_m)[1]] = True
    return hit


def _green(places: gpd.GeoDataFrame, rules: AttractionRules) -> Shapes:
    shapes = places.geometry.to_numpy()[places.kind.isin(rules.green_kinds).to_numpy()]
    large = (shapely.get_dimensions(shapes) == AREA) & (shapely.area(shapes) >= rules.smallest_green_m2)
    return np.asarray(shapes[large], object)


def _tagged(
    tables: Sequence[gpd.GeoDataFrame], wanted: Mapping[str, frozenset[str]]
) -> tuple[Shapes, npt.NDArray[np.int8]]:
    """Elements that have one of these tags and lie neither indoors nor in a tunnel, and the layer of each."""
    tags = [each for table in tables for each in table.tags]
    hit = np.zeros(len(tags), bool)
    for key, values in wanted.items():
        hit |= np.array([each.get(key) in values for each in tags], bool)
    level = {row: layer(tags[row]) for row in np.flatnonzero(hit).tolist() if passable(tags[row])}
    rows = [row for row, floor in level.items() if floor >= 0]
    shapes = np.concatenate([table.geometry.to_numpy() for table in tables])
    return np.asarray(shapes[rows], object), np.array([level[row] for row in rows], np.int8)


def _stroll(osm: OsmData, edges: gpd.GeoDataFrame, rules: AttractionRules) -> Floats:
    share = np.ones(len(edges))
    for column, values in rules.passed_over.items():
        share[edges[column].isin(values).to_numpy()] = 0.0
    areas = {i for i, tags in zip(osm.areas.element_id, osm.areas.tags, strict=True) if is_area(i, tags)}
    row = np.flatnonzero(edges.way_id.isin(areas).to_numpy())
    if not len(row):
        return share
    _, square = np.unique(edges.way_id.to_numpy(str)[row], return_inverse=True)
    drawn = np.bincount(square, edges.length_m.to_numpy(float)[row])
    order = np.argsort(square, kind="stable")
    hull = shapely.convex_hull(shapely.multilinestrings(edges.geometry.to_numpy()[row[order]], indices=square[order]))
    half_round = shapely.length(hull) / np.where(shapely.get_dimensions(hull) == AREA, 2.0, 1.0)
    share[row] *= np.minimum(half_round / drawn, 1.0)[square]
    return share
