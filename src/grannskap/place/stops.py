"""Stops: platforms, poles and station entrances that make one stop become one."""

import re
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from grannskap.place.features import display_name, id_order, on_ground

SAME_NAME_M = 200.0  # as far apart platforms of one name still make one stop
NAMELESS_M = 50.0  # a nameless platform belongs to the stop that is as near as this
PLATFORM_M = 50.0  # a position on the track or carriageway is dropped where a platform is as near as this
SHORTEST_REF = 3  # shorter references are letters of platforms and numbers of lines


def merged_stops(found: gpd.GeoDataFrame, groups: pd.DataFrame, *, language: str) -> gpd.GeoDataFrame:
    """Which stops are there when platforms, poles and entrances of one stop are counted once?

    By stop area, then by reference, then by name within 200 m; different names are never merged. Positions on the track
    are dropped where there is a platform.

    Parameters
    ----------
    found : GeoDataFrame
        Places of kind ``stop``, as `grannskap.place.features.features` gives, with ``members``.
    groups : DataFrame
        Stop areas with ``members``.
    language : {"sv", "en"}

    Returns
    -------
    GeoDataFrame
        The same columns; MultiPoint of the platforms and entrances that are reached on foot.
    """
    if found.empty:
        return found
    found = _without_positions(found.reset_index(drop=True))
    group = _grouped(found, groups)
    rows = [_one_stop(found.iloc[np.flatnonzero(group == g)], language=language) for g in np.unique(group)]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=found.crs)[[*found.columns]]


def _values(found: gpd.GeoDataFrame, key: str) -> npt.NDArray[Any]:
    return np.array([tags.get(key, "") for tags in found.tags], object)


