"""The list of contacts as a workbook, for internal use: neighbours with their public contact and room for notes."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.writing import plain, two_digits
from grannskap.output import look
from grannskap.output.certainty import interval
from grannskap.output.map_legend import ATTRIBUTION, STANDING_NOTE, data_date, small_print
from grannskap.output.naming import Naming, naming
from grannskap.output.office import CREATOR, moment, stamped, writable
from grannskap.output.tables import safe_text
from grannskap.result import Result
from grannskap.study.personal import looks_personal

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

STANCES = (_("resource"), _("neutral"), _("concern"), _("unknown"))
"""What an actor may think of the residence; §4.1.4 asks for those who can be a bridge. Never leaves the unit."""
PHONE = ("phone", "contact:phone", "mobile", "contact:mobile")
EMAIL = ("email", "contact:email")
WEBSITE = ("website", "contact:website", "url")
_MAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_NUMBER = re.compile(r"[+(\d][\d\s()./\-–]{4,24}")
_PAGE = re.compile(r"(https?://|www\.)[^\s<>\"']+", flags=re.IGNORECASE)
_OSM = "osm"  # in the column `source` of the actors
_RULES = ((PHONE, _NUMBER), (EMAIL, _MAIL), (WEBSITE, _PAGE))


@dataclass(frozen=True, slots=True)
class _Column:
    """What stands in a column of the list, how wide is it in characters, and how are its numbers written?"""

    title: str
    width: float
    form: str = "General"


_COLUMNS = (
    _Column(_("No."), 6, "0"),
    _Column(_("Likely rank"), 12),
    _Column(_("Organisation"), 38),
    _Column(_("Kind"), 22),
    _Column(_("Owner"), 24),
    _Column(_("Address"), 36),
    _Column(_("Distance (m)"), 13, "#,##0"),
    _Column(_("Passages per week"), 13, "General"),
    _Column(_("Most common errand"), 20),
    _Column(_("Telephone"), 20),
    _Column(_("E-mail"), 28),
    _Column(_("Website"), 32),
    _Column(_("Other contact"), 24),
    _Column(_("Not to be shown to others"), 16),
    _Column(_("Source"), 18),
    _Column(_("Date"), 12),
    _Column(_("Role to contact"), 24),
    _Column(_("Stance"), 12),
    _Column(_("Next step"), 28),
    _Column(_("Delete after"), 14, "yyyy-mm-dd"),
    _Column(_("Id"), 20),
)
_STANCE, _DELETE = 18, 20  # columns, from 1


def contacts(result: Result, path: Path, *, language: str | None = None) -> None:
    """Whom can the unit contact, how, and what is agreed? A workbook that stays inside.

    Parameters
    ----------
    result : Result
    path : Path
        The .xlsx file to make.
    language : {"sv", "en"}, optional
        That of the study when left out.

    Notes
    -----
    All actors of the study area are there, by rank; those marked as sensitive too, and marked so. Contact details are
    what OpenStreetMap or the analyst's own layer tells of an organisation; what looks like the number of a person is
    left out. Nothing in a cell is a formula.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - only this file needs it

    texts = texts_for(language or result.study.language)
    book = Workbook()
    sheet = book.active or book.create_sheet()
    _fill_list(sheet, result, texts)
    _fill_about(book.create_sheet(texts.gettext("About this list")), result, texts)
    book.properties.creator = CREATOR
    book.properties.title = texts.gettext("Contacts (internal)")
    book.properties.language = _LANGUAGE_TAGS[texts.language]
    book.save(path)
    stamped(path, moment(result))


_LANGUAGE_TAGS = {"sv": "sv-SE", "en": "en-GB"}


def public_contacts(result: Result) -> dict[str, tuple[str, str, str]]:
    """Which public telephone number, e-mail and website has each actor?

    Returns
    -------
    dict
        By ``actor_id``, each text empty where it is not known; actors without any are left out. Values that do not look
        like what they should be are not taken.
    """
    scene = result.workings.scene.actors
    found = {str(key): reached(tags) for key, tags in zip(scene["element_id"], scene["tags"], strict=True)}
    return {key: told for key, told in found.items() if any(told)}


def reached(tags: Mapping[str, str]) -> tuple[str, str, str]:
    """How is an organisation reached: telephone, e-mail, website?

    An international number begins with 00 instead of +, which a spreadsheet might take for a sum.

    >>> reached({"phone": "+46 31 12 34 56", "email": "=1+1", "website": "https://example.org"})
    ('0046 31 12 34 56', '', 'https://example.org')
    """
    phone, mail, page = (_first(tags, keys, form) for keys, form in _RULES)
    return re.sub(r"^\+\s*", "00", phone), mail, page


def _first(tags: Mapping[str, str], keys: Sequence[str], form: re.Pattern[str]) -> str:
    """The first value that is what it should be; of several in one tag, the first."""
    values = (_unless_personal(value) for key in keys for value in str(tags.get(key, "")).split(";"))
    return next((value for value in values if form.fullmatch(value)), "")


