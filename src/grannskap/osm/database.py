"""A GeoPackage 1.3, made row by row in memory: https://www.geopackage.org/spec131/."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

from pyproj import CRS

from grannskap.crs import WGS84
from grannskap.osm.data import Bounds
from grannskap.osm.rows import COLUMNS, Column

_GPKG_ID, _GPKG_VERSION = 0x47504B47, 10300  # "GPKG", and 1.3.0
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE manifest (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
"""


def database(
    tables: Mapping[str, Mapping[str, Column]],
    manifest: Mapping[str, str],
    *,
    boxes: Mapping[str, Bounds],
    changed: datetime,
) -> bytes:
    """Which bytes are a GeoPackage of these tables?

    It is made in memory: on disk it would lie half-made for as long as it takes to make.

    Parameters
    ----------
    tables : dict of dict
        As `grannskap.osm.rows.to_columns` gives.
    manifest : dict of str
        What the table ``manifest`` holds.
    boxes : dict of tuple
        West, south, east, north of the layers that are not empty.
    changed : datetime
        Time of the last change, which a GeoPackage must tell.

    Returns
    -------
    bytes
        The same for the same values.
    """
    with closing(sqlite3.connect(":memory:")) as file:
        file.execute(f"PRAGMA application_id = {_GPKG_ID}")
        file.execute(f"PRAGMA user_version = {_GPKG_VERSION}")
        file.executescript(_SCHEMA)
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _reference_systems())
        for table, columns in tables.items():
            _add_table(file, table, columns)
            _add_contents(file, table, boxes.get(table), changed)
        file.executemany("INSERT INTO manifest (key, value) VALUES (?, ?)", manifest.items())
        _add_contents(file, "manifest", None, changed)
        file.commit()
        return bytes(file.serialize())


def _add_table(file: sqlite3.Connection, table: str, columns: Mapping[str, Column]) -> None:
    kinds = ", ".join(f'"{name}" {kind} NOT NULL' for name, kind in COLUMNS[table].items())
    file.execute(f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {kinds})')
    names, places = ", ".join(COLUMNS[table]), ", ".join("?" * len(COLUMNS[table]))
    rows = zip(*(columns[name] for name in COLUMNS[table]), strict=True)
    file.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608


def _add_contents(file: sqlite3.Connection, table: str, box: Bounds | None, changed: datetime) -> None:
    """What a GIS must know of a table: its kind, its box, and the type of its geometry."""
    geometry = COLUMNS.get(table, {}).get("geom")
    time = changed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    kind, srs = ("features", WGS84) if geometry else ("attributes", None)
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, min_x, min_y, max_x, max_y, srs_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (table, kind, table, time, *(box or [None] * 4), srs),
    )
    if geometry:
        file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, geometry, WGS84))


def _reference_systems() -> list[tuple[str, int, str, int, str, str | None]]:
    """The system of the layers, and the two for unknown systems that every GeoPackage must have."""
    text = CRS.from_epsg(WGS84).to_wkt("WKT1_GDAL")
    return [
        ("WGS 84 geodetic", WGS84, "EPSG", WGS84, text, "longitude/latitude coordinates in decimal degrees"),
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
    ]
