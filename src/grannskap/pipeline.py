"""The story, from a study to its result: place, trips, routes, passages, ranking."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84, project
from grannskap.errors import SourceError, StudyError
from grannskap.exposure.actors import passed_actors
from grannskap.language import texts_for
from grannskap.osm.cache import settled, settled_site
from grannskap.osm.siting import locate_site
from grannskap.osm.source import around, open_source
from grannskap.place.functions import read_functions
from grannskap.place.place import Place, build_place
from grannskap.provenance import manifest
from grannskap.result import Result
from grannskap.routes.access import access_table
from grannskap.routes.arrivals import Arrivals, arrive, options
from grannskap.routes.snapping import FARTHEST_SNAP_M, Snaps, snap
from grannskap.routes.trips import allocate
from grannskap.routes.walks import Walks, walk
from grannskap.study import Study, check_functions
from grannskap.study.site import box_around, site_shapes
from grannskap.timing import step

ASHORE_M = 5.0  # an entrance this near a street is on land, whatever the outline of the water says


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
    return _opened(study)[1]


def _opened(study: Study) -> tuple[gpd.GeoDataFrame, Place]:
    """The site's shapes and what is around them; an address is looked for in the whole source."""
    study = settled(study)
    box = None
    if study.site.address is None:  # a mistake in it is told before a large extract is read
        box = box_around(site_shapes(study), radius_m=study.reach.radius_m)
    with step("read the extract"):
        osm, source = open_source(study.source, box=box)
    shapes = site_shapes(locate_site(study, osm))
    _require_inside(shapes, osm.bounds)
    with step("build the place"):
        near = around(osm, box_around(shapes, radius_m=study.reach.radius_m))
        place = build_place(near, language=study.language, source=source)
    if place.streets.edges.empty:
        raise SourceError(
            "{path} holds no ways that can be walked near the site: choose a larger extract.", path=source["path"]
        )
    return shapes, place


def _shapes(study: Study) -> gpd.GeoDataFrame:
    """The site's shapes for a place that is open already."""
    study = settled_site(study)
    if study.site.address is None:
        return site_shapes(study)
    return site_shapes(locate_site(study, open_source(study.source)[0]))


def analyse(study: Study, place: Place | None = None) -> Result:
    """Where do residents walk, whom do they pass, and what can they reach?

    Parameters
    ----------
    study : Study
    place : Place, optional
        What is around the site; opened from the study's source where it is not given.

    Returns
    -------
    Result

    Raises
    ------
    StudyError
        The study asks for something that is not there: an unknown function, a site far from any street.
    SourceError
        The source cannot be used.
    AddressNotFound
        The site's address is not in the source, or is there more than once.

    Examples
    --------
    >>> import grannskap as gk
    >>> result = gk.analyse(gk.read_study(gk.sample_folder() / "study.toml"))
    >>> int(result.actors["rank"].iloc[0])
    1
    """
    check_functions(study, [f.id for f in read_functions()])
    _require_built(study)
    shapes, place = _opened(study) if place is None else (_shapes(study), place)
    functions = tuple(study.profile.functions)
    with step("routes"):
        site, snaps = _site(shapes, place)
        area = shapely.union_all(site.geometry.to_numpy()).buffer(study.reach.radius_m, quad_segs=32)
        arrivals = arrive(place, site, snaps, radius_m=study.reach.radius_m)
        costs, metres = arrivals.net.costs_from(arrivals.site), arrivals.net.distances_m(arrivals.site)
        wanted = _wanted(study, place, arrivals, site, costs=costs, metres=metres)
        walks = walk(arrivals, wanted, functions, study.model, costs=costs)
    with step("passages"):
        actors = passed_actors(
            place,
            arrivals,
            walks,
            wanted,
            area=area,
            functions=functions,
            frontage_m=study.model.frontage_m,
            speed_km_h=study.profile.speed_km_h,
            distances_m=metres,
        )
    return _result(study, place, site, area, arrivals, walks, wanted, actors)


def _require_built(study: Study) -> None:
    if study.model.method == "within_detour":
        raise StudyError("[model] method = within_detour is not there yet: choose logit or shortest.")
    if study.layers:
        raise StudyError("[[layers]] cannot be read yet: remove them from the study.")


def _require_inside(shapes: gpd.GeoDataFrame, bounds: tuple[float, float, float, float]) -> None:
    """The site lies in the extract; where it would with its coordinates the other way round, say so."""
    extract = shapely.box(*bounds)
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


