"""Neighbourhoods out of a large extract, many in one pass."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import osmium
import pandas as pd
import pytest
import shapely
from commands import Said, python
from osm.towns import EXTRACTS

import grannskap as gk
from grannskap.errors import OutputError, SourceError
from grannskap.osm import cutting, files
from grannskap.osm.cutting import cut
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.files import Sink, stream
from grannskap.study.model import RoundWalks

WHOLE = (24.93, 60.16, 24.96, 60.19)
SMALL = (24.940, 60.170, 24.945, 60.175)
EAST = (24.944, 60.170, 24.949, 60.175)
NORTH = (24.940, 60.174, 24.945, 60.179)
NOWHERE = (10.0, 50.0, 10.1, 50.1)


@pytest.fixture
def helsinki(sample: Path) -> Path:
    return sample / "helsinki.osm.pbf"


def ids(table: pd.DataFrame) -> list[str]:
    return sorted(table.element_id)


def assert_alike(one: OsmData, other: OsmData) -> None:
    """The same to the last bit, in the same order."""
    for name in ("points", "lines", "areas"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.element_id.tolist() == b.element_id.tolist()
        assert a.tags.tolist() == b.tags.tolist()
        assert shapely.to_wkb(a.geometry.to_numpy()).tolist() == shapely.to_wkb(b.geometry.to_numpy()).tolist()
    pd.testing.assert_frame_equal(one.groups, other.groups)
    assert (one.bounds, one.data_date, one.dropped) == (other.bounds, other.data_date, other.dropped)


def expected(path: Path, box: Bounds) -> tuple[set[str], set[str], set[str]]:
    """Tagged nodes in a box, tagged ways with a node in it, and relations that use these, by a loop of its own."""
    west, south, east, north = box
    inside: set[str] = set()
    points, lines, relations = set[str](), set[str](), set[str]()
    processor: Any = osmium.FileProcessor(str(path))
    for element in processor:
        if element.is_node() and west <= element.lon <= east and south <= element.lat <= north:
            inside.add(f"n{element.id}")
            if len(element.tags):
                points.add(f"node/{element.id}")
        elif element.is_way() and any(f"n{node.ref}" in inside for node in element.nodes):
            inside.add(f"w{element.id}")
            if len(element.tags):
                lines.add(f"way/{element.id}")
        elif element.is_relation() and any(f"{m.type}{m.ref}" in inside for m in element.members):
            relations.add(f"relation/{element.id}")
    return points, lines, relations


# --- what is cut out ---------------------------------------------------------------------------------------------


def test_a_box_around_everything_gives_everything(helsinki: Path) -> None:
    (part,) = cut(helsinki, [WHOLE])
    whole = read_extract(helsinki)
    for name in ("points", "lines", "areas", "groups"):
        assert ids(getattr(part, name)) == ids(getattr(whole, name))
    assert part.dropped == whole.dropped
    assert (part.bounds, part.data_date) == (whole.bounds, whole.data_date)


@pytest.mark.parametrize("name", EXTRACTS)
def test_no_relation_is_missed_from_which_anything_is_read(shared_data: Path, name: str) -> None:
    whole = read_extract(shared_data / name)
    west, south, east, north = whole.bounds
    (part,) = cut(shared_data / name, [(west - 1, south - 1, east + 1, north + 1)])
    assert_alike(replace(part, data_date=whole.data_date), whole)  # a bus line may be newer than all that is read


def test_nodes_in_the_box_and_what_uses_them(helsinki: Path) -> None:
    (part,) = cut(helsinki, [SMALL])
    whole = read_extract(helsinki)
    points, lines, relations = expected(helsinki, SMALL)
    assert set(part.points.element_id) == points
    cut_to_one_node = lines - set(part.lines.element_id)
    assert set(part.lines.element_id) <= lines
    assert len(cut_to_one_node) < len(lines) / 10  # a way with a single node in the box leaves no line
    assert set(part.groups.element_id) == relations & set(whole.groups.element_id) != set()
    areas = [each for each in whole.areas.element_id if each in relations | lines]
    within = whole.areas[whole.areas.element_id.isin(areas) & whole.areas.within(shapely.box(*SMALL))]
    kept = dict(zip(part.areas.element_id, part.areas.geometry, strict=True))
    assert set(kept) <= set(areas)
    assert any(each.startswith("relation/") for each in within.element_id)
    assert all(kept[each].equals(shape) for each, shape in zip(within.element_id, within.geometry, strict=True))


def test_many_boxes_in_one_pass_are_as_each_alone(helsinki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [SMALL, EAST, NORTH, SMALL, NOWHERE, WHOLE]
    alone = [part for box in boxes for part in cut(helsinki, [box])]
    for together, part in zip(cut(helsinki, boxes), alone, strict=True):
        assert_alike(together, part)
    monkeypatch.setattr(cutting, "AT_ONCE", 2)
    for together, part in zip(cut(helsinki, boxes), alone, strict=True):
        assert_alike(together, part)
    assert [part.bounds for part in alone[:4]] == [SMALL, EAST, NORTH, SMALL]


def test_a_box_with_nothing_in_it_is_empty_and_no_error(helsinki: Path) -> None:
    (part,) = cut(helsinki, [NOWHERE])
    assert part.points.empty
    assert part.lines.empty


def test_a_large_extract_is_cut_and_gives_the_same_ranking(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = gk.read_study(sample / "study.toml")
    errands = replace(study.profile, round_walks=RoundWalks())  # a park that the box cuts draws a little less
    study = replace(study, reach=replace(study.reach, radius_m=300.0), profile=errands)
    whole = gk.analyse(study)
    monkeypatch.setattr(files, "LARGE_BYTES", 1000)
    part = gk.analyse(study)
    apart = ["geometry", "lon", "lat"]  # a park that the box cuts has its middle elsewhere
    pd.testing.assert_frame_equal(part.actors.drop(columns=apart), whole.actors.drop(columns=apart))
    pd.testing.assert_frame_equal(part.access, whole.access)


# --- in how much memory ------------------------------------------------------------------------------------------


class Watched:
    """Notes each file that is passed over, written and read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed: list[Path] = []
        self.written: list[Path] = []
        self.read: list[Path] = []

        def noted(notes: list[Path], what: Any) -> Any:
            def call(path: Path, *more: Any, **named: Any) -> Any:
                notes.append(path)
                return what(path, *more, **named)

            return call

        monkeypatch.setattr(cutting, "stream", noted(self.passed, stream))
        monkeypatch.setattr(cutting, "Sink", noted(self.written, Sink))
        monkeypatch.setattr(cutting, "read_extract", noted(self.read, read_extract))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_one_neighbourhood_at_a_time_is_held(helsinki: Path, watched: Watched, temporary: Path) -> None:
    parts = cut(helsinki, [SMALL, EAST, SMALL])
    assert watched.passed == []
    for number in range(1, 4):
        assert len(next(parts).points) > 0
        assert (len(watched.passed), len(watched.read)) == (1, number)
        assert len(list(temporary.iterdir())) == 1
    assert list(parts) == []
    assert list(temporary.iterdir()) == []


