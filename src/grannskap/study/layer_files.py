"""Files of the analyst's own, as plain tables: text in columns, and geometry where the file has it."""

import csv
import hashlib
import io
import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from grannskap.errors import StudyError
from grannskap.study.tracks import check_no_track, check_no_track_columns

TABLES = (".csv", ".txt", ".tsv", ".xlsx")
MAPS = (".geojson", ".json", ".gpkg", ".shp", ".zip")
DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What does a file hold?

    Attributes
    ----------
    columns : tuple of str
    cells : list of list of str
        A list for each row, as long as `columns`; "" where there is nothing.
    numbers : list of int
        Of each row, as a spreadsheet or a GIS counts them.
    shapes : ndarray of geometry, optional
        Of each row, in the file's coordinates.
    crs : str
        What the file says of its coordinates; "" where it says nothing.
    uneven : tuple of int
        Rows with more cells than the header.
    """

    columns: tuple[str, ...]
    cells: list[list[str]]
    numbers: list[int]
    shapes: npt.NDArray[np.object_] | None = None
    crs: str = ""
    uneven: tuple[int, ...] = ()


def read_sheet(path: Path, *, layer: str, where: str) -> tuple[Sheet, str]:
    """What does a file hold, and which file was it exactly?

    Parameters
    ----------
    path : Path
        CSV (comma, semicolon or tab), XLSX, GeoJSON, GeoPackage or shapefile (also in a zip).
    layer : str
        Which layer or sheet, where there are several.
    where : str
        How the place in the study is written, such as "[[layers]] #1".

    Returns
    -------
    tuple of Sheet and str
        With the file's sha256.

    Raises
    ------
    StudyError
        There is no such file, it is of another kind, or it cannot be read.
    """
    if not path.is_file():
        raise StudyError("There is no file {path}: check {where} path in the study.", path=path.name, where=where)
    check_no_track(path)
    kind = path.suffix.lower()
    if kind not in TABLES + MAPS:
        raise StudyError(
            "{path} is a kind of file that cannot be read: save it as CSV, XLSX, GeoJSON, GeoPackage or shapefile.",
            path=path.name,
        )
    try:
        if kind in MAPS:
            with warnings.catch_warnings(action="ignore"):  # what is wrong with the file is told in one sentence
                return _from_map(path, layer, where), _sha256(path)
        if kind == ".xlsx":
            return _from_workbook(path, layer, where), _sha256(path)
        return _from_text(path), _sha256(path)
    except StudyError:
        raise
    except (DataSourceError, DataLayerError, OSError, ValueError, KeyError, RuntimeError, csv.Error) as error:
        raise StudyError(
            "{path} cannot be read: open it in the program that it comes from and save it again.", path=path.name
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _from_text(path: Path) -> Sheet:
    text = _decoded(path.read_bytes())
    header = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    return _sheet(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), path)


def _decoded(data: bytes) -> str:
    """Text as spreadsheets write it: UTF-8 or UTF-16 with a mark, else UTF-8, else the letters of Windows."""
    if data.startswith(_UTF16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _from_workbook(path: Path, layer: str, where: str) -> Sheet:
    from zipfile import BadZipFile  # noqa: PLC0415

    from openpyxl import load_workbook  # noqa: PLC0415  # only those who have such files wait for it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException) as error:
        raise ValueError(path.name) from error
    try:
        name = _chosen(book.sheetnames, layer, path=path, where=where)
        return _sheet(book[name].iter_rows(values_only=True), path)
    finally:
        book.close()


def _from_map(path: Path, layer: str, where: str) -> Sheet:
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    name = _chosen(names, layer, path=path, where=where)
    table = pyogrio.read_dataframe(path, layer=name, force_2d=True)
    check_no_track_columns(path, map(str, table.columns))
    columns = [column for column in table.columns if column != "geometry"]
    cells = [[_text(value) for value in row] for row in zip(*(table[column] for column in columns), strict=True)]
    crs = "" if table.crs is None else table.crs.to_wkt()
    return Sheet(
        tuple(map(str, columns)),
        cells if columns else [[] for _ in range(len(table))],
        list(range(1, len(table) + 1)),
        table.geometry.to_numpy(),
        crs,
    )


def _chosen(names: Sequence[str], layer: str, *, path: Path, where: str) -> str:
    """The layer that is asked for, else the only one."""
    if layer in names or (len(names) == 1 and not layer):
        return layer or names[0]
    if not names:
        raise StudyError("{path} holds no map layer: check {where} path in the study.", path=path.name, where=where)
    raise StudyError(
        "{path} holds the layers {layers}: write one of them as {where} layer.",
        path=path.name,
        layers=", ".join(names),
        where=where,
    )


def _sheet(rows: Iterable[Sequence[Any]], path: Path) -> Sheet:
    """A table from rows, the first that is not empty being the header."""
    read = [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
    read = [(number, row) for number, row in read if any(row)]
    if not read:
        raise StudyError("{path} is empty: it needs a line with the names of the columns.", path=path.name)
    columns = read[0][1]
    while columns and not columns[-1]:
        columns.pop()
    width = len(columns)
    uneven = tuple(number for number, row in read[1:] if any(row[width:]))
    even = [(number, (row + [""] * width)[:width]) for number, row in read[1:] if not any(row[width:])]
    return Sheet(tuple(columns), [row for _, row in even], [number for number, _ in even], uneven=uneven)


def _text(value: object) -> str:
    """A cell as text: whole numbers without decimals, dates as ISO writes them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).strip()
    return "" if text in ("NaT", "<NA>") else text
