"""A GeoPackage as a file: layers with their styles, names of columns for people, and what it rests on."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from grannskap.disk import full_disk, is_full
from grannskap.language import Texts
from grannskap.output.small_print import STANDING_NOTE
from grannskap.provenance import ATTRIBUTION
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


@dataclass(frozen=True, slots=True, eq=False)
class GisLayer:
    """What is one layer of a GeoPackage?

    Attributes
    ----------
    table : DataFrame
        A GeoDataFrame where the layer has shapes.
    geometry : str
        Their type, such as "Point"; "" where the layer is a table without shapes.
    title : str
        For people.
    columns : mapping of str
        What each column is called for people.
    style : str
        QML of QGIS; "" where it has none.
    """

    table: pd.DataFrame
    geometry: str
    title: str
    columns: Mapping[str, str]
    style: str = ""


def write_geopackage(
    layers: Mapping[str, GisLayer], path: Path, *, day: str, title: str, source: str, texts: Texts
) -> None:
    """Which file do layers make, the same bytes each time?

    Parameters
    ----------
    layers : mapping of GisLayer
        By name, in their order in the file.
    path : Path
        File to make; it must not be there yet.
    day : str
        Date of the data, YYYY-MM-DD: also that of the file.
    title, source : str
        For the metadata: what it is, and what it was made from.
    texts : Texts

    Raises
    ------
    OSError
        The file cannot be written.
    """
    stamp = {"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"}
    before = {key: pyogrio.get_gdal_config_option(key) for key in stamp}
    pyogrio.set_gdal_config_options(stamp)
    try:
        for name, layer in layers.items():
            _write_layer(layer, path, name)
        pyogrio.write_dataframe(_styles(layers, day), path, layer=STYLES, driver="GPKG", FID="id")
        _require_whole(path, sum(bool(layer.geometry) for layer in layers.values()))
        facts = {"title": title, "date": day, "source": source, "language": texts.language}
        _describe(path, layers, _metadata(facts, texts), stamp["OGR_CURRENT_DATE"])
    except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
        raise full_disk() if is_full(path.parent) else OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(layer: GisLayer, path: Path, name: str) -> None:
    if not layer.geometry:
        pyogrio.write_dataframe(layer.table, path, layer=name, driver="GPKG", VERSION=GPKG_VERSION)
        return
    pyogrio.write_dataframe(
        layer.table,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=layer.geometry,
        promote_to_multi=layer.geometry.startswith("Multi"),
        VERSION=GPKG_VERSION,
    )


def _styles(layers: Mapping[str, GisLayer], day: str) -> pd.DataFrame:
    """The table in which QGIS looks for the style of a layer."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": layer.title,
            "styleQML": layer.style,
            "styleSLD": "",
            "useAsDefault": True,
            "description": layer.title,
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(day),
        }
        for name, layer in layers.items()
        if layer.style
    ]
    return pd.DataFrame(rows)


def _require_whole(path: Path, n_shaped: int) -> None:
    """GDAL says nothing when the disk is full just as it closes a layer; then the layer's spatial index is missing."""
    query = "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    with closing(sqlite3.connect(path)) as file:
        [(indexes,)] = file.execute(query)
    if indexes != n_shaped:
        raise full_disk()


def _describe(path: Path, layers: Mapping[str, GisLayer], metadata: str, day: str) -> None:
    """Write names of layers and columns for people, and the metadata of the file."""
    columns = [
        (name, column, layer.columns[column], layer.columns[column])
        for name, layer in layers.items()
        for column in layer.table.columns.drop("geometry", errors="ignore")
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
        told = [(layer.title, name) for name, layer in layers.items()]
        file.executemany("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", told)
        file.execute(
            "INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata) VALUES (1, 'dataset', ?, "
            "'text/xml', ?)",
            (_DUBLIN_CORE, metadata),
        )
        file.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) VALUES ('geopackage', ?, 1)",
            (day,),
        )


def _metadata(facts: Mapping[str, str], texts: Texts) -> str:
    """What the file holds and rests on, in the terms of Dublin Core; never where or whose the site is."""
    root = Element("metadata", {"xmlns:dc": _DUBLIN_CORE})
    told = {
        "description": texts.gettext(STANDING_NOTE),
        "creator": f"grannskap {__version__}",
        "rights": ATTRIBUTION,
        **facts,
    }
    for term, text in told.items():
        SubElement(root, f"dc:{term}").text = text
    return tostring(root, encoding="unicode")
