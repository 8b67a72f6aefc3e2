"""A place: the streets, the actors and the destinations around a site, ready for any study of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.crs import metric_crs
from grannskap.language import texts_for
from grannskap.language.card_text import ShowsItself
from grannskap.osm.data import OsmData
from grannskap.osm.elevation import Elevation
from grannskap.place.attractions import attractions, seats_of
from grannskap.place.conflation import conflate, housing_blocks
from grannskap.place.destinations import access_points, destinations, frontages
from grannskap.place.features import entrances, features, in_metres
from grannskap.place.kinds import read_kinds
from grannskap.place.layers import joined, with_owners
from grannskap.place.own_rows import own_rows, remarks
from grannskap.place.showing import place_card
from grannskap.place.stops import merged_stops
from grannskap.place.streets import Streets, walking_streets
from grannskap.place.walking import uncrossable, walking_rules
from grannskap.place.water import water_areas
from grannskap.study.layers import OwnLayer
from grannskap.timing import step

GREEN_TAGS = {
    "leisure": ("park", "garden", "nature_reserve", "pitch", "playground", "golf_course"),
    "landuse": ("grass", "forest", "recreation_ground", "village_green", "meadow", "cemetery", "allotments"),
    "natural": ("wood", "heath", "scrub", "grassland"),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Place(ShowsItself):
    """What is there: the walking network, the actors, and the places that residents walk to?

    All geometry is in ``crs`` (metres).

    Attributes
    ----------
    crs : int
        EPSG code.
    streets : Streets
    places : GeoDataFrame
        Every actor and destination once: ``element_id``, ``kind``, ``name``, ``tags``, ``members``, ``layer``,
        ``passable``, ``actor``, ``sensitive``, ``frontage`` (geometry that meets the street), ``owner``, ``contact``,
        ``source`` ("osm", or whose layer tells it) and ``source_date``, geometry.
    destinations : DataFrame
        ``place`` (row of ``places``), ``function``, ``weight``.
    access : DataFrame
        Where one arrives at each destination: ``place``, ``x``, ``y``, ``layer``.
    barriers : ndarray of geometry
        Lines that nobody walks across.
    seats : GeoDataFrame
        Where one can sit down: ``layer``, geometry.
    ground : dict of GeoDataFrame
        ``buildings``, ``green``, ``water``: what a quiet map is drawn from.
    bounds : tuple of float
        West, south, east, north of the data (WGS 84).
    data_date : str
    source : dict
        Name and sha256 of what was read.
    dropped : dict
        What could not be used, by reason.
    layers : tuple of dict
        Of each of the analyst's own layers: file, kind, source, date, sha256, and what became of its rows.
    """

    crs: int
    streets: Streets
    places: gpd.GeoDataFrame
    destinations: pd.DataFrame
    access: pd.DataFrame
    barriers: npt.NDArray[np.object_]
    seats: gpd.GeoDataFrame
    ground: dict[str, gpd.GeoDataFrame]
    bounds: tuple[float, float, float, float]
    data_date: str
    source: dict[str, str]
    dropped: dict[str, float]
    layers: tuple[dict[str, object], ...] = ()

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? What there is most of."""
        return place_card(self)


def build_place(
    osm: OsmData,
    *,
    language: str,
    source: dict[str, str],
    elevation: Elevation | None = None,
    own: Sequence[OwnLayer] = (),
    site: gpd.GeoSeries | None = None,
) -> Place:
    """Which streets, actors and destinations do these elements make?

    Parameters
    ----------
    osm : OsmData
    language : {"sv", "en"}
        Whose names are shown where they are mapped.
    source : dict
        Name and sha256 of the source, kept for the manifest.
    elevation : Elevation, optional
        Heights of the ground.
    own : sequence of OwnLayer
        The analyst's own layers, with a geometry in every row.
    site : GeoSeries, optional
        Where it is far from the largest part of the streets, that is the part it lies on which is kept.

    Returns
    -------
    Place
    """
    west, south, east, north = osm.bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    with step("build the walking network"):
        streets = walking_streets(
            osm,
            crs=crs,
            language=language,
            elevation=elevation,
            site=None if site is None else site.to_crs(crs).to_numpy(),
        )
    with step("find actors and destinations"):
        places, layers = _places(osm, streets, own, crs=crs, language=language)
    with step("find what draws a walk"):
        seats = seats_of(osm, crs=crs)
        drawing = attractions(osm, places, streets.edges, seats, crs=crs)
        streets = replace(streets, edges=streets.edges.assign(**{str(name): drawing[name] for name in drawing}))
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
        seats=seats,
        ground=_ground(osm, water, crs=crs),
        bounds=osm.bounds,
        data_date=osm.data_date,
        source=source | (elevation.told() if elevation else {}),
        dropped={**osm.dropped, **streets.dropped, **_unplaced(own)},
        layers=layers,
    )


def _unplaced(own: Sequence[OwnLayer]) -> dict[str, float]:
    rows = sum(len(each) for layer in own for each in (layer.dropped or {}).values())
    return {"layer_rows_not_placed": rows} if rows else {}


def _places(
    osm: OsmData, streets: Streets, own: Sequence[OwnLayer], *, crs: int, language: str
) -> tuple[gpd.GeoDataFrame, tuple[dict[str, object], ...]]:
    """Places with the analyst's own among them, and what became of the rows of each layer."""
    rows, texts = own_rows(own, bounds=osm.bounds, crs=crs), texts_for(language)
    found = conflate(features(osm, crs=crs, language=language), language=language)
    is_stop, is_housing = (found.kind == "stop").to_numpy(), (found.kind == "housing").to_numpy()
    housing, owned = with_owners(found[is_housing], rows)
    parts = [
        found[~is_stop & ~is_housing],
        merged_stops(found[is_stop], osm.groups, language=language),
        housing_blocks(housing, streets.edges),
    ]
    places = gpd.GeoDataFrame(pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True), crs=crs)
    places, told = joined(places, rows, owned)
    actor, secret = ({kind.id: getattr(kind, what) for kind in read_kinds()} for what in ("actor", "sensitive"))
    places = places.assign(
        actor=[actor.get(kind, True) for kind in places.kind],  # a kind of the analyst's own is somebody to contact
        sensitive=places.sensitive.to_numpy(bool) | np.array([secret.get(k, False) for k in places.kind], bool),
    )
    said = ([remark.text(texts) for remark in remarks(layer)] for layer in own)
    layers = tuple({**each, "remarks": sentences} for each, sentences in zip(told, said, strict=True))
    return places.assign(frontage=frontages(places, entrances(osm, crs=crs))), layers


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
