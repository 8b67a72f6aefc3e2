"""The command line: what is answered, on which stream, with which exit code, and what is left on the disk."""

import os
import re
import sys
from pathlib import Path

import pytest
from commands import Said, command, process, python, small_town, study_file

from grannskap.version import __version__

FILES = [
    *("access.csv", "actors.csv", "contacts.xlsx", "destinations.csv", "grannskap.gpkg", "manifest.json"),
    *("map-a3.pdf", "map.html", "report.docx", "report.html", "sensitivity.csv"),
]
HEAVY = ("folium", "geopandas", "numpy", "osmium", "pandas", "rich.table", "scipy", "shapely")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return study_file(tmp_path / "here", small_town("Kaféet"))


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def changed(study: Path, old: str, new: str) -> Path:
    text = study.read_text("utf-8")
    assert old in text
    study.write_text(text.replace(old, new), "utf-8")
    return study


def refused(study: Path, *words: str | Path) -> str:
    """The one sentence that is told; nothing else is, and nothing is left on the disk."""
    top = study.parent.parent
    before = listing(top)
    said = command("run", study, "--out", top / "out" / "deep", *words)
    assert said.code == 1
    assert said.out == ""
    assert listing(top) == before
    [sentence] = said.err.splitlines()
    assert "Traceback" not in sentence
    return sentence


