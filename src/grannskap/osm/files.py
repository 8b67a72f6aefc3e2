"""OpenStreetMap files: whether they can be read, and which box they say that they hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium

from grannskap.errors import SourceError
from grannskap.osm.data import Bounds


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Is this an OpenStreetMap file? What goes wrong while it is read becomes one sentence.

    Raises
    ------
    SourceError
        The file is missing, is no OpenStreetMap file, or is broken.
    """
    if not path.is_file():
        raise SourceError("There is no file {path}: check [source] path in the study.", path=path.name)
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        raise SourceError(
            "{path} cannot be read as OpenStreetMap data ({reason}): it is damaged, cut short or another kind of file. "
            "Fetch it anew.",
            path=path.name,
            reason=_first_line(error).replace(str(path), path.name),
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def header_box(path: Path) -> Bounds | None:
    """Which box does an extract say that it holds? None where it does not say."""
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat)
