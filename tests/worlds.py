"""Small worlds worked by hand: OpenStreetMap XML from a few lines, in metres east and north of an origin.

The origin lies on the central meridian of SWEREF 99 TM, and spots are placed by that grid: a way from (0, 0) to
(100, 0) comes out 100 m long (to the centimetre that OpenStreetMap keeps).
"""

import bz2
import gzip
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import grannskap as gk
from grannskap.crs import SWEREF99_TM, WGS84, project
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract
from grannskap.place.place import Place, build_place
from grannskap.place.streets import Streets, walking_streets
from grannskap.result import Result
from grannskap.study import Study, parse_study

EAST, NORTH = 500_000.0, 6_400_000.0
CRS = SWEREF99_TM
NEAR_M = 0.05
Spot = tuple[float, float]
Member = tuple[str, str]
WRITERS: dict[str, Callable[[bytes], bytes]] = {".osm": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}


def tags_of(pairs: Iterable[str]) -> dict[str, str]:
    """``"highway=steps"`` and so on as tags."""
    return dict(pair.split("=", 1) for pair in pairs)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a spot, as exactly as OpenStreetMap keeps them."""
    lon, lat = project(EAST + x, NORTH + y, source=CRS, target=WGS84)
    return round(float(lon), 7), round(float(lat), 7)


def metres(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A table in degrees or on the grid, in metres from the origin."""
    return table.set_geometry(table.geometry.to_crs(CRS).translate(-EAST, -NORTH))


