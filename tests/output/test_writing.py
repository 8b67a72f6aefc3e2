"""Files are written whole or not at all: whatever fails, the folder is as it was."""

import errno
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
from commands import Said, python
from pyogrio.errors import FeatureError

from grannskap.errors import OutputError
from grannskap.language import texts_for
from grannskap.output import writing

if TYPE_CHECKING:
    from grannskap.result import Result

FILES = [
    *("map.html", "actors.csv", "destinations.csv", "access.csv", "sensitivity.csv"),
    *("grannskap.gpkg", "manifest.json"),
]

PAPERS = ["map-a3.pdf", "report.docx", "report.html", "contacts.xlsx"]

write = partial(writing.write, with_papers=False)

Tree = dict[str, bytes | None]


def tree(folder: Path) -> Tree:
    """Everything below a folder: the bytes of files, None for folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def refused(result: "Result", folder: Path) -> str:
    with pytest.raises(OutputError) as caught:
        write(result, folder)
    text = caught.value.text(texts_for("sv"))
    assert str(folder) in text
    assert "\n" not in text
    assert text.endswith(("frigör utrymme.", "flytta mappen."))
    return text


@pytest.fixture
def used(small_result: "Result", tmp_path: Path) -> Path:
    """A folder with the files of an earlier run and one of the user's own."""
    folder = tmp_path / "used"
    write(replace(small_result, actors=small_result.actors.head(2)), folder)
    (folder / "anteckningar.txt").write_text("mina egna", "utf-8")
    return folder


