"""What all tests share. Sockets are closed by the options in pyproject.toml."""

import os
import shutil
from pathlib import Path

import pytest
from commands import Said, process
from hypothesis import settings

import grannskap as gk
from grannskap.sample import sample_folder

LOOPBACK = ["127.0.0.1", "::1"]
ROOT = Path(__file__).resolve().parents[1]

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
