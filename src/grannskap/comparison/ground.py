"""The ground of the measures: what stays the same at a site, whichever walks are taken there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array

from grannskap.comparison.measures import rules
from grannskap.comparison.seats import Seats
from grannskap.exposure.scene import Alongside, Scene
from grannskap.place.kinds import read_kinds
from grannskap.provenance import covered_share
from grannskap.result import Result, Survey

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Values = dict[tuple[str, str], Floats]
"""Values by measure and what it is of, one for each demand that is walked."""
TOLD = ("unlit_share", "lit_known_share", "surface_known_share", "slope_known_share")
"""What the map may tell of a street."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What does one need to know of a site to measure walks?

    Make it with `of`.

    Attributes
    ----------
    scene : Scene
    functions : tuple of str
        Of the profile, without the walks that have no errand.
    wanted : ndarray of float
        Trips a week that the profile asks for, by function.
    among : csr_array
        1 where an option is for a function, shape (functions, options).
    near : ndarray of bool
        Options within reach.
    metres, straight_m, offset_m : ndarray of float
        From the door of the site to each row of ``scene.arrivals.access``: the shortest walk, as the crow flies, and
        the part of the walk off the streets.
    kinds : tuple of str
        All that actors may be of.
    of_kind : csr_array
        1 where an actor is of a kind, shape (kinds, actors).
    named : ndarray of bool
        Actors that have a name.
    length_m : ndarray of float
        Of each edge.
    told : ndarray of float
        Metres of each edge that are of a sort (`TOLD`), shape (sorts, edges).
    covered : float
        Share of the study area that the map data holds.
    schools : mapping
        Metres of each edge that lie along a school, by the zones.
    seats : Seats
    """

    scene: Scene
    functions: tuple[str, ...]
    wanted: Floats
    among: csr_array
    near: npt.NDArray[np.bool_]
    metres: Floats
    straight_m: Floats
    offset_m: Floats
    kinds: tuple[str, ...]
    of_kind: csr_array
    named: npt.NDArray[np.bool_]
    length_m: Floats
    told: Floats
    covered: float
    schools: Mapping[Alongside, Floats]
    seats: Seats

    @classmethod
    def of(cls, result: Result | Survey, zones: Iterable[Alongside]) -> "Ground":
        """What is there around the site of this result?

        Parameters
        ----------
        result : Result
        zones : iterable of Alongside
            All that walks are measured with.
        """
        scene = result.workings.scene
        functions = scene.functions[: len(scene.choices.demand)]
        arrivals, access = scene.arrivals, scene.arrivals.access
        node, offset = access.node.to_numpy(np.intp), access.offset_m.to_numpy(float)
        along = arrivals.net.distances_m(arrivals.net.nodes[arrivals.site])
        doors = shapely.points(access.x.to_numpy(float), access.y.to_numpy(float))
        kinds = tuple(sorted({kind.id for kind in read_kinds() if kind.actor} | set(scene.actors.kind)))
        site = shapely.union_all(result.site.geometry.to_numpy())
        area: Any = result.study_area.geometry.iloc[0]
        source: Any = result.manifest["source"]
        return cls(
            scene=scene,
            functions=functions,
            wanted=np.array([demand.trips_per_week for demand in scene.choices.demand], float),
            among=_members(scene.options.function, functions),
            near=scene.options.within_reach.to_numpy(bool),
            metres=np.where(node >= 0, along[node], np.inf) + offset,
            straight_m=np.asarray(shapely.distance(doors, site)),
            offset_m=offset,
            kinds=kinds,
            of_kind=_members(scene.actors.kind, kinds),
            named=(scene.actors.name != "").to_numpy(bool),
            length_m=arrivals.edges.length_m.to_numpy(float),
            told=_told(arrivals.edges),
            covered=covered_share(area, source["bounds"], crs=scene.crs),
            schools={each: along_schools(scene, each) for each in zones},
            seats=Seats.of(scene, area),
        )

    def sums(self, trips: Floats, each: Floats | None = None) -> Floats:
        """How much do these trips add up to by function, each counted with what it has?

        Parameters
        ----------
        trips : ndarray of float
            Shape (options, demands).
        each : ndarray of float, optional
            Of each option; read only where somebody goes.

        Returns
        -------
        ndarray
            Shape (functions, demands).
        """
        if each is not None:
            trips = trips * np.where(trips.any(axis=1), each, 0.0)[:, None]
        return np.asarray(self.among @ trips)


def _members(column: pd.Series, names: Sequence[str]) -> csr_array:
    """Which rows of a table have each of these names? Summed in one order, so that each sum is always the same."""
    row = {name: i for i, name in enumerate(names)}
    which = column.map(row).to_numpy(np.intp)
    ones = (np.ones(len(which)), (which, np.arange(len(which))))
    return csr_array(ones, shape=(len(names), len(which)))


def _told(edges: gpd.GeoDataFrame) -> Floats:
    """Metres of each edge that are of each sort of `TOLD`."""
    light, slope = edges.unlit.to_numpy(float), edges.grade.to_numpy(float)
    of = {
        "unlit_share": light > 0,
        "lit_known_share": np.isfinite(light),
        "surface_known_share": np.isfinite(edges.rough.to_numpy(float)),
        "slope_known_share": np.isfinite(slope) | edges.steps.to_numpy(bool),
    }
    return np.asarray(edges.length_m.to_numpy(float) * np.array([of[sort] for sort in TOLD]))


def over(part: Floats, whole: Floats) -> Floats:
    """How large is each part of its whole? nan where there is no whole."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    return np.asarray(np.divide(part, whole, out=np.full(shape, np.nan), where=whole > 0))


def along_schools(scene: Scene, by: Alongside) -> Floats:
    """How many metres of each edge lie within the zone of a school, counted once where there are several?

    Parameters
    ----------
    scene : Scene
    by : Alongside
    """
    school = scene.actors.kind.isin(rules().schools).to_numpy()
    hit = school[by.zones.actor]
    actor, edge = by.zones.actor[hit], by.zones.edge[hit]
    lines, rooms = scene.arrivals.edges.geometry.to_numpy(), by.zones.room
    metres = np.zeros(len(lines))
    used, which, count = np.unique(edge, return_inverse=True, return_counts=True)
    once = count[which] == 1
    metres[edge[once]] = shapely.length(shapely.intersection(lines[edge[once]], rooms[actor[once]]))
    for row in np.flatnonzero(count > 1):
        room = shapely.union_all(rooms[actor[which == row]])
        metres[used[row]] = shapely.length(shapely.intersection(lines[used[row]], room))
    return np.asarray(np.minimum(metres, scene.arrivals.edges.length_m.to_numpy(float)))