@pytest.fixture
def only_reading(tmp_path: Path) -> Iterator[Path]:
    """A folder that may be read only. Where the tests run as root, they lay that down for a while."""
    if not hasattr(os, "geteuid"):
        pytest.skip("rights work otherwise on this system")
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(outside) if os.geteuid() == 0 else tmp_path
        folder.chmod(0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(was)
            folder.chmod(0o755)


class TestWhatIsWritten:
    def test_all_files_and_nothing_else(self, small_result: "Result", tmp_path: Path) -> None:
        files = write(small_result, tmp_path / "a" / "b")
        assert files == [tmp_path / "a" / "b" / name for name in FILES]
        assert sorted(tree(tmp_path)) == sorted(["a", "a/b", *(f"a/b/{name}" for name in FILES)])

    def test_papers_are_among_them_unless_they_are_left_out(self, small_result: "Result", tmp_path: Path) -> None:
        assert sorted(path.name for path in writing.write(small_result, tmp_path)) == sorted([*FILES, *PAPERS])
        assert sorted(tree(tmp_path)) == sorted([*FILES, *PAPERS])

    def test_a_folder_may_be_told_as_text(self, small_result: "Result", tmp_path: Path) -> None:
        assert write(small_result, str(tmp_path))[0] == tmp_path / "map.html"

    def test_a_folder_may_be_relative(
        self, small_result: "Result", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert write(small_result, "here/out")[0] == Path("here/out/map.html")
        assert write(small_result, ".")[0] == Path("map.html")
        assert len(tree(tmp_path)) == 2 * len(FILES) + 2

    def test_a_later_run_replaces_all_and_leaves_the_users_own(self, small_result: "Result", used: Path) -> None:
        write(small_result, used / ".." / "fresh")
        before = tree(used)
        write(small_result, used)
        after = tree(used)
        assert after.pop("anteckningar.txt") == before["anteckningar.txt"]
        assert after == tree(used.parent / "fresh")
        assert [name for name in FILES if after[name] == before[name]] == [
            *("destinations.csv", "access.csv", "sensitivity.csv", "manifest.json")
        ]

    def test_a_link_to_a_folder_is_followed(self, small_result: "Result", tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
        write(small_result, tmp_path / "link")
        assert sorted(tree(tmp_path / "real")) == sorted(FILES)

    def test_language_of_the_map(self, small_result: "Result", tmp_path: Path) -> None:
        swedish, english = (write(small_result, tmp_path / lang, language=lang)[0] for lang in ("sv", "en"))
        assert '<html lang="sv"' in swedish.read_text("utf-8")
        assert '<html lang="en"' in english.read_text("utf-8")

    def test_files_are_as_readable_as_any(self, small_result: "Result", tmp_path: Path) -> None:
        (tmp_path / "any").touch()
        modes = {path.stat().st_mode for path in write(small_result, tmp_path)}
        assert modes == {(tmp_path / "any").stat().st_mode}


def fail_in_map(patch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(writing, "web_map", full)


def fail_in_geopackage(patch: pytest.MonkeyPatch) -> None:
    def half(_: object, path: Path, **__: object) -> None:
        path.write_bytes(b"half a file")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(writing, "geopackage", half)


def fail_in_gdal(patch: pytest.MonkeyPatch) -> None:
    """GDAL tells of a full disk in many ways, none of which says that it is full."""

    def odd(*_: object, **__: object) -> None:
        raise FeatureError("Could not add feature to layer at index 0: no such table: gpkg_contents")

    patch.setattr(pyogrio, "write_dataframe", odd)
    patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))


def fail_in_moving(patch: pytest.MonkeyPatch) -> None:
    """As where a file is open in a spreadsheet that locks it."""
    move = Path.replace

    def locked(path: Path, target: Path) -> Path:
        if path.name == "access.csv":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return move(path, target)

    patch.setattr(Path, "replace", locked)


def fail_in_the_last_move(patch: pytest.MonkeyPatch) -> None:
    move = Path.replace

    def locked(path: Path, target: Path) -> Path:
        if path.name == "manifest.json" and path.parent.name.startswith(".grannskap-"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return move(path, target)

    patch.setattr(Path, "replace", locked)


FAILURES = [
    (fail_in_map, "disken är full"),
    (fail_in_geopackage, "disken är full"),
    (fail_in_gdal, "disken är full"),
    (fail_in_moving, "du får inte skriva där"),
    (fail_in_the_last_move, "du får inte skriva där"),
]
every_failure = pytest.mark.parametrize(("fail", "reason"), FAILURES, ids=[fail.__name__ for fail, _ in FAILURES])


class TestWhatFails:
    @every_failure
    def test_leaves_earlier_files_as_they_were(
        self,
        small_result: "Result",
        used: Path,
        monkeypatch: pytest.MonkeyPatch,
        fail: Callable[[pytest.MonkeyPatch], None],
        reason: str,
    ) -> None:
        before = tree(used.parent)
        with monkeypatch.context() as patch:
            fail(patch)
            assert reason in refused(small_result, used)
        assert tree(used.parent) == before

    @every_failure
    def test_leaves_no_new_folder(
        self,
        small_result: "Result",
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        fail: Callable[[pytest.MonkeyPatch], None],
        reason: str,
    ) -> None:
        with monkeypatch.context() as patch:
            fail(patch)
            assert reason in refused(small_result, tmp_path / "a" / "b" / "c")
        assert tree(tmp_path) == {}

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError("a bug")])
    def test_what_is_no_fault_of_the_disk_goes_on_up(
        self,
        small_result: "Result",
        used: Path,
        monkeypatch: pytest.MonkeyPatch,
        error: BaseException | type[BaseException],
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise error

        before = tree(used.parent)
        monkeypatch.setattr(writing, "web_map", broken)
        with pytest.raises((KeyboardInterrupt, ValueError)):
            write(small_result, used)
        with pytest.raises((KeyboardInterrupt, ValueError)):
            write(small_result, used.parent / "new")
        assert tree(used.parent) == before

    @pytest.mark.parametrize("below", ["", "further", "further/down"])
    def test_a_file_in_the_way(self, small_result: "Result", tmp_path: Path, below: str) -> None:
        (tmp_path / "taken").write_text("a file", "utf-8")
        assert "där finns en fil med det namnet" in refused(small_result, tmp_path / "taken" / below)
        assert tree(tmp_path) == {"taken": b"a file"}

    @pytest.mark.parametrize("name", FILES)
    def test_a_folder_in_the_way(self, small_result: "Result", used: Path, name: str) -> None:
        (used / name).unlink()
        (used / name).mkdir()
        (used / name / "kept.txt").touch()
        before = tree(used)
        assert "heter som en mapp" in refused(small_result, used)
        assert tree(used) == before

    def test_a_link_to_nowhere(self, small_result: "Result", tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "nowhere")
        refused(small_result, tmp_path / "link")
        assert [path.name for path in tmp_path.iterdir()] == ["link"]

    def test_a_name_that_is_too_long(self, small_result: "Result", tmp_path: Path) -> None:
        refused(small_result, tmp_path / ("x" * 300))
        assert tree(tmp_path) == {}

    @pytest.mark.parametrize("below", ["", "new"])
    def test_a_folder_for_reading_only(self, small_result: "Result", only_reading: Path, below: str) -> None:
        assert "du får inte skriva där" in refused(small_result, only_reading / below)
        assert list(only_reading.iterdir()) == []


FULL_DISK = """
import pickle, resource, sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from grannskap.errors import OutputError
from grannskap.output import writing

write = partial(writing.write, with_papers=False)

class SmallMap:
    def get_root(self): return self
    def render(self): return "smaller than the GeoPackage"

def refused(most):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        write(result, "new" if most % 8192 else "used")
    except OutputError:
        return
    sys.exit(f"written in spite of a limit of {most} bytes")

result = pickle.loads(Path("result").read_bytes())
write(result, "whole")
for size in {file.stat().st_size for file in Path("whole").iterdir()}:
    refused(size - 1)
writing.web_map = lambda *_, **__: SmallMap()
size = Path("whole/grannskap.gpkg").stat().st_size
for most in [*range(0, size - 60_000, 20_000), *range(size - 60_000, size, 4096)]:
    refused(most)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit on this system")
def test_a_full_disk_at_any_byte(small_result: "Result", used: Path) -> None:
    """GDAL keeps quiet about some of it, so the limit is moved over the whole of the GeoPackage."""
    folder = used.parent
    (folder / "result").write_bytes(pickle.dumps(small_result))
    before = tree(used)
    assert python(FULL_DISK, cwd=folder) == Said(0, "", "")
    assert tree(used) == before
    assert sorted(path.name for path in folder.iterdir()) == ["result", "used", "whole"]
    assert len(gpd.list_layers(folder / "whole" / "grannskap.gpkg")) == 10  # nine layers and their styles
