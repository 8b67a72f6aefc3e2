"""Read an extract (.osm, .osm.pbf, .osm.gz, .osm.bz2) in one pass; count what its edge has cut."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import pandas as pd
import shapely

from grannskap.crs import WGS84
from grannskap.errors import SourceError
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.files import header_box, readable
from grannskap.osm.ordering import in_order, tells_disorder
from grannskap.timing import no_sweeping

_UNKNOWN = 2147483647  # pyosmium's coordinate of a node that is not there
_NEVER = datetime.fromtimestamp(0, UTC)  # the timestamp of elements that have none
_POLYGON, _MULTIPOLYGON = 3, 6  # shapely's numbers of types
_FEWEST_CORNERS = 3
_SCALE = 1e-7  # OSM coordinates are whole numbers of 1e-7 degrees
# A closed way or a multipolygon without any of these keys describes no place.
_AREA_KEYS = frozenset(
    ("amenity", "building", "club", "education", "healthcare", "highway", "landuse", "leisure", "natural", "office",
     "place", "public_transport", "railway", "shop", "social_facility", "tourism", "waterway", "craft", "emergency")
)  # fmt: skip
_AREA_RELATIONS = ("multipolygon", "boundary")  # the types that pyosmium makes areas of
_STOP_AREAS = ("stop_area", "stop_area_group")  # values of public_transport
Ints = npt.NDArray[np.int64]


def read_extract(path: Path, *, may_be_empty: bool = False) -> OsmData:
    """What does an OpenStreetMap extract hold?

    Parameters
    ----------
    path : Path
        ``.osm``, ``.osm.pbf``, ``.osm.gz`` or ``.osm.bz2``.
    may_be_empty : bool
        Is a file that holds nothing an answer and no error?

    Returns
    -------
    OsmData
        All tagged elements. Cut ways keep the parts that are there; cut areas are closed along the cut.

    Raises
    ------
    SourceError
        The file is missing, is no OpenStreetMap file, is broken, or holds nothing.
    """
    with readable(path):
        box, harvest = header_box(path), _harvested(path)
        if harvest is None or harvest.disordered():
            with in_order(path) as ordered:
                harvest = _harvested(ordered) or _Harvest()
    data = harvest.data(box)
    if not may_be_empty and data.lines.empty and data.points.empty and data.areas.empty:
        raise SourceError("{path} holds no OpenStreetMap elements: choose another extract.", path=path.name)
    return data


def _harvested(path: Path) -> "_Harvest | None":
    """What does a file hold? None where it cannot be read because its elements stand in another order or twice."""
    harvest = _Harvest()
    try:
        with no_sweeping():
            for element in _elements(path):
                harvest.take(element)
    except RuntimeError as error:
        if not tells_disorder(error):
            raise
        return None
    missing = harvest.unassembled()
    if missing:
        harvest.mend(_cut_relations(path, missing))
    return harvest


def telling_relations() -> Any:
    """From which relations is anything read? A filter of pyosmium that holds back the others before they cost time."""
    areas, stops = (("type", each) for each in _AREA_RELATIONS), (("public_transport", each) for each in _STOP_AREAS)
    telling = osmium.filter.TagFilter(*areas, *stops)
    telling.enable_for(osmium.osm.RELATION)
    return telling


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
            spots = np.array(_spots(way), np.int64).reshape(-1, 3)
            lines[way.id] = [spots[run, 1:] * _SCALE for run in _runs(spots, np.zeros(len(spots), np.intp))]
    return {rel: [c for way in ways for c in lines.get(way, [])] for rel, ways in members.items()}


def _spots(way: Any) -> list[tuple[int, int, int]]:
    return [(n.ref, n.x, n.y) for n in way.nodes]


def _runs(spots: Ints, way: Ints) -> list[slice]:
    """Where the parts of ways are whose nodes are in the file: at least two nodes in a row."""
    here = spots[:, 1] != _UNKNOWN
    change = np.flatnonzero((np.diff(way) != 0) | (np.diff(here) != 0)) + 1
    begin = np.concatenate([[0], change]) if len(spots) else change
    end = np.append(change, len(spots))[: len(begin)]
    kept = here[begin] & (end - begin > 1)
    return [slice(a, b) for a, b in zip(begin[kept].tolist(), end[kept].tolist(), strict=True)]


@dataclass(slots=True)
class _Harvest:
    """Collects elements as they stream past; plain lists, turned into tables once."""

    points: list[tuple[str, dict[str, str], int, float, float]] = field(default_factory=list)
    ways: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    spots: list[tuple[int, int, int]] = field(default_factory=list)  # of all ways in a row: number, x, y
    sizes: list[int] = field(default_factory=list)  # how many of them each way has
    areas: list[tuple[str, dict[str, str], str]] = field(default_factory=list)  # shape as well-known binary
    groups: list[tuple[str, dict[str, str], tuple[str, ...]]] = field(default_factory=list)
    cut: dict[str, tuple[dict[str, str], list[Any]]] = field(default_factory=dict)
    outlines: dict[int, dict[str, str]] = field(default_factory=dict)
    relations: dict[int, tuple[dict[str, str], set[int]]] = field(default_factory=dict)
    assembled: set[int] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    newest: datetime = _NEVER
    shape: Any = field(default_factory=osmium.geom.WKBFactory)

    def take(self, element: Any) -> None:
        if element.is_area():
            self._area(element)
            return
        self.newest = max(self.newest, element.timestamp)
        if element.is_node():
            if not element.location.valid():
                self.dropped["nodes_nowhere"] += 1
                return
            tags = dict(element.tags)
            self.points.append((f"node/{element.id}", tags, element.id, element.lon, element.lat))
        elif element.is_way():
            self._way(element)
        else:
            self._relation(element)

    def _way(self, way: Any) -> None:
        tags, spots = dict(way.tags), _spots(way)
        self.ways.append((way.id, tags))
        self.spots += spots
        self.sizes.append(len(spots))
        if way.is_closed() and not _AREA_KEYS.isdisjoint(tags):
            self.outlines[way.id] = tags

    def _area(self, area: Any) -> None:
        if not area.num_rings()[0]:
            return  # the assembler could not make sense of the outline
        self.assembled.add(area.id)
        from_way, number = area.from_way(), area.orig_id()
        tags = self.outlines.get(number) if from_way else dict(area.tags)
        if tags is not None and not _AREA_KEYS.isdisjoint(tags):
            kind = "way" if from_way else "relation"
            self.areas.append((f"{kind}/{number}", tags, self.shape.create_multipolygon(area)))

    def _relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        if tags.get("public_transport") in _STOP_AREAS:
            names = {"n": "node", "w": "way", "r": "relation"}
            members = tuple(f"{names[m.type]}/{m.ref}" for m in relation.members)
            self.groups.append((f"relation/{relation.id}", tags, members))
        elif tags.get("type") == "multipolygon" and not _AREA_KEYS.isdisjoint(tags):
            outer = {m.ref for m in relation.members if m.type == "w" and m.role in ("outer", "")}
            self.relations[relation.id] = (tags, outer)

    def disordered(self) -> bool:
        """Do elements stand twice, or is more than half of all ways missing because their nodes come after them?"""
        repeated = any(len({row[0] for row in rows}) < len(rows) for rows in (self.points, self.areas, self.groups))
        return repeated or 2 * sum(x == _UNKNOWN for _, x, _ in self.spots) > len(self.spots)

    def unassembled(self) -> dict[int, set[int]]:
        """Multipolygons that the extract has cut: outer ways by relation number."""
        return {r: outer for r, (_, outer) in self.relations.items() if 2 * r + 1 not in self.assembled}

    def mend(self, outer: dict[int, list[Any]]) -> None:
        for relation, lines in outer.items():
            self.dropped["relations_cut"] += 1
            self.cut[f"relation/{relation}"] = (self.relations[relation][0], lines)

    def data(self, box: Bounds | None) -> OsmData:
        points, lines = _points(self.points), self._lines()
        areas, lost = _areas(self.areas, self.cut)
        dropped = self.dropped + Counter({"areas_cut": len(self.cut), "areas_lost": lost})
        return OsmData(
            points=points,
            lines=lines,
            areas=areas,
            groups=pd.DataFrame(self.groups, columns=["element_id", "tags", "members"]),
            bounds=box or _bounds(points, lines),
            data_date=self.newest.date().isoformat() if self.newest > _NEVER else "",
            dropped={key: n for key, n in dropped.items() if n},
        )

    def _lines(self) -> gpd.GeoDataFrame:
        """A row for each part of a way that is in the file; the rest is counted, and outlines are kept to be mended."""
        spots = np.array(self.spots, np.int64).reshape(-1, 3)
        way = np.repeat(np.arange(len(self.ways)), self.sizes)
        runs = _runs(spots, way)
        outside = spots[:, 1] == _UNKNOWN
        cut = np.unique(way[outside])
        self.dropped += Counter({"nodes_outside_extract": int(outside.sum()), "ways_cut": len(cut)})
        owner = way[[run.start for run in runs]].tolist()
        parts: dict[int, list[Any]] = {n: [] for n in self.outlines if 2 * n not in self.assembled}
        for row, run in zip(owner, runs, strict=True):
            if self.ways[row][0] in parts:
                parts[self.ways[row][0]].append(spots[run, 1:] * _SCALE)
        self.cut |= {f"way/{number}": (self.outlines[number], lines) for number, lines in parts.items()}
        return _line_table([self.ways[row] for row in owner], [spots[run] for run in runs])


def _points(rows: list[tuple[str, dict[str, str], int, float, float]]) -> gpd.GeoDataFrame:
    ids, tags, refs, lon, lat = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return gpd.GeoDataFrame(
        {"element_id": list(ids), "tags": pd.Series(list(tags), dtype=object), "ref": np.array(refs, np.int64)},
        geometry=shapely.points(np.array(lon, float), np.array(lat, float)),
        crs=WGS84,
    )


def _line_table(ways: list[tuple[int, dict[str, str]]], parts: list[Ints]) -> gpd.GeoDataFrame:
    part = np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    flat = np.concatenate(parts)[:, 1:] * _SCALE if parts else np.empty((0, 2))
    return gpd.GeoDataFrame(
        {
            "element_id": [f"way/{number}" for number, _ in ways],
            "tags": pd.Series([tags for _, tags in ways], dtype=object),
            "refs": pd.Series([p[:, 0] for p in parts], dtype=object),
        },
        geometry=shapely.linestrings(flat, indices=part) if parts else [],
        crs=WGS84,
    )


def _areas(
    rows: list[tuple[str, dict[str, str], str]], cut: dict[str, tuple[dict[str, str], list[Any]]]
) -> tuple[gpd.GeoDataFrame, int]:
    shapes = shapely.from_wkb(np.array([wkb for _, _, wkb in rows], object))
    mended = [_closed_along_cut(lines) for _, lines in cut.values()]
    table = pd.DataFrame(
        {
            "element_id": [*(i for i, _, _ in rows), *cut],
            "tags": pd.Series([*(tags for _, tags, _ in rows), *(tags for tags, _ in cut.values())], dtype=object),
        }
    )
    geometry = np.array([*_polygonal(shapes), *_polygonal(np.array(mended, object))], object)
    kept = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    return gpd.GeoDataFrame(table[kept], geometry=geometry[kept], crs=WGS84).reset_index(drop=True), int((~kept).sum())


def _closed_along_cut(lines: list[Any]) -> Any:
    """The area whose outline the extract has cut, closed straight along the cut; None when too little is left."""
    if not lines:
        return None
    merged = shapely.line_merge(shapely.MultiLineString(lines))
    parts = [shapely.Polygon(p.coords) for p in shapely.get_parts(merged) if len(p.coords) >= _FEWEST_CORNERS]
    return shapely.union_all(shapely.make_valid(parts)) if parts else None


def _polygonal(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Only the polygons of each shape, made valid; one that is alone is no multipolygon; None where there is none."""
    out = shapes.copy()
    single = (shapely.get_type_id(out) == _MULTIPOLYGON) & (shapely.get_num_geometries(out) == 1)
    out[single] = shapely.get_geometry(out[single], 0)
    sound = shapely.is_valid(out) & np.isin(shapely.get_type_id(out), (_POLYGON, _MULTIPOLYGON))
    for row in np.flatnonzero(~sound & ~shapely.is_missing(out)):
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(out[row])))
        parts = parts[shapely.get_type_id(parts) == _POLYGON]
        out[row] = shapely.union_all(parts) if len(parts) else None
    return out


def _bounds(points: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> Bounds:
    boxes = np.array([t.total_bounds for t in (points, lines) if not t.empty]).reshape(-1, 4)
    if not len(boxes):
        return (0.0, 0.0, 0.0, 0.0)
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))
