"""Flows on every edge, from trips to places: one call for any network."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from grannskap.errors import TableError
from grannskap.routes.legs import Legs
from grannskap.routes.logit import logit_legs
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.shortest import shortest_legs
from grannskap.routes.within_detour import within_detour_legs
from grannskap.study.model import DETOUR_RATIO

_COLUMNS = pd.Index(["flow_uv", "flow_vu"])


def walk_legs(
    net: Network,
    origins: Ints,
    ending: Floats,
    *,
    method: str,
    theta_per_m: float,
    detour_ratio: float = DETOUR_RATIO,
    costs: Floats | None = None,
) -> Legs:
    """Which links do walkers take from the site, by the route method that the study names?

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions), per week.
    method : {"logit", "shortest", "within_detour"}
    theta_per_m : float
        Used by ``logit``.
    detour_ratio : float
        Used by ``within_detour``.
    costs : ndarray of float, optional
        `Network.costs_from` the origins, where it is known already.

    Returns
    -------
    Legs

    Raises
    ------
    TableError
        The method is not one of these.
    """
    costs = net.costs_from(origins) if costs is None else costs
    if method == "logit":
        return logit_legs(net, origins, ending, theta_per_m=theta_per_m, costs=costs)
    if method == "shortest":
        return shortest_legs(net, origins, ending, costs=costs)
    if method == "within_detour":
        return within_detour_legs(net, origins, ending, detour_ratio=detour_ratio, costs=costs)
    raise TableError("There is no route method {method}: choose logit, shortest or within_detour.", method=method)


def edge_flows(net: Network, legs: Legs) -> Floats:
    """How many walks a week take each edge in each direction? Shape (2, edges, functions): u→v, then v→u."""
    flow = legs.flow
    total = np.empty((2 * net.n_edges, flow.shape[1]))
    for column in range(flow.shape[1]):
        total[:, column] = np.bincount(legs.arc, weights=flow[:, column], minlength=2 * net.n_edges)
    return total.reshape(2, net.n_edges, flow.shape[1])


def route_flows(
    net: Network,
    origin: Hashable,
    trips: Mapping[Any, float],
    *,
    method: str = "logit",
    theta_per_m: float = 0.02,
    detour_ratio: float = DETOUR_RATIO,
) -> pd.DataFrame:
    """How many of these trips take each edge on the way out?

    Parameters
    ----------
    net : Network
    origin : hashable
        Label of the node where all trips begin.
    trips : mapping
        Trips per week by label of the node where they end.
    method : {"logit", "shortest", "within_detour"}
        ``logit``: paths that never turn back towards the origin, each with a probability proportional to e^(−θ·cost)
        (Dial 1971). ``shortest``: the one path of least cost. ``within_detour``: paths that never turn back and cost at
        most ``detour_ratio`` times the least, all equally likely (Sevtsuk and Kalvo 2021).
    theta_per_m : float
        Sensitivity of ``logit`` per perceived metre.
    detour_ratio : float
        Limit of ``within_detour``: cost of the longest accepted path over that of the shortest.

    Returns
    -------
    DataFrame
        Indexed like the edges of ``net``: ``flow_uv`` and ``flow_vu``, trips per week in each direction.

    Raises
    ------
    TableError
        A node is unknown or cannot be reached, trips are negative, θ is not above 0, the ratio is below 1, or there is
        no such method.

    Examples
    --------
    >>> import pandas as pd
    >>> square = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})
    >>> flows = route_flows(Network.from_edges(square), "a", {"d": 10.0})
    >>> (flows.flow_uv + flows.flow_vu).round(6).tolist()
    [5.0, 5.0, 5.0, 5.0]
    """
    if not theta_per_m > 0:
        raise TableError("theta_per_m = {value}: it must be above 0.", value=theta_per_m)
    if not 1 <= detour_ratio < np.inf:
        raise TableError("detour_ratio = {value}: it must be a number of at least 1.", value=detour_ratio)
    start, stops = np.split(net.positions([origin, *trips]), [1])
    ending = np.zeros((len(net.nodes), 1))
    np.add.at(ending[:, 0], stops, _weekly(trips))
    costs = net.costs_from(start)
    _require_reached(net, ending, costs)
    legs = walk_legs(net, start, ending, method=method, theta_per_m=theta_per_m, detour_ratio=detour_ratio, costs=costs)
    flow = edge_flows(net, legs)[:, :, 0]
    return pd.DataFrame(flow.T, columns=_COLUMNS, index=net.edges)


def _weekly(trips: Mapping[Any, float]) -> Floats:
    values = np.fromiter(trips.values(), np.float64, len(trips))
    if not (values >= 0).all() or not np.isfinite(values).all():
        node = list(trips)[int(np.flatnonzero(~((values >= 0) & np.isfinite(values)))[0])]
        raise TableError("Trips to node {node} must be a number of at least 0.", node=node)
    return values


def _require_reached(net: Network, ending: Floats, costs: Floats) -> None:
    lost = np.flatnonzero(ending.any(axis=1) & ~np.isfinite(costs))
    if len(lost):
        raise TableError("Node {node} cannot be reached from the origin: leave out its trips.", node=net.nodes[lost[0]])
