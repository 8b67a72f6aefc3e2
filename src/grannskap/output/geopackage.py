"""The result as a GeoPackage: one layer for each table, one geometry type in each layer."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from grannskap.output.tables import decimals
from grannskap.result import Result

GPKG_VERSION = "1.3"
AREA = 2  # dimensions
GEOMETRY = {
    "site": "Point",
    "edges": "LineString",
    "actors": "Point",
    "actor_areas": "MultiPolygon",
    "destinations": "Point",
    "study_area": "MultiPolygon",
}
"""Layer by layer, in their order in the file. Said also where a layer is empty, so that no type is unknown."""


def geopackage(result: Result, path: Path) -> None:
    """Which layers does a result give a GIS?

    Layers ``site``, ``edges``, ``actors`` (points), ``actor_areas`` (plots and buildings of those that have one),
    ``destinations``, ``study_area``, all in the metric system of the place.

    Parameters
    ----------
    result : Result
    path : Path
        File to make; it must not be there yet.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    stamp = {"OGR_CURRENT_DATE": f"{_data_date(result)}T00:00:00.000Z"}  # the same result gives the same file
    before = {key: pyogrio.get_gdal_config_option(key) for key in stamp}
    pyogrio.set_gdal_config_options(stamp)
    try:
        for name, table in layers(result).items():
            _write_layer(table, path, name)
        _require_whole(path)
    except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(table: gpd.GeoDataFrame, path: Path, name: str) -> None:
    pyogrio.write_dataframe(
        _rounded(table),
        path,
        layer=name,
        driver="GPKG",
        geometry_type=GEOMETRY[name],
        promote_to_multi=GEOMETRY[name].startswith("Multi"),
        VERSION=GPKG_VERSION,
    )


def _require_whole(path: Path) -> None:
    """GDAL says nothing when the disk is full just as it closes a layer; then the layer's spatial index is missing."""
    query = "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    with closing(sqlite3.connect(path)) as file:
        [(indexes,)] = file.execute(query)
    if indexes != len(GEOMETRY):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def layers(result: Result) -> dict[str, gpd.GeoDataFrame]:
    """Which tables go into the GeoPackage, each with one type of geometry?"""
    actors = result.actors
    shapes = actors.geometry.to_numpy()
    points = actors.set_geometry(shapely.point_on_surface(shapes), crs=actors.crs)
    is_area = shapely.get_dimensions(shapes) == AREA
    areas = actors.loc[is_area, ["rank", "actor_id", "name", "kind", "passages_per_week", "geometry"]]
    return {
        "site": result.site,
        "edges": result.edges,
        "actors": points,
        "actor_areas": gpd.GeoDataFrame(areas, crs=actors.crs),
        "destinations": result.destinations,
        "study_area": result.study_area,
    }


def _rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table.assign(
        **{
            name: table[name].round(decimals(name))
            for name in table.columns
            if name != "geometry" and pd.api.types.is_float_dtype(table[name])
        }
    )


def _data_date(result: Result) -> str:
    source = result.manifest["source"]
    return str((source.get("data_date") if isinstance(source, dict) else "") or "1970-01-01")[: len("1970-01-01")]
