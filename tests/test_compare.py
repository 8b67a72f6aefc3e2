"""The command compare from end to end: alike from processes and from a real cluster, resumed whoever is killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from batch.streets import street
from commands import HERE, Said, command, process, small_town, study_file
from osm.processes import alive
from worlds import degrees

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the processes and filters of Linux")
TESTS = Path(__file__).parent
FILES = ["compare-wide.csv", "compare.csv", "compare.gpkg", "compare.html", "compare.parquet", "manifest.json"]
KEPT = ".sites"
N_SITES = 7
PATIENCE_S = 120.0  # for a machine that has much else to do


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with sites along its street, the last of which lies outside the map."""
    folder = tmp_path_factory.mktemp("street")
    study_file(folder, street(), more="[model]\ndraws = 4\n")
    spots = [(x, 0) for x in range(0, 60 * N_SITES, 60)] + [(9000, 0)]
    rows = [f"house {n},{lat},{lon}" for n, (lon, lat) in enumerate(degrees(*spot) for spot in spots)]
    (folder / "sites.csv").write_text("\n".join(["site_id,lat,lon", *rows]) + "\n", "utf-8")
    return folder


def words(folder: Path, out: Path, *more: str) -> list[str]:
    return ["compare", str(folder / "study.toml"), "--manifest", str(folder / "sites.csv"), "--out", str(out), *more]


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, bytes]:
    """The files that two processes of this machine make."""
    said = process(*words(folder, folder / "made", "--workers", "2"), cwd=folder)
    assert (said.code, said.err) == (0, "")
    assert f"{N_SITES} av {N_SITES + 1} boenden mätta" in said.out
    assert "house 7: Platsen på lat =" in said.out
    return contents(folder / "made")


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


def kept(out: Path) -> dict[str, int]:
    """Finished sites that are kept, and when each was written."""
    folder = out / KEPT
    found = {}
    for path in folder.iterdir() if folder.is_dir() else []:
        if not path.name.startswith("."):
            found[path.name] = path.stat().st_mtime_ns
    return found


