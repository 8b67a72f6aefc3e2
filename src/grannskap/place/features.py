"""What stands here: mapped places with their kind, name, layer and geometry in metres."""

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84, project
from grannskap.osm.data import OsmData
from grannskap.place.kinds import classify
from grannskap.place.walking import Tags, layer

GROUND_LEVEL = 0.0
LINE, AREA = 1, 2  # dimensions of a geometry
ENTRANCES_FOR_STAFF = ("service", "emergency", "exit", "garage", "delivery", "no")


def in_metres(table: gpd.GeoDataFrame, *, crs: int) -> gpd.GeoDataFrame:
    """What is this table with its geometry in metres?"""
    shapes = moved(table.geometry.to_numpy(), crs=crs)
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=crs)


def moved(shapes: npt.NDArray[np.object_], *, crs: int) -> npt.NDArray[np.object_]:
    """What are these shapes, in degrees of WGS 84, in metres?"""
    xy = shapely.get_coordinates(shapes)
    x, y = project(xy[:, 0], xy[:, 1], source=WGS84, target=crs)
    return np.asarray(shapely.set_coordinates(np.array(shapes, dtype=object), np.column_stack([x, y])), dtype=object)


def features(osm: OsmData, *, crs: int, language: str) -> gpd.GeoDataFrame:
    """Which places of a known kind are mapped, each element on its own?

    Parameters
    ----------
    osm : OsmData
    crs : int
        EPSG code of a system in metres.
    language : {"sv", "en"}
        Whose names are shown where they are mapped.

    Returns
    -------
    GeoDataFrame
        RangeIndex. ``element_id``, ``kind``, ``name`` ("" where none is mapped), ``tags``, ``layer``, ``passable``
        (False indoors and on other floors than the ground: nobody passes there by chance), geometry in metres.
    """
    parts = [osm.points[["element_id", "tags", "geometry"]], osm.areas[["element_id", "tags", "geometry"]]]
    parts.append(_open_lines(osm))
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=WGS84)
    found["kind"] = pd.Series(classify(found.tags), index=found.index, dtype=object)
    size = shapely.get_dimensions(found.geometry.to_numpy())
    drawn_right = ((size != LINE) | (found.kind == "stop")) & ((size == AREA) | (found.kind != "housing"))
    found = in_metres(found[found.kind.notna() & drawn_right].reset_index(drop=True), crs=crs)
    return described(found, language=language)


def described(found: gpd.GeoDataFrame, *, language: str) -> gpd.GeoDataFrame:
    """Which name, layer and openness to passers-by do the tags of each place give?"""
    return found.assign(
        name=[display_name(tags, language=language) for tags in found.tags],
        layer=np.array([layer(tags) for tags in found.tags], np.int8),
        passable=np.array([passable(tags) for tags in found.tags], bool),
    )


def _open_lines(osm: OsmData) -> gpd.GeoDataFrame:
    """Ways that are no areas: platforms drawn as lines."""
    areas = set(osm.areas.element_id)
    lines = osm.lines[["element_id", "tags", "geometry"]]
    return lines[~lines.element_id.isin(areas)].drop_duplicates("element_id")


def display_name(tags: Tags, *, language: str) -> str:
    """What is this place called in this language? "" where no name is mapped.

    Examples
    --------
    >>> display_name({"name": "Ateneum", "name:sv": "Konstmuseet Ateneum"}, language="sv")
    'Konstmuseet Ateneum'
    """
    keys = (f"name:{language}", "name", "brand", "operator")
    return next((tags[key].strip() for key in keys if tags.get(key, "").strip()), "")


def passable(tags: Tags) -> bool:
    """Is this at street level, where those who walk by outside pass it?

    Examples
    --------
    >>> passable({"shop": "yes", "level": "0;1"}), passable({"level": "2"}), passable({"indoor": "yes"})
    (True, False, False)
    """
    return tags.get("indoor", "no") in ("no", "") and on_ground(tags)


def on_ground(tags: Mapping[str, str]) -> bool:
    """Does ``level`` include the ground floor, or is it not mapped?"""
    levels = tags.get("level", "").strip()
    return not levels or any(_holds_ground(part) for part in levels.split(";"))


_LEVELS = re.compile(r"\s*(-?\d+(?:\.\d+)?)(?:\s*-\s*(-?\d+(?:\.\d+)?))?\s*$")


def _holds_ground(levels: str) -> bool:
    """Does one level, or a span such as ``-1-2``, hold 0? What cannot be read says nothing, and so does not."""
    found = _LEVELS.match(levels)
    if not found:
        return False
    low = float(found[1])
    return low <= GROUND_LEVEL <= (float(found[2]) if found[2] else low)


def entrances(osm: OsmData, *, crs: int) -> gpd.GeoDataFrame:
    """Where are the doors that visitors use? ``main`` (bool), Point in metres."""
    values = [tags.get("entrance", "") for tags in osm.points.tags]
    is_door = np.array([bool(v) and v not in ENTRANCES_FOR_STAFF for v in values], bool)
    doors = osm.points[is_door].assign(main=[v == "main" for v in values if v and v not in ENTRANCES_FOR_STAFF])
    return in_metres(doors[["element_id", "main", "geometry"]].reset_index(drop=True), crs=crs)


def id_order(element_id: str) -> tuple[str, int, str]:
    """By what are element ids sorted? Type, number, and the id itself for those that have no number."""
    kind, _, number = element_id.partition("/")
    return kind, int(number) if number.isdigit() else 0, element_id
