"""Cut neighbourhoods out of a large extract: many in one pass, with memory for the neighbourhoods alone."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import osmium
import shapely

from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.files import header_box, readable

_SCALE = 10_000_000  # OSM coordinates are whole numbers of 1e-7 degrees
_CELL = 100_000  # side of the squares, in those numbers, by which boxes are found quickly
Edges = tuple[int, int, int, int]


def cut(path: Path, boxes: Sequence[Bounds]) -> list[OsmData]:
    """What does a large extract hold within each of these boxes?

    Nodes in a box are kept, and the ways and relations that use them, as far as they lie in the box: each cut is what a
    small extract of that box would be. The file is read once for all boxes. Besides what lies in the boxes, nothing is
    kept in memory.

    Parameters
    ----------
    path : Path
        Sorted as extracts are: nodes, ways, relations.
    boxes : sequence of tuple of float
        West, south, east, north (WGS 84).

    Returns
    -------
    list of OsmData
        In the order of the boxes.

    Raises
    ------
    SourceError
        The file is missing or cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="grannskap-cut-") as folder:
        parts = [Path(folder) / f"{number}.osm.pbf" for number in range(len(boxes))]
        with readable(path):
            header = header_box(path)
            _write_parts(path, boxes, parts)
        return [_read(part, _overlap(box, header)) for part, box in zip(parts, boxes, strict=True)]


def _read(part: Path, bounds: Bounds) -> OsmData:
    return replace(read_extract(part, may_be_empty=True), bounds=bounds)


def _overlap(box: Bounds, whole: Bounds | None) -> Bounds:
    if whole is None or not shapely.intersects(shapely.box(*box), shapely.box(*whole)):
        return whole or box
    return (max(box[0], whole[0]), max(box[1], whole[1]), min(box[2], whole[2]), min(box[3], whole[3]))


def _write_parts(path: Path, boxes: Sequence[Bounds], parts: Sequence[Path]) -> None:
    writers = [osmium.SimpleWriter(str(part)) for part in parts]
    try:
        found = _Found(writers, _lookup(boxes))
        with osmium.io.Reader(str(path)) as reader:
            osmium.apply(reader, found)
    finally:
        for writer in writers:
            writer.close()


def _lookup(boxes: Sequence[Bounds]) -> dict[int, list[tuple[int, Edges]]]:
    """Boxes by the squares that they touch."""
    squares: dict[int, list[tuple[int, Edges]]] = {}
    for number, box in enumerate(boxes):
        west, south, east, north = (round(side * _SCALE) for side in box)
        for x in range(west // _CELL, east // _CELL + 1):
            for y in range(south // _CELL, north // _CELL + 1):
                squares.setdefault(_square(x, y), []).append((number, (west, south, east, north)))
    return squares


def _square(x: int, y: int) -> int:
    return x * 1_000_000 + y


@dataclass(slots=True)
class _Found:
    """Takes elements as they stream past; keeps those in a box and remembers in which boxes their nodes and ways lie.

    pyosmium's own sets of ids are quick but take memory by the span of the ids, which is that of the whole planet even
    for a small neighbourhood.
    """

    writers: Sequence[Any]
    squares: dict[int, list[tuple[int, Edges]]]
    nodes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ways: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def node(self, node: Any) -> None:
        spot = node.location
        x, y = spot.x, spot.y
        near = self.squares.get(_square(x // _CELL, y // _CELL))
        if near is None:
            return
        numbers = tuple(n for n, (west, south, east, north) in near if west <= x <= east and south <= y <= north)
        if numbers:
            self.nodes[node.id] = numbers
            self._write("node", node, numbers)

    def way(self, way: Any) -> None:
        nodes = self.nodes
        used = {ref for node in way.nodes if (ref := node.ref) in nodes}
        if used:
            numbers = tuple(sorted({number for ref in used for number in nodes[ref]}))
            self.ways[way.id] = numbers
            self._write("way", way, numbers)

    def relation(self, relation: Any) -> None:
        known = {"n": self.nodes, "w": self.ways}
        used = (known[m.type].get(m.ref, ()) for m in relation.members if m.type in known)
        self._write("relation", relation, sorted({number for numbers in used for number in numbers}))

    def _write(self, kind: str, element: Any, numbers: Sequence[int]) -> None:
        for number in numbers:
            getattr(self.writers[number], f"add_{kind}")(element)
