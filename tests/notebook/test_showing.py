"""What notebooks show: questions, tables, cards and files, with names as text and nobody who is never told."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from worlds import degrees

import grannskap as gk
from grannskap import notebook as nb
from grannskap.errors import TableError
from grannskap.output.web_map import web_map
from grannskap.place.place import Place
from grannskap.result import Result
from grannskap.study.model import Study

QUESTIONS = {
    1: "Vilka funktioner är viktiga för brukarna",
    2: "Hur rör sig brukarna till och från dessa funktioner?",
    3: "Hur rör sig brukarna runt i området?",
    4: "Vilka aktörer passerar brukarna",
    5: "Vilka närliggande verksamheter är mest påverkade",
}


@pytest.mark.parametrize(("number", "heading"), QUESTIONS.items())
def test_the_five_questions(town_result: Result, number: int, heading: str) -> None:
    shown = nb.question(town_result, number)._repr_html_()
    assert heading in shown
    assert "Hemliga" not in shown
    assert "<b>" not in shown


def test_there_is_no_sixth_question(town_result: Result) -> None:
    with pytest.raises(TableError, match="there is no question 6"):
        nb.question(town_result, 6)


def test_the_map_of_the_second_question_has_title_unit_source_and_date(town_result: Result) -> None:
    shown = nb.question(town_result, 2).html
    assert "Beräknade gångvägar." in shown
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="Karta över', shown)
    assert "Kartdata från 2020-01-01 · © OpenStreetMaps bidragsgivare (ODbL) · world.osm" in shown


SHOWN: dict[str, Callable[[Result, Place], str]] = {
    "study": lambda r, _: r.study._repr_html_(),
    "place": lambda _, p: p._repr_html_(),
    "result": lambda r, _: r._repr_html_(),
    "passing": lambda r, _: r.routes(r.actors.actor_id.iloc[0])._repr_html_(),
    "schools": lambda r, _: nb.schools(r).html,
    "assumptions": lambda r, _: nb.assumptions(r).html,
    "data": lambda r, _: nb.data_quality(r).html,
    "layers": lambda r, _: nb.layers_table(r).html,
    "own": lambda r, _: nb.own_actors(r).html,
    "sites": lambda r, _: nb.sites_table(gk.compare([r, r])).html,
    "kinds": lambda r, _: nb.sites_table(gk.compare([r, r]), measure="passages_per_100_trips").html,
    "sensitivities": lambda r, _: nb.sensitivities([r, r]).html,
    "definitions": lambda _r, _p: nb.definitions().html,
    "citation": lambda r, _: nb.citation([r, r]).html,
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_escaped_and_fetches_nothing(town_result: Result, town_place: Place, name: str) -> None:
    shown = SHOWN[name](replace(town_result, study=replace(town_result.study, name="<b>Huset</b>")), town_place)
    assert "<b>" not in shown
    assert not re.search(r"<(script|link|iframe|object)|\bon\w+=|(src|href)=(?!\"data:)", shown)
    assert "Hemliga" not in shown
    assert shown.count("<table") == shown.count("</table>")


def test_a_study_tells_where_the_site_is_only_of_open_material(sample: Path) -> None:
    study = gk.read_study(sample / "study.toml")
    told = f"{60.172:.4f}".replace(".", ",")
    assert told in study._repr_html_()
    for sensitivity in ("internal", "protected"):
        assert told not in replace(study, sensitivity=sensitivity)._repr_html_()


def test_a_study_tells_its_trips(town_study: Study) -> None:
    shown = town_study._repr_html_()
    assert re.search(r"Mataffär</bdi></td><td[^>]*><bdi>20<", shown)
    assert "world.osm" in shown


def test_a_place_counts_its_kinds_without_hidden_neighbours(town_place: Place) -> None:
    shown = town_place._repr_html_()
    assert "6 platser och 1 km" in shown
    assert "Kartdata från 2020-01-01" in shown


def test_a_result_tells_access_before_actors(town_result: Result) -> None:
    shown = town_result._repr_html_()
    assert shown.index("Vad brukarna når") < shown.index("Aktörer som ofta passeras")
    assert "Förskolan Ängen" in shown


def test_what_comes_from_ones_own_list(town_study: Study, tmp_path: Path) -> None:
    at = dict(zip(("lat", "lon"), _spot(50.0, 5.0), strict=True))
    known = dict(zip(("lat", "lon"), _spot(100.0, 8.0), strict=True))
    rows = [("Föreningen", at, "info@a.example"), ("Förskolan Ängen", known, "rektor@b.example")]
    lines = ["namn,lat,lon,epost", *(f"{name},{spot['lat']},{spot['lon']},{mail}" for name, spot, mail in rows)]
    (tmp_path / "lista.csv").write_text("\n".join(lines), "utf-8")
    study = nb.with_layer(town_study, tmp_path / "lista.csv", "preschool", source="Egen lista")
    shown = nb.own_actors(gk.analyse(study)).html
    assert "Föreningen" in shown
    assert "info@a.example" in shown
    assert "OpenStreetMap; Egen lista" in shown
    assert "rektor@b.example" in shown
    assert "Handeln" not in shown


def _spot(x: float, y: float) -> tuple[float, float]:
    return degrees(x, y)[::-1]


def test_files_are_told_with_what_they_hold(tmp_path: Path) -> None:
    files = [tmp_path / "map.html", tmp_path / "geojson" / "<b>.geojson"]
    shown = nb.files_table(files).html
    assert "2 filer finns i" in shown
    assert "Webbkartan" in shown
    assert "<b>" not in shown


def test_sites_stand_beside_each_other_with_intervals(town_result: Result, town_place: Place) -> None:
    other = gk.analyse(replace(nb.assumed(town_result.study, trips={"library": 40.0}), name="Annat"), town_place)
    table = gk.compare([town_result, other])
    shown = nb.sites_table(table).html
    assert "Annat" in shown
    assert "Genomsnittlig gångväg per ärende" in shown
    assert re.search(r"\d+ m \(\d+–\d+\)", shown)
    nearest = nb.sites_table(table, measure="nearest_m").html
    assert nearest.index("Mataffär") < nearest.index("Bibliotek")
    kinds = nb.sites_table(table, measure="passages_per_100_trips").html
    assert "Förskola" in kinds
    assert "Socialtjänst" not in kinds
    alike, aside = nb.with_one_setting([town_result.study, other.study])
    assert alike[1].profile == town_result.study.profile
    assert "trips_per_week är 40" in nb.set_aside_told(aside).html
    assert "samma antaganden" in nb.set_aside_told([]).html


def test_a_citation_names_program_data_licence_and_seed(town_result: Result) -> None:
    shown = nb.citation([town_result]).html
    source = town_result.manifest["source"]
    assert isinstance(source, dict)
    for told in (f"grannskap {gk.__version__}", "2020-01-01", "Open Database License", "frö: 1", "world.osm"):
        assert told in shown


def test_a_map_shows_in_a_frame_that_reaches_nothing_around_it(town_result: Result) -> None:
    shown = web_map(town_result)._repr_html_()
    assert 'sandbox="allow-scripts"' in shown
    assert "Make this Notebook" not in shown
    assert shown.count("<iframe") == 1


def test_behind_the_frame_of_a_map_lies_a_picture_for_whoever_opens_a_notebook_of_others(town_result: Result) -> None:
    made = web_map(town_result)
    behind, _, frame = made._repr_html_().partition("<iframe")
    assert "En bild av kartan. Kör cellen" in behind
    assert re.search(r'<img src="data:image/png;base64,[^"]{1000,}" alt="Karta över[^"]+"', behind)
    assert "Hemliga" not in behind
    assert frame == made._repr_html_(with_still=False).partition("<iframe")[2]


@pytest.mark.parametrize("name", ["study", "place", "result", "passing", "moves", "change", "question"])
def test_in_a_terminal_a_record_says_what_its_card_says(town_result: Result, town_place: Place, name: str) -> None:
    records: dict[str, Callable[[], object]] = {
        "study": lambda: town_result.study,
        "place": lambda: town_place,
        "result": lambda: town_result,
        "passing": lambda: town_result.routes(town_result.actors.actor_id.iloc[0]),
        "moves": lambda: nb.moves(town_result, town_result),
        "change": lambda: nb.before_after(town_result, town_result),
        "question": lambda: nb.question(town_result, 2),
    }
    record: Any = records[name]()
    told = repr(record)
    words = html.unescape(re.sub(r"<[^>]+>", "\n", record._repr_html_())).split()
    assert {each for each in told.split() if each != "-"} - set(words) == set() or name == "question"
    assert len(told) < 8000
    assert "Hemliga" not in told
    assert not re.search(r"</|style=|base64|dtype|POINT", told)


@pytest.mark.parametrize("sensitivity", ["internal", "protected"])
def test_text_in_a_saved_notebook_does_not_tell_where_the_site_is(sample: Path, sensitivity: Any) -> None:
    study = replace(gk.read_study(sample / "study.toml"), sensitivity=sensitivity)
    for told in (repr(study), f"{study}", repr([study])):
        assert "Järnvägstorget" in told
        assert not re.search(r"60[.,]17|24[.,]94", told)
        assert str(sample) not in told
    assert "60,1720" in repr(replace(study, sensitivity="open"))


def test_an_unnamed_destination_says_that_its_name_is_not_known(town_study: Study, tmp_path: Path) -> None:
    lon, lat = degrees(100.0, 104.0)
    (tmp_path / "lista.csv").write_text(f"namn,lat,lon\n,{lat},{lon}\n", "utf-8")
    result = gk.analyse(nb.with_layer(town_study, tmp_path / "lista.csv", "library"))
    assert (result.destinations.name == "").any()
    told = [repr(result.routes(actor)) for actor in result.actors.actor_id]
    assert any("(namn saknas i kartdata)" in each for each in told)
    assert not any(line.startswith("(namn") and "Bibliotek" not in line for each in told for line in each.splitlines())
