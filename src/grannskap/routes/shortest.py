"""One route to each destination: the tree of least cost."""

import numpy as np

from grannskap.routes.legs import Ahead, Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network

_SAME_M = 5e-7  # ways that differ by no more are equally long: additions were rounded


def shortest_legs(net: Network, origins: Ints, ending: Floats, *, costs: Floats) -> Legs:
    """Which links do walkers take who always choose the way of least cost?

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions), per week; 0 where ``costs`` is infinite.
    costs : ndarray of float
        Perceived metres from the nearest origin to each node (`Network.costs_from`).

    Returns
    -------
    Legs
        A tree: one link into each node, with probability 1. Of ways with the same cost the one over the first node in
        the network's order is taken, so that equal inputs give equal trees.
    """
    way = ahead(net, origins, ending, costs)
    kept = least_cost_arcs(net, way)
    links = Links.between(way.tail[kept], way.head[kept], way.size)
    return settle(way, links, kept, np.ones(len(kept)), ending[way.node])


def least_cost_arcs(net: Network, way: Ahead) -> Ints:
    """Which of the arcs ahead make the tree of least cost: one into every rank but the origins?

    Parameters
    ----------
    net : Network
    way : Ahead

    Returns
    -------
    ndarray of int
        Positions in ``way.arc``, in order of the rank that they lead to.
    """
    excess = way.cost_m[way.tail] + net.cost_m[way.arc] - way.cost_m[way.head]
    least = np.flatnonzero(excess <= _SAME_M)
    least = least[np.argsort(net.tail[way.arc[least]].astype(np.min_scalar_type(len(net.nodes))), kind="stable")][::-1]
    into = np.full(way.size, -1)
    into[way.head[least]] = least  # what is written last stays: the arc over the first node
    return np.asarray(into[into >= 0], np.intp)
