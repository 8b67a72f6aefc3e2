"""Open the source that a study names, and keep what lies around its site."""

import hashlib
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from grannskap.errors import SourceError
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.extract import read_extract
from grannskap.study.model import Source


def open_source(source: Source) -> tuple[OsmData, dict[str, str]]:
    """What does the source of a study hold, and which file was it exactly?

    Parameters
    ----------
    source : Source

    Returns
    -------
    tuple
        The elements, and ``kind``, ``path`` (name only) and ``sha256`` for the manifest.

    Raises
    ------
    SourceError
        The source is not a file on disk, or cannot be read.
    """
    if source.kind != "extract" or source.path is None:
        raise SourceError(
            "[source] kind = {kind} cannot be opened from disk: use kind = 'extract' with the path of an OpenStreetMap "
            "file.",
            kind=source.kind,
        )
    osm = read_extract(source.path)
    return osm, {"kind": source.kind, "path": source.path.name, "sha256": _sha256(source.path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def around(osm: OsmData, bounds: Bounds) -> OsmData:
    """Which elements lie in or reach into a box?

    Parameters
    ----------
    osm : OsmData
    bounds : tuple of float
        West, south, east, north (WGS 84).

    Returns
    -------
    OsmData
        The same data where the box holds all of it.
    """
    west, south, east, north = bounds
    inner = osm.bounds
    if west <= inner[0] and south <= inner[1] and east >= inner[2] and north >= inner[3]:
        return osm
    kept = {name: _touching(getattr(osm, name), bounds) for name in ("points", "lines", "areas")}
    box = (max(west, inner[0]), max(south, inner[1]), min(east, inner[2]), min(north, inner[3]))
    return replace(osm, bounds=box, **kept)


def _touching(table: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    box = shapely.bounds(table.geometry.to_numpy()).reshape(-1, 4)
    west, south, east, north = bounds
    near = (box[:, 2] >= west) & (box[:, 0] <= east) & (box[:, 3] >= south) & (box[:, 1] <= north)
    return table[np.asarray(near, bool)].reset_index(drop=True)
