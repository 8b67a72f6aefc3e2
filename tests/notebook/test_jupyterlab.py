"""The first notebook in a real JupyterLab, in Chromium, without any other machine."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kernels import jupyter_settings, running

from grannskap.output.webmap.frame import framed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_spec("jupyterlab") is None, reason="JupyterLab is not installed, so it is not opened"),
]

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_snabbstart.ipynb"
TOKEN = "of-this-test"  # noqa: S105 - a server of the test alone, on this machine
STARTS_S, ENDS_S, WAIT_MS = 120.0, 30.0, 120_000  # so long before it is given up; nothing here is about speed
SEEN = "korda_av_andra.ipynb"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
QUIET = {"fetchNews": "false", "checkForUpdates": False}


def run_by_others() -> dict[str, object]:
    """A notebook with a map in it that was not run here, so that JupyterLab trusts nothing of it."""
    page, picture = "<script>parent.document.title = 'reached'</script>", base64.b64decode(DOT)
    html = framed(page, title="Karta", language="sv", still=(picture, "Karta över området"))
    output = {"output_type": "execute_result", "data": {"text/html": html}, "execution_count": 1, "metadata": {}}
    cell = {
        "cell_type": "code",
        "id": "c",
        "source": "karta",
        "metadata": {},
        "outputs": [output],
        "execution_count": 1,
    }
    about = json.loads(NOTEBOOK.read_text("utf-8"))["metadata"]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": [cell | {"outputs": [output]}]}


def command(folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.extension_manager=readonly", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab with the first notebook; it and its kernels end with the test."""
    home, books = tmp_path / "jupyter", tmp_path / "books"
    settings = jupyter_settings(home)
    quiet = home / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(json.dumps(QUIET), "utf-8")
    books.mkdir()
    shutil.copy(NOTEBOOK, books)
    (books / SEEN).write_text(json.dumps(run_by_others()), "utf-8")
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own words
            command(books), env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield _address(server, home, tmp_path / "log")
        finally:
            _end(server)
    assert running(home) == []


def _address(server: "subprocess.Popen[bytes]", home: Path, log: Path) -> str:
    until = time.monotonic() + STARTS_S
    while time.monotonic() < until and server.poll() is None:
        for file in (home / "jupyter_runtime_dir").glob("jpserver-*.json"):
            if text := file.read_text("utf-8"):
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))


def _end(server: "subprocess.Popen[bytes]") -> None:
    """A server that is asked to end ends its kernels first."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(ENDS_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture
def opened(browser: "Browser", lab: str, problems: list[str]) -> "Iterator[Page]":
    """The notebook, open and with its kernel ready; whatever asks for another machine is written down."""

    def only_here(route: "Route") -> None:
        if route.request.url.startswith((lab, "data:", "blob:")):
            route.continue_()
        else:
            problems.append(f"request: {route.request.url[:80]}")
            route.abort()

    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    context.set_default_timeout(WAIT_MS)
    context.route("**/*", only_here)
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.goto(f"{lab}lab/tree/{NOTEBOOK.name}?token={TOKEN}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    yield page
    context.close()


def press(page: "Page", name: str) -> None:
    """Press a button that can be pressed.

    Not with the mouse: a map beside it is a process of its own, and while it draws, a headless browser may take a click
    for one on the map.
    """
    page.locator("button:enabled", has_text=name).dispatch_event("click")


def run_all(page: "Page") -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def assert_beside(told: "Locator", field: "Locator") -> None:
    """To the right of the field, at its height."""
    there, here = told.bounding_box(), field.bounding_box()
    assert there is not None
    assert here is not None
    assert there["x"] >= here["x"] + here["width"]
    assert there["y"] < here["y"] + here["height"]


def assert_a_notebook_of_others_shows_its_map(page: "Page") -> None:
    """As a picture; nothing of it runs."""
    page.goto(f"{page.url.split('/lab/')[0]}/lab/tree/{SEEN}?reset&token={TOKEN}")
    picture = page.get_by_role("img", name="Karta över området")
    picture.wait_for()
    assert picture.evaluate("each => each.naturalWidth") == 1
    assert page.get_by_text("En bild av kartan. Kör cellen").is_visible()
    assert page.locator(".jp-OutputArea-output iframe").count() == 0


def test_from_the_first_cell_to_the_files_of_ones_own_site(opened: "Page", problems: list[str], tmp_path: Path) -> None:
    page = opened
    run_all(page)

    # The form is filled in with what cannot be read: each sentence stands beside its field.
    place, reach = page.get_by_label("Koordinater eller adress"), page.get_by_label("Räckvidd i meter")
    place.fill("57.7")
    reach.fill("långt")
    press(page, "Analysera")
    page.get_by_role("alert").nth(1).wait_for()
    assert_beside(page.get_by_role("alert").first, place)
    assert page.get_by_role("alert").all_inner_texts() == [
        "⚠ Skriv två tal, latitud och longitud, till exempel 60,1720 24,9439.",
        "⚠ Skriv hur långt som är inom räckhåll i meter, från 100 till 20 000, till exempel 1200.",
    ]
    assert page.get_by_role("button", name="Skriv alla filer").is_disabled()

    # The map of the fourth cell drew itself, and its scripts run, without anybody having trusted anything.
    output = page.locator(".jp-OutputArea-output iframe").first
    output.scroll_into_view_if_needed()
    drawn = output.content_frame
    drawn.locator(".mark .disc").first.wait_for()
    drawn.locator("[data-actor]").first.click()
    drawn.get_by_text("Passeras").first.wait_for()
    page.screenshot(path=tmp_path / "map.png")
    assert page.get_by_text("Trust").count() == 0

    # What can be read gives map and tables, and then all files.
    page.get_by_label("Platsens namn").fill("Provhuset")
    place.fill("60,1720 24,9439")
    reach.fill("800 m")
    press(page, "Analysera")
    page.get_by_text("Klart. Kartan och tabellerna finns nedanför.").wait_for()
    assert page.get_by_role("alert").count() == 0
    own = page.locator(".jupyter-widgets iframe").content_frame
    own.locator(".mark .disc").first.wait_for()
    assert own.get_by_role("heading", name="Provhuset").is_visible()
    page.screenshot(path=tmp_path / "form.png")
    press(page, "Skriv alla filer")
    page.locator(".jupyter-widgets").get_by_text("filer finns i").last.wait_for()
    names = {file.name for file in (tmp_path / "books" / "out" / "min_plats").iterdir()}
    assert {"map.html", "report.docx", "grannskap.gpkg"} <= names

    # No cell failed, nothing asked for another machine, and the saved notebook does not hold what was filled in.
    assert (
        page.locator("[data-mime-type='application/vnd.jupyter.error'], .jp-OutputArea-output.jp-mod-error").count()
        == 0
    )
    page.locator("[data-jp-item-name=save]").first.click()
    saved = tmp_path / "books" / NOTEBOOK.name
    until = time.monotonic() + STARTS_S
    while '"execution_count": 6' not in saved.read_text("utf-8") and time.monotonic() < until:
        page.wait_for_timeout(200)
    assert '"execution_count": 6' in saved.read_text("utf-8")
    assert "Provhuset" not in saved.read_text("utf-8")
    assert problems == []

    assert_a_notebook_of_others_shows_its_map(page)
    assert problems == []
