"""What is read for many sites: each source once, for all sites that share it."""

import hashlib
import json
import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from grannskap.batch.job import Job, Parcel, layer_key
from grannskap.batch.problems import as_problem
from grannskap.errors import GrannskapError
from grannskap.opening import Material, located, site_box
from grannskap.osm.cache import remembered_site, settled
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.layer_addresses import placed
from grannskap.osm.siting import locate_site
from grannskap.osm.source import SharedExtract, shared_source
from grannskap.study import Study, study_as_dict
from grannskap.study.layers import OwnLayer, read_layers
from grannskap.study.site import box_around, site_shapes
from grannskap.timing import step
from grannskap.version import __version__

KEPT_FORMAT = 1  # of what is kept of a finished site
PACKED = 4  # parcels that may be sent once more
AROUND_NEIGHBOURS = 2  # radii: what a dwelling within one radius of the site has around itself


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which site is to be measured, by which study, unless something is known to be wrong with it?"""

    site_id: str
    study: Study
    problem: GrannskapError | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Where is a site, and by which name are its measures known again?

    Attributes
    ----------
    wanted : Wanted
    study : Study
        Of which the site has coordinates where an address was looked up.
    shapes : GeoDataFrame
    key : str
        Study, place, source and version: the same key stands for the same measures.
    own : tuple of OwnLayer
    """

    wanted: Wanted
    study: Study
    shapes: gpd.GeoDataFrame
    key: str
    own: tuple[OwnLayer, ...]

    def lon_lat(self) -> tuple[float, float]:
        """About where is it?"""
        middle = shapely.centroid(shapely.union_all(self.shapes.geometry.to_numpy()))
        return middle.x, middle.y

    def boxes(self, *, references: int) -> list[Bounds]:
        """Which boxes are read around it: its own, and that of its neighbours where they are measured as well?"""
        wide = box_around(self.shapes, radius_m=self.study.reach.radius_m * AROUND_NEIGHBOURS)
        return [site_box(self.shapes, self.study), *([wide] if references else [])]


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What was found for one site: a question for a worker, or why there is none?

    Attributes
    ----------
    wanted : Wanted
    key : str
        Of its measures (`kept_key`).
    source : mapping
        Which file was read.
    lon_lat : tuple of float
        About where it is, WGS 84; nan where that is not known.
    question, problem : optional
    """

    wanted: Wanted
    key: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    lon_lat: tuple[float, float] = (math.nan, math.nan)
    question: tuple[Job, Parcel, Parcel | None] | None = None
    problem: GrannskapError | None = None


def gather(
    sites: Sequence[Wanted], *, references: int = 0, known: Callable[[str], bool] = lambda _: False
) -> Iterator[Gathered]:
    """What is to be asked about each site? Each source is read once.

    Parameters
    ----------
    sites : sequence of Wanted
    references : int
        How many dwellings around each site are to be measured, too.
    known : callable
        Whether what has this key is measured already: then nothing is read around the site.

    Yields
    ------
    Gathered
        One for each site: first those that nothing is asked about, then the others, neighbours after each other.
    """
    groups: dict[tuple[str, Path | None], list[Wanted]] = {}
    for each in sites:
        if each.problem is not None:
            yield Gathered(each, problem=each.problem)
            continue
        try:
            study = remembered_site(each.study) if each.study.source.kind == "extract" else settled(each.study)
        except Exception as error:  # noqa: BLE001 (of one site; so too below)
            yield Gathered(each, problem=as_problem(error))
            continue
        path = None if study.source.path is None else study.source.path.absolute()
        groups.setdefault((study.source.kind, path), []).append(replace(each, study=study))
    for group in groups.values():
        yield from _Group(group, references, known).each()


@dataclass(slots=True, eq=False)
class _Group:
    """The sites that share a source."""

    sites: Sequence[Wanted]
    references: int
    known: Callable[[str], bool]
    layers: dict[str, tuple[OwnLayer, ...]] = field(default_factory=dict)
    sent: list[tuple[object, Parcel]] = field(default_factory=list)
    limits: Bounds = (-180.0, -90.0, 180.0, 90.0)

    def each(self) -> Iterator[Gathered]:
        try:
            with step("read the extract"):
                extract, source = shared_source(self.sites[0].study.source)
                whole = None if extract.large else extract.holding(())
                located_in = whole or self._addresses(extract)
            self.limits = self.limits if whole is None else _extent(whole)
        except Exception as error:  # noqa: BLE001
            problem = as_problem(error)
            yield from (Gathered(each, problem=problem) for each in self.sites)
            return
        spots = []
        for each in self.sites:
            try:
                spot = self._spot(each, located_in, whole, source)
            except Exception as error:  # noqa: BLE001
                yield Gathered(each, source=source, problem=as_problem(error))
                continue
            if self.known(spot.key):
                yield Gathered(each, spot.key, source, spot.lon_lat())
            else:
                spots.append(spot)
        neighbours_together = sorted(spots, key=lambda spot: self._within(site_box(spot.shapes, spot.study)))
        yield from self._read(extract, neighbours_together, source)

    def _addresses(self, extract: SharedExtract) -> OsmData | None:
        wanted = [each.study.site.address for each in self.sites]
        addresses = list(dict.fromkeys(address for address in wanted if address is not None))
        return extract.holding(addresses) if addresses else None

    def _spot(
        self, wanted: Wanted, located_in: OsmData | None, whole: OsmData | None, source: Mapping[str, str]
    ) -> Spot:
        """Where a site is. Whether it lies in a large extract is seen when that is read."""
        study = wanted.study if located_in is None else locate_site(wanted.study, located_in)
        own = self._own(study, whole)
        shapes = site_shapes(study) if whole is None else located(study, whole)
        return Spot(wanted, study, shapes, kept_key(study, shapes, source, own, references=self.references), own)

    def _own(self, study: Study, whole: OsmData | None) -> tuple[OwnLayer, ...]:
        """The analyst's own layers, read once for all sites that have the same."""
        key = repr(study.layers)
        if key not in self.layers:
            own = read_layers(study)
            self.layers[key] = own if whole is None else placed(own, whole)
        return self.layers[key]

    def _read(self, extract: SharedExtract, spots: Sequence[Spot], source: dict[str, str]) -> Iterator[Gathered]:
        left, boxes = list(spots), [spot.boxes(references=self.references) for spot in spots]
        try:
            with closing(_parts(extract, [box for each in boxes for box in each])) as parts:
                for spot, around in zip(spots, boxes, strict=True):
                    found = [(next(parts), box) for box in around]
                    yield self._asked(spot, found, source)
                    del left[0]
        except Exception as error:  # noqa: BLE001 (of the source, not of a site)
            problem = as_problem(error)
            yield from (Gathered(spot.wanted, spot.key, source, problem=problem) for spot in left)

    def _asked(self, spot: Spot, found: Sequence[tuple[OsmData, Bounds]], source: dict[str, str]) -> Gathered:
        """The question about a site, with what lies in each of its boxes."""
        try:
            located(spot.study, found[0][0])
            parcels = [self._parcel(spot, osm, box, source) for osm, box in found]
        except Exception as error:  # noqa: BLE001
            return Gathered(spot.wanted, spot.key, source, problem=as_problem(error))
        job = Job(spot.study, spot.shapes, self.references)
        return Gathered(
            spot.wanted, spot.key, source, spot.lon_lat(), (job, parcels[0], parcels[1] if self.references else None)
        )

    def _parcel(self, spot: Spot, osm: OsmData, box: Bounds, source: dict[str, str]) -> Parcel:
        """What lies in a box; packed once for sites one after another that share it."""
        study = spot.study
        held = (self._within(box), repr(study.layers), study.source.elevation, study.language)
        same = next((parcel for known, parcel in self.sent if known == held), None)
        if same is not None:
            return same
        material = Material.around(study, osm, box, source=source, own=spot.own)
        parcel = Parcel.of(material, [parcel for _, parcel in self.sent])
        self.sent = [(held, parcel), *self.sent][:PACKED]
        return parcel

    def _within(self, box: Bounds) -> Bounds:
        """The part of a box in which there may be anything: two with the same part hold the same."""
        west, south, east, north = self.limits
        return max(box[0], west), max(box[1], south), min(box[2], east), min(box[3], north)


