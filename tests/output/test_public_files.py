"""Every byte of every public file: nothing tells the site, whatever it is unpacked from."""

import csv
import io
import json
import re
import sqlite3
import struct
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import pytest
import shapely
from commands import command
from guessing import guesses
from pdf_words import words
from public_town import HERE, NEIGHBOUR, SHELTER, STUDY_NAME, town_result
from shapely import wkb
from unpacking import unpacked
from wording import STANDING_NOTE, avoided_in
from worlds import EAST, NORTH, degrees

import grannskap as gk
from grannskap.errors import OutputError
from grannskap.output import look
from grannskap.output.gis.qgis_symbols import rgb
from grannskap.output.public.files import public_files, public_summary
from grannskap.output.public.gis import PUBLIC_GEOMETRY
from grannskap.output.public.report import public_report
from grannskap.output.public.sheet import public_sheet
from grannskap.output.report.blocks import Table, spoken
from grannskap.output.writing import write_view
from grannskap.public.drawing import withheld
from grannskap.public.hiding import public_view
from grannskap.public.view import PublicView, Why
from grannskap.result import Result
from grannskap.study.paper import Print

ALWAYS = {"report.docx", "report.html", "actors.csv", "access.csv", "manifest.json"}
MAPPED = ALWAYS | {"map.html", "map-a3.pdf", "map-a3.png", "grannskap.gpkg"}
PNG = {"print": {"png": True}}
PLANTED = "Planterad Ängsväg 60,1720"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return town_result(tmp_path_factory.mktemp("hemligt-boende"), HERE, **PNG)


@pytest.fixture(scope="module")
def view(result: Result) -> PublicView:
    return public_view(result)


@pytest.fixture(scope="module")
def files(result: Result, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return gk.write(result, tmp_path_factory.mktemp("public"), audience="public")


def told_in(path: Path, secrets: list[str]) -> list[str]:
    """Which of these words are in a file? Spaces do not count: lines may be broken anywhere."""
    texts = [_squeezed(data.decode("utf-8", errors="replace")) for data in unpacked(path)]
    return [word for word in secrets if any(_squeezed(word) in text for text in texts)]


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def test_all_files_are_there(files: list[Path]) -> None:
    assert {file.name for file in files} == MAPPED


def test_what_is_planted_is_found_in_every_file(view: PublicView, tmp_path: Path) -> None:
    """The search below finds a word wherever it is packed."""
    named = view.actors.assign(name=[PLANTED, *view.actors.name[1:]])
    assert named.often.iloc[0] == 3
    made = public_files(replace(view, actors=named), tmp_path)
    found = {file.name for file in made if told_in(file, [PLANTED])}
    assert found == MAPPED - {"access.csv", "manifest.json", "map-a3.png"}
    body = b"zTXtComment\0\0" + zlib.compress(PLANTED.encode())
    (tmp_path / "packed.png").write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(body) - 4) + body + b"\0" * 4)
    assert told_in(tmp_path / "packed.png", ["60,1720"]) == ["60,1720"]


def test_no_byte_tells_the_site(result: Result, files: list[Path]) -> None:
    lon, lat = degrees(*HERE)
    east, north = EAST + HERE[0], NORTH + HERE[1]
    numbers = [f"{value:.{n}f}" for value in (lat, lon) for n in (4, 5, 6, 7)]
    numbers += [text.replace(".", ",") for text in numbers] + [f"{value:.2f}" for value in (east, north)]
    source: dict[str, str] = dict(result.manifest["source"])  # type: ignore[call-overload]
    secrets = [STUDY_NAME, "Björkdungen", "hemligt-boende", "world.osm", "errands.toml", SHELTER, source["sha256"]]
    for file in files:
        assert told_in(file, [*numbers, *secrets]) == [], file.name
        for binary in (struct.pack("<dd", east, north), struct.pack("<dd", lon, lat), struct.pack("<dd", lat, lon)):
            assert all(binary not in data for data in unpacked(file)), file.name


