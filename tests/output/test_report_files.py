"""The written analysis as files: a Word document and a page that read alike, and give nothing away."""

import dataclasses
import html
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from docx import Document

import grannskap as gk
from grannskap.output.report.blocks import Column, Figure, Table, spoken, tabled
from grannskap.output.report.content import report
from grannskap.output.report.docx import report_docx
from grannskap.output.report.page import report_html
from grannskap.output.report.word import CELLS_CM, LETTER_CM, widths_cm

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def files(kotka_result: gk.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    report_docx(kotka_result, folder / "report.docx", language="sv")
    report_html(kotka_result, folder / "report.html", language="sv")
    return folder


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as file:
        return file.read(name).decode("utf-8")


def everything(path: Path) -> bytes:
    with zipfile.ZipFile(path) as file:
        return b"\n".join(name.encode() + file.read(name) for name in file.namelist())


def test_the_document_has_all_text_and_all_tables(files: Path, kotka_result: gk.Result) -> None:
    content, page = report(kotka_result, language="sv"), Document(str(files / "report.docx"))
    told = {paragraph.text for paragraph in page.paragraphs}
    assert set(spoken(content.blocks)) <= told
    wanted = [block for block in content.blocks if isinstance(block, Table)]
    assert len(page.tables) == len(wanted)
    for made, block in zip(page.tables, wanted, strict=True):
        rows = [[cell.text for cell in row.cells] for row in made.rows]
        assert rows == [[column.title for column in block.columns], *map(list, block.rows)]


@pytest.mark.parametrize("name", ["kotka_result", "sample_result"])
def test_libreoffice_turns_it_into_a_pdf_without_loss(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """No letter is lost, wherever pages end. (LibreOffice lost the rows after a header at the foot of a page.)"""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if not office or not reader:
        pytest.skip("LibreOffice or pdftotext is not installed, so the document is not converted")
    result, home = request.getfixturevalue(name), f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    report_docx(result, tmp_path / "report.docx", language="sv")
    convert = [
        office,
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "report.docx"),
    ]
    subprocess.run(convert, check=True, capture_output=True)  # noqa: S603
    told = subprocess.run([reader, str(tmp_path / "report.pdf"), "-"], check=True, capture_output=True).stdout  # noqa: S603
    content = report(result, language="sv")
    wanted = letters(" ".join([content.title, *spoken(content.blocks), *tabled(content.blocks)]))
    assert wanted - letters(told.decode("utf-8")) == Counter()


def letters(text: str) -> Counter[str]:
    """How often does each letter stand in a text, whatever its spaces and line breaks?"""
    return Counter("".join(unicodedata.normalize("NFKC", text).split()))


def test_headings_captions_and_lists_are_real_styles(files: Path) -> None:
    page = Document(str(files / "report.docx"))
    styles = [paragraph.style.name for paragraph in page.paragraphs if paragraph.style]
    assert styles[:3] == ["Badge", "Title", "Subtitle"]
    assert styles.count("Heading 1") == 12
    assert {"Heading 2", "List Bullet", "Note", "Small"} <= set(styles)
    assert styles.count("Caption") == len(page.tables) + 1
    captions = [paragraph for paragraph in page.paragraphs if paragraph.style and paragraph.style.name == "Caption"]
    assert all(each._p.findall(f"{NAMESPACE}fldSimple") for each in captions)


def test_every_table_repeats_its_header_and_keeps_its_rows_whole(files: Path) -> None:
    for table in Document(str(files / "report.docx")).tables:
        marks = [row._tr.trPr for row in table.rows]
        assert all(mark is not None and mark.find(f"{NAMESPACE}cantSplit") is not None for mark in marks)
        heads = [mark is not None and mark.find(f"{NAMESPACE}tblHeader") is not None for mark in marks]
        assert heads == [True] + [False] * (len(heads) - 1)


def test_no_header_of_a_table_stands_alone_at_the_foot_of_a_page(files: Path) -> None:
    for table in Document(str(files / "report.docx")).tables:
        assert [
            cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells if len(table.rows) > 1
        ]
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells)


