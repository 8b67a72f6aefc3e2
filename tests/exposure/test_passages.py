"""Passages: worlds worked by hand, a slow oracle in plain Python, and walks that are sampled one link at a time."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routes.graphs import grid, journeys, networks, path_shares

from grannskap.exposure.gates import Gates
from grannskap.exposure.passages import Doors, metres_alongside, passages
from grannskap.exposure.zones import Zones
from grannskap.pipeline import analyse
from grannskap.routes import arrivals
from grannskap.routes.flows import walk_legs
from grannskap.routes.legs import Legs
from grannskap.routes.network import Floats, Network
from grannskap.study import read_study

Bools = npt.NDArray[np.bool_]
NONE = np.empty(0, np.intp)
NOBODY = Doors(NONE, NONE, NONE, np.empty(0))


def zone_of(*edges: Sequence[int]) -> Zones:
    """One actor for each sequence of edges that its zone meets."""
    actor = np.repeat(np.arange(len(edges)), [len(e) for e in edges]).astype(np.intp)
    edge = np.array([e for some in edges for e in sorted(some)], np.intp)
    return Zones(actor, edge, np.full(len(edges), None, object))


def walks(
    edges: pd.DataFrame, site: int | Sequence[int], *trips: dict[int, float], method: str = "logit", theta: float = 0.02
) -> tuple[Network, Legs]:
    """Walks out from the site, with a column for each mapping of trips."""
    net = Network.from_edges(edges)
    ending = np.zeros((len(net.nodes), len(trips)))
    for column, some in enumerate(trips):
        ending[net.positions(some), column] = list(some.values())
    origins = net.positions([site] if isinstance(site, int) else site)
    return net, walk_legs(net, origins, ending, method=method, theta_per_m=theta)


def passed(
    edges: pd.DataFrame,
    site: int,
    zone: Zones,
    *trips: dict[int, float],
    n_actors: int,
    doors: Doors = NOBODY,
    at_site: Sequence[int] = (),
    method: str = "logit",
) -> Floats:
    net, legs = walks(edges, site, *trips, method=method)
    here = np.isin(np.arange(n_actors), at_site)
    return passages(legs, Gates.of_zones(zone, net, n_actors=n_actors), doors, at_site=here)


def passed_by(met: Sequence[Sequence[int]], net: Network, legs: Legs, doors: Doors = NOBODY) -> Floats:
    """Passages of one actor for each list of edges that its zone meets."""
    gates = Gates.of_zones(zone_of(*met), net, n_actors=len(met))
    return passages(legs, gates, doors, at_site=np.zeros(len(met), bool))


# A street 0–1–2–3–4 of four stretches, and a ring: 0–1–3 and 0–2–3, 100 m each.
STREET = pd.DataFrame({"u": [0, 1, 2, 3], "v": [1, 2, 3, 4], "length_m": 100.0})
RING = pd.DataFrame({"u": [0, 1, 0, 2], "v": [1, 3, 2, 3], "length_m": 100.0})

METHODS = pytest.mark.parametrize("method", ["logit", "shortest"])


@METHODS
def test_on_the_only_way_every_walk_passes(method: str) -> None:
    found = passed(STREET, 0, zone_of([1]), {4: 10.0, 3: 2.0, 1: 5.0}, n_actors=1, method=method)
    assert found.tolist() == [[12.0]]  # the five trips to node 1 end before it


def test_on_one_of_two_equal_ways_half_pass() -> None:
    np.testing.assert_allclose(passed(RING, 0, zone_of([0], [3]), {3: 10.0}, n_actors=2), [[5.0], [5.0]])


@METHODS
def test_whoever_follows_three_stretches_along_a_school_passes_once(method: str) -> None:
    found = passed(STREET, 0, zone_of([0, 1, 2], [0, 1, 2, 3]), {4: 10.0}, n_actors=2, method=method)
    np.testing.assert_allclose(found, [[10.0], [10.0]])


@METHODS
def test_whoever_leaves_and_comes_back_passes_once(method: str) -> None:
    np.testing.assert_allclose(passed(STREET, 0, zone_of([0, 3]), {4: 10.0}, n_actors=1, method=method), [[10.0]])


def test_either_way_round_comes_in_once() -> None:
    # The zone meets a part of both ways round, and nobody walks both: all ten, and not five.
    np.testing.assert_allclose(passed(RING, 0, zone_of([0, 3]), {3: 10.0}, n_actors=1), [[10.0]])
    np.testing.assert_allclose(passed(RING, 0, zone_of([1, 2], [0, 1]), {3: 10.0}, n_actors=2), [[10.0], [5.0]])


def test_half_have_been_there_before() -> None:
    # A ring, then a street on: the zone meets one way round (edge 0) and the street behind (edge 4). All pass, once.
    edges = pd.concat([RING, pd.DataFrame({"u": [3], "v": [4], "length_m": [100.0]})], ignore_index=True)
    np.testing.assert_allclose(passed(edges, 0, zone_of([0, 4], [0]), {4: 10.0}, n_actors=2), [[10.0], [5.0]])
    # Two of ten end at node 3, by either way round: one of them has passed.
    found = passed(edges, 0, zone_of([0, 4]), {4: 8.0, 3: 2.0}, n_actors=1)
    np.testing.assert_allclose(found, [[9.0]])


@METHODS
def test_off_the_route_is_exactly_zero(method: str) -> None:
    edges = pd.concat([STREET, pd.DataFrame({"u": [4, 1], "v": [5, 6], "length_m": 100.0})], ignore_index=True)
    found = passed(edges, 0, zone_of([4], [5], []), {4: 10.0}, n_actors=3, method=method)
    assert found.tolist() == [[0.0], [0.0], [0.0]]


def test_around_the_site_all_legs_pass() -> None:
    # Also those that end where they begin, and whatever links the zone meets.
    found = passed(RING, 0, zone_of([0, 2], [0], []), {3: 10.0, 0: 1.0}, n_actors=3, at_site=[0, 2])
    np.testing.assert_allclose(found, [[11.0], [5.0], [11.0]])


def test_a_door_outside_its_own_frontage_counts_its_visits() -> None:
    # The actor's zone meets edge 0, its door is at node 3 behind both ways round: those by the other way visit it too.
    door = Doors(np.array([0]), np.array([3]), np.array([0]), np.array([4.0]))
    found = passed(RING, 0, zone_of([0]), {3: 10.0}, n_actors=1, doors=door)
    np.testing.assert_allclose(found, [[7.0]])  # five pass by edge 0; of the five others two come to its door
    nowhere = passed(RING, 0, zone_of([]), {3: 10.0}, n_actors=1, doors=door)
    np.testing.assert_allclose(nowhere, [[4.0]])


def test_a_visit_is_not_counted_twice() -> None:
    door = Doors(np.array([0]), np.array([4]), np.array([0]), np.array([10.0]))
    np.testing.assert_allclose(passed(STREET, 0, zone_of([3]), {4: 10.0}, n_actors=1, doors=door), [[10.0]])
    np.testing.assert_allclose(passed(STREET, 0, zone_of([0]), {4: 10.0}, n_actors=1, doors=door), [[10.0]])
    whole = passed(STREET, 0, zone_of([0]), {4: 10.0}, n_actors=1, doors=door, at_site=[0])
    np.testing.assert_allclose(whole, [[10.0]])


def test_several_doors_and_functions_of_one_actor() -> None:
    # A centre with a shop door at node 1 and a care door at node 2 of the ring, and no zone of its own.
    doors = Doors(np.array([0, 0]), np.array([1, 2]), np.array([0, 1]), np.array([3.0, 4.0]))
    found = passed(RING, 0, zone_of([]), {1: 3.0, 3: 6.0}, {2: 4.0}, n_actors=1, doors=doors)
    np.testing.assert_allclose(found, [[3.0, 4.0]])


def test_nobody_walks() -> None:
    assert passed(RING, 0, zone_of([0, 1], []), {}, n_actors=2).tolist() == [[0.0], [0.0]]
    assert passed(RING, 0, zone_of(), {3: 1.0}, n_actors=0).shape == (0, 1)


def test_metres_alongside_by_hand() -> None:
    # 10 walks a week over two stretches with 40 and 25 m in the zone, and 5 over a third with 12 m.
    net, legs = walks(STREET, 0, {4: 5.0}, {2: 5.0})
    zone = zone_of([0, 1, 2], [3], [])
    within = np.array([40.0, 25.0, 12.0, 7.0])
    metres = metres_alongside(legs, zone, within, n_actors=3, n_edges=net.n_edges)
    np.testing.assert_allclose(metres, [10 * 65.0 + 5 * 12.0, 5 * 7.0, 0.0])


@st.composite
def zoned(
    draw: st.DrawFn, *, max_nodes: int = 9, max_extra: int = 9
) -> tuple[pd.DataFrame, list[int], list[dict[int, float]], list[list[int]]]:
    """A network, entrances of the site, trips for two functions, and the edges that each of some actors' zones meet."""
    edges = draw(networks(max_nodes=max_nodes, max_extra=max_extra))
    origins, first = draw(journeys(edges, n_origins=2))
    second = {end: draw(st.floats(0.0, 5.0)) for end in first}
    some = st.lists(st.sampled_from(range(len(edges))), max_size=len(edges), unique=True)
    return edges, origins, [first, second], draw(st.lists(some, min_size=1, max_size=5))


