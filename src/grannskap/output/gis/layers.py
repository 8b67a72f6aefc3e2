"""What a GIS gets: one table for each layer, one geometry type in each, in the system that the study chooses."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from grannskap.crs import WGS84, local_crs
from grannskap.errors import TableError
from grannskap.output.tables import decimals
from grannskap.result import Result

AREA = 2  # dimensions
GEOMETRY = {
    "site": "Point",
    "edges": "LineString",
    "actors": "Point",
    "actor_areas": "MultiPolygon",
    "destinations": "Point",
    "study_area": "MultiPolygon",
    "buildings": "MultiPolygon",
    "green": "MultiPolygon",
    "water": "MultiPolygon",
}
"""Layer by layer, in their order in a file. Said also where a layer is empty, so that no type is unknown."""

GROUND = ("buildings", "green", "water")
GROUND_MARGIN_M = 250.0  # so far around the study area the ground of a sheet goes


def gis_layers(result: Result, *, crs: int | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Which tables does a result give a GIS, each with one type of geometry?

    Parameters
    ----------
    result : Result
    crs : int, optional
        EPSG code of their system; as `export_crs` says when left out.

    Returns
    -------
    dict of GeoDataFrame
        In the order of `GEOMETRY`, with numbers rounded as in the other tables.
    """
    target = export_crs(result) if crs is None else crs
    actors = result.actors
    shapes = actors.geometry.to_numpy()
    is_area = shapely.get_dimensions(shapes) == AREA
    areas = actors.loc[is_area, ["rank", "actor_id", "name", "kind", "passages_per_week", "sensitive", "geometry"]]
    tables = {
        "site": result.site,
        "edges": result.edges,
        "actors": actors.set_geometry(shapely.point_on_surface(shapes), crs=actors.crs),
        "actor_areas": gpd.GeoDataFrame(areas, crs=actors.crs),
        "destinations": _destinations(result),
        "study_area": result.study_area,
        **{name: _ground(result, name) for name in GROUND},
    }
    return {name: rounded(_moved(table, target)) for name, table in tables.items()}


def _destinations(result: Result) -> gpd.GeoDataFrame:
    """Destinations with the mark that the same places have as actors: they are not for all to know there either."""
    secret = set(result.actors.loc[result.actors.sensitive.astype(bool).to_numpy(), "actor_id"])
    return result.destinations.assign(sensitive=result.destinations.destination_id.isin(secret).to_numpy(bool))


def export_crs(result: Result) -> int:
    """In which system are the files for a GIS: that of the study, else that of the analysis?

    Parameters
    ----------
    result : Result

    Returns
    -------
    int
        EPSG code of a system in metres.
    """
    wanted = result.study.output.crs
    if isinstance(wanted, int):
        return wanted
    west, south, east, north = result.site.to_crs(WGS84).total_bounds
    spot = ((west + east) / 2, (south + north) / 2)
    return local_crs(*spot) if wanted == "local" else _own_crs(result)


def _own_crs(result: Result) -> int:
    own = None if result.site.crs is None else result.site.crs.to_epsg()
    if own is None:
        raise TableError("The table {table} tells no coordinate system.", table="site")
    return int(own)


def _ground(result: Result, name: str) -> gpd.GeoDataFrame:
    """Areas of the ground that reach into the study area or lie near it."""
    table = result.ground[name]
    shapes = table.geometry.to_numpy()
    area = shapely.union_all(result.study_area.geometry.to_numpy())
    near = (shapely.get_dimensions(shapes) == AREA) & shapely.dwithin(shapes, area, GROUND_MARGIN_M)
    kept = table.loc[np.asarray(near, bool)]
    return gpd.GeoDataFrame(kept[[*kept.columns.intersection(["element_id"]), "geometry"]], crs=table.crs)


def _moved(table: gpd.GeoDataFrame, crs: int) -> gpd.GeoDataFrame:
    return table if table.crs == crs else table.to_crs(crs)


def rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What is this table with its numbers rounded as they are in the other files?"""
    return table.assign(
        **{
            name: table[name].round(decimals(name))
            for name in table.columns
            if name != "geometry" and pd.api.types.is_float_dtype(table[name])
        }
    )


def data_date(result: Result) -> str:
    """Of which day is the map data? The first day of all where the source does not say."""
    source = result.manifest["source"]
    return str((source.get("data_date") if isinstance(source, dict) else "") or "1970-01-01")[: len("1970-01-01")]
