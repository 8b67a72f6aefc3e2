"""Fetch the map around a site, once: from outside services or from a large extract, into a snapshot on disk."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grannskap.errors import StudyError
from grannskap.language import texts_for
from grannskap.osm.addresses import find_address, resolve_address
from grannskap.osm.cache import Spot, known_map, remember_spot, reusable, settled_site, site_box, snapshot_path
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.snapshot import write_snapshot
from grannskap.osm.source import around, open_source
from grannskap.pipeline import open_place
from grannskap.place.place import Place
from grannskap.study import Study
from grannskap.study.model import Site
from grannskap.timing import step

if TYPE_CHECKING:
    from grannskap.osm.outside import Outside

Tell = Callable[[str], None]
Opened = tuple[OsmData, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is on disk after a fetch?

    Attributes
    ----------
    study : Study
        Of which the snapshot is the source, and whose site has coordinates where an address was looked up.
    path : Path
        The snapshot.
    manifest : dict
        When, from where and what.
    new : bool
        False when the snapshot was there already.
    """

    study: Study
    path: Path
    manifest: dict[str, Any]
    new: bool


def fetch_place(
    study: Study,
    *,
    snapshot: str | Path | None = None,
    refresh: bool = False,
    tell: Tell | None = None,
    progress: Tell | None = None,
) -> Place:
    """What is around the site of this study, fetched if it is not on disk yet?

    The only function, beside the command ``grannskap fetch``, that uses the network; a protected site never does.

    Parameters
    ----------
    study : Study
    snapshot : str or Path, optional
        Where what is fetched is kept. When left out, the path of the study's source where that is no extract, else the
        user's cache folder.
    refresh : bool, optional
        Fetch again although it is there.
    tell : callable, optional
        Told, before the first call, which hosts may be asked; otherwise that is printed.
    progress : callable, optional
        Told several times a second what is waited for and how much time is left.

    Returns
    -------
    Place
        As `open_place` gives it for the snapshot.

    Raises
    ------
    SourceError
        No service gave a whole answer before the study's deadline, or the extract or the snapshot cannot be used.
    StudyError
        The site is protected or cannot be read.
    AddressNotFound
        The site's address is not known.
    OutputError
        The snapshot cannot be written.
    """
    fetched = fetch_snapshot(study, snapshot=snapshot, refresh=refresh, tell=tell, progress=progress)
    return open_place(fetched.study)


def fetch_snapshot(
    study: Study,
    *,
    snapshot: str | Path | None = None,
    refresh: bool = False,
    tell: Tell | None = None,
    progress: Tell | None = None,
) -> Fetched:
    """Which file holds the map around the site of this study, fetched if it is not there yet?

    Parameters and errors are those of `fetch_place`.

    Returns
    -------
    Fetched
    """
    out = None if snapshot is None else Path(snapshot)
    with ExitStack() as stack:
        outside = _Door(study, stack, tell or _print, progress or _ignore)
        study, opened = _located(study, outside, out, refresh=refresh)
        box = site_box(study)
        path = out or snapshot_path(study.source, box)
        manifest = reusable(path, box, refresh=refresh)
        new = manifest is None
        if manifest is None:
            with step("fetch"):
                osm, meta = _cut_out(study, opened, box) if study.source.kind == "extract" else outside().download(box)
            manifest = write_snapshot(osm, path, meta=meta)
    source = replace(study.source, kind="snapshot", path=path)
    return Fetched(replace(study, source=source), path, manifest, new)


@dataclass(slots=True)
class _Door:
    """The way out to the network, opened when it is first needed: a protected site never gets that far."""

    study: Study
    stack: ExitStack
    tell: Tell
    progress: Tell
    opened: "Outside | None" = None

    def __call__(self) -> "Outside":
        if self.opened is None:
            from grannskap.osm.outside import Outside  # noqa: PLC0415

            texts = texts_for(self.study.language)
            self.opened = self.stack.enter_context(Outside(self.study, texts, self.tell, self.progress))
        return self.opened


def _located(study: Study, outside: _Door, out: Path | None, *, refresh: bool) -> tuple[Study, Opened | None]:
    """The study with its site at coordinates; and the map on disk, where an address was looked for in it."""
    if not refresh:
        study = settled_site(study)
    address, source = study.site.address, study.source
    if address is None:
        return study, None
    opened = open_source(source) if source.kind == "extract" else known_map(out or source.path)
    online = source.geocoder == "nominatim" and study.sensitivity != "protected"
    if opened is not None and (not online or any(hit.exact for hit in find_address(address, opened[0]))):
        hit = resolve_address(address, opened[0])
        return _at(study, (hit.lon, hit.lat)), opened
    if not online:
        raise StudyError(
            "There is no map yet in which the address {address} could be looked up: give [site] lat and lon, or write"
            ' geocoder = "nominatim" under [source] to ask an outside service for it.',
            address=address,
        )
    spot = outside().locate(address)
    remember_spot(address, source.nominatim_url, spot)
    return _at(study, spot), opened


def _at(study: Study, spot: Spot) -> Study:
    lon, lat = spot
    return replace(study, site=Site(lat=lat, lon=lon))


def _cut_out(study: Study, opened: Opened | None, box: Bounds) -> tuple[OsmData, dict[str, Any]]:
    """The neighbourhood of the site, out of a large extract."""
    osm, source = opened or open_source(study.source, box=box)
    return around(osm, box), {"extract": source["path"], "extract_sha256": source["sha256"], "box": list(box)}


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _ignore(_text: str) -> None:
    pass
