"""The analyst's own layers: rows with a role for each column, and where each row is as far as its file tells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from grannskap.crs import WGS84, is_known
from grannskap.errors import GrannskapError, StudyError
from grannskap.language.writing import plain
from grannskap.study.gis import Layer
from grannskap.study.layer_files import Sheet, read_sheet
from grannskap.study.layer_roles import layer_roles
from grannskap.study.layer_spots import spots
from grannskap.study.model import Study
from grannskap.study.personal import looks_personal
from grannskap.study.problems import in_file, nearest, table_text

OWNERS = "property_owner"
TEXT_ROLES = ("id", "name", "owner", "contact", "email", "phone", "website", "note")
ADDRESS_ROLES = ("address", "postcode", "city")
LONGEST = 300  # signs of a text
NO_PLACE, NEITHER_POINT_NOR_AREA, UNEVEN = "no_coordinates", "neither_point_nor_area", "more_cells_than_columns"
TWICE = "same_as_another_row"


@dataclass(frozen=True, slots=True, eq=False)
class OwnLayer:
    """What does one file of the analyst's own hold?

    Attributes
    ----------
    layer : Layer
    file : str
        Its name.
    key : str
        What stands for it in ids: the name without ending, unlike that of every other layer.
    rows : GeoDataFrame
        ``row`` (number in the file), the roles of text and of addresses ("" where there is nothing), geometry in WGS 84
        (None where only an address is told). Index from 0.
    sha256 : str
    n_rows : int
        All rows of the file.
    remarks : tuple of GrannskapError
        What the analyst should know, a sentence each.
    dropped : dict of str to list of int
        Numbers of the rows that cannot be used, by reason.
    """

    layer: Layer
    file: str
    key: str
    rows: gpd.GeoDataFrame
    sha256: str
    n_rows: int
    remarks: tuple[GrannskapError, ...] = ()
    dropped: Mapping[str, list[int]] | None = None

    def without(self, reasons: Mapping[str, list[int]]) -> "OwnLayer":
        """What is left when these rows cannot be used, by reason?"""
        gone = {row for rows in reasons.values() for row in rows}
        kept = self.rows[~self.rows.row.isin(gone)].reset_index(drop=True)
        told = {**(self.dropped or {}), **{reason: rows for reason, rows in reasons.items() if rows}}
        return replace(self, rows=kept, dropped=told)


def read_layers(study: Study) -> tuple[OwnLayer, ...]:
    """What do the analyst's own files hold?

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of OwnLayer
        In the order of the study. Text that looks like a personal number or a private mobile number is left out, and
        a remark says so.

    Raises
    ------
    StudyError
        A file is missing or cannot be read, a column is not there, or nothing tells where the rows are. The sentence
        names the columns that there are.
    """
    keys: list[str] = []
    for layer in study.layers:
        stem = plain(layer.path.stem) or "layer"
        same = sum(key == stem or key.startswith(f"{stem}-") for key in keys)
        keys.append(f"{stem}-{same + 1}" if same else stem)
    with in_file(study.path.name if study.path else None):
        return tuple(
            _read(layer, key, table_text(("layers", number)))
            for number, (layer, key) in enumerate(zip(study.layers, keys, strict=True))
        )


def _read(layer: Layer, key: str, where: str) -> OwnLayer:
    if layer.crs is not None and not is_known(layer.crs):
        raise StudyError(
            "{where} crs is {crs}, which is no coordinate system: write its EPSG code, such as 3006.",
            where=where,
            crs=layer.crs,
        )
    sheet, sha256 = read_sheet(layer.path, layer=layer.layer, where=where)
    columns = _columns(layer, sheet, where)
    if layer.kind == OWNERS and "name" not in columns:
        raise StudyError(
            "{path}: write under {where} fields which column names the owner, as name. It has: {columns}.",
            path=layer.path.name,
            where=where,
            columns=_listed(sheet),
        )
    rows = pd.DataFrame(
        {role: _cells(sheet, columns.get(role)) for role in (*TEXT_ROLES, *ADDRESS_ROLES)}, dtype=object
    )
    rows.insert(0, "row", pd.Series(sheet.numbers, dtype="int64"))
    shapes = spots(layer, sheet, columns, where=where)
    rows, remarks = _without_persons(rows, sheet, columns, layer.path)
    own = OwnLayer(
        layer,
        layer.path.name,
        key,
        gpd.GeoDataFrame(rows, geometry=shapes, crs=WGS84),
        sha256,
        n_rows=len(sheet.numbers) + len(sheet.uneven),
        remarks=remarks,
        dropped={UNEVEN: list(sheet.uneven)} if sheet.uneven else {},
    )
    own = own.without(_unplaced(own.rows))
    return own.without(_repeated(own.rows))


def _columns(layer: Layer, sheet: Sheet, where: str) -> dict[str, int]:
    """Number of the column that has each role: as the study says, else by its name."""
    lower = [column.casefold() for column in sheet.columns]
    named = {column.casefold() for column in layer.fields.values()}
    found = {
        role: lower.index(name)
        for role, known in layer_roles().items()
        if role not in layer.fields
        for name in reversed(known)
        if name in lower and name not in named
    }
    for role, column in layer.fields.items():
        if column not in sheet.columns and column.casefold() not in lower:
            raise _no_column(role, column, layer, sheet, where)
        at = sheet.columns.index(column) if column in sheet.columns else lower.index(column.casefold())
        found[role] = at
    return found


def _no_column(role: str, column: str, layer: Layer, sheet: Sheet, where: str) -> StudyError:
    near = nearest(column, [each.casefold() for each in sheet.columns])
    named = next((each for each in sheet.columns if near and each.casefold() == near), "")
    told = {"where": where, "role": role, "column": column, "path": layer.path.name, "columns": _listed(sheet)}
    if named:
        return StudyError(
            "{where} fields.{role} is {column}, but {path} has no such column; did you mean {nearest}? It has: "
            "{columns}.",
            nearest=named,
            **told,
        )
    return StudyError("{where} fields.{role} is {column}, but {path} has no such column. It has: {columns}.", **told)


def _listed(sheet: Sheet) -> str:
    return ", ".join(map(plain, sheet.columns)) or "\N{EN DASH}"


def _cells(sheet: Sheet, column: int | None) -> list[str]:
    if column is None:
        return [""] * len(sheet.numbers)
    return [plain(row[column])[:LONGEST] for row in sheet.cells]


def _without_persons(
    rows: pd.DataFrame, sheet: Sheet, columns: Mapping[str, int], path: Path
) -> tuple[pd.DataFrame, tuple[GrannskapError, ...]]:
    """The rows without text that looks like the data of persons, and a sentence for each column that had such."""
    remarks = []
    for role in TEXT_ROLES:
        personal = np.array([looks_personal(text) for text in rows[role]], bool)
        if personal.any():
            rows = rows.assign(**{role: rows[role].mask(personal, "")})
            remarks.append(
                GrannskapError(
                    "The column {column} of {path} holds what looks like personal numbers or private mobile numbers "
                    "(rows with such: {n}): they are left out. Keep the numbers of roles only.",
                    column=plain(sheet.columns[columns[role]]),
                    path=path.name,
                    n=int(personal.sum()),
                )
            )
    return rows, tuple(remarks)


def _unplaced(rows: gpd.GeoDataFrame) -> dict[str, list[int]]:
    """Rows without any place, and those that are drawn as lines."""
    shapes = rows.geometry.to_numpy()
    nowhere = shapely.is_missing(shapes) & (rows.address == "").to_numpy()
    line = shapely.get_dimensions(shapes) == 1
    numbers = rows.row.to_numpy()
    return {NO_PLACE: numbers[nowhere].tolist(), NEITHER_POINT_NOR_AREA: numbers[line].tolist()}


def _repeated(rows: gpd.GeoDataFrame) -> dict[str, list[int]]:
    """Rows that tell the very same as one before, and of the same place."""
    told = pd.DataFrame(rows.drop(columns=["row", "geometry"])).assign(place=shapely.to_wkb(rows.geometry.to_numpy()))
    return {TWICE: rows.row.to_numpy()[told.duplicated().to_numpy()].tolist()}
