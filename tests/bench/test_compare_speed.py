"""How long comparisons take, in sites per minute and beside what one would do today. No time is asserted.

Run with ``python -m pytest tests/bench/test_compare_speed.py -m bench -n 0``. The sites are street corners.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from batch.corners import corners, site_table
from batch.crews import Inline
from bench.as_today import Town, site_as_today

from grannskap.batch.asking import asked_of_table
from grannskap.batch.comparing import Asked, compare_sites
from grannskap.batch.crew import local_crew
from grannskap.batch.keeping import Kept
from grannskap.comparison.measuring import measured
from grannskap.crs import WGS84, project
from grannskap.exposure.rooms import Rooms
from grannskap.opening import open_place
from grannskap.pipeline import surveyed
from grannskap.study import Study, read_study
from grannskap.study.model import Site
from grannskap.study.site import site_shapes

pytestmark = pytest.mark.bench

EXTRACT = "helsinki.osm.pbf"
FEW, MANY = 16, 96
# The peak of a process is at first that of the one that starts it, so a small one stands between.
WATCH = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
COMPARE = """
import resource, sys
from grannskap.cli import main
try:
    main()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""
Tell = Callable[[str], None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    def print_through(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="")  # noqa: T201

    return print_through


@pytest.fixture(scope="module")
def study(sample: Path) -> Study:
    return read_study(sample / "study.toml")


def asked(study: Study, sample: Path, folder: Path, n: int, *, draws: int) -> Asked:
    drawn = replace(study, model=replace(study.model, draws=draws))
    return asked_of_table(site_table(folder / "sites.csv", sample / EXTRACT, n), drawn)


def seconds(asked: Asked, folder: Path, workers: int) -> float:
    began = time.perf_counter()
    with local_crew(workers, limit_s=600.0) as crew:
        compare_sites(asked, crew, Kept(folder / f"kept-{workers}-{len(asked.sites)}"))
    return time.perf_counter() - began


@pytest.mark.parametrize("draws", [0, 60, 200])
def test_sites_per_minute_by_processes(study: Study, sample: Path, tmp_path: Path, tell: Tell, draws: int) -> None:
    some = asked(study, sample, tmp_path, MANY // 2, draws=draws)
    found = {workers: seconds(some, tmp_path, workers) for workers in (1, 2, 4)}
    for workers, took in found.items():
        speed = 60 * len(some.sites) / took
        tell(
            f"{draws:3} draws, {workers} processes: {speed:6.0f} sites per minute, {found[1] / took:4.2f} × one process"
        )


def test_time_per_site_by_their_number(study: Study, sample: Path, tmp_path: Path, tell: Tell) -> None:
    for n in (FEW, MANY, 4 * MANY):
        took = seconds(asked(study, sample, tmp_path, n, draws=4), tmp_path, 2)
        tell(f"{n:4} sites, 4 draws, 2 processes: {took / n:.3f} s each, {took:.0f} s in all")


@pytest.mark.parametrize("n", [FEW, 4 * MANY])
def test_memory_of_the_main_process(sample: Path, tmp_path: Path, tell: Tell, n: int) -> None:
    text = (sample / "study.toml").read_text("utf-8").replace("draws = 60", "draws = 4")
    text = text.replace(EXTRACT, (sample / EXTRACT).as_posix())
    (tmp_path / "study.toml").write_text(text, "utf-8")
    table = site_table(tmp_path / "sites.csv", sample / EXTRACT, n)
    words = ["compare", str(tmp_path / "study.toml"), "--manifest", str(table), "--out", str(tmp_path / "out")]
    program = [sys.executable, "-S", "-c", WATCH, sys.executable, "-c", COMPARE, *words]
    said = subprocess.run(program, capture_output=True, check=True, text=True)  # noqa: S603
    tell(
        f"{n} sites: the main process takes {float(said.stdout.split()[-1]):.0f} MB at most (1,000 sites: at most 1 GB)"
    )


def test_beside_osmnx_and_networkx(study: Study, sample: Path, tell: Tell) -> None:
    """What a worker does here; shortest walks and a join there. Both have their streets already. Seconds of CPU."""
    place = open_place(study)
    rooms = Rooms.of(place)
    town, spots = Town.of(place), corners(sample / EXTRACT, FEW)
    lon, lat = np.array(spots).T
    x, y = project(lon, lat, source=WGS84, target=place.crs)
    rows = []
    for n in range(FEW):
        here = replace(study, site=Site(lon=spots[n][0], lat=spots[n][1]))
        plain = replace(here, model=replace(here.model, draws=0))
        took = []
        for work in (
            lambda n=n: site_as_today(town, float(x[n]), float(y[n]), radius_m=study.reach.radius_m),
            lambda plain=plain: measured(surveyed(plain, place, site_shapes(plain), rooms)),
            lambda here=here: measured(surveyed(here, place, site_shapes(here), rooms)),
        ):
            began = time.process_time()
            work()
            took.append(time.process_time() - began)
        rows.append(took)
    today, once, drawn = np.median(rows[1:], axis=0)
    draws = study.model.draws
    tell(f"by hand with OSMnx and networkx: {today:.3f} s a site for one set of assumptions")
    tell(f"grannskap, both ways, logit, all measures: {once:.3f} s = {once / today:.2f} × by hand")
    tell(
        f"with {draws} draws: {drawn:.3f} s = {drawn / today / (draws + 1):.3f} × by hand for each of {draws + 1} walks"
    )


def test_asking_this_process_itself(study: Study, sample: Path, tmp_path: Path, tell: Tell) -> None:
    """What the processes cost: the same without them."""
    some = asked(study, sample, tmp_path, FEW, draws=4)
    began = time.perf_counter()
    compare_sites(some, Inline(), Kept(tmp_path / "inline"))
    inline = time.perf_counter() - began
    tell(f"{FEW} sites: {inline:.1f} s in this process, {seconds(some, tmp_path, 1):.1f} s in one of their own")
