"""One route to each destination: the tree of least cost."""

import numpy as np

from grannskap.routes.legs import Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network


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
    excess = way.cost_m[way.tail] + net.cost_m[way.arc] - way.cost_m[way.head]
    order = np.lexsort((way.arc, net.tail[way.arc], np.round(excess, 6), way.head))
    first = np.unique(way.head[order], return_index=True)[1]
    kept = order[first]
    links = Links.between(way.tail[kept], way.head[kept], way.size)
    return settle(way, links, kept, np.ones(len(kept)), ending)
