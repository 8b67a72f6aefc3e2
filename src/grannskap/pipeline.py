"""The story, from a study to its result: place, trips, routes, passages, ranking."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84, project
from grannskap.errors import SourceError, StudyError
from grannskap.exposure.actors import passed_actors
from grannskap.exposure.ranking import with_sureness
from grannskap.exposure.scene import Scene
from grannskap.exposure.sensitivity import sensitivity
from grannskap.exposure.staging import staged
from grannskap.exposure.uncertainty import Fronts, doubts, drawn_passages
from grannskap.language import texts_for
from grannskap.osm.cache import settled, settled_site
from grannskap.osm.elevation import read_elevation
from grannskap.osm.layer_addresses import placed
from grannskap.osm.siting import locate_site
from grannskap.osm.source import around, open_source
from grannskap.place.functions import read_functions
from grannskap.place.place import Place, build_place
from grannskap.provenance import manifest
from grannskap.result import Result, Workings
from grannskap.routes.access import access_table
from grannskap.routes.arrivals import arrive
from grannskap.routes.costs import edge_doubt, speed_km_h
from grannskap.routes.snapping import FARTHEST_SNAP_M, Snaps, snap
from grannskap.routes.walks import Walks, walk
from grannskap.study import Study, check_functions
from grannskap.study.layers import read_layers
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
    own, box = read_layers(study), None
    if study.site.address is None:  # a mistake in it is told before a large extract is read
        box = box_around(site_shapes(study), radius_m=study.reach.radius_m)
    with step("read the extract"):
        osm, source = open_source(study.source, box=box)
    shapes = site_shapes(locate_site(study, osm))
    _require_inside(shapes, osm.bounds)
    with step("build the place"):
        near = around(osm, box_around(shapes, radius_m=study.reach.radius_m))
        ground = None if study.source.elevation is None else read_elevation(study.source.elevation, near.bounds)
        own = placed(own, osm)
        place = build_place(near, language=study.language, source=source, elevation=ground, own=own)
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
    shapes, place = _opened(study) if place is None else (_shapes(study), place)
    with step("routes"):
        site, snaps = _site(shapes, place)
        area = shapely.union_all(site.geometry.to_numpy()).buffer(study.reach.radius_m, quad_segs=32)
        reach_m = study.reach.radius_m
        arrivals = arrive(place, site, snaps, radius_m=reach_m, walker=study.profile.walker, dark=study.model.dark)
        costs, metres = arrivals.net.costs_from(arrivals.site), arrivals.net.distances_m(arrivals.site)
        stage = staged(study, place, arrivals, site, area, costs=costs, metres=metres)
        walks = walk(arrivals.net, arrivals.site, stage.ending, study.model, costs=costs)
    with step("passages"):
        by = stage.alongside(study.model.frontage_m)
        actors = passed_actors(stage, walks, by, speed_km_h=speed_km_h(study.profile), distances_m=metres)
    with step("how sure the ranking is"):
        fronts = Fronts.around(stage, study.model, by, doubts())
        doubt = edge_doubt(arrivals.edges, study.profile.walker, dark=study.model.dark)
        drawn = drawn_passages(stage, study.model, fronts, doubt=doubt)
        actors = with_sureness(actors, drawn, stage.actors.element_id)
    with step("which assumption matters"):
        moved = sensitivity(stage, study.model, fronts, doubt=doubt)
    return _result(study, place, site, area, Workings(stage, walks, by), actors, moved)


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


def _result(
    study: Study,
    place: Place,
    site: gpd.GeoDataFrame,
    area: shapely.Polygon,
    workings: Workings,
    actors: gpd.GeoDataFrame,
    moved: pd.DataFrame,
) -> Result:
    stage, walks = workings.scene, workings.walks
    note = texts_for(study.language).gettext("nothing in the map data within reach")
    edges = _edges(stage, walks)
    return Result(
        study=study,
        site=site,
        study_area=gpd.GeoDataFrame(geometry=[area], crs=place.crs),
        edges=edges,
        destinations=_destinations(stage.options, place.crs),
        actors=actors,
        access=access_table(stage.options, study.profile.functions, note=note),
        sensitivity=moved,
        ground=place.ground,
        workings=workings,
        manifest=manifest(study, place, area=area, workings=workings, actors=actors),
    )


def _edges(stage: Scene, walks: Walks) -> gpd.GeoDataFrame:
    kept = ["u", "v", "way_id", "name", "highway", "layer", "length_m", "geometry"]
    there, home = walks.on_edges(stage.arrivals.net)
    both = there + home
    flows = {"flow_uv": there.sum(axis=1), "flow_vu": home.sum(axis=1)}
    by_function = {f"legs_{f}": both[:, i] for i, f in enumerate(stage.functions)}
    return stage.arrivals.edges[kept].assign(**flows, legs_per_week=both.sum(axis=1), **by_function)


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
