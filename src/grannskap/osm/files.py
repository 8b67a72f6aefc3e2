"""OpenStreetMap files: whether they can be read, which box they hold, and reading and writing them in little memory."""

import ctypes
import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import osmium

from grannskap.disk import reason
from grannskap.errors import OutputError, SourceError
from grannskap.osm.data import Bounds

LARGE_BYTES = 50_000_000  # a larger extract is not held in memory; only what lies around the site is read
_BUFFER_BYTES = 1 << 16  # of a file that is written: many are written at once
# libosmium lets up to 20 decoded blocks wait for Python, each of 10 to 40 MB where ways and relations stand in them.
_SHORT_QUEUES = {"OSMIUM_MAX_OSMDATA_QUEUE_SIZE": "2", "OSMIUM_MAX_INPUT_QUEUE_SIZE": "2"}
_ONE_THREAD = {"OSMIUM_POOL_THREADS": "1"}  # for each file that is written


def is_large(path: Path) -> bool:
    """Is an extract too large to be held in memory?"""
    return path.is_file() and path.stat().st_size > LARGE_BYTES


def extracts_in(folder: Path) -> list[str]:
    """Which OpenStreetMap files lie in this folder, by name? None where it cannot be looked into."""
    kinds = (".osm", ".osm.pbf", ".osm.gz", ".osm.bz2")
    try:
        return sorted(path.name for path in folder.iterdir() if path.name.endswith(kinds))
    except OSError:
        return []


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
    except UnwritableError:
        raise
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


def stream(path: Path, *handlers: Any, kinds: Any = osmium.osm.ALL) -> None:
    """Where do the elements of a file go? Past filters and handlers, one by one; few of them wait in memory.

    Parameters
    ----------
    path : Path
    *handlers
        Of pyosmium. What a filter holds back does not reach those behind it.
    kinds : osmium.osm.osm_entity_bits, optional
        What is read at all.
    """
    with _environment(_SHORT_QUEUES):
        reader = osmium.io.Reader(str(path), kinds)
    with reader:
        osmium.apply(reader, *handlers)


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Settings of libosmium that it reads from the environment only; what the user has set stays."""
    added = wanted.keys() - os.environ.keys()
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


class UnwritableError(OSError):
    """Why could an OpenStreetMap file not be written? With the number of the error where it is known."""


class Sink:
    """Into which new OpenStreetMap file do elements go? A context manager, after which the file is whole.

    Parameters
    ----------
    path : Path
        Replaced if it is there.
    header : osmium.io.Header, optional

    Raises
    ------
    UnwritableError
        At any moment: the disk is full, or the folder cannot be written to.
    """

    def __init__(self, path: Path, *, header: Any = None) -> None:
        more = {} if header is None else {"header": header}
        try:
            with _environment(_ONE_THREAD):
                self._writer: Any = osmium.SimpleWriter(str(path), bufsz=_BUFFER_BYTES, overwrite=True, **more)
        except RuntimeError as error:
            raise _unwritable(error) from error
        self._add = {"node": self._writer.add_node, "way": self._writer.add_way, "relation": self._writer.add_relation}
        self._failed = False

    def add(self, kind: str, element: Any) -> None:
        """Which element goes in?"""
        try:
            self._add[kind](element)
        except RuntimeError as error:
            raise self._given_up(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._failed:
            return
        try:
            self._writer.close()
        except RuntimeError as failure:
            raise self._given_up(failure) from failure

    def _given_up(self, error: RuntimeError) -> UnwritableError:
        """A writer of pyosmium that has failed ends the whole process when it is freed; so it never is."""
        if not self._failed:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._writer))
        self._failed = True
        return _unwritable(error)


def _unwritable(error: RuntimeError) -> UnwritableError:
    """The system's number for what libosmium tells only in words."""
    number = next((number for number in errno.errorcode if os.strerror(number) in str(error)), 0)
    return UnwritableError(number, os.strerror(number) if number else _first_line(error))


@contextmanager
def scratch() -> Iterator[Path]:
    """Where may files lie for a moment? In a new folder among the system's temporary ones; it is gone afterwards.

    Raises
    ------
    OutputError
        There is no room.
    """
    try:
        made = tempfile.TemporaryDirectory(prefix="grannskap-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(error) from error
    with made as folder:
        try:
            yield Path(folder)
        except UnwritableError as error:
            raise _no_room(error) from error


def _no_room(error: OSError) -> OutputError:
    return OutputError(
        "The temporary folder {folder} cannot be written to ({reason}): make room, or name another one in the "
        "environment variable TMPDIR.",
        folder=tempfile.tempdir or os.environ.get("TMPDIR", "tmp"),
        reason=reason(error),
    )
