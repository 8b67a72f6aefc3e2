"""From a study to what is around its site: what is read of its files, and the place that is built from that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import shapely

from grannskap.crs import WGS84
from grannskap.errors import SourceError, StudyError
from grannskap.osm.cache import settled, settled_site
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.elevation import Elevation, read_elevation
from grannskap.osm.layer_addresses import placed
from grannskap.osm.siting import locate_site
from grannskap.osm.source import around, open_source
from grannskap.place.place import Place, build_place
from grannskap.place.streets import SITE_AWAY_M
from grannskap.study import Study
from grannskap.study.layers import OwnLayer, read_layers
from grannskap.study.site import box_around, site_shapes
from grannskap.timing import step


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What has been read around a site, so that its place can be built without any file?

    Attributes
    ----------
    osm : OsmData
    source : dict
        Which file it was, for the manifest.
    elevation : Elevation, optional
    own : tuple of OwnLayer
        The analyst's own layers, with a geometry in every row.
    language : {"sv", "en"}
    """

    osm: OsmData
    source: dict[str, str]
    elevation: Elevation | None
    own: tuple[OwnLayer, ...]
    language: str

    @classmethod
    def around(
        cls, study: Study, osm: OsmData, box: Bounds, *, source: dict[str, str], own: Sequence[OwnLayer]
    ) -> "Material":
        """What lies in and around a box?

        Parameters
        ----------
        study : Study
        osm : OsmData
            All that the source holds, or at least all in the box.
        box : tuple of float
            West, south, east, north (WGS 84).
        source : dict
        own : sequence of OwnLayer
        """
        near = around(osm, box)
        ground = None if study.source.elevation is None else read_elevation(study.source.elevation, near.bounds)
        return cls(near, source, ground, placed(own, osm), study.language)

    def within(self, box: Bounds) -> "Material":
        """What of this lies in and around a smaller box?"""
        return replace(self, osm=around(self.osm, box))

    def place(self, site: gpd.GeoSeries | None = None) -> Place:
        """Which place do these make?

        Parameters
        ----------
        site : GeoSeries, optional
            As for `grannskap.place.place.build_place`.

        Raises
        ------
        SourceError
            There is no way that can be walked.
        """
        with step("build the place"):
            place = build_place(
                self.osm,
                language=self.language,
                source=self.source,
                elevation=self.elevation,
                own=self.own,
                site=site,
            )
        if place.streets.edges.empty:
            raise SourceError(
                "{path} holds no ways that can be walked near the site: choose a larger extract.",
                path=self.source["path"],
            )
        return place


def open_place(study: Study) -> Place:
    """What is around the site of this study, as its source on disk tells?

    Parameters
    ----------
    study : Study

    Returns
    -------
    Place
        Streets, actors and destinations within the study's radius. The network is never used.

    Raises
    ------
    SourceError
        The source is missing, damaged, empty, or does not hold the site.
    StudyError
        The site cannot be read.
    AddressNotFound
        The site's address is not in the source, or is there more than once.
    """
    return opened(study)[1]


def opened(study: Study) -> tuple[gpd.GeoDataFrame, Place]:
    """Where is the site, and what is around it? An address is looked for in the whole source."""
    study = settled(study)
    own, box = read_layers(study), None
    if study.site.address is None:  # a mistake in it is told before a large extract is read
        box = site_box(site_shapes(study), study)
    with step("read the extract"):
        osm, source = open_source(study.source, box=box)
    shapes = located(study, osm)
    material = Material.around(study, osm, site_box(shapes, study), source=source, own=own)
    return shapes, ashore(material.place(), lambda: material, shapes)


def ashore(place: Place, material: Callable[[], Material], shapes: gpd.GeoDataFrame) -> Place:
    """Which place is it for this site? Where that lies on an island with streets of its own, the island's.

    Parameters
    ----------
    place : Place
        That of the material without a site.
    material : callable
        Gives the material; asked for only where it is needed.
    shapes : GeoDataFrame
        Where the site is.
    """
    spots = shapes.geometry.to_crs(place.crs).to_numpy()
    tree = shapely.STRtree(place.streets.edges.geometry.to_numpy())
    near = tree.query(spots, predicate="dwithin", distance=SITE_AWAY_M)[1]
    return place if len(near) else material().place(shapes.geometry)


def shapes_of(study: Study) -> gpd.GeoDataFrame:
    """Where is the site, when its place is open already?"""
    study = settled_site(study)
    if study.site.address is None:
        return site_shapes(study)
    return site_shapes(locate_site(study, open_source(study.source)[0]))


def site_box(shapes: gpd.GeoDataFrame, study: Study) -> Bounds:
    """Which box holds all that a study looks at around its site?"""
    return box_around(shapes, radius_m=study.reach.radius_m)


def located(study: Study, osm: OsmData) -> gpd.GeoDataFrame:
    """Where is the site in this data?

    Parameters
    ----------
    study : Study
    osm : OsmData
        All that the source holds; where the site has coordinates, at least all around it.

    Returns
    -------
    GeoDataFrame
        Points or polygons in WGS 84.

    Raises
    ------
    StudyError
        The site cannot be read, or lies outside.
    AddressNotFound
        The address is not there, or more than once.
    """
    shapes = site_shapes(locate_site(study, osm))
    _require_inside(shapes, osm.bounds)
    return shapes


def _require_inside(shapes: gpd.GeoDataFrame, bounds: Bounds) -> None:
    """The site lies in the extract; where it would with its coordinates the other way round, say so.

    Beside it is near enough: a file that does not tell its box seems to end with its last street. Whether there is a
    street to walk on is asked later.
    """
    extract = shapely.box(*box_around(gpd.GeoSeries([shapely.box(*bounds)], crs=WGS84), radius_m=0.0))
    if shapely.intersects(extract, shapes.geometry.to_numpy()).all():
        return
    spot = shapely.centroid(shapely.union_all(shapes.geometry.to_numpy()))
    where = {"lat": round(spot.y, 5), "lon": round(spot.x, 5)}
    if extract.intersects(shapely.Point(spot.y, spot.x)):
        raise StudyError(
            "The site at lat = {lat}, lon = {lon} lies outside the extract, but would lie in it the other way round: "
            "swap lat and lon.",
            **where,
        )
    west, south, east, north = (round(side, 4) for side in bounds)
    raise StudyError(
        "The site at lat = {lat}, lon = {lon} lies outside the extract (lat {south} to {north}, lon {west} to {east}): "
        "check [site], or choose an extract that holds it.",
        **where,
        west=west,
        south=south,
        east=east,
        north=north,
    )
