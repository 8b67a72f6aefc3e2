"""Open the source that a study names, and keep what lies around its site."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from grannskap.errors import SourceError
from grannskap.osm.address_scan import addresses_in
from grannskap.osm.cutting import cut
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.files import is_large, readable
from grannskap.osm.snapshot import read_snapshot
from grannskap.study.model import Source


def open_source(source: Source, *, box: Bounds | None = None) -> tuple[OsmData, dict[str, str]]:
    """What does the source of a study hold, and which file was it exactly?

    Parameters
    ----------
    source : Source
        With a path: of an extract, or of the snapshot of what was fetched. The network is never used.
    box : tuple of float, optional
        West, south, east, north (WGS 84): what is asked for. Of a large extract nothing else is read; a small one is
        given whole. When left out, a large one is given whole, too: that takes much memory.

    Returns
    -------
    tuple
        The elements, and for the manifest ``kind``, ``path`` (name only) and ``sha256`` of the file; of a snapshot also
        ``origin`` (endpoint, or name of the extract) with ``origin_sha256`` where it was a file, ``fetched`` (time) and
        ``content_sha256``, which the same data has whenever it is fetched.

    Raises
    ------
    SourceError
        The source is not a file on disk, or cannot be read.
    """
    path = _required(source)
    if source.kind == "extract":
        osm = _of_extract(path, box)
        return osm, {"kind": source.kind, "path": path.name, "sha256": _sha256(path)}
    return _of_snapshot(source.kind, path)


def shared_source(source: Source) -> tuple["SharedExtract", dict[str, str]]:
    """Which source do several studies share, and which file was it exactly? As `open_source` tells it.

    Raises
    ------
    SourceError
        The source is not a file on disk, or a snapshot cannot be read. Of an extract that is told when it is used.
    """
    path = _required(source)
    if source.kind == "extract":
        with readable(path):
            return SharedExtract(path), {"kind": source.kind, "path": path.name, "sha256": _sha256(path)}
    osm, told = _of_snapshot(source.kind, path)
    return SharedExtract(path, osm), told


def _required(source: Source) -> Path:
    if source.path is None:
        raise SourceError(
            "[source] kind = {kind} needs the path of a file: the extract, or the snapshot that grannskap fetch has "
            "written.",
            kind=source.kind,
        )
    return source.path


def _of_snapshot(kind: str, path: Path) -> tuple[OsmData, dict[str, str]]:
    osm, manifest = read_snapshot(path)
    told = {
        "sha256": manifest["file_sha256"],
        "origin": manifest.get("endpoint") or manifest.get("extract"),
        "origin_sha256": manifest.get("extract_sha256"),
        "fetched": manifest["fetched"],
        "content_sha256": manifest["content_sha256"],
    }
    named = {"kind": kind, "path": path.name}
    return osm, named | {key: str(value) for key, value in told.items() if value}


def _of_extract(path: Path, box: Bounds | None) -> OsmData:
    if box is None or not is_large(path):
        return read_extract(path)
    [part] = cut(path, [box])
    return part


@dataclass(slots=True)
class SharedExtract:
    """Which extract do several studies share? Each of its methods reads it once for all of them.

    Attributes
    ----------
    path : Path
    whole : OsmData or None
        All that it holds, once it has been read; of a large one never.
    """

    path: Path
    whole: OsmData | None = None

    @property
    def large(self) -> bool:
        """Is it too large to be held in memory?"""
        return self.whole is None and is_large(self.path)

    def holding(self, addresses: Sequence[str]) -> OsmData:
        """What does it hold that is needed to look these addresses up?"""
        return addresses_in(self.path, addresses) if self.large else self._all()

    def parts(self, boxes: Sequence[Bounds]) -> Iterator[OsmData]:
        """What does it hold in each of these boxes, in their order? Of a small one each part is the whole."""
        return cut(self.path, boxes) if self.large else repeat(self._all(), len(boxes))

    def neighbourhoods(self, boxes: Sequence[Bounds]) -> Iterator[OsmData]:
        """What does it hold in and around each of these boxes, in their order?"""
        return (around(part, box) for part, box in zip(self.parts(boxes), boxes, strict=True))

    def told(self) -> dict[str, str]:
        """What is to be remembered of which file it was?"""
        return {"extract": self.path.name, "extract_sha256": _sha256(self.path)}

    def _all(self) -> OsmData:
        if self.whole is None:
            self.whole = read_extract(self.path)
        return self.whole


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
        Elements whole, in their order; the stop areas that have a member among them. What lies around a small box is
        the same whether or not a larger one was cut out before.
    """
    west, south, east, north = bounds
    inner = osm.bounds
    points, lines, areas = (_touching(table, bounds) for table in (osm.points, osm.lines, osm.areas))
    return replace(
        osm,
        points=points,
        lines=lines,
        areas=areas,
        groups=_with_members(osm.groups, set().union(*(t.element_id.tolist() for t in (points, lines, areas)))),
        bounds=(max(west, inner[0]), max(south, inner[1]), min(east, inner[2]), min(north, inner[3])),
    )


def _touching(table: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    box = shapely.bounds(table.geometry.to_numpy()).reshape(-1, 4)
    west, south, east, north = bounds
    near = (box[:, 2] >= west) & (box[:, 0] <= east) & (box[:, 3] >= south) & (box[:, 1] <= north)
    return table[np.asarray(near, bool)].reset_index(drop=True)


def _with_members(groups: pd.DataFrame, here: set[str]) -> pd.DataFrame:
    """The stop areas with a member that is here; those of stop areas that are here, too."""
    known = len(here) - 1
    while len(here) > known:
        known = len(here)
        kept = np.array([not here.isdisjoint(members) for members in groups.members], bool)
        here = here.union(groups.element_id[kept])
    return groups[kept].reset_index(drop=True)
