"""Side by side in one process, on one core each: our route methods, one plain Dijkstra, and other libraries.

Times are printed as multiples of one scipy Dijkstra for each site; none is asserted. To the same question all must give
the same answer, which is. ``pip install -e ".[bench]"``, then ``pytest -m bench -n 0 -s tests/bench``.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest
from bench.growth import made_up_town
from bench.peers import (
    Run,
    Task,
    grannskap,
    site_by_site,
    with_aequilibrae,
    with_cityseer,
    with_igraph,
    with_networkx,
)
from scipy.sparse.csgraph import dijkstra

from grannskap.routes.network import Floats, Network

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("ignore")]  # the peers use what is deprecated

DESTINATIONS, EDGES = 200, 50_000
APART = 1e-3  # streets are up to this share longer than they are, each by its own, so that no two ways tie
ONE_CALL = "grannskap shortest, one call"
CITYSEER, PER_NODE = "cityseer, streets in two halves", "cityseer, per node only"
OURS: dict[str, Callable[[Task], Run]] = {
    "grannskap shortest": lambda task: grannskap(task, "shortest"),
    "grannskap logit": lambda task: grannskap(task, "logit"),
    "grannskap within_detour 1.15": lambda task: grannskap(task, "within_detour"),
}
OURS_FOR_MANY: dict[str, Callable[[Task], Run]] = {
    ONE_CALL: lambda task: grannskap(task, "shortest"),
    "grannskap shortest, site by site": lambda task: site_by_site(task, "shortest"),
    "grannskap logit, one call": lambda task: grannskap(task, "logit"),
    "grannskap logit, site by site": lambda task: site_by_site(task, "logit"),
}
PEERS: dict[str, Callable[[Task], Run]] = {
    "aequilibrae": with_aequilibrae,
    "igraph": with_igraph,
    "networkx": with_networkx,
    CITYSEER: lambda task: with_cityseer(task, halves=True),
    PER_NODE: lambda task: with_cityseer(task, halves=False),
}


@pytest.fixture(scope="module", params=["sample", "made-up town"])
def streets(request: pytest.FixtureRequest) -> tuple[str, Network]:
    if request.param == "sample":
        return "sample", apart(request.getfixturevalue("sample_result").workings.scene.arrivals.net)
    return "made-up town", apart(made_up_town(EDGES).net)


def apart(net: Network) -> Network:
    n = net.n_edges
    longer = 1.0 + APART * np.random.default_rng(0).random(n)
    return net.with_costs(net.cost_m[:n] * longer, net.cost_m[n:] * longer)


def task_on(net: Network, n_sites: int) -> Task:
    """Sites and destinations that can all reach each other, in the largest part of the network."""
    rng = np.random.default_rng(1)
    middle = np.array([len(net.nodes) // 2])
    linked = np.flatnonzero(np.isfinite(net.costs_from(middle)) & np.isfinite(net.reversed().costs_from(middle)))
    chosen = rng.choice(linked, 50 + DESTINATIONS, replace=False)
    return Task(net, chosen[:n_sites], chosen[50:])


@pytest.mark.parametrize("n_sites", [1, 50])
def test_side_by_side(streets: tuple[str, Network], n_sites: int, capsys: pytest.CaptureFixture[str]) -> None:
    name, net = streets
    task = task_on(net, n_sites)
    runs: dict[str, Run] = {}
    missing: list[str] = []
    prepared_s: dict[str, float] = {}
    for label, prepare in {**(OURS if n_sites == 1 else OURS_FOR_MANY), **PEERS}.items():
        began = time.perf_counter()
        try:
            runs[label] = prepare(task)
        except ImportError:
            missing.append(label)
        prepared_s[label] = time.perf_counter() - began
    seconds = medians({"one scipy Dijkstra a site": floor(task), **runs}, repeats=25 if n_sites == 1 else 9)
    floor_s = next(iter(seconds.values()))
    ours = site_by_site(task, "shortest")()
    lines = [f"\n{name}: {len(net.nodes)} nodes, {net.n_edges} edges; {n_sites} × {DESTINATIONS} trips"]
    for label, taken in seconds.items():
        same = against(task, label, ours, runs[label]()) if label in (*PEERS, ONE_CALL) else ""
        before = f"prepared in {1e3 * prepared_s[label]:.0f} ms; " if label in prepared_s and n_sites > 1 else ""
        lines.append(f"  {label:32} {1e3 * taken:9.2f} ms {taken / floor_s:7.2f} ×  {before}{same}")
    lines += [f"  {peer:32} not installed: left out" for peer in missing]
    with capsys.disabled():
        print("\n".join(lines))  # noqa: T201


def floor(task: Task) -> Run:
    def run() -> Floats:
        return np.array([dijkstra(task.net.graph, indices=int(site)) for site in task.sites])

    return run


def medians(runs: dict[str, Run], *, repeats: int) -> dict[str, float]:
    """Median seconds of each, in turns, so that a busy machine slows all alike; each runs once untimed before.

    Who needs more than a second has three turns.
    """
    seconds: dict[str, list[float]] = {label: [] for label in runs}
    for turn in range(repeats):
        for label, run in runs.items():
            if turn >= 3 and seconds[label][0] > 1.0:
                continue
            run()
            began = time.perf_counter()
            run()
            seconds[label].append(time.perf_counter() - began)
    return {label: float(np.median(taken)) for label, taken in seconds.items()}


def against(task: Task, label: str, ours: Floats, theirs: Floats) -> str:
    """How the answer compares with ours: streets to 1e-6 of a trip, and the mean walk to the metre."""
    net, n, trips = task.net, task.net.n_edges, len(task.sites) * len(task.ends)
    if label == PER_NODE:
        going_on = np.bincount(net.head, weights=ours, minlength=len(net.nodes)).astype(float)
        going_on -= np.bincount(task.ends, minlength=len(net.nodes)) * len(task.sites)
        differ = np.count_nonzero(np.abs(going_on - theirs) > 1e-6)
        assert differ < 0.5 * np.count_nonzero(going_on)
        return f"at {differ} of {len(net.nodes)} nodes another flow"
    both, cost_m = ours[:n] + ours[n:], net.cost_m[:n]
    other = theirs if label == CITYSEER else theirs[:n] + theirs[n:]
    metres = np.array([(flow * np.where(flow > 0, cost_m, 0.0)).sum() / trips for flow in (both, other)])
    differ = np.count_nonzero(np.abs(both - other) > 1e-6)
    if label == CITYSEER:  # it splits walks over ways that are nearly as long
        assert abs(metres[1] - metres[0]) < 1.0
    else:
        np.testing.assert_allclose(theirs, ours, atol=1e-6, rtol=0)
    return f"mean walk {metres[1]:.2f} m (ours {metres[0]:.2f}); on {differ} streets another flow"
