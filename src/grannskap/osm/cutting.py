"""Cut neighbourhoods out of a large extract: many in one pass, with memory for the neighbourhoods alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import shapely

from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.extract import read_extract, telling_relations
from grannskap.osm.files import Sink, header_box, readable, scratch, stream

AT_ONCE = 32  # boxes whose nodes are kept apart at the same time
_SCALE = 10_000_000  # OSM coordinates are whole numbers of 1e-7 degrees
_CELL = 100_000  # side of the squares, in those numbers, by which boxes are found quickly
_ROW = 1_000_000  # more than there are squares from south to north
Edges = tuple[int, int, int, int]


def cut(path: Path, boxes: Sequence[Bounds]) -> Iterator[OsmData]:
    """What does a large extract hold within each of these boxes?

    Nodes in a box are kept, and the ways and relations that use them, as far as they lie in the box: each cut is what a
    small extract of that box would be. The file is read once for all boxes. In memory are the elements of one box at a
    time, and which nodes and ways lie in any of them (about 25 bytes each).

    Parameters
    ----------
    path : Path
        Sorted as extracts are: nodes, ways, relations.
    boxes : sequence of tuple of float
        West, south, east, north (WGS 84).

    Yields
    ------
    OsmData
        In the order of the boxes. Of relations only those stand in it from which anything is read, also in its date.

    Raises
    ------
    SourceError
        The file is missing or cannot be read.
    OutputError
        The temporary folder has no room for what lies in the boxes.
    """
    with scratch() as folder:
        with readable(path):
            whole = header_box(path)
        files = {box: folder / f"{number}.osm.pbf" for number, box in enumerate(dict.fromkeys(boxes))}
        batches = _batches(path, files, folder)
        for box in boxes:
            while not files[box].exists():
                _write(*next(batches))
            yield replace(read_extract(files[box], may_be_empty=True), bounds=_overlap(box, whole))


def _batches(path: Path, files: Mapping[Bounds, Path], folder: Path) -> Iterator[tuple[Path, dict[Bounds, Path]]]:
    """From which file which boxes are cut next. Where there are many, all of them are first cut out together."""
    if len(files) > AT_ONCE:
        together = folder / "together.osm.pbf"
        _write(path, dict.fromkeys(files, together))
        path = together
    rest = list(files.items())
    while rest:
        yield path, dict(rest[:AT_ONCE])
        rest = rest[AT_ONCE:]


def _write(path: Path, files: Mapping[Bounds, Path]) -> None:
    """Write the file of each box; several boxes may share one."""
    numbers = {file: number for number, file in enumerate(dict.fromkeys(files.values()))}
    squares = _lookup({box: numbers[file] for box, file in files.items()})
    with readable(path), ExitStack() as stack:
        sinks = [stack.enter_context(Sink(file)) for file in numbers]
        found = _Found(sinks, squares) if len(sinks) > 1 else _Found(sinks, squares, _Marks(), _Marks())
        stream(path, telling_relations(), found)


def _overlap(box: Bounds, whole: Bounds | None) -> Bounds:
    if whole is None or not shapely.intersects(shapely.box(*box), shapely.box(*whole)):
        return whole or box
    return (max(box[0], whole[0]), max(box[1], whole[1]), min(box[2], whole[2]), min(box[3], whole[3]))


def _lookup(boxes: Mapping[Bounds, int]) -> dict[int, list[tuple[int, Edges]]]:
    """Boxes, with the numbers of their files, by the squares that they touch."""
    squares: dict[int, list[tuple[int, Edges]]] = {}
    for box, number in boxes.items():
        west, south, east, north = (round(side * _SCALE) for side in box)
        for x in range(west // _CELL, east // _CELL + 1):
            for y in range(south // _CELL, north // _CELL + 1):
                squares.setdefault(x * _ROW + y, []).append((number, (west, south, east, north)))
    return squares


class _Numbers(Protocol):
    """The files, by number, in which a node or a way is."""

    def get(self, key: int, /) -> tuple[int, ...] | None: ...

    def __setitem__(self, key: int, value: tuple[int, ...], /) -> None: ...


@dataclass(slots=True)
class _Marks:
    """The same where there is one file only, in a fourth of the memory of a dict: a bit for each element."""

    pages: dict[int, int] = field(default_factory=dict)  # neighbours have ids next to each other

    def get(self, key: int, /) -> tuple[int, ...] | None:
        return (0,) if self.pages.get(key >> 6, 0) >> (key & 63) & 1 else None

    def __setitem__(self, key: int, _: tuple[int, ...], /) -> None:
        self.pages[key >> 6] = self.pages.get(key >> 6, 0) | 1 << (key & 63)


@dataclass(slots=True)
class _Found:
    """Takes elements as they stream past; keeps those in a box and remembers in which files their nodes and ways are.

    pyosmium's own sets of ids are quick but take memory by the span of the ids, which is that of the whole planet even
    for a small neighbourhood.
    """

    sinks: Sequence[Sink]
    squares: dict[int, list[tuple[int, Edges]]]
    nodes: _Numbers = field(default_factory=dict[int, tuple[int, ...]])
    ways: _Numbers = field(default_factory=dict[int, tuple[int, ...]])
    same: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)  # numbers that many nodes share

    def node(self, node: Any) -> None:
        spot = node.location
        x, y = spot.x, spot.y
        near = self.squares.get(x // _CELL * _ROW + y // _CELL)
        if near is None:
            return
        inside = {n for n, (west, south, east, north) in near if west <= x <= east and south <= y <= north}
        if inside:
            self.nodes[node.id] = self._write("node", node, inside)

    def way(self, way: Any) -> None:
        nodes = self.nodes
        used = {numbers for node in way.nodes if (numbers := nodes.get(node.ref))}
        if used:
            self.ways[way.id] = self._write("way", way, set().union(*used))

    def relation(self, relation: Any) -> None:
        known = {"n": self.nodes, "w": self.ways}
        used = (known[m.type].get(m.ref) for m in relation.members if m.type in known)
        self._write("relation", relation, {number for numbers in used if numbers for number in numbers})

    def _write(self, kind: str, element: Any, wanted: set[int]) -> tuple[int, ...]:
        for number in wanted:
            self.sinks[number].add(kind, element)
        numbers = tuple(sorted(wanted))
        return self.same.setdefault(numbers, numbers)
