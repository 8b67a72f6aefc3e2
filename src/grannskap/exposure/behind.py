"""The walks behind an actor: which links do those take who pass it, on which errands, to where?"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from grannskap.exposure.before import Walked
from grannskap.exposure.passages import Doors, Ends, ends_at
from grannskap.exposure.scene import Alongside, Scene
from grannskap.routes.legs import Legs
from grannskap.routes.levels import Levels
from grannskap.routes.network import Floats, Ints
from grannskap.routes.walks import Walks

Bools = npt.NDArray[np.bool_]

_AT_ONCE = 2**21  # numbers that are held for the links of one group of actors
_IN_CACHE = 2**19  # and so many where each of them is read again and again: more would be slower


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """How many walks a week pass each of some actors?

    Attributes
    ----------
    by_function : ndarray of float
        Shape (actors, functions).
    by_option : ndarray of float
        Shape (actors, options): those to and from each place, for the function of its row.
    by_edge : ndarray of float
        Those that use each edge, in any direction, shape (actors, edges).
    """

    by_function: Floats
    by_option: Floats
    by_edge: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """Which legs are walked, how many times over, and where do the walks to each option end?

    ``ends`` names the row of the option where it names an actor elsewhere; ``onto`` adds what is on links up by edge.
    """

    times: float
    levels: Levels
    ends: Ends
    onto: csr_array

    @classmethod
    def of(cls, scene: Scene, legs: Legs, times: float) -> Self:
        options = np.arange(len(scene.options))
        doors = Doors.of(options, scene.node, scene.trips)
        levels = Levels.of(legs)
        n_edges, n_links = len(scene.arrivals.edges), len(legs.arc)
        places = (levels.legs.arc % n_edges, np.arange(n_links))
        onto = csr_array((np.ones(n_links), places), shape=(n_edges, n_links))
        walked = Walked.of(legs, n_arcs=2 * n_edges, n_nodes=len(scene.arrivals.net.nodes))
        return cls(times, levels, ends_at(walked, doors), onto)

    @property
    def legs(self) -> Legs:
        return self.levels.legs

    def been(self, meets: Bools) -> Floats:
        """How likely have those who reach each rank been in each zone? Both by column, one for each actor."""
        legs, share = self.legs, self.legs.probability[:, None]
        been = np.zeros((len(legs.node), meets.shape[1]))
        for level in self.levels.outward:
            before = been[legs.tail[level.link]]
            before[meets[level.link]] = 1.0
            before *= share[level.link]
            been[level.rank] = np.add.reduceat(before, level.begin)
        return np.minimum(been, 1.0)

    def past(self, meets: Bools, been: Floats, ending: Floats, visits: Floats) -> Floats:
        """How many of the walks on each link pass the actor somewhere on their way?

        Parameters
        ----------
        meets : ndarray of bool
            Links that meet the zone, shape (links, actors).
        been : ndarray of float
            Shape (ranks, actors).
        ending, visits : ndarray of float
            Walks that end at each rank, and those of them that end at the actor itself, shape (ranks, columns), with a
            column for each actor or, for one actor, for each function.

        Returns
        -------
        ndarray
            Shape (links, columns), walks per week.

        Notes
        -----
        Seen from where a walk ends, back towards the site: u_j walkers at j have not met the zone further out, and m_j
        have, or visit the actor. Those of them on the link i→j who pass the actor are p(i|j)·(m_j + u_j·(1 if the link
        meets the zone, else h_i)), where h_i is the share of those at i who have been in the zone. That is all flow
        less the flow of those who never come into the zone, written without a difference: a link that nobody takes who
        passes the actor has exactly 0.
        """
        legs, share = self.legs, self.legs.probability[:, None]
        unmet, met = np.maximum(ending - visits, 0.0), visits.copy()
        flow = np.empty((len(legs.arc), ending.shape[1]))
        for level in self.levels.inward:
            link, head = level.link, legs.head[level.link]
            avoiding, onward = share[link] * unmet[head], share[link] * met[head]
            entering = avoiding * meets[link]
            avoiding -= entering
            onward += entering
            unmet[level.rank] += np.add.reduceat(avoiding, level.begin)
            met[level.rank] += np.add.reduceat(onward, level.begin)
            avoiding *= been[legs.tail[link]]
            np.add(onward, avoiding, out=flow[link])
        return flow


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What is worked out once, to tell of any actor which walks pass it?

    Make it with `of`.
    """

    scene: Scene
    by: Alongside
    ways: tuple[_Way, ...]

    @classmethod
    def of(cls, scene: Scene, walks: Walks, by: Alongside) -> Self:
        """What do these walks take?

        Parameters
        ----------
        scene : Scene
        walks : Walks
        by : Alongside
        """
        return cls(scene, by, tuple(_Way.of(scene, legs, times) for legs, times in walks.ways))

    def past(self, actors: Ints) -> Past:
        """How many walks pass each of these actors, on which errands, to where, and over which edges?

        Parameters
        ----------
        actors : ndarray of int
            Rows of ``scene.actors``.

        Returns
        -------
        Past
            In the order of ``actors``. Sums by function are the actors' passages.
        """
        most = max(1, _AT_ONCE // max(1, *(len(way.legs.arc) for way in self.ways)))
        parts = [self._past(actors[i : i + most]) for i in range(0, max(len(actors), 1), most)]
        return Past(*(np.concatenate([getattr(part, name) for part in parts]) for name in Past.__slots__))

    def _past(self, actors: Ints) -> Past:
        by_function = np.zeros((len(actors), len(self.scene.functions)))
        by_option = np.zeros((len(actors), len(self.scene.options)))
        by_edge = np.zeros((len(actors), len(self.scene.arrivals.edges)))
        for way in self.ways:
            legs, ends = way.legs, way.ends
            meets, been = self._met(way, actors)
            own = self.scene.door[ends.actor] == actors[:, None]
            passing = ends.trips * np.where(own, 1.0, been[ends.rank].T)
            by_function += way.times * (been.T @ legs.ending)
            visits = np.zeros((len(legs.node), len(actors)))
            for i, mine in enumerate(own):
                more = ends.trips[mine] * (1.0 - been[ends.rank[mine], i])
                by_function[i] += way.times * np.bincount(ends.column[mine], more, minlength=by_function.shape[1])
                by_option[i] += way.times * np.bincount(ends.actor, passing[i], minlength=by_option.shape[1])
                visits[:, i] = np.bincount(ends.rank[mine], ends.trips[mine], minlength=len(visits))
            ending = np.repeat(legs.ending.sum(axis=1, keepdims=True), len(actors), axis=1)
            by_edge += way.times * (way.onto @ way.past(meets, been, ending, visits)).T
        return Past(by_function, by_option, by_edge)

    def flows(self, actor: int) -> Floats:
        """How many of the walks on each edge pass this actor, by function?

        Parameters
        ----------
        actor : int
            Row of ``scene.actors``.

        Returns
        -------
        ndarray
            Shape (edges, functions), legs per week in any direction.
        """
        return np.asarray(self.flows_past(np.array([actor]))[0])

    def flows_past(self, actors: Ints) -> Floats:
        """How many of the walks on each edge pass each of these actors, by function?

        Parameters
        ----------
        actors : ndarray of int
            Rows of ``scene.actors``.

        Returns
        -------
        ndarray
            Shape (actors, edges, functions), legs per week in any direction.
        """
        columns = len(self.scene.functions) * max(1, *(len(way.legs.arc) for way in self.ways))
        most = max(1, _IN_CACHE // columns)
        total = np.zeros((len(actors), len(self.scene.arrivals.edges), len(self.scene.functions)))
        for first in range(0, len(actors), most):
            for way in self.ways:
                total[first : first + most] += way.times * self._flows(way, actors[first : first + most])
        return total

    def _flows(self, way: _Way, actors: Ints) -> Floats:
        """Shape (actors, edges, functions)."""
        legs, ends, n_functions = way.legs, way.ends, len(self.scene.functions)
        meets, been = self._met(way, actors)
        visits = np.zeros((len(legs.node), len(actors), n_functions))
        for i, actor in enumerate(actors):
            mine = self.scene.door[ends.actor] == actor
            np.add.at(visits, (ends.rank[mine], i, ends.column[mine]), ends.trips[mine])
        on_links = way.past(
            np.repeat(meets, n_functions, axis=1),
            np.repeat(been, n_functions, axis=1),
            np.tile(legs.ending, (1, len(actors))),
            visits.reshape(len(visits), -1),
        )
        return np.asarray((way.onto @ on_links).reshape(-1, len(actors), n_functions).swapaxes(0, 1))

    def _met(self, way: _Way, actors: Ints) -> tuple[Bools, Floats]:
        """Which links meet the zone of each actor, and how likely those at each rank have been there; a column each.

        Where the zone holds the site, everybody has.
        """
        zones, n_edges = self.by.zones, len(self.scene.arrivals.edges)
        met = np.zeros((n_edges, len(actors)), np.bool_)
        for column, (first, last) in enumerate(np.searchsorted(zones.actor, [actors, actors + 1]).T):
            met[zones.edge[first:last], column] = True
        meets = met[way.legs.arc % n_edges]
        return meets, np.where(self.by.at_site[actors], 1.0, way.been(meets))
