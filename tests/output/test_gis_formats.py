"""GeoJSON and shapefiles: asked for in the study, whole, and the same each time."""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import grannskap as gk
from grannskap.errors import OutputError
from grannskap.output.gis.formats import gis_files, short_names
from grannskap.output.gis.layers import GEOMETRY, gis_layers
from grannskap.study import Output

if TYPE_CHECKING:
    from grannskap.result import Result

ALL = Output(crs=3067, formats=("geojson", "shapefile"))


@pytest.fixture
def asked(small_result: "Result") -> "Result":
    return replace(small_result, study=replace(small_result.study, output=ALL))


def test_nothing_that_is_not_asked_for(small_result: "Result", tmp_path: Path) -> None:
    assert gis_files(small_result, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_geojson_is_in_degrees_with_all_columns(asked: "Result", tmp_path: Path) -> None:
    gis_files(asked, tmp_path)
    for name, table in gis_layers(asked, crs=4326).items():
        path = tmp_path / "geojson" / f"{name}.geojson"
        assert "crs" not in json.loads(path.read_text("utf-8"))
        read = gpd.read_file(path)
        assert set(read.columns) == set(table.columns)
        assert {*read.geom_type} <= {GEOMETRY[name]}
        there, here = shapely.normalize(read.geometry.to_numpy()), shapely.normalize(table.geometry.to_numpy())
        assert shapely.hausdorff_distance(there, here).max() < 1e-6


def test_shapefiles_are_in_the_system_of_the_study_in_utf_8(asked: "Result", tmp_path: Path) -> None:
    gis_files(asked, tmp_path)
    for name, table in gis_layers(asked).items():
        path = tmp_path / "shapefile" / f"{name}.zip"
        with zipfile.ZipFile(path) as pack:
            assert sorted(pack.namelist()) == [f"{name}{part}" for part in (".cpg", ".dbf", ".prj", ".shp", ".shx")]
            assert pack.read(f"{name}.cpg").strip() == b"UTF-8"
        read = gpd.read_file(path)
        assert read.crs == 3067
        assert len(read) == len(table)
    actors = gpd.read_file(tmp_path / "shapefile" / "actors.zip")
    assert actors.name.fillna("").tolist() == asked.actors.name.tolist()
    assert actors.passages.tolist() == asked.actors.passages_per_week.tolist()


def test_long_names_are_cut_between_letters(asked: "Result", tmp_path: Path) -> None:
    names = ["Kafé Åäö", "x" + 200 * "ö", *asked.actors.name[2:]]
    gis_files(replace(asked, actors=asked.actors.assign(name=names)), tmp_path)
    read = gpd.read_file(tmp_path / "shapefile" / "actors.zip").name
    assert read[:2].tolist() == ["Kafé Åäö", "x" + 126 * "ö"]
    assert gpd.read_file(tmp_path / "geojson" / "actors.geojson").name[1] == names[1]


def test_a_table_tells_which_short_name_is_which_column(asked: "Result", tmp_path: Path) -> None:
    gis_files(asked, tmp_path, language="sv")
    text = (tmp_path / "shapefile" / "columns.csv").read_text("utf-8-sig")
    table = pd.read_csv(io.StringIO(text))
    for name, layer in gis_layers(asked).items():
        mine = table[table.layer == name]
        assert mine.full_name.tolist() == [*layer.columns.drop("geometry")]
        assert mine.column.is_unique
        assert mine.column.map(lambda short: re.fullmatch(r"[a-z_0-9]{1,10}", short) is not None).all()
    assert table.set_index(["layer", "full_name"]).description[("actors", "rank")] == "Rang"


def test_short_names_never_meet() -> None:
    names = short_names([f"passages_function_{i}" for i in range(120)])
    assert len(set(names.values())) == 120
    assert max(map(len, names.values())) == 10


def test_the_same_bytes_each_time(asked: "Result", tmp_path: Path) -> None:
    one, two = (gis_files(asked, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in one] == [path.name for path in two]
    for here, there in zip(one, two, strict=True):
        assert here.read_bytes() == there.read_bytes()


def test_written_beside_the_other_files_and_what_was_there_stays(asked: "Result", tmp_path: Path) -> None:
    own = tmp_path / "geojson" / "own.geojson"
    own.parent.mkdir()
    own.write_text("mine", "utf-8")
    for _ in range(2):
        files = gk.write(asked, tmp_path)
        assert {tmp_path / "geojson" / "actors.geojson", tmp_path / "shapefile" / "actors.zip"} <= set(files)
        assert all(path.is_file() for path in files)
    assert own.read_text("utf-8") == "mine"


def test_a_failure_leaves_what_was_there_before(asked: "Result", tmp_path: Path) -> None:
    (tmp_path / "shapefile" / "water.zip").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"shapefile/water\.zip is the name of a folder"):
        gk.write(asked, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        "shapefile",
        "shapefile/water.zip",
    ]
    (tmp_path / "geojson").write_text("a file", "utf-8")
    with pytest.raises(OutputError, match="there is a file of that name"):
        gk.write(asked, tmp_path)
    assert (tmp_path / "geojson").read_text("utf-8") == "a file"