def been_in(legs: Legs, meets: Bools) -> Floats:
    """h_j for every node, row by row in order of cost: the slow oracle for one zone."""
    before = np.zeros(len(legs.node))
    for j in range(len(legs.node)):
        before[j] = math.fsum(
            legs.probability[link] * (1.0 if meets[link] else before[legs.tail[link]])
            for link in np.flatnonzero(legs.head == j)
        )
    return before


@given(zoned(), st.sampled_from(["logit", "shortest", "within_detour"]), st.data())
def test_against_a_pass_over_all_nodes(
    world: tuple[pd.DataFrame, list[int], list[dict[int, float]], list[list[int]]], method: str, data: st.DataObject
) -> None:
    edges, origins, trips, met = world
    net, legs = walks(edges, origins, *trips, method=method)
    ends = net.positions(trips[0])
    actor = data.draw(st.lists(st.sampled_from(range(len(met))), max_size=len(ends)))
    doors = Doors(  # some of the actors are what the trips for the first function lead to
        np.array(actor, np.intp),
        ends[: len(actor)],
        np.zeros(len(actor), np.intp),
        np.array(list(trips[0].values()))[: len(actor)],
    )
    found = passed_by(met, net, legs, doors)
    for k, mine in enumerate(met):
        been = been_in(legs, np.isin(legs.arc % net.n_edges, mine))
        expected = legs.ending.T @ been
        for node, trip in zip(doors.node[doors.actor == k], doors.trips[doors.actor == k], strict=True):
            here = np.where(legs.node == node, legs.ending[:, 0], 0.0)  # within a detour a node has several ranks
            expected[0] += trip * (here @ (1.0 - been)) / here.sum()
        np.testing.assert_allclose(found[k], expected, rtol=1e-12, atol=1e-12)


