"""Neighbourhoods out of a large extract, many in one pass."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import pytest

import grannskap as gk
from grannskap.errors import SourceError
from grannskap.osm import source
from grannskap.osm.cutting import cut
from grannskap.osm.extract import read_extract

WHOLE = (24.93, 60.16, 24.96, 60.19)
SMALL = (24.940, 60.170, 24.945, 60.175)
EAST = (24.944, 60.170, 24.949, 60.175)


def ids(table: gpd.GeoDataFrame) -> list[str]:
    return sorted(table.element_id)


def expected(path: Path, box: tuple[float, float, float, float]) -> tuple[set[str], set[str]]:
    """Tagged nodes in a box, and tagged ways with a node in it, by a loop of its own."""
    west, south, east, north = box
    inside: set[int] = set()
    points: set[str] = set()
    lines: set[str] = set()
    processor: Any = osmium.FileProcessor(str(path))
    for element in processor:
        if element.is_node() and west <= element.lon <= east and south <= element.lat <= north:
            inside.add(element.id)
            if len(element.tags):
                points.add(f"node/{element.id}")
        elif element.is_way() and len(element.tags) and any(node.ref in inside for node in element.nodes):
            lines.add(f"way/{element.id}")
    return points, lines


def test_a_box_around_everything_gives_everything(sample: Path) -> None:
    path = sample / "helsinki.osm.pbf"
    (part,) = cut(path, [WHOLE])
    whole = read_extract(path)
    for name in ("points", "lines", "areas"):
        assert ids(getattr(part, name)) == ids(getattr(whole, name))
    assert part.dropped == whole.dropped
    assert (part.bounds, part.data_date) == (whole.bounds, whole.data_date)


def test_many_boxes_in_one_pass_are_as_each_alone(sample: Path) -> None:
    path = sample / "helsinki.osm.pbf"
    together = cut(path, [SMALL, EAST])
    for part, box in zip(together, (SMALL, EAST), strict=True):
        (alone,) = cut(path, [box])
        assert ids(part.points) == ids(alone.points)
        assert ids(part.lines) == ids(alone.lines)
        assert part.bounds == box


def test_nodes_in_the_box_and_ways_that_use_them(sample: Path) -> None:
    path = sample / "helsinki.osm.pbf"
    (part,) = cut(path, [SMALL])
    points, lines = expected(path, SMALL)
    assert set(part.points.element_id) == points
    cut_to_one_node = lines - set(part.lines.element_id)
    assert set(part.lines.element_id) <= lines
    assert len(cut_to_one_node) < len(lines) / 10  # a way with a single node in the box leaves no line


def test_a_box_with_nothing_in_it_is_empty_and_no_error(sample: Path) -> None:
    (part,) = cut(sample / "helsinki.osm.pbf", [(10.0, 50.0, 10.1, 50.1)])
    assert part.points.empty
    assert part.lines.empty


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "x.osm.pbf"
    broken.write_bytes(b"no map")
    with pytest.raises(SourceError, match=r"x\.osm\.pbf cannot be read"):
        cut(broken, [SMALL])
    with pytest.raises(SourceError, match="There is no file"):
        cut(tmp_path / "none.osm.pbf", [SMALL])


def test_a_large_extract_is_cut_and_gives_the_same_ranking(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = gk.read_study(sample / "study.toml")
    study = replace(study, reach=replace(study.reach, radius_m=300.0))
    whole = gk.analyse(study)
    monkeypatch.setattr(source, "LARGE_BYTES", 1000)
    part = gk.analyse(study)
    apart = ["geometry", "lon", "lat"]  # a park that the box cuts has its middle elsewhere
    pd.testing.assert_frame_equal(part.actors.drop(columns=apart), whole.actors.drop(columns=apart))
    pd.testing.assert_frame_equal(part.access, whole.access)


def test_an_address_is_not_looked_up_in_a_large_extract(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGE_BYTES", 1000)
    study = gk.read_study(sample / "study.toml")
    with pytest.raises(SourceError, match="too large to look an address up in"):
        gk.analyse(replace(study, site=replace(study.site, lat=None, lon=None, address="Mannerheimvägen 5")))
