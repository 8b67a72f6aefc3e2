"""The list of contacts as a workbook, for internal use: neighbours with their public contact and room for notes."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.writing import interval, plain, two_digits
from grannskap.output.contacts.look import Column, dress, lay_out, write_page
from grannskap.output.naming import Naming, naming
from grannskap.output.office import CREATOR, moment, stamped, writable
from grannskap.output.small_print import ATTRIBUTION, STANDING_NOTE, data_date, small_print
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


_COLUMNS = (
    Column(_("No."), 6, "0", centred=True),
    Column(_("Likely rank"), 10, centred=True),
    Column(_("Organisation"), 30),
    Column(_("Kind"), 16),
    Column(_("Owner"), 18),
    Column(_("Address"), 26),
    Column(_("Distance (m)"), 9, "#,##0", centred=True),
    Column(_("Passages per week"), 11, "General", centred=True),
    Column(_("Most common errand"), 16),
    Column(_("Telephone"), 18),
    Column(_("E-mail"), 24),
    Column(_("Website"), 26),
    Column(_("Other contact"), 18),
    Column(_("Not to be shown to others"), 11),
    Column(_("Source"), 14),
    Column(_("Date"), 11),
    Column(_("Role to contact"), 20),
    Column(_("Stance"), 10),
    Column(_("Next step"), 22),
    Column(_("Delete after"), 12, "yyyy-mm-dd"),
    Column(_("Id"), 18, printed=False),
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
    lines = [_values(row, known.get(str(row["actor_id"]), {}), result, names) for row in rows]
    for number, line in enumerate(lines, start=2):
        for at, value in enumerate(line, start=1):
            cell = sheet.cell(number, at, None if isinstance(value, str) else value)
            if isinstance(value, str) and value:
                cell.value, cell.data_type = safe_text(writable(value)), "s"  # never a formula
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(len(rows) + 1, 2)}"
    dress(sheet, _COLUMNS, marked=result.actors["sensitive"].astype(bool).tolist())
    _rule(sheet, len(rows), texts)
    lay_out(sheet, _COLUMNS, left=texts.gettext("Internal: not to be passed on"), right=texts.gettext(ATTRIBUTION))


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


def _fill_about(sheet: "Worksheet", result: Result, texts: Texts) -> None:
    """What must be known by those who use the list?"""
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
    write_page(sheet)