@given(zoned(max_nodes=7, max_extra=6))
def test_against_every_path(
    world: tuple[pd.DataFrame, list[int], list[dict[int, float]], list[list[int]]],
) -> None:
    edges, origins, trips, met = world
    net, legs = walks(edges, origins, *trips)
    found = passed_by(met, net, legs)
    expected = np.zeros_like(found)
    for column, some in enumerate(trips):
        for end, weekly in some.items():
            for path, share in path_shares(edges, origins, end, 0.02):
                for k, mine in enumerate(met):
                    expected[k, column] += weekly * share * any(edge in mine for edge, *_ in path)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@given(zoned())
def test_what_holds_in_any_world(
    world: tuple[pd.DataFrame, list[int], list[dict[int, float]], list[list[int]]],
) -> None:
    edges, origins, trips, met = world
    net, legs = walks(edges, origins, *trips)

    found = passed_by(met, net, legs)
    assert (found >= 0).all()
    assert (found <= legs.ending.sum(axis=0) * (1 + 1e-12)).all()  # never more than legs
    twice = walks(edges, origins, *({end: 2.0 * n for end, n in some.items()} for some in trips))[1]
    np.testing.assert_allclose(passed_by(met, net, twice), 2.0 * found, rtol=1e-9, atol=1e-12)
    together = walks(edges, origins, {end: n + trips[1][end] for end, n in trips[0].items()})[1]
    np.testing.assert_allclose(passed_by(met, net, together)[:, 0], found.sum(axis=1), rtol=1e-9, atol=1e-9)
    flow = legs.flow.sum(axis=1)
    per_edge = np.bincount(legs.arc % net.n_edges, weights=flow, minlength=net.n_edges)
    for k, mine in enumerate(met):  # at least the busiest edge of the zone, at most the sum of all of them
        assert found[k].sum() >= per_edge[mine].max(initial=0.0) - 1e-9
        assert found[k].sum() <= per_edge[mine].sum() + 1e-9
    wider = [sorted({*mine, *range(0, len(edges), 2)}) for mine in met]
    assert (passed_by(wider, net, legs) >= found - 1e-9).all()


