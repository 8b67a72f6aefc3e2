"""What all tests share. Sockets are closed by the options in pyproject.toml."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import Said, process
from hypothesis import settings

import grannskap as gk
from grannskap.sample import sample_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

LOOPBACK = ["127.0.0.1", "::1"]
ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_ALONE = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

# The same examples in every run, on machines of any speed; nothing is kept on disk.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of the browser and of fetching talk to this machine, and only to it."""
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the bundled sample."""
    return sample_folder()


@pytest.fixture(scope="session")
def sample_result(sample: Path) -> "gk.Result":
    """The result of the bundled sample, Helsinki."""
    return gk.analyse(gk.read_study(sample / "study.toml"))


@pytest.fixture(scope="session")
def kotka_result(sample: Path) -> "gk.Result":
    """The result of the sample where the map is thin, Kotka."""
    return gk.analyse(gk.read_study(sample / "study_kotka.toml"))


@pytest.fixture(scope="session")
def demo_said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """What ``grannskap demo`` leaves in a folder and says, as a process of its own."""
    home = tmp_path_factory.mktemp("demo")
    said = process("demo", cwd=home, PYTHONHASHSEED="1")
    return home / "out" / "demo", said


@pytest.fixture(scope="session")
def demo(demo_said: tuple[Path, Said]) -> Path:
    """The folder that ``grannskap demo`` leaves."""
    return demo_said[0]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of larger map extracts that may lie beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("larger map extracts are not here: no ../shared/data beside the checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed, so no page is opened")


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """A Chromium that pages are opened in, one for the tests of a module."""
    reason = "Playwright is not installed, so no page is opened"
    api = pytest.importorskip("playwright.sync_api", reason=reason)
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ALONE)
        yield opened
        opened.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in the page: errors, dialogs, and requests for anything but files."""
    return []


@pytest.fixture
def page(browser: "Browser", problems: list[str]) -> "Iterator[Page]":
    """An empty page without network, 1280 px wide, that writes down its problems."""

    def only_files(route: "Route") -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            problems.append(f"request: {route.request.url[:80]}")
            route.abort()

    def note_errors(line: "ConsoleMessage") -> None:
        if line.type == "error":
            problems.append(line.text)

    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    context.route("**/*", only_files)
    made = context.new_page()
    made.set_default_timeout(10_000)
    made.on("pageerror", lambda error: problems.append(f"error: {error}"))
    made.on("console", note_errors)
    made.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    yield made
    context.close()
