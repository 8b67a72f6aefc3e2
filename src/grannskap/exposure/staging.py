"""The scene of one site: what its study asks for, put on the streets around it."""

import geopandas as gpd
import numpy as np
import shapely

from grannskap.exposure.rooms import Rooms
from grannskap.exposure.scene import Scene, scene
from grannskap.place.place import Place
from grannskap.routes.arrivals import Arrivals, options
from grannskap.routes.roundwalks import ROUND_WALK, Rounds, drawing_m
from grannskap.routes.trips import choices
from grannskap.routes.walks import way_home
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
    rooms: Rooms | None = None,
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
    rooms : Rooms, optional
        Of this place, where some are known from another site.

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
    rounds = _rounds(study, arrivals, metres)
    home = way_home(arrivals.net, arrivals.site, costs=costs)[1]
    return scene(
        place,
        arrivals,
        table,
        open_to,
        area=area,
        functions=(*demand, ROUND_WALK) if rounds else tuple(demand),
        turning=rounds.turning_points(costs=costs, costs_home=home) if rounds else np.zeros(len(costs)),
        rounds=rounds,
        rooms=rooms,
    )


def _rounds(study: Study, arrivals: Arrivals, metres: np.ndarray) -> Rounds | None:
    """What rules the walks without an errand, where the profile has any?"""
    rounds = study.profile.round_walks
    if rounds.trips_per_week == 0:
        return None
    return Rounds(
        drawing_m(arrivals.edges, rounds, n_nodes=len(arrivals.net.nodes)),
        rounds,
        distances_m=metres,
        reach_m=study.reach.radius_m,
        site_offset_m=arrivals.site_offset_m,
    )