def _site(shapes: gpd.GeoDataFrame, place: Place) -> tuple[gpd.GeoDataFrame, Snaps]:
    """Entrances of the site in metres, and where they meet the street."""
    spots = shapes.to_crs(place.crs).geometry.to_numpy()
    edges = place.streets.edges
    tree = shapely.STRtree(edges.geometry.to_numpy()[edges.layer.to_numpy() == 0])
    nearest = tree.geometries[tree.nearest(spots)]
    doors = shapely.get_point(shapely.shortest_line(spots, nearest), 0)
    site = gpd.GeoDataFrame(geometry=doors, crs=place.crs)
    points = pd.DataFrame({"x": shapely.get_x(doors), "y": shapely.get_y(doors), "layer": 0})
    snaps = snap(points, edges)
    if (snaps.edge < 0).any():
        far = shapely.distance(doors, nearest)[snaps.edge < 0].max()
        raise StudyError(
            "The site lies {far} m from the nearest way that can be walked (at most {most} m): check [site] lat and "
            "lon.",
            far=round(float(far)),
            most=round(FARTHEST_SNAP_M),
        )
    _require_dry(doors[snaps.offset_m > ASHORE_M], place)
    return site.assign(snap_m=snaps.offset_m), snaps


def _require_dry(doors: npt.NDArray[np.object_], place: Place) -> None:
    """No entrance lies in a lake or the sea (one on a quay or a bridge does not)."""
    wet = shapely.STRtree(doors).query(place.ground["water"].geometry.to_numpy(), predicate="contains")[1]
    if len(wet):
        raise StudyError("The site lies in water: check [site] lat and lon.")


def _wanted(
    study: Study, place: Place, arrivals: Arrivals, site: gpd.GeoDataFrame, *, costs: np.ndarray, metres: np.ndarray
) -> pd.DataFrame:
    """Places within the study area for each function of the profile, with the trips that go there."""
    table = options(place, arrivals, costs=costs, distances_m=metres, reach_m=study.reach.radius_m)
    table = table[table.function.isin(study.profile.functions)].reset_index(drop=True)
    spots = shapely.points(table.x.to_numpy(float), table.y.to_numpy(float))
    table["straight_m"] = shapely.distance(spots, shapely.union_all(site.geometry.to_numpy()))
    return table.assign(trips_per_week=allocate(table, study.profile.functions))


def _result(
    study: Study,
    place: Place,
    site: gpd.GeoDataFrame,
    area: shapely.Polygon,
    arrivals: Arrivals,
    walks: Walks,
    wanted: pd.DataFrame,
    actors: gpd.GeoDataFrame,
) -> Result:
    texts = texts_for(study.language)
    note = texts.gettext("nothing in the map data within reach")
    access = access_table(wanted, study.profile.functions, note=note)
    return Result(
        study=study,
        site=site,
        study_area=gpd.GeoDataFrame(geometry=[area], crs=place.crs),
        edges=_edges(arrivals, walks, tuple(study.profile.functions)),
        destinations=_destinations(wanted, place.crs),
        actors=actors,
        access=access,
        ground=place.ground,
        manifest=manifest(study, place, area=area, edges=arrivals.edges, walks=walks, options=wanted, actors=actors),
    )


def _edges(arrivals: Arrivals, walks: Walks, functions: tuple[str, ...]) -> gpd.GeoDataFrame:
    kept = ["u", "v", "way_id", "name", "highway", "layer", "length_m", "geometry"]
    both = walks.flow_uv + walks.flow_vu
    flows = {"flow_uv": walks.flow_uv.sum(axis=1), "flow_vu": walks.flow_vu.sum(axis=1)}
    by_function = {f"legs_{f}": both[:, i] for i, f in enumerate(functions)}
    return arrivals.edges[kept].assign(**flows, legs_per_week=both.sum(axis=1), **by_function)


def _destinations(wanted: pd.DataFrame, crs: int) -> gpd.GeoDataFrame:
    """The columns of ``destinations.csv``: what a way leads to, sorted by function and distance."""
    x, y = wanted.x.to_numpy(float), wanted.y.to_numpy(float)
    lon, lat = project(x, y, source=crs, target=WGS84)
    table = wanted.rename(columns={"element_id": "destination_id"}).assign(lon=lon, lat=lat)
    columns = ["destination_id", "name", "kind", "function", "distance_m", "cost_m", "trips_per_week", "lon", "lat"]
    reached = np.isfinite(wanted.distance_m.to_numpy(float))
    order = table[reached].sort_values(["function", "distance_m", "destination_id"], kind="stable").index
    shapes = shapely.points(x[order], y[order])
    return gpd.GeoDataFrame(table.loc[order, columns].reset_index(drop=True), geometry=shapes, crs=crs)
