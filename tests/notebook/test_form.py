"""The form: from what is filled in to map, tables and files; whatever is wrong is told beside its field."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import small_town
from worlds import degrees

from grannskap.errors import OutputError
from grannskap.language import texts_for
from grannskap.language.cards import card
from grannskap.result import Result

pytest.importorskip("ipywidgets", reason="ipywidgets is not installed, so no form is filled in")

from grannskap.notebook import form as module
from grannskap.notebook.form import SiteForm
from grannskap.notebook.progress import DRAWING, STEPS

SENTENCE = re.compile(r"⚠ \S[^\n]+\.")


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteForm:
    """A form for a small town, in whose folder the notebook lies."""
    small_town("Kaféet").write(tmp_path / "ort.osm")
    monkeypatch.chdir(tmp_path)
    made = SiteForm()
    lon, lat = degrees(0.0, 0.0)
    fill(made, place=f"{lat} {lon}", radius="600", source="ort.osm", name="Provet")
    return made


def fill(form: SiteForm, **values: str) -> None:
    for name, value in values.items():
        form.rows[name].field.value = value


def problems(form: SiteForm) -> dict[str, str]:
    """What is told beside which field, as text."""
    said = {name: html.unescape(re.sub("<[^>]*>", "", row.message.value)) for name, row in form.rows.items()}
    return {name: text for name, text in said.items() if text}


def test_it_opens_filled_in_with_the_example() -> None:
    form = SiteForm()
    assert form.values["place"] == "60,1720 24,9439"
    assert form.values["source"].endswith("helsinki.osm.pbf")
    assert form.values["sensitivity"] == "internal"
    assert form.write.disabled
    assert problems(form) == {}
    assert "application/vnd.jupyter.widget-view+json" in form._repr_mimebundle_()


@pytest.mark.usefixtures("form")
def test_files_beside_the_notebook_are_offered() -> None:
    assert "ort.osm" in SiteForm().rows["source"].field.options


def test_it_gives_map_and_tables(form: SiteForm) -> None:
    form.run.click()
    assert problems(form) == {}
    assert isinstance(form.result, Result)
    assert "Provet" in form.map.value
    assert 'sandbox="allow-scripts"' in form.map.value
    assert "Handeln" in form.map.value
    assert "Kaféet" in form.tables.value
    assert "Vad brukarna når till fots inom 600 m" in form.tables.value
    assert "inte hur enskilda personer rör sig" in form.tables.value
    assert not form.write.disabled
    assert not form.run.disabled


def test_each_step_is_told_once_and_in_order(form: SiteForm) -> None:
    said: list[str] = []
    shares: list[int] = []
    form.status.text.observe(lambda change: said.append(change["new"]), "value")
    form.status.bar.observe(lambda change: shares.append(change["new"]), "value")
    form.run.click()
    texts = texts_for("sv")
    steps = [re.sub("<[^>]*>| …", "", each) for each in said if "role" in each]
    assert steps == [texts.gettext(step) for step in (*STEPS.values(), DRAWING)]
    assert shares == sorted(shares)
    assert "Klart" in said[-1]
    assert form.status.bar.layout.display == "none"


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"place": ""}, "place", "Skriv koordinater"),
        ({"place": "57.7"}, "place", "Skriv två tal"),
        ({"place": "1.0 2.0"}, "place", "Latitud 1.0, longitud 2.0 ligger utanför kartdata (latitud "),
        ({"source": "x" * 300 + ".osm.pbf"}, "source", "finns inte: kontrollera dess namn och mapp"),
        ({"source": "~ingen_sadan/ort.osm"}, "source", "finns inte: kontrollera dess namn och mapp"),
        ({"place": "Storgatan 3"}, "place", "Kartdata innehåller inga adresser: ange latitud och longitud"),
        ({"radius": "långt"}, "radius", "Skriv hur långt som är inom räckhåll"),
        ({"source": ""}, "source", "Skriv vilken fil"),
        ({"source": "finns_inte.osm.pbf"}, "source", "Filen finns_inte.osm.pbf finns inte"),
        ({"source": "text.osm"}, "source", "går inte att läsa som OpenStreetMap-data"),
        ({"source": "karta.gpkg"}, "source", "Filen karta.gpkg finns inte"),
        ({"place": "<script>alert(1)</script>"}, "place", "<script>alert(1)</script>"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    form: SiteForm, tmp_path: Path, values: dict[str, str], field: str, told: str
) -> None:
    (tmp_path / "text.osm").write_text("hello", "utf-8")
    fill(form, **values)
    form.run.click()
    said = problems(form)
    assert list(said) == [field]
    assert told in said[field]
    assert SENTENCE.fullmatch(said[field])
    assert not re.search(r"\[\w+\]|Traceback", said[field])
    assert "<script>" not in form.rows[field].message.value
    assert form.result is None
    assert form.write.disabled
    assert form.map.value == form.tables.value == ""


def test_what_was_mended_is_told_no_longer(form: SiteForm) -> None:
    right = form.values["radius"]
    fill(form, radius="långt")
    form.run.click()
    fill(form, radius=right)
    form.run.click()
    assert problems(form) == {}
    assert form.result is not None


def test_every_field_that_cannot_be_read_is_told(form: SiteForm) -> None:
    fill(form, place="57.7", radius="långt", source=" ")
    form.run.click()
    assert set(problems(form)) == {"place", "radius", "source"}


def test_what_nobody_foresaw_is_one_sentence_too(form: SiteForm, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(module, "analyse", broken)
    form.run.click()
    assert "Något gick fel som formuläret inte känner till (ZeroDivisionError)" in form.status.text.value
    assert "secret detail" not in form.status.text.value
    assert not form.run.disabled


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("place", None, lambda study: (study.site.lat, study.site.lon)),
        ("radius", "500", lambda study: study.reach.radius_m),
        ("source", "annan.osm", lambda study: study.source.path.name),
        ("profile", "older_people_care", lambda study: study.profile.name),
        ("sensitivity", "protected", lambda study: study.sensitivity),
        ("name", "Annat", lambda study: study.name),
    ],
)
def test_each_field_changes_the_study(
    form: SiteForm, tmp_path: Path, field: str, value: str | None, seen: Callable[[Any], object]
) -> None:
    small_town("Kaféet").write(tmp_path / "annan.osm")
    form.run.click()
    assert form.result is not None
    before = seen(form.result.study)
    lon, lat = degrees(100.0, 0.0)
    fill(form, **{field: value or f"{lat} {lon}"})
    form.run.click()
    assert form.result is not None
    assert seen(form.result.study) != before


def test_all_files_are_written(form: SiteForm, tmp_path: Path) -> None:
    form.write.click()
    assert not (tmp_path / "out").exists()
    form.run.click()
    form.write.click()
    assert problems(form) == {}
    names = {path.name for path in (tmp_path / "out" / "min_plats").iterdir()}
    assert {"map.html", "report.docx", "map-a3.pdf", "grannskap.gpkg", "contacts.xlsx"} <= names
    assert all(name in form.files.value for name in names)
    assert "Den skriftliga analysen" in form.files.value
    assert not form.write.disabled


def test_swapped_coordinates_are_told_as_such(form: SiteForm) -> None:
    lat, lon = form.values["place"].split()
    fill(form, place=f"{lon} {lat}")
    form.run.click()
    assert problems(form)["place"].endswith("skulle ligga i dem omvänt: skriv latituden först.")


def test_files_are_never_written_of_another_place_than_the_one_in_the_fields(form: SiteForm, tmp_path: Path) -> None:
    form.run.click()
    fill(form, folder="ut")
    assert not form.write.disabled
    fill(form, radius="500")
    assert form.write.disabled
    assert "analysera igen" in form.status.text.value
    form.run.click()
    form.write.click()
    assert '"radius_m": 500' in (tmp_path / "ut" / "manifest.json").read_text("utf-8")


def test_a_list_of_files_goes_where_the_next_ones_cannot_be_written(form: SiteForm, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("a file", "utf-8")
    form.run.click()
    form.write.click()
    assert "filer finns i" in form.files.value
    fill(form, folder="fil")
    form.write.click()
    assert form.files.value == ""


@pytest.mark.parametrize("folder", ["", "fil/under", "fil"])
def test_a_folder_that_cannot_be_written_to_is_told(form: SiteForm, tmp_path: Path, folder: str) -> None:
    (tmp_path / "fil").write_text("a file", "utf-8")
    form.run.click()
    fill(form, folder=folder)
    form.write.click()
    assert list(problems(form)) == ["folder"]
    assert "--out" not in problems(form)["folder"]
    assert form.files.value == ""
    assert not form.write.disabled


def test_a_full_disk_is_told(form: SiteForm, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError(
            "The results cannot be written to {folder} ({reason}): choose another folder with --out, or make room.",
            folder="out",
            reason="No space left on device",
        )

    form.run.click()
    monkeypatch.setattr(module, "write", full)
    form.write.click()
    assert "frigör utrymme" in problems(form)["folder"]


def test_names_are_text_and_never_markup(form: SiteForm) -> None:
    fill(form, name='<img src=x onerror="alert(1)">')
    form.run.click()
    assert "<img src=x" not in form.tables.value
    assert "<img src=x" not in form.map.value
    assert card("") == card()


def test_it_speaks_english_too(form: SiteForm) -> None:
    english = SiteForm(language="en")
    fill(english, **form.values | {"radius": "far"})
    english.run.click()
    assert problems(english)["radius"].startswith("⚠ Write how far")
    assert english.run.description == "Analyse"
