"""What if: how often each actor is passed when some assumptions are others, by the very model of the analysis."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from grannskap.exposure.passages import Doors
from grannskap.exposure.scene import Alongside, Scene
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.walks import Walks, walk, way_home
from grannskap.study.model import Model


def _ones() -> Floats:
    return np.ones((1, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """How do trips differ from what the study says? One row for each demand that is tried.

    Attributes
    ----------
    times_trips, times_beta : ndarray of float
        Factors for the trips and the decay of each function, shape (demands, functions); they broadcast. The last
        column of ``times_trips`` is that of the walks without an errand where there are any.
    gone : ndarray of bool
        Options that are not there, shape (demands, options), or one column where all are there.
    """

    times_trips: Floats = field(default_factory=_ones)
    times_beta: Floats = field(default_factory=_ones)
    gone: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros((1, 1), bool))

    @property
    def size(self) -> int:
        """How many demands are tried?"""
        return max(len(self.times_trips), len(self.times_beta), len(self.gone))


@dataclass(frozen=True, slots=True, eq=False)
class Otherwise:
    """How do streets and zones differ from what the study says?

    Attributes
    ----------
    model : Model
        Route method and its numbers.
    by : Alongside
        Zones at the width of frontage that is tried.
    times_cost : ndarray of float
        Factor for the perceived length of each edge, shape (edges,), or one for all.
    more_per_m : ndarray of float
        How many perceived metres more each metre of each edge has before that, of the same shapes.
    """

    model: Model
    by: Alongside
    times_cost: Floats = field(default_factory=lambda: np.ones(1))
    more_per_m: Floats = field(default_factory=lambda: np.zeros(1))

    def network(self, net: Network) -> Network:
        """What is the network when streets differ so? The very same one where they do not."""
        if (self.times_cost == 1.0).all() and not self.more_per_m.any():
            return net
        n = net.n_edges
        more_m = self.more_per_m * net.length_m[:n]
        return net.with_costs(*((cost + more_m) * self.times_cost for cost in (net.cost_m[:n], net.cost_m[n:])))


@dataclass(frozen=True, slots=True, eq=False)
class Rewalked:
    """Where do residents walk when some assumptions are others: the walks of several demands in the same streets?

    Make it with `rewalk`.

    Attributes
    ----------
    scene : Scene
        With its options at the nodes where they are reached now, and walks without an errand where they turn now.
    net : Network
        With the costs that are tried.
    costs : ndarray of float
        Perceived metres from the site to each node.
    by : Alongside
    demands : Demands
    access : ndarray of int
        For each option the row of ``scene.arrivals.access`` by which it is reached.
    trips : ndarray of float
        Trips a week to each option, shape (options, demands).
    walks : Walks
        Their columns are the demands.
    """

    scene: Scene
    net: Network
    costs: Floats
    by: Alongside
    demands: Demands
    access: Ints
    trips: Floats
    walks: Walks

    def passages(self) -> Floats:
        """How often is each actor passed, there and back, under each demand? Shape (actors, demands), a week."""
        return self.scene.passed(self.walks, self.by, Doors.of(self.scene.door, self.scene.node, self.trips))


def rewalk(scene: Scene, otherwise: Otherwise, demands: Demands) -> Rewalked:
    """Where do residents walk under each of these demands?

    Parameters
    ----------
    scene : Scene
    otherwise : Otherwise
    demands : Demands
        All are walked in the same streets, so that routes are worked out once.

    Returns
    -------
    Rewalked
        Without any difference the walks are those of the analysis.
    """
    arrivals, rounds = scene.arrivals, scene.rounds
    net = otherwise.network(arrivals.net)
    costs = net.costs_from(arrivals.site)
    home = way_home(net, arrivals.site, costs=costs)
    row, cost_m = arrivals.best_access(costs)
    known = arrivals.access.place.to_numpy()[row]
    at = np.searchsorted(known, scene.options.place.to_numpy())
    node = arrivals.access.node.to_numpy()[row][at]
    trips, times_turning = _trips(scene, demands, cost_m[at])
    turning = rounds.turning_points(costs=costs, costs_home=home[1]) if rounds else scene.turning
    moved = replace(scene, options=scene.options.assign(node=node), turning=turning)
    walks = walk(net, arrivals.site, moved.endings(trips, times_turning), otherwise.model, costs=costs, home=home)
    return Rewalked(moved, net, costs, otherwise.by, demands, row[at], trips, walks)


def reassess(scene: Scene, otherwise: Otherwise, demands: Demands) -> Floats:
    """How often is each actor passed, there and back, under each of these demands?

    Parameters
    ----------
    scene, otherwise, demands
        As for `rewalk`.

    Returns
    -------
    ndarray
        Passages a week, shape (actors, demands). Without any difference they are those of the analysis.
    """
    return rewalk(scene, otherwise, demands).passages()


def _trips(scene: Scene, demands: Demands, cost_m: Floats) -> tuple[Floats, Floats]:
    """Trips a week to each option under each demand, and factors for the walks without an errand."""
    n, n_functions = demands.size, len(scene.choices.demand)

    def rows(table: npt.NDArray[Any], width: int) -> npt.NDArray[Any]:
        return np.broadcast_to(table, (n, width))

    more = rows(demands.times_trips, max(len(scene.functions), 1))
    steeper = rows(demands.times_beta, n_functions)
    gone = rows(demands.gone, len(scene.options))
    spread = scene.choices.spread
    trips = [spread(cost_m, times_trips=more[i, :n_functions], times_beta=steeper[i], gone=gone[i]) for i in range(n)]
    return np.column_stack(trips), more[:, -1]
