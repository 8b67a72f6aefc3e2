"""Fetch the map around a site, once: from outside services or from a large extract, into a snapshot on disk."""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grannskap.audience import Audience, require_allowed
from grannskap.errors import GrannskapError
from grannskap.language import texts_for
from grannskap.opening import open_place
from grannskap.osm.cache import known_map, remembered_site, reusable, site_box, snapshot_path
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.locating import Door, Tell, located
from grannskap.osm.snapshot import write_snapshot
from grannskap.osm.source import SharedExtract, open_source
from grannskap.place.place import Place
from grannskap.study import Study
from grannskap.timing import step


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
    audience: Audience = "internal",
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
    audience : {"internal", "public"}, optional
        For the public view the map has to reach farther, around all addresses among which the residence hides.
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
    fetched = fetch_snapshot(study, snapshot=snapshot, refresh=refresh, audience=audience, tell=tell, progress=progress)
    return open_place(fetched.study)


def fetch_snapshot(
    study: Study,
    *,
    snapshot: str | Path | None = None,
    refresh: bool = False,
    audience: Audience = "internal",
    tell: Tell | None = None,
    progress: Tell | None = None,
) -> Fetched:
    """Which file holds the map around the site of this study, fetched if it is not there yet?

    Parameters and errors are those of `fetch_place`.

    Returns
    -------
    Fetched
    """
    [fetched] = fetch_snapshots(
        [study], snapshot=snapshot, refresh=refresh, audience=audience, tell=tell, progress=progress
    )
    return fetched


def fetch_snapshots(
    studies: Sequence[Study],
    *,
    snapshot: str | Path | None = None,
    refresh: bool = False,
    audience: Audience = "internal",
    tell: Tell | None = None,
    progress: Tell | None = None,
) -> Iterator[Fetched]:
    """Which files hold the maps around the sites of these studies, fetched where they are not there yet?

    All studies with the same extract are located and cut out in one pass over it, when the first of them has its turn;
    an address that is not there is told before the first of them is written.

    Parameters
    ----------
    studies : sequence of Study
    snapshot, refresh, audience, tell, progress
        As for `fetch_place`; one snapshot holds what one study needs.

    Yields
    ------
    Fetched
        In the order of the studies, each as soon as it is on disk.

    Raises
    ------
    GrannskapError
        As by `fetch_place`; where there are several studies, it names the one that it is about.
    """
    out = None if snapshot is None else Path(snapshot)
    return _Fetch(studies, out, refresh, audience, tell or _print, progress or _ignore).each()


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One call for one study or more."""

    studies: Sequence[Study]
    out: Path | None
    refresh: bool
    audience: Audience
    tell: Tell
    progress: Tell

    def each(self) -> Iterator[Fetched]:
        for study in self.studies:
            with self._naming(study):
                require_allowed(self.audience, study.sensitivity)
        turns: dict[Path, Generator[Fetched, None, None]] = {}
        with ExitStack() as stack:
            for study in self.studies:
                with self._naming(study):
                    path = _extract_of(study)
                    if path is None:
                        fetched = self._from_services(study)
                    else:
                        if path not in turns:
                            turns[path] = stack.enter_context(closing(self._from_extract(path)))
                        fetched = next(turns[path])
                yield fetched

    def _from_services(self, study: Study) -> Fetched:
        with ExitStack() as stack:
            outside = Door(study, stack, self.tell, self.progress)
            study = study if self.refresh else remembered_site(study)
            if study.site.address is not None:
                study = located(study, study.site.address, known_map(self.out or study.source.path), outside)
            box = site_box(study, audience=self.audience)
            path = self.out or snapshot_path(study.source, box)
            manifest = reusable(path, box, refresh=self.refresh)
            if manifest is not None:
                return _fetched(study, path, manifest, new=False)
            with step("fetch"):
                osm, meta = outside().download(box)
            return _fetched(study, path, write_snapshot(osm, path, meta=meta), new=True)

    def _from_extract(self, path: Path) -> Generator[Fetched, None, None]:
        """The studies with this extract: all are located, then their neighbourhoods cut out one after another."""
        extract, sharing = SharedExtract(path), [study for study in self.studies if _extract_of(study) == path]
        plan = self._planned(self._sited(extract, sharing))
        missing = {out: box for _, box, out, manifest in plan if manifest is None}
        written: dict[Path, dict[str, Any]] = {}
        parts, told = self._cut_out(sharing[0], extract, list(missing.values()))
        for study, box, out, manifest in plan:
            if manifest is None and out not in written:
                with self._naming(study), step("fetch"):
                    written[out] = write_snapshot(next(parts), out, meta={**told, "box": list(box)})
            yield _fetched(study, out, manifest or written[out], new=manifest is None)

    def _sited(self, extract: SharedExtract, sharing: Sequence[Study]) -> list[Study]:
        """The same studies with their sites at coordinates; their addresses are looked for together."""
        studies = [study if self.refresh else remembered_site(study) for study in sharing]
        addresses = list(dict.fromkeys(study.site.address for study in studies if study.site.address is not None))
        if not addresses:
            return studies
        self._tell_reading(sharing[0], extract.path)
        osm, sited = extract.holding(addresses), []
        for study in studies:
            with self._naming(study), ExitStack() as stack:
                outside, address = Door(study, stack, self.tell, self.progress), study.site.address
                sited.append(study if address is None else located(study, address, osm, outside))
        return sited

    def _planned(self, studies: Sequence[Study]) -> list[tuple[Study, Bounds, Path, dict[str, Any] | None]]:
        """Which box goes into which file, and what is in that already; sites in one cell of the grid share a file."""
        plan, known = [], dict[Path, dict[str, Any] | None]()
        for study in studies:
            with self._naming(study):
                box = site_box(study, audience=self.audience)
                path = self.out or snapshot_path(study.source, box)
                if path not in known:
                    known[path] = reusable(path, box, refresh=self.refresh)
                plan.append((study, box, path, known[path]))
        return plan

    def _cut_out(
        self, study: Study, extract: SharedExtract, boxes: Sequence[Bounds]
    ) -> tuple[Iterator[OsmData], dict[str, str]]:
        """What the extract holds in each box, and which file it is; it is read only where there are boxes."""
        if not boxes:
            return iter(()), {}
        self._tell_reading(study, extract.path)
        return extract.neighbourhoods(boxes), extract.told()

    def _tell_reading(self, study: Study, path: Path) -> None:
        self.progress(texts_for(study.language)("Reading {path}", path=path.name))

    @contextmanager
    def _naming(self, study: Study) -> Iterator[None]:
        """Of which study is an error, where there are several? Says it once."""
        try:
            yield
        except GrannskapError as error:
            if len(self.studies) == 1 or "problem" in error.values:
                raise
            where = study.name if study.path is None else str(study.path)
            raise type(error)("{file}: {problem}", file=where, problem=error) from error


def _extract_of(study: Study) -> Path | None:
    """The extract that a study has as its source; None where outside services are asked."""
    if study.source.kind != "extract":
        return None
    if study.source.path is None:
        open_source(study.source)  # which tells that it needs one
        return None
    return study.source.path.absolute()


def _fetched(study: Study, path: Path, manifest: dict[str, Any], *, new: bool) -> Fetched:
    source = replace(study.source, kind="snapshot", path=path)
    return Fetched(replace(study, source=source), path, manifest, new)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _ignore(_text: str) -> None:
    pass
