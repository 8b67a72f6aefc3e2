"""The layers in further formats: GeoJSON, and shapefiles in a zip each."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from grannskap.crs import WGS84
from grannskap.language import Texts, texts_for
from grannskap.output.gis.fields import field_name
from grannskap.output.gis.layers import GEOMETRY, data_date, gis_layers
from grannskap.output.tables import safe_text
from grannskap.result import Result

DEGREE_DECIMALS = 7  # a centimetre
SHORTEST = 10  # signs that the name of a column in a shapefile may have
LONGEST_BYTES = 254  # of a text in a shapefile; longer ones are cut
COLUMNS = "columns.csv"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of the calendar in a zip
_PARTS = (".cpg", ".dbf", ".prj", ".shp", ".shx")
_SHORT = {
    "passages_per_week": "passages",
    "visits_per_week": "visits",
    "minutes_per_week": "minutes",
    "legs_per_week": "walks",
    "trips_per_week": "trips",
    "share_of_trips": "share",
    "main_function": "main_func",
    "destination_id": "dest_id",
    "distance_m": "dist_m",
}
_STARTS = {"passages_": "p_", "legs_": "w_"}


def gis_files(result: Result, folder: Path, *, language: str | None = None) -> list[Path]:
    """Which files does a result leave for a GIS beside the GeoPackage, as the study asks for them?

    Parameters
    ----------
    result : Result
    folder : Path
        ``geojson`` and ``shapefile`` are made in it. GeoJSON is in WGS 84, as its standard (RFC 7946) has it.
    language : {"sv", "en"}, optional
        Of the names of columns for people; that of the study when left out.

    Returns
    -------
    list of Path

    Raises
    ------
    OSError
        A file cannot be written.
    """
    made: list[Path] = []
    try:
        if "geojson" in result.study.output.formats:
            made += _geojson(result, folder / "geojson")
        if "shapefile" in result.study.output.formats:
            made += _shapefiles(result, folder / "shapefile", texts_for(language or result.study.language))
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise OSError(str(error)) from error
    return made


def _geojson(result: Result, folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    for name, table in gis_layers(result, crs=WGS84).items():
        pyogrio.write_dataframe(
            table,
            folder / f"{name}.geojson",
            driver="GeoJSON",
            geometry_type=GEOMETRY[name],
            promote_to_multi=GEOMETRY[name].startswith("Multi"),
            RFC7946="YES",
            COORDINATE_PRECISION=DEGREE_DECIMALS,
        )
    return [folder / f"{name}.geojson" for name in GEOMETRY]


def _shapefiles(result: Result, folder: Path, texts: Texts) -> list[Path]:
    """A zip for each layer, and a table that tells which column is which."""
    folder.mkdir(parents=True)
    lines = ["layer,column,full_name,description"]
    for name, table in gis_layers(result).items():
        short = short_names(table.columns.drop("geometry"))
        _write(table.rename(columns=short), folder, name, data_date(result))
        lines += [
            ",".join([name, brief, column, f'"{safe_text(field_name(column, texts))}"'])
            for column, brief in short.items()
        ]
    (folder / COLUMNS).write_text("\n".join(lines) + "\n", encoding="utf-8-sig", newline="\n")
    return [*(folder / f"{name}.zip" for name in GEOMETRY), folder / COLUMNS]


def _write(table: gpd.GeoDataFrame, folder: Path, name: str, day: str) -> None:
    parts = [folder / f"{name}{ending}" for ending in _PARTS]
    if len(table.columns) == 1:
        table = table.assign(id=range(1, len(table) + 1))  # the format needs a column
    texts = [column for column in table.columns.drop("geometry") if pd.api.types.is_string_dtype(table[column])]
    table = table.assign(**{column: table[column].map(_cut) for column in texts})
    pyogrio.write_dataframe(
        table,
        parts[_PARTS.index(".shp")],
        driver="ESRI Shapefile",
        geometry_type=GEOMETRY[name].replace("Multi", ""),
        ENCODING="UTF-8",
        DBF_DATE_LAST_UPDATE=day,  # the same result gives the same file
    )
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        for part in parts:
            info = zipfile.ZipInfo(part.name, _BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            pack.writestr(info, part.read_bytes())
            part.unlink()


def _cut(text: object) -> object:
    """As much of a text as the format can hold."""
    return text.encode()[:LONGEST_BYTES].decode(errors="ignore") if isinstance(text, str) else text


def short_names(columns: Iterable[str]) -> dict[str, str]:
    """What are columns called where a name has at most ten signs? No two alike.

    Examples
    --------
    >>> short_names(["passages_per_week", "passages_groceries", "passages_green_space"])
    {'passages_per_week': 'passages', 'passages_groceries': 'p_grocerie', 'passages_green_space': 'p_green_sp'}
    """
    found: dict[str, str] = {}
    for column in columns:
        start = next((each for each in _STARTS if column.startswith(each)), "")
        brief = _SHORT.get(column, _STARTS.get(start, "") + column.removeprefix(start))[:SHORTEST]
        number = 1
        while brief in found.values():
            number += 1
            brief = brief[: SHORTEST - len(str(number))] + str(number)
        found[column] = brief
    return found
