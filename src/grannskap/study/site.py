"""Where the site is: its entrances, from coordinates or from a file."""

import math
import warnings
from pathlib import Path

import geopandas as gpd
import shapely

from grannskap.crs import WGS84
from grannskap.errors import StudyError
from grannskap.study.model import Study
from grannskap.study.tracks import check_no_track, check_no_track_columns

METRES_PER_DEGREE = 111_000.0  # of latitude, rounded down so that boxes come out too large and not too small
MARGIN_M = 200.0
AT_PLOT_DEG = 1e-4  # about ten metres: an entrance this near a plot is one of it


def site_shapes(study: Study) -> gpd.GeoDataFrame:
    """Where is the site of a study?

    Parameters
    ----------
    study : Study
        With coordinates, or a file (GeoJSON, GeoPackage) of points (entrances) or polygons (the plot).

    Returns
    -------
    GeoDataFrame
        Points or polygons in WGS 84, one for each entrance or plot.

    Raises
    ------
    StudyError
        The file is missing, cannot be read, or holds neither points nor polygons; or only an address is given.
    """
    site = study.site
    if site.file is not None:
        return _from_file(site.file)
    if site.lat is None or site.lon is None:
        raise StudyError(
            "The site has an address ({address}) but no coordinates: give [site] lat and lon, or a file.",
            address=site.address,
        )
    return gpd.GeoDataFrame(geometry=[shapely.Point(site.lon, site.lat)], crs=WGS84)


def _from_file(path: Path) -> gpd.GeoDataFrame:
    if not path.is_file():
        raise StudyError("There is no file {path}: check [site] file in the study.", path=path.name)
    check_no_track(path)
    try:
        with warnings.catch_warnings(action="ignore"):  # what is wrong with the file is told in one sentence
            table = gpd.read_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise StudyError(
            "{path} cannot be read as a map layer: [site] file must be GeoJSON or GeoPackage.", path=path.name
        ) from error
    check_no_track_columns(path, map(str, table.columns))
    parts = table.geometry.explode(ignore_index=True)
    shapes = gpd.GeoSeries(parts[parts.geom_type.isin(("Point", "Polygon")) & ~parts.is_empty])
    if shapes.empty or table.crs is None:
        raise StudyError(
            "{path} holds no points or polygons with a coordinate system: draw the entrances or the plot.",
            path=path.name,
        )
    return gpd.GeoDataFrame(geometry=_left_by_entrances(shapes.to_crs(WGS84)).reset_index(drop=True))


def _left_by_entrances(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """A plot whose entrances are drawn too is left by them, and not wherever its edge is nearest to a street."""
    doors, plots = shapes[shapes.geom_type == "Point"], shapes[shapes.geom_type == "Polygon"]
    has_doors = [bool(plot.buffer(AT_PLOT_DEG).intersects(doors).any()) if len(doors) else False for plot in plots]
    return shapes.drop(plots.index[has_doors])


def box_around(shapes: gpd.GeoDataFrame | gpd.GeoSeries, *, radius_m: float) -> tuple[float, float, float, float]:
    """Which box of degrees holds everything within a radius of the site?

    Parameters
    ----------
    shapes : GeoDataFrame or GeoSeries
        In WGS 84.
    radius_m : float

    Returns
    -------
    tuple of float
        West, south, east, north; a little wider than need be.
    """
    west, south, east, north = (float(side) for side in shapes.total_bounds)
    up = (radius_m + MARGIN_M) / METRES_PER_DEGREE
    across = up / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.01)
    return (west - across, south - up, east + across, north + up)
