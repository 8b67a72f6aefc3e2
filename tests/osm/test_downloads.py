"""Answers of a service: whole ones become an OpenStreetMap file, others are refused with the reason."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import shapely
from commands import Said, python

from grannskap.osm.downloads import UnusableAnswer, data_date, holds_streets, parse_answer, write_pbf
from grannskap.osm.extract import read_extract

NODES = [{"type": "node", "id": i, "lat": 60.0 + i / 1000, "lon": 24.1234567} for i in (3, 1, 2)]
WAY = {"type": "way", "id": 7, "nodes": [1, 2, 3, 99], "tags": {"highway": "path", "name": "Åsvägen"}}
STOP = {
    "type": "relation",
    "id": 8,
    "members": [{"type": "node", "ref": 1, "role": "stop"}, {"type": "way", "ref": 7, "role": ""}],
    "tags": {"public_transport": "stop_area", "type": "public_transport"},
}
BOX = (24.0, 60.0, 25.0, 61.0)


def answer(*elements: Any) -> dict[str, Any]:
    return {"elements": list(elements)}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"  <html>Log in</html>", "html"),
        (b'{"elements": [{"type": "no', "broken"),
        (b"", "broken"),
        (b"\xff\xfe{}", "broken"),
        (b"[]", "foreign"),
        (b'{"message": "hello"}', "foreign"),
        (b'{"elements": {}}', "foreign"),
        (b'{"elements": [], "remark": "runtime error: timeout"}', "remark"),
    ],
)
def test_answers_that_are_not_whole(body: bytes, reason: str) -> None:
    with pytest.raises(UnusableAnswer) as caught:
        parse_answer(body)
    assert caught.value.reason == reason


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "fetched.osm.pbf"
    counts = write_pbf([answer(*NODES, WAY), answer(WAY, NODES[0], STOP)], path, box=BOX)
    assert counts == {"node": 3, "way": 1, "relation": 1}
    osm = read_extract(path)
    [line] = osm.lines.itertuples()
    assert (line.element_id, line.tags) == ("way/7", WAY["tags"])
    assert shapely.get_coordinates(osm.lines.geometry.iloc[0]).tolist() == [
        pytest.approx((24.1234567, 60 + i / 1000), abs=1e-9) for i in (1, 2, 3)
    ]
    assert osm.groups.members.tolist() == [("node/1", "way/7")]
    assert osm.bounds == BOX
    assert osm.dropped["nodes_outside_extract"] == 1


@pytest.mark.parametrize(
    "element",
    [
        {"type": "star", "id": 1},
        {"type": "node", "id": 1, "lat": 60.0},
        {"type": "node", "id": "one", "lat": 60.0, "lon": 24.0},
        {"type": "way", "id": 1},
        {"type": "relation", "id": 1, "members": [{"type": "node"}]},
        {"type": "node", "id": 1, "lat": 60.0, "lon": 24.0, "tags": "none"},
        {"id": 1},
        5,
    ],
)
def test_elements_of_another_form_are_refused_and_nothing_is_written(element: Any, tmp_path: Path) -> None:
    with pytest.raises(UnusableAnswer, match="foreign"):
        write_pbf([answer(element)], tmp_path / "fetched.osm.pbf", box=BOX)
    assert list(tmp_path.iterdir()) == []


FULL_DISK = """
import json, resource, sys
from pathlib import Path
from grannskap.osm.downloads import write_pbf
from grannskap.osm.files import UnwritableError

nodes = [{"type": "node", "id": n, "lon": 15.0 + n / 1e7, "lat": 57.7, "tags": {"name": str(n)}} for n in range(20_000)]
for most in (0, 1000, 20_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        write_pbf([{"elements": nodes}], Path("fetched.osm.pbf"), box=(15, 57, 16, 58))
    except UnwritableError as error:
        print(error.errno, error.strerror)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such limit on this system")
def test_a_full_disk_does_not_end_the_process(tmp_path: Path) -> None:
    told = f"{errno.EFBIG} {os.strerror(errno.EFBIG)}\n"
    assert python(FULL_DISK, cwd=tmp_path) == Said(0, 3 * told, "")


def test_the_oldest_answer_dates_the_data() -> None:
    stamps = [{"osm3s": {"timestamp_osm_base": f"2026-11-{day}T08:00:00Z"}} for day in (21, 20)]
    assert data_date([*stamps, {"osm3s": "odd"}, {}]) == "2026-11-20"
    assert data_date([{}]) == ""


def test_streets_are_ways() -> None:
    assert holds_streets(answer(*NODES, WAY))
    assert not holds_streets(
        answer(*NODES, {**WAY, "tags": {"building": "yes"}}, {**STOP, "tags": {"highway": "path"}})
    )


def test_an_answer_survives_the_way_over_the_network() -> None:
    assert parse_answer(json.dumps(answer(*NODES, WAY)).encode()) == answer(*NODES, WAY)
