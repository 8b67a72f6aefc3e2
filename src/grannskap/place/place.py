"""A place: the streets, the actors and the destinations around a site, ready for any study of it."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.crs import metric_crs
from grannskap.osm.data import OsmData
from grannskap.place.conflation import conflate, housing_blocks
from grannskap.place.destinations import access_points, destinations, frontages
from grannskap.place.features import entrances, features, in_metres
from grannskap.place.kinds import read_kinds
from grannskap.place.stops import merged_stops
from grannskap.place.streets import Streets, walking_streets
from grannskap.place.walking import uncrossable, walking_rules
from grannskap.place.water import water_areas
from grannskap.timing import step

GREEN_TAGS = {
    "leisure": ("park", "garden", "nature_reserve", "pitch", "playground", "golf_course"),
    "landuse": ("grass", "forest", "recreation_ground", "village_green", "meadow", "cemetery", "allotments"),
    "natural": ("wood", "heath", "scrub", "grassland"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What is there: the walking network, the actors, and the places that residents walk to?

    All geometry is in ``crs`` (metres).

    Attributes
    ----------
    crs : int
        EPSG code.
    streets : Streets
    places : GeoDataFrame
        Every actor and destination once: ``element_id``, ``kind``, ``name``, ``tags``, ``members``, ``layer``,
        ``passable``, ``actor``, ``sensitive``, ``frontage`` (geometry that meets the street), geometry.
    destinations : DataFrame
        ``place`` (row of ``places``), ``function``, ``weight``.
    access : DataFrame
        Where one arrives at each destination: ``place``, ``x``, ``y``, ``layer``.
    barriers : ndarray of geometry
        Lines that nobody walks across.
    ground : dict of GeoDataFrame
        ``buildings``, ``green``, ``water``: what a quiet map is drawn from.
    bounds : tuple of float
        West, south, east, north of the data (WGS 84).
    data_date : str
    source : dict
        Name and sha256 of what was read.
    dropped : dict
        What could not be used, by reason.
    """

    crs: int
    streets: Streets
    places: gpd.GeoDataFrame
    destinations: pd.DataFrame
    access: pd.DataFrame
    barriers: npt.NDArray[np.object_]
    ground: dict[str, gpd.GeoDataFrame]
    bounds: tuple[float, float, float, float]
    data_date: str
    source: dict[str, str]
    dropped: dict[str, float]


def build_place(osm: OsmData, *, language: str, source: dict[str, str]) -> Place:
    """Which streets, actors and destinations do these elements make?

    Parameters
    ----------
    osm : OsmData
    language : {"sv", "en"}
        Whose names are shown where they are mapped.
    source : dict
        Name and sha256 of the source, kept for the manifest.

    Returns
    -------
    Place
    """
    west, south, east, north = osm.bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    with step("build the walking network"):
        streets = walking_streets(osm, crs=crs, language=language)
    with step("find actors and destinations"):
        places = _places(osm, streets, crs=crs, language=language)
    water = water_areas(osm, crs=crs)
    served = destinations(places)
    asked = np.unique(served.place.to_numpy(int))
    malls = places[places.kind == "shopping_centre"]
    access = access_points(places.iloc[asked], places.frontage.to_numpy()[asked], streets.edges, malls)
    return Place(
        crs=crs,
        streets=streets,
        places=places,
        destinations=served,
        access=access.assign(place=asked[access.place.to_numpy(int)]),
        barriers=_barriers(osm, water, crs=crs),
        ground=_ground(osm, water, crs=crs),
        bounds=osm.bounds,
        data_date=osm.data_date,
        source=source,
        dropped={**osm.dropped, **streets.dropped},
    )


def _places(osm: OsmData, streets: Streets, *, crs: int, language: str) -> gpd.GeoDataFrame:
    found = conflate(features(osm, crs=crs, language=language), language=language)
    is_stop, is_housing = (found.kind == "stop").to_numpy(), (found.kind == "housing").to_numpy()
    parts = [
        found[~is_stop & ~is_housing],
        merged_stops(found[is_stop], osm.groups, language=language),
        housing_blocks(found[is_housing], streets.edges),
    ]
    places = gpd.GeoDataFrame(pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True), crs=crs)
    kinds = {kind.id: kind for kind in read_kinds()}
    places = places.assign(
        actor=[kinds[k].actor for k in places.kind], sensitive=[kinds[k].sensitive for k in places.kind]
    )
    return places.assign(frontage=frontages(places, entrances(osm, crs=crs)))


def _barriers(osm: OsmData, water: gpd.GeoDataFrame, *, crs: int) -> npt.NDArray[np.object_]:
    rules = walking_rules()
    lines = in_metres(osm.lines.loc[[uncrossable(tags, rules) for tags in osm.lines.tags]], crs=crs)
    return np.concatenate([lines.geometry.to_numpy(), water.geometry.to_numpy()])


def _ground(osm: OsmData, water: gpd.GeoDataFrame, *, crs: int) -> dict[str, gpd.GeoDataFrame]:
    is_green = [any(tags.get(key) in values for key, values in GREEN_TAGS.items()) for tags in osm.areas.tags]
    parts = {"buildings": ["building" in tags for tags in osm.areas.tags], "green": is_green}
    columns = ["element_id", "geometry"]
    ground = {
        name: in_metres(osm.areas.loc[chosen, columns], crs=crs).reset_index(drop=True)
        for name, chosen in parts.items()
    }
    return {**ground, "water": water}
