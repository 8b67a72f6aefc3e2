"""Read an extract (.osm, .osm.pbf, .osm.gz, .osm.bz2) in one pass; count what its edge has cut."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from grannskap.crs import WGS84
from grannskap.errors import SourceError
from grannskap.osm.data import Bounds, OsmData

_UNKNOWN = 2147483647  # pyosmium's coordinate of a node that is not in the file
_SCALE = 1e-7  # OSM coordinates are whole numbers of 1e-7 degrees
_AREA_KEYS = frozenset(
    ("amenity", "building", "healthcare", "highway", "landuse", "leisure", "natural", "office", "place")
    + ("public_transport", "railway", "shop", "social_facility", "tourism", "waterway", "club", "education")
)  # a closed way or a multipolygon without any of these describes no place


def read_extract(path: Path) -> OsmData:
    """What does an OpenStreetMap extract hold?

    Parameters
    ----------
    path : Path
        ``.osm``, ``.osm.pbf``, ``.osm.gz`` or ``.osm.bz2``.

    Returns
    -------
    OsmData
        All tagged elements. Cut ways keep the parts that are there; cut areas are closed along the cut.

    Raises
    ------
    SourceError
        The file is missing, is no OpenStreetMap file, is broken, or holds nothing.
    """
    if not path.is_file():
        raise SourceError("There is no file {path}: check [source] path in the study.", path=path.name)
    harvest = _Harvest()
    try:
        box = _header_box(path)
        for element in _elements(path):
            harvest.take(element)
        missing = harvest.unassembled()
        if missing:
            harvest.mend(_cut_relations(path, missing))
    except (RuntimeError, OSError, ValueError) as error:
        raise SourceError(
            "{path} cannot be read as OpenStreetMap data ({reason}): it is damaged, cut short or another kind of file. "
            "Fetch it anew.",
            path=path.name,
            reason=_first_line(error),
        ) from error
    data = harvest.data(box)
    if data.lines.empty and data.points.empty and data.areas.empty:
        raise SourceError("{path} holds no OpenStreetMap elements: choose another extract.", path=path.name)
    return data


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _header_box(path: Path) -> Bounds | None:
    with osmium.io.Reader(str(path)) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat)


def _elements(path: Path) -> Iterator[Any]:
    processor: Any = osmium.FileProcessor(str(path))
    yield from processor.with_locations().with_areas().with_filter(osmium.filter.EmptyTagFilter())


def _cut_relations(path: Path, members: dict[int, set[int]]) -> dict[int, list[Any]]:
    """Coordinates of the outer ways of relations that the assembler gave up, by relation."""
    wanted = set().union(*members.values())
    lines: dict[int, Any] = {}
    processor: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    for way in processor.with_locations().with_filter(osmium.filter.IdFilter(wanted)):
        if way.is_way():
            runs, _ = _runs(way.nodes)
            lines[way.id] = [coords for _, coords in runs]
    return {rel: [c for way in ways for c in lines.get(way, [])] for rel, ways in members.items()}


def _runs(nodes: Any) -> tuple[list[tuple[Any, Any]], int]:
    """Parts of a way whose nodes are in the file, and how many nodes are not."""
    raw = np.array([(n.ref, n.x, n.y) for n in nodes], dtype=np.int64).reshape(-1, 3)
    here = raw[:, 1] != _UNKNOWN
    if here.all():
        parts = [raw]
    else:
        breaks = np.flatnonzero(np.diff(here.astype(np.int8))) + 1
        parts = [part for part in np.split(raw, breaks) if part[0, 1] != _UNKNOWN] if len(raw) else []
    runs = [(part[:, 0], part[:, 1:] * _SCALE) for part in parts if len(part) > 1]
    return runs, int((~here).sum())


@dataclass(slots=True)
class _Harvest:
    """Collects elements as they stream past; plain lists, turned into tables once."""

    points: list[tuple[str, dict[str, str], int, float, float]] = field(default_factory=list)
    lines: list[tuple[str, dict[str, str], Any, Any]] = field(default_factory=list)
    areas: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    groups: list[tuple[str, dict[str, str], tuple[str, ...]]] = field(default_factory=list)
    cut: dict[str, tuple[dict[str, str], Any]] = field(default_factory=dict)
    relations: dict[int, tuple[dict[str, str], set[int]]] = field(default_factory=dict)
    assembled: set[int] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    newest: datetime = datetime.min.replace(tzinfo=UTC)

    def take(self, element: Any) -> None:
        if element.is_area():
            self._area(element)
            return
        if element.timestamp > self.newest:
            self.newest = element.timestamp
        if element.is_node():
            tags = dict(element.tags)
            self.points.append((f"node/{element.id}", tags, element.id, element.lon, element.lat))
        elif element.is_way():
            self._way(element)
        else:
            self._relation(element)

    def _way(self, way: Any) -> None:
        tags = dict(way.tags)
        runs, missing = _runs(way.nodes)
        if missing:
            self.dropped["nodes_outside_extract"] += missing
            self.dropped["ways_cut"] += 1
            if way.is_closed() and _AREA_KEYS & tags.keys():
                self.cut[f"way/{way.id}"] = (tags, [coords for _, coords in runs])
        self.lines += [(f"way/{way.id}", tags, refs, coords) for refs, coords in runs]

    def _area(self, area: Any) -> None:
        tags = dict(area.tags)
        self.assembled.add(area.id)
        if not _AREA_KEYS & tags.keys():
            return
        kind = "way" if area.from_way() else "relation"
        rings = [(_ring(outer), [_ring(i) for i in area.inner_rings(outer)]) for outer in area.outer_rings()]
        self.areas.append((f"{kind}/{area.orig_id()}", tags, rings))

    def _relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        if tags.get("public_transport") in ("stop_area", "stop_area_group"):
            names = {"n": "node", "w": "way", "r": "relation"}
            members = tuple(f"{names[m.type]}/{m.ref}" for m in relation.members)
            self.groups.append((f"relation/{relation.id}", tags, members))
        elif tags.get("type") == "multipolygon" and _AREA_KEYS & tags.keys():
            outer = {m.ref for m in relation.members if m.type == "w" and m.role in ("outer", "")}
            self.relations[relation.id] = (tags, outer)

    def unassembled(self) -> dict[int, set[int]]:
        """Multipolygons that the extract has cut: outer ways by relation number."""
        return {r: outer for r, (_, outer) in self.relations.items() if 2 * r + 1 not in self.assembled}

    def mend(self, outer: dict[int, list[Any]]) -> None:
        for relation, lines in outer.items():
            self.dropped["relations_cut"] += 1
            self.cut[f"relation/{relation}"] = (self.relations[relation][0], lines)

    def data(self, box: Bounds | None) -> OsmData:
        points, lines = _points(self.points), _lines(self.lines)
        areas, lost = _areas(self.areas, self.cut)
        dropped = self.dropped + Counter({"areas_cut": len(self.cut), "areas_lost": lost})
        return OsmData(
            points=points,
            lines=lines,
            areas=areas,
            groups=pd.DataFrame(self.groups, columns=["element_id", "tags", "members"]),
            bounds=box or _bounds(points, lines),
            data_date=self.newest.date().isoformat() if self.newest.year > 1 else "",
            dropped={key: n for key, n in dropped.items() if n},
        )


def _ring(nodes: Any) -> list[tuple[float, float]]:
    return [(n.lon, n.lat) for n in nodes]


def _points(rows: list[tuple[str, dict[str, str], int, float, float]]) -> gpd.GeoDataFrame:
    ids, tags, refs, lon, lat = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return gpd.GeoDataFrame(
        {"element_id": list(ids), "tags": pd.Series(list(tags), dtype=object), "ref": np.array(refs, np.int64)},
        geometry=shapely.points(np.array(lon, float), np.array(lat, float)),
        crs=WGS84,
    )


def _lines(rows: list[tuple[str, dict[str, str], Any, Any]]) -> gpd.GeoDataFrame:
    ids, tags, refs, coords = zip(*rows, strict=True) if rows else ((), (), (), ())
    part = np.repeat(np.arange(len(rows)), [len(c) for c in coords])
    flat = np.concatenate(coords) if rows else np.empty((0, 2))
    return gpd.GeoDataFrame(
        {
            "element_id": list(ids),
            "tags": pd.Series(list(tags), dtype=object),
            "refs": pd.Series(list(refs), dtype=object),
        },
        geometry=shapely.linestrings(flat, indices=part) if rows else [],
        crs=WGS84,
    )


def _areas(
    rows: list[tuple[str, dict[str, str], Any]], cut: dict[str, tuple[dict[str, str], Any]]
) -> tuple[gpd.GeoDataFrame, int]:
    whole = [(i, tags, _polygon(rings)) for i, tags, rings in rows]
    mended = [(i, tags, _closed_along_cut(lines)) for i, (tags, lines) in cut.items()]
    kept = [(i, tags, g) for i, tags, g in whole + mended if g is not None and not g.is_empty]
    ids, tags, shapes = zip(*kept, strict=True) if kept else ((), (), ())
    table = gpd.GeoDataFrame(
        {"element_id": list(ids), "tags": pd.Series(list(tags), dtype=object)}, geometry=list(shapes), crs=WGS84
    )
    return table, len(whole) + len(mended) - len(kept)


def _polygon(rings: Any) -> Any:
    parts = [shapely.Polygon(outer, inner) for outer, inner in rings]
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return _polygonal(shape)


def _closed_along_cut(lines: list[Any]) -> Any:
    """The area whose outline the extract has cut, closed straight along the cut; None when too little is left."""
    if not lines:
        return None
    merged = shapely.line_merge(shapely.MultiLineString(lines))
    parts = [shapely.Polygon(p.coords) for p in shapely.get_parts(merged) if len(p.coords) > 2]
    return _polygonal(shapely.union_all([shapely.make_valid(p) for p in parts])) if parts else None


def _polygonal(shape: Any) -> Any:
    """Only the polygons of a shape, made valid."""
    if shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    parts = [p for p in parts if p.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else None


def _bounds(points: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> Bounds:
    boxes = np.array([t.total_bounds for t in (points, lines) if not t.empty]).reshape(-1, 4)
    if not len(boxes):
        return (0.0, 0.0, 0.0, 0.0)
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))
