"""Surroundings: what the map says about each stretch of street that a walker feels, by ``surroundings.toml``."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.osm.data import OsmData
from grannskap.place.features import in_metres, moved, passable
from grannskap.place.walking import Tags, layer

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """By which rules are the facts about a street read? Fields, units and sources as in ``surroundings.toml``."""

    arterial: frozenset[str]
    busy_within_m: float
    signal_crossings: frozenset[str]
    signal_nodes: frozenset[str]
    signals_within_m: float
    commercial_amenity: frozenset[str]
    commercial_never: frozenset[str]
    commercial_within_m: float
    commercial_fewest: float
    spot_every_m: float
    rough: Mapping[str, float]
    unlit: Mapping[str, float]
    up_grade: float
    steepest_grade: float
    height_baseline_m: float
    steps_per_flight: float


@cache
def surroundings_table() -> dict[str, dict[str, Any]]:
    """Which rules does the package hold, with the unit and the source of each?"""
    return tomllib.loads(files(__package__).joinpath("surroundings.toml").read_text("utf-8"))


@cache
def surroundings_rules() -> Surroundings:
    """By which rules does the package read the facts about a street?"""
    raw = surroundings_table()
    grounds = {"even": 0.0, "uneven": raw["rough"]["uneven_value"], "unpaved": 1.0}
    values = {name: float(rule["value"]) for name, rule in raw.items() if "value" in rule}
    return Surroundings(
        arterial=frozenset(raw["arterial"]["highway"]),
        signal_crossings=frozenset(raw["signals"]["crossing"]),
        signal_nodes=frozenset(raw["signals"]["highway"]),
        commercial_amenity=frozenset(raw["commercial"]["amenity"]),
        commercial_never=frozenset(raw["commercial"]["never_shop"]),
        rough={value: rough for ground, rough in grounds.items() for value in raw["rough"][ground]},
        unlit={value: float(unlit) for unlit, key in enumerate(("yes", "no")) for value in raw["lit"][key]},
        **values,
    )


def arterials(osm: OsmData, *, crs: int) -> gpd.GeoDataFrame:
    """Which roads carry through traffic, whether or not they can be walked? ``osm.lines`` in metres."""
    wanted = surroundings_rules().arterial
    return in_metres(osm.lines.loc[[tags.get("highway") in wanted for tags in osm.lines.tags.to_list()]], crs=crs)


def surroundings(edges: gpd.GeoDataFrame, osm: OsmData, roads: gpd.GeoDataFrame, *, crs: int) -> dict[str, Floats]:
    """What is each edge like to walk along?

    Parameters
    ----------
    edges : GeoDataFrame
        ``highway``, ``surface``, ``lit``, ``layer``, ``length_m``, LineString in metres.
    osm : OsmData
        Shops and restaurants are taken from here.
    roads : GeoDataFrame
        As from `arterials`.
    crs : int
        EPSG code of the edges.

    Returns
    -------
    dict of ndarray
        ``busy`` and ``commercial``: share of the edge along an arterial, and among shops and restaurants; ``rough``: 0
        even to 1 unpaved; ``unlit``: 0 lit, 1 unlit. What the map does not tell is nan in the last two.
    """
    rules = surroundings_rules()
    spots, edge = _spots(edges, rules.spot_every_m)
    per_edge = np.bincount(edge, minlength=len(edges))
    tree = shapely.STRtree(spots)
    near = _beside_arterial(tree, edges.layer.to_numpy()[edge], roads)
    shops = _shops_near(tree, osm, crs=crs)
    is_arterial = edges.highway.isin(rules.arterial).to_numpy()
    among = shops >= rules.commercial_fewest
    return {
        "busy": np.where(is_arterial, 1.0, np.bincount(edge, weights=near, minlength=len(edges)) / per_edge),
        "commercial": np.bincount(edge, weights=among, minlength=len(edges)) / per_edge,
        "rough": _values(edges.surface.to_list(), rules.rough),
        "unlit": _values(edges.lit.to_list(), rules.unlit),
    }


def _values(values: list[str], known: Mapping[str, float]) -> Floats:
    """What each tag stands for; nan where it is not known or there are several."""
    told = {tag: known.get(tag, known.get(tag.partition(":")[0], np.nan)) for tag in set(values)}
    return np.array([told[tag] for tag in values], float)


def _spots(edges: gpd.GeoDataFrame, every_m: float) -> tuple[Geometries, npt.NDArray[np.intp]]:
    """Spots spread evenly over each edge, and the edge of each."""
    many = np.maximum(np.ceil(edges.length_m.to_numpy(float) / every_m).astype(int), 1)
    edge = np.repeat(np.arange(len(edges)), many)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(many) - many, many)
    lines = edges.geometry.to_numpy()
    return shapely.line_interpolate_point(lines[edge], (place + 0.5) / many[edge], normalized=True), edge


def _beside_arterial(
    spots: shapely.STRtree, level: npt.NDArray[np.int8], roads: gpd.GeoDataFrame
) -> npt.NDArray[np.bool_]:
    """Does traffic pass beside each spot, on its own layer?"""
    road, spot = spots.query(
        roads.geometry.to_numpy(), predicate="dwithin", distance=surroundings_rules().busy_within_m
    )
    road_level = np.array([layer(tags) for tags in roads.tags.to_list()], np.int8)
    beside = np.zeros(len(level), bool)
    beside[spot[road_level[road] == level[spot]]] = True
    return beside


def _shops_near(spots: shapely.STRtree, osm: OsmData, *, crs: int) -> npt.NDArray[np.intp]:
    """How many shops and restaurants stand near each spot?"""
    rules = surroundings_rules()
    shops = [
        moved(table.geometry.to_numpy()[_shops(table.tags.to_list(), rules)], crs=crs)
        for table in (osm.points, osm.areas)
    ]
    _, spot = spots.query(np.concatenate(shops), predicate="dwithin", distance=rules.commercial_within_m)
    return np.bincount(spot, minlength=len(spots))


def _shops(elements: Iterable[Tags], rules: Surroundings) -> list[bool]:
    """Which elements are shops or restaurants that one sees from the street?"""
    amenity, shut = rules.commercial_amenity, rules.commercial_never
    return [
        ("shop" in tags or tags.get("amenity") in amenity) and tags.get("shop") not in shut and passable(tags)
        for tags in elements
    ]
