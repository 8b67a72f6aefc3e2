"""Walks there and back: the links, flows and mean detour of all trips of a site."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grannskap.routes.arrivals import Arrivals
from grannskap.routes.flows import edge_flows, walk_legs
from grannskap.routes.legs import Legs
from grannskap.routes.network import Floats
from grannskap.study.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Which links do residents take out and home, and how much is each street used?

    Attributes
    ----------
    out, back : Legs
        ``back`` runs on the reversed network: its links lead away from the site and are walked towards it.
    flow_uv, flow_vu : ndarray of float
        Legs per week in each direction of each edge, shape (edges, functions).
    """

    out: Legs
    back: Legs
    flow_uv: Floats
    flow_vu: Floats

    @property
    def legs_per_week(self) -> Floats:
        """How many legs a week, there and back, by function?"""
        return np.asarray(self.out.ending.sum(axis=0) + self.back.ending.sum(axis=0))


def walk(arrivals: Arrivals, options: pd.DataFrame, functions: Sequence[str], model: Model, *, costs: Floats) -> Walks:
    """How do residents walk to where they go, and home again?

    Parameters
    ----------
    arrivals : Arrivals
    options : DataFrame
        ``node``, ``function``, ``trips_per_week``.
    functions : sequence of str
        In the order of the columns.
    model : Model
        Route method and θ.
    costs : ndarray of float
        Perceived metres from the site to each node.

    Notes
    -----
    Where every street costs the same both ways, the walks home mirror those there and are not worked out twice.
    """
    net = arrivals.net
    ending = np.zeros((len(net.nodes), len(functions)))
    went = options[options.trips_per_week > 0]
    column = went.function.map({f: i for i, f in enumerate(functions)}).to_numpy(int)
    np.add.at(ending, (went.node.to_numpy(int), column), went.trips_per_week.to_numpy(float))
    out = walk_legs(net, arrivals.site, ending, method=model.method, theta_per_m=model.theta_per_m, costs=costs)
    back = out
    if not net.symmetric:
        home = net.reversed()
        costs_home = home.costs_from(arrivals.site)
        ending = np.where(np.isfinite(costs_home)[:, None], ending, 0.0)
        back = walk_legs(
            home, arrivals.site, ending, method=model.method, theta_per_m=model.theta_per_m, costs=costs_home
        )
    there, home_flow = edge_flows(net, out), edge_flows(net, back)
    return Walks(out, back, there[0] + home_flow[1], there[1] + home_flow[0])
