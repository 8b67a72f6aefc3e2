"""Where the rows of the analyst's own file are: from its geometry, or from columns with coordinates."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from grannskap.crs import WGS84
from grannskap.errors import StudyError
from grannskap.language.writing import plain
from grannskap.study.gis import Layer
from grannskap.study.layer_files import Sheet

AREA = 2  # dimensions of a geometry
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'")


def spots(layer: Layer, sheet: Sheet, columns: Mapping[str, int], *, where: str) -> npt.NDArray[np.object_]:
    """Where is each row, in WGS 84?

    Parameters
    ----------
    layer : Layer
    sheet : Sheet
    columns : mapping
        Number of the column by role.
    where : str
        How the place in the study is written.

    Returns
    -------
    ndarray of geometry
        Points, lines or areas; None where the row tells no coordinates.

    Raises
    ------
    StudyError
        Nothing tells where the rows are, or in which coordinate system.
    """
    told = {"path": layer.path.name, "where": where}
    if sheet.shapes is not None:
        crs = layer.crs or sheet.crs
        if not crs:
            raise StudyError(
                "{path} does not tell its coordinate system: write it under {where}, such as crs = 3006.", **told
            )
        return _in_degrees(sheet.shapes, crs)
    for first, second in (("lon", "lat"), ("x", "y")):
        missing = [role for role in (first, second) if role not in columns]
        if len(missing) == 1 and missing[0] not in layer.fields and {first, second} & set(layer.fields):
            raise StudyError(
                "{path}: {where} fields has only one of {first} and {second}; write both.",
                first=first, second=second, **told,
            )  # fmt: skip
        if not missing:
            if first == "x" and layer.crs is None:
                raise StudyError(
                    "{path} has x and y: write their coordinate system under {where}, such as crs = 3006.", **told
                )
            crs = WGS84 if first == "lon" else layer.crs or WGS84
            return _in_degrees(_points(sheet, columns[first], columns[second]), crs)
    if "address" not in columns:
        raise StudyError(
            "{path}: write under {where} fields which columns tell where the rows are (lat and lon, x and y, or "
            "address). It has: {columns}.",
            columns=", ".join(map(plain, sheet.columns)) or "\N{EN DASH}",
            **told,
        )
    return np.full(len(sheet.numbers), None, object)


def _points(sheet: Sheet, east: int, north: int) -> npt.NDArray[np.object_]:
    pairs = [(coordinate(row[east]), coordinate(row[north])) for row in sheet.cells]
    real = [math.isfinite(x) and math.isfinite(y) and (x, y) != (0.0, 0.0) for x, y in pairs]
    return np.array([shapely.Point(pair) if here else None for pair, here in zip(pairs, real, strict=True)], object)


def coordinate(text: str) -> float:
    """Which number is this, as people write it: with a comma or a point, with spaces between thousands?

    Returns
    -------
    float
        nan where it is no number.
    """
    try:
        return float(text.translate(_SPACES).replace(",", "."))
    except ValueError:
        return math.nan


def _in_degrees(shapes: npt.NDArray[np.object_], crs: int | str) -> npt.NDArray[np.object_]:
    """Shapes in WGS 84, whole and of one sort; None where they are empty or lie outside the world."""
    turned = pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(crs), WGS84, always_xy=True)

    def moved(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(turned.transform(xy[:, 0], xy[:, 1]))

    shapes = np.asarray(shapely.transform(shapely.force_2d(shapes), moved), object)
    areas = shapely.get_dimensions(shapes) == AREA
    whole = shapely.make_valid(shapes[areas])
    shapes[areas] = [shapely.union_all([part for part in shapely.get_parts(each) if part.area > 0]) for each in whole]
    west, south, east, north = shapely.bounds(shapes).T
    sound = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)  # noqa: PLR2004  # nan is not sound
    single = shapely.get_num_geometries(shapes) == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    shapes[~sound | shapely.is_empty(shapes)] = None
    return shapes
