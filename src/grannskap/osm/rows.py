"""OpenStreetMap elements as columns of plain values that any database holds, and back, without losing a bit."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84
from grannskap.osm.data import Bounds, OsmData

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "points": {"geom": "POINT", "element_id": "TEXT", "ref": "INTEGER", "tags": "TEXT"},
    "lines": {"geom": "LINESTRING", "element_id": "TEXT", "refs": "TEXT", "tags": "TEXT"},
    "areas": {"geom": "MULTIPOLYGON", "element_id": "TEXT", "single": "BOOLEAN", "tags": "TEXT"},
    "groups": {"element_id": "TEXT", "members": "TEXT", "tags": "TEXT"},
}
"""The columns of each table and their types. ``tags``, ``refs`` and ``members`` are JSON; ``single`` is true where the
only part of a MultiPolygon is a Polygon in the data."""

_HEADER = b"GP\x00\x01" + WGS84.to_bytes(4, "little")  # of a GeoPackage's geometry: version, little-endian, no box
_POLYGON = 3  # shapely's number of the type
Column = Sequence[Any]
Geometries = npt.NDArray[np.object_]


def to_columns(osm: OsmData) -> dict[str, dict[str, Column]]:
    """Which plain values hold these elements?

    Parameters
    ----------
    osm : OsmData

    Returns
    -------
    dict of dict
        For each table of `COLUMNS` its columns, in that order: text, whole numbers, and geometry in the binary form of
        GeoPackage.
    """
    shapes = osm.areas.geometry.to_numpy()
    single = shapely.get_type_id(shapes) == _POLYGON
    return {
        "points": {
            "geom": _blobs(osm.points.geometry.to_numpy()),
            "element_id": osm.points.element_id.to_list(),
            "ref": osm.points.ref.astype(int).to_list(),
            "tags": _texts(osm.points.tags),
        },
        "lines": {
            "geom": _blobs(osm.lines.geometry.to_numpy()),
            "element_id": osm.lines.element_id.to_list(),
            "refs": _texts(np.asarray(refs).tolist() for refs in osm.lines.refs),
            "tags": _texts(osm.lines.tags),
        },
        "areas": {
            "geom": _blobs(_promoted(shapes, single)),
            "element_id": osm.areas.element_id.to_list(),
            "single": single.astype(int).tolist(),
            "tags": _texts(osm.areas.tags),
        },
        "groups": {
            "element_id": osm.groups.element_id.to_list(),
            "members": _texts(osm.groups.members),
            "tags": _texts(osm.groups.tags),
        },
    }


def to_osm(
    tables: Mapping[str, Mapping[str, Column]], *, bounds: Bounds, data_date: str, dropped: dict[str, int]
) -> OsmData:
    """Which elements do these plain values hold?

    Parameters
    ----------
    tables : dict of dict
        As `to_columns` gives.
    bounds : tuple of float
    data_date : str
    dropped : dict

    Returns
    -------
    OsmData
    """
    points, lines, areas, groups = (tables[name] for name in COLUMNS)
    ref = np.array(points["ref"], np.int64)
    shapes = _shapes(areas["geom"])
    single = np.array(areas["single"], bool)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return OsmData(
        points=_layer(points, _shapes(points["geom"]), ref=ref),
        lines=_layer(lines, _shapes(lines["geom"]), refs=_split(_parsed(lines["refs"]))),
        areas=_layer(areas, shapes),
        groups=_table(groups, members=_objects([tuple(ids) for ids in _parsed(groups["members"])])),
        bounds=bounds,
        data_date=data_date,
        dropped=dropped,
    )


def content_hash(tables: Mapping[str, Mapping[str, Column]]) -> str:
    """Which number do these rows have that no other rows have?

    Parameters
    ----------
    tables : dict of dict
        As `to_columns` gives.

    Returns
    -------
    str
        SHA-256 of all values in order; of nothing else, so that the same data has the same number whenever it is
        fetched and in whatever way the file holds it.
    """
    digest = hashlib.sha256()
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            column = tables[table][name]
            digest.update(f"{table}.{name}:{len(column)};".encode())
            if kind in ("INTEGER", "BOOLEAN"):
                digest.update(np.array(column, "<i8").tobytes())
            else:
                digest.update(np.array([len(value) for value in column], "<i8").tobytes())
                digest.update("".join(column).encode() if kind == "TEXT" else b"".join(column))
    return digest.hexdigest()


def _texts(values: Iterable[object]) -> list[str]:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [encode(value) for value in values]


def _parsed(texts: Column) -> list[Any]:
    """All values at once: a call for each would take most of the time."""
    values: list[Any] = json.loads(f"[{','.join(texts)}]")
    return values


def _blobs(shapes: Geometries) -> list[bytes]:
    return [_HEADER + wkb for wkb in shapely.to_wkb(shapes, output_dimension=2, byte_order=1)]


def _shapes(blobs: Column) -> Geometries:
    return np.array(shapely.from_wkb(np.array([blob[len(_HEADER) :] for blob in blobs], object)), object)


def _promoted(shapes: Geometries, single: npt.NDArray[np.bool_]) -> Geometries:
    """All shapes as multipolygons."""
    out = shapes.copy()
    out[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum()))
    return out


def _split(lists: list[list[int]]) -> pd.Series:
    """Each list as an array: parts of one long one."""
    flat = np.fromiter(chain.from_iterable(lists), np.int64)
    ends = np.cumsum([len(refs) for refs in lists], dtype=np.intp).tolist()
    return _objects([flat[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)] if ends else [])


def _objects(values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype=object)


def _table(columns: Mapping[str, Column], **further: Any) -> pd.DataFrame:
    ids = pd.Series(list(columns["element_id"]), dtype="str")
    return pd.DataFrame({"element_id": ids, "tags": _objects(_parsed(columns["tags"])), **further})


def _layer(columns: Mapping[str, Column], shapes: Geometries, **further: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(_table(columns, **further), geometry=shapes, crs=WGS84)
