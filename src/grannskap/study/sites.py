"""Many sites for one study: a table with a row for each, which says where it is and what is special to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from grannskap.errors import GrannskapError, StudyError
from grannskap.language.writing import plain
from grannskap.study.impersonal import check_impersonal
from grannskap.study.layer_files import Sheet, read_sheet
from grannskap.study.layer_spots import coordinate
from grannskap.study.model import Profile, Reach, Sensitivity, Site, Study
from grannskap.study.problems import first_problem, nearest, value_text
from grannskap.study.profile import profile_table

ID = "site_id"
PLACES = ("lat", "lon", "address", "file")
COLUMNS = (ID, "name", *PLACES, "profile", "radius_m", "sensitivity")
LONGEST_ID = 80  # signs


@dataclass(frozen=True, slots=True)
class SiteList:
    """Which sites does a table name?

    Attributes
    ----------
    ids : tuple of str
        One for each site; all different.
    studies : tuple of Study
        The study with the site of each row, and with what the row says of profile, radius and sensitivity.
    problems : tuple
        What is wrong with each row, None where nothing is; the study of a row that is wrong has no site.
    remarks : tuple of GrannskapError
        What the analyst should know, a sentence each.
    """

    ids: tuple[str, ...]
    studies: tuple[Study, ...]
    problems: tuple[StudyError | None, ...]
    remarks: tuple[GrannskapError, ...]


def read_sites(path: str | Path, study: Study) -> SiteList:
    """Which sites does a table name, and how is each studied?

    Parameters
    ----------
    path : str or Path
        CSV or XLSX with a line of headings: ``site_id`` and ``lat`` with ``lon``, ``address`` or ``file``; ``name``,
        ``profile``, ``radius_m`` and ``sensitivity`` where they are not those of the study. Files are named from the
        folder of the table.
    study : Study
        Gives everything else; its own site is not used.

    Returns
    -------
    SiteList
        In the order of the table. What is wrong with one row stands beside it, and the others are read.

    Raises
    ------
    StudyError
        The table as a whole cannot be used: one sentence that names the file, the line, the column and what to write
        instead.
    """
    path = Path(path)
    if not path.is_file():
        raise StudyError("There is no file {file}; check the path.", file=path)
    sheet = read_sheet(path, layer="", where="--manifest")[0]
    columns = _columns(path, sheet)
    if not sheet.cells and not sheet.uneven:
        raise StudyError("{path} names no site: write a line for each below the headings.", path=path.name)
    if sheet.uneven:
        raise StudyError(
            "{path}, line {line}: there are more cells than headings; put text with commas in quotation marks.",
            path=path.name,
            line=sheet.uneven[0],
        )
    rows = [_Row(path, line, {name: cells[at] for name, at in columns.items()}) for line, cells in _lines(sheet)]
    _check_ids(rows)
    unused = [plain(column) for column in sheet.columns if column and column.casefold() not in COLUMNS]
    studied = [_studied(row, study) for row in rows]
    for row, (own, _) in zip(rows, studied, strict=True):
        row.require_impersonal()
        row.require_offline(own)
    return SiteList(
        tuple(row.cells[ID] for row in rows),
        tuple(own for own, _ in studied),
        tuple(problem for _, problem in studied),
        (_unused(path, unused),) if unused else (),
    )


def _studied(row: "_Row", study: Study) -> tuple[Study, StudyError | None]:
    """The study of a row, or one without a site and what is wrong with the row."""
    try:
        return row.study(study), None
    except StudyError as problem:
        told = row.cells.get("sensitivity") or study.sensitivity
        kept: Sensitivity = next((each for each in get_args(Sensitivity) if each == told), "protected")  # to be careful
        return replace(study, site=Site(), name=row.name(), sensitivity=kept), problem


def _lines(sheet: Sheet) -> list[tuple[int, list[str]]]:
    return [(line, [plain(cell) for cell in cells]) for line, cells in zip(sheet.numbers, sheet.cells, strict=True)]


def _unused(path: Path, columns: Sequence[str]) -> GrannskapError:
    return GrannskapError(
        "{path}: these columns are not used: {columns}. Those that are: {known}.",
        path=path.name,
        columns=", ".join(columns),
        known=", ".join(COLUMNS),
    )


def _columns(path: Path, sheet: Sheet) -> dict[str, int]:
    """Number of each known column."""
    lower = [column.casefold() for column in sheet.columns]
    found = {name: lower.index(name) for name in COLUMNS if name in lower}
    twice = next((name for name in found if lower.count(name) > 1), None)
    if twice is not None:
        raise StudyError("{path} has the column {column} twice; keep one.", path=path.name, column=twice)
    told = {"path": path.name, "columns": ", ".join(map(plain, sheet.columns))}
    if ID not in found:
        near = nearest(ID, lower)
        if near:
            raise StudyError(
                "{path} has no column site_id; did you mean {nearest}? It has: {columns}.", nearest=near, **told
            )
        raise StudyError("{path} has no column site_id. It has: {columns}.", **told)
    if not {"address", "file"} & found.keys() and not {"lat", "lon"} <= found.keys():
        raise StudyError(
            "{path} does not tell where the sites are: add the columns lat and lon, or address, or file. It has: "
            "{columns}.",
            **told,
        )
    return found


def _check_ids(rows: Sequence["_Row"]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        own = row.cells[ID]
        if not own:
            raise row.problem(StudyError("the column {column} is empty; write something there.", column=ID))
        if len(own) > LONGEST_ID:
            raise row.problem(StudyError("the column {column} has more than {most} signs.", column=ID, most=LONGEST_ID))
        if own in seen:
            raise row.problem(StudyError("site_id {id} is that of line {line}, too.", id=own, line=seen[own]))
        seen[own] = row.line


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table: its cells by column, "" where there is nothing."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def study(self, study: Study) -> Study:
        """The study with what this line says."""
        site = self._site()
        changes: dict[str, Any] = {"site": site, "name": self.name()}
        if self.cells.get("radius_m"):
            changes["reach"] = self._checked(Reach, {"radius_m": self._number("radius_m")})
        if self.cells.get("sensitivity"):
            changes["sensitivity"] = self._sensitivity()
        named = self.cells.get("profile", "")
        if named and named != study.profile.name:
            changes["profile"] = self._profile(named)
        return replace(study, **changes)

    def name(self) -> str:
        """What is the site called?"""
        return self.cells.get("name") or self.cells[ID]

    def require_impersonal(self) -> None:
        """Raise where what the site is called, which stands in every file, seems to tell of a person."""
        try:
            check_impersonal({column: self.cells.get(column, "") for column in (ID, "name")})
        except StudyError as error:
            raise self.problem(error) from error

    def require_offline(self, study: Study) -> None:
        """Raise where the site is protected and its study may use the network."""
        if study.sensitivity == "protected" and (
            study.source.kind == "overpass" or study.source.geocoder == "nominatim"
        ):
            raise self.problem(
                StudyError("the site is protected, but the study may use the network: give it an extract.")
            )

    def _site(self) -> Site:
        given = {column: self.cells[column] for column in PLACES if self.cells.get(column)}
        ways = [way for way in (("lat", "lon"), ("address",), ("file",)) if given.keys() & set(way)]
        if len(ways) > 1:
            raise self.problem(
                StudyError("the site is told in more than one way ({given}); keep only one.", given=", ".join(given))
            )
        if not ways or not set(ways[0]) <= given.keys():
            missing = "lat, lon" if not ways else next(column for column in ways[0] if column not in given)
            raise self.problem(StudyError("the column {column} is empty; write something there.", column=missing))
        values: dict[str, Any] = dict(given)
        for column in ("lat", "lon"):
            if column in given:
                values[column] = self._number(column)
        if "file" in given:
            values["file"] = self.path.parent / given["file"]
        checked: Site = self._checked(Site, values)
        return checked

    def _sensitivity(self) -> str:
        value, allowed = self.cells["sensitivity"], get_args(Sensitivity)
        if value in allowed:
            return value
        raise self.problem(
            StudyError(
                "{where} is {value}; write one of: {allowed}.",
                where="sensitivity",
                value=value_text(value),
                allowed=", ".join(allowed),
            )
        )

    def _profile(self, name: str) -> Profile:
        try:
            table = profile_table({"name": name}, folder=self.path.parent)
        except StudyError as error:
            raise self.problem(error) from error
        checked: Profile = self._checked(Profile, table)
        return checked

    def _number(self, column: str) -> float:
        value = coordinate(self.cells[column])
        if not math.isfinite(value):
            value_told = value_text(self.cells[column])
            raise self.problem(StudyError("{column} is {value}; write a number.", column=column, value=value_told))
        return value

    def _checked(self, kind: Any, values: object) -> Any:
        try:
            return TypeAdapter(kind).validate_python(values)
        except ValidationError as error:
            raise self.problem(first_problem(error)) from error

    def problem(self, problem: StudyError) -> StudyError:
        """Where in the table is the problem?"""
        return StudyError("{path}, line {line}: {problem}", path=self.path.name, line=self.line, problem=problem)
