"""How long things take, as ratios to one plain Dijkstra on the same network in the same process. No time is asserted.

Run with ``python -m pytest tests/bench -m bench``.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import dijkstra

from grannskap.exposure import actors as exposure_actors
from grannskap.exposure.passages import passages
from grannskap.pipeline import analyse, open_place
from grannskap.result import Result
from grannskap.routes.flows import edge_flows, route_flows, walk_legs
from grannskap.routes.network import Floats, Ints, Network
from grannskap.study import read_study

pytestmark = pytest.mark.bench

DESTINATIONS, FUNCTIONS = 200, 8
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
    """The network of the sample, and trips from its site to 200 nodes."""

    net: Network
    site: int
    trips: dict[int, float]
    costs: Floats

    @property
    def origins(self) -> Ints:
        return self.net.positions([self.site])


@pytest.fixture(scope="module")
def result(sample: Path) -> Result:
    return analyse(read_study(sample / "study.toml"))


@pytest.fixture(scope="module")
def town(result: Result) -> Town:
    edges = result.edges
    net = Network.from_edges(pd.DataFrame(edges[["u", "v", "length_m"]]))
    ends = np.column_stack([edges.geometry.interpolate(0.0), edges.geometry.interpolate(1.0, normalized=True)])
    gap = np.array([[end.distance(result.site.geometry.iloc[0]) for end in pair] for pair in ends])
    row, side = np.unravel_index(gap.argmin(), gap.shape)
    site = int(edges[["u", "v"]].to_numpy()[row, side])
    costs = net.costs_from(net.positions([site]))
    rng = np.random.default_rng(1)
    chosen = rng.choice(np.flatnonzero(np.isfinite(costs)), DESTINATIONS, replace=False)
    trips = {int(net.nodes[i]): float(n) for i, n in zip(chosen, rng.uniform(0.1, 3.0, DESTINATIONS), strict=True)}
    return Town(net, site, trips, costs)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    def print_through(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="")  # noqa: T201

    return print_through


def medians(*calls: Callable[[], Any], repeats: int) -> list[float]:
    """Median seconds of each call, taken in turns, so that a busy machine slows all of them alike."""
    for call in calls:
        for _ in range(3):
            call()
    seconds = np.empty((repeats, len(calls)))
    for row in seconds:
        for column, call in enumerate(calls):
            began = time.perf_counter()
            call()
            row[column] = time.perf_counter() - began
    return [float(median) for median in np.median(seconds, axis=0)]


def test_routes_of_one_site(town: Town, tell: Tell) -> None:
    net, origins = town.net, town.origins
    one = np.zeros((len(net.nodes), FUNCTIONS))
    rng = np.random.default_rng(2)
    one[net.positions(town.trips), rng.integers(0, FUNCTIONS, DESTINATIONS)] = list(town.trips.values())
    home = net.reversed()

    def both_ways() -> None:
        for way in (net, home):
            edge_flows(way, walk_legs(way, origins, one, method="logit", theta_per_m=0.02))

    plain, logit, shortest, functions = medians(
        lambda: dijkstra(net.graph, indices=int(origins[0])),
        lambda: route_flows(net, town.site, town.trips),
        lambda: route_flows(net, town.site, town.trips, method="shortest"),
        both_ways,
        repeats=400,
    )
    tell(f"network: {len(net.nodes)} nodes, {net.n_edges} edges; one Dijkstra {1e3 * plain:.2f} ms")
    tell(f"logit, {DESTINATIONS} destinations: {1e3 * logit:.2f} ms = {logit / plain:.1f} × Dijkstra (aim: at most 5)")
    tell(f"shortest, {DESTINATIONS} destinations: {1e3 * shortest:.2f} ms = {shortest / plain:.1f} × Dijkstra")
    tell(f"logit, {FUNCTIONS} functions both ways: {1e3 * functions:.2f} ms = {functions / plain:.1f} × Dijkstra")


def test_passages_of_all_actors(sample: Path, town: Town, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Callable[[], Floats]] = []
    actors: list[int] = []

    def noted(*args: Any, **kwargs: Any) -> Floats:
        asked.append(lambda: passages(*args, **kwargs))
        actors.append(kwargs["n_actors"])
        return passages(*args, **kwargs)

    monkeypatch.setattr(exposure_actors, "passages", noted)
    analyse(read_study(sample / "study.toml"))
    plain, found = medians(lambda: dijkstra(town.net.graph, indices=int(town.origins[0])), asked[0], repeats=50)
    tell(f"passages of {actors[0]} actors, zones given: {1e3 * found:.1f} ms = {found / plain:.0f} × Dijkstra")


def test_steps_of_the_sample(sample: Path, tell: Tell) -> None:
    study = read_study(sample / "study.toml")
    place = open_place(study)
    opening, routes = medians(lambda: open_place(study), lambda: analyse(study, place), repeats=9)
    tell(f"read and build: {opening:.2f} s (aim: at most 1)")
    tell(f"routes, passages and tables: {routes:.2f} s (aim: at most 0.5)")


def spent(*command: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a process of its own."""
    watched = subprocess.run((sys.executable, "-S", "-c", WATCH, *command), capture_output=True, check=True, text=True)  # noqa: S603
    seconds, peak = watched.stdout.split()
    return float(seconds), float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def test_the_demo_as_a_process(tmp_path: Path, tell: Tell) -> None:
    run = "from grannskap.cli import main; main()"
    runs = {
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
