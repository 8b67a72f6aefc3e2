"""What people read is about places, and uses the field's considerate words."""

import csv
import dataclasses
import html
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from commands import Said, command
from unpacking import unpacked
from wording import STANDING_NOTE, avoided_in

import grannskap
from grannskap.language import texts_for
from grannskap.study import Output

PACKAGE = Path(grannskap.__file__).parent


NO_WORDS = re.compile(
    r"<script.*?</script>|<style.*?</style>|<meta[^>]*>|data:image[^\"]*|X'[0-9A-F]*'", flags=re.DOTALL
)


def text_of(data: bytes) -> str:
    """Data as text; nothing where it is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def readable(folder: Path) -> str:
    """The map without its scripts' code and styles, but with the texts that the scripts show.

    Names of places are not ours to choose: a hairdresser of the sample has one of the words in its name.
    """
    page = (folder / "map.html").read_text("utf-8")
    with (folder / "actors.csv").open(encoding="utf-8", newline="") as file:
        names = sorted({row["name"] for row in csv.DictReader(file)} - {""}, key=len, reverse=True)
    page = re.sub(r"<style.*?</style>", " ", page, flags=re.DOTALL)
    scripts = re.findall(r"<script.*?</script>", page, flags=re.DOTALL)
    shown = re.findall(
        r'"((?:[^"\\\n]|\\.)*)"', "\n".join(script for script in scripts if "Leaflet 1.9.3" not in script)
    )
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL))
    texts = html.unescape(" ".join([text, *shown])).replace("\\u0026", "&")
    return re.sub("|".join(map(re.escape, names)), " ", texts)


def test_the_words_are_found_where_they_stand() -> None:
    assert avoided_in("De mest exponerade aktörerna och ett tillhåll") == [
        "mest expone",
        "exponerade aktör",
        "tillhåll",
    ]
    assert avoided_in("A map of Hotspots") == ["hotspot", "hotspot"]
    assert avoided_in("Aktörer som ofta passeras; vistelseplats, synpunkt") == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_messages_and_their_translations(language: str) -> None:
    with (PACKAGE / "language" / f"{language}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    said = [text for message in messages for text in (str(message.id), str(message.string))]
    assert len(said) > 50
    assert [(text, avoided_in(text)) for text in said if avoided_in(text)] == []


@pytest.mark.parametrize("name", [path.name for path in sorted((PACKAGE / "output" / "assets").iterdir())])
def test_templates_of_the_map(name: str) -> None:
    assert avoided_in((PACKAGE / "output" / "assets" / name).read_text("utf-8")) == []


def test_the_map_and_the_terminal_of_the_demo(demo: Path, demo_said: tuple[Path, Said]) -> None:
    page = readable(demo)
    assert "Aktörer som ofta passeras" in page
    assert "brukar" in page.casefold()
    assert avoided_in(page) == []
    assert avoided_in(demo_said[1].out) == []


def test_the_map_and_the_terminal_in_english(sample: Path, tmp_path: Path) -> None:
    said = command("run", sample / "study_kotka.toml", "--out", tmp_path, "--lang", "en")
    page = readable(tmp_path)
    assert "Actors that are often passed" in page
    assert avoided_in(page) == []
    assert avoided_in(said.out) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_file_of_a_run(kotka_result: grannskap.Result, tmp_path: Path, language: str) -> None:
    """Unpacked, without the policies and scripts of pages. No place of this sample has such a word in its name."""
    study = dataclasses.replace(kotka_result.study, output=Output(formats=("geojson", "shapefile")))
    result = dataclasses.replace(kotka_result, study=study)
    files = grannskap.write(result, tmp_path, language=language)
    assert len(files) > 20
    for file in files:
        for data in unpacked(file):
            assert avoided_in(NO_WORDS.sub("", text_of(data))) == [], file.name


@pytest.mark.parametrize("words", [(), ("demo",), ("run",)])
def test_help(words: tuple[str, ...]) -> None:
    assert avoided_in(command(*words, "--help").out) == []


def test_the_standing_note_is_on_the_map_word_for_word(demo: Path) -> None:
    page = (demo / "map.html").read_text("utf-8")
    assert STANDING_NOTE in " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_the_uncertainty_of_the_map_data_is_told(demo: Path) -> None:
    note = (
        "Neighbours with particular need of protection are not shown. "
        "A place missing from the map data may still exist."
    )
    told = texts_for("sv").gettext(note)
    assert told != note
    assert told in (demo / "map.html").read_text("utf-8")