def address_of(tags: Mapping[str, str]) -> str:
    """At which address is an organisation? Empty where the data does not say.

    >>> address_of({"addr:street": "Storgatan", "addr:housenumber": "3", "addr:city": "Lund"})
    'Storgatan 3, Lund'
    """
    street = " ".join(filter(None, (tags.get("addr:street") or tags.get("addr:place"), tags.get("addr:housenumber"))))
    town = " ".join(filter(None, (tags.get("addr:postcode"), tags.get("addr:city"))))
    if not tags.get("addr:housenumber") or not street:
        return plain(tags.get("address", ""))
    return plain(", ".join(filter(None, (street, town))))


def _fill_list(sheet: "Worksheet", result: Result, texts: Texts) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet.title = texts.gettext("Contacts")
    sheet.append([texts.gettext(column.title) for column in _COLUMNS])
    scene = result.workings.scene.actors
    known = {str(each["element_id"]): each for each in scene.drop(columns="geometry").to_dict("records")}
    rows, names = result.actors.to_dict("records"), naming(result, texts)
    for number, row in enumerate(rows, start=2):
        for at, value in enumerate(_values(row, known.get(str(row["actor_id"]), {}), result, names), start=1):
            cell = sheet.cell(number, at, None if isinstance(value, str) else value)
            if isinstance(value, str) and value:
                cell.value, cell.data_type = safe_text(writable(value)), "s"  # never a formula
            if _COLUMNS[at - 1].form != "General":
                cell.number_format = _COLUMNS[at - 1].form
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(len(rows) + 1, 2)}"
    for at, column in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    _dress(sheet, result.actors["sensitive"].astype(bool).tolist())
    _rule(sheet, len(rows), texts)
    _page(sheet, texts)


def _values(row: Mapping[Any, Any], known: Mapping[Any, Any], result: Result, names: Naming) -> list[object]:
    texts, tags = names.texts, known.get("tags", {})
    owner = plain(known.get("owner", ""))
    errand, name, far = row["main_function"], names.of(row), float(row["distance_m"])
    return [
        int(row["rank"]),
        interval(float(row["rank_low"]), float(row["rank_high"]), texts),
        name,
        texts.gettext(f"kind:{row['kind']}"),
        owner if owner != name else "",
        address_of(tags),
        round(far) if math.isfinite(far) else "",
        two_digits(float(row["passages_per_week"])),
        texts.gettext(f"function:{errand}") if isinstance(errand, str) and errand else "",
        *reached(tags),
        _unless_personal(tags.get("contact", "")),
        texts.gettext("yes: protected") if row["sensitive"] else "",
        *_from_where(str(row["source"]), str(known.get("source_date") or ""), result),
        *("", "", "", ""),
        str(row["actor_id"]),
    ]


def _from_where(source: str, source_date: str, result: Result) -> tuple[str, str]:
    """Which sources tell of an actor, and of which day are they? The map first, where it is one of them."""
    parts = [plain(part) for part in source.split(";")]
    dates = [data_date(result) if _OSM in parts else "", plain(source_date)]
    told = ["OpenStreetMap" if part == _OSM else part for part in parts]
    return "; ".join(told), "; ".join(date for date in dates if date)


def _unless_personal(text: object) -> str:
    """A text, unless it looks like the data of a person."""
    told = plain(text)
    return "" if looks_personal(told) else told


def _dress(sheet: "Worksheet", sensitive: Sequence[bool]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    ink, fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=look.ACCENT.lstrip("#"))
    for cell in sheet[1]:
        cell.font, cell.fill = ink, fill
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[1].height = 32
    marked = PatternFill("solid", fgColor=look.SCHOOL.lstrip("#"))
    for number, secret in enumerate(sensitive, start=2):
        for cell in sheet[number] if secret else ():
            cell.fill = marked


def _rule(sheet: "Worksheet", rows: int, texts: Texts) -> None:
    """The stance is one of four words; the day of deletion is a date."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    words = ",".join(texts.gettext(stance) for stance in STANCES)
    stance = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
    date = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    for rule, at in ((stance, _STANCE), (date, _DELETE)):
        letter = get_column_letter(at)
        rule.add(f"{letter}2:{letter}{max(rows + 1, 2)}")
        sheet.add_data_validation(rule)


def _page(sheet: "Worksheet", texts: Texts) -> None:
    """Printed lying, as wide as the paper, with its header and what it is on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8  # A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.left.text = texts.gettext("Internal: not to be passed on")
    sheet.oddFooter.right.text = texts.gettext(ATTRIBUTION)


def _fill_about(sheet: "Worksheet", result: Result, texts: Texts) -> None:
    """What must be known by those who use the list?"""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    lines = [
        texts.gettext("Contacts (internal)"),
        plain(result.study.name),
        texts.gettext("Internal: not to be passed on"),
        texts.gettext(
            "Write down roles and their mailboxes rather than persons. Give each contact a date in the column Delete "
            "after, and delete it then."
        ),
        texts.gettext(
            "The stance is a note for the unit's own work, to find those who can be a bridge. It never leaves the unit."
        ),
        texts.gettext(
            "Telephone, e-mail and website are what the source tells of an organisation. Check them before use. Rows "
            "that are marked must not be shown to others."
        ),
        texts.gettext(STANDING_NOTE),
        *small_print(result, texts),
    ]
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1)
        cell.value, cell.data_type = safe_text(writable(line)), "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 100
