"""What stays the same when assumptions change: the streets with all destinations on them, and who lies beside."""

from dataclasses import dataclass
from typing import Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.exposure.gates import Gates
from grannskap.exposure.passages import Doors, passages
from grannskap.exposure.rooms import Rooms
from grannskap.exposure.zones import Zones, zones
from grannskap.place.place import Place
from grannskap.routes.arrivals import Arrivals
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.roundwalks import ROUND_WALK, Rounds
from grannskap.routes.trips import Choices
from grannskap.routes.walks import Walks, endings


@dataclass(frozen=True, slots=True, eq=False)
class Alongside:
    """Along which edges is each actor passed, at one width of frontage?

    Attributes
    ----------
    zones : Zones
    gates : Gates
        Where one comes into them and leaves them.
    at_site : ndarray of bool
        Actors in whose zone every entrance of the site lies: every walk passes them.
    """

    zones: Zones
    gates: Gates
    at_site: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, zones: Zones, net: Network, at_site: npt.NDArray[np.bool_]) -> Self:
        """What follows from these zones? Their edges are those of ``net``."""
        return cls(zones, Gates.of_zones(zones, net, n_actors=len(at_site)), at_site)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Where may residents go, and whom may they pass on the way?

    Attributes
    ----------
    arrivals : Arrivals
    options : DataFrame
        A row for each place and function: as `grannskap.routes.arrivals.options` gives, with ``trips_per_week``.
    choices : Choices
        Which of them are open to each function of the profile, and how its trips choose.
    functions : tuple of str
        Of the profile, and ``round_walk`` where there are walks without an errand: the columns of `trips`.
    turning : ndarray of float
        Walks without an errand that turn at each node, shape (nodes,), per week.
    crs : int
        EPSG code of all geometry, in metres.
    actors : GeoDataFrame
        The actors in the study area, as rows of ``Place.places`` and in their order.
    place : ndarray of int
        Row of each actor in ``Place.places``.
    door : ndarray of int
        For each option the row of the actor that it is, −1 for none.
    rooms : Rooms
        What lies around the frontage of each of ``Place.places``, and what nobody walks across.
    seats : GeoDataFrame
        Where one can sit down: ``layer``, geometry.
    rounds : Rounds, optional
        What rules where walks without an errand turn, where there are any.
    """

    arrivals: Arrivals
    options: pd.DataFrame
    choices: Choices
    functions: tuple[str, ...]
    turning: Floats
    crs: int
    actors: gpd.GeoDataFrame
    place: Ints
    door: Ints
    rooms: Rooms
    seats: gpd.GeoDataFrame
    rounds: Rounds | None = None

    @property
    def node(self) -> Ints:
        """At which node is each option reached?"""
        return self.options.node.to_numpy(np.intp)

    @property
    def trips(self) -> Floats:
        """How many trips a week go to each option? Shape (options, functions)."""
        column = self.options.function.map({f: i for i, f in enumerate(self.functions)}).to_numpy(np.intp)
        trips = np.zeros((len(self.options), len(self.functions)))
        trips[np.arange(len(self.options)), column] = self.options.trips_per_week.to_numpy(float)
        return trips

    @property
    def ending(self) -> Floats:
        """How many walks end at each node? Shape (nodes, functions)."""
        return self.endings(self.trips, np.array([float(f == ROUND_WALK) for f in self.functions]))

    def endings(self, trips: Floats, times_turning: Floats) -> Floats:
        """How many walks end at each node, for any trips to the options and so many times the walks without an errand?

        Parameters
        ----------
        trips : ndarray of float
            Shape (options, columns).
        times_turning : ndarray of float
            Shape (columns,).
        """
        ending = endings(self.node, trips, n_nodes=len(self.arrivals.net.nodes))
        return np.asarray(ending + self.turning[:, None] * times_turning)

    def alongside(self, frontage_m: float) -> Alongside:
        """Along which edges is each actor passed, when that is everything within ``frontage_m`` of its frontage?"""
        level, doors = self.actors.layer.to_numpy(), _node_points(self.arrivals)
        zone, met = (
            zones(self.rooms, self.place, level, streets, frontage_m=frontage_m)
            for streets in (self.arrivals.edges, doors)
        )
        everywhere = np.bincount(met.actor, minlength=len(level)) == len(doors)
        return Alongside.of(zone, self.arrivals.net, everywhere)

    def passed(self, walks: Walks, by: Alongside, doors: Doors) -> Floats:
        """How many walks a week, there and back, come past each actor? Shape (actors, columns)."""
        total = np.zeros((len(self.actors), walks.out.ending.shape[1]))
        for legs, times in walks.ways:
            total += times * passages(legs, by.gates, doors, at_site=by.at_site)
        return total


def scene(
    place: Place,
    arrivals: Arrivals,
    options: pd.DataFrame,
    choices: Choices,
    *,
    area: shapely.Polygon,
    functions: tuple[str, ...],
    turning: Floats,
    rounds: Rounds | None = None,
    rooms: Rooms | None = None,
) -> Scene:
    """Which actors lie in the study area, and which of them are destinations themselves?

    Parameters
    ----------
    place : Place
    arrivals : Arrivals
    options : DataFrame
        With ``place``, ``node``, ``function``, ``trips_per_week``.
    choices : Choices
    area : Polygon
        In metres; actors that it does not touch are left out.
    functions : tuple of str
    turning : ndarray of float
    rounds : Rounds, optional
    rooms : Rooms, optional
        Of this place, where some are known from another site.
    """
    inside = shapely.intersects(place.places.geometry.to_numpy(), area)
    rows = np.flatnonzero(place.places.actor.to_numpy(bool) & inside)
    actor = np.full(len(place.places) + 1, -1, np.intp)
    actor[rows] = np.arange(len(rows))
    return Scene(
        arrivals=arrivals,
        options=options,
        choices=choices,
        functions=functions,
        turning=turning,
        crs=place.crs,
        actors=place.places.iloc[rows].reset_index(drop=True),
        place=rows,
        door=actor[options.place.to_numpy(np.intp)],
        rooms=Rooms.of(place) if rooms is None else rooms,
        seats=place.seats,
        rounds=rounds,
    )


def _node_points(arrivals: Arrivals) -> gpd.GeoDataFrame:
    """The entrances of the site where they meet the street."""
    u, v = arrivals.edges.u.to_numpy(), arrivals.edges.v.to_numpy()
    lines = arrivals.edges.geometry.to_numpy()
    spots = [
        shapely.get_point(lines[np.flatnonzero(u == node)[0]], 0)
        if (u == node).any()
        else shapely.get_point(lines[np.flatnonzero(v == node)[0]], -1)
        for node in arrivals.site
    ]
    return gpd.GeoDataFrame({"layer": np.zeros(len(spots), np.int8)}, geometry=spots, crs=arrivals.edges.crs)