def _without_positions(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    on_track = (_values(found, "public_transport") == "stop_position") | (_values(found, "railway") == "tram_stop")
    on_track &= (_values(found, "public_transport") != "platform") & (_values(found, "highway") != "bus_stop")
    platform = (_values(found, "public_transport") == "platform") | (_values(found, "highway") == "bus_stop")
    shapes = found.geometry.to_numpy()
    near = shapely.STRtree(shapes[platform]).query(shapes[on_track], predicate="dwithin", distance=PLATFORM_M)[0]
    drop = np.zeros(len(found), bool)
    drop[np.flatnonzero(on_track)[np.unique(near)]] = True
    return found[~drop].reset_index(drop=True)


def _name(tags: dict[str, str]) -> str:
    return re.sub(r"\s+", " ", tags.get("name", "")).strip().casefold()


def _grouped(found: gpd.GeoDataFrame, groups: pd.DataFrame) -> npt.NDArray[np.intp]:
    name = np.array([_name(tags) for tags in found.tags], object)
    entrance = _values(found, "railway") == "subway_entrance"
    label = np.where(entrance, "", name)  # entrances are named after streets
    links = [_by_area(found, groups, label), _by_ref(found, label), _near(found, name, SAME_NAME_M, name != "")]
    part = _parts(len(found), links)
    part = _to_nearest(found, part, lost=entrance & ~_has_station(found, part), hosts=_has_station(found, part), far_m=200)
    return _to_nearest(found, part, lost=(label == "") & ~_named(part, label), hosts=label != "", far_m=NAMELESS_M)


def _parts(n: int, links: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.intp]:
    pairs = np.concatenate([*links, np.empty((0, 2), np.intp)])
    graph = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def _by_area(found: gpd.GeoDataFrame, groups: pd.DataFrame, label: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Members of one stop area, apart where their names differ."""
    row = {element: i for i, ids in enumerate(found.members) for element in ids}
    pairs: list[tuple[int, int]] = []
    for tags, members in zip(groups.tags, groups.members, strict=True):
        here = [row[m] for m in members if m in row]
        own = _name(tags)
        first: dict[str, int] = {}
        for i in here:
            name = label[i] or own
            pairs.append((first.setdefault(name, i), i))
    return np.array(pairs, np.intp).reshape(-1, 2)


def _by_ref(found: gpd.GeoDataFrame, label: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    refs = np.array([t.get("gtfs_id") or t.get("ref", "") for t in found.tags], object)
    known = np.array([len(r) >= SHORTEST_REF for r in refs], bool)
    pairs = _near(found, refs, SAME_NAME_M, known)
    a, b = label[pairs[:, 0]], label[pairs[:, 1]]
    return pairs[(a == b) | (a == "") | (b == "")]


def _near(
    found: gpd.GeoDataFrame, key: npt.NDArray[Any], far_m: float, asked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """Pairs of rows with the same key that lie within a distance."""
    rows = np.flatnonzero(asked)
    shapes = found.geometry.to_numpy()[rows]
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=far_m)
    pairs = np.column_stack([rows[a], rows[b]])
    return pairs[(key[pairs[:, 0]] == key[pairs[:, 1]]) & (pairs[:, 0] < pairs[:, 1])]


def _has_station(found: gpd.GeoDataFrame, part: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    station = (_values(found, "railway") == "station") | (_values(found, "public_transport") == "station")
    return np.isin(part, part[station])


def _named(part: npt.NDArray[np.intp], label: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    return np.isin(part, part[label != ""])


def _to_nearest(
    found: gpd.GeoDataFrame,
    part: npt.NDArray[np.intp],
    *,
    lost: npt.NDArray[np.bool_],
    hosts: npt.NDArray[np.bool_],
    far_m: float,
) -> npt.NDArray[np.intp]:
    """Gives lost rows the group of the nearest host within a distance; others of them within it become one."""
    shapes = found.geometry.to_numpy()
    at, where = np.flatnonzero(lost), np.flatnonzero(hosts)
    if not len(at) or not len(where):
        return part
    row, host = shapely.STRtree(shapes[where]).query_nearest(shapes[at], max_distance=far_m, all_matches=False)
    part = part.copy()
    part[at[row]] = part[where[host]]
    return part


def _one_stop(members: gpd.GeoDataFrame, *, language: str) -> dict[str, Any]:
    ids = sorted((i for row in members.members for i in row), key=id_order)
    order = np.argsort([_importance(tags) for tags in members.tags], kind="stable")
    tags: dict[str, str] = {}
    for row in order[::-1]:
        tags |= members.tags.iloc[row]
    own = ({k: v for k, v in members.tags.iloc[r].items() if k not in ("operator", "brand")} for r in order)
    names = (display_name(t, language=language) for t in own)
    return {
        "element_id": min(ids, key=id_order),
        "tags": tags,
        "kind": "stop",
        "name": next((n for n in names if n), ""),
        "layer": 0,
        "passable": True,
        "members": tuple(ids),
        "geometry": shapely.MultiPoint(_reached(members)),
    }


def _importance(tags: dict[str, str]) -> int:
    """Which member names the stop: stations before platforms before entrances."""
    if "station" in (tags.get("railway"), tags.get("public_transport")):
        return 0
    return 2 if tags.get("railway") == "subway_entrance" or not tags.get("name") else 1


def _reached(members: gpd.GeoDataFrame) -> list[Any]:
    """Points where one gets to the stop from the street: entrances and platforms at ground level, else what there is."""
    tags = members.tags.to_list()
    entrance = np.array([t.get("railway") == "subway_entrance" for t in tags])
    station = np.array([_importance(t) == 0 for t in tags])
    below = np.array([(t.get("layer", "0").startswith("-") or not on_ground(t) or _underground(t)) for t in tags])
    for choice in (entrance | (~station & ~below), ~below, np.ones(len(tags), bool)):
        if choice.any():
            return list(shapely.centroid(members.geometry.to_numpy()[choice]))
    return []


def _underground(tags: dict[str, str]) -> bool:
    return tags.get("location") == "underground" or tags.get("tunnel", "no") != "no"
