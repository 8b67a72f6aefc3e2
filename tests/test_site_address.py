"""A study whose site is an address: looked up in its own extract, the same as with coordinates, off the network."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from commands import command
from worlds import World, degrees

import grannskap as gk
from grannskap.errors import AddressNotFound
from grannskap.osm import files, siting
from grannskap.osm.address_scan import addresses_in
from grannskap.osm.data import OsmData
from grannskap.osm.siting import locate_site
from grannskap.study import Study
from grannskap.study.model import Site

FARTHEST = 3000.0


def village() -> World:
    """A long street with a shop at its near end and the addressed houses at its far end."""
    world = World()
    world.way([(0, 0), (500, 0), (FARTHEST, 0)], "highway=residential", "name=Långgatan")
    world.node(400, 10, "shop=supermarket", "name=Handeln")
    for number, x in {"1": 0.0, "3": 200.0, "99": FARTHEST}.items():
        world.node(x, 10, "addr:street=Långgatan", f"addr:housenumber={number}", anew=True)
    return world


def study_at(folder: Path, site: Site, radius_m: float = 600) -> Study:
    study = village().study(folder, (200, 10), trips={"groceries": 2}, reach={"radius_m": radius_m})
    return replace(study, site=site)


def test_an_address_gives_the_same_result_as_its_coordinates(tmp_path: Path) -> None:
    lon, lat = degrees(200, 10)
    by_address = gk.analyse(study_at(tmp_path, Site(address="Långg. 3")))
    by_spot = gk.analyse(study_at(tmp_path, Site(lat=lat, lon=lon)))
    assert by_address.site.geometry.geom_equals_exact(by_spot.site.geometry, 0.01).all()
    assert by_address.edges.legs_per_week.tolist() == pytest.approx(by_spot.edges.legs_per_week.tolist())
    assert by_address.destinations.destination_id.tolist() == by_spot.destinations.destination_id.tolist() != []
    assert by_address.study.site == Site(address="Långg. 3")


def test_a_place_that_is_open_already_is_used_with_an_address_too(tmp_path: Path) -> None:
    study = study_at(tmp_path, Site(address="Långgatan 3"))
    at_once, in_two = gk.analyse(study), gk.analyse(study, gk.open_place(study))
    assert in_two.site.equals(at_once.site)


def test_the_whole_extract_is_searched(tmp_path: Path) -> None:
    place = gk.open_place(study_at(tmp_path, Site(address="Långgatan 99"), radius_m=300))
    lon, _ = degrees(FARTHEST, 10)
    assert place.bounds[2] == pytest.approx(lon, abs=1e-3)
    assert "Handeln" not in place.places.name.tolist()


def test_a_site_with_coordinates_stays_as_it_is(tmp_path: Path) -> None:
    study = study_at(tmp_path, Site(lat=60, lon=15))
    assert locate_site(study, village().read()) is study


def test_an_address_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AddressNotFound, match="does not hold the address Långgatan 5 but holds Långgatan 3"):
        gk.analyse(study_at(tmp_path, Site(address="Långgatan 5")))


def written(folder: Path, sample: Path, address: str) -> Path:
    """The sample's study, its site by address."""
    text = (sample / "study.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("lat", "lon"))]
    path = folder / "study.toml"
    site = f"[site]\naddress = {json.dumps(address, ensure_ascii=False)}"
    extract = json.dumps((sample / "helsinki.osm.pbf").as_posix())
    text = "\n".join(lines).replace("[site]", site).replace('"helsinki.osm.pbf"', extract)
    path.write_text(text, "utf-8")
    return path


def test_run_finds_the_address_in_the_sample(tmp_path: Path, sample: Path) -> None:
    study = written(tmp_path, sample, "Mannerheimvägen 5")
    done = command("run", str(study), "--out", str(tmp_path / "out"))
    assert done.code == 0, done.err
    assert (tmp_path / "out" / "actors.csv").stat().st_size > 0


def test_run_tells_in_one_sentence_what_is_near(tmp_path: Path, sample: Path) -> None:
    study = written(tmp_path, sample, "Annankatu 15, Helsinki")
    done = command("run", str(study), "--out", str(tmp_path / "out"))
    assert done.code == 1
    assert done.err.startswith("Kartdata saknar adressen Annankatu 15, Helsinki men har Annankatu 13, 00120 Helsinki;")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


class TestALargeExtract:
    """It is never read as a whole: the address is looked for in it, then the neighbourhood is cut out."""

    @pytest.fixture(autouse=True)
    def scanned(self, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """The addresses that are looked for, at each time."""
        times: list[list[str]] = []

        def noted(path: Path, texts: list[str]) -> OsmData:
            times.append(texts)
            return addresses_in(path, texts)

        siting._scanned.cache_clear()
        monkeypatch.setattr(siting, "addresses_in", noted)
        monkeypatch.setattr(files, "LARGE_BYTES", 100)
        monkeypatch.setattr("grannskap.osm.source.read_extract", None)
        return times

    def test_it_gives_the_same_as_coordinates(self, tmp_path: Path, scanned: list[list[str]]) -> None:
        by_address = gk.analyse(study_at(tmp_path, Site(address="Långg. 3")))
        by_spot = gk.analyse(study_at(tmp_path, Site(lat=degrees(200, 10)[1], lon=degrees(200, 10)[0])))
        assert by_address.site.geometry.geom_equals_exact(by_spot.site.geometry, 0.01).all()
        assert by_address.edges.legs_per_week.tolist() == pytest.approx(by_spot.edges.legs_per_week.tolist())
        assert by_address.study.site == Site(address="Långg. 3")
        assert scanned == [["Långg. 3"]]

    def test_it_is_searched_once_for_a_place_that_is_open_already(
        self, tmp_path: Path, scanned: list[list[str]]
    ) -> None:
        study = study_at(tmp_path, Site(address="Långgatan 3"))
        gk.analyse(study, gk.open_place(study))
        assert len(scanned) == 1

    def test_an_address_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(AddressNotFound, match="does not hold the address Långgatan 5 but holds Långgatan 3"):
            gk.analyse(study_at(tmp_path, Site(address="Långgatan 5")))

    def test_run_finds_the_address_in_the_sample(self, tmp_path: Path, sample: Path) -> None:
        study = written(tmp_path, sample, "Mannerheimvägen 5")
        done = command("run", str(study), "--out", str(tmp_path / "out"))
        assert done.code == 0, done.err
