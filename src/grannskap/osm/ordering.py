"""Files whose elements stand in another order or twice, as some services and editors write them, put in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import osmium

from grannskap.osm.files import Sink, scratch


class _Into(osmium.SimpleHandler):
    """Everything that passes goes into a sink."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def node(self, element: Any) -> None:
        self._sink.add("node", element)

    def way(self, element: Any) -> None:
        self._sink.add("way", element)

    def relation(self, element: Any) -> None:
        self._sink.add("relation", element)


def tells_disorder(error: RuntimeError) -> bool:
    """Does libosmium refuse a file for the order of its elements alone? It says so in words only."""
    return "IDs out of order" in str(error) or "ID twice in input" in str(error)


@contextmanager
def in_order(path: Path) -> Iterator[Path]:
    """Where is the same extract with nodes first, then ways, then relations, each once in its newest version?

    Parameters
    ----------
    path : Path
        Of an extract that fits into memory.

    Yields
    ------
    Path
        Of a file that is gone afterwards.
    """
    with scratch() as folder:
        ordered = folder / "ordered.osm.pbf"
        reader: Any = osmium.MergeInputReader()
        reader.add_file(str(path))
        with Sink(ordered) as sink:
            reader.apply(_Into(sink), simplify=True)
        yield ordered
