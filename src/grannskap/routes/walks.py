"""Walks there and back: the links and flows of all trips of a site."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grannskap.routes.flows import edge_flows, walk_legs
from grannskap.routes.legs import Legs
from grannskap.routes.network import Floats, Ints, Network
from grannskap.study.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Which links do residents take out and home?

    Attributes
    ----------
    out, back : Legs
        ``back`` runs on the reversed network: its links lead away from the site and are walked towards it. The very
        same object where streets cost the same both ways.
    """

    out: Legs
    back: Legs

    @property
    def legs_per_week(self) -> Floats:
        """How many legs a week, there and back, by function?"""
        return np.asarray(self.out.ending.sum(axis=0) + self.back.ending.sum(axis=0))

    @property
    def ways(self) -> tuple[tuple[Legs, float], ...]:
        """Which legs are there, and how often does each count? Mirrored ones are there once and count twice."""
        return ((self.out, 2.0),) if self.back is self.out else ((self.out, 1.0), (self.back, 1.0))

    def on_edges(self, net: Network) -> tuple[Floats, Floats]:
        """How many legs a week use each edge, u→v and v→u? Shapes (edges, functions)."""
        there, home = edge_flows(net, self.out), edge_flows(net, self.back)
        return there[0] + home[1], there[1] + home[0]


def endings(node: Ints, trips: Floats, *, n_nodes: int) -> Floats:
    """How many walks end at each node?

    Parameters
    ----------
    node : ndarray of int
        Where each option is reached; read only where somebody goes.
    trips : ndarray of float
        Walks to each option, shape (options, columns): a column for each function, or for each drawn demand.
    n_nodes : int

    Returns
    -------
    ndarray
        Shape (nodes, columns).
    """
    went = np.flatnonzero(trips.any(axis=1))
    total = np.zeros((n_nodes, trips.shape[1]))
    for column in range(trips.shape[1]):
        total[:, column] = np.bincount(node[went], weights=trips[went, column], minlength=n_nodes)
    return total


def way_home(net: Network, site: Ints, *, costs: Floats) -> tuple[Network, Floats]:
    """In which network do residents walk home, and how far is it from each node, in perceived metres?

    Those of the way out where every street costs the same both ways.

    Parameters
    ----------
    net : Network
    site : ndarray of int
        Node of each entrance.
    costs : ndarray of float
        Perceived metres from the site to each node.

    Returns
    -------
    tuple
        The reversed network, and perceived metres from each node to the site.
    """
    if net.symmetric:
        return net, costs
    home = net.reversed()
    return home, home.costs_from(site)


def walk(
    net: Network,
    site: Ints,
    ending: Floats,
    model: Model,
    *,
    costs: Floats,
    home: tuple[Network, Floats] | None = None,
) -> Walks:
    """How do residents walk to where they go, and home again?

    Parameters
    ----------
    net : Network
    site : ndarray of int
        Node of each entrance.
    ending : ndarray of float
        Walks that end at each node, shape (nodes, functions).
    model : Model
        Route method and its numbers.
    costs : ndarray of float
        Perceived metres from the site to each node.
    home : tuple, optional
        As `way_home` gives, where it is known already.

    Notes
    -----
    Where every street costs the same both ways, the walks home mirror those there and are not worked out twice.
    """
    chosen: dict[str, Any] = {name: getattr(model, name) for name in ("method", "theta_per_m", "detour_ratio")}
    out = walk_legs(net, site, ending, **chosen, costs=costs)
    back, costs_home = way_home(net, site, costs=costs) if home is None else home
    if back is net:
        return Walks(out, out)
    ending = np.where(np.isfinite(costs_home)[:, None], ending, 0.0)
    return Walks(out, walk_legs(back, site, ending, **chosen, costs=costs_home))
