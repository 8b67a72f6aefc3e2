"""What all tests share. Sockets are closed by the options in pyproject.toml."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from grannskap.sample import sample_folder

LOOPBACK = ["127.0.0.1", "::1"]
ROOT = Path(__file__).resolve().parents[1]

# The same examples in every run, on machines of any speed; nothing is kept on disk.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a browser test talk to the browser, on this machine only."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the bundled sample."""
    return sample_folder()


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
