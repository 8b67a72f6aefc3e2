"""A fetch from end to end: what it gives, whom it asks, what it leaves, and what a protected site never does."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import HERE, Said, command, process, python, small_town, study_file
from osm import loopback
from osm.loopback import Extract, Service, serving
from osm.processes import alive
from worlds import degrees

import grannskap as gk
from grannskap.errors import AddressNotFound, OutputError, SnapshotError, SourceError, StudyError
from grannskap.fetching import fetch_place, fetch_snapshot, fetch_snapshots
from grannskap.language import texts_for
from grannskap.osm import cutting, files, source
from grannskap.osm.cache import cache_folder, settled
from grannskap.osm.grid import PUBLIC_M
from grannskap.osm.helper import Worker
from grannskap.osm.snapshot import read_snapshot
from grannskap.osm.workshop import workshop
from grannskap.result import Result
from grannskap.study import Study, read_study
from grannskap.study.model import Site
from grannskap.study.site import METRES_PER_DEGREE

pytestmark = pytest.mark.loopback
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the processes and filters of Linux")
TESTS = Path(__file__).parent
KILLS = 50
ADDRESS = "Storgatan 7, Provköping"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own; no proxy between it and the loopback."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path_factory.getbasetemp() / "matplotlib"))
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path / "cache" / "grannskap"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = small_town("Kaféet", "Biblioteket")
    world.node(20, 12, "addr:housenumber=3", "addr:street=Storgatan")
    return world.write(tmp_path_factory.mktemp("town") / "town.osm")


@pytest.fixture(scope="module")
def running(town: Path) -> Iterator[Service]:
    with serving(Extract.read(town)) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    running.addresses.clear()
    return running.reset()


class _Kept(Worker):
    """One that serves several fetches, since it takes a second to start."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def kept() -> Iterator[Worker]:
    worker = _Kept()
    yield worker
    Worker.close(worker)


