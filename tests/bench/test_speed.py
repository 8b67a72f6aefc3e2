"""How long things take, as ratios to one plain Dijkstra on the same network in the same process. No time is asserted.

Run with ``python -m pytest tests/bench -m bench -n 0``.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.growth import METHODS, seconds_by_size
from scipy.sparse.csgraph import dijkstra

from grannskap.exposure.passages import Doors
from grannskap.exposure.scene import Alongside, Scene
from grannskap.exposure.uncertainty import Fronts, doubts, drawn_passages
from grannskap.exposure.zones import Zones
from grannskap.opening import open_place
from grannskap.pipeline import analyse
from grannskap.result import Result
from grannskap.routes.costs import edge_doubt
from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.network import Floats, Ints, Network
from grannskap.study import read_study

pytestmark = pytest.mark.bench

DESTINATIONS, FUNCTIONS, SITES, ACTORS, DRAWS = 200, 8, 50, 300, 200
Tell = Callable[[str], None]

# A process starts with the peak of the one that starts it, so a small one stands between.
WATCH = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """The network of the sample, its site, and 200 nodes to go to, each for one of eight functions."""

    net: Network
    site: Ints
    ends: Ints
    functions: Ints

    @property
    def trips(self) -> dict[int, float]:
        return {int(node): 1.0 for node in self.net.nodes[self.ends]}

    @property
    def ending(self) -> Floats:
        ending = np.zeros((len(self.net.nodes), FUNCTIONS))
        ending[self.ends, self.functions] = 1.0
        return ending

    def floor(self) -> Floats:
        """One plain Dijkstra."""
        return np.asarray(dijkstra(self.net.graph, indices=int(self.site[0])))


@pytest.fixture(scope="module")
def town(sample_result: Result) -> Town:
    arrivals = sample_result.workings.scene.arrivals
    rng = np.random.default_rng(1)
    linked = np.flatnonzero(np.isfinite(arrivals.net.costs_from(arrivals.site)))
    ends = rng.choice(linked, DESTINATIONS, replace=False)
    return Town(arrivals.net, arrivals.site, ends, rng.integers(0, FUNCTIONS, DESTINATIONS))


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    def print_through(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="")  # noqa: T201

    return print_through


def medians(*calls: Callable[[], Any], repeats: int) -> list[float]:
    """Median seconds of each call, in turns, so that a busy machine slows all alike; each runs once untimed before."""
    seconds = np.empty((repeats, len(calls)))
    for row in seconds:
        for column, call in enumerate(calls):
            call()
            began = time.perf_counter()
            call()
            row[column] = time.perf_counter() - began
    return [float(median) for median in np.median(seconds, axis=0)]


def flows(net: Network, site: Ints, ending: Floats, method: str = "logit") -> Floats:
    return edge_flows(net, walk_legs(net, site, ending, method=method, theta_per_m=0.02))


def test_routes_of_one_site(town: Town, tell: Tell) -> None:
    net, site, ending, trips = town.net, town.site, town.ending, town.trips
    one, home, start = ending.sum(axis=1, keepdims=True), net.reversed(), net.nodes[site[0]]
    calls = {
        "one plain Dijkstra": town.floor,
        f"logit, {DESTINATIONS} destinations out (at most 5)": lambda: flows(net, site, one),
        "the same by route_flows": lambda: route_flows(net, start, trips),
        f"shortest, {DESTINATIONS} destinations out": lambda: flows(net, site, one, "shortest"),
        "the same by route_flows ": lambda: route_flows(net, start, trips, method="shortest"),
        f"logit, {FUNCTIONS} functions both ways (at most 15)": lambda: [flows(n, site, ending) for n in (net, home)],
    }
    found = medians(*calls.values(), repeats=200)
    tell(f"network: {len(net.nodes)} nodes, {net.n_edges} edges")
    for what, seconds in zip(calls, found, strict=True):
        tell(f"{what:52} {1e3 * seconds:7.2f} ms = {seconds / found[0]:5.1f} × Dijkstra")


def test_routes_within_a_detour(town: Town, tell: Tell) -> None:
    one = town.ending.sum(axis=1, keepdims=True)
    found = medians(lambda: flows(town.net, town.site, one, "within_detour"), repeats=9)[0]
    tell(f"within_detour at 1.15: {found:.3f} s (at most 1)")


def one_by_one(net: Network, sites: Ints, ending: Floats, method: str) -> list[Floats]:
    return [flows(net, np.array([site]), ending, method) for site in sites]


def test_many_sites(town: Town, tell: Tell) -> None:
    one = town.ending.sum(axis=1, keepdims=True)
    ways = town.net, town.net.reversed()
    linked = np.flatnonzero(np.logical_and(*(np.isfinite(net.costs_from(town.site)) for net in ways)))
    sites = np.random.default_rng(3).choice(linked, SITES, replace=False)
    for method in ("logit", "shortest"):
        single, many, at_once = medians(
            partial(flows, town.net, town.site, one, method),
            partial(one_by_one, town.net, sites, one, method),
            partial(route_flows, town.net, town.net.nodes[sites], town.trips, method=method),
            repeats=9,
        )
        tell(f"{SITES} sites, {method}: {1e3 * many:.0f} ms = {many / single:.0f} × one site (at most {SITES})")
        tell(f"  in one call {1e3 * at_once:.0f} ms = {at_once / single:.0f} × one site")


def test_passages_and_draws(sample_result: Result, town: Town, tell: Tell) -> None:
    work, study = sample_result.workings, sample_result.study
    doors = Doors.of(work.scene.door, work.scene.node, work.scene.trips)
    plain, found = medians(town.floor, lambda: work.scene.passed(work.walks, work.by, doors), repeats=50)
    tell(
        f"passages of {len(work.scene.actors)} actors, both ways: {1e3 * found:.1f} ms = {found / plain:.0f} × Dijkstra"
    )
    fronts = Fronts.around(work.scene, study.model, work.by, doubts())
    kept = most_passed(sample_result, ACTORS)
    fronts = Fronts({width: beside(by, kept, town.net) for width, by in fronts.by.items()})
    scene = only(work.scene, kept)
    model = replace(study.model, draws=DRAWS)
    doubt = edge_doubt(work.scene.arrivals.edges, study.profile.walker, dark=model.dark)
    plain, found = medians(town.floor, lambda: drawn_passages(scene, model, fronts, doubt=doubt), repeats=3)
    each = found / plain / DRAWS
    tell(f"{DRAWS} draws, {len(scene.functions)} functions, both ways, {len(scene.actors)} actors: {found:.2f} s")
    tell(f"  = {DRAWS} × {each:.1f} Dijkstra (at most {DRAWS} × 25)")


def most_passed(result: Result, n: int) -> Ints:
    """Rows in the scene of the actors that are passed most."""
    first = set(result.actors.actor_id[:n])
    return np.flatnonzero([actor in first for actor in result.workings.scene.actors.element_id])


def only(scene: Scene, kept: Ints) -> Scene:
    row = np.full(len(scene.actors) + 1, -1)
    row[kept] = np.arange(len(kept))
    actors = scene.actors.iloc[kept].reset_index(drop=True)
    return replace(scene, actors=actors, place=scene.place[kept], door=row[scene.door])


def beside(by: Alongside, kept: Ints, net: Network) -> Alongside:
    row = np.full(len(by.at_site), -1)
    row[kept] = np.arange(len(kept))
    actor = row[by.zones.actor]
    zones = Zones(actor[actor >= 0], by.zones.edge[actor >= 0], by.zones.room[kept])
    return Alongside.of(zones, net, by.at_site[kept])


def test_growth_with_the_network(tell: Tell) -> None:
    table = seconds_by_size()
    tell("seconds by size of the network, and in brackets how many times as many as edges × log nodes would give")
    tell(f"{'edges':>10} {'E·log V':>9}" + "".join(f"{name:>22}" for name in ("dijkstra", *METHODS)))
    more = table / table.iloc[0]
    for i in range(len(table)):
        line = f"{table.edges.iloc[i]:10d} {table.e_log_v.iloc[i]:9.1f}"
        for name in ("dijkstra", *METHODS):
            line += f"{table[name].iloc[i]:14.4f} ({more[name].iloc[i] / table.e_log_v.iloc[i]:5.2f})"
        tell(line)


def test_steps_of_the_sample(sample: Path, tell: Tell) -> None:
    study = read_study(sample / "study.toml")
    place = open_place(study)
    plain = replace(study, model=replace(study.model, draws=0))
    calls = (lambda: open_place(study), lambda: analyse(plain, place), lambda: analyse(study, place))
    opening, routes, sure = medians(*calls, repeats=5)
    tell(f"read and build: {opening:.2f} s (aim: at most 1)")
    tell(
        f"routes, passages, tables and what matters most: {routes:.2f} s; with {study.model.draws} draws: {sure:.2f} s"
    )


def spent(*command: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a process of its own."""
    watched = subprocess.run((sys.executable, "-S", "-c", WATCH, *command), capture_output=True, check=True, text=True)  # noqa: S603
    seconds, peak = watched.stdout.split()
    return float(seconds), float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def test_the_demo_as_a_process(tmp_path: Path, tell: Tell) -> None:
    run = "from grannskap.cli import main; main()"
    runs = {
        "demo without papers": (sys.executable, "-c", run, "demo", "--no-papers", "--out", str(tmp_path / "base")),
        "demo": (sys.executable, "-c", run, "demo", "--out", str(tmp_path / "out")),
        "importing geopandas, osmnx and folium": (sys.executable, "-c", "import geopandas, osmnx, folium"),
        "grannskap --help": (sys.executable, "-c", run, "--help"),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(5):
        for name, command in runs.items():
            found[name].append(spent(*command))
    middle = {name: np.median(some, axis=0) for name, some in found.items()}
    imports = middle["importing geopandas, osmnx and folium"]
    for name, (seconds, megabytes) in middle.items():
        tell(f"{name}: {seconds:.2f} s, {megabytes:.0f} MB; {seconds / imports[0]:.2f} × the imports")
