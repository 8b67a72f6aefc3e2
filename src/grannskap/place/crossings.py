"""Crossings: where a walker must cross an arterial without signals, and by how many stretches each edge does so."""

from dataclasses import dataclass
from typing import Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from grannskap.osm.data import OsmData
from grannskap.place.features import moved
from grannskap.place.surroundings import surroundings_rules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HALF = 0.5  # an edge that ends in the middle of an arterial crosses half of it; so does a carriageway of two


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """At which nodes does a walker cross an arterial that no signal stops?

    Attributes
    ----------
    refs : ndarray of int
        Node numbers, sorted.
    weight : ndarray of float
        How much of an arterial is crossed there: 1, or a half on each carriageway of a divided road.
    """

    refs: Ints
    weight: Floats

    @classmethod
    def of(cls, roads: gpd.GeoDataFrame, osm: OsmData, *, crs: int) -> Self:
        """Where are they among these elements?

        Parameters
        ----------
        roads : GeoDataFrame
            Arterials in metres, as from `grannskap.place.surroundings.arterials`.
        osm : OsmData
            Signals are taken from here.
        crs : int
            EPSG code of the roads.

        Notes
        -----
        A carriageway is half a road where it is one-way for vehicles. A node of an arterial is guarded where it is a
        signal itself or one stands near it (``signals_within_m``).
        """
        refs = np.concatenate([*roads.refs, np.empty(0, np.int64)]).astype(np.int64)
        part = np.array(
            [HALF if tags.get("oneway") in ("yes", "1", "-1") else 1.0 for tags in roads.tags.to_list()], float
        )
        refs, first, at = np.unique(refs, return_index=True, return_inverse=True)
        weight = np.zeros(len(refs))
        np.maximum.at(weight, at, np.repeat(part, [len(r) for r in roads.refs]))
        xy = shapely.get_coordinates(roads.geometry.to_numpy())[first]
        guarded = _near_a_signal(xy, osm, crs=crs)
        return cls(refs[~guarded], weight[~guarded])

    def met(self, refs: Ints) -> Floats:
        """How much of an arterial is crossed at each of these nodes?"""
        if not len(self.refs):
            return np.zeros(len(refs))
        at = np.minimum(np.searchsorted(self.refs, refs), len(self.refs) - 1)
        return np.where(self.refs[at] == refs, self.weight[at], 0.0)

    def along(self, refs: Ints, begins: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> Floats:
        """How many arterials does each stretch of nodes cross? The nodes at its ends count half."""
        met = self.met(refs)
        so_far = np.concatenate([[0.0], np.cumsum(met)])
        return np.asarray(so_far[ends] - so_far[begins + 1] + HALF * (met[begins] + met[ends]))


def _near_a_signal(xy: Floats, osm: OsmData, *, crs: int) -> npt.NDArray[np.bool_]:
    rules = surroundings_rules()
    is_signal = [
        "highway" in tags
        and (
            tags["highway"] in rules.signal_nodes
            or tags.get("crossing") in rules.signal_crossings
            or tags.get("crossing:signals") == "yes"
        )
        for tags in osm.points.tags.to_list()
    ]
    signals = shapely.get_coordinates(moved(osm.points.geometry.to_numpy()[is_signal], crs=crs))
    if not len(signals) or not len(xy):
        return np.zeros(len(xy), bool)
    tree = cKDTree(signals)
    return np.asarray(np.isfinite(tree.query(xy, distance_upper_bound=rules.signals_within_m)[0]))


def crossed(edges: gpd.GeoDataFrame) -> Floats:
    """How many arterials does each edge cross without signals? None where it runs along one or has signals itself.

    Parameters
    ----------
    edges : GeoDataFrame
        ``highway``, ``crossing`` (tag) and ``crossings`` (as its nodes tell).
    """
    rules = surroundings_rules()
    safe = edges.highway.isin(rules.arterial) | edges.crossing.isin(rules.signal_crossings)
    return np.where(safe, 0.0, edges.crossings.to_numpy(float))
