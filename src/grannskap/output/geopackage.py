"""The result as a GeoPackage: one layer for each table, with styles, names of columns and where it all comes from."""

import errno
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from grannskap.language import Texts, texts_for
from grannskap.output.gis import GEOMETRY, data_date, gis_layers
from grannskap.output.gis_fields import LAYER_NAMES, field_name
from grannskap.output.map_legend import STANDING_NOTE
from grannskap.output.qgis import style
from grannskap.provenance import ATTRIBUTION
from grannskap.result import Result
from grannskap.version import __version__

GPKG_VERSION = "1.3"
STYLES = "layer_styles"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_SCHEMA_OF_THE_STANDARD = """
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""  # OGC 12-128r17 (GeoPackage 1.3), annex F.8 and F.9
_EXTENSIONS = {
    "gpkg_metadata": ("gpkg_metadata", "metadata"),
    "gpkg_metadata_reference": ("gpkg_metadata", "metadata"),
    "gpkg_data_columns": ("gpkg_schema", "schema"),
    "gpkg_data_column_constraints": ("gpkg_schema", "schema"),
}


def geopackage(result: Result, path: Path, *, language: str | None = None) -> None:
    """Which layers does a result give a GIS?

    Layers ``site``, ``edges``, ``actors`` (points), ``actor_areas`` (plots and buildings of those that have one),
    ``destinations``, ``study_area``, ``buildings``, ``green`` and ``water``, in the system that the study chooses; a
    style of QGIS for each, the names of their columns for people, and metadata that tell what the numbers rest on.

    Parameters
    ----------
    result : Result
    path : Path
        File to make; it must not be there yet.
    language : {"sv", "en"}, optional
        Of styles and names of columns; that of the study when left out.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    texts = texts_for(language or result.study.language)
    tables = gis_layers(result)
    day = data_date(result) + "T00:00:00.000Z"
    stamp = {"OGR_CURRENT_DATE": day}  # the same result gives the same file
    before = {key: pyogrio.get_gdal_config_option(key) for key in stamp}
    pyogrio.set_gdal_config_options(stamp)
    try:
        for name, table in tables.items():
            _write_layer(table, path, name)
        pyogrio.write_dataframe(_styles(tables, texts, day), path, layer=STYLES, driver="GPKG", FID="id")
        _require_whole(path)
        _describe(path, tables, result, texts, day)
    except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(table: gpd.GeoDataFrame, path: Path, name: str) -> None:
    pyogrio.write_dataframe(
        table,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=GEOMETRY[name],
        promote_to_multi=GEOMETRY[name].startswith("Multi"),
        VERSION=GPKG_VERSION,
    )


def _styles(tables: Mapping[str, gpd.GeoDataFrame], texts: Texts, day: str) -> pd.DataFrame:
    """The table in which QGIS looks for the style of a layer."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": texts.gettext(LAYER_NAMES[name]),
            "styleQML": style(name, table, texts),
            "styleSLD": "",
            "useAsDefault": True,
            "description": texts.gettext(LAYER_NAMES[name]),
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(day).tz_localize(None),
        }
        for name, table in tables.items()
    ]
    return pd.DataFrame(rows)


def _require_whole(path: Path) -> None:
    """GDAL says nothing when the disk is full just as it closes a layer; then the layer's spatial index is missing."""
    query = "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    with closing(sqlite3.connect(path)) as file:
        [(indexes,)] = file.execute(query)
    if indexes != len(GEOMETRY):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _describe(path: Path, tables: Mapping[str, gpd.GeoDataFrame], result: Result, texts: Texts, day: str) -> None:
    """Write names of layers and columns for people, and the metadata of the file."""
    columns = [
        (name, column, field_name(column, texts), field_name(column, texts))
        for name, table in tables.items()
        for column in table.columns.drop("geometry")
    ]
    extensions = [
        (table, name, f"http://www.geopackage.org/spec130/#extension_{anchor}", "read-write")
        for table, (name, anchor) in _EXTENSIONS.items()
    ]
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_SCHEMA_OF_THE_STANDARD)
        file.executemany(
            "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) VALUES (?, ?, ?, ?)",
            extensions,
        )
        file.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)", columns
        )
        told = [(texts.gettext(LAYER_NAMES[name]), name) for name in tables]
        file.executemany("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", told)
        file.execute(
            "INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata) VALUES (1, 'dataset', ?, "
            "'text/xml', ?)",
            (_DUBLIN_CORE, _metadata(result, texts)),
        )
        file.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) VALUES ('geopackage', ?, 1)",
            (day,),
        )


def _metadata(result: Result, texts: Texts) -> str:
    """What the file holds and rests on, in the terms of Dublin Core; never where or whose the site is."""
    source = result.manifest.get("source")
    told = source if isinstance(source, dict) else {}
    root = Element("metadata", {"xmlns:dc": _DUBLIN_CORE})
    facts = {
        "title": texts.gettext("Calculated walks and the actors that they pass"),
        "description": texts.gettext(STANDING_NOTE),
        "creator": f"grannskap {__version__}",
        "date": data_date(result),
        "source": " ".join(filter(None, (str(told.get("path", "")), f"sha256:{told.get('sha256', '')}"))),
        "rights": ATTRIBUTION,
        "language": texts.language,
    }
    for term, text in facts.items():
        SubElement(root, f"dc:{term}").text = text
    return tostring(root, encoding="unicode")
