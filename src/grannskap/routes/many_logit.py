"""Several plausible routes from many origins: Dial's logit without the nodes where nothing is decided."""

import numpy as np

from grannskap.routes.journeys import Journeys
from grannskap.routes.legs import Ahead, rising
from grannskap.routes.logit import logit_links
from grannskap.routes.network import Floats, Network
from grannskap.routes.trunk import Trunk

_RANKS = 2**14  # of several origins in one system: it stays in the quick memory of a processor


def logit_flows(net: Network, journeys: Journeys, *, theta_per_m: float) -> Floats:
    """How many walks take each arc when all mostly, but not always, choose the shorter way?

    Parameters
    ----------
    net : Network
    journeys : Journeys
    theta_per_m : float
        Sensitivity per perceived metre, above 0.

    Returns
    -------
    ndarray
        Shape (arcs,), summed over the origins: for each what `logit_legs` gives.

    Raises
    ------
    TableError
        A node cannot be reached.

    Notes
    -----
    Nobody enters a dead end who does not end there, and a chain of nodes is walked as a whole or not at all: the costs
    from the origin rise all along it exactly if they do on its last arc.
    """
    trunk = Trunk.between(net, np.concatenate([journeys.origin, journeys.end]))
    flow, size = np.zeros(len(trunk.cost_m)), len(trunk.node)
    for batch in journeys.batches(max(_RANKS // max(size, 1), 1)):
        ways, ends = [], []
        for one in batch.batches(1):
            costs = net.costs_from(one.origin)
            one.require_reached(net, costs[one.end])
            start, end = (np.searchsorted(trunk.node, side) for side in (one.origin, one.end))
            farthest = float(costs[one.end].max(initial=0.0))
            at, before = costs[trunk.node], costs[trunk.last]
            ways.append(rising(at, before, trunk.tail, trunk.head, origins=start, farthest=farthest))
            ending = np.bincount(end, weights=one.per_week, minlength=size).astype(float)
            ends.append(ending[ways[-1].node])
        way = _side_by_side(ways)
        legs = logit_links(way, trunk.cost_m, np.concatenate(ends)[:, None], theta_per_m=theta_per_m)
        flow += np.bincount(legs.arc, weights=legs.flow[:, 0], minlength=len(flow))
    return trunk.unpacked(flow, 2 * net.n_edges)


def _side_by_side(ways: list[Ahead]) -> Ahead:
    """What leads away from several origins, the ranks of each after those of the one before."""
    size = np.array([way.size for way in ways])
    shift = np.repeat(np.cumsum(size) - size, [len(way.arc) for way in ways])
    node, tail, head, arc, cost_m, start = (
        np.concatenate([getattr(way, name) for way in ways])
        for name in ("node", "tail", "head", "arc", "cost_m", "start")
    )
    return Ahead(node, tail + shift, head + shift, arc, cost_m, start)