@contextmanager
def started(*program: str, cwd: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process in a group of its own, all of which is gone afterwards."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(TESTS)])}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *program],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            yield running
        finally:
            if alive(running.pid):
                os.killpg(running.pid, signal.SIGKILL)


@contextmanager
def comparing(folder: Path, out: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    code = "from grannskap.cli import main; main()"
    with started("-c", code, *words(folder, out, *more), cwd=folder) as running:
        yield running


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


class TestFiles:
    def test_all_of_them_and_what_is_finished_is_kept_while_a_site_fails(
        self, folder: Path, made: dict[str, bytes]
    ) -> None:
        assert sorted(made) == FILES
        assert len(kept(folder / "made")) == N_SITES
        manifest = json.loads(made["manifest.json"])
        assert manifest["counts"] == {"sites": N_SITES + 1, "measured": N_SITES}
        assert manifest["sites"][-1]["reason"].startswith("Platsen på lat =")
        assert b"house 7,," in made["compare.csv"]

    def test_several_studies_by_the_settings_of_the_first(self, folder: Path, tmp_path: Path) -> None:
        other = study_file(tmp_path / "other", small_town("Kaféet"), more="[model]\ndraws = 9\n").rename(
            tmp_path / "other" / "two.toml"
        )
        said = command("compare", folder / "study.toml", other, "--out", tmp_path / "out", "--workers", "1")
        assert (said.code, said.err) == (0, "")
        assert "2 av 2 boenden mätta" in said.out
        assert "two.toml: [model] draws är 9; här gäller 4 för alla, som i study.toml." in said.out
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES  # and nothing is kept
        told = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
        assert [each["site_id"] for each in told["sites"]] == ["study", "two"]
        assert len(told["sources"]) == 2

    def test_in_a_folder_of_its_own_and_in_english(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        said = command("compare", folder / "study.toml", "--lang", "en", "--references", "2", "-v")
        assert said.code == 0
        assert "1 of 1 sites measured" in said.out
        assert "Ordinary dwellings around them, for comparison: 2" in said.out
        assert {"sites", "compare", "page"} <= {line.partition(":")[0] for line in said.err.splitlines()}
        assert sorted(path.name for path in (tmp_path / "out" / "compare").iterdir()) == FILES


class TestRefused:
    @pytest.mark.parametrize(
        "more",
        [
            ("compare",),
            ("compare", "a.toml", "b.toml", "--manifest", "c.csv"),
            ("compare", "a.toml", "--workers", "0"),
            ("compare", "a.toml", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"),
            ("compare", "a.toml", "--references", "-1"),
            ("compare", "a.toml", "--site-limit-s", "0"),
        ],
    )
    def test_wrong_usage(self, more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        said = command(*more)
        assert (said.code, said.out) == (2, "")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            (("--against", "house 9"), "house 9"),
            (("--manifest", "nowhere.csv"), "Filen nowhere.csv finns inte; kontrollera sökvägen."),
            (("--scheduler", "tcp://127.0.0.1:1"), "Ingen schemaläggare svarar på tcp://127.0.0.1:1: kontrollera"),
            (("--scheduler", "no address"), "--scheduler är no address; skriv adressen till en schemaläggare"),
        ],
    )
    def test_one_sentence_and_nothing_on_the_disk(
        self, more: tuple[str, ...], sentence: str, folder: Path, tmp_path: Path
    ) -> None:
        said = process(*words(folder, tmp_path / "out", *more), cwd=tmp_path)
        assert (said.code, said.out) == (1, "")
        [line] = said.err.splitlines()
        assert sentence in line
        assert list(tmp_path.iterdir()) == []

    def test_a_protected_site_leaves_this_machine_for_no_cluster(self, folder: Path, tmp_path: Path) -> None:
        lon, lat = degrees(0, 0)
        table = tmp_path / "sites.csv"
        table.write_text(f"site_id,lat,lon,sensitivity\na,{lat},{lon},\nb,{lat},{lon},protected\n", "utf-8")
        said = command(
            *("compare", folder / "study.toml", "--manifest", table),
            *("--scheduler", "tcp://127.0.0.1:1", "--out", tmp_path / "out"),
        )
        assert said.code == 1
        assert said.err.startswith("b är skyddad och stannar på den här datorn")
        assert not (tmp_path / "out").exists()


@linux
def test_it_opens_no_socket(folder: Path, tmp_path: Path) -> None:
    """Nor do its workers: the kernel would end them, and their sites would be missing."""
    lon, lat = degrees(0, 0)
    table = tmp_path / "sites.csv"
    table.write_text(f"site_id,lat,lon,sensitivity\na,{lat},{lon},protected\n", "utf-8")
    program = (str(TESTS / "osm" / "banned.py"), "compare", str(folder / "study.toml"), "--manifest", str(table))
    with started(*program, "--out", str(tmp_path / "out"), cwd=tmp_path) as running:
        out, err = running.communicate(timeout=PATIENCE_S)
    assert (running.returncode, err) == (0, "")
    assert "1 av 1 boenden mätta" in out


@linux
class TestStopped:
    def test_killed_it_goes_on_where_it_was(self, folder: Path, made: dict[str, bytes], tmp_path: Path) -> None:
        out = tmp_path / "out"
        with comparing(folder, out, "--workers", "2") as running:
            until(lambda: len(kept(out)) > 0)
            running.kill()
            running.wait()
            until(lambda: alive(running.pid) == [])  # whom nobody asks any longer ends by itself
        assert contents(out) == {}
        before = kept(out)
        assert 0 < len(before) < N_SITES
        said = process(*words(folder, out, "--workers", "1"), cwd=folder)
        assert said.code == 0
        assert contents(out) == made
        after = kept(out)
        assert {name: after[name] for name in before} == before  # not written again
        assert len(after) == N_SITES

    def test_ctrl_c_leaves_no_process_and_nothing_half_written(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with comparing(folder, out, "--workers", "2") as running:
            until(lambda: len(kept(out)) > 0)
            os.killpg(running.pid, signal.SIGINT)
            _, err = running.communicate(timeout=PATIENCE_S)
            assert alive(running.pid) == []
        assert running.returncode == 130
        assert err == "Avbrutet. Det som är klart finns kvar: kör samma kommando igen för att fortsätta.\n"
        assert contents(out) == {}
        assert len(kept(out)) > 0
        assert not [path for path in (out / KEPT).iterdir() if path.name.startswith(".")]


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]", list["subprocess.Popen[str]"]]]:
    """A real scheduler of Dask and two workers, on this machine alone."""
    note = folder / "scheduler.json"
    where = ("--host", "127.0.0.1")
    schedule = ("-m", "distributed.cli.dask_scheduler", *where, "--port", "0", "--no-dashboard", "--no-show")
    work = ("-m", "distributed.cli.dask_worker", "--scheduler-file", str(note), *where)
    mine = ("--no-nanny", "--no-dashboard", "--nthreads", "1")
    with started(*schedule, "--scheduler-file", str(note), cwd=folder) as scheduler:
        until(lambda: note.exists() and note.read_text("utf-8").rstrip().endswith("}"))
        address = str(json.loads(note.read_text("utf-8"))["address"])
        assert address.startswith("tcp://127.0.0.1:")
        homes = [folder / f"worker{n}" for n in range(2)]
        with (
            started(*work, *mine, "--local-directory", str(homes[0]), cwd=folder) as one,
            started(*work, *mine, "--local-directory", str(homes[1]), cwd=folder) as two,
        ):
            yield address, scheduler, [one, two]


@linux
class TestCluster:
    def test_the_same_files_though_a_worker_is_killed(
        self, folder: Path, made: dict[str, bytes], tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        with cluster(tmp_path) as (address, _, workers), comparing(folder, out, "--scheduler", address) as running:
            until(lambda: len(kept(out)) > 0)
            os.kill(workers[0].pid, signal.SIGKILL)
            finished = len(kept(out))
            said = Said(0, *running.communicate(timeout=PATIENCE_S))
            until(lambda: alive(workers[0].pid) == [])  # nor does what it has started stay behind
        assert (running.returncode, said.err) == (0, "")
        assert 0 < finished < N_SITES
        assert contents(out) == made

    def test_a_scheduler_that_dies_stops_it_and_it_goes_on_without(
        self, folder: Path, made: dict[str, bytes], tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        with cluster(tmp_path) as (address, scheduler, _), comparing(folder, out, "--scheduler", address) as running:
            until(lambda: len(kept(out)) > 0)
            scheduler.kill()
            _, err = running.communicate(timeout=PATIENCE_S)
        assert running.returncode == 1
        assert re.fullmatch(rf"Schemaläggaren på {address} är borta. Det som är klart finns kvar: .*\n", err)
        before = kept(out)
        assert contents(out) == {}
        assert 0 < len(before) < N_SITES
        assert process(*words(folder, out, "--workers", "1"), cwd=folder).code == 0
        assert contents(out) == made
        assert {name: kept(out)[name] for name in before} == before


@linux
def test_progress_on_a_terminal_and_only_there(folder: Path, tmp_path: Path) -> None:
    import pty  # noqa: PLC0415 (only on Linux)

    ours, theirs = pty.openpty()
    code = "from grannskap.cli import main; main()"
    program = [sys.executable, "-c", code, "compare", str(folder / "study.toml"), "--workers", "1"]
    env = {**os.environ, "PYTHONPATH": str(HERE), "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(program, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=theirs) as running:  # noqa: S603
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 1 << 16)
            except OSError:  # the other side is closed
                break
        out, _ = running.communicate()
    os.close(ours)
    assert running.returncode == 0
    assert "Boenden" in shown.decode()
    assert "0/1" in shown.decode()
    assert b"\x1b" not in out
