"""What a Word document needs beyond python-docx: styles of our own, fields, header rows and its language."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grannskap.output import look
from grannskap.output.report.blocks import Column

if TYPE_CHECKING:
    from docx.document import Document as Page

LANGUAGE_TAGS = {"sv": "sv-SE", "en": "en-GB"}
FONT = "Calibri"
"""Comes with Word; LibreOffice sets Carlito, of the same widths, in its place."""
CELL_TWIPS = 90
"""Room to the left and to the right of what stands in a cell, in twentieths of a point."""
CELLS_CM = 2 * CELL_TWIPS / 1440 * 2.54
LETTER_CM = 0.22
"""A letter of a table's header, also in the wider font that stands in where Calibri and Carlito are not installed."""
_NEW_STYLES = ("Lead", "Note", "Small", "Badge", "Table head", "Table text", "Picture")


@dataclass(frozen=True, slots=True)
class _Look:
    """How large is a style, in points, how far from its neighbours, how heavy and in which colour?"""

    size: float
    before: float = 0.0
    after: float = 0.0
    bold: bool = False
    colour: str = look.INK


_STYLES = {
    "Normal": _Look(10.5, after=6),
    "List Bullet": _Look(10.5, after=3),
    "Lead": _Look(11.5, after=8),
    "Note": _Look(10.5, 12, 12),
    "Small": _Look(8.5, after=3, colour=look.QUIET_INK),
    "Badge": _Look(9.0, after=2, bold=True, colour=look.QUIET_INK),
    "Title": _Look(26.0, after=2, bold=True, colour=look.ACCENT),
    "Subtitle": _Look(13.0, after=14, colour=look.QUIET_INK),
    "Heading 1": _Look(15.0, 20, 6, bold=True, colour=look.ACCENT),
    "Heading 2": _Look(12.0, 12, 4, bold=True, colour=look.ACCENT),
    "Caption": _Look(9.0, 8, 4, bold=True),
    "Table head": _Look(9.0, 2, 2, bold=True),
    "Table text": _Look(9.0, 1.5, 1.5),
    "Picture": _Look(10.5, before=6),
    "Footer": _Look(8.0, colour=look.QUIET_INK),
}


def dressed(page: "Page", language: str) -> None:
    """Give a document its paper, its language and the styles that a report uses."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    for name in _NEW_STYLES:
        page.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = page.styles["Normal"]
    for name, drawn in _STYLES.items():
        _dress(page.styles[name], name, drawn)
    _frame_note(page.styles["Note"])
    _add_table_style(page)
    _speak(page, LANGUAGE_TAGS[language])


def _dress(style: Any, name: str, drawn: _Look) -> None:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    style.font.size, style.font.name, style.font.bold = Pt(drawn.size), FONT, drawn.bold
    style.font.italic = False
    for spread in style.element.get_or_add_rPr().xpath("w:spacing|w:kern"):
        spread.getparent().remove(spread)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qualified(script), FONT)
    style.font.color.rgb = RGBColor.from_string(drawn.colour.lstrip("#").upper())
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(drawn.before), Pt(drawn.after)
    style.paragraph_format.line_spacing = 1.0 if name.startswith(("Table", "Title", "Picture")) else 1.15
    style.paragraph_format.keep_with_next = name.startswith(("Heading", "Title", "Picture")) or None
    if name in ("Title", "Heading 1"):
        for frame in style.element.xpath("w:pPr/w:pBdr"):
            frame.getparent().remove(frame)


def _frame_note(style: Any) -> None:
    """A line at the left of the standing note, and a quiet ground."""
    from docx.shared import Mm  # noqa: PLC0415

    style.paragraph_format.left_indent = Mm(3)
    frame = new_element("w:pBdr")
    line = {"w:val": "single", "w:sz": "24", "w:space": "8", "w:color": look.ACCENT.lstrip("#")}
    frame.append(new_element("w:left", line))
    ground = new_element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": look.PAPER.lstrip("#")})
    properties = style.element.get_or_add_pPr()
    for element in (frame, ground):
        properties.insert_element_before(
            element, "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )


def _add_table_style(page: "Page") -> None:
    """A table of plain columns: a strong line under the header, thin lines between rows."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415

    style = page.styles.add_style("Plain columns", WD_STYLE_TYPE.TABLE)
    rule, ink = look.RULE.lstrip("#"), look.INK.lstrip("#")
    table = new_element("w:tblPr")
    lines = new_element("w:tblBorders")
    for side, colour, size in (("top", ink, 8), ("bottom", ink, 8), ("insideH", rule, 4)):
        line = {"w:val": "single", "w:sz": str(size), "w:space": "0", "w:color": colour}
        lines.append(new_element(f"w:{side}", line))
    table.append(new_element("w:tblInd", {"w:w": str(CELL_TWIPS), "w:type": "dxa"}))
    table.append(lines)
    margins = new_element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(new_element(f"w:{side}", {"w:w": str(CELL_TWIPS), "w:type": "dxa"}))
    table.append(margins)
    style.element.append(table)
    first = new_element("w:tblStylePr", {"w:type": "firstRow"})
    cell, under = new_element("w:tcPr"), new_element("w:tcBorders")
    under.append(new_element("w:bottom", {"w:val": "single", "w:sz": "8", "w:space": "0", "w:color": ink}))
    cell.append(under)
    first.append(cell)
    style.element.append(first)


