"""Walks without an errand: out to a spot that draws, and home again, spread over the streets nearby."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grannskap.routes.network import Floats
from grannskap.study.model import RoundWalks

ROUND_WALK = "round_walk"
"""What such walks are called beside the functions: ``legs_round_walk``, ``passages_round_walk``."""


def drawing_m(edges: pd.DataFrame, round_walks: RoundWalks, *, n_nodes: int) -> Floats:
    """How much does the stretch of street around each node draw a walk without an errand?

    Every metre of street draws 1, and ``green``, ``seats`` and ``quiet`` more where these are near; half of each edge
    belongs to the node at either end. So a street draws the same with many nodes on it as with few.

    Parameters
    ----------
    edges : DataFrame
        ``u``, ``v``, ``length_m``, and ``near_green``, ``near_seats``, ``quiet``, ``stroll`` as
        `grannskap.place.attractions.attractions` gives.
    round_walks : RoundWalks
        How much each of these draws.
    n_nodes : int

    Returns
    -------
    ndarray
        Shape (nodes,): metres of ordinary street that draw as much.

    Notes
    -----
    That the shares add up is an assumption, as are their sizes; what speaks for green, seats and quiet stands with its
    sources in ``place/attractions.toml``. A street with a footway on either side counts with both.
    """
    share = {name: edges[name].to_numpy(float) for name in ("near_green", "near_seats", "quiet", "stroll")}
    more = round_walks.green * share["near_green"] + round_walks.seats * share["near_seats"]
    draws = edges.length_m.to_numpy(float) * share["stroll"] * (1.0 + more + round_walks.quiet * share["quiet"])
    ends = np.concatenate([edges.u.to_numpy(np.intp), edges.v.to_numpy(np.intp)])
    return np.asarray(np.bincount(ends, weights=np.concatenate([draws, draws]) / 2, minlength=n_nodes), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """What rules where walks without an errand turn, but for how long the streets feel?

    Attributes
    ----------
    drawing : ndarray of float
        As `drawing_m` gives.
    round_walks : RoundWalks
        Walks per week and their greatest length.
    distances_m : ndarray of float
        Metres of the shortest walk to each node.
    reach_m : float
        Nobody is taken to turn farther away than this: beyond it lies what the study does not look at.
    site_offset_m : float
        Metres from the door of the site to the street, walked twice.
    """

    drawing: Floats
    round_walks: RoundWalks
    distances_m: Floats
    reach_m: float
    site_offset_m: float = 0.0

    def turning_points(self, *, costs: Floats, costs_home: Floats) -> Floats:
        """At which nodes do the walks without an errand turn for home, and how many do at each?

        A walk may turn wherever the least cost there and home again is at most ``length_m``, and chooses among these
        spots in proportion to what draws there. It goes out and comes home by the route method of the study, each on
        its own, so most walks are rounds where there is more than one way.

        Parameters
        ----------
        costs, costs_home : ndarray of float
            Perceived metres from the site to each node, and from there to the site; infinite where no way leads.

        Returns
        -------
        ndarray
            Walks per week that turn at each node, shape (nodes,). None where no spot is near enough: an unmet need is
            reported and not spread over the errands.

        Notes
        -----
        The longest walk is what the profile says, an assumption. How the choice falls off with distance is not known
        for walks without an errand, so all of the length is used alike: the mean turning point lies about two thirds of
        the way to the limit in an even network.
        """
        round_m = costs + costs_home + 2 * self.site_offset_m
        inside = self.distances_m + self.site_offset_m <= self.reach_m
        draws = np.where((costs > 0) & (round_m <= self.round_walks.length_m) & inside, self.drawing, 0.0)
        total = draws.sum()
        return draws * (self.round_walks.trips_per_week / total) if total > 0 else np.zeros(len(draws))
