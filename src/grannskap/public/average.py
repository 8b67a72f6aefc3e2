"""Where would residents of many addresses walk? The model of the analysis, once for each of them."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.errors import OutputError
from grannskap.exposure.passages import Doors
from grannskap.exposure.scene import Scene
from grannskap.exposure.staging import staged
from grannskap.place.place import Place
from grannskap.public.candidates import as_points
from grannskap.routes.arrivals import Arrivals, arrive
from grannskap.routes.costs import closed_to
from grannskap.routes.snapping import snap
from grannskap.routes.walks import walk
from grannskap.study import Study

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What does the model say for each of several addresses on the same streets?

    Attributes
    ----------
    spots : ndarray of float
        Where each meets the street, shape (spots, 2).
    edges : GeoDataFrame
        Streets, the same for all.
    legs : ndarray of float
        Walks per week, there and back, shape (edges, spots).
    actors : GeoDataFrame
    passages : ndarray of float
        Walks per week past each actor, shape (actors, spots).
    options : DataFrame
        Places and functions, the same for all.
    trips : ndarray of float
        Trips per week to each option, shape (options, spots).
    within_reach : ndarray of bool
        Shape (options, spots).
    """

    spots: Floats
    edges: gpd.GeoDataFrame
    legs: Floats
    actors: gpd.GeoDataFrame
    passages: Floats
    options: pd.DataFrame
    trips: Floats
    within_reach: npt.NDArray[np.bool_]

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Tried":
        """The same for some of the addresses."""
        return replace(
            self,
            spots=self.spots[chosen],
            legs=self.legs[:, chosen],
            passages=self.passages[:, chosen],
            trips=self.trips[:, chosen],
            within_reach=self.within_reach[:, chosen],
        )


def tried(
    study: Study, place: Place, spots: Floats, *, area: shapely.Polygon, of_group: int
) -> tuple[Tried, npt.NDArray[np.bool_]]:
    """Where would residents walk from each of these addresses?

    Parameters
    ----------
    study : Study
        Its profile, reach and model; not its site.
    place : Place
    spots : ndarray of float
        In metres, shape (addresses, 2); those farther than 200 m from every street are left out.
    area : Polygon
        Actors that it does not touch are left out.
    of_group : int
        How many of the addresses, the first ones, belong to the group.

    Returns
    -------
    tuple
        What the model says, and which of its columns belong to the group.
    """
    edges = place.streets.edges
    snaps = snap(
        pd.DataFrame({"x": spots[:, 0], "y": spots[:, 1], "layer": 0}),
        edges,
        closed=closed_to(edges, study.profile.walker),
    )
    near = snaps.edge >= 0
    if not near[:of_group].any():
        raise OutputError("There is no public view: no way that can be walked is near the site's part of the map.")
    kept = replace(snaps, edge=snaps.edge[near], at_m=snaps.at_m[near], offset_m=snaps.offset_m[near])
    arrivals = arrive(
        place,
        as_points(spots[near], place.crs),
        kept,
        radius_m=study.reach.radius_m,
        walker=study.profile.walker,
        dark=study.model.dark,
    )
    doors = shapely.line_interpolate_point(edges.geometry.to_numpy()[kept.edge], kept.at_m)
    nodes = _nearest_nodes(arrivals, doors)
    runs = [_run(study, place, replace(arrivals, site=np.array([node])), spot, area) for node, spot in nodes]
    first = runs[0][0]
    by = first.alongside(study.model.frontage_m)
    none = replace(by, at_site=np.zeros(len(first.actors), bool))
    walked = [walk(scene.arrivals.net, scene.arrivals.site, scene.ending, study.model, costs=c) for scene, c in runs]
    legs = [np.add(*each.on_edges(arrivals.net)).sum(axis=1) for each in walked]
    passed = [
        scene.passed(each, none, Doors.of(scene.door, scene.node, scene.trips)).sum(axis=1)
        for (scene, _), each in zip(runs, walked, strict=True)
    ]
    made = Tried(
        spots=np.array([[shapely.get_x(spot), shapely.get_y(spot)] for _, spot in nodes]),
        edges=arrivals.edges,
        legs=np.column_stack(legs),
        actors=first.actors,
        passages=np.column_stack(passed),
        options=first.options,
        trips=np.column_stack([scene.options.trips_per_week.to_numpy(float) for scene, _ in runs]),
        within_reach=np.column_stack([scene.options.within_reach.to_numpy(bool) for scene, _ in runs]),
    )
    return made, np.flatnonzero(near) < of_group


def _run(
    study: Study, place: Place, arrivals: Arrivals, spot: shapely.Point, area: shapely.Polygon
) -> tuple[Scene, Floats]:
    """The scene of one address, and the cost of the way to each node."""
    site = gpd.GeoDataFrame(geometry=[spot], crs=place.crs)
    costs, metres = arrivals.net.costs_from(arrivals.site), arrivals.net.distances_m(arrivals.site)
    return staged(study, place, arrivals, site, area, costs=costs, metres=metres), costs


def _nearest_nodes(arrivals: Arrivals, doors: npt.NDArray[np.object_]) -> list[tuple[int, shapely.Point]]:
    """The node at which each address meets the street, and where it lies; each address keeps its own, in order."""
    lines = arrivals.edges.geometry.to_numpy()
    ends = np.concatenate([arrivals.edges.u.to_numpy(), arrivals.edges.v.to_numpy()])
    points = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    mine = np.isin(ends, arrivals.site)
    nearest = shapely.STRtree(points[mine]).nearest(doors)
    return [(int(ends[mine][row]), points[mine][row]) for row in nearest]
