"""The actors around a site, and how often, how long and on which errands walks pass them."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.crs import WGS84, project
from grannskap.exposure.passages import Doors, metres_alongside, passages
from grannskap.exposure.ranking import ranked
from grannskap.exposure.zones import Zones, zones
from grannskap.place.place import Place
from grannskap.routes.arrivals import Arrivals
from grannskap.routes.network import Floats
from grannskap.routes.reaching import distance_to
from grannskap.routes.walks import Walks

METRES_PER_KM, MINUTES_PER_HOUR = 1000.0, 60.0


def passed_actors(
    place: Place,
    arrivals: Arrivals,
    walks: Walks,
    options: pd.DataFrame,
    *,
    area: shapely.Polygon,
    functions: Sequence[str],
    frontage_m: float,
    speed_km_h: float,
    distances_m: Floats,
) -> gpd.GeoDataFrame:
    """Which actors are there, and how often do walks pass each of them?

    Parameters
    ----------
    place : Place
    arrivals : Arrivals
    walks : Walks
    options : DataFrame
        Places with their trips: ``element_id``, ``place``, ``node``, ``function``, ``trips_per_week``.
    area : Polygon
        Study area in metres; actors that it does not touch are left out.
    functions : sequence of str
    frontage_m, speed_km_h : float
    distances_m : ndarray of float
        Metres from the site to each node.

    Returns
    -------
    GeoDataFrame
        The columns of ``actors.csv`` and the geometry, sorted by rank. Actors that no walk passes are there too.
    """
    rows = np.flatnonzero(place.places.actor.to_numpy() & shapely.intersects(place.places.geometry.to_numpy(), area))
    actors = place.places.iloc[rows].reset_index(drop=True)
    doors = _doors(rows, options, functions)
    passed, minutes = _passed(actors, place, arrivals, walks, doors, frontage_m=frontage_m)
    table = _described(actors, place.crs).assign(
        distance_m=_distance_m(rows, actors, arrivals, options, distances_m),
        visits_per_week=np.bincount(doors.actor, weights=doors.trips, minlength=len(actors)),
        minutes_per_week=minutes / (speed_km_h * METRES_PER_KM / MINUTES_PER_HOUR),
    )
    return ranked(table, passed=passed, functions=functions, legs_per_week=float(walks.legs_per_week.sum()))


def _distance_m(
    rows: npt.NDArray[np.intp], actors: gpd.GeoDataFrame, arrivals: Arrivals, options: pd.DataFrame, distances_m: Floats
) -> Floats:
    """Metres on foot from door to door; for destinations as in their own table; nan where no way leads there."""
    along = distance_to(actors.frontage.to_numpy(), actors.layer.to_numpy(), arrivals.edges, distances_m)
    known = options.groupby("place").distance_m.min().reindex(rows).to_numpy(float)
    metres = np.where(np.isnan(known), along + arrivals.site_offset_m, known)
    return np.where(np.isfinite(metres), metres, np.nan)


def _doors(rows: npt.NDArray[np.intp], options: pd.DataFrame, functions: Sequence[str]) -> Doors:
    """Actors that are destinations themselves."""
    row = pd.Series(np.arange(len(rows)), index=rows)
    went = options[(options.trips_per_week > 0) & options.place.isin(rows)]
    return Doors(
        actor=row[went.place].to_numpy(np.intp),
        node=went.node.to_numpy(np.intp),
        column=np.asarray(went.function.map({f: i for i, f in enumerate(functions)}), np.intp),
        trips=went.trips_per_week.to_numpy(float),
    )


def _passed(
    actors: gpd.GeoDataFrame, place: Place, arrivals: Arrivals, walks: Walks, doors: Doors, *, frontage_m: float
) -> tuple[Floats, Floats]:
    """Passages a week by actor and function, and metres walked alongside, there and back together."""
    frontage = np.where(actors.passable.to_numpy(bool), actors.frontage.to_numpy(object), np.array(None))
    level, edges = actors.layer.to_numpy(), arrivals.edges
    walked = np.flatnonzero((walks.flow_uv + walks.flow_vu).any(axis=1))
    near = zones(frontage, level, edges.iloc[walked], frontage_m=frontage_m, barriers=place.barriers)
    zone = Zones(near.actor, walked[near.edge], near.metres)
    at_site = _at_site(frontage, level, arrivals, frontage_m=frontage_m, barriers=place.barriers)
    total, metres = np.zeros((len(actors), walks.flow_uv.shape[1])), np.zeros(len(actors))
    ways = [(walks.out, 2.0)] if walks.back is walks.out else [(walks.out, 1.0), (walks.back, 1.0)]
    for legs, times in ways:
        total += times * passages(legs, zone, doors, n_actors=len(actors), n_edges=len(edges), at_site=at_site)
        metres += times * metres_alongside(legs, zone, n_actors=len(actors), n_edges=len(edges))
    return total, metres


def _at_site(
    frontage: npt.NDArray[np.object_],
    level: npt.NDArray[np.int8],
    arrivals: Arrivals,
    *,
    frontage_m: float,
    barriers: npt.NDArray[np.object_],
) -> npt.NDArray[np.bool_]:
    """Actors in whose zone every entrance of the site lies."""
    spots = _node_points(arrivals)
    met = zones(frontage, level, spots, frontage_m=frontage_m, barriers=barriers)
    return np.asarray(np.bincount(met.actor, minlength=len(frontage)) == len(spots))


def _node_points(arrivals: Arrivals) -> gpd.GeoDataFrame:
    u, v = arrivals.edges.u.to_numpy(), arrivals.edges.v.to_numpy()
    lines = arrivals.edges.geometry.to_numpy()
    spots = [
        shapely.get_point(lines[np.flatnonzero(u == node)[0]], 0)
        if (u == node).any()
        else shapely.get_point(lines[np.flatnonzero(v == node)[0]], -1)
        for node in arrivals.site
    ]
    return gpd.GeoDataFrame({"layer": np.zeros(len(spots), np.int8)}, geometry=spots, crs=arrivals.edges.crs)


def _described(actors: gpd.GeoDataFrame, crs: int) -> gpd.GeoDataFrame:
    """Id, name, kind, source and position of each actor, with its geometry."""
    spots = shapely.point_on_surface(actors.geometry.to_numpy())
    lon, lat = project(shapely.get_x(spots), shapely.get_y(spots), source=crs, target=WGS84)
    columns = {
        "actor_id": actors.element_id,
        "name": actors.name,
        "kind": actors.kind,
        "sensitive": actors.sensitive,
        "source": "osm",
        "lon": lon,
        "lat": lat,
    }
    return gpd.GeoDataFrame(columns, geometry=actors.geometry.to_numpy(), crs=crs)
