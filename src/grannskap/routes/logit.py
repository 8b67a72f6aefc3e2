"""Several plausible routes: Dial's logit over efficient paths, for all destinations of a site at once."""

from grannskap.routes.legs import Ahead, Legs, Links, ahead, settle
from grannskap.routes.network import Floats, Ints, Network
from grannskap.routes.weights import path_weights

_SHARPEST = 1e12  # θ times the farthest cost: a sharper choice would be made by rounding


def logit_legs(net: Network, origins: Ints, ending: Floats, *, theta_per_m: float, costs: Floats) -> Legs:
    """Which links do walkers take who mostly, but not always, choose the shorter way?

    The route set is that of Dial: paths whose every link leads to a node with a higher cost from the origin. Among them
    a path of cost c is taken with a probability proportional to e^(−θ·c). The probability of having come to j over the
    link i→j is then w_i·a_ij / w_j, with a_ij = e^(θ·(r_j − r_i − c_ij)) and w the solution of one triangular system.

    Parameters
    ----------
    net : Network
    origins : ndarray of int
        Node positions of the site's entrances.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions), per week; 0 where ``costs`` is infinite.
    theta_per_m : float
        Sensitivity per perceived metre, above 0. 0.005–0.1 gives mean detours of 1.07–1.01 on real networks.
    costs : ndarray of float
        Perceived metres from the nearest origin to each node (`Network.costs_from`).

    Returns
    -------
    Legs

    Notes
    -----
    R. B. Dial (1971), A probabilistic multipath traffic assignment model which obviates path enumeration,
    Transportation Research 5(2), 83–111.
    """
    way = ahead(net, origins, ending, costs)
    return logit_links(way, net.cost_m, ending[way.node], theta_per_m=theta_per_m)


def logit_links(way: Ahead, cost_m: Floats, ends: Floats, *, theta_per_m: float) -> Legs:
    """How do walkers share out among the links that lead ahead?

    Parameters
    ----------
    way : Ahead
    cost_m : ndarray of float
        Perceived metres of what ``way.arc`` numbers.
    ends : ndarray of float
        Walks that end at each rank, shape (ranks, functions).
    theta_per_m : float
        Sensitivity per perceived metre.
    """
    links = Links.between(way.tail, way.head, way.size)
    theta = min(theta_per_m, _SHARPEST / max(way.cost_m.max(initial=0.0), 1.0))
    utility = theta * (way.cost_m[way.head] - way.cost_m[way.tail] - cost_m[way.arc])
    weight, likeness, _ = path_weights(links, way.tail, way.head, utility=utility, start=way.start.astype(float))
    probability = weight[way.tail] * likeness / weight[way.head]
    return settle(way, links, slice(None), probability, ends)
