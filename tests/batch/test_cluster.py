"""What is told before a cluster is asked for anything. A real one is used in ``tests/test_compare.py``."""

import sys

import pytest

from grannskap.batch.cluster import cluster_crew, measured_there
from grannskap.batch.problems import why_not
from grannskap.errors import ClusterError, GrannskapError
from grannskap.language import texts_for
from grannskap.version import __version__


def test_a_worker_of_another_version_measures_nothing() -> None:
    kind, error = measured_there("0.0.0", 1.0, ())
    assert kind == "failed"
    assert str(error) == f"The worker has grannskap {__version__} and this machine 0.0.0: install the same on both."


@pytest.mark.parametrize("address", ["", "localhost", "tcp://", "tcp://here", "tcp://a b:1", "10.0.0.1:8786"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ClusterError, match="write the address of a scheduler"), cluster_crew(address, limit_s=1.0):
        pass


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = r"--scheduler needs Dask: run pip install grannskap\[cluster\]"
    with pytest.raises(ClusterError, match=told), cluster_crew("tcp://127.0.0.1:1", limit_s=1.0):
        pass


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (("failed", GrannskapError("Told {what}.", what="so")), "Told so."),
        (("slow", 2.5), "Platsen tog mer än 2.5 sekunder och avbröts"),
        (("died", None), "Processen som mätte platsen avslutades två gånger"),
        (("unexpected", ("ValueError: x", "where")), "Ett fel i programmet (ValueError: x): rapportera det gärna."),
    ],
)
def test_why_a_site_was_not_measured(answer: tuple[str, object], sentence: str) -> None:
    assert why_not(answer).text(texts_for("sv")).startswith(sentence)
