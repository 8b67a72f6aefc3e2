"""A snapshot: what was fetched, whole on disk, as a GeoPackage that any GIS opens and that no damage goes unseen in."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError

from grannskap.disk import reason
from grannskap.errors import GrannskapError, OutputError, SnapshotError
from grannskap.osm.atomic import write_whole
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.database import database
from grannskap.osm.rows import COLUMNS, Column, content_hash, to_columns, to_osm
from grannskap.version import __version__

FORMAT = 1
"""Of the tables and the manifest; a snapshot of another format is refused."""

LICENCE = (
    "© OpenStreetMap contributors. The data is available under the Open Database License (ODbL) 1.0: "
    "https://opendatacommons.org/licenses/odbl/1-0/"
)
_MAGIC = b"SQLite format 3\x00"
_PAGE_SIZE, _JOURNAL, _PAGES, _HEADER = slice(16, 18), slice(18, 20), slice(28, 32), 100  # where, in SQLite's header
_SEAL = "manifest_sha256"
_LARGEST_PAGE = 65536  # is written as 1


def write_snapshot(osm: OsmData, path: Path, *, meta: Mapping[str, object]) -> dict[str, Any]:
    """How is what was fetched kept, so that it can be opened again without a network?

    Layers ``points``, ``lines`` and ``areas`` (WGS 84), the tables ``groups`` and ``manifest``. The file appears whole
    or not at all: a failure, or the end of the process at any moment, leaves what was there before.

    Parameters
    ----------
    osm : OsmData
    path : Path
        Replaced if it is there; missing folders are made.
    meta : mapping
        Where the data comes from, as plain JSON values: ``endpoint``, or ``extract`` (name of the file) and
        ``extract_sha256``; ``query``, ``box``; ``fetched`` (ISO time, now when left out).

    Returns
    -------
    dict
        The manifest that was written: `meta`, and ``format``, ``made_by``, ``fetched``, ``data_date``, ``bounds``,
        ``dropped``, ``counts`` (rows of each table), ``content_sha256`` and ``licence``.

    Raises
    ------
    OutputError
        The folder cannot be written to, or the disk is full.
    """
    tables = to_columns(osm)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    manifest: dict[str, Any] = {
        **meta,
        "format": FORMAT,
        "made_by": f"grannskap {__version__}",
        "fetched": meta.get("fetched") or now,
        "data_date": osm.data_date,
        "bounds": [float(side) for side in osm.bounds],
        "dropped": {key: int(n) for key, n in osm.dropped.items()},
        "counts": {name: len(columns["element_id"]) for name, columns in tables.items()},
        "content_sha256": content_hash(tables),
        "licence": LICENCE,
    }
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in manifest.items()}
    data = database(
        tables, texts | {_SEAL: _seal(texts)}, boxes=_boxes(osm), changed=datetime.fromisoformat(manifest["fetched"])
    )
    try:
        write_whole(path, data)
    except OSError as error:
        raise OutputError(
            "The snapshot cannot be written to {path} ({reason}): choose another place with --out, or make room.",
            path=path,
            reason=reason(error),
        ) from error
    return manifest


def read_snapshot(path: Path) -> tuple[OsmData, dict[str, Any]]:
    """What was fetched, and when and from where?

    Parameters
    ----------
    path : Path
        As `write_snapshot` wrote it. Nothing is written, not even beside it.

    Returns
    -------
    tuple
        The elements, exactly as they were; and the manifest, with ``file_sha256``: which file it was.

    Raises
    ------
    SnapshotError
        The snapshot is missing, damaged, of another version, or another kind of file.
    """
    with _usable(path):
        data = _bytes(path)
        with _opened(data) as file:
            manifest = _manifest(file)
            osm = _elements(file, manifest)
    return osm, manifest | {"file_sha256": hashlib.sha256(data).hexdigest()}


def read_manifest(path: Path) -> dict[str, Any]:
    """When, from where and for which box was something fetched? Without reading what it is.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict
        As `write_snapshot` wrote it.

    Raises
    ------
    SnapshotError
        The snapshot is missing, damaged, of another version, or another kind of file.
    """
    with _usable(path), _opened(_bytes(path)) as file:
        return _manifest(file)


@contextmanager
def _opened(data: bytes) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(_without_journal(data))
        yield file


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Whatever may be wrong with a snapshot becomes one sentence."""
    try:
        yield
    except GrannskapError as unusable:
        raise _refused(path, unusable) from unusable
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SnapshotError(
            "There is no snapshot {path}: run grannskap fetch first, or check [source] path in the study.",
            path=path.name,
        ) from error
    except PermissionError as error:
        raise _refused(path, GrannskapError("you may not read it")) from error
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error
    except (sqlite3.Error, ShapelyError, ValueError, TypeError, LookupError) as error:
        raise _refused(path, GrannskapError("it is damaged")) from error