def test_tables_of_few_lines_are_kept_on_one_page_and_others_go_on(sample_result: gk.Result, tmp_path: Path) -> None:
    report_docx(sample_result, tmp_path / "report.docx", language="sv")
    tables = {
        table.rows[0].cells[-1].text: [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        for table in Document(str(tmp_path / "report.docx")).tables
    }
    assert tables["Resor som får en plats"] == [True] * 8 + [None]
    assert tables["Vem och när"] == [True] + [None] * 7


def test_no_word_of_a_header_is_broken() -> None:
    columns = [
        Column("Nr", 0.5),
        Column("Aktör", 2.3),
        Column("Vanligaste ärende", 0.2),
        Column("I studieområdet", 0.1),
    ]
    widths = widths_cm(columns, 16.0)
    assert sum(widths) == pytest.approx(16.0)
    for column, cm in zip(columns, widths, strict=True):
        assert cm - CELLS_CM >= LETTER_CM * max(map(len, column.title.split())) - 1e-9
    assert widths[1] > 2 * widths[0]


def test_the_picture_has_an_alternative_text(files: Path, kotka_result: gk.Result) -> None:
    [figure] = [block for block in report(kotka_result, language="sv").blocks if isinstance(block, Figure)]
    [shown] = Document(str(files / "report.docx")).inline_shapes
    assert shown._inline.docPr.get("descr") == figure.alt


@pytest.mark.parametrize(("language", "tag"), [("sv", "sv-SE"), ("en", "en-GB")])
def test_the_language_is_set(kotka_result: gk.Result, tmp_path: Path, language: str, tag: str) -> None:
    report_docx(kotka_result, tmp_path / "report.docx", language=language)
    assert f'<w:lang w:val="{tag}"' in part(tmp_path / "report.docx", "word/styles.xml")
    assert Document(str(tmp_path / "report.docx")).core_properties.language == tag


def test_the_properties_tell_neither_site_nor_person(files: Path) -> None:
    told = part(files / "report.docx", "docProps/core.xml") + part(files / "report.docx", "docProps/app.xml")
    assert "Kotka" not in told
    assert "python-docx" not in told
    assert "Analys av grannskapet" in told
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", told)) == {"2019-04-14"}


def test_a_picture_in_the_document_tells_nothing_of_its_making(files: Path) -> None:
    assert b"Matplotlib" not in everything(files / "report.docx")


def test_the_same_result_gives_the_same_bytes(kotka_result: gk.Result, files: Path, tmp_path: Path) -> None:
    report_docx(kotka_result, tmp_path / "again.docx", language="sv")
    report_html(kotka_result, tmp_path / "again.html", language="sv")
    assert (tmp_path / "again.docx").read_bytes() == (files / "report.docx").read_bytes()
    assert (tmp_path / "again.html").read_bytes() == (files / "report.html").read_bytes()


def test_the_page_asks_no_host_for_anything(files: Path) -> None:
    page = (files / "report.html").read_text("utf-8")
    policy = "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page.replace("&#39;", "'"), policy
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*", page) == []
    assert re.findall(r"https?://", page) == []


def test_the_page_says_what_the_document_says(files: Path, kotka_result: gk.Result) -> None:
    page = html.unescape((files / "report.html").read_text("utf-8"))
    content = report(kotka_result, language="sv")
    assert [text for text in [*spoken(content.blocks), *tabled(content.blocks)] if text not in page] == []


def test_the_page_can_be_read_by_those_who_do_not_see_it(files: Path) -> None:
    page = (files / "report.html").read_text("utf-8")
    assert '<html lang="sv">' in page
    assert page.count("<h1>") == 1
    tables = re.findall(r"<table[ >].*?</table>", page, flags=re.DOTALL)
    assert len(tables) > 10
    for table in tables:
        assert "<caption" in table
        assert "<th" in table
        assert re.findall(r"<th(?! scope=)[\s>]", table) == []
        assert table.count('scope="row"') == table.count("<tr>") - 1
    assert re.findall(r"<img(?![^>]*alt=\"[^\"]+\")", page) == []
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_hostile_names_stay_text(small_result: gk.Result, tmp_path: Path, hostile_names: tuple[str, ...]) -> None:
    strange = small_result.actors.assign(name=["a\uffff\x00b\u202e", *small_result.actors.name[1:]])
    result = dataclasses.replace(small_result, actors=strange)
    report_html(result, tmp_path / "report.html", language="sv")
    report_docx(result, tmp_path / "report.docx", language="sv")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert html.escape(hostile_names[1], quote=False) in page
    cells = [cell.text for table in Document(str(tmp_path / "report.docx")).tables for cell in table._cells]
    assert hostile_names[1] in cells
    assert "a b" in cells
    assert "{{ 7 * 7 }} {window.pwned}" in cells


def test_nothing_of_sensitive_neighbours_is_in_the_files(small_result: gk.Result, tmp_path: Path) -> None:
    report_html(small_result, tmp_path / "report.html")
    report_docx(small_result, tmp_path / "report.docx")
    assert b"Hemligt" not in (tmp_path / "report.html").read_bytes() + everything(tmp_path / "report.docx")
