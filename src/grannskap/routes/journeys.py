"""Trips from one origin or from several, each with destinations of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.types import is_hashable

from grannskap.errors import TableError
from grannskap.routes.network import Floats, Ints, Network

Trips = Mapping[Any, float] | pd.Series


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Who walks from where to where?

    Attributes
    ----------
    origin : ndarray of int
        Node of each origin. Each sends walks of its own, unlike the entrances of one site.
    start : ndarray of int
        Of each trip, which origin it begins at, in order.
    end : ndarray of int
        Of each trip, the node where it ends.
    per_week : ndarray of float
        Of each trip, how often it is walked: above 0.
    """

    origin: Ints
    start: Ints
    end: Ints
    per_week: Floats

    @classmethod
    def of(cls, net: Network, origin: Any, trips: Trips | Sequence[Trips]) -> Self:
        """Which trips are walked between these nodes?

        Parameters
        ----------
        net : Network
        origin : hashable or list
            Label of a node, or a list (array, index) of such labels.
        trips : mapping, Series or sequence of these
            Trips per week by label of the node where they end: the same ones from every origin, or a set for each.

        Raises
        ------
        TableError
            A node is unknown, trips are negative, or there are not as many sets of trips as origins.
        """
        labels = [origin] if is_hashable(origin) else list(origin)
        same = isinstance(trips, Mapping | pd.Series)
        sets = [_added_up(one) for one in ([trips] if isinstance(trips, Mapping | pd.Series) else trips)]
        if isinstance(origin, Mapping) or not (same or len(sets) == len(labels)):
            raise TableError("Give a node or a list of nodes as origin, and one set of trips for all or one for each.")
        found = net.positions([*labels, *chain.from_iterable(sets)])
        origins, ends = np.split(found, [len(labels)])
        per_week = np.concatenate([_weekly(one) for one in sets]) if sets else np.empty(0)
        times = len(origins) if same else 1
        counts = [len(one) for one in sets] * times
        start, per_week = np.repeat(np.arange(len(origins)), counts), np.tile(per_week, times)
        walked = per_week > 0
        return cls(origins, start[walked], np.tile(ends, times)[walked], per_week[walked])

    def batches(self, size: int) -> Iterator[Self]:
        """The same, so many origins at a time."""
        for begin in range(0, len(self.origin), size):
            first, last = np.searchsorted(self.start, [begin, begin + size])
            yield type(self)(
                self.origin[begin : begin + size],
                self.start[first:last] - begin,
                self.end[first:last],
                self.per_week[first:last],
            )

    def ending(self, net: Network) -> Floats:
        """How many walks end at each node? Shape (nodes, 1)."""
        return np.bincount(self.end, weights=self.per_week, minlength=len(net.nodes)).astype(float)[:, None]

    def require_reached(self, net: Network, costs: Floats) -> None:
        """Can every trip be walked, at these perceived metres?

        Raises
        ------
        TableError
            A trip cannot.
        """
        lost = np.flatnonzero(~np.isfinite(costs))
        if len(lost):
            raise TableError(
                "Node {node} cannot be reached from node {origin}: leave out the trips between them.",
                node=net.nodes[self.end[lost[0]]],
                origin=net.nodes[self.origin[self.start[lost[0]]]],
            )


def _added_up(trips: Trips) -> Mapping[Any, float]:
    """Trips by node; a Series may tell the same node several times."""
    if not isinstance(trips, pd.Series):
        return trips
    total: dict[Any, float] = {}
    for node, each in trips.items():
        total[node] = total[node] + each if node in total else each
    return total


def _weekly(trips: Mapping[Any, float]) -> Floats:
    told = pd.Series(list(trips.values()), dtype=object)
    values = np.asarray(pd.to_numeric(told, errors="coerce").to_numpy(np.float64, na_value=np.nan))
    fine = (values >= 0) & np.isfinite(values)
    if not fine.all():
        node = list(trips)[int(np.flatnonzero(~fine)[0])]
        raise TableError("Trips to node {node} must be a number of at least 0.", node=node)
    return values