def test_nothing_is_left_where_the_rest_is_not_asked_for(helsinki: Path, temporary: Path) -> None:
    parts: Any = cut(helsinki, [SMALL, EAST])
    next(parts)
    parts.close()
    assert list(temporary.iterdir()) == []


def test_equal_boxes_are_cut_once(helsinki: Path, watched: Watched) -> None:
    assert len(list(cut(helsinki, [SMALL, EAST, SMALL]))) == 3
    assert len(watched.written) == 2


def test_however_many_boxes_the_extract_is_passed_over_once(
    helsinki: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "AT_ONCE", 2)
    boxes = [SMALL, EAST, NORTH, WHOLE, NOWHERE]
    parts = cut(helsinki, boxes)
    next(parts)
    assert len(watched.written) == 1 + 2  # all together, then the first two out of them
    assert len(list(parts)) == 4
    assert len(watched.written) == 1 + 5
    assert watched.passed.count(helsinki) == 1


@pytest.fixture
def made_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """The settings of libosmium with which each reader is made."""
    seen: list[dict[str, str]] = []
    reader = osmium.io.Reader

    def make(*about: Any) -> Any:
        seen.append({name: value for name, value in os.environ.items() if name.startswith("OSMIUM_")})
        return reader(*about)

    for name in [name for name in os.environ if name.startswith("OSMIUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(osmium.io, "Reader", make)
    yield seen
    assert seen


def test_few_blocks_of_the_extract_wait_in_memory(helsinki: Path, made_with: list[dict[str, str]]) -> None:
    before = dict(os.environ)
    (_,) = cut(helsinki, [SMALL])
    short = {"OSMIUM_MAX_OSMDATA_QUEUE_SIZE": "2", "OSMIUM_MAX_INPUT_QUEUE_SIZE": "2"}
    assert short in made_with
    assert dict(os.environ) == before


def test_what_the_user_has_set_stays(
    helsinki: Path, made_with: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSMIUM_MAX_OSMDATA_QUEUE_SIZE", "7")
    (_,) = cut(helsinki, [SMALL])
    assert {each["OSMIUM_MAX_OSMDATA_QUEUE_SIZE"] for each in made_with} == {"7"}
    assert os.environ["OSMIUM_MAX_OSMDATA_QUEUE_SIZE"] == "7"


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "x.osm.pbf"
    broken.write_bytes(b"no map")
    with pytest.raises(SourceError, match=r"x\.osm\.pbf cannot be read"):
        list(cut(broken, [SMALL]))
    with pytest.raises(SourceError, match="There is no file"):
        list(cut(tmp_path / "none.osm.pbf", [SMALL]))


def test_a_file_that_ends_half_way(helsinki: Path, tmp_path: Path, temporary: Path) -> None:
    short = tmp_path / "x.osm.pbf"
    short.write_bytes(helsinki.read_bytes()[:100_000])
    with pytest.raises(SourceError, match=r"x\.osm\.pbf cannot be read"):
        list(cut(short, [SMALL, EAST]))
    assert list(temporary.iterdir()) == []


FULL_DISK = """
import os, resource, sys
from pathlib import Path
from grannskap.errors import OutputError
from grannskap.language import texts_for
from grannskap.osm.address_scan import addresses_in
from grannskap.osm.cutting import cut

path, boxes = Path(sys.argv[1]), [(24.93, 60.16, 24.96, 60.19), (24.940, 60.170, 24.945, 60.175)]
many = [(*box[:3], box[3] + n / 1e5) for box in boxes for n in range(20)]
tasks = {
    "two boxes": (lambda: list(cut(path, boxes)), 100_000),
    "many boxes": (lambda: list(cut(path, many)), 100_000),
    "addresses": (lambda: addresses_in(path, ["Mannerheimvägen 5"]), 1000),
}
for name, (task, largest) in tasks.items():
    for most in (4, 1000, largest):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            task()
        except OutputError as error:
            for language, reason in (("en", "the disk is full"), ("sv", "disken är full")):
                text = error.text(texts_for(language))
                assert os.environ["TMPDIR"] in text and reason in text and "\\n" not in text, text
        else:
            sys.exit(f"{name} were written in spite of a limit of {most} bytes")
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such limit on this system")
def test_a_full_temporary_folder_is_told_and_leaves_nothing(helsinki: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    said = python(FULL_DISK, helsinki, cwd=tmp_path, TMPDIR=str(tmp_path / "temporary"))
    assert said == Said(0, "", "")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_no_temporary_folder(helsinki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    monkeypatch.delenv("TMPDIR", raising=False)
    with pytest.raises(OutputError, match="The temporary folder /nowhere/at/all cannot be written to"):
        list(cut(helsinki, [SMALL]))
