"""Destinations: which places serve which function, and where one gets to each of them from the street."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.place.features import AREA
from grannskap.place.functions import read_functions

SMALLEST_GREEN_M2 = 2000.0  # 0.2 ha; smaller greens are verges and beds
GREEN = ("park", "green_area")
DOOR_M = 0.5  # an entrance this near an outline is a door in it


def destinations(places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Which places serve which function?

    Parameters
    ----------
    places : GeoDataFrame
        Places once each, in metres: ``element_id``, ``kind``, ``name``.

    Returns
    -------
    DataFrame
        A row for each place and function that it serves: ``place`` (row of ``places``), ``function``, ``weight``.
    """
    big_enough = ~places.kind.isin(GREEN) | (shapely.area(places.geometry.to_numpy()) >= SMALLEST_GREEN_M2)
    parts = [
        pd.DataFrame({"place": np.flatnonzero(chosen), "function": function.id, "weight": weight})
        for function in read_functions()
        for kind, weight in function.weights.items()
        if (chosen := ((places.kind == kind) & big_enough).to_numpy()).any()
    ]
    empty = pd.DataFrame({"place": np.empty(0, int), "function": np.empty(0, object), "weight": np.empty(0)})
    return pd.concat(parts, ignore_index=True) if parts else empty


def frontages(places: gpd.GeoDataFrame, doors: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Where does each place meet the street: its doors, else its plot or outline, else its point?

    Parameters
    ----------
    places : GeoDataFrame
        In metres.
    doors : GeoDataFrame
        Entrances in metres, ``main`` among them.

    Returns
    -------
    ndarray of geometry
        MultiPoint of the doors on a place's own outline (main doors alone where there are any), else its geometry.
    """
    shapes = places.geometry.to_numpy().copy()
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == AREA)
    spots = doors.geometry.to_numpy()
    area, door = shapely.STRtree(spots).query(shapely.boundary(shapes[areas]), predicate="dwithin", distance=DOOR_M)
    main = doors.main.to_numpy(bool)
    for row in np.unique(area):
        own = door[area == row]
        own = own[main[own]] if main[own].any() else own
        shapes[areas[row]] = shapely.MultiPoint(list(spots[own]))
    return shapes


def access_points(
    places: gpd.GeoDataFrame, frontage: npt.NDArray[np.object_], streets: gpd.GeoDataFrame, malls: gpd.GeoDataFrame
) -> pd.DataFrame:
    """At which points does one arrive at each place?

    Green spaces where a path meets their boundary; shops inside a shopping centre at its doors; stops at their
    platforms; the rest at their doors, else at the point of their outline that is nearest to a street.

    Parameters
    ----------
    places : GeoDataFrame
    frontage : ndarray of geometry
        As `frontages` gives, in the order of ``places``.
    streets : GeoDataFrame
        Edges in metres with ``layer``.
    malls : GeoDataFrame
        Shopping centres with their ``frontage``.

    Returns
    -------
    DataFrame
        ``place`` (row of ``places``), ``x``, ``y`` in metres, ``layer``; at least one row for each place.
    """
    green = places.kind.isin(GREEN).to_numpy()
    inside, via = _inside_malls(places, malls)
    frontage = frontage.copy()
    frontage[inside] = via
    on_edge = _boundary_crossings(np.flatnonzero(green), frontage, streets)
    rest = np.setdiff1d(np.arange(len(places)), on_edge.place.to_numpy())
    return pd.concat([on_edge, _nearest_points(rest, places, frontage, streets)], ignore_index=True)


def _inside_malls(
    places: gpd.GeoDataFrame, malls: gpd.GeoDataFrame
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Which indoor places lie in a shopping centre that has mapped doors, and those doors."""
    has_doors = np.array([g.geom_type == "MultiPoint" for g in malls.frontage], bool)
    indoor = np.flatnonzero(~places.passable.to_numpy() & ~places.element_id.isin(malls.element_id).to_numpy())
    spots = shapely.point_on_surface(places.geometry.to_numpy()[indoor])
    row, mall = shapely.STRtree(malls.geometry.to_numpy()[has_doors]).query(spots, predicate="within")
    row, first = np.unique(row, return_index=True)
    return indoor[row], malls.frontage.to_numpy()[has_doors][mall[first]]


def _boundary_crossings(
    rows: npt.NDArray[np.intp], frontage: npt.NDArray[np.object_], streets: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Points where paths on the ground meet the boundary of areas."""
    paths = streets.geometry.to_numpy()[streets.layer.to_numpy() == 0]
    areas = [shape if shapely.get_dimensions(shape) == AREA else None for shape in frontage[rows]]
    outline = shapely.boundary(np.array(areas, object)) if len(rows) else np.empty(0, object)
    row, path = shapely.STRtree(paths).query(outline, predicate="intersects")
    met = shapely.intersection(outline[row], paths[path])
    xy, at = shapely.get_coordinates(met, return_index=True)
    spots = pd.DataFrame({"place": rows[row[at]], "x": xy[:, 0], "y": xy[:, 1], "layer": 0})
    return spots.loc[~spots.round(2).duplicated()]


def _nearest_points(
    rows: npt.NDArray[np.intp], places: gpd.GeoDataFrame, frontage: npt.NDArray[np.object_], streets: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Doors and points as they are; of outlines the point nearest to a street on the same layer."""
    parts: list[pd.DataFrame] = []
    level = places.layer.to_numpy()[rows]
    for here in np.unique(level):
        chosen = rows[level == here]
        shapes = frontage[chosen]
        lines = streets.geometry.to_numpy()[streets.layer.to_numpy() == here]
        extended = np.flatnonzero(shapely.get_dimensions(shapes) > 0)
        if len(lines) and len(extended):
            shapes = shapes.copy()
            row, line = shapely.STRtree(lines).query_nearest(shapes[extended], all_matches=False)
            link = shapely.shortest_line(shapes[extended[row]], lines[line])
            shapes[extended[row]] = shapely.get_point(link, 0)
        elif len(extended):
            shapes = shapes.copy()
            shapes[extended] = shapely.point_on_surface(shapes[extended])
        xy, at = shapely.get_coordinates(shapes, return_index=True)
        parts.append(pd.DataFrame({"place": chosen[at], "x": xy[:, 0], "y": xy[:, 1], "layer": int(here)}))
    empty = pd.DataFrame({"place": np.empty(0, int), "x": np.empty(0), "y": np.empty(0), "layer": np.empty(0, int)})
    return pd.concat(parts, ignore_index=True) if parts else empty