def test_another_address_of_the_group_gives_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    """The strongest that can be said: nothing in any file depends on which address it is, nor on its study's name."""
    study = {"name": "Ett helt annat namn", "sensitivity": "open"}
    other = town_result(tmp_path / "elsewhere", NEIGHBOUR, study=study, **PNG)
    again = gk.write(other, tmp_path / "public", audience="public")
    assert [file.name for file in again] == [file.name for file in files]
    for one, two in zip(files, again, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_whoever_has_the_files_alone_does_not_find_the_site(result: Result, files: list[Path], tmp_path: Path) -> None:
    """Anybody's first ideas, with the tools that anybody has; on the internal files they find it."""
    site = np.array([EAST, NORTH]) + HERE
    off_m = {name: float(np.hypot(*(spot - site))) for name, spot in guesses(files[0].parent).items()}
    assert len(off_m) > 40
    assert min(off_m.values()) >= 150, min(off_m, key=off_m.__getitem__)
    gk.write(result, tmp_path, with_papers=False)
    off_m = {name: float(np.hypot(*(spot - site))) for name, spot in guesses(tmp_path).items()}
    assert off_m["most walks within 50 m"] < 150
    assert off_m["median of walks"] < 150
    assert off_m["mean of actors by order"] < 150
    assert off_m["mean of study_area"] < 5


def test_no_spot_of_a_layer_is_that_of_the_site(files: list[Path]) -> None:
    [gpkg] = [file for file in files if file.suffix == ".gpkg"]
    for name in pyogrio.list_layers(gpkg)[:, 0]:
        if name not in {"layer_styles", "water"}:
            spots = pyogrio.read_dataframe(gpkg, layer=name).get_coordinates().to_numpy()
            assert np.hypot(*(spots - (EAST + HERE[0], NORTH + HERE[1])).T).min() > 1.0


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


def test_public_files_do_not_lie_beside_internal_ones(result: Result, tmp_path: Path) -> None:
    (tmp_path / "contacts.xlsx").write_bytes(b"")
    with pytest.raises(OutputError, match=r"contacts\.xlsx"):
        gk.write(result, tmp_path, audience="public")
    (tmp_path / "contacts.xlsx").unlink()
    (tmp_path / "map.html").write_text("internal, for all that is known", "utf-8")
    with pytest.raises(OutputError, match=r"map\.html"):
        gk.write(result, tmp_path, audience="public")
    (tmp_path / "map.html").unlink()
    (tmp_path / "manifest.json").write_text('{"study": {}}', "utf-8")
    with pytest.raises(OutputError, match=r"manifest\.json"):
        gk.write(result, tmp_path, audience="public")


def test_a_view_that_shows_less_does_not_lie_beside_one_that_shows_more(
    result: Result, view: PublicView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [view, withheld(result.study, view.crs, why="map")]
    monkeypatch.setattr("grannskap.public.hiding.public_view", lambda _: views.pop(0))
    gk.write(result, tmp_path, audience="public")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(OutputError, match=r"grannskap\.gpkg"):
        gk.write(result, tmp_path, audience="public")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_samples_on_the_command_line(sample: Path, tmp_path: Path) -> None:
    """Their map data ends near, so that nothing of the place is told: both give the same bytes."""
    made = []
    for name in ("study.toml", "study_kotka.toml"):
        out = tmp_path / name
        said = command("run", sample / name, "--audience", "public", "--out", out, "--lang", "en")
        assert said.code == 0, said.err
        assert "Nothing of the place is shown" in said.out
        made.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert set(made[0]) == ALWAYS
    assert made[0] == made[1]
    assert json.loads(made[0]["manifest.json"])["shows"] == "needs"
    assert not {"karta", "map data of", "2019"} & set(made[0]["report.html"].decode().casefold().split())


def test_why_nothing_is_shown_is_told_to_whoever_makes_it_and_to_nobody_else(result: Result, tmp_path: Path) -> None:
    said, made = {}, []
    for why in get_args(Why)[1:]:
        view = withheld(result.study, 3006, why=why)
        files = write_view(view, tmp_path / why)
        said[why] = public_summary(view, files).plain.split(". ")[0]
        made.append([file.read_bytes() for file in files])
    assert said["map"].endswith("kartdata slutar inom det som skulle ritas")
    assert len(set(said.values())) == 3
    assert made[0] == made[1] == made[2]


def test_a_street_may_have_walks_on_both_sides_of_what_is_hidden(view: PublicView, tmp_path: Path) -> None:
    """Each part of it is a row of its own."""
    assert view.edges.index.is_unique
    assert not view.edges.edge.is_unique
    everywhere = replace(view, edges=view.edges.assign(walks_class=1))
    public_sheet(everywhere, tmp_path / "map.pdf")
    assert "10–24" in words((tmp_path / "map.pdf").read_bytes())


def test_layers_open_styled_and_named(files: list[Path]) -> None:
    [gpkg] = [file for file in files if file.suffix == ".gpkg"]
    with closing(sqlite3.connect(gpkg)) as file:
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        aliases = dict(file.execute("SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'streets'"))
        classes = {told for (told,) in file.execute("SELECT DISTINCT walks_per_week FROM streets")}
        often = {told for (told,) in file.execute("SELECT DISTINCT often_passed FROM actors")}
    layers = {str(name): str(kind) for name, kind in pyogrio.list_layers(gpkg) if name != "layer_styles"}
    assert layers == PUBLIC_GEOMETRY
    assert set(styles) == set(layers)
    assert aliases["walks_per_week"] == "Promenader per vecka"
    for name, told in (("streets", classes), ("actors", often)):
        values = {each.get("value") for each in ET.fromstring(styles[name]).iter("category")}  # noqa: S314
        assert told <= values
    colours = {line.get("value") for line in ET.fromstring(styles["streets"]).iter("Option")}  # noqa: S314
    assert {rgb(colour) for colour in look.FLOW_COLOURS} <= colours


def test_the_sheet_is_true_to_scale_and_complete(view: PublicView, tmp_path: Path) -> None:
    for paper, orientation in (("a3", "portrait"), ("a4", "landscape")):
        asked = replace(view, paper=Print(paper=paper, orientation=orientation))  # type: ignore[arg-type]
        public_sheet(asked, tmp_path / "map.pdf", language="sv")
        text = words((tmp_path / "map.pdf").read_bytes())
        for told in ("Beräknade gångvägar", "Skala 1:", "Blad 1 av 1", "OpenStreetMap", "Vad brukarna behöver"):
            assert _squeezed(told) in _squeezed(text), told


@pytest.mark.parametrize("shows", ["walks", "places"])
def test_what_is_not_shown_is_not_spoken_of(view: PublicView, shows: str) -> None:
    said = " ".join(spoken(public_report(replace(view, shows=shows), language="en").blocks))  # type: ignore[arg-type]
    assert ("Calculated walking corridors" in said) == (shows == "walks")


def test_a_street_map_without_walks_says_so(view: PublicView) -> None:
    still = replace(view, edges=view.edges.assign(walks_class=-1))
    made = public_report(still, language="en")
    assert any("no street has five walks per week" in text for text in spoken(made.blocks))
    assert all(len(block.rows) for block in made.blocks if isinstance(block, Table))
