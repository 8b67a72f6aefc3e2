"""The list of contacts: whom to reach and how, safe to open, and never to be shared."""

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from wording import STANDING_NOTE, avoided_in

import grannskap as gk
from grannskap.output.contacts.workbook import address_of, contacts, reached

HEADER = [
    *("Nr", "Sannolik rang", "Organisation", "Slag", "Ägare", "Adress", "Avstånd (m)", "Passager per vecka"),
    *("Vanligaste ärende", "Telefon", "E-post", "Webbplats", "Annan kontakt", "Visas inte för andra", "Källa", "Datum"),
    *("Rollkontakt", "Hållning", "Nästa steg", "Gallras efter", "Id"),
]
FORMULA_SIGNS = tuple("=+-@\t\r")


def made(result: gk.Result, folder: Path, language: str = "sv") -> Any:
    contacts(result, folder / "contacts.xlsx", language=language)
    return openpyxl.load_workbook(folder / "contacts.xlsx")


def rows(book: Any) -> list[dict[str, Any]]:
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.fixture(scope="module")
def book(sample_result: gk.Result, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made(sample_result, tmp_path_factory.mktemp("contacts"))


def with_tags(result: gk.Result, actor_id: str, tags: dict[str, str], **columns: str) -> gk.Result:
    scene = result.workings.scene
    there = (scene.actors.element_id == actor_id).to_numpy()
    changed = [tags if here else old for here, old in zip(there, scene.actors.tags, strict=True)]
    actors = scene.actors.assign(tags=pd.Series(changed, index=scene.actors.index, dtype=object), **columns)
    workings = dataclasses.replace(result.workings, scene=dataclasses.replace(scene, actors=actors))
    return dataclasses.replace(result, workings=workings)


def test_all_actors_are_there_by_rank(book: Any, sample_result: gk.Result) -> None:
    told = rows(book)
    assert list(told[0]) == HEADER
    assert [row["Id"] for row in told] == sample_result.actors.actor_id.tolist()
    assert [row["Nr"] for row in told] == sample_result.actors["rank"].tolist()


def test_contacts_are_those_of_the_map_data(book: Any, sample_result: gk.Result) -> None:
    tags = dict(
        zip(sample_result.workings.scene.actors.element_id, sample_result.workings.scene.actors.tags, strict=True)
    )
    told = {row["Id"]: row for row in rows(book)}
    known = [key for key, each in tags.items() if each.get("website", "").startswith("http")]
    assert len(known) > 500
    same = [key for key in known if told[key]["Webbplats"] == tags[key]["website"].split(";")[0]]
    assert len(same) > 0.98 * len(known)
    assert told["way/122595207"]["Adress"] == "Läntinen teatterikuja 1, 00100 Helsinki"
    assert {row["Källa"] for row in told.values()} == {"OpenStreetMap"}
    assert {row["Datum"] for row in told.values()} == {"2019-04-21"}


def test_what_people_fill_in_is_empty_and_guided(book: Any) -> None:
    sheet = book.worksheets[0]
    for row in rows(book):
        assert [row[name] for name in ("Rollkontakt", "Hållning", "Nästa steg", "Gallras efter")] == [None] * 4
    stance, date = sheet.data_validations.dataValidation
    last = len(rows(book)) + 1
    assert (stance.formula1, str(stance.sqref)) == ('"resurs,neutral,oro,okänd"', f"R2:R{last}")
    assert (date.type, str(date.sqref)) == ("date", f"T2:T{last}")
    assert sheet["R1"].value == "Hållning"
    assert sheet["T1"].value == "Gallras efter"


def test_the_header_stays_and_can_be_filtered(book: Any) -> None:
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == f"A1:U{sheet.max_row}"
    assert all(sheet.column_dimensions[cell.column_letter].width >= 6 for cell in sheet[1])


def test_it_prints_as_wide_as_the_paper_with_its_header_on_every_page(book: Any) -> None:
    sheet, about = book.worksheets
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area.endswith(f"$A$1:$T${sheet.max_row}")  # all but the ids
    assert "Internt" in sheet.oddFooter.left.text
    assert about.page_setup.fitToWidth == 1


def test_long_texts_go_on_in_a_further_line_that_is_seen(book: Any) -> None:
    """Some programs do not work out the height of a row when they open a file."""
    for sheet in book.worksheets:
        widths = [sheet.column_dimensions[cell.column_letter].width or 8 for cell in sheet[1]]
        for row in sheet.iter_rows():
            texts = [(str(cell.value), width) for cell, width in zip(row, widths, strict=True) if cell.value]
            assert all(cell.alignment.wrap_text for cell in row if cell.value)
            lines = max((len(text) / (1.3 * width) for text, width in texts), default=1)
            assert sheet.row_dimensions[row[0].row].height >= 12 * lines
    assert {cell.font.name for cell in book.worksheets[0][1]} == {"Calibri"}


def test_nothing_is_a_formula(small_result: gk.Result, tmp_path: Path) -> None:
    hostile = ['=HYPERLINK("http://x")', "+1+1", "-2", "@sum", "\t=1", "\uff1d1"]
    names = [*hostile, *small_result.actors.name[len(hostile) :]]
    tags = {"phone": "=1+1", "email": "=a@b.se", "website": "javascript:alert(1)", "addr:street": "=1", "contact": "@x"}
    tags["addr:housenumber"] = "2"
    result = dataclasses.replace(small_result, actors=small_result.actors.assign(name=names))
    book = made(with_tags(result, small_result.actors.actor_id[0], tags), tmp_path)
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells if str(cell.value).startswith(FORMULA_SIGNS)] == []
    first = rows(book)[0]
    assert (first["Organisation"], first["Adress"]) == ('\'=HYPERLINK("http://x")', "'=1 2")
    assert (first["Telefon"], first["Webbplats"]) == (None, None)


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"contact:phone": "+46 31 12 34 56; +46 31 99"}, ("0046 31 12 34 56", "", "")),
        ({"phone": "fråga i luckan", "contact:phone": "031-12 34 56"}, ("031-12 34 56", "", "")),
        ({"phone": "070-174 06 05"}, ("", "", "")),
        ({"email": "info@example.org", "website": "www.example.org"}, ("", "info@example.org", "www.example.org")),
        ({"email": "ring oss", "website": "javascript:alert(1)"}, ("", "", "")),
        ({}, ("", "", "")),
    ],
)
def test_only_what_looks_like_a_public_contact_is_taken(tags: dict[str, str], told: tuple[str, str, str]) -> None:
    assert reached(tags) == told