@pytest.fixture(autouse=True)
def _quick(kept: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grannskap.osm.outside.Worker", lambda: kept)


@pytest.fixture
def path(tmp_path: Path, service: Service) -> Path:
    """A study of the small town that asks the service."""
    path = study_file(tmp_path / "here", small_town("Kaféet"))
    text = path.read_text("utf-8").replace('path = "world.osm"', _source(service.url))
    path.write_text(text, "utf-8")
    return path


def _source(*urls: str, deadline_s: float = 20.0) -> str:
    return f'kind = "overpass"\npath = "town.gpkg"\nendpoints = {json.dumps(urls)}\ndeadline_s = {deadline_s}'


@pytest.fixture
def study(path: Path) -> Study:
    return read_study(path)


def at(study: Study, lon: float, lat: float) -> Study:
    return replace(study, site=Site(lon=lon, lat=lat))


def sourced(study: Study, **values: Any) -> Study:
    return replace(study, source=replace(study.source, **values))


def left(folder: Path) -> list[str]:
    """Files below a folder that are no snapshot and no study."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.endswith((".toml", ".osm")))


class TestTheSampleArea:
    def test_it_is_the_same_as_the_extract_itself(self, sample: Path, sample_result: Result, tmp_path: Path) -> None:
        with serving(Extract.read(sample / "helsinki.osm.pbf")) as service:
            study = sourced(
                read_study(sample / "study.toml"), kind="overpass", path=tmp_path / "a.gpkg", endpoints=(service.url,)
            )
            place = fetch_place(study, tell=lambda _: None)
            length = sample_result.manifest["counts"]["streets_km"]  # type: ignore[index]
        fetched = gk.analyse(sourced(study, kind="snapshot"), place)
        assert fetched.manifest["counts"]["streets_km"] == pytest.approx(length, rel=1e-3)  # type: ignore[index]
        columns = ["rank", "actor_id", "name", "kind", "main_function"]
        assert fetched.actors[columns].equals(sample_result.actors[columns])
        passages = sample_result.actors.passages_per_week.to_numpy()
        assert fetched.actors.passages_per_week.to_numpy() == pytest.approx(passages)
        assert place.source["origin"] == service.url

    def test_an_extract_is_cut_without_a_question(self, sample: Path, sample_result: Result, tmp_path: Path) -> None:
        told: list[str] = []
        fetched = fetch_snapshot(read_study(sample / "study.toml"), snapshot=tmp_path / "a.gpkg", tell=told.append)
        assert told == []
        assert fetched.manifest["extract"] == "helsinki.osm.pbf"
        cut = gk.analyse(fetched.study)
        columns = ["rank", "actor_id", "passages_per_week"]
        assert cut.actors[columns].equals(sample_result.actors[columns])


class TestWhatIsAsked:
    def test_hosts_are_told_before_the_first_call(self, study: Study, service: Service) -> None:
        told: list[tuple[str, int]] = []
        fetch_snapshot(study, tell=lambda text: told.append((text, len(service.requests))))
        [(text, requests)] = told
        assert service.host in text
        assert requests == 0
        assert len(service.requests) == 2

    def test_they_are_printed_where_nobody_else_listens(
        self, study: Study, service: Service, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fetch_snapshot(study)
        assert service.host in capsys.readouterr().out

    @pytest.mark.parametrize("end", ["/", "/interpreter", "/interpreter/"])
    def test_a_service_may_be_named_in_several_ways(self, study: Study, service: Service, end: str) -> None:
        fetched = fetch_snapshot(sourced(study, endpoints=(service.url + end,)), tell=lambda _: None)
        assert fetched.manifest["endpoint"] == service.url

    def test_every_site_of_a_cell_asks_the_same(self, study: Study, service: Service) -> None:
        chance = random.Random(1)  # noqa: S311
        sites = [(15.0 + chance.uniform(0.0001, 0.0199), 57.74 + chance.uniform(0.0001, 0.0099)) for _ in range(4)]
        for lon, lat in sites:
            fetch_snapshot(at(study, lon, lat), refresh=True, tell=lambda _: None)
        assert len(service.queries) == 2 * len(sites)
        assert len(set(service.queries)) == 2
        numbers = [float(each) for query in set(service.queries) for each in re.findall(r"\d+\.\d+", query)]
        for lon, lat in sites:
            assert not [n for n in numbers if min(abs(n - lon), abs(n - lat)) < 1e-3]

    def test_the_next_cell_asks_for_another_area(self, study: Study, service: Service) -> None:
        fetch_snapshot(at(study, 15.0199, 57.745), tell=lambda _: None)
        fetch_snapshot(at(study, 15.0201, 57.745), refresh=True, tell=lambda _: None)
        assert len(set(service.queries)) == 4

    def test_where_the_study_names_no_service_that_of_osmnx_is_asked(
        self, study: Study, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("osmnx.settings.overpass_url", service.url)
        told: list[str] = []
        assert fetch_snapshot(sourced(study, endpoints=()), tell=told.append).manifest["endpoint"] == service.url
        assert service.host in told[0]


class TestTheSnapshot:
    def test_a_second_fetch_asks_nobody(self, study: Study, service: Service) -> None:
        first = fetch_snapshot(study, tell=lambda _: None)
        service.reset()
        second = fetch_snapshot(study, tell=lambda _: None)
        assert (first.new, second.new) == (True, False)
        assert second.manifest["fetched"] == first.manifest["fetched"]
        assert service.requests == []
        assert fetch_snapshot(study, refresh=True, tell=lambda _: None).new
        assert len(service.requests) == 2

    def test_it_tells_where_it_is_from(self, study: Study, service: Service) -> None:
        manifest = fetch_snapshot(study, tell=lambda _: None).manifest
        assert manifest["endpoint"] == service.url
        assert manifest["query"] == service.queries
        assert manifest["data_date"] == loopback.DATA_TIME[:10]
        assert manifest["box"] == manifest["bounds"]

    def test_for_everybody_it_reaches_farther(self, study: Study) -> None:
        """As far as all addresses may need among which the residence hides, and from the same cell of the grid."""
        narrow = fetch_snapshot(study, tell=lambda _: None)
        with pytest.raises(SnapshotError, match="holds another area"):
            fetch_snapshot(study, audience="public", tell=lambda _: None)
        wide = fetch_snapshot(study, refresh=True, audience="public", tell=lambda _: None)
        west, south, east, north = narrow.manifest["box"]
        farther = np.array([west, south, -east, -north]) - np.array(wide.manifest["box"]) * [1, 1, -1, -1]
        assert (farther * METRES_PER_DEGREE >= PUBLIC_M).all()
        assert not fetch_snapshot(study, tell=lambda _: None).new

    def test_nothing_is_fetched_for_a_view_that_cannot_be(self, study: Study, service: Service) -> None:
        with pytest.raises(StudyError, match="there is no public view"):
            fetch_snapshot(replace(study, sensitivity="protected"), audience="public", tell=lambda _: None)
        assert service.requests == []

    def test_without_a_path_it_is_in_the_cache_folder(self, study: Study, cache: Path, service: Service) -> None:
        bare = sourced(study, path=None)
        with pytest.raises(SnapshotError, match="run grannskap fetch first"):
            gk.analyse(bare)
        fetched = fetch_snapshot(bare, tell=lambda _: None)
        assert fetched.path.parent == cache / "snapshots"
        assert settled(bare).source.path == fetched.path
        assert gk.analyse(bare).manifest["source"]["fetched"] == fetched.manifest["fetched"]  # type: ignore[index]
        nearby = at(bare, 15.0001, 57.7401)
        assert settled(nearby).source.path == fetched.path
        assert fetch_snapshot(at(bare, 15.03, 57.74), tell=lambda _: None).path != fetched.path
        assert left(cache.parent) == sorted(
            f"grannskap/snapshots/{each.name}" for each in fetched.path.parent.iterdir()
        )
        assert service.queries

    def test_one_of_another_area_is_not_replaced_unasked(self, study: Study) -> None:
        first = fetch_snapshot(study, tell=lambda _: None)
        with pytest.raises(SnapshotError, match="another area"):
            fetch_snapshot(at(study, 15.03, 57.75), tell=lambda _: None)
        assert read_snapshot(first.path)[1]["fetched"] == first.manifest["fetched"]
        with pytest.raises(SnapshotError, match="another area"):
            fetch_snapshot(replace(study, reach=replace(study.reach, radius_m=2000.0)), tell=lambda _: None)

    def test_a_damaged_one_is_told_and_replaced_when_asked_for(self, study: Study) -> None:
        path = fetch_snapshot(study, tell=lambda _: None).path
        path.write_bytes(path.read_bytes()[:20_000])
        with pytest.raises(SnapshotError, match="--refresh"):
            fetch_snapshot(study, tell=lambda _: None)
        assert fetch_snapshot(study, refresh=True, tell=lambda _: None).new

    @pytest.mark.parametrize("refresh", [True, False])
    def test_what_is_no_snapshot_is_never_replaced(
        self, study: Study, path: Path, service: Service, refresh: bool
    ) -> None:
        before = path.read_bytes()
        with pytest.raises(SnapshotError, match="grannskap fetch did not write it"):
            fetch_snapshot(study, snapshot=path, refresh=refresh, tell=lambda _: None)
        assert path.read_bytes() == before
        assert service.requests == []

    def test_a_failed_refresh_leaves_the_old_one(self, study: Study, service: Service, cache: Path) -> None:
        first = fetch_snapshot(study, tell=lambda _: None)
        service.misdeed = loopback.html
        with pytest.raises(SourceError):
            fetch_snapshot(study, refresh=True, tell=lambda _: None)
        assert read_snapshot(first.path)[1]["fetched"] == first.manifest["fetched"]
        assert left(cache) == []

    def test_a_cache_folder_that_cannot_be_written(self, study: Study, cache: Path) -> None:
        cache.parent.touch()
        with pytest.raises(OutputError, match="cache folder"):
            fetch_snapshot(study, tell=lambda _: None)

    def test_what_killed_fetches_left_is_removed_and_what_living_ones_use_stays(self, cache: Path) -> None:
        (cache / "work" / ".grannskap-dead").mkdir(parents=True)
        (cache / "work" / ".grannskap-dead" / "fetched.osm.pbf").touch()
        (cache / "work" / ".grannskap-dead.tmp").touch()
        with workshop() as mine:
            assert [each.name for each in (cache / "work").iterdir() if each.is_dir()] == [mine.name]
            with workshop() as other:
                assert mine.exists()
                assert other != mine
        assert list((cache / "work").iterdir()) == []


class TestAddresses:
    @pytest.fixture
    def online(self, study: Study, service: Service) -> Study:
        service.addresses[ADDRESS] = degrees(10, 10)
        study = replace(study, site=Site(address=ADDRESS))
        return sourced(study, geocoder="nominatim", nominatim_url=service.url.removesuffix("api"), path=None)

    def test_the_geocoder_is_asked_once_and_told_before(self, online: Study, service: Service, cache: Path) -> None:
        told: list[tuple[str, int]] = []
        fetched = fetch_snapshot(online, tell=lambda text: told.append((text, len(service.requests))))
        [(text, requests)] = told
        assert text.count(service.host) == 2
        assert requests == 0
        assert (fetched.study.site.lon, fetched.study.site.lat) == degrees(10, 10)
        asked, headers = service.requests[0]
        assert asked.startswith("/search?")
        assert headers["User-Agent"].startswith("grannskap/")
        service.reset()
        assert not fetch_snapshot(online, tell=lambda _: None).new
        assert service.requests == []
        assert settled(online).source.path == fetched.path
        assert gk.analyse(online).actors.name.tolist()[:1] == gk.analyse(fetched.study).actors.name.tolist()[:1]
        assert gk.analyse(online, fetch_place(online)).manifest["study"]["site"] == {"address": ADDRESS}  # type: ignore[index]
        assert service.requests == []
        assert ADDRESS not in "".join(each.read_text("utf-8") for each in cache.rglob("*.json"))

    def test_what_the_map_on_disk_holds_is_not_asked(self, online: Study, town: Path, service: Service) -> None:
        known = replace(online, site=Site(address="Storgatan 3"))
        fetched = fetch_snapshot(sourced(known, kind="extract", path=town), tell=lambda _: None)
        assert (fetched.study.site.lon, fetched.study.site.lat) == pytest.approx(degrees(20, 12))
        assert service.requests == []

    def test_only_where_the_study_allows_it(self, online: Study, town: Path, service: Service) -> None:
        local = sourced(online, geocoder="local")
        with pytest.raises(StudyError, match="There is no map yet"):
            fetch_snapshot(local, tell=lambda _: None)
        with pytest.raises(AddressNotFound):
            fetch_snapshot(sourced(local, kind="extract", path=town), tell=lambda _: None)
        assert service.requests == []

    def test_an_address_that_is_not_known(self, online: Study, service: Service) -> None:
        service.addresses.clear()
        with pytest.raises(AddressNotFound, match=f"{service.host} does not know the address {ADDRESS}"):
            fetch_snapshot(online, tell=lambda _: None)

    @pytest.mark.parametrize(
        ("misdeed", "told"),
        [
            (loopback.html, "answered with a web page"),
            (loopback.status(403), r"refuses to answer \(403\)"),
            (loopback.status(429, Retry_After="99"), "asks to wait 99 s"),
            (loopback.trickle, "in time"),
            (loopback.other_json, "data of another kind"),
        ],
    )
    def test_a_geocoder_that_fails(
        self, online: Study, service: Service, misdeed: loopback.Misdeed, told: str, cache: Path
    ) -> None:
        service.misdeed = misdeed
        with pytest.raises(SourceError, match=f"{service.host} .*{told}.*nominatim_url"):
            fetch_snapshot(sourced(online, deadline_s=4.0), tell=lambda _: None)
        assert left(cache) == []


class TestSeveralStudies:
    """Three sites of one town in the same extract, two of them in the same cell of the grid, and what else there is."""

    @pytest.fixture
    def extract(self, tmp_path: Path) -> Path:
        world = small_town("Kaféet")
        world.node(20, 12, "addr:housenumber=3", "addr:street=Storgatan")
        world.node(300, 12, "addr:housenumber=9", "addr:street=Storgatan")
        return world.write(tmp_path / "town.osm.pbf")

    @pytest.fixture
    def sites(self, study: Study, extract: Path) -> list[Study]:
        local = sourced(study, kind="extract", path=extract)
        north = at(local, 15.0001, 57.7551)
        west = replace(local, site=Site(address="Storgatan 3"))
        east = replace(local, site=Site(address="Storgatan 9"))
        return [replace(each, name=name) for each, name in ((west, "Väster"), (north, "Norr"), (east, "Öster"))]

    @pytest.fixture(params=[False, True], ids=["small", "large"])
    def passed(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
        """Each time that the extract is read or passed over, and what for."""
        notes: list[tuple[str, Path]] = []

        def noted(name: str, what: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Path, *more: Any, **named: Any) -> Any:
                notes.append((name, path))
                return what(path, *more, **named)

            return call

        if request.param:
            monkeypatch.setattr(files, "LARGE_BYTES", 100)
        for name, module in (("read_extract", source), ("addresses_in", source), ("stream", cutting)):
            monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
        return notes

    def test_one_extract_is_passed_over_once(
        self, sites: list[Study], extract: Path, passed: list[tuple[str, Path]], service: Service
    ) -> None:
        fetched = list(fetch_snapshots(sites, tell=lambda _: None))
        names = [name for name, path in passed if path == extract]
        assert names in (["read_extract"], ["addresses_in", "stream"])
        assert [each.study.name for each in fetched] == ["Väster", "Norr", "Öster"]
        assert [each.new for each in fetched] == [True, True, True]
        assert fetched[0].path == fetched[2].path != fetched[1].path
        assert fetched[2].study.site == Site(lat=degrees(300, 12)[1], lon=degrees(300, 12)[0])
        for each, one in zip(fetched, sites, strict=True):
            alone = fetch_snapshot(one, snapshot=extract.with_suffix(".gpkg"), refresh=True, tell=lambda _: None)
            assert alone.manifest["content_sha256"] == each.manifest["content_sha256"]
            assert alone.manifest["extract_sha256"] == each.manifest["extract_sha256"]
        assert service.requests == []

    def test_the_next_time_nothing_is_read_but_for_addresses(
        self, sites: list[Study], passed: list[tuple[str, Path]]
    ) -> None:
        list(fetch_snapshots(sites, tell=lambda _: None))
        passed.clear()
        assert [each.new for each in fetch_snapshots(sites, tell=lambda _: None)] == [False, False, False]
        assert [name for name, _ in passed] in (["read_extract"], ["addresses_in"])
        passed.clear()
        assert [each.new for each in fetch_snapshots(sites[1:2] * 2, tell=lambda _: None)] == [False, False]
        assert passed == []

    def test_each_is_there_as_soon_as_it_is_told(self, sites: list[Study], study: Study, service: Service) -> None:
        elsewhere = sourced(study, path=None)
        each = fetch_snapshots([elsewhere, *sites], refresh=True, tell=lambda _: None)
        assert next(each).manifest["endpoint"] == service.url
        assert next(each).manifest["extract"] == "town.osm.pbf"
        assert len(list(cache_folder().glob("snapshots/*"))) == 2
        assert len(list(each)) == 2

    def test_a_mistake_names_its_study_and_is_told_before_anything_is_written(self, sites: list[Study]) -> None:
        wrong = replace(sites[0], site=Site(address="Lillgatan 1"), path=Path("b", "fel.toml"))
        nameless = replace(wrong, path=None, name="Provet")
        for one, where in ((wrong, str(wrong.path)), (nameless, "Provet")):
            with pytest.raises(AddressNotFound, match=re.escape(f"{where}: The map data holds no address")) as caught:
                list(fetch_snapshots([*sites, one], tell=lambda _: None))
            assert caught.value.text(texts_for("sv")).startswith(f"{where}: Kartdata")
            assert not (cache_folder() / "snapshots").exists()
        with pytest.raises(AddressNotFound, match=r"^The map data holds no address"):
            list(fetch_snapshots([wrong], tell=lambda _: None))

    def test_an_extract_that_is_missing_is_told_once(self, sites: list[Study]) -> None:
        gone = [sourced(each, path=Path("gone.osm.pbf")) for each in sites]
        with pytest.raises(SourceError, match=r"There is no file gone\.osm\.pbf"):
            list(fetch_snapshots(gone, tell=lambda _: None))

    def test_an_extract_without_a_path_is_refused(self, study: Study, service: Service) -> None:
        with pytest.raises(SourceError, match="needs the path of a file"):
            fetch_snapshot(sourced(study, kind="extract", path=None), tell=lambda _: None)
        assert service.requests == []

    def test_what_is_read_is_told(self, sites: list[Study]) -> None:
        said: list[str] = []
        list(fetch_snapshots(sites, tell=lambda _: None, progress=said.append))
        assert said == ["Läser town.osm.pbf"] * 2

    def test_the_command(self, extract: Path, tmp_path: Path) -> None:
        paths = []
        for number, spot in enumerate([(0, 0), (0, 1700)]):
            paths.append(study_file(tmp_path / str(number), small_town(), spot))
            text = paths[-1].read_text("utf-8").replace('"world.osm"', json.dumps(str(extract)))
            paths[-1].write_text(text.replace("Provet", f"[bold]Plats {number}"), "utf-8")
        said = command("fetch", *paths)
        assert (said.code, said.err) == (0, "")
        assert [line for line in said.out.splitlines() if "Plats" in line] == ["[bold]Plats 0", "[bold]Plats 1"]
        assert said.out.count("Hämtat: ") == said.out.count("Ögonblicksbild: ") == 2
        paths[1].write_text(paths[1].read_text("utf-8").replace("town.osm.pbf", "gone.osm.pbf"), "utf-8")
        said = command("fetch", *paths)
        assert (said.code, said.out.count("--refresh")) == (1, 1)
        assert said.err.startswith(f"{paths[1]}: Filen gone.osm.pbf finns inte")

    def test_one_place_for_several_is_wrong_usage(self, path: Path, tmp_path: Path) -> None:
        said = command("fetch", path, path, "--out", tmp_path / "a.gpkg")
        assert (said.code, said.out) == (2, "")
        assert "--out" in said.err
        assert command("fetch").code == 2


class TestTheCommand:
    def test_it_fetches_once_and_run_needs_no_network(self, path: Path, service: Service, tmp_path: Path) -> None:
        said = process("fetch", path, cwd=tmp_path)
        assert (said.code, said.err) == (0, "")
        first, *_, last = said.out.splitlines()
        assert first == f"Externa tjänster som kan tillfrågas: {service.host} (kartan över en fast ruta i ett rutnät)."
        assert last == f"Ögonblicksbild: {path.parent / 'town.gpkg'}"
        assert left(tmp_path) == ["here/town.gpkg"]
        service.reset()
        assert "--refresh" in command("fetch", path).out
        assert command("run", path, "--out", tmp_path / "ut").code == 0
        assert service.requests == []

    def test_for_everybody(self, path: Path, service: Service) -> None:
        assert command("fetch", path).code == 0
        refused = command("fetch", path, "--audience", "public")
        assert (refused.code, refused.out.splitlines()[1:]) == (1, [])
        assert "ersätt den med --refresh" in refused.err
        service.reset()
        assert command("fetch", path, "--audience", "public", "--refresh").code == 0
        assert len(service.requests) == 2
        assert command("fetch", path, "--audience", "all").code == 2

    def test_a_failure_is_one_sentence_and_leaves_nothing(self, path: Path, service: Service, tmp_path: Path) -> None:
        service.misdeed = loopback.status(404)
        before = left(tmp_path)
        said = command("fetch", path, "--out", tmp_path / "deep" / "er" / "a.gpkg")
        assert said.code == 1
        [sentence] = said.err.splitlines()
        assert service.host in sentence
        assert sentence.endswith("kontrollera adressen i [source] endpoints.")
        assert left(tmp_path) == before
        assert not (tmp_path / "deep").exists()

    @linux
    def test_a_terminal_shows_what_is_waited_for(self, path: Path, service: Service, tmp_path: Path) -> None:
        code, text = _on_a_terminal(path, tmp_path)
        assert code == 0
        assert f"Väntar på {service.host}: " in text
        assert "s kvar totalt" in text

    @linux
    def test_a_full_cache_folder_is_told_and_leaves_nothing(self, path: Path, tmp_path: Path, cache: Path) -> None:
        code = (
            "import resource, sys\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))\n"
            "from grannskap.cli import main\nmain()"
        )
        said = python(code, "fetch", path, cwd=tmp_path)
        assert (said.code, said.err.count("\n")) == (1, 1)
        assert said.err.startswith("Det hämtade kan inte skrivas i cachemappen (disken är full)")
        assert left(tmp_path) == []
        assert list((cache / "work").iterdir()) == []

    @linux
    def test_ctrl_c_leaves_nothing(self, path: Path, service: Service, tmp_path: Path, cache: Path) -> None:
        service.misdeed = loopback.silence
        with _started("fetch", path, cwd=tmp_path) as running:
            _until(lambda: bool(service.queries))
            os.killpg(running.pid, signal.SIGINT)
            out, err = running.communicate(timeout=60)  # the service stays silent for longer
        assert running.returncode == 130
        assert "Traceback" not in out + err
        assert left(tmp_path) == []
        assert list((cache / "work").iterdir()) == []
        assert alive(running.pid) == []


class TestProtected:
    """Beside the ban by the kernel, the study's own reader refuses (tests/study)."""

    @pytest.fixture
    def protected(self, tmp_path: Path) -> Path:
        return study_file(tmp_path / "safe", small_town("Kaféet"), more="").rename(tmp_path / "safe" / "study.toml")

    @linux
    @pytest.mark.parametrize("words", [["fetch"], ["run"]])
    def test_it_opens_no_socket(self, words: list[str], protected: Path, tmp_path: Path) -> None:
        _sensitivity(protected, "protected")
        said = _banned(*words, protected, "--out", tmp_path / "out.gpkg")
        assert (said.code, said.err) == (0, "")
        assert (tmp_path / "out.gpkg").exists()

    @linux
    @pytest.mark.parametrize("words", [["fetch"], ["run"]])
    def test_nor_where_its_address_is_looked_for_in_a_large_extract(
        self, words: list[str], protected: Path, town: Path, tmp_path: Path
    ) -> None:
        _sensitivity(protected, "protected")
        lines = [line for line in protected.read_text("utf-8").splitlines() if not line.startswith(("lat", "lon"))]
        text = "\n".join(lines).replace("[site]", '[site]\naddress = "Storg. 3"')
        protected.write_text(text.replace('"world.osm"', json.dumps(str(town))), "utf-8")
        said = _banned(*words, protected, "--out", tmp_path / "out.gpkg", large_bytes=100)
        assert (said.code, said.err) == (0, "")
        assert (tmp_path / "out.gpkg").exists()

    @linux
    def test_the_ban_bites(self, path: Path, service: Service, tmp_path: Path) -> None:
        said = _banned("fetch", path, "--out", tmp_path / "out.gpkg")
        assert said.code == 1
        assert "avslutades av sig själv" in said.err
        assert service.requests == []

    def test_no_service_is_asked_whatever_the_study_says(self, study: Study, service: Service) -> None:
        before = set(sys.modules)
        for kind in ("overpass", "snapshot"):
            with pytest.raises(StudyError, match="stays off the network"):
                fetch_place(sourced(replace(study, sensitivity="protected"), kind=kind), tell=lambda _: None)
        address = replace(study, sensitivity="protected", site=Site(address=ADDRESS))
        with pytest.raises(StudyError, match="There is no map yet"):
            fetch_place(sourced(address, geocoder="nominatim"), tell=lambda _: None)
        assert service.requests == []
        assert not {name for name in set(sys.modules) - before if name.startswith(("osmnx", "requests"))}

    def test_what_is_on_disk_already_is_used(self, study: Study, service: Service) -> None:
        fetch_snapshot(study, tell=lambda _: None)
        service.reset()
        assert not fetch_snapshot(replace(study, sensitivity="protected"), tell=lambda _: None).new
        with pytest.raises(StudyError, match="stays off the network"):
            fetch_snapshot(replace(study, sensitivity="protected"), refresh=True, tell=lambda _: None)
        assert service.requests == []


@linux
def test_killed_at_any_moment_the_old_one_or_the_new_one_is_there_whole(
    path: Path, study: Study, service: Service, cache: Path, tmp_path: Path
) -> None:
    """Every other fetch finds another town on the map."""
    service.misdeed = _changing(service, Extract.read(small_town("Kiosken").write(tmp_path / "other.osm")))
    both = {fetch_snapshot(study, refresh=True, tell=lambda _: None).manifest["content_sha256"] for _ in range(2)}
    assert len(both) == 2
    ends, found = [], set()
    program = [sys.executable, str(TESTS / "osm" / "killed.py"), str(path), "2", str(KILLS // 2)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, env=_env(), text=True) as killer:  # noqa: S603
        for line in killer.stdout:  # type: ignore[union-attr]
            ends.append(json.loads(line))
            found.add(read_snapshot(path.with_name(f"town{ends[-1]['lane']}.gpkg"))[1]["content_sha256"])
    assert killer.returncode == 0
    assert found <= both
    assert sum(end["code"] == -signal.SIGKILL for end in ends) == KILLS
    assert {end["code"] for end in ends} <= {-signal.SIGKILL, 0}  # some had ended before they could be killed
    assert [end for end in ends if end["alive"]] == []
    assert fetch_snapshot(study, refresh=True, tell=lambda _: None).new
    assert left(path.parent) == ["town.gpkg", "town0.gpkg", "town1.gpkg"]
    assert list((cache / "work").iterdir()) == []


def _changing(service: Service, other: Extract) -> loopback.Misdeed:
    """Answer from one extract and from another in turn, the streets and the features of a fetch from the same."""
    turns: dict[str, list[Extract | None]] = {}

    def answer(request: loopback.Request) -> None:
        extracts = turns.setdefault(request.path, [service.extract, other])
        if '(way["' in request.query:  # features are asked for with single quotes
            extracts.reverse()
        assert extracts[0] is not None
        request.send(200, json.dumps(extracts[0].answer(request.query)).encode())

    return answer


def _sensitivity(path: Path, value: str) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("[study]\n", f'[study]\nsensitivity = "{value}"\n'), "utf-8")


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(TESTS)])}


