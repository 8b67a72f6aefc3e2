"""The user's cache folder: snapshots that no study names, addresses that were looked up, and a place to work."""

import hashlib
import json
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import platformdirs

from grannskap.disk import reason
from grannskap.errors import OutputError, SnapshotError
from grannskap.osm.atomic import PREFIX, SUFFIX, remove_stale, write_whole
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.grid import cells_box
from grannskap.osm.siting import sited
from grannskap.osm.snapshot import read_snapshot
from grannskap.study.model import Site, Source, Study
from grannskap.study.site import site_shapes

if sys.platform != "win32":
    import fcntl

Spot = tuple[float, float]
_NAME_SIGNS = 24
_ADDRESSES = "addresses.json"
_FOREIGN = (
    "it is another kind of file",
    "it is a GeoPackage or database that grannskap fetch did not write",
)


def cache_folder() -> Path:
    """Where on this computer is what can be fetched again? It need not be there yet."""
    return platformdirs.user_cache_path("grannskap", appauthor=False)


def snapshot_path(source: Source, box: Bounds) -> Path:
    """Where is the snapshot of a box?

    Parameters
    ----------
    source : Source
    box : tuple of float
        From `grannskap.osm.grid`.

    Returns
    -------
    Path
        The one that the study names; otherwise in the cache folder, under a name that tells neither site nor study.
    """
    if source.kind != "extract" and source.path is not None:
        return source.path
    origin = str(source.path.absolute()) if source.path else list(source.endpoints)
    return cache_folder() / "snapshots" / f"{_hash(list(box), origin)[:_NAME_SIGNS]}.gpkg"


def site_box(study: Study) -> Bounds:
    """Which box of the grid holds all that a study looks at? Its site has coordinates or a file."""
    west, south, east, north = (float(side) for side in site_shapes(study).total_bounds)
    return cells_box((west, south, east, north), radius_m=study.reach.radius_m)


def settled(study: Study) -> Study:
    """Which spot and which file does a study mean that leaves them to an earlier fetch?

    Parameters
    ----------
    study : Study

    Returns
    -------
    Study
        With coordinates as by `settled_site`, and with the path of the snapshot in the cache folder where it is to be
        fetched and names none. Otherwise the same study.

    Raises
    ------
    SnapshotError
        The address has not been looked up yet.
    SourceError, AddressNotFound
        As by `settled_site`.
    """
    study = settled_site(study)
    if study.source.kind == "extract" or study.source.path is not None:
        return study
    if study.site.address is not None:
        raise SnapshotError(
            "Nothing has been fetched for the address {address} yet: run grannskap fetch first.",
            address=study.site.address,
        )
    path = snapshot_path(study.source, site_box(study))
    if not path.exists():
        raise SnapshotError("Nothing has been fetched for this site yet: run grannskap fetch first.")
    return replace(study, source=replace(study.source, path=path))


def settled_site(study: Study) -> Study:
    """Where does the site lie, as far as that is told without holding all of its source in memory?

    Parameters
    ----------
    study : Study

    Returns
    -------
    Study
        With coordinates where its address was looked up outside, or is looked up in a large extract; otherwise the
        same.

    Raises
    ------
    SourceError
        The large extract cannot be read.
    AddressNotFound
        The large extract does not hold the address, or holds it more than once.
    """
    return sited(remembered_site(study))


def remembered_site(study: Study) -> Study:
    """Where does an address lie that an outside service was asked for before? The same study where none was."""
    if study.site.address is None or study.source.geocoder != "nominatim" or study.sensitivity == "protected":
        return study
    spot = remembered_spot(study.site.address, study.source.nominatim_url)
    return replace(study, site=Site(lon=spot[0], lat=spot[1])) if spot else study


def reusable(path: Path, box: Bounds, *, refresh: bool) -> dict[str, Any] | None:
    """Is what is wanted on disk already?

    Parameters
    ----------
    path : Path
        Of the snapshot.
    box : tuple of float
        That it must hold.
    refresh : bool
        Whether it is to be replaced in any case.

    Returns
    -------
    dict or None
        The manifest of the snapshot; None where one is to be written.

    Raises
    ------
    SnapshotError
        What is there is damaged or holds another area, and may not be replaced unasked; or it is no snapshot at all.
    """
    if not path.exists() or path.is_dir():  # writing tells about the folder
        return None
    try:
        manifest = read_snapshot(path)[1]
    except SnapshotError as error:
        if getattr(error.values.get("reason"), "message", "") in _FOREIGN:
            raise SnapshotError(
                "{path} is there already and grannskap fetch did not write it: choose another place with --out.",
                path=path.name,
            ) from error
        if refresh:
            return None
        raise
    if refresh:
        return None
    west, south, east, north = manifest["box"] if "box" in manifest else manifest["bounds"]
    if west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]:
        return manifest
    raise SnapshotError(
        "The snapshot {path} holds another area than this study needs: replace it with --refresh, or choose another "
        "place with --out.",
        path=path.name,
    )


def known_map(path: Path | None) -> OsmData | None:
    """What does the snapshot hold that is there already? None where there is none that can be read."""
    if path is None or not path.is_file():
        return None
    with suppress(SnapshotError):
        return read_snapshot(path)[0]
    return None


def remembered_spot(address: str, service: str) -> Spot | None:
    """Where did this service say that an address is (longitude, latitude), when it was last asked?"""
    spot = _remembered().get(_hash(_plain(address), service))
    return (float(spot[0]), float(spot[1])) if spot else None


def remember_spot(address: str, service: str, spot: Spot) -> None:
    """Where is an address? Kept in the cache folder for next time, so that the service is asked once."""
    path = cache_folder() / _ADDRESSES
    known = {**_remembered(), _hash(_plain(address), service): list(spot)}
    try:
        write_whole(path, json.dumps(known, indent=0).encode())
    except OSError as error:
        raise _unusable(error) from error


def _remembered() -> dict[str, list[float]]:
    try:
        known = json.loads((cache_folder() / _ADDRESSES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # nothing yet, or nothing that can be read: it is only a cache
    return known if isinstance(known, dict) else {}


def _plain(address: str) -> str:
    return " ".join(address.casefold().split())


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@contextmanager
def workshop() -> Iterator[Path]:
    """Where may files lie while a fetch lasts? In a folder that is gone afterwards.

    Those that killed processes have left are removed; those of living ones stay, as they hold a lock beside them.
    """
    base = cache_folder() / "work"
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        lock, file = _locked(base)
        folder = _folder_of(lock)
        folder.mkdir()
    except OSError as error:
        raise _unusable(error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        file.close()
        lock.unlink(missing_ok=True)


def _sweep(base: Path) -> None:
    remove_stale(base)
    locks = {_folder_of(lock) for lock in base.glob(f"{PREFIX}*{SUFFIX}")}
    for folder in base.glob(f"{PREFIX}*"):
        if folder.is_dir() and folder not in locks:
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of(lock: Path) -> Path:
    return lock.with_suffix("")


def _locked(base: Path) -> tuple[Path, BinaryIO]:
    """A file that is locked as long as this process lives."""
    while True:
        path = base / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        file = path.open("xb")
        if sys.platform == "win32":
            return path, file
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                return path, file
        file.close()  # another process took it for stale in the moment before it was locked


def _unusable(error: OSError) -> OutputError:
    return OutputError(
        "The cache folder {folder} cannot be written to ({reason}): make room, or see to it that you may write there.",
        folder=cache_folder(),
        reason=reason(error),
    )
