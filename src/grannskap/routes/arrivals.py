"""Arrivals: the network with every destination on it, and what it takes to get to each of them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from grannskap.place.place import Place
from grannskap.routes.costs import closed_to, edge_costs
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.snapping import Snaps, SplitStreets, snap, split
from grannskap.study.model import Walker


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """The network of one site: streets split at the site and at every access point within the study area.

    Attributes
    ----------
    edges : GeoDataFrame
        RangeIndex, in metres.
    net : Network
        Edges in the same order; nodes numbered from 0.
    site : ndarray of int
        Node of each entrance of the site.
    site_offset_m : float
        Metres from the door of the site to the street.
    access : DataFrame
        ``place``, ``x``, ``y``, ``node`` (−1 where no street is near), ``offset_m`` (from door to door, off the
        streets), sorted by place and position.
    """

    edges: gpd.GeoDataFrame
    net: Network
    site: Ints
    site_offset_m: float
    access: pd.DataFrame

    def best_access(self, costs: Floats) -> tuple[Ints, Floats]:
        """By which row of ``access`` is each place reached at the least cost, and at which, in perceived metres?

        Parameters
        ----------
        costs : ndarray of float
            Perceived metres from the site to each node.

        Returns
        -------
        tuple of ndarray
            A row for each place that has any, in order of place, and the cost from door to door (infinite where no way
            leads there).
        """
        place, node = self.access.place.to_numpy(), self.access.node.to_numpy()
        cost = np.where(node >= 0, costs[node], np.inf) + self.access.offset_m.to_numpy()
        begin = np.flatnonzero(np.diff(place, prepend=-1))
        least = np.minimum.reduceat(cost, begin) if len(begin) else cost
        count = np.diff(begin, append=len(place))
        hit = np.flatnonzero(cost == np.repeat(least, count))
        first = hit[np.searchsorted(hit, begin)]
        return first, least


def arrive(
    place: Place,
    site: gpd.GeoDataFrame,
    site_snaps: Snaps,
    *,
    radius_m: float,
    walker: Walker = "standard",
    dark: bool = False,
) -> Arrivals:
    """What is the network when the site and all destinations around it are nodes of it?

    Parameters
    ----------
    place : Place
    site : GeoDataFrame
        Entrances in metres.
    site_snaps : Snaps
        Where they meet the streets of ``place``.
    radius_m : float
        Access points farther than this from every entrance, as the crow flies, are left out.
    walker : {"standard", "senior", "wheelchair"}
        Whose perceived metres streets cost.
    dark : bool
        Whether lighting counts.
    """
    access = _within(place.access, site, radius_m)
    snaps = snap(access, place.streets.edges, closed=closed_to(place.streets.edges, walker))
    both = Snaps(
        np.concatenate([site_snaps.edge, snaps.edge]),
        np.concatenate([site_snaps.at_m, snaps.at_m]),
        np.concatenate([site_snaps.offset_m, snaps.offset_m]),
    )
    streets = split(place.streets.edges, len(place.streets.nodes), both)
    n = len(site_snaps.edge)
    site_offset_m = float(site_snaps.offset_m.min())
    access = access.assign(
        node=streets.node[n:], offset_m=np.where(snaps.edge >= 0, snaps.offset_m, 0.0) + site_offset_m
    )
    return Arrivals(
        edges=streets.edges,
        net=_network(streets, walker, dark=dark),
        site=np.unique(streets.node[:n]),
        site_offset_m=site_offset_m,
        access=access.sort_values(["place", "x", "y"], kind="stable").reset_index(drop=True),
    )


def _within(access: pd.DataFrame, site: gpd.GeoDataFrame, radius_m: float) -> pd.DataFrame:
    spots = shapely.points(access.x.to_numpy(float), access.y.to_numpy(float))
    near = np.asarray(shapely.dwithin(spots, shapely.union_all(site.geometry.to_numpy()), radius_m))
    return access.loc[near].reset_index(drop=True)


def _network(streets: SplitStreets, walker: Walker, *, dark: bool) -> Network:
    cost_uv, cost_vu = edge_costs(streets.edges, walker, dark=dark)
    return Network.from_arrays(
        pd.RangeIndex(streets.n_nodes),
        streets.edges.index,
        streets.edges.u.to_numpy(),
        streets.edges.v.to_numpy(),
        length_m=streets.edges.length_m.to_numpy(float),
        cost_uv=cost_uv,
        cost_vu=cost_vu,
    )


def options(place: Place, arrivals: Arrivals, *, costs: Floats, distances_m: Floats, reach_m: float) -> pd.DataFrame:
    """What does it take to get to each place for each function, by the way in that costs least?

    Parameters
    ----------
    place : Place
    arrivals : Arrivals
    costs, distances_m : ndarray of float
        Perceived and real metres from the site to each node.
    reach_m : float
        The longest walk, in metres, that counts as within reach.

    Returns
    -------
    DataFrame
        A row for each place and function in the study area: ``place``, ``element_id``, ``name``, ``kind``, ``members``,
        ``function``, ``weight``, ``node``, ``x``, ``y``, ``cost_m``, ``distance_m`` (both from door to door, infinite
        where no way leads there), ``offset_m`` (the part of them off the streets), ``within_reach``. Sorted by function
        and element.
    """
    row, cost_m = arrivals.best_access(costs)
    best = arrivals.access.iloc[row]
    walked = np.where(best.node >= 0, distances_m[best.node], np.inf) + best.offset_m
    best = best.assign(cost_m=cost_m, distance_m=walked).set_index("place")
    rows = place.destinations[place.destinations.place.isin(best.index)].reset_index(drop=True)
    described = place.places.loc[rows.place, ["element_id", "name", "kind", "members"]].reset_index(drop=True)
    found = best.loc[rows.place, ["node", "x", "y", "cost_m", "distance_m", "offset_m"]].reset_index(drop=True)
    table = pd.concat([rows, described, found], axis=1)
    return table.assign(within_reach=table.distance_m <= reach_m)
