"""The GeoPackage: its layers, their types and systems, and the same bytes each time."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import Point

from grannskap.output.geopackage import geopackage

if TYPE_CHECKING:
    from grannskap.result import Result

TYPES = {
    "site": "Point",
    "edges": "LineString",
    "actors": "Point",
    "actor_areas": "MultiPolygon",
    "destinations": "Point",
    "study_area": "MultiPolygon",
}


@pytest.fixture
def path(small_result: "Result", tmp_path: Path) -> Path:
    geopackage(small_result, tmp_path / "grannskap.gpkg")
    return tmp_path / "grannskap.gpkg"


def types_in(path: Path) -> dict[str, str]:
    return dict(pyogrio.list_layers(path))


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


def test_one_geometry_type_in_each_layer(path: Path) -> None:
    assert types_in(path) == TYPES


def test_types_are_known_where_there_is_nothing(small_result: "Result", tmp_path: Path) -> None:
    nothing = replace(
        small_result, actors=small_result.actors.iloc[:0], destinations=small_result.destinations.iloc[:0]
    )
    geopackage(nothing, tmp_path / "empty.gpkg")
    assert types_in(tmp_path / "empty.gpkg") == TYPES


def test_two_entrances_far_apart_have_an_area_in_two_parts(small_result: "Result", tmp_path: Path) -> None:
    parts = shapely.union_all([Point(0, 0).buffer(10), Point(100, 0).buffer(10)])
    apart = replace(small_result, study_area=gpd.GeoDataFrame(geometry=[parts], crs=small_result.study_area.crs))
    geopackage(apart, tmp_path / "two.gpkg")
    assert types_in(tmp_path / "two.gpkg") == TYPES
    [area] = gpd.read_file(tmp_path / "two.gpkg", layer="study_area").geometry
    assert shapely.get_num_geometries(area) == 2


def test_one_system_with_its_code_and_version_1_3(path: Path) -> None:
    assert ask(path, "SELECT DISTINCT srs_id FROM gpkg_contents") == [(32635,)]
    epsg = ask(path, "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = 32635")
    assert epsg == [("EPSG", 32635)]
    assert ask(path, "PRAGMA user_version") == [(10300,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("layer", TYPES)
def test_geopandas_reads_each_layer(small_result: "Result", path: Path, layer: str) -> None:
    table = gpd.read_file(path, layer=layer)
    areas = {"actor_areas": small_result.actors[small_result.actors.geom_type == "Polygon"]}
    source = areas.get(layer, getattr(small_result, layer, None))
    assert source is not None
    assert len(table) == len(source)
    assert table.crs == small_result.actors.crs
    assert set(table.columns) <= set(source.columns)
    if layer != "actor_areas":
        assert list(table.columns) == [*source.columns.drop("geometry"), "geometry"]


def test_names_and_numbers_come_back(small_result: "Result", path: Path) -> None:
    table = gpd.read_file(path, layer="actors")
    assert table.name.tolist() == small_result.actors.name.tolist()
    assert table.passages_per_week.tolist() == small_result.actors.passages_per_week.tolist()
    assert table.geometry.within(small_result.actors.geometry.buffer(0.01)).all()


def test_same_bytes_each_time(small_result: "Result", path: Path, tmp_path: Path) -> None:
    geopackage(small_result, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == path.read_bytes()


def test_stamped_with_the_date_of_the_data(path: Path) -> None:
    assert ask(path, "SELECT DISTINCT last_change FROM gpkg_contents") == [("2020-12-14T00:00:00.000Z",)]


def test_settings_of_gdal_are_as_before(small_result: "Result", tmp_path: Path) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        geopackage(small_result, tmp_path / "again.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_a_folder_that_is_not_there_is_an_os_error(small_result: "Result", tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gpkg"):
        geopackage(small_result, tmp_path / "missing" / "grannskap.gpkg")
