"""Flows on every edge, from trips to places: one call for any network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from grannskap.errors import TableError
from grannskap.routes.journeys import Journeys, Trips
from grannskap.routes.legs import Legs
from grannskap.routes.logit import logit_legs
from grannskap.routes.many_logit import logit_flows
from grannskap.routes.many_shortest import shortest_flows
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.shortest import shortest_legs
from grannskap.routes.within_detour import within_detour_legs
from grannskap.study.model import DETOUR_RATIO

_COLUMNS = pd.Index(["flow_uv", "flow_vu"])
_MANY = 30  # from so many origins on, seeing to the network first takes no longer than going without


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
    origin: Any,
    trips: Trips | Sequence[Trips],
    *,
    method: str = "logit",
    theta_per_m: float = 0.02,
    detour_ratio: float = DETOUR_RATIO,
) -> pd.DataFrame:
    """How many of these trips take each edge on the way out?

    Parameters
    ----------
    net : Network
    origin : hashable or list
        Label of the node where all trips begin. Or a list (array, index) of such labels: each then sends trips of its
        own, and the flows of all are added up.
    trips : mapping, Series or list of these
        Trips per week by label of the node where they end: from every origin the same, or a set for each origin.
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
        A node is unknown or cannot be reached, trips are negative, θ is not above 0, the ratio is below 1, there is no
        such method, or not as many sets of trips as origins.

    Notes
    -----
    Several origins give what one call for each would, added up. From 30 on, ``shortest`` and ``logit`` leave out the
    nodes where nothing is decided. For ``shortest`` the network is then given shortcuts, which it keeps for further
    calls; where several ways cost the least to within 10⁻⁶ m, the one taken may be another than with a single origin.

    Examples
    --------
    >>> import pandas as pd
    >>> square = pd.DataFrame({"u": list("abdc"), "v": list("bdca"), "length_m": [100.0] * 4})
    >>> net = Network.from_edges(square)
    >>> flows = route_flows(net, "a", {"d": 10.0})
    >>> (flows.flow_uv + flows.flow_vu).round(6).tolist()
    [5.0, 5.0, 5.0, 5.0]
    >>> flows = route_flows(net, ["a", "b"], {"d": 10.0})  # the same trips from both
    >>> (flows.flow_uv + flows.flow_vu).round(6).tolist()
    [5.0, 15.0, 5.0, 5.0]
    >>> flows = route_flows(net, ["a", "b"], [{"d": 10.0}, {"a": 2.0}])  # each its own
    >>> (flows.flow_uv + flows.flow_vu).round(6).tolist()
    [7.0, 5.0, 5.0, 5.0]
    """
    if not theta_per_m > 0:
        raise TableError("theta_per_m = {value}: it must be above 0.", value=theta_per_m)
    if not 1 <= detour_ratio < np.inf:
        raise TableError("detour_ratio = {value}: it must be a number of at least 1.", value=detour_ratio)
    journeys = Journeys.of(net, origin, trips)
    many = len(journeys.origin) >= _MANY
    if many and method == "shortest":
        flow = shortest_flows(net, journeys).reshape(2, -1)
    elif many and method == "logit":
        flow = logit_flows(net, journeys, theta_per_m=theta_per_m).reshape(2, -1)
    else:
        chosen: dict[str, Any] = {"method": method, "theta_per_m": theta_per_m, "detour_ratio": detour_ratio}
        flow = np.zeros((2, net.n_edges))
        for one in journeys.batches(1):
            ending, costs = one.ending(net), net.costs_from(one.origin)
            one.require_reached(net, costs[one.end])
            flow += edge_flows(net, walk_legs(net, one.origin, ending, **chosen, costs=costs))[:, :, 0]
    return pd.DataFrame(flow.T, columns=_COLUMNS, index=net.edges)
