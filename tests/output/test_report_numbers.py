"""Every number that a report tells in words stands in one of its tables, which tell those of the other files."""

import csv
import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document

import grannskap as gk
from grannskap.output.report.content import report
from grannskap.output.report.docx import report_docx
from grannskap.output.report.page import report_html
from grannskap.output.tables import tables

NUMBER = re.compile(r"\d[\d\u202f\u00a0,.]*(?<![,.\u202f\u00a0])")
SECTIONS = {"4.2.2", "4.4.1"}
"""Of the guideline."""
COUNTED = re.compile(r"^(Tabell|Figur|Table|Figure) \d+\. ")
FIELD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
LABELS = {
    "sv": ("Vad brukarna når till fots", "Aktörer som ofta passeras"),
    "en": ("What residents can reach on foot", "Actors that are often passed"),
}

Rows = list[list[str]]


@dataclass(frozen=True)
class Read:
    """What stands in a report: its text outside tables, and its tables by caption."""

    said: list[str]
    tables: dict[str, Rows]


def of_docx(path: Path) -> Read:
    page = Document(str(path))
    said = ["".join(each.text or "" for each in line._p.iter(FIELD)) for line in page.paragraphs]
    captions = [COUNTED.sub("", text) for text in said if COUNTED.match(text) and not text.startswith("Fig")]
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in page.tables]
    alts = [shape._inline.docPr.get("descr") or "" for shape in page.inline_shapes]
    return Read([*said, *alts], dict(zip(captions, rows, strict=True)))


class Reader(HTMLParser):
    """Text outside tables, captions, and rows of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.said: list[str] = []
        self.captions: list[str] = []
        self.rows: list[Rows] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.said.append(dict(attrs).get("alt") or "")
        elif tag not in {"meta", "br", "link"}:
            self.within.append(tag)
        if tag == "table":
            self.rows.append([])
        elif tag == "tr":
            self.rows[-1].append([])
        elif tag in {"td", "th"}:
            self.rows[-1][-1].append("")
        elif tag in {"p", "li", "h1", "h2", "h3", "figcaption", "caption"}:
            (self.captions if tag == "caption" else self.said).append("")

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"style", "head"} & set(self.within):
            return
        if "caption" in self.within:
            self.captions[-1] += data
        elif {"td", "th"} & set(self.within):
            self.rows[-1][-1][-1] += data
        elif self.said:
            self.said[-1] += data


def of_html(path: Path) -> Read:
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    captions = [COUNTED.sub("", caption) for caption in reader.captions]
    return Read([*reader.said, *reader.captions], dict(zip(captions, reader.rows, strict=True)))


READERS: dict[str, Callable[[Path], Read]] = {"report.docx": of_docx, "report.html": of_html}


def numbers(texts: list[str]) -> set[str]:
    return {found for text in texts for found in NUMBER.findall(COUNTED.sub("", text))}


def untold(read: Read, names: list[str]) -> set[str]:
    """Numbers of the text that stand in no table. Those within names of places and streets are no numbers."""
    said = read.said
    for name in names:
        said = [text.replace(name, "") for text in said]
    cells = [cell for rows in read.tables.values() for row in rows for cell in row]
    return numbers(said) - numbers(cells) - SECTIONS


def value_of(text: str, language: str) -> float:
    plain = re.sub(r"[\s\u202f\u00a0m%<]", "", text)
    plain = plain.replace(",", ".") if language == "sv" else plain.replace(",", "")
    return float(plain) if plain not in {"", "–"} else float("nan")


@pytest.fixture(scope="module", params=["sample_result", "kotka_result"])
def result(request: pytest.FixtureRequest) -> gk.Result:
    made: gk.Result = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def names(result: gk.Result) -> list[str]:
    known = {*result.actors.name, *result.destinations.name, *result.edges.name.fillna("")}
    return sorted((name for name in known if NUMBER.search(name)), key=len, reverse=True)


@pytest.fixture(scope="module", params=["sv", "en"])
def files(request: pytest.FixtureRequest, result: gk.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / str(request.param)
    folder.mkdir()
    content = report(result, language=request.param)
    report_docx(result, folder / "report.docx", content=content)
    report_html(result, folder / "report.html", content=content)
    return folder


@pytest.mark.parametrize("name", READERS)
def test_no_number_in_the_text_differs_from_the_tables(files: Path, names: list[str], name: str) -> None:
    read = READERS[name](files / name)
    assert len(numbers(read.said)) > 10
    assert untold(read, names) == set()


def test_a_number_that_differs_is_found(files: Path, names: list[str]) -> None:
    page = Document(str(files / "report.docx"))
    changed = [line for line in page.paragraphs if NUMBER.search(line.text) and "200" in line.text]
    changed[0].runs[0].text = changed[0].runs[0].text.replace("200", "234")
    page.save(str(files / "changed.docx"))
    assert any("234" in number for number in untold(of_docx(files / "changed.docx"), names))
    text = (files / "report.html").read_text("utf-8")
    where = text.index("<li>", text.index("<main"))
    (files / "changed.html").write_text(f"{text[:where]}<li>98,765 m</li>{text[where:]}", "utf-8")
    assert untold(of_html(files / "changed.html"), names) == {"98,765"}


def test_document_and_page_tell_the_same_numbers(files: Path) -> None:
    one, other = of_docx(files / "report.docx"), of_html(files / "report.html")
    assert numbers(one.said) == numbers([html.unescape(text) for text in other.said])
    assert one.tables == other.tables


@pytest.mark.parametrize("name", READERS)
def test_the_tables_tell_what_the_other_files_tell(files: Path, result: gk.Result, name: str) -> None:
    """Each row of the report's tables against its line in the CSV files: alike but for the rounding."""
    language, read = files.name, READERS[name](files / name)
    told = {key: list(csv.DictReader(io.StringIO(text))) for key, text in tables(result).items()}
    access, actors = (
        [rows for key, rows in read.tables.items() if key.startswith(label)] for label in LABELS[language]
    )
    wanted = ["trips_per_week", "n_within_reach", "nearest_m", "served_share"]
    for row, line in zip(access[0][1:], told["access.csv"], strict=True):
        _alike(row[1:], [line[column] for column in wanted], language)
    passed = {line["rank"]: line for line in told["actors.csv"]}
    assert len(actors[0]) > 10
    for row in actors[0][1:]:
        line = passed[row[0]]
        _alike([row[3], row[4]], [line["distance_m"], line["passages_per_week"]], language)


def _alike(cells: list[str], values: list[str], language: str) -> None:
    for cell, value in zip(cells, values, strict=True):
        shown, exact = value_of(cell, language), float(value or "nan") * (100 if "%" in cell else 1)
        assert shown == pytest.approx(exact, rel=0.05, abs=0.51 if "%" in cell else 0.01, nan_ok=True), (cell, value)
