"""The work of a worker: one site measured, and ordinary dwellings around it, without any file."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import numpy as np
import pandas as pd
import shapely

from grannskap.batch.job import Job, Parcel, material_key
from grannskap.comparison.discretion import placeless
from grannskap.comparison.measured import Measured
from grannskap.comparison.measuring import measured
from grannskap.errors import GrannskapError
from grannskap.exposure.chance import keys_of, uniform
from grannskap.exposure.rooms import Rooms
from grannskap.opening import Material, ashore, site_box
from grannskap.pipeline import surveyed
from grannskap.place.dwellings import as_site, dwellings
from grannskap.place.place import Place
from grannskap.result import Survey
from grannskap.study import Site, Study

PLACES, MATERIALS, REFERENCES = 3, 2, 200  # that a worker remembers
TRIES = 3  # for each reference that is wanted: some dwellings lie far from every street
Value = TypeVar("Value")


@dataclass(slots=True, eq=False)
class Recent(Generic[Value]):
    """What was made last, by key? Older things are forgotten."""

    most: int
    held: "OrderedDict[str, Value]" = field(default_factory=OrderedDict)

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """What has this key? It is made if it is not remembered."""
        if key not in self.held:
            value = make()
            while len(self.held) >= self.most:
                self.held.popitem(last=False)
            self.held[key] = value
        self.held.move_to_end(key)
        return self.held[key]


@dataclass(slots=True, eq=False)
class Bench:
    """What does a worker remember from one site to the next? Nothing of it changes what is measured."""

    materials: Recent[Material] = field(default_factory=lambda: Recent(MATERIALS))
    places: Recent[tuple[Place, Rooms]] = field(default_factory=lambda: Recent(PLACES))
    references: Recent[Measured] = field(default_factory=lambda: Recent(REFERENCES))

    def measured(self, job: Job, near: Parcel, wide: Parcel | None = None) -> list[Measured]:
        """What does a site measure, and what do dwellings around it?

        Parameters
        ----------
        job : Job
        near : Parcel
            What lies around the site.
        wide : Parcel, optional
            What lies around all its neighbours; needed for references.

        Returns
        -------
        list of Measured
            The site first. They have no ids yet: whoever asks knows them.

        Raises
        ------
        GrannskapError
            The site cannot be measured.
        """
        shared, rooms = self.places.get(near.key, lambda: _built(self._material(near)))
        place = ashore(shared, lambda: self._material(near), job.shapes)
        result = surveyed(job.study, place, job.shapes, rooms if place is shared else None)
        site = placeless(measured(result, site_id=""))
        if wide is None or not job.references:
            return [site]
        drawn = _drawn(result, place, self._material(near))
        return [site, *self._references(job, drawn, self._material(wide))]

    def _material(self, parcel: Parcel) -> Material:
        return self.materials.get(parcel.key, parcel.unpacked)

    def _references(self, job: Job, drawn: pd.DataFrame, wide: Material) -> list[Measured]:
        study = replace(job.study, model=replace(job.study.model, draws=0))
        found: list[Measured] = []
        tried = drawn.head(TRIES * job.references)
        for element, shape in zip(tried.element_id, tried["shape"], strict=True):
            if len(found) == job.references:
                break
            with suppress(GrannskapError):  # no street near it: another one stands for the neighbours
                found.append(self._reference(study, element, shape, wide))
        return found

    def _reference(self, study: Study, element: str, shape: shapely.Geometry, wide: Material) -> Measured:
        """What does a dwelling measure? It is told without its place."""
        shapes = as_site(shape)
        material = wide.within(site_box(shapes, study))
        key = material_key(material)

        def measure() -> Measured:
            place, rooms = self.places.get(key, lambda: _built(material))
            spot = shapely.point_on_surface(shape)
            asked = replace(study, site=Site(lat=spot.y, lon=spot.x), name="")
            told = measured(surveyed(asked, place, shapes, rooms), site_id="")
            return replace(told, role="reference", lon=np.nan, lat=np.nan)

        return self.references.get(f"{key} {element} {study.reach} {study.profile} {study.model}", measure)


def _built(material: Material) -> tuple[Place, Rooms]:
    """A place, and what lies around its actors: its sites share both."""
    place = material.place()
    return place, Rooms.of(place)


def _drawn(result: Survey, place: Place, material: Material) -> pd.DataFrame:
    """Dwellings of the study area in an order of chance, which depends on the seed and on each of them alone."""
    places = place.places
    found = dwellings(
        material.osm,
        area=result.study_area.geometry.iloc[0],
        crs=place.crs,
        site=result.site.geometry.to_numpy(),
        sensitive=places.geometry.to_numpy()[places.sensitive.to_numpy(bool)],
    )
    chance = uniform(keys_of(found.element_id), seed=result.study.model.seed, draw=0, what="reference")
    return found.iloc[np.argsort(chance, kind="stable")]
