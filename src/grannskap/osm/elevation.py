"""Heights of the ground from a GeoTIFF, as far as they lie around a site. Needs rasterio (an optional extra)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS
from pyproj.exceptions import CRSError

from grannskap.crs import WGS84, project
from grannskap.errors import SourceError
from grannskap.osm.data import Bounds

Floats = npt.NDArray[np.float64]
SPOTS = 9  # along each side of the box, where it is placed on the file's grid
MARGIN_PIXELS = 2  # read around the box, so that heights can be interpolated up to its edge


@dataclass(frozen=True, slots=True, eq=False)
class Elevation:
    """How high is the ground?

    Attributes
    ----------
    heights_m : ndarray of float
        Rows from the first of the file's; nan where nothing is known.
    to_pixel : tuple of float
        The affine map a, b, c, d, e, f from x and y to column and row, counted from the corner of the first pixel.
    crs : int
        EPSG code of x and y.
    name : str
        Of the file.
    """

    heights_m: Floats
    to_pixel: tuple[float, float, float, float, float, float]
    crs: int
    name: str = ""

    def told(self) -> dict[str, str]:
        """What is to be remembered of the heights? The file's name, and the sha256 of the part that was read."""
        return {"elevation": self.name, "elevation_read_sha256": hashlib.sha256(self.heights_m.tobytes()).hexdigest()}

    def heights_at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
        """How high is the ground at these coordinates, in metres?

        Parameters
        ----------
        x, y : array_like
            In ``crs``.

        Returns
        -------
        ndarray
            Bilinear between the middles of the four nearest pixels; nan where one of them is unknown.

        Examples
        --------
        >>> plane = Elevation(np.array([[0.0, 10.0], [0.0, 10.0]]), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), 3006)
        >>> plane.heights_at([0.5, 1.0, 9.0], [1.0, 1.0, 1.0]).tolist()
        [0.0, 5.0, nan]
        """
        a, b, c, d, e, f = self.to_pixel
        x, y = np.asarray(x, float), np.asarray(y, float)
        column, row = a * x + b * y + c - 0.5, d * x + e * y + f - 0.5
        rows, columns = self.heights_m.shape
        inside = (column >= 0) & (row >= 0) & (column <= columns - 1) & (row <= rows - 1)
        column, row = np.where(inside, column, 0.0), np.where(inside, row, 0.0)
        left = np.minimum(column.astype(int), max(columns - 2, 0))
        top = np.minimum(row.astype(int), max(rows - 2, 0))
        right, below = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
        east, south = column - left, row - top
        high = self.heights_m
        upper = high[top, left] * (1 - east) + high[top, right] * east
        lower = high[below, left] * (1 - east) + high[below, right] * east
        return np.where(inside, upper * (1 - south) + lower * south, np.nan)


def read_elevation(path: Path, bounds: Bounds) -> Elevation:
    """How high is the ground within a box, as a GeoTIFF tells?

    Parameters
    ----------
    path : Path
        GeoTIFF with heights in metres in its first band.
    bounds : tuple of float
        West, south, east, north (WGS 84).

    Returns
    -------
    Elevation

    Raises
    ------
    SourceError
        rasterio is not installed, or the file is missing, cannot be read, has no coordinate system, or does not hold
        the box.
    """
    try:
        import rasterio  # noqa: PLC0415 (an optional extra)
        from rasterio.errors import RasterioError  # noqa: PLC0415
    except ImportError as error:
        raise SourceError(
            "[source] elevation needs rasterio: run pip install grannskap[elevation], or remove elevation from the "
            "study."
        ) from error
    if not path.is_file():
        raise SourceError("There is no file {path}: check [source] elevation in the study.", path=path.name)
    try:
        with rasterio.open(path) as source:
            return _read(source, bounds, path.name)
    except RasterioError as error:
        raise SourceError(
            "{path} cannot be read as a GeoTIFF with heights: choose another file.", path=path.name
        ) from error


def _read(source: Any, bounds: Bounds, name: str) -> Elevation:
    """The heights in the part of an open file that holds the box."""
    crs = _horizontal(source.crs)
    if crs is None:
        raise SourceError("{path} does not tell its coordinate system: choose a GeoTIFF that does.", path=name)
    to_pixel = np.linalg.inv(np.array([source.transform[:3], source.transform[3:6], (0.0, 0.0, 1.0)], float))
    column, row = _pixels(to_pixel, bounds, crs)
    left, right = _span(column, source.width)
    top, bottom = _span(row, source.height)
    heights = np.empty((0, 0))
    if right > left and bottom > top:
        band = source.read(1, window=((top, bottom), (left, right)), masked=True)
        heights = band.astype(float).filled(np.nan)
    if not np.isfinite(heights).any():
        raise SourceError("{path} holds no heights around the site: choose a GeoTIFF that covers it.", path=name)
    (a, b, c), (d, e, f) = to_pixel[0].tolist(), to_pixel[1].tolist()
    return Elevation(heights, (a, b, c - left, d, e, f - top), crs, name)


def _pixels(to_pixel: Floats, bounds: Bounds, crs: int) -> tuple[Floats, Floats]:
    """Columns and rows of spots spread over a box."""
    west, south, east, north = bounds
    spots = np.linspace(0.0, 1.0, SPOTS)
    lon, lat = np.meshgrid(west + spots * (east - west), south + spots * (north - south))
    x, y = project(lon.ravel(), lat.ravel(), source=WGS84, target=crs)
    column, row, _ = to_pixel @ np.stack([x, y, np.ones_like(x)])
    return column, row


def _span(pixels: Floats, size: int) -> tuple[int, int]:
    """The first pixel to read and the one behind the last, with a margin and within the file."""
    known = pixels[np.isfinite(pixels)]
    if not len(known):
        return 0, 0
    return max(int(known.min()) - MARGIN_PIXELS, 0), min(int(known.max()) + 1 + MARGIN_PIXELS, size)


def _horizontal(crs: Any) -> int | None:
    """EPSG code of the flat part of a coordinate system, which may also tell what heights are measured from."""
    if crs is None:
        return None
    try:
        system = CRS.from_wkt(crs.to_wkt())
    except CRSError:
        return None
    flat = system.sub_crs_list[0] if system.is_compound else system
    return flat.to_epsg()
