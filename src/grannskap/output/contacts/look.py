"""How does the list of contacts look, on the screen and on paper? Widths, heights, header and what is printed."""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grannskap.output import look

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FONT, SIZE_PT, TITLE_PT = "Calibri", 10, 14
LINE_PT = 13.5
"""A line of a cell."""
SIGNS = 1.15
"""So many letters stand on one unit of a column's width, which is a figure of a somewhat larger font."""
ABOUT_SIGNS = 95
A3, A4 = 8, 9  # as a workbook tells sizes of paper
MARGIN_IN = 0.4


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column of the list?

    Attributes
    ----------
    title : str
    width : float
        In characters; longer texts go on in a further line.
    form : str
        How its numbers are written.
    centred : bool
    printed : bool
    """

    title: str
    width: float
    form: str = "General"
    centred: bool = False
    printed: bool = True

    @property
    def across(self) -> str | None:
        """Where across its column does a text stand? None for where it stands of itself."""
        return "center" if self.centred else None


def dress(sheet: "Worksheet", columns: Sequence[Column], *, marked: Sequence[bool]) -> None:
    """Give a filled list its widths, heights, header and marks.

    Parameters
    ----------
    sheet : Worksheet
        Its header in the first row.
    columns : sequence of Column
    marked : sequence of bool
        Which of the rows under the header have a ground of their own.
    """
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - only this file needs it
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    ink, plain = Font(name=FONT, size=SIZE_PT, bold=True, color="FFFFFF"), Font(name=FONT, size=SIZE_PT)
    fill, mark = (PatternFill("solid", fgColor=colour.lstrip("#")) for colour in (look.ACCENT, look.SCHOOL))
    under = Border(bottom=Side("thin", color=look.RULE.lstrip("#")))
    head, *rows = sheet.iter_rows(max_col=len(columns))
    styles: dict[bool, list[Any]] = {}
    for row, is_marked in zip(rows, marked, strict=True):
        if is_marked in styles:  # a style is worked out once and then copied, which is ten times quicker
            for cell, known in zip(row, styles[is_marked], strict=True):
                cell._style = copy(known)  # noqa: SLF001
            continue
        for cell, column in zip(row, columns, strict=True):
            cell.font, cell.border, cell.number_format = plain, under, column.form
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=column.across)
            if is_marked:
                cell.fill = mark
        styles[is_marked] = [copy(cell._style) for cell in row]  # noqa: SLF001
    for cell, column in zip(head, columns, strict=True):
        cell.font, cell.fill = ink, fill
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=column.across)
        sheet.column_dimensions[get_column_letter(cell.column)].width = column.width
    for number, row in enumerate((head, *rows), start=1):
        lines = max(_lines(cell.value, column.width) for cell, column in zip(row, columns, strict=True))
        sheet.row_dimensions[number].height = lines * LINE_PT + 3


def _lines(value: object, width: float) -> int:
    """In how many lines does a text stand? Words are kept whole where they fit."""
    room, used, lines = width * SIGNS, 0, 1
    for word in str(value or "").split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
        if used > room:
            lines += math.ceil(used / room) - 1
            used = round(used % room)
    return lines


def lay_out(sheet: "Worksheet", columns: Sequence[Column], *, left: str, right: str) -> None:
    """Let a list be printed lying, as wide as the paper, with its header on every page and words at the foot."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    last = get_column_letter(sum(column.printed for column in columns))
    sheet.print_area = f"A1:{last}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    _fit(sheet)
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = left, right
    sheet.oddFooter.center.text = "&P / &N"


def _fit(sheet: "Worksheet") -> None:
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = MARGIN_IN
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 1.5 * MARGIN_IN, 0.8, 0.4


def write_page(sheet: "Worksheet") -> None:
    """Let lines in the first column be read as a page, the first as its title."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    sheet.column_dimensions["A"].width = ABOUT_SIGNS
    for number, (cell,) in enumerate(sheet.iter_rows(max_col=1), start=1):
        cell.font = Font(name=FONT, size=TITLE_PT if number == 1 else SIZE_PT, bold=number == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[number].height = _lines(cell.value, ABOUT_SIGNS) * LINE_PT + 8
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", A4
    _fit(sheet)
