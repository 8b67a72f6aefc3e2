"""The written analysis as a Word document: real styles, captions, table headers and words for the picture."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grannskap.output.office import CREATOR, moment, stamped, writable
from grannskap.output.report.blocks import Block, Bullets, Figure, Heading, Paragraph, Report, Table
from grannskap.output.report.content import report
from grannskap.output.report.word import (
    LANGUAGE_TAGS,
    add_field,
    attribute,
    dressed,
    header_row,
    lines_in,
    new_element,
    whole_row,
    widths_cm,
)
from grannskap.result import Result

if TYPE_CHECKING:
    from docx.document import Document as Page

TEXT_CM = 16.0
AFTER_TABLE_PT = 8
KEPT_LINES = 16
"""A table whose rows are at most so many lines is kept on one page."""
_STYLES = {"body": "Normal", "lead": "Lead", "note": "Note", "small": "Small"}
_KINDS = {"sv": {"table": "Tabell", "figure": "Figur"}, "en": {"table": "Table", "figure": "Figure"}}


def report_docx(result: Result, path: Path, *, language: str | None = None, content: Report | None = None) -> None:
    """Which document can be opened, changed and handed over?

    Parameters
    ----------
    result : Result
    path : Path
        The .docx file to make.
    language : {"sv", "en"}, optional
        That of the study when left out.
    content : Report, optional
        What `grannskap.output.report.report` has made already; made anew when left out.

    Notes
    -----
    Its properties tell neither the site nor a person. The same result gives the same bytes.
    """
    from docx import Document  # noqa: PLC0415 - only this file needs it
    from docx.shared import Pt  # noqa: PLC0415

    content = content or report(result, language=language)
    page = Document()
    dressed(page, content.language)
    _set_properties(page, content, result)
    _write_title(page, content)
    number = {"table": 0, "figure": 0}
    for before, block in zip((None, *content.blocks), content.blocks, strict=False):
        _write(page, block, content.language, number)
        if isinstance(before, Table) and isinstance(block, Paragraph):
            page.paragraphs[-1].paragraph_format.space_before = Pt(AFTER_TABLE_PT)
    _write_footer(page, content)
    page.save(str(path))
    stamped(path, moment(result))


def _set_properties(page: "Page", content: Report, result: Result) -> None:
    told = page.core_properties
    told.author = told.last_modified_by = CREATOR
    told.title, told.language = content.title, LANGUAGE_TAGS[content.language]
    told.comments = told.keywords = told.subject = told.category = ""
    told.created = told.modified = moment(result)
    told.revision = 1


def _write_title(page: "Page", content: Report) -> None:
    page.add_paragraph(writable(content.badge), style="Badge")
    page.add_paragraph(writable(content.title), style="Title")
    page.add_paragraph(writable(content.subtitle), style="Subtitle")


def _write(page: "Page", block: Block, language: str, number: dict[str, int]) -> None:
    match block:
        case Heading():
            page.add_heading(writable(block.text), level=block.level)
        case Paragraph():
            page.add_paragraph(writable(block.text), style=_STYLES[block.style])
        case Bullets():
            for item in block.items:
                page.add_paragraph(writable(item), style="List Bullet")
        case Table():
            _write_caption(page, block.caption, "table", language, number).paragraph_format.keep_with_next = True
            _write_table(page, block)
        case Figure():
            _write_figure(page, block)
            _write_caption(page, block.caption, "figure", language, number)


def _write_caption(page: "Page", text: str, kind: str, language: str, number: dict[str, int]) -> Any:
    """A caption whose number is a field, so that Word counts on when a table is added."""
    number[kind] += 1
    name = _KINDS[language][kind]
    caption = page.add_paragraph(f"{name} ", style="Caption")
    add_field(caption, f"SEQ {name} \\* ARABIC", str(number[kind]))
    caption.add_run(f". {writable(text)}")
    return caption


def _write_table(page: "Page", block: Table) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    made = page.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Plain columns")
    made.autofit = False
    attribute(made._tbl.tblPr, "w:tblCaption", {"w:val": writable(block.caption)})  # noqa: SLF001
    lines = ([column.title for column in block.columns], *block.rows)
    widths = widths_cm(block.columns, TEXT_CM * block.span)
    whole = sum(lines_in(row, widths) for row in block.rows) <= KEPT_LINES
    styles = [page.styles[name].style_id for name in ("Table head", "Table text")]  # looked up once: it takes long
    for n, (row, cells) in enumerate(zip(made.rows, lines, strict=True)):
        for at, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Cm(widths[at])
            written = _write_cell(cell, text, right=block.columns[at].number, style=styles[n > 0])
            # The header never stands alone at the foot of a page: there LibreOffice would lose the rows after it.
            written.paragraph_format.keep_with_next = (n == 0 or (whole and n < len(block.rows))) or None
        whole_row(row)
    for grid, width in zip(made.columns, widths, strict=True):
        grid.width = Cm(width)
    header_row(made.rows[0])


def _write_cell(cell: Any, text: str, *, right: bool, style: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

    paragraph = cell.paragraphs[0]
    paragraph._p.style = style  # noqa: SLF001 - by its id
    paragraph.add_run(writable(text))
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _write_figure(page: "Page", block: Figure) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    paragraph = page.add_paragraph(style="Picture")
    picture = paragraph.add_run().add_picture(io.BytesIO(block.picture), width=Mm(block.width_mm))
    for side in "TBLR":
        picture._inline.set(f"dist{side}", "0")  # noqa: SLF001 - or else LibreOffice moves it to the right
    described = picture._inline.docPr  # noqa: SLF001 - python-docx has no other way to an alternative text
    described.set("descr", writable(block.alt))
    described.set("title", writable(block.caption))


def _write_footer(page: "Page", content: Report) -> None:
    """What the page is made from, who may read it, and its number."""
    foot = page.sections[0].footer.paragraphs[0]
    foot.style = "Footer"
    foot.add_run(writable(f"{content.badge} · {content.footer}") + "\t")
    add_field(foot, "PAGE", "1")
    stops = new_element("w:tabs")
    for kind, at in (("clear", 4536), ("clear", 9072), ("right", round(TEXT_CM / 2.54 * 1440))):
        stops.append(new_element("w:tab", {"w:val": kind, "w:pos": str(at)}))
    foot._p.get_or_add_pPr().append(stops)  # noqa: SLF001