class TestGoodInput:
    def test_a_study_gives_its_files_and_a_summary(self, study: Path) -> None:
        out = study.parent / "ut"
        said = command("run", study, "--out", out)
        assert (said.code, said.err) == (0, "")
        assert listing(out) == FILES
        assert said.out.startswith("Provet\n")
        assert "Aktörer som ofta passeras" in said.out
        assert "Kaféet" in said.out
        assert str(out) in said.out.replace("\n", "")

    def test_without_out_in_a_folder_with_the_studys_name(self, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(study.parent.parent)
        assert command("run", "here/study.toml").code == 0
        assert listing(study.parent.parent / "out" / "study") == FILES

    @pytest.mark.parametrize("cwd", [".", "here", "elsewhere"])
    def test_paths_are_relative_to_the_study(self, study: Path, cwd: str, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = study.parent.parent / cwd
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        assert command("run", os.path.relpath(study), "--out", "ut").code == 0
        assert listing(folder / "ut") == FILES

    def test_in_english_when_asked_for(self, study: Path) -> None:
        said = command("run", study, "--out", study.parent / "ut", "--lang", "en")
        assert "Actors that are often passed" in said.out
        assert '<html lang="en"' in (study.parent / "ut" / "map.html").read_text("utf-8")

    def test_in_the_language_of_the_study_unless_another_is_asked_for(self, study: Path) -> None:
        changed(study, 'name = "Provet"', 'name = "Provet"\nlanguage = "en"')
        assert "Actors that are often passed" in command("run", study, "--out", study.parent / "ut").out
        assert "Aktörer" in command("run", study, "--out", study.parent / "ut", "--lang", "sv").out

    def test_timings_when_asked_for_and_only_then(self, study: Path) -> None:
        told, again = (command("run", study, "--out", study.parent / "ut", "-v").err.splitlines() for _ in range(2))
        assert len(told) == len(again)
        assert {"read the extract", "routes", "map", "GeoPackage"} <= {line.partition(":")[0] for line in told}
        assert [line for line in told if not re.fullmatch(r"[\w ]+: \d+\.\d{3} s", line)] == []
        assert command("run", study, "--out", study.parent / "ut").err == ""

    def test_names_are_text_and_never_markup(self, tmp_path: Path) -> None:
        names = ("[bold]x[/bold]", "[red", "[/red]", ":smile:", "{x}")
        said = command("run", study_file(tmp_path, small_town(*names)), "--out", tmp_path / "ut")
        assert [name for name in names if f" {name} " not in said.out] == []


class TestWrongInput:
    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("radius_m", "radie_m", "study.toml: Okänd nyckel 'radie_m' i [reach]; menade du 'radius_m'?"),
            ("[reach]", "[reech]", "study.toml: Okänd nyckel eller tabell 'reech'; menade du 'reach'?"),
            ("600", "-5", "study.toml: [reach] radius_m är -5; skriv ett tal större än 0."),
            ("600", '"600"', 'study.toml: [reach] radius_m är "600"; skriv ett tal, utan citattecken.'),
            ("600", "nan", "study.toml: [reach] radius_m är nan; skriv ett vanligt, ändligt tal."),
            ("600", "6 0 0", "study.toml: Rad 9 är inte giltig TOML; skriv den som nyckel = värde, med text"),
            ("world.osm", "nowhere.osm", "Filen nowhere.osm finns inte: kontrollera [source] path i studien."),
            ("world.osm", "study.toml", "study.toml går inte att läsa som OpenStreetMap-data"),
            (
                "errands.toml",
                "stanard",
                "Profilen 'stanard' finns inte; skriv någon av: homeless_adults, older_people_care, standard",
            ),
            ("lat = ", "lat = 1", "study.toml: [site] lat är 157."),
            ("lat = ", "# lat = ", "study.toml: [site] har lon men inte lat; skriv båda."),
            (
                "[site]",
                "[site]\naddress = 'x'",
                "study.toml: [site] anger platsen på mer än ett sätt (lat, lon; address)",
            ),
        ],
    )
    def test_in_the_study(self, study: Path, old: str, new: str, sentence: str) -> None:
        assert sentence in refused(changed(study, old, new))

    def test_no_study(self, study: Path) -> None:
        study.unlink()
        assert refused(study) == f"Filen {study} finns inte; kontrollera sökvägen."

    def test_a_folder_for_a_study(self, study: Path) -> None:
        assert refused(study.parent).startswith(f"{study.parent} går inte att läsa; kontrollera att det är en fil")

    def test_a_study_in_another_encoding(self, study: Path) -> None:
        study.write_bytes(study.read_text("utf-8").replace("Provet", "Förskolan").encode("latin-1"))
        assert refused(study) == "study.toml är inte text i UTF-8; spara den på nytt som UTF-8."

    @pytest.mark.parametrize("size", [0, 10, 1000, 300_000])
    def test_an_extract_that_is_cut_short(self, study: Path, sample: Path, size: int) -> None:
        whole = (sample / "helsinki.osm.pbf").read_bytes()
        (study.parent / "cut.osm.pbf").write_bytes(whole[:size])
        sentence = refused(changed(study, "world.osm", "cut.osm.pbf"))
        assert sentence.startswith("cut.osm.pbf går inte att läsa som OpenStreetMap-data (")
        assert sentence.endswith("filen är skadad, avhuggen eller av annat slag. Hämta den på nytt.")

    @pytest.mark.parametrize("text", ["Not found", "<html><body>404</body></html>", '<osm version="0.6"><node id="1"'])
    def test_an_extract_that_is_something_else(self, study: Path, text: str) -> None:
        (study.parent / "world.osm").write_text(text, "utf-8")
        assert refused(study).startswith("world.osm går inte att läsa som OpenStreetMap-data (")

    def test_an_empty_extract(self, study: Path) -> None:
        (study.parent / "world.osm").write_text('<osm version="0.6"></osm>', "utf-8")
        assert refused(study) == "world.osm innehåller inget från OpenStreetMap: välj ett annat utdrag."

    def test_an_extract_without_streets(self, tmp_path: Path) -> None:
        world = small_town("Kaféet").without_way("way/1")
        assert "innehåller inga gångbara vägar nära platsen" in refused(study_file(tmp_path / "a", world))

    def test_outside_the_extract(self, tmp_path: Path) -> None:
        sentence = refused(study_file(tmp_path / "a", small_town(), (5000, 0)))
        assert re.search(r"ligger utanför utdraget \(lat [\d.]+ till [\d.]+, lon [\d.]+ till [\d.]+\)", sentence)

    def test_latitude_and_longitude_the_wrong_way_round(self, study: Path) -> None:
        text = study.read_text("utf-8")
        study.write_text(text.replace("lat =", "l =").replace("lon =", "lat =").replace("l =", "lon ="), "utf-8")
        assert refused(study).endswith("skulle ligga i det omvänt: byt plats på lat och lon.")

    def test_in_the_sea(self, tmp_path: Path) -> None:
        sentence = refused(study_file(tmp_path / "a", small_town(), (0, -500)))
        assert sentence.startswith("Platsen ligger 500 m från närmaste gångbara väg (högst 200 m)")

    def test_a_profile_without_functions(self, study: Path) -> None:
        (study.parent / "errands.toml").write_text('name = "tom"\n', "utf-8")
        assert refused(study).startswith("errands.toml: En profil behöver minst en funktion")

    def test_an_unknown_function(self, study: Path) -> None:
        more = "\n[profile.functions.pharmasy]\ntrips_per_week = 3\n"
        study.write_text(study.read_text("utf-8") + more, "utf-8")
        assert "Okänd funktion 'pharmasy' i profilen 'errands'; menade du 'pharmacy'?" in refused(study)

    def test_a_pinned_place_that_is_not_there(self, study: Path) -> None:
        more = '\n[profile.functions.groceries]\npinned = ["Handlen"]\n'
        study.write_text(study.read_text("utf-8") + more, "utf-8")
        assert "Det finns ingen plats Handlen" in refused(study)
        assert "närmaste namn är Handeln." in refused(study)

    def test_a_file_where_the_folder_should_be(self, study: Path) -> None:
        said = command("run", study, "--out", study)
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            f"Resultatet kan inte skrivas till {study} (där finns en fil med det namnet): "
            "välj en annan mapp med --out eller frigör utrymme.\n"
        )
        assert listing(study.parent) == ["errands.toml", "study.toml", "world.osm"]

    def test_the_public_view_of_a_protected_site(self, study: Path) -> None:
        changed(study, 'name = "Provet"', 'name = "Provet"\nsensitivity = "protected"')
        assert refused(study, "--audience", "public").startswith("Platsen är skyddad")

    def test_a_sentence_stays_one_line_and_steers_nothing(self, study: Path) -> None:
        study.write_text(study.read_text("utf-8") + '\n["a\\nb\\u001b[31m\\u202e"]\nx = 1\n', "utf-8")
        assert "'a b [31m '" in refused(study)

    def test_in_english_when_asked_for(self, study: Path) -> None:
        (study.parent / "world.osm").unlink()
        asked = "There is no file world.osm: check [source] path in the study."
        assert refused(study, "--lang", "en") == asked
        changed(study, 'name = "Provet"', 'name = "Provet"\nlanguage = "en"')
        assert refused(study) == asked
        assert refused(study, "--lang", "sv").startswith("Filen world.osm finns inte")

    def test_where_in_the_program_when_asked_for(self, study: Path) -> None:
        study.unlink()
        said = command("run", study, "--debug")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Traceback (most recent call last):\n")
        assert said.err.splitlines()[-1] == f"Filen {study} finns inte; kontrollera sökvägen."