def _extent(osm: OsmData) -> Bounds:
    """Outside of which box is there nothing?"""
    tables = (table for table in (osm.points, osm.lines, osm.areas) if not table.empty)
    sides = np.array([osm.bounds, *(table.total_bounds for table in tables)])
    (west, south), (east, north) = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _parts(extract: SharedExtract, boxes: Sequence[Bounds]) -> Generator[OsmData, None, None]:
    yield from extract.parts(boxes)


def kept_key(
    study: Study,
    shapes: gpd.GeoDataFrame,
    source: Mapping[str, str],
    own: Sequence[OwnLayer],
    *,
    references: int,
) -> str:
    """By which name are the measures of a site known again? Whatever changes them changes it."""
    record = study_as_dict(study)
    rest = {name: record[name] for name in ("profile", "reach", "model")}
    told = {
        "format": KEPT_FORMAT,
        "version": __version__,
        **rest,
        "language": study.language,
        "sensitivity": study.sensitivity,
        "site": [shape.hex() for shape in shapely.to_wkb(shapes.geometry.to_numpy())],
        "source": source.get("content_sha256", source["sha256"]),
        "elevation": _file_key(study.source.elevation),
        "layers": [layer_key(layer) for layer in own],
        "references": references,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _file_key(path: Path | None) -> list[Any]:
    """A file that is too large to be read for this: its name, its size and when it was changed."""
    if path is None or not path.is_file():
        return []
    told = path.stat()
    return [path.name, told.st_size, told.st_mtime_ns]
