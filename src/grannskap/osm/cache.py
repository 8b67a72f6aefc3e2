"""The user's cache folder: snapshots that no study names, and addresses that were looked up."""

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from grannskap.audience import Audience
from grannskap.disk import reason
from grannskap.errors import OutputError, SnapshotError
from grannskap.osm.atomic import write_whole
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.grid import PUBLIC_M, cells_box
from grannskap.osm.siting import sited
from grannskap.osm.snapshot import read_manifest, read_snapshot
from grannskap.study.model import Site, Source, Study
from grannskap.study.site import site_shapes

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


def site_box(study: Study, *, audience: Audience = "internal") -> Bounds:
    """Which box of the grid holds all that a study looks at? Its site has coordinates or a file."""
    west, south, east, north = (float(side) for side in site_shapes(study).total_bounds)
    beyond_m = PUBLIC_M if audience == "public" else 0.0
    return cells_box((west, south, east, north), radius_m=study.reach.radius_m + beyond_m)


def settled(study: Study, *, audience: Audience = "internal") -> Study:
    """Which spot and which file does a study mean that leaves them to an earlier fetch?

    Parameters
    ----------
    study : Study
    audience : {"internal", "public"}, optional
        What was fetched for it is taken first, and the other where it is all that there is.

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
    order: tuple[Audience, Audience] = ("public", "internal") if audience == "public" else ("internal", "public")
    paths = (snapshot_path(study.source, site_box(study, audience=each)) for each in order)
    path = next((path for path in paths if path.exists()), None)
    if path is None:
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
    if _was_asked_for(manifest, box):
        return manifest
    raise SnapshotError(
        "The snapshot {path} holds another area than this study needs: replace it with --refresh, or choose another "
        "place with --out.",
        path=path.name,
    )


def holds(path: Path, box: Bounds) -> bool:
    """Does a snapshot hold all that a fetch of this box would give?

    Parameters
    ----------
    path : Path
    box : tuple of float
        From `site_box`.

    Raises
    ------
    SnapshotError
        It cannot be read.
    """
    return _was_asked_for(read_manifest(path), box)


def _was_asked_for(manifest: dict[str, Any], box: Bounds) -> bool:
    """Was as much asked for as this? The source itself may have ended sooner."""
    west, south, east, north = manifest["box"] if "box" in manifest else manifest["bounds"]
    return bool(west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3])


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
        raise unusable(error) from error


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


def unusable(error: OSError) -> OutputError:
    """What is said where the cache folder cannot be written to?"""
    return OutputError(
        "The cache folder {folder} cannot be written to ({reason}): make room, or see to it that you may write there.",
        folder=cache_folder(),
        reason=reason(error),
    )
