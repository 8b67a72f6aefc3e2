"""The GeoPackage: its layers, their types and systems, and the same bytes each time."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import Point
from worlds import World

from grannskap.output.gis.geopackage import geopackage
from grannskap.study import Output

if TYPE_CHECKING:
    from grannskap.result import Result

TYPES = {
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
STYLES = {"layer_styles": None}


@pytest.fixture
def path(small_result: "Result", tmp_path: Path) -> Path:
    geopackage(small_result, tmp_path / "grannskap.gpkg")
    return tmp_path / "grannskap.gpkg"


def types_in(path: Path) -> dict[str, str | None]:
    return dict(pyogrio.list_layers(path))


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


def test_one_geometry_type_in_each_layer(path: Path) -> None:
    assert types_in(path) == TYPES | STYLES


def test_types_are_known_where_there_is_nothing(small_result: "Result", tmp_path: Path) -> None:
    nothing = replace(
        small_result, actors=small_result.actors.iloc[:0], destinations=small_result.destinations.iloc[:0]
    )
    geopackage(nothing, tmp_path / "empty.gpkg")
    assert types_in(tmp_path / "empty.gpkg") == TYPES | STYLES


def test_two_entrances_far_apart_have_an_area_in_two_parts(small_result: "Result", tmp_path: Path) -> None:
    parts = shapely.union_all([Point(0, 0).buffer(10), Point(100, 0).buffer(10)])
    apart = replace(small_result, study_area=gpd.GeoDataFrame(geometry=[parts], crs=small_result.study_area.crs))
    geopackage(apart, tmp_path / "two.gpkg")
    assert types_in(tmp_path / "two.gpkg") == TYPES | STYLES
    [area] = gpd.read_file(tmp_path / "two.gpkg", layer="study_area").geometry
    assert shapely.get_num_geometries(area) == 2


def test_one_system_with_its_code_and_version_1_3(path: Path) -> None:
    spatial = "data_type = 'features'"
    assert ask(path, f"SELECT DISTINCT srs_id FROM gpkg_contents WHERE {spatial}") == [(32635,)]  # noqa: S608
    epsg = ask(path, "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = 32635")
    assert epsg == [("EPSG", 32635)]
    assert ask(path, "PRAGMA user_version") == [(10300,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("layer", TYPES)
def test_geopandas_reads_each_layer(small_result: "Result", path: Path, layer: str) -> None:
    table = gpd.read_file(path, layer=layer)
    areas = {"actor_areas": small_result.actors[small_result.actors.geom_type == "Polygon"]}
    source = areas.get(layer, small_result.ground.get(layer, getattr(small_result, layer, None)))
    assert source is not None
    assert len(table) == len(source)
    assert table.crs == small_result.actors.crs
    if layer == "destinations":  # marked as the same places are among the actors
        source = source.assign(sensitive=False)
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


# --- what the standard asks for (OGC 12-128r17, GeoPackage 1.3) ------------------------------------------------


def test_every_layer_stands_in_the_contents_with_its_box_inside(path: Path) -> None:
    tables = ask(path, "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE data_type = 'features'")
    assert {str(name) for name, *_ in tables} == set(TYPES)
    for name, *box in tables:
        shapes = gpd.read_file(path, layer=str(name))
        assert box == pytest.approx(shapes.total_bounds.tolist(), abs=0.01)
    assert ask(path, "PRAGMA application_id") == [(int.from_bytes(b"GPKG", "big"),)]
    assert ask(path, "PRAGMA foreign_key_check") == []


def test_every_table_of_an_extension_is_declared_and_the_other_way_round(path: Path) -> None:
    declared = ask(path, "SELECT table_name, extension_name, scope FROM gpkg_extensions WHERE column_name IS NULL")
    assert set(declared) == {
        ("gpkg_metadata", "gpkg_metadata", "read-write"),
        ("gpkg_metadata_reference", "gpkg_metadata", "read-write"),
        ("gpkg_data_columns", "gpkg_schema", "read-write"),
        ("gpkg_data_column_constraints", "gpkg_schema", "read-write"),
    }
    tables = {name for (name,) in ask(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name, *_ in declared} <= tables
    assert {"gpkg_ogr_contents", "gpkg_extensions", *TYPES} <= tables


def test_every_column_has_a_name_for_people_that_no_other_has(path: Path) -> None:
    for layer in TYPES:
        columns = {str(row[1]) for row in ask(path, f"PRAGMA table_info({layer})")} - {"fid", "geom"}
        query = f"SELECT column_name, name, title FROM gpkg_data_columns WHERE table_name = '{layer}'"  # noqa: S608
        told = ask(path, query)
        assert {str(column) for column, *_ in told} == columns
        assert len({name for _, name, _ in told}) == len(told)
        assert not {name for column, name, _ in told if name == column}
    assert ask(path, "SELECT description FROM gpkg_contents WHERE table_name = 'green'") == [("Grönområden",)]
    assert ("Rang",) in ask(path, "SELECT name FROM gpkg_data_columns WHERE column_name = 'rank'")


def test_metadata_tell_the_source_and_nothing_of_the_site(small_result: "Result", path: Path) -> None:
    [(text, scope)] = ask(path, "SELECT metadata, md_scope FROM gpkg_metadata")
    assert ask(path, "SELECT reference_scope, md_file_id FROM gpkg_metadata_reference") == [("geopackage", 1)]
    facts = {each.tag.rpartition("}")[2]: each.text or "" for each in ET.fromstring(str(text))}  # noqa: S314
    assert scope == "dataset"
    assert facts["date"] == "2020-12-14"
    assert facts["source"].startswith("somewhere.osm.pbf sha256:")
    assert "© OpenStreetMap contributors" in facts["rights"]
    assert "inte hur enskilda personer rör sig" in facts["description"]
    assert small_result.study.name not in str(text)
    assert "Exempel" not in str(text)
    assert "60.17" not in str(text)


# --- the system that the study chooses -------------------------------------------------------------------------


@pytest.mark.parametrize(("crs", "code"), [(3067, 3067), ("local", 32635), (None, 32635)])
def test_the_study_chooses_the_system(small_result: "Result", tmp_path: Path, crs: int | str | None, code: int) -> None:
    study = replace(small_result.study, output=Output(crs=crs))
    geopackage(replace(small_result, study=study), tmp_path / "a.gpkg")
    for layer in TYPES:
        table = gpd.read_file(tmp_path / "a.gpkg", layer=layer)
        assert table.crs == code
    [there] = gpd.read_file(tmp_path / "a.gpkg", layer="site").to_crs(4326).geometry
    [here] = small_result.site.to_crs(4326).geometry
    assert there.distance(here) < 1e-7


def test_within_sweden_the_local_zone_is_that_of_the_place(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (100, 0)], "highway=residential")
    world.node(100, 5, "shop=supermarket")
    result = world.analyse(tmp_path, trips={"groceries": 1}, output={"crs": "local"})
    assert result.manifest["crs"] == "EPSG:3006"
    geopackage(result, tmp_path / "a.gpkg")
    assert ask(tmp_path / "a.gpkg", "SELECT DISTINCT srs_id FROM gpkg_contents WHERE data_type = 'features'") == [
        (3009,)
    ]
    edge = gpd.read_file(tmp_path / "a.gpkg", layer="edges").geometry.length.sum()
    assert edge == pytest.approx(100 / 0.9996, abs=0.01)  # the zone has no scale factor, SWEREF 99 TM has
