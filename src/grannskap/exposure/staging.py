"""The scene of one site: what its study asks for, put on the streets around it."""

import geopandas as gpd
import numpy as np
import shapely

from grannskap.exposure.scene import Scene, scene
from grannskap.place.place import Place
from grannskap.routes.arrivals import Arrivals, options
from grannskap.routes.roundwalks import ROUND_WALK, drawing_m, turning_points
from grannskap.routes.trips import choices
from grannskap.study.model import Study


def staged(
    study: Study,
    place: Place,
    arrivals: Arrivals,
    site: gpd.GeoDataFrame,
    area: shapely.Polygon,
    *,
    costs: np.ndarray,
    metres: np.ndarray,
) -> Scene:
    """Which places can residents walk to from this site, with how many trips, and which actors lie around?

    Parameters
    ----------
    study : Study
    place : Place
    arrivals : Arrivals
    site : GeoDataFrame
        Entrances, in metres.
    area : Polygon
        Actors that it does not touch are left out.
    costs, metres : ndarray of float
        Perceived and real metres from the site to each node.

    Returns
    -------
    Scene
    """
    demand = study.profile.functions
    table = options(place, arrivals, costs=costs, distances_m=metres, reach_m=study.reach.radius_m)
    table = table[table.function.isin(demand)].reset_index(drop=True)
    spots = shapely.points(table.x.to_numpy(float), table.y.to_numpy(float))
    table["straight_m"] = shapely.distance(spots, shapely.union_all(site.geometry.to_numpy()))
    open_to = choices(table, demand)
    table["trips_per_week"] = open_to.spread(table.cost_m.to_numpy(float))
    rounds = study.profile.round_walks
    return scene(
        place,
        arrivals,
        table,
        open_to,
        area=area,
        functions=(*demand, ROUND_WALK) if rounds.trips_per_week > 0 else tuple(demand),
        turning=_turning(study, arrivals, costs=costs, metres=metres),
    )


def _turning(study: Study, arrivals: Arrivals, *, costs: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Walks without an errand that turn at each node."""
    net, rounds = arrivals.net, study.profile.round_walks
    if rounds.trips_per_week == 0:
        return np.zeros(len(net.nodes))
    return turning_points(
        drawing_m(arrivals.edges, rounds, n_nodes=len(net.nodes)),
        rounds,
        costs=costs,
        costs_home=costs if net.symmetric else net.reversed().costs_from(arrivals.site),
        distances_m=metres,
        reach_m=study.reach.radius_m,
        site_offset_m=arrivals.site_offset_m,
    )