def _speak(page: "Page", tag: str) -> None:
    """Which language do spelling and screen readers take the text for?"""
    defaults = page.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")[0]
    for old in defaults.xpath("w:lang"):
        defaults.remove(old)
    defaults.append(new_element("w:lang", {"w:val": tag, "w:eastAsia": tag, "w:bidi": "ar-SA"}))


def qualified(name: str) -> str:
    """What is a prefixed name in full?"""
    from docx.oxml.ns import qn  # noqa: PLC0415

    return qn(name)


def new_element(name: str, attributes: Mapping[str, str] | None = None) -> Any:
    """How is an element of a document made?"""
    from docx.oxml import OxmlElement  # noqa: PLC0415

    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qualified(key), value)
    return element


def attribute(parent: Any, name: str, attributes: Mapping[str, str]) -> None:
    """Add an element that only carries attributes."""
    parent.append(new_element(name, attributes))


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field that Word counts anew, with what it shows until then."""
    field = new_element("w:fldSimple", {"w:instr": instruction})
    run, text = new_element("w:r"), new_element("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001


def header_row(row: Any) -> None:
    """Let a row stand at the top of each page that its table goes on to."""
    row._tr.get_or_add_trPr().append(new_element("w:tblHeader", {"w:val": "true"}))  # noqa: SLF001


def whole_row(row: Any) -> None:
    """Let a row not be parted between two pages."""
    row._tr.get_or_add_trPr().append(new_element("w:cantSplit", {"w:val": "true"}))  # noqa: SLF001


def widths_cm(columns: Sequence[Column], total_cm: float) -> list[float]:
    """How wide is each column? As wide as it says, and never too narrow for the longest word of its header.

    Examples
    --------
    >>> widths_cm([Column("a", 3.0), Column("b")], 16.0)
    [12.0, 4.0]
    """
    least = [LETTER_CM * max(map(len, column.title.split()), default=0) + CELLS_CM for column in columns]
    whole = sum(column.width for column in columns)
    given = [total_cm * column.width / whole for column in columns]
    narrow = [asked < needed for asked, needed in zip(given, least, strict=True)]
    if not any(narrow) or sum(least) >= total_cm:
        return given
    taken = sum(needed for needed, is_narrow in zip(least, narrow, strict=True) if is_narrow)
    others = [column for column, is_narrow in zip(columns, narrow, strict=True) if not is_narrow]
    left = iter(widths_cm(others, total_cm - taken))
    return [needed if is_narrow else next(left) for needed, is_narrow in zip(least, narrow, strict=True)]


def lines_in(row: Sequence[str], widths_cm: Sequence[float]) -> int:
    """In about how many lines does a row of a table stand, in columns of these widths?

    Examples
    --------
    >>> lines_in(["short", "a text that is rather too long for its column"], [4.0, 4.0])
    3
    """
    return max(
        math.ceil(max(len(text), 1) * LETTER_CM / (cm - CELLS_CM)) for text, cm in zip(row, widths_cm, strict=True)
    )
