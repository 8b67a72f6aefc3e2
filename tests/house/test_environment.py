"""The two lists of dependencies are one list, and nothing is imported that is not on it."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
SOURCE_NAMES = [path.relative_to(ROOT / "src").as_posix() for path in SOURCES]

ON_CONDA_FORGE = {"osmium": "pyosmium", "matplotlib": "matplotlib-base"}
"""Where conda-forge has another name than the Python package index."""

IMPORTED_AS = {"lazy-loader": "lazy_loader", "python-docx": "docx"}
"""Where the module has another name than the package."""

COME_WITH = {
    "distributed": {"dask"},
    "jinja2": {"markupsafe"},
    "osmnx": {"requests", "urllib3"},
    "pydantic": {"pydantic_core"},
}
"""Modules that a package brings and whose names its own documentation uses."""

project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def bounds(lines: list[str]) -> dict[str, str]:
    """Return the specifier per package name, such as {"numpy": ">=2.1"}."""
    requirements = [Requirement(line) for line in lines]
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def conda_lines(text: str) -> list[str]:
    """Return the entries of `dependencies` in environment.yml, without the one for pip."""
    _, _, listed = text.partition("\ndependencies:\n")
    return re.findall(r"^  - ([a-z][^:\s]*)$", listed, flags=re.MULTILINE)


def test_conda_and_pip_install_the_same() -> None:
    extras = project["optional-dependencies"]
    listed = project["dependencies"] + extras["elevation"] + extras["notebook"]
    expected = {ON_CONDA_FORGE.get(name, name): bound for name, bound in bounds(listed).items()}
    expected |= {"python": project["requires-python"], "pip": ""}
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert bounds(conda_lines(text)) == expected


@pytest.mark.parametrize("path", SOURCES, ids=SOURCE_NAMES)
def test_what_is_imported_is_declared(path: Path) -> None:
    extras = project["optional-dependencies"]
    packages = bounds([*project["dependencies"], *extras["cluster"], *extras["elevation"], *extras["notebook"]])
    declared = {IMPORTED_AS.get(name, name) for name in packages}
    declared |= {module for name in packages for module in COME_WITH.get(name, ())}
    imported = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            imported.add(node.module.partition(".")[0])
    assert imported - sys.stdlib_module_names - {"grannskap"} <= declared
