"""The table of contents is short, complete and quick, and each name says what it answers."""

import inspect
import subprocess
import sys

import pytest

import grannskap

MOST_NAMES = 20
NAMES = sorted(set(grannskap.__all__) - {"__version__"})
HEAVY = {"folium", "geopandas", "networkx", "numpy", "osmium", "osmnx", "pandas", "scipy"}


def test_the_table_of_contents_is_short() -> None:
    assert len(NAMES) <= MOST_NAMES


def test_there_is_a_version() -> None:
    assert grannskap.__version__


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_opens_with_its_question(name: str) -> None:
    first_line = (inspect.getdoc(getattr(grannskap, name)) or "").partition("\n")[0]
    assert first_line.endswith("?")


@pytest.mark.parametrize("name", [name for name in NAMES if name.islower()])
def test_a_public_function_describes_its_parameters(name: str) -> None:
    function = getattr(grannskap, name)
    text = inspect.getdoc(function) or ""
    assert "\nReturns\n-------\n" in text
    parameters = inspect.signature(function).parameters
    if parameters:
        assert "\nParameters\n----------\n" in text
    assert [parameter for parameter in parameters if parameter not in text] == []


def test_importing_loads_no_heavy_library() -> None:
    code = "import sys, grannskap; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert set(run.stdout.split()) & HEAVY == set()
