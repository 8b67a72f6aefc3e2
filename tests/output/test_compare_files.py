"""The files of a comparison: the same numbers in each, read back by others, written whole or not at all."""

import errno
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from comparison.sites import site, town

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.differing import COLUMNS, compared
from grannskap.comparison.measured import Measured
from grannskap.errors import OutputError
from grannskap.output.comparison import files as compare_files
from grannskap.output.comparison.files import FILES, write_comparison

LOST = Measured.nothing("x", "=1+1", "Platsen på lat = 57.65432 ligger i vatten.", lon=11.98765, lat=57.65432)
AROUND = (11.5, 57.1)


def comparison(*sites: Measured) -> Comparison:
    return Comparison(sites, compared(sites), {"seed": 1, "plats": "Åsa"})


@pytest.fixture(scope="module")
def town_of_three() -> Comparison:
    *sites, last = town(3, draws=20)
    around = [replace(each, site_id=f"r{n}", role="reference", of_site="site-001") for n, each in enumerate(town(2))]
    around = [replace(each, name="Åvägen 7", lon=AROUND[0], lat=AROUND[1]) for each in around]
    hidden = replace(last, data=last.data | {"sensitivity": "protected"}, lon=11.98765, lat=57.65432)
    return comparison(*sites, hidden, *around, LOST)


@pytest.fixture(scope="module")
def folder(town_of_three: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compared") / "out"
    assert write_comparison(town_of_three, made) == [made / name for name in FILES]
    return made


def everything(folder: Path) -> bytes:
    return b"\n".join((folder / name).read_bytes() for name in FILES)


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, keep_default_na=False, na_values={"value": ""})


class TestTables:
    def test_one_row_for_each_value(self, folder: Path, town_of_three: Comparison) -> None:
        table = read(folder, "compare.csv")
        assert list(table.columns) == list(COLUMNS)
        assert len(table) == len(town_of_three.table)
        wanted = town_of_three.table.value
        np.testing.assert_allclose(table.value, wanted, atol=0.005)

    def test_parquet_keeps_numbers_and_types(self, folder: Path, town_of_three: Comparison) -> None:
        table = pd.read_parquet(folder / "compare.parquet")
        assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
        told = town_of_three.table.drop(columns="note")
        pd.testing.assert_frame_equal(table.drop(columns="note"), told, check_exact=True)

    def test_one_row_for_each_site(self, folder: Path, town_of_three: Comparison) -> None:
        wide = read(folder, "compare-wide.csv").set_index("site_id")
        assert wide.index.to_list() == ["site-001", "site-002", "site-003", "x"]
        assert wide.loc["x", "note"] == "Platsen på lat = … ligger i vatten."
        assert set(wide.drop(columns=["name", "note"]).loc["x"]) == {""}
        for row in town_of_three.table.query("measure != ''").to_dict("records"):
            column = f"{row['measure']}_{row['of']}" if row["of"] else row["measure"]
            told = str(wide.loc[row["site_id"], column])
            assert float(told or "nan") == pytest.approx(row["value"], abs=0.005, nan_ok=True)

    def test_notes_are_in_the_language_of_the_reader(self, tmp_path: Path) -> None:
        nothing = site("a", [("nearest_m", "library", np.nan)], note="nothing in the map data within reach")
        write_comparison(comparison(nothing), tmp_path, language="sv")
        assert read(tmp_path, "compare.csv").note.to_list() == ["inget i kartdata inom räckhåll"]

    def test_a_name_is_no_formula(self, folder: Path) -> None:
        for name in ("compare.csv", "compare-wide.csv"):
            assert "'=1+1" in read(folder, name).name.to_list()

    def test_the_manifest_is_as_it_was_handed_over(self, folder: Path) -> None:
        assert json.loads((folder / "manifest.json").read_text("utf-8")) == {"seed": 1, "plats": "Åsa"}