def _refused(path: Path, why: GrannskapError | str) -> SnapshotError:
    return SnapshotError(
        "The snapshot {path} cannot be used: {reason}. Fetch it anew with grannskap fetch --refresh.",
        path=path.name,
        reason=why,
    )


def _bytes(path: Path) -> bytes:
    """The whole file, once its beginning tells that it may be the right one."""
    if path.is_dir():
        raise GrannskapError("it is a folder")
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if not head:
            raise GrannskapError("it is empty")
        if not head.startswith(_MAGIC):
            raise GrannskapError("it is another kind of file")
        data = head + file.read()
    size = int.from_bytes(head[_PAGE_SIZE], "big")
    if len(data) < max(int.from_bytes(head[_PAGES], "big") * (_LARGEST_PAGE if size == 1 else size), _HEADER):
        raise GrannskapError("it is cut short")
    return data


def _without_journal(data: bytes) -> bytes:
    """A GIS that had the file open may have left it in a state (WAL) in which it cannot be opened in memory."""
    return data[: _JOURNAL.start] + b"\x01\x01" + data[_JOURNAL.stop :]


def _manifest(file: sqlite3.Connection) -> dict[str, Any]:
    columns = {row[1] for row in file.execute("PRAGMA table_info(manifest)")}
    if not {"key", "value"} <= columns:
        raise GrannskapError("it is a GeoPackage or database that grannskap fetch did not write")
    entries = dict(file.execute("SELECT key, value FROM manifest").fetchall())
    seal = entries.pop(_SEAL, None)
    if "format" not in entries:
        raise GrannskapError("it is a GeoPackage or database that grannskap fetch did not write")
    if (found := json.loads(entries["format"])) != FORMAT:
        raise GrannskapError(
            "it has format {found}, and this version of grannskap reads format {known}", found=found, known=FORMAT
        )
    if seal != _seal(entries):
        raise GrannskapError("its content is not what was fetched")
    return {key: json.loads(text) for key, text in entries.items()}


def _elements(file: sqlite3.Connection, manifest: Mapping[str, Any]) -> OsmData:
    tables: dict[str, dict[str, Column]] = {}
    for table, columns in COLUMNS.items():
        rows = file.execute(f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY fid').fetchall()  # noqa: S608
        if len(rows) != manifest["counts"][table]:
            raise GrannskapError(
                "{found} of {wanted} rows of {table} are there",
                found=len(rows),
                wanted=manifest["counts"][table],
                table=table,
            )
        tables[table] = dict(zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True))
    if content_hash(tables) != manifest["content_sha256"]:
        raise GrannskapError("its content is not what was fetched")
    west, south, east, north = manifest["bounds"]
    return to_osm(
        tables, bounds=(west, south, east, north), data_date=manifest["data_date"], dropped=manifest["dropped"]
    )


def _boxes(osm: OsmData) -> dict[str, Bounds]:
    """The boxes of the layers that hold something."""
    layers = {"points": osm.points, "lines": osm.lines, "areas": osm.areas}
    boxes = {name: layer.total_bounds.tolist() for name, layer in layers.items() if not layer.empty}
    return {name: (west, south, east, north) for name, (west, south, east, north) in boxes.items()}


def _seal(texts: Mapping[str, str]) -> str:
    """SHA-256 of the manifest itself, so that a changed date or box is found as well as a changed row."""
    return hashlib.sha256(json.dumps(sorted(texts.items())).encode()).hexdigest()
