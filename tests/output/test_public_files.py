"""Every byte of every public file: nothing tells the site, whatever it is unpacked from."""

import csv
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely
from commands import command
from public_town import SHELTER, STUDY_NAME, town_result
from shapely import wkb
from wording import STANDING_NOTE, avoided_in
from worlds import EAST, NORTH, degrees

import grannskap as gk
from grannskap.errors import OutputError
from grannskap.result import Result

HERE = (13.37, 21.83)
ALWAYS = {"report.docx", "report.html", "actors.csv", "access.csv", "manifest.json"}
MAPPED = ALWAYS | {"map.html", "map-a3.pdf", "grannskap.gpkg"}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return town_result(tmp_path_factory.mktemp("hemligt-boende"), HERE)


@pytest.fixture(scope="module")
def files(result: Result, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return gk.write(result, tmp_path_factory.mktemp("public"), audience="public")


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of all that is packed in it."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for item in packed.infolist():
                yield item.filename.encode()
                yield packed.read(item)
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, flags=re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            yield found[1]
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as file:
            yield "\n".join(file.iterdump()).encode()


def test_all_files_are_there(files: list[Path]) -> None:
    assert {file.name for file in files} == MAPPED


def test_no_byte_tells_the_site(result: Result, files: list[Path]) -> None:
    lon, lat = degrees(*HERE)
    east, north = EAST + HERE[0], NORTH + HERE[1]
    numbers = [f"{value:.{n}f}" for value in (lat, lon) for n in (4, 5, 6, 7)]
    numbers += [text.replace(".", ",") for text in numbers] + [f"{value:.2f}" for value in (east, north)]
    words = [STUDY_NAME, "Björkdungen", "hemligt-boende", "world.osm", "errands", "study.toml", SHELTER]
    words += [str(result.study.path or "errands.toml"), "lat =", str(result.manifest["source"]["sha256"])]  # type: ignore[index]
    for file in files:
        for data in unpacked(file):
            text = data.decode("utf-8", errors="replace").casefold()
            told = [word for word in [*numbers, *words] if word.casefold() in text]
            assert told == [], file.name


def test_no_layer_has_the_site(files: list[Path]) -> None:
    site = shapely.Point(EAST + HERE[0], NORTH + HERE[1])
    [gpkg] = [file for file in files if file.suffix == ".gpkg"]
    with closing(sqlite3.connect(gpkg)) as file:
        layers = {name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")}
        assert "site" not in layers
        middles = [box for box in file.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents") if all(box)]
        walked = "SELECT geom FROM streets WHERE walks_per_week NOT LIKE '<%'"
        lines = [wkb.loads(blob[8 + 32 :]) for (blob,) in file.execute(walked)]
    assert lines
    assert min(line.distance(site) for line in lines) >= 150
    for west, south, east, north in middles:
        assert np.hypot((west + east) / 2 - site.x, (south + north) / 2 - site.y) >= 150


def test_the_web_map_has_no_coordinates_of_the_world(files: list[Path]) -> None:
    [page] = [file for file in files if file.name == "map.html"]
    [view] = re.findall(r'"view":\[\[([^\]]+)\],\[([^\]]+)\]\]', page.read_text("utf-8"))
    corners = [float(value) for corner in view for value in corner.split(",")]
    assert max(map(abs, corners)) < 0.1


def test_words_and_note(files: list[Path]) -> None:
    for file in files:
        if file.name in {"map.html", "report.html"}:
            text = file.read_text("utf-8")
            shown = re.sub(r"<script.*?</script>|<style.*?</style>|<meta[^>]*>|data:[^\"]+", "", text, flags=re.DOTALL)
            assert STANDING_NOTE in " ".join(shown.split())
            assert avoided_in(shown) == []
            assert "OpenStreetMap" in shown


def test_tables_tell_classes_and_no_numbers(files: list[Path]) -> None:
    [actors] = [file for file in files if file.name == "actors.csv"]
    rows = list(csv.DictReader(io.StringIO(actors.read_text("utf-8"))))
    assert set(rows[0]) == {"name", "kind", "often_passed"}
    assert {row["often_passed"] for row in rows} <= {"first_ten", "next_twenty", "passed", "<5"}
    assert SHELTER not in {row["name"] for row in rows}


def test_the_same_view_gives_the_same_bytes(result: Result, files: list[Path], tmp_path: Path) -> None:
    again = gk.write(result, tmp_path / "again", audience="public")
    for one, other in zip(files, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_public_files_do_not_lie_beside_internal_ones(result: Result, tmp_path: Path) -> None:
    (tmp_path / "contacts.xlsx").write_bytes(b"")
    with pytest.raises(OutputError, match=r"contacts\.xlsx"):
        gk.write(result, tmp_path, audience="public")
    (tmp_path / "contacts.xlsx").unlink()
    (tmp_path / "manifest.json").write_text('{"study": {}}', "utf-8")
    with pytest.raises(OutputError, match=r"manifest\.json"):
        gk.write(result, tmp_path, audience="public")


@pytest.mark.parametrize(("name", "site"), [("study.toml", "60.172"), ("study_kotka.toml", "60.5345")])
def test_the_samples_on_the_command_line(name: str, site: str, sample: Path, tmp_path: Path) -> None:
    said = command("run", sample / name, "--audience", "public", "--out", tmp_path / "out", "--lang", "en")
    assert said.code == 0, said.err
    made = sorted((tmp_path / "out").iterdir())
    assert {file.name for file in made} == ALWAYS
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["shows"] == "kinds"
    for file in made:
        for data in unpacked(file):
            text = data.decode("utf-8", errors="replace").casefold()
            assert not [word for word in ("exempel", "järnvägstorget", "rosokatu", site, ".osm.pbf") if word in text]
