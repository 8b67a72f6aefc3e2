"""The rules of the house: who may import whom, who may touch the disk and the network, how long."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "grannskap"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")

ROOMS = [
    "timing",
    "version",
    "errors",
    "audience",
    "language",
    "disk",
    "crs",
    "sample",
    "study",
    "osm",
    "place",
    "opening",
    "routes",
    "exposure",
    "result",
    "provenance",
    "comparison",
    "pipeline",
    "fetching",
    "batch",
    "public",
    "output",
    "notebook",
    "cli",
    "__main__",
]
"""From the top of the house: a room imports only itself and what stands above it."""

OUTPUTS = ["webmap", "gis", "sheet", "contacts", "report", "public", "comparison"]
"""The rooms within ``output``, likewise. What all share stands beside them and imports none of them."""
GATHERING = {"papers", "web_map", "writing"}
"""Modules beside them that make whole files of what is in them."""

NETWORK_ROOMS = {"osm"}
NETWORK_MODULES = {"aiohttp", "dask", "distributed", "ftplib", "http", "httpx", "requests", "socket", "urllib3"}
TO_A_CLUSTER = {"batch/cluster.py": {"dask", "distributed"}}  # which is asked only where the user names it
NETWORK_CALLS = re.compile(r"geocode\w*|(graph|features)_from_(address|bbox|place|point|polygon)")

DISK_ROOMS = {"batch", "cli", "disk", "language", "osm", "output", "sample", "study"}
DISK_MODULES = {"glob", "os", "shutil", "sqlite3", "tempfile", "zipfile"}
DISK_READS = {"open", "read_bytes", "read_text"}
DISK_CALLS = DISK_READS | {
    *("exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "rglob", "unlink"),
    *("read_csv", "read_dataframe", "read_file", "read_parquet"),
    *("to_csv", "to_feather", "to_file", "to_json", "to_parquet"),
    *("write_bytes", "write_dataframe", "write_text"),
}

MODULE_LINES = 300
FUNCTION_LINES = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef

every_module = pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), filename=str(path))


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the full name of each module that is imported, also inside functions.

    ``from x import y`` yields "x.y", since y may be a module.
    """
    package = ["grannskap", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            yield from (".".join([*base, alias.name]) for alias in node.names)


def called_names(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name


def length_without_docstring(function: Function) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in MODULES} <= set(ROOMS)


@every_module
def test_imports_only_from_above(path: Path) -> None:
    room = room_of(path)
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    if room == "cli":
        allowed.add("__version__")  # the command line may use the table of contents
    own = [name.split(".") for name in imported_modules(path)]
    imported = {name[1] if len(name) > 1 else "" for name in own if name[0] == "grannskap"}
    assert imported <= allowed


@every_module
def test_rooms_of_output_import_only_from_above(path: Path) -> None:
    first, *rest = path.relative_to(PACKAGE).with_suffix("").parts
    if first != "output" or rest[0] in GATHERING:
        return
    allowed = set(OUTPUTS[: OUTPUTS.index(rest[0]) + 1]) if len(rest) > 1 else set()
    own = [name.split(".") for name in imported_modules(path) if name.startswith("grannskap.output.")]
    assert {name[2] for name in own} & {*OUTPUTS, *GATHERING} <= allowed


@every_module
def test_only_the_edge_knows_the_network(path: Path) -> None:
    if room_of(path) in NETWORK_ROOMS:
        return
    modules = set(imported_modules(path))
    assert not {name for name in modules if name.startswith("urllib.request")}
    allowed = TO_A_CLUSTER.get(path.relative_to(PACKAGE).as_posix(), set())
    assert not {name.partition(".")[0] for name in modules} & NETWORK_MODULES - allowed
    assert not {name for name in called_names(path) if NETWORK_CALLS.fullmatch(name)}


@every_module
def test_only_the_edge_touches_the_disk(path: Path) -> None:
    if room_of(path) in DISK_ROOMS:
        return
    modules = set(imported_modules(path))
    reads_own_data = any(name.startswith("importlib.resources") for name in modules)
    calls = DISK_CALLS - DISK_READS if reads_own_data else DISK_CALLS
    assert not {name.partition(".")[0] for name in modules} & DISK_MODULES
    assert not set(called_names(path)) & calls


@every_module
def test_nothing_global_changes(path: Path) -> None:
    assert not [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Global)]


@every_module
def test_modules_and_functions_are_short(path: Path) -> None:
    module_lines = path.read_bytes().count(b"\n")
    assert module_lines <= MODULE_LINES
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, Function)]
    lengths = {node.name: length_without_docstring(node) for node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}