def sampled(legs: Legs, meets: Bools, column: int, *, n_walks: int, rng: np.random.Generator) -> Floats:
    """Walks a week that touch each zone, for walkers who look back link by link from where they ended.

    ``meets`` tells which links meet which zone, shape (links, actors).
    """
    at = rng.choice(len(legs.node), n_walks, p=legs.ending[:, column] / legs.ending[:, column].sum())
    order = np.argsort(legs.head, kind="stable")
    begin = np.searchsorted(legs.head[order], np.arange(len(legs.node) + 1))
    share = np.cumsum(legs.probability[order])
    touched = np.zeros((n_walks, meets.shape[1]), bool)
    walking = np.flatnonzero(begin[at + 1] > begin[at])
    while len(walking):
        here = at[walking]
        passed_by = np.where(begin[here] > 0, share[begin[here] - 1], 0.0)
        total = share[begin[here + 1] - 1] - passed_by
        link = np.searchsorted(share, passed_by + rng.uniform(size=len(here)) * total, side="right")
        link = order[np.clip(link, begin[here], begin[here + 1] - 1)]
        touched[walking] |= meets[link]
        at[walking] = legs.tail[link]
        walking = walking[begin[at[walking] + 1] > begin[at[walking]]]
    return np.asarray(touched.mean(axis=0) * legs.ending[:, column].sum())


def within_sampling_error(found: Floats, drawn: Floats, legs_per_week: float, n_walks: int) -> Bools:
    """Five standard errors of a share of so many walks, and a little for shares next to 0 and 1."""
    share = np.clip(found / legs_per_week, 0.0, 1.0)
    error = np.sqrt(share * (1.0 - share) / n_walks)
    return np.asarray(np.abs(drawn - found) / legs_per_week <= 5.0 * error + 5.0 / n_walks)


@settings(max_examples=25)
@given(zoned(max_nodes=30, max_extra=40), st.integers(0, 2**32 - 1))
def test_against_sampled_walks_on_random_networks(
    world: tuple[pd.DataFrame, list[int], list[dict[int, float]], list[list[int]]], seed: int
) -> None:
    edges, origins, trips, met = world
    net, legs = walks(edges, origins, trips[0])
    found = passed_by(met, net, legs)
    meets = np.zeros((len(legs.arc), len(met)), bool)
    for k, mine in enumerate(met):
        meets[:, k] = np.isin(legs.arc % net.n_edges, mine)
    drawn = sampled(legs, meets, 0, n_walks=3000, rng=np.random.default_rng(seed))
    assert within_sampling_error(found[:, 0], drawn, legs.ending.sum(), 3000).all()


def test_against_sampled_walks_on_a_grid() -> None:
    # A town of 30 × 30 blocks with uneven streets, and zones of neighbouring streets that walks leave and re-enter.
    rng = np.random.default_rng(7)
    edges = grid(30, 30)
    edges["length_m"] = rng.uniform(40.0, 160.0, len(edges))
    trips = {
        int(end): float(n) for end, n in zip(rng.choice(900, 40, replace=False), rng.uniform(1, 9, 40), strict=True)
    }
    met = [rng.choice(len(edges), size, replace=False).tolist() for size in rng.integers(1, 60, 200)]
    net, legs = walks(edges, 465, trips, theta=0.01)
    found = passed_by(met, net, legs)
    meets = np.column_stack([np.isin(legs.arc % net.n_edges, mine) for mine in met])
    drawn = sampled(legs, meets, 0, n_walks=20_000, rng=rng)
    assert within_sampling_error(found[:, 0], drawn, legs.ending.sum(), 20_000).all()
    assert (found[:, 0] > 0.5).any()


