"""Sites on a street, and what comparing them within this process gives."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from batch.crews import Inline
from batch.streets import SPOTS, at, street
from commands import study_file

from grannskap.batch.comparing import Asked, compare_sites
from grannskap.batch.gathering import Wanted
from grannskap.batch.keeping import Kept
from grannskap.comparison.comparing import Comparison
from grannskap.study import Study, read_study

Compare = Callable[..., Comparison]


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("street")
    return read_study(study_file(folder, street(), more="[model]\ndraws = 4\n"))


@pytest.fixture(scope="session")
def sites(study: Study) -> tuple[Wanted, ...]:
    return tuple(Wanted(name, at(study, spot)) for name, spot in SPOTS.items())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "kept" / ".sites")


@pytest.fixture(scope="session")
def compare(tmp_path_factory: pytest.TempPathFactory) -> Compare:
    """Compare sites within this process, keeping nothing from one comparison to the next."""

    def run(sites: Sequence[Wanted], **more: object) -> Comparison:
        kept = Kept(tmp_path_factory.mktemp("none") / ".sites")
        return compare_sites(Asked(tuple(sites), **more), Inline(), kept)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def alone(sites: tuple[Wanted, ...], compare: Compare) -> Comparison:
    """The comparison of all sites, made within this process."""
    return compare(sites)