def _started(*words: str | Path, cwd: Path) -> "subprocess.Popen[str]":
    code = "from grannskap.cli import main; main()"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, *map(str, words)],
        cwd=cwd,
        env=_env(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _banned(*words: str | Path, large_bytes: int | None = None) -> Said:
    """What ``grannskap`` answers where the kernel ends whoever asks for a socket."""
    program = [sys.executable, str(TESTS / "osm" / "banned.py"), *map(str, words)]
    env = _env() | ({} if large_bytes is None else {"LARGE_BYTES": str(large_bytes)})
    ended = subprocess.run(program, env=env, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    return Said(ended.returncode, ended.stdout, ended.stderr)


def _on_a_terminal(path: Path, cwd: Path) -> tuple[int, str]:
    """How a fetch ends whose standard error is a terminal, and what that shows."""
    import pty  # noqa: PLC0415 (only on Linux)

    ours, theirs = pty.openpty()
    code = "from grannskap.cli import main; main()"
    words = [sys.executable, "-c", code, "fetch", str(path)]
    env = {**_env(), "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(words, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=theirs) as running:  # noqa: S603
        os.close(theirs)
        shown = b""
        while True:
            try:
                block = os.read(ours, 1 << 16)
            except OSError:  # the other side is closed
                break
            if not block:
                break
            shown += block
    os.close(ours)
    return running.returncode, shown.decode()


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20.0
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
