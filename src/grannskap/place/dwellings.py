"""Ordinary dwellings around a site, by ``dwellings.toml``: addresses and homes, none of which is anything special."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84
from grannskap.osm.data import OsmData
from grannskap.place.features import id_order, moved
from grannskap.place.walking import Tags

Geometries = npt.NDArray[np.object_]
NUMBER = "addr:housenumber"


@dataclass(frozen=True, slots=True)
class DwellingRules:
    """By which rules is a dwelling told? Fields, units and sources as in ``dwellings.toml``."""

    homes: frozenset[str]
    unsure: frozenset[str]
    never: frozenset[str]
    sensitive_within_m: float
    site_within_m: float


@cache
def dwelling_table() -> dict[str, dict[str, Any]]:
    """Which rules does the package hold, with the unit and the source of each?"""
    return tomllib.loads(files(__package__).joinpath("dwellings.toml").read_text("utf-8"))


@cache
def dwelling_rules() -> DwellingRules:
    """By which rules does the package tell a dwelling?"""
    raw = dwelling_table()
    return DwellingRules(
        homes=frozenset(raw["homes"]["building"]),
        unsure=frozenset(raw["unsure"]["building"]),
        never=frozenset(raw["never"]["keys"]),
        sensitive_within_m=float(raw["sensitive_within_m"]["value"]),
        site_within_m=float(raw["site_within_m"]["value"]),
    )


def dwellings(
    osm: OsmData, *, area: shapely.Geometry, crs: int, site: Geometries, sensitive: Geometries
) -> pd.DataFrame:
    """Which ordinary dwellings lie in an area?

    Parameters
    ----------
    osm : OsmData
    area : Polygon or MultiPolygon
        In metres, as all that follows.
    crs : int
        EPSG code of it.
    site : ndarray of geometry
        Entrances of the site.
    sensitive : ndarray of geometry
        Neighbours that are never shown.

    Returns
    -------
    DataFrame
        ``element_id``, ``shape`` (Point or polygon in WGS 84), sorted by id: each address that lies in a home or in a
        building of unknown use, and each home without one. What lies at the site or at a sensitive neighbour is left
        out.
    """
    rules = dwelling_rules()
    found = _addresses_and_homes(osm, rules, crs=crs)
    metres = moved(found["shape"].to_numpy(), crs=crs)
    kept = shapely.intersects(area, shapely.point_on_surface(metres))
    kept &= ~_near(metres, site, rules.site_within_m) & ~_near(metres, sensitive, rules.sensitive_within_m)
    found = found[kept]
    order = sorted(range(len(found)), key=lambda row: id_order(found.element_id.iloc[row]))
    return found.iloc[order].reset_index(drop=True)


def _addresses_and_homes(osm: OsmData, rules: DwellingRules, *, crs: int) -> pd.DataFrame:
    """``element_id`` and ``shape`` of all that may be a dwelling. An address goes before the house that it lies in."""
    buildings = osm.areas[np.array(["building" in tags for tags in osm.areas.tags], bool)]
    numbered = [NUMBER in tags and rules.never.isdisjoint(tags) for tags in osm.points.tags]
    addresses = osm.points[np.array(numbered, bool)]
    use = np.array([_use(tags, rules) for tags in buildings.tags], "U6")
    shapes, spots = (moved(table.geometry.to_numpy(), crs=crs) for table in (buildings, addresses))
    spot, building = shapely.STRtree(shapes).query(spots, predicate="intersects")
    elsewhere, has_spot = np.zeros(len(spots), bool), np.zeros(len(shapes), bool)
    elsewhere[spot[use[building] == "other"]] = True
    has_spot[building] = True
    addressed = np.array([NUMBER in tags for tags in buildings.tags], bool)
    alone = ~has_spot & ((use == "home") | ((use == "unsure") & addressed))
    parts = addresses[~elsewhere], buildings[alone]
    return pd.DataFrame(
        {
            "element_id": [element for part in parts for element in part.element_id],
            "shape": [shape for part in parts for shape in part.geometry.to_numpy()],
        }
    )


def as_site(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    """How does a dwelling stand where a site would?"""
    return gpd.GeoDataFrame(geometry=[shape], crs=WGS84)


def _use(tags: Tags, rules: DwellingRules) -> str:
    """Is a building a home, something else, or is that not told?"""
    if not rules.never.isdisjoint(tags):
        return "other"
    value = tags["building"]
    return "home" if value in rules.homes else "unsure" if value in rules.unsure else "other"


def _near(shapes: Geometries, others: Geometries, within_m: float) -> npt.NDArray[np.bool_]:
    near = np.zeros(len(shapes), bool)
    near[shapely.STRtree(others).query(shapes, predicate="dwithin", distance=within_m)[0]] = True
    return near
