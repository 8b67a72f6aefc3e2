"""The story, from a study to its result: place, trips, routes, passages, ranking."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84, project
from grannskap.errors import StudyError
from grannskap.exposure.actors import passed_actors
from grannskap.exposure.ranking import with_sureness
from grannskap.exposure.rooms import Rooms
from grannskap.exposure.scene import Scene
from grannskap.exposure.sensitivity import COLUMNS, sensitivity
from grannskap.exposure.staging import staged
from grannskap.exposure.uncertainty import doubted, drawn_passages
from grannskap.language import texts_for
from grannskap.opening import opened, shapes_of
from grannskap.place.functions import read_functions
from grannskap.place.place import Place
from grannskap.provenance import manifest, source_told
from grannskap.result import Result, Survey, Workings
from grannskap.routes.access import access_table
from grannskap.routes.arrivals import arrive
from grannskap.routes.costs import closed_to, speed_km_h
from grannskap.routes.snapping import FARTHEST_SNAP_M, Snaps, snap
from grannskap.routes.walks import Walks, walk
from grannskap.study import Study, check_functions
from grannskap.study.model import Walker
from grannskap.timing import step

ASHORE_M = 5.0  # an entrance this near a street is on land, whatever the outline of the water says


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
    result = walked(study, place)
    scene, model = result.workings.scene, result.study.model
    with step("how sure the ranking is"):
        fronts, doubt = doubted(scene, study, result.workings.by)
        drawn = drawn_passages(scene, model, fronts, doubt=doubt)
        actors = with_sureness(result.actors, drawn, scene.actors.element_id)
    with step("which assumption matters"):
        moved = sensitivity(scene, model, fronts, doubt=doubt)
    return replace(result, actors=actors, sensitivity=moved)


def walked(study: Study, place: Place | None = None) -> Result:
    """Where do residents walk, whom do they pass, and what can they reach, before it is asked how sure that is?

    Parameters
    ----------
    study : Study
    place : Place, optional
        As for `analyse`.

    Returns
    -------
    Result
        That of `analyse` without intervals of the ranks, and with an empty table of sensitivity.
    """
    _check(study)  # a mistake in it is told before the source is read
    shapes, place = opened(study) if place is None else (shapes_of(study), place)
    survey = surveyed(study, place, shapes)
    stage, walks, by = survey.workings.scene, survey.workings.walks, survey.workings.by
    with step("passages"):
        metres = stage.arrivals.net.distances_m(stage.arrivals.site)
        actors = passed_actors(stage, walks, by, speed_km_h=speed_km_h(study.profile), distances_m=metres)
    return _result(survey, place, actors)


def surveyed(study: Study, place: Place, shapes: gpd.GeoDataFrame, rooms: Rooms | None = None) -> Survey:
    """Where do residents walk, and who lies beside?

    Parameters
    ----------
    study : Study
    place : Place
    shapes : GeoDataFrame
        Where the site is: `grannskap.opening.located`.
    rooms : Rooms, optional
        Of this place, so that sites there share what lies around its actors.

    Returns
    -------
    Survey
    """
    _check(study)
    with step("routes"):
        site, snaps = _site(shapes, place, study.profile.walker)
        area = shapely.union_all(site.geometry.to_numpy()).buffer(study.reach.radius_m, quad_segs=32)
        reach_m = study.reach.radius_m
        arrivals = arrive(place, site, snaps, radius_m=reach_m, walker=study.profile.walker, dark=study.model.dark)
        costs, metres = arrivals.net.costs_from(arrivals.site), arrivals.net.distances_m(arrivals.site)
        stage = staged(study, place, arrivals, site, area, costs=costs, metres=metres, rooms=rooms)
        walks = walk(arrivals.net, arrivals.site, stage.ending, study.model, costs=costs)
    workings = Workings(stage, walks, stage.alongside(study.model.frontage_m))
    told: dict[str, object] = {
        "source": source_told(place),
        "crs": f"EPSG:{place.crs}",
        "layers": list(place.layers),
    }
    return Survey(study, site, gpd.GeoDataFrame(geometry=[area], crs=place.crs), workings, told)


def _check(study: Study) -> None:
    check_functions(study, [f.id for f in read_functions()])


def _site(shapes: gpd.GeoDataFrame, place: Place, walker: Walker) -> tuple[gpd.GeoDataFrame, Snaps]:
    """Entrances of the site in metres, and where they meet the street."""
    spots = shapes.to_crs(place.crs).geometry.to_numpy()
    edges = place.streets.edges
    closed = closed_to(edges, walker)
    ground = edges.geometry.to_numpy()[(edges.layer.to_numpy() == 0) & ~closed]
    if not len(ground):
        raise StudyError(
            "The streets near the site that hang together all lie on bridges or in tunnels, or are closed to the "
            "walker: check [site] lat and lon, or choose a larger extract."
        )
    tree = shapely.STRtree(ground)
    nearest = tree.geometries[tree.nearest(spots)]
    doors = shapely.get_point(shapely.shortest_line(spots, nearest), 0)
    site = gpd.GeoDataFrame(geometry=doors, crs=place.crs)
    points = pd.DataFrame({"x": shapely.get_x(doors), "y": shapely.get_y(doors), "layer": 0})
    snaps = snap(points, edges, closed=closed)
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


def _result(survey: Survey, place: Place, actors: gpd.GeoDataFrame) -> Result:
    study, workings = survey.study, survey.workings
    stage, area = workings.scene, survey.study_area.geometry.iloc[0]
    texts = texts_for(study.language)
    note = texts.gettext("nothing in the map data within reach")
    beyond = texts.gettext("on the map, but too far to walk or without a way there")
    return Result(
        study=study,
        site=survey.site,
        study_area=survey.study_area,
        edges=_edges(stage, workings.walks),
        destinations=_destinations(stage.options, place.crs),
        actors=actors,
        access=access_table(stage.options, study.profile.functions, note=note, beyond=beyond),
        sensitivity=pd.DataFrame(columns=list(COLUMNS)),
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