def test_an_address_needs_street_and_number() -> None:
    assert address_of({"addr:street": "Storgatan", "addr:city": "Lund"}) == ""
    assert address_of({"addr:place": "Torp", "addr:housenumber": "2", "addr:postcode": "123 45"}) == "Torp 2, 123 45"
    assert address_of({"address": "Kajen 1"}) == "Kajen 1"


def test_own_layers_tell_their_source_and_date(small_result: gk.Result, tmp_path: Path) -> None:
    key = str(small_result.actors.actor_id[0])
    source = ["osm; ägare.csv", *["osm"] * (len(small_result.actors) - 1)]
    result = dataclasses.replace(small_result, actors=small_result.actors.assign(source=source))
    result = with_tags(result, key, {"contact": "kundtjänst"}, source_date="2026-01-15", owner="Bostads AB")
    first = rows(made(result, tmp_path))[0]
    assert (first["Källa"], first["Datum"]) == ("OpenStreetMap; ägare.csv", "2020-12-14; 2026-01-15")
    assert (first["Ägare"], first["Annan kontakt"]) == ("Bostads AB", "kundtjänst")


def test_sensitive_neighbours_are_marked(small_result: gk.Result, tmp_path: Path) -> None:
    marked = {row["Organisation"]: row["Visas inte för andra"] for row in rows(made(small_result, tmp_path))}
    assert marked["Hemligt boende"] == "ja: skyddas"
    assert [name for name, mark in marked.items() if mark] == ["Hemligt boende"]


def test_the_list_tells_what_it_is(book: Any) -> None:
    lines = [str(cell.value) for cell in book.worksheets[1]["A"]]
    assert "Internt: får inte föras vidare" in lines
    assert STANDING_NOTE in lines
    assert any("© OpenStreetMaps bidragsgivare (ODbL)" in line for line in lines)
    assert any("θ" in line for line in lines)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_words_to_avoid(kotka_result: gk.Result, tmp_path: Path, language: str) -> None:
    book = made(kotka_result, tmp_path, language)
    said = [str(v) for sheet in book.worksheets for line in sheet.iter_rows(values_only=True) for v in line if v]
    assert len(said) > 500
    assert avoided_in(" ".join(said)) == []


def test_the_file_tells_neither_person_nor_time_of_making(book: Any, sample_result: gk.Result, tmp_path: Path) -> None:
    told = book.properties
    assert (told.creator, told.lastModifiedBy) == ("grannskap", None)
    assert {told.created.date().isoformat(), told.modified.date().isoformat()} == {"2019-04-21"}
    contacts(sample_result, tmp_path / "one.xlsx", language="sv")
    contacts(sample_result, tmp_path / "two.xlsx", language="sv")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
