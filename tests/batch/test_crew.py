"""Processes that measure: the same tables from one and from two, whatever happens to them, and none left behind."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from batch import poison
from batch.corners import site_table
from batch.crews import Inline
from batch.streets import at
from osm.processes import children

from grannskap.batch import crew as crews
from grannskap.batch.asking import asked_of_table
from grannskap.batch.comparing import Asked, compare_sites
from grannskap.batch.crew import PROGRAM, LocalCrew, local_crew
from grannskap.batch.gathering import Wanted
from grannskap.batch.keeping import Kept
from grannskap.comparison.comparing import Comparison
from grannskap.study import Study, read_study

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes of Linux")
POISON = PROGRAM.replace("from grannskap.batch.child", "from batch.poison")
DIED = (
    "Processen som mätte platsen avslutades två gånger, kanske för att minnet tog slut: kör den för sig, eller med "
    "färre --workers."
)
Sites = tuple[Wanted, ...]


def same(one: Comparison, other: Comparison) -> None:
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    assert one.table.attrs == other.table.attrs
    assert one.manifest == other.manifest
    assert [each.to_bytes() for each in one.sites] == [each.to_bytes() for each in other.sites]


def compared(
    sites: Sites,
    kept: Kept,
    *,
    workers: int = 2,
    heard: Callable[[int, LocalCrew], None] = lambda _n, _crew: None,
    limit_s: float = 60.0,
    program: str = PROGRAM,
) -> Comparison:
    with local_crew(workers, limit_s=limit_s, program=program) as crew:
        return compare_sites(Asked(sites), crew, kept, heard=lambda n: heard(n, crew))


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    if sys.platform == "linux":
        assert children(os.getpid()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_from_any_number_of_processes(sites: Sites, alone: Comparison, kept: Kept, workers: int) -> None:
    same(compared(sites, kept, workers=workers), alone)


def test_the_same_at_street_corners_of_the_sample(sample: Path, kept: Kept, tmp_path: Path) -> None:
    study = read_study(sample / "study.toml")
    study = replace(study, model=replace(study.model, draws=4))
    asked = asked_of_table(site_table(tmp_path / "sites.csv", sample / "helsinki.osm.pbf", 5), study)
    inline = compare_sites(asked, Inline(), Kept(tmp_path / "inline"))
    same(compared(asked.sites[::-1], kept), replace(inline, sites=inline.sites[::-1]))
    assert not [site.reason for site in inline.sites if site.reason]


def test_workers_that_are_killed_cost_no_site(sites: Sites, alone: Comparison, kept: Kept) -> None:
    killed = []

    def kill(finished: int, crew: LocalCrew) -> None:
        for child in crew.children.known if finished == 1 else []:
            if child.process is not None:
                killed.append(child.process.pid)
                child.process.send_signal(signal.SIGKILL)

    same(compared(sites, kept, heard=kill), alone)
    assert len(killed) == 2


def test_a_process_is_renewed_now_and_then(
    sites: Sites, alone: Comparison, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "RENEWED_AFTER", 3)
    pids = set[int]()

    def note(_: int, crew: LocalCrew) -> None:
        pids.update(child.process.pid for child in crew.children.known if child.process is not None)

    same(compared(sites, kept, workers=1, heard=note), alone)
    assert len(pids) == 2


def test_sites_that_harm_their_process_are_rows(study: Study, sites: Sites, alone: Comparison, kept: Kept) -> None:
    names = (poison.DIES, poison.CRASHES, poison.PRINTS, poison.HANGS)
    *harmful, hanging = [Wanted(name, replace(at(study, (100 + n, 0)), name=name)) for n, name in enumerate(names)]
    first = compared((*harmful[:2], *sites, *harmful[2:]), kept, program=POISON).table
    assert set(first.note[first.site_id.isin(("dies", "crashes"))]) == {DIED}
    with_all = (hanging, *harmful[:2], *sites, *harmful[2:])  # what is finished needs no time
    found = compared(with_all, kept, limit_s=3.0, program=POISON)
    notes = found.table.groupby("site_id").note.first()
    assert notes["hangs"].startswith("Platsen tog mer än 3 sekunder och avbröts")
    assert set(notes[["dies", "crashes"]]) <= {notes["hangs"], DIED}  # on a slow machine 3 seconds are over before
    assert found.manifest["counts"] == {"sites": 8, "measured": 5}
    columns = ["site_id", "measure", "of", "value", "low", "high"]
    kept_sites = found.table.site_id.isin([site.site_id for site in sites])
    pd.testing.assert_frame_equal(
        found.table.loc[kept_sites, columns].reset_index(drop=True), alone.table[columns], check_exact=True
    )


@linux
def test_leaving_in_the_middle_ends_all_processes_at_once(study: Study, kept: Kept) -> None:
    hanging = tuple(Wanted(str(n), replace(at(study, (n, 0)), name=poison.HANGS)) for n in range(5))

    def leave() -> None:
        until = time.monotonic() + 30.0
        while len(children(os.getpid())) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=leave).start()
    with pytest.raises(KeyboardInterrupt):
        compared(hanging, kept, limit_s=600.0, program=POISON)
    assert children(os.getpid()) == []
    assert not kept.folder.exists()


def test_each_process_computes_with_one_thread(sites: Sites, kept: Kept, tmp_path: Path) -> None:
    told = tmp_path / "told"
    peek = f"import os; open({str(told)!r}, 'w').write(os.environ['OMP_NUM_THREADS']); "
    compared(sites[:1], kept, workers=1, program=peek + PROGRAM)
    assert told.read_text() == "1"