@dataclass
class World:
    """Nodes, ways and relations. The same spot is the same node unless a node is asked for anew."""

    bounds: tuple[Spot, Spot] | None = None
    spots: dict[Spot, int] = field(default_factory=dict)
    nodes: dict[int, tuple[Spot, dict[str, str]]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[Member], dict[str, str]]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)

    def node(self, x: float, y: float, *tags: str, anew: bool = False) -> str:
        number = None if anew else self.spots.get((x, y))
        if number is None:
            number = len(self.nodes) + 1
            self.nodes[number] = ((x, y), {})
            self.spots.setdefault((x, y), number)
        self.nodes[number][1].update(tags_of(tags))
        return f"node/{number}"

    def way(self, spots: Sequence[Spot], *tags: str) -> str:
        refs = [int(self.node(x, y).partition("/")[2]) for x, y in spots]
        self.ways[len(self.ways) + 1] = (refs, tags_of(tags))
        return f"way/{len(self.ways)}"

    def box(self, west: float, south: float, east: float, north: float, *tags: str) -> str:
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return self.way(corners, *tags)

    def relation(self, members: Sequence[Member], *tags: str) -> str:
        self.relations[len(self.relations) + 1] = (list(members), tags_of(tags))
        return f"relation/{len(self.relations)}"

    def without(self, *spots: Spot) -> "World":
        """The world as an extract has it that these spots lie outside of."""
        gone = {self.spots[spot] for spot in spots}
        nodes = {number: node for number, node in self.nodes.items() if number not in gone}
        return World(self.bounds, self.spots, nodes, self.ways, self.relations, self.dates)

    def without_way(self, way: str) -> "World":
        ways = {number: rest for number, rest in self.ways.items() if f"way/{number}" != way}
        return World(self.bounds, self.spots, self.nodes, ways, self.relations, self.dates)

    def text(self) -> str:
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="a test">']
        if self.bounds:
            (west, south), (east, north) = (degrees(*corner) for corner in self.bounds)
            lines.append(f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>')
        for number, (spot, tags) in self.nodes.items():
            lon, lat = degrees(*spot)
            lines += self._element(f"node/{number}", f'lon="{lon:.7f}" lat="{lat:.7f}"', tags, [])
        for number, (refs, tags) in self.ways.items():
            lines += self._element(f"way/{number}", "", tags, [f'<nd ref="{ref}"/>' for ref in refs])
        for number, (members, tags) in self.relations.items():
            parts = [(*member.split("/"), role) for member, role in members]
            inside = [f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in parts]
            lines += self._element(f"relation/{number}", "", tags, inside)
        return "\n".join([*lines, "</osm>", ""])

    def _element(self, element_id: str, rest: str, tags: dict[str, str], inside: list[str]) -> list[str]:
        kind, number = element_id.split("/")
        date = self.dates.get(element_id, "2020-01-01")
        held = inside + [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
        head = f'<{kind} id="{number}" version="1" timestamp="{date}T12:00:00Z" {rest}>'
        return [head, *held, f"</{kind}>"]

    def write(self, path: Path) -> Path:
        """The world as a file, in the format that its name tells."""
        if path.suffix == ".pbf":
            plain = self.write(path.with_suffix(".plain.osm"))
            header = osmium.io.Reader(str(plain)).header()
            with osmium.SimpleWriter(str(path), header=header) as writer:
                for element in osmium.FileProcessor(str(plain)):
                    writer.add(element)
        else:
            path.write_bytes(WRITERS[path.suffix](self.text().encode()))
        return path

    def read(self) -> OsmData:
        with tempfile.TemporaryDirectory() as folder:
            return read_extract(self.write(Path(folder) / "world.osm"))

    def streets(self, *, language: str = "sv") -> Streets:
        return walking_streets(self.read(), crs=CRS, language=language)

    def place(self, *, language: str = "sv") -> Place:
        return build_place(self.read(), language=language, source={"kind": "extract", "path": "world.osm"})

    def study(self, folder: Path, at: Spot = (0, 0), /, *, trips: Mapping[str, Any], **parts: Any) -> Study:
        """A study of the world, which is written beside it.

        ``trips`` are the only errands: trips a week to the nearest place, or a table as in a profile. ``parts`` are
        further tables of the study file.
        """
        lon, lat = degrees(*at)
        (folder / "errands.toml").write_text(errands(trips), "utf-8")
        tables = {
            "study": {"name": "A small world"},
            "site": {"lat": lat, "lon": lon},
            "source": {"path": self.write(folder / "world.osm").name},
            "profile": {"name": "errands.toml"},
        }
        return parse_study(tables | parts, folder=folder)

    def analyse(self, folder: Path, at: Spot = (0, 0), /, *, trips: Mapping[str, Any], **parts: Any) -> Result:
        return gk.analyse(self.study(folder, at, trips=trips, **parts))


def errands(trips: Mapping[str, Any]) -> str:
    """A profile as text."""
    lines: list[str] = []
    for function, demand in trips.items():
        table = demand if isinstance(demand, dict) else {"trips_per_week": demand, "choice": "nearest"}
        lines += [f"[functions.{function}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


def named(table: pd.DataFrame, name: str) -> Any:
    """The one row with this name."""
    rows = table[table.name == name]
    assert len(rows) == 1, f"{name}: {len(rows)} of {table.name.tolist()}"
    return rows.iloc[0]


def node_at(streets: Streets, spot: Spot) -> int:
    """The node of the network at a spot; there must be one."""
    away = np.hypot(*(streets.nodes - (EAST + spot[0], NORTH + spot[1])).T)
    assert away.min() < NEAR_M, f"no node at {spot}"
    return int(away.argmin())


def walk_m(streets: Streets, here: Spot, there: Spot) -> float:
    """Metres of the shortest walk between two nodes; infinite where there is none."""
    edges, n = streets.edges, len(streets.nodes)
    both = pd.DataFrame({"a": edges[["u", "v"]].min(axis=1), "b": edges[["u", "v"]].max(axis=1), "m": edges.length_m})
    least = both.groupby(["a", "b"], as_index=False).m.min()  # of parallel edges the shortest
    graph = csr_array((least.m, (least.a, least.b)), shape=(n, n))
    start, end = node_at(streets, here), node_at(streets, there)
    return float(dijkstra(graph, directed=False, indices=start)[end])


def lengths(streets: Streets) -> list[int]:
    """Lengths of all edges in whole metres, sorted."""
    return sorted(streets.edges.length_m.round().astype(int).tolist())