class TestForAGis:
    def test_layers(self, folder: Path) -> None:
        assert dict(pyogrio.list_layers(folder / "compare.gpkg")) == {
            "sites": "Point",
            "measures": None,
            "layer_styles": None,
        }

    def test_sites_lie_where_they_are(self, folder: Path, town_of_three: Comparison) -> None:
        points = gpd.read_file(folder / "compare.gpkg", layer="sites").set_index("site_id")
        assert points.crs == 3006
        for each in town_of_three.sites[:2]:
            [[lon, lat]] = points.to_crs(4326).loc[[each.site_id]].get_coordinates().to_numpy()
            assert (lon, lat) == pytest.approx((each.lon, each.lat), abs=1e-7)
        nearest = town_of_three.table.query("site_id == 'site-001' and measure == 'nearest_m' and of == 'library'")
        assert points.nearest_m_library["site-001"] == pytest.approx(nearest.value.iloc[0], abs=0.005)

    def test_a_protected_site_and_one_without_a_place_have_no_point(self, folder: Path) -> None:
        points = gpd.read_file(folder / "compare.gpkg", layer="sites").set_index("site_id")
        assert points.geometry.isna().to_dict() == {"site-001": False, "site-002": False, "site-003": True, "x": True}

    def test_all_values_stand_in_it(self, folder: Path, town_of_three: Comparison) -> None:
        table = gpd.read_file(folder / "compare.gpkg", layer="measures")
        assert list(table.columns) == list(COLUMNS)
        assert len(table) == len(town_of_three.table)

    def test_columns_have_names_for_people_that_no_other_has(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "compare.gpkg")) as file:
            for layer in ("sites", "measures"):
                query = f"SELECT column_name, name FROM gpkg_data_columns WHERE table_name = '{layer}'"  # noqa: S608
                told = dict(file.execute(query).fetchall())
                columns = {row[1] for row in file.execute(f"PRAGMA table_info({layer})")} - {"fid", "geom"}
                assert set(told) == columns
                assert len(set(told.values())) == len(told)
            [(style,)] = file.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'sites'")
        assert 'name="Närmaste plats till fots: Bibliotek"' in style

    @pytest.mark.parametrize(
        ("crs", "spots", "code"),
        [
            (("EPSG:3007", "EPSG:3007"), ((11.9, 57.7), (12.0, 57.8)), 3007),
            (("EPSG:3006", "EPSG:3007"), ((11.9, 57.7), (18.0, 59.3)), 3006),
            (("EPSG:3006", "EPSG:32635"), ((18.0, 59.3), (24.9, 60.2)), 4326),
            (("", ""), ((18.0, 59.3), (np.nan, np.nan)), 3006),
        ],
    )
    def test_the_system_is_one_that_fits_all(self, tmp_path: Path, crs: tuple[str, str], spots: Any, code: int) -> None:
        rows = [("flow_gini", "", 0.5)]
        sites = [
            site(name, rows, data={"crs": own}, lon=lon, lat=lat)
            for name, own, (lon, lat) in zip("ab", crs, spots, strict=True)
        ]
        write_comparison(comparison(*sites), tmp_path)
        assert gpd.read_file(tmp_path / "compare.gpkg", layer="sites").crs == code

    def test_nobody_at_all_is_a_file_too(self, tmp_path: Path) -> None:
        write_comparison(comparison(LOST), tmp_path)
        assert len(gpd.read_file(tmp_path / "compare.gpkg", layer="sites")) == 1


class TestWhatIsNeverWritten:
    def test_where_a_protected_site_lies(self, folder: Path) -> None:
        held = everything(folder)
        assert b"11.98765" not in held
        assert b"57.65432" not in held

    def test_where_a_site_lies_is_told_of_the_others(self, tmp_path: Path) -> None:
        shown = {"sensitivity": "internal"}
        write_comparison(comparison(replace(LOST, data=shown)), tmp_path)
        assert "57.65432" in (tmp_path / "compare.csv").read_text("utf-8")
        assert gpd.read_file(tmp_path / "compare.gpkg", layer="sites").geometry.notna().all()

    def test_a_single_dwelling(self, folder: Path) -> None:
        held = everything(folder)
        assert "Åvägen".encode() not in held
        assert b"r0" not in (folder / "compare.csv").read_bytes().split(b"\n", 1)[0]
        points = gpd.read_file(folder / "compare.gpkg", layer="sites")
        assert set(points.site_id) == {"site-001", "site-002", "site-003", "x"}


class TestWholeOrNotAtAll:
    def test_the_same_bytes_each_time_in_any_order(
        self, town_of_three: Comparison, folder: Path, tmp_path: Path
    ) -> None:
        turned = comparison(*reversed(town_of_three.sites))
        write_comparison(turned, tmp_path)
        for name in FILES:
            assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()

    @pytest.mark.parametrize("broken", ["compare_page", "compare_geopackage", "csv_text"])
    def test_what_was_there_is_as_it_was(
        self, town_of_three: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        (tmp_path / "compare.csv").write_text("before", "utf-8")

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(compare_files, broken, full)
        with pytest.raises(OutputError, match="the disk is full"):
            write_comparison(town_of_three, tmp_path)
        assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("compare.csv", "before")]

    def test_a_folder_that_cannot_be_made(self, town_of_three: Comparison, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", "utf-8")
        with pytest.raises(OutputError, match="there is a file of that name"):
            write_comparison(town_of_three, tmp_path / "file" / "out")
