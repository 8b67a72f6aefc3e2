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

# What tells the platform and not the stop at the end of a name: ", plattform 13", ", laituri 13", " läge A", " (A)".
_REF = r"(?:\d{1,3}[a-zåäö]?|[a-zåäö])"
PLATFORM = re.compile(
    rf"(?:(?:^|,?\s+)(?:plattform|platform|hållplatsläge|läge|spår|laituri|raide)\s+{_REF}|\s+\({_REF}\))$",
    re.IGNORECASE,
)


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
    order = np.argsort(group, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    tags, ids, shapes = found.tags.to_list(), found.members.to_list(), found.geometry.to_numpy()
    rows = [_one_stop([tags[i] for i in own], [ids[i] for i in own], shapes[own], language=language) for own in members]
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


def stop_name(name: str) -> str:
    """What is the stop called that this is the name of a platform of?

    Examples
    --------
    >>> stop_name("Järnvägstorget, plattform 13"), stop_name("Rautatientori (A)"), stop_name("Plattform 2")
    ('Järnvägstorget', 'Rautatientori', '')
    """
    return PLATFORM.sub("", re.sub(r"\s+", " ", name).strip()).strip()


def _name(tags: dict[str, str]) -> str:
    return stop_name(tags.get("name", "")).casefold()


def _grouped(found: gpd.GeoDataFrame, groups: pd.DataFrame) -> npt.NDArray[np.intp]:
    name = np.array([_name(tags) for tags in found.tags], object)
    entrance = _values(found, "railway") == "subway_entrance"
    label = np.where(entrance, "", name)  # entrances are named after streets
    links = [_by_area(found, groups, label), _by_ref(found, label), _near(found, name, SAME_NAME_M, name != "")]
    part = _one_name_each(found, _parts(len(found), links), label)
    part = _to_nearest(
        found, part, lost=entrance & ~_has_station(found, part), hosts=_has_station(found, part), far_m=200
    )
    part = _to_nearest(found, part, lost=(label == "") & ~_named(part, label), hosts=label != "", far_m=NAMELESS_M)
    _, first, at = np.unique(part, return_index=True, return_inverse=True)
    known = np.column_stack([first[at], np.arange(len(part))])
    return _parts(len(found), [known, _near(found, label, NAMELESS_M, ~_named(part, label))])


def _parts(n: int, links: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.intp]:
    pairs = np.concatenate([*links, np.empty((0, 2), np.intp)])
    graph = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def _one_name_each(
    found: gpd.GeoDataFrame, part: npt.NDArray[np.intp], label: npt.NDArray[Any]
) -> npt.NDArray[np.intp]:
    """Groups that only a nameless member holds together: each name apart, the nameless with the nearest of them."""
    part, shapes = part.copy(), found.geometry.to_numpy()
    for number in np.unique(part):
        here = part == number
        own, rest = np.flatnonzero(here & (label != "")), np.flatnonzero(here & (label == ""))
        names, name = np.unique(label[own].astype(str), return_inverse=True)
        if len(names) > 1:
            part[own] = part.max() + 1 + name
            row, host = shapely.STRtree(shapes[own]).query_nearest(shapes[rest], all_matches=False)
            part[rest[row]] = part[own[host]]
    return part


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
    return np.asarray(pairs[(a == b) | (a == "") | (b == "")], np.intp)


def _near(
    found: gpd.GeoDataFrame, key: npt.NDArray[Any], far_m: float, asked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """Pairs of rows with the same key that lie within a distance."""
    rows = np.flatnonzero(asked)
    shapes = found.geometry.to_numpy()[rows]
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=far_m)
    pairs = np.column_stack([rows[a], rows[b]])
    alike = (key[pairs[:, 0]] == key[pairs[:, 1]]) & (pairs[:, 0] < pairs[:, 1])
    return np.asarray(pairs[alike.astype(bool)], np.intp)


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


def _one_stop(
    tags: list[dict[str, str]], members: list[tuple[str, ...]], shapes: npt.NDArray[np.object_], *, language: str
) -> dict[str, Any]:
    ids = sorted((i for own in members for i in own), key=id_order)
    ranked = sorted(tags, key=_importance)
    together: dict[str, str] = {}
    for own in reversed(ranked):
        together |= own
    named = ({k: v for k, v in own.items() if k not in ("operator", "brand")} for own in ranked)
    names = (stop_name(display_name(own, language=language)) for own in named)
    return {
        "element_id": ids[0],
        "tags": together,
        "kind": "stop",
        "name": next((n for n in names if n), ""),
        "layer": 0,
        "passable": True,
        "members": tuple(ids),
        "geometry": shapely.MultiPoint(_reached(tags, shapes)),
    }


def _importance(tags: dict[str, str]) -> int:
    """Which member names the stop: stations before platforms before entrances."""
    if "station" in (tags.get("railway"), tags.get("public_transport")):
        return 0
    return 2 if tags.get("railway") == "subway_entrance" or not tags.get("name") else 1


def _reached(tags: list[dict[str, str]], shapes: npt.NDArray[np.object_]) -> list[Any]:
    """Points where one gets to the stop: entrances and platforms at ground level, else what there is."""
    entrance = np.array([t.get("railway") == "subway_entrance" for t in tags])
    station = np.array([_importance(t) == 0 for t in tags])
    below = np.array([(t.get("layer", "0").startswith("-") or not on_ground(t) or _underground(t)) for t in tags])
    for choice in (entrance | (~station & ~below), ~below, np.ones(len(tags), bool)):
        if choice.any():
            return list(shapely.centroid(shapes[choice]))
    return []


def _underground(tags: dict[str, str]) -> bool:
    return tags.get("location") == "underground" or tags.get("tunnel", "no") != "no"
