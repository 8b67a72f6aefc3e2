"""Who measures on a cluster: Dask's workers, each with processes of its own that do what those of this machine do."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grannskap.batch.child import Answer
from grannskap.batch.crew import Children, Question
from grannskap.errors import ClusterError
from grannskap.version import __version__

if TYPE_CHECKING:
    from distributed import Client

ANSWERS_WITHIN_S = 8.0  # a scheduler that is there
ADDRESS = re.compile(r"[a-z]+://[^\s/]+:\d+")
JOINS_WITHIN_S = 60.0  # the first worker
_SETTINGS = {
    "distributed.comm.timeouts.connect": f"{ANSWERS_WITHIN_S:g}s",
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # a neighbourhood may have tens of megabytes
}
_CHILDREN = Children()
"""On a worker of the cluster: its processes. They end when it does."""


def measured_there(version: str, limit_s: float, question: tuple[Any, ...]) -> Answer:
    """What does a worker of the cluster answer?

    Parameters
    ----------
    version : str
        Of the program that asks; another one measures otherwise.
    limit_s : float
    question : tuple
        As `grannskap.batch.child.answered` takes it.
    """
    if version != __version__:
        return "failed", ClusterError(
            "The worker has grannskap {found} and this machine {wanted}: install the same on both.",
            found=__version__,
            wanted=version,
        )
    return _CHILDREN.ask(question, limit_s=limit_s)


@dataclass(frozen=True, slots=True, eq=False)
class ClusterCrew:
    """Workers of a cluster."""

    address: str
    client: "Client"
    executor: Executor
    limit_s: float

    def hands(self) -> int:
        """How many sites can be measured at the same time? Workers come and go."""
        with suppress(OSError, RuntimeError, ValueError):  # the scheduler is gone: the answers will tell that
            return max(sum(self.client.nthreads().values()), 1)  # type: ignore[no-untyped-call]
        return 1

    def submit(self, question: Question) -> "Future[Answer]":
        """When is the answer there?"""
        try:
            return self.executor.submit(measured_there, __version__, self.limit_s, question)
        except Exception as error:  # whatever a client says whose scheduler is gone
            raise self._gone() from error

    def answer(self, future: "Future[Answer]") -> Answer:
        """What is the answer, now that it is there?

        Raises
        ------
        ClusterError
            The scheduler is gone.
        """
        try:
            return future.result()
        except CancelledError as error:
            raise self._gone() from error
        except Exception as error:  # noqa: BLE001 (such as KilledWorker: all workers that had it are gone)
            return "died", repr(error)

    def _gone(self) -> ClusterError:
        return ClusterError(
            "The scheduler at {address} is gone. What was finished is kept: run the same command again to go on.",
            address=self.address,
        )


@contextmanager
def cluster_crew(address: str, *, limit_s: float) -> Iterator[ClusterCrew]:
    """Who measures on a cluster?

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    limit_s : float
        How long a site may take.

    Raises
    ------
    ClusterError
        This is no address, or Dask is not installed; nobody answers there, or there are no workers.
    """
    if ADDRESS.fullmatch(address) is None:
        raise ClusterError(
            "--scheduler is {address}; write the address of a scheduler, such as tcp://10.0.0.1:8786.", address=address
        )
    try:
        import dask  # noqa: PLC0415 (an optional extra)
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise ClusterError("--scheduler needs Dask: run pip install grannskap[cluster].") from error
    with dask.config.set(_SETTINGS), _quiet():
        client = _client(Client, address)
        try:
            yield ClusterCrew(address, client, client.get_executor(pure=False), limit_s)
        finally:
            with suppress(Exception):  # where the scheduler is gone there is nothing to take leave of
                client.close(timeout=ANSWERS_WITHIN_S)


def _client(kind: Any, address: str) -> Any:
    try:
        client = kind(address, timeout=ANSWERS_WITHIN_S, set_as_default=False, name="grannskap")
    except (OSError, ValueError) as error:  # also TimeoutError
        raise ClusterError(
            "No scheduler answers at {address}: check the address, which dask scheduler prints when it starts.",
            address=address,
        ) from error
    try:
        client.wait_for_workers(1, timeout=JOINS_WITHIN_S)
    except TimeoutError as error:
        client.close()
        raise ClusterError(
            "The scheduler at {address} has no workers: start some with dask worker {address}.", address=address
        ) from error
    return client


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask would tell on standard error is told in one sentence when it matters."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    before = {name: logging.getLogger(name).handlers[:] for name in names}
    for name in names:
        logging.getLogger(name).handlers[:] = [logging.NullHandler()]
    try:
        yield
    finally:
        for name, handlers in before.items():
            logging.getLogger(name).handlers[:] = handlers