class TestWrongUsage:
    @pytest.mark.parametrize(
        "words",
        [
            ("run",),
            ("run", "study.toml", "--nope"),
            ("run", "study.toml", "another.toml"),
            ("run", "study.toml", "--lang", "fi"),
            ("run", "study.toml", "--audience", "all"),
            ("run", "study.toml", "--out"),
            ("demo", "study.toml"),
            ("renovate",),
        ],
    )
    def test_exit_code_2(self, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        said = command(*words)
        assert (said.code, said.out) == (2, "")
        assert "Error" in said.err
        assert listing(tmp_path) == []

    def test_no_words_at_all_tell_what_there_is(self) -> None:
        said = command()
        assert said.code == 2
        assert "demo" in said.out + said.err
        assert "run" in said.out + said.err


class TestHelp:
    def test_version(self) -> None:
        assert command("--version") == Said(0, f"{__version__}\n", "")

    @pytest.mark.parametrize("words", [(), ("demo",), ("run",)])
    def test_help(self, words: tuple[str, ...]) -> None:
        said = command(*words, "--help")
        assert (said.code, said.err) == (0, "")
        assert "Usage: grannskap" in said.out

    def test_is_quick(self, tmp_path: Path) -> None:
        code = (
            "import sys\nfrom grannskap.cli import main\n"
            "try:\n    main()\nexcept SystemExit:\n    print('loaded:', *sys.modules)"
        )
        said = python(code, "--version", cwd=tmp_path)
        assert set(said.out.partition("loaded:")[2].split()) & set(HEAVY) == set()


class TestProcess:
    """As it is typed: a process of its own, in a pipe or on a terminal."""

    def test_a_terminal_that_cannot_write_all_letters(self, study: Path) -> None:
        said = process("run", study, "--out", "ut", cwd=study.parent, PYTHONIOENCODING="ascii")
        assert (said.code, said.err) == (0, "")
        assert "Kaf?et" in said.out
        assert listing(study.parent / "ut") == FILES

    def test_one_sentence_and_exit_code_1(self, tmp_path: Path) -> None:
        said = process("run", "nowhere.toml", cwd=tmp_path)
        assert said == Said(1, "", "Filen nowhere.toml finns inte; kontrollera sökvägen.\n")

    @pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals on this system")
    def test_progress_on_a_terminal(self, study: Path) -> None:
        code = (
            "import os, pty, sys\n"
            "ours, theirs = pty.openpty()\n"
            "os.dup2(theirs, 2)\n"
            "from grannskap.cli import main\n"
            "try:\n    main()\nfinally:\n    sys.stderr.flush()\n    sys.stdout.flush()\n"
            "    os.write(theirs, b'.')\n"  # so that there is something to read in any case
            "    os.write(1, b'--- shown: ' + os.read(ours, 100_000))"
        )
        said = python(code, "run", study, "--out", "ut", cwd=study.parent, TERM="xterm")
        summary, _, shown = said.out.partition("--- shown: ")
        assert "grannskap …" in shown
        assert "\x1b" not in summary
        assert summary.startswith("Provet\n")
