"""The notebooks are short and hold no output, define nothing, and run offline from a fresh kernel."""

import ast
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kernels import jupyter_settings, running
from wording import avoided_in

if TYPE_CHECKING:
    from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_LINES = 15
LIMIT_S = 120  # a kernel that hangs is ended; nothing here is about speed

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_these_are_the_notebooks() -> None:
    names = ["00_snabbstart", "01_kartlaggning", "02_analys", "03_planunderlag", "04_jamfor_platser"]
    assert [path.stem for path in NOTEBOOKS] == names


@every_notebook
def test_no_outputs_and_no_definitions(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        nodes = list(ast.walk(ast.parse(source(cell))))
        assert not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in nodes)
        assert source(cell).count("\n") < MOST_LINES


@every_notebook
def test_it_opens_with_a_title_and_a_line_in_english(path: Path) -> None:
    title, _, summary, *_ = source(cells(path, "markdown")[0]).splitlines()
    assert title.startswith("# ")
    assert re.fullmatch(r"\*In English: .*\.\*", summary)


@every_notebook
def test_its_words_are_considerate_and_its_links_lead_somewhere(path: Path) -> None:
    text = "\n".join(source(cell) for cell in cells(path, "markdown"))
    assert avoided_in(text) == []
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [link for link in links if not (FOLDER / link).is_file()] == []


@every_notebook
def test_its_paths_work_on_every_system(path: Path) -> None:
    nodes = [node for cell in cells(path, "code") for node in ast.walk(ast.parse(source(cell)))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if re.search(r"[\\/]", text)] == []


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a kernel that knows nothing of the user and reaches no other machine."""
    settings = jupyter_settings(tmp_path / "jupyter")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


def client_for(path: Path, folder: Path) -> "NotebookClient":
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed, so no notebook is run")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed, so no notebook is run")
    book = nbformat.read(path, as_version=4)
    made: NotebookClient = nbclient.NotebookClient(
        book, timeout=LIMIT_S, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return made


@pytest.mark.loopback
@every_notebook
def test_it_runs_from_a_fresh_kernel(path: Path, tmp_path: Path, fresh: dict[str, str]) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    client = client_for(path, folder)
    client.execute(env=fresh)
    assert running(tmp_path / "jupyter") == []
    for cell in client.nb.cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] in ("execute_result", "display_data"), output
    assert [each.name for each in folder.iterdir() if each.name != "out"] == []


@pytest.mark.loopback
def test_a_kernel_that_asks_for_another_machine_is_stopped(tmp_path: Path, fresh: dict[str, str]) -> None:
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    code = "import urllib.request\nurllib.request.urlopen('http://example.org')"
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "c",
        "source": code,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    path = tmp_path / "asks.ipynb"
    path.write_text(json.dumps(book | {"cells": [cell]}), "utf-8")
    with pytest.raises(Exception, match=r"Something asked for example\.org"):
        client_for(path, tmp_path).execute(env=fresh)
