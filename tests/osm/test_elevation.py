"""Heights from a GeoTIFF: where they are, in which system, and what is told where they are not."""

import builtins
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grannskap.crs import SWEREF99_TM, WGS84, project
from grannskap.errors import SourceError
from grannskap.osm.elevation import Elevation, read_elevation

rasterio: Any = pytest.importorskip("rasterio")
affine: Any = pytest.importorskip("affine")

E0, N0 = 500_000.0, 6_400_000.0  # 15° E, and about 57.7° N
UNKNOWN = -9999.0


def box(half_m: float = 300.0, *, east: float = 0.0) -> tuple[float, float, float, float]:
    lon, lat = project([E0 + east - half_m, E0 + east + half_m], [N0 - half_m, N0 + half_m], source=3006, target=WGS84)
    return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])


def tiff(path: Path, grid: Any, where: Any, *, crs: str | None = "EPSG:3006", dtype: str = "float32") -> Path:
    rows, columns = grid.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=dtype, crs=crs, transform=where,
        nodata=UNKNOWN,
    ) as file:  # fmt: skip
        file.write(grid.astype(dtype), 1)
    return path


def plane(path: Path, *, pixel_m: float = 10.0, half_m: float = 2000.0, **kept: Any) -> Path:
    """Heights of x / 100 + y / 50, in metres from the origin."""
    middle = np.arange(-half_m, half_m, pixel_m) + pixel_m / 2
    x, y = np.meshgrid(middle, -middle)
    where = affine.Affine(pixel_m, 0, E0 - half_m, 0, -pixel_m, N0 + half_m)
    return tiff(path, x / 100 + y / 50, where, **kept)


SPOTS = np.array([[0.0, 0.0], [13.7, -88.1], [-250.0, 290.0]])
TRUE = SPOTS[:, 0] / 100 + SPOTS[:, 1] / 50


def test_a_plane_is_read_back_between_its_pixels(tmp_path: Path) -> None:
    heights = read_elevation(plane(tmp_path / "dem.tif"), box())
    assert heights.crs == SWEREF99_TM
    np.testing.assert_allclose(heights.heights_at(E0 + SPOTS[:, 0], N0 + SPOTS[:, 1]), TRUE, atol=1e-4)


def test_only_what_lies_around_the_box_is_held(tmp_path: Path) -> None:
    heights = read_elevation(plane(tmp_path / "dem.tif"), box())
    assert min(heights.heights_m.shape) >= 60
    assert max(heights.heights_m.shape) <= 75  # of 400
    assert np.isnan(heights.heights_at(E0 + 1500, N0))


def test_whole_numbers_and_south_up(tmp_path: Path) -> None:
    middle = np.arange(-2000.0, 2000.0, 10) + 5
    x, y = np.meshgrid(middle, middle)  # rows from the south
    where = affine.Affine(10, 0, E0 - 2000, 0, 10, N0 - 2000)
    path = tiff(tmp_path / "dem.tif", np.round(x + 2 * y), where, dtype="int32")
    heights = read_elevation(path, box()).heights_at(E0 + SPOTS[:, 0], N0 + SPOTS[:, 1])
    np.testing.assert_allclose(heights, SPOTS @ [1, 2], atol=0.5)


def test_in_degrees(tmp_path: Path) -> None:
    lon, _ = np.meshgrid(np.arange(14.95, 15.05, 1e-4) + 5e-5, np.arange(57.78, 57.70, -1e-4) - 5e-5)
    path = tiff(tmp_path / "dem.tif", lon * 100, affine.Affine(1e-4, 0, 14.95, 0, -1e-4, 57.78), crs="EPSG:4326")
    heights = read_elevation(path, box())
    assert heights.crs == WGS84
    np.testing.assert_allclose(heights.heights_at([15.0], [57.74]), [1500.0], atol=0.01)


def test_a_system_with_heights_is_read_by_its_flat_part(tmp_path: Path) -> None:
    path = plane(tmp_path / "dem.tif", crs="EPSG:5845")  # SWEREF 99 TM and RH 2000
    assert read_elevation(path, box()).crs == SWEREF99_TM


def test_beside_the_unknown_nothing_is_known(tmp_path: Path) -> None:
    grid = np.full((100, 100), 5.0)
    grid[:, 50:] = UNKNOWN
    path = tiff(tmp_path / "dem.tif", grid, affine.Affine(10, 0, E0 - 500, 0, -10, N0 + 500))
    heights = read_elevation(path, box()).heights_at(E0 + np.array([-20.0, -3.0, 20.0]), np.full(3, N0))
    np.testing.assert_array_equal(heights, [5.0, np.nan, np.nan])


def test_what_was_read_is_told_by_name_and_digest(tmp_path: Path) -> None:
    one, again = (read_elevation(plane(tmp_path / "dem.tif"), box()).told() for _ in range(2))
    other = read_elevation(plane(tmp_path / "dem.tif", pixel_m=20), box()).told()
    assert one == again
    assert one["elevation"] == "dem.tif"
    assert one["elevation_read_sha256"] != other["elevation_read_sha256"]


def test_one_row_of_pixels() -> None:
    flat = Elevation(np.array([[1.0, 3.0]]), (1, 0, 0, 0, 1, 0), SWEREF99_TM)
    assert flat.heights_at([1.0], [0.5]).tolist() == [2.0]


def not_a_tiff(path: Path) -> Path:
    path.write_text("heights", "utf-8")
    return path


WRONG = [
    (lambda path: path, "There is no file dem.tif: check [source] elevation in the study."),
    (not_a_tiff, "dem.tif cannot be read as a GeoTIFF with heights: choose another file."),
    (lambda path: plane(path, crs=None), "dem.tif does not tell its coordinate system: choose a GeoTIFF that does."),
]


@pytest.mark.parametrize(("made", "sentence"), WRONG)
def test_a_file_that_cannot_be_used(tmp_path: Path, made: Any, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_elevation(made(tmp_path / "dem.tif"), box())
    assert str(caught.value) == sentence


def test_a_file_of_somewhere_else(tmp_path: Path) -> None:
    path = plane(tmp_path / "dem.tif")
    with pytest.raises(SourceError, match=r"dem.tif holds no heights around the site"):
        read_elevation(path, box(east=20_000))


def test_without_rasterio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def none(
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if name.startswith("rasterio"):
            raise ImportError(name)
        return real(name, globals_, locals_, fromlist, level)

    path = plane(tmp_path / "dem.tif")
    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(SourceError, match=r"needs rasterio: run pip install grannskap\[elevation\]"):
        read_elevation(path, box())
