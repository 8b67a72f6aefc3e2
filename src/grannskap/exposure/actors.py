"""The table of actors: how often, how long and on which errands walks pass each of them."""

import geopandas as gpd
import numpy as np
import shapely

from grannskap.crs import WGS84, project
from grannskap.exposure.passages import Doors, metres_alongside
from grannskap.exposure.ranking import ranked
from grannskap.exposure.scene import Alongside, Scene
from grannskap.routes.network import Floats
from grannskap.routes.reaching import distance_to
from grannskap.routes.walks import Walks

METRES_PER_KM, MINUTES_PER_HOUR = 1000.0, 60.0


def passed_actors(
    scene: Scene, walks: Walks, by: Alongside, *, speed_km_h: float, distances_m: Floats
) -> gpd.GeoDataFrame:
    """How often do walks pass each actor?

    Parameters
    ----------
    scene : Scene
    walks : Walks
        With the columns of ``scene.functions``, and more where there are walks without an errand.
    by : Alongside
    speed_km_h : float
    distances_m : ndarray of float
        Metres from the site to each node.

    Returns
    -------
    GeoDataFrame
        The columns of ``actors.csv`` but the interval of the rank, and the geometry, sorted by rank. Actors that no
        walk passes are there too.
    """
    doors = Doors.of(scene.door, scene.node, scene.trips)
    table = _described(scene).assign(
        distance_m=_distance_m(scene, distances_m),
        visits_per_week=np.bincount(doors.actor, weights=doors.trips, minlength=len(scene.actors)),
        minutes_per_week=_metres(scene, walks, by) / (speed_km_h * METRES_PER_KM / MINUTES_PER_HOUR),
    )
    passed = scene.passed(walks, by, doors)
    return ranked(table, passed=passed, functions=scene.functions, legs_per_week=float(walks.legs_per_week.sum()))


def _metres(scene: Scene, walks: Walks, by: Alongside) -> Floats:
    """Metres walked a week inside each actor's zone."""
    n_edges = len(scene.arrivals.edges)
    walked = np.zeros(n_edges, bool)
    for legs, _ in walks.ways:
        walked[legs.arc[np.asarray(legs.passing.any(axis=1))[legs.head]] % n_edges] = True
    metres = by.zones.metres(scene.arrivals.edges.geometry.to_numpy(), walked)
    total = np.zeros(len(scene.actors))
    for legs, times in walks.ways:
        total += times * metres_alongside(legs, by.zones, metres, n_actors=len(total), n_edges=n_edges)
    return total


def _distance_m(scene: Scene, distances_m: Floats) -> Floats:
    """Metres on foot from door to door; for destinations as in their own table; nan where no way leads there."""
    actors, arrivals = scene.actors, scene.arrivals
    along = distance_to(actors.frontage.to_numpy(), actors.layer.to_numpy(), arrivals.edges, distances_m)
    known = scene.options.groupby("place").distance_m.min().reindex(scene.place).to_numpy(float)
    metres = np.where(np.isnan(known), along + arrivals.site_offset_m, known)
    return np.where(np.isfinite(metres), metres, np.nan)


def _described(scene: Scene) -> gpd.GeoDataFrame:
    """Id, name, kind, source and position of each actor, with its geometry."""
    actors = scene.actors
    spots = shapely.point_on_surface(actors.geometry.to_numpy())
    lon, lat = project(shapely.get_x(spots), shapely.get_y(spots), source=scene.crs, target=WGS84)
    columns = {
        "actor_id": actors.element_id,
        "name": actors.name,
        "kind": actors.kind,
        "sensitive": actors.sensitive,
        "source": actors.get("source", "osm"),
        "lon": lon,
        "lat": lat,
    }
    return gpd.GeoDataFrame(columns, geometry=actors.geometry.to_numpy(), crs=scene.crs)