class Call:
    """What `passages` was asked while a study was analysed, and what it answered."""

    def __init__(self, legs: Legs, zone: Zones, doors: Doors, at_site: Bools, n_edges: int, found: Floats) -> None:
        self.legs, self.zone, self.doors, self.at_site, self.found = legs, zone, doors, at_site, found
        self.meets = np.zeros((len(legs.arc), len(at_site)), bool)
        by_edge = pd.Series(np.arange(len(legs.arc)), index=legs.arc % n_edges)
        known = np.isin(zone.edge, by_edge.index)
        for edge, actor in zip(zone.edge[known], zone.actor[known], strict=True):
            self.meets[by_edge[edge], actor] = True

    def sampled(self, column: int, *, n_walks: int, rng: np.random.Generator) -> Floats:
        """Walks a week that touch each actor's zone, begin in it, or end at its door."""
        legs, doors = self.legs, self.doors
        rank = np.full(int(legs.node.max()) + 1, -1)
        rank[legs.node] = np.arange(len(legs.node))
        mine = (doors.column == column) & (doors.trips > 0)
        # Walks on to a door: a node of its own behind the door's node, for each door.
        ends = legs.ending[:, column].copy()
        np.subtract.at(ends, rank[doors.node[mine]], doors.trips[mine])
        n = len(legs.node)
        behind = n + np.arange(mine.sum())
        longer = Legs(
            node=np.arange(n + len(behind)),
            tail=np.concatenate([legs.tail, rank[doors.node[mine]]]),
            head=np.concatenate([legs.head, behind]),
            arc=np.arange(len(legs.arc) + len(behind)),
            probability=np.concatenate([legs.probability, np.ones(len(behind))]),
            ending=np.concatenate([np.clip(ends, 0.0, None), doors.trips[mine]])[:, None],
            passing=np.zeros((n + len(behind), 1)),
        )
        to_door = np.zeros((len(behind), self.meets.shape[1]), bool)
        to_door[np.arange(len(behind)), doors.actor[mine]] = True
        drawn = sampled(longer, np.concatenate([self.meets, to_door]), 0, n_walks=n_walks, rng=rng)
        return np.where(self.at_site, legs.ending[:, column].sum(), drawn)


@pytest.mark.parametrize("even", [False, True], ids=["as it is", "the same both ways"])
def test_against_sampled_walks_on_the_sample(sample: Path, monkeypatch: pytest.MonkeyPatch, even: bool) -> None:
    def metres_both_ways(edges: gpd.GeoDataFrame, *_: object, **__: object) -> tuple[Floats, Floats]:
        metres = edges.length_m.to_numpy(float)
        return metres, metres

    if even:
        monkeypatch.setattr(arrivals, "edge_costs", metres_both_ways)
    study = read_study(sample / "study.toml")
    result = analyse(replace(study, model=replace(study.model, draws=0)))
    scene, by = result.workings.scene, result.workings.by
    doors, n_edges = Doors.of(scene.door, scene.node, scene.trips), len(scene.arrivals.edges)
    assert (len(result.workings.walks.ways) == 1) is even
    n_walks, rng = 4000, np.random.default_rng(11)
    total = np.zeros(len(scene.actors))
    for legs, times in result.workings.walks.ways:
        found = passages(legs, by.gates, doors, at_site=by.at_site)
        call = Call(legs, by.zones, doors, by.at_site, n_edges, found)
        for column in range(len(scene.functions)):
            weekly = legs.ending[:, column].sum()
            if weekly == 0:
                assert not found[:, column].any()
                continue
            drawn = call.sampled(column, n_walks=n_walks, rng=rng)
            fits = within_sampling_error(found[:, column], drawn, weekly, n_walks)
            assert fits.all(), np.flatnonzero(~fits)
        total += times * found.sum(axis=1)
    np.testing.assert_allclose(np.sort(total)[::-1], result.actors.passages_per_week, atol=1e-9)
    assert len(result.actors) > 300
    assert (total > 0).sum() > 100
