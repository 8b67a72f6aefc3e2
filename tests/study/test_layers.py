"""Files of the analyst's own as tables: how spreadsheets write them, and what is kept of them."""

import zipfile
from pathlib import Path

import pytest
import shapely

from grannskap.errors import StudyError
from grannskap.study import parse_study, read_study
from grannskap.study.layers import LONGEST, OwnLayer, read_layers
from grannskap.study.personal import looks_personal
from grannskap.study.site import site_shapes

SMALL = {"study": {"name": "A"}, "site": {"lat": 57.7, "lon": 12.0}, "source": {"path": "a.osm"}}


def read(folder: Path, data: bytes | str, name: str = "a.csv", **layer: object) -> OwnLayer:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    study = parse_study(SMALL | {"layers": [{"path": name, "kind": "cafe", **layer}]}, folder=folder)
    [own] = read_layers(study)
    return own


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    rows = [["Namn", "Latitud", "Longitud"], ["Åsas kafé", "57.7", "12.01"], ['"Ö, ä; \tå"', "57.71", "12.0"]]
    own = read(tmp_path, end.join(delimiter.join(row) for row in rows).encode(encoding))
    assert own.rows.name.tolist() == ["Åsas kafé", "Ö, ä; å"]
    assert shapely.get_x(own.rows.geometry.to_numpy()).tolist() == [12.01, 12.0]
    assert own.rows.row.tolist() == [2, 3]
    assert own.n_rows == 2


@pytest.mark.parametrize("text", ["6 397 000,5", "6\u00a0397\u00a0000,5", "6397000.5", "6'397'000,5"])
def test_coordinates_as_people_write_them(tmp_path: Path, text: str) -> None:
    own = read(tmp_path, f"namn;x;y\nA;319 000;{text}\n", crs=3006)
    spot = own.rows.geometry
    assert (spot.x.item(), spot.y.item()) == pytest.approx((11.96, 57.69), abs=0.02)


@pytest.mark.parametrize("pair", ["0;0", ";", "nan;nan", "inf;57", "200;57", "12;95", "tolv;57"])
def test_what_is_no_coordinate_is_no_place(tmp_path: Path, pair: str) -> None:
    own = read(tmp_path, f"namn;lon;lat\nA;{pair}\nB;12;57\n")
    assert own.dropped == {"no_coordinates": [2]}
    assert own.rows.name.tolist() == ["B"]


def test_a_column_that_the_study_names_counts_before_one_that_is_known_by_name(tmp_path: Path) -> None:
    own = read(tmp_path, "namn;kortnamn;lat;lon\nFel;Rätt;57;12\n", fields={"name": "Kortnamn"})
    assert own.rows.name.tolist() == ["Rätt"]


def test_text_is_cleaned_and_not_endless(tmp_path: Path) -> None:
    own = read(tmp_path, f"namn;lat;lon\n\u202eA\u0007 B;57;12\n{'x' * 9999};57;12\n")
    assert own.rows.name.tolist() == ["A B", "x" * LONGEST]


def test_a_row_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    text = "id;namn;lat;lon\n1;A;57;12\n1;A;57;12\n2;A;57;12\n3;B;57,0;12,0\n3;B;57.0;12\n4;A;57;13\n"
    own = read(tmp_path, text)
    assert own.rows.row.tolist() == [2, 4, 5, 7]
    assert own.dropped == {"same_as_another_row": [3, 6]}
    assert own.n_rows == 6


GPX = (
    '<?xml version="1.0"?><gpx version="1.1" creator="a" xmlns="http://www.topografix.com/GPX/1/1">'
    '<wpt lat="57" lon="12"><time>2024-01-01T08:00:00Z</time><name>A</name></wpt></gpx>'
)
TRACK_POINTS = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A",%s},"geometry":'
    '{"type":"Point","coordinates":[12,57]}}]}'
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.gpx", GPX),
        ("a.geojson", GPX),
        ("a.csv", GPX),
        ("a.geojson", TRACK_POINTS % '"track_fid":0,"track_seg_id":0'),
        ("a.geojson", TRACK_POINTS % '"coordTimes":["2024-01-01T08:00:00Z"]'),
    ],
)
def test_the_track_of_somebody_is_not_read(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(StudyError, match="GPS track"):
        read(tmp_path, text, name)
    study = parse_study(SMALL | {"site": {"file": name}}, folder=tmp_path)
    if name != "a.csv":
        with pytest.raises(StudyError, match="GPS track"):
            site_shapes(study)


def test_a_packed_track_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("inner.gpx", GPX)
    with pytest.raises(StudyError, match="GPS track"):
        read(tmp_path, (tmp_path / "a.zip").read_bytes(), "a.zip")


def test_what_is_wrong_with_a_file_is_told_once(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(StudyError, match=r"a\.gpkg cannot be read"):
        read(tmp_path, b"SQLite format 3\0" + bytes(range(256)) * 20, "a.gpkg")
    assert not recwarn.list


def test_lines_of_a_map_are_told(tmp_path: Path) -> None:
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"namn":"A"},"geometry":'
    text += '{"type":"LineString","coordinates":[[12,57],[12.1,57]]}}]}'
    own = read(tmp_path, text, "a.geojson")
    assert own.dropped == {"neither_point_nor_area": [1]}


def test_dates_of_toml_and_text_are_alike(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    head = '[study]\nname = "A"\n[site]\nlat = 57\nlon = 12\n[source]\npath = "a.osm"\n'
    for written in ('"2025-03-01"', "2025-03-01"):
        study.write_text(f'{head}[[layers]]\npath = "a.csv"\nkind = "cafe"\ndate = {written}\n', "utf-8")
        assert read_study(study).layers[0].date == "2025-03-01"


def test_two_files_of_one_name_have_keys_of_their_own(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "egna.csv").write_text("namn;lat;lon\n", "utf-8")
    layers = [{"path": f"{folder}/egna.csv", "kind": "cafe"} for folder in ("a", "b", "a")]
    keys = [own.key for own in read_layers(parse_study(SMALL | {"layers": layers}, folder=tmp_path))]
    assert keys == ["egna", "egna-2", "egna-3"]


@pytest.mark.parametrize(
    "text",
    [
        "811228-9874", "811228-9875", "19811228-9874", "198112289874", "8112289874", "811228+9874",
        "Nils, 811228-9874.", "070-174 06 05", "0701740605", "+46 70 174 06 05", "+46 (0)70-174 06 05", "0046701740605",
        "073 174 06 05",
        "+358 40 1234567", "701063-2391",
    ],
)  # fmt: skip
def test_what_looks_like_the_data_of_a_person(text: str) -> None:
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "556016-0680", "212000-1355", "031-365 00 00", "08-123 456 78", "0771-11 22 33", "010-123 45 67",
        "info@stad.example", "2025-03-01", "8112289875", "811328-9874", "Storgatan 70, 1740605 m", "+46 31 365 00 00",
    ],
)  # fmt: skip
def test_what_does_not(text: str) -> None:
    assert not looks_personal(text)
