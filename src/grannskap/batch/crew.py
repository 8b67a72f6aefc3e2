"""Who measures: processes on this machine, each asked one site at a time and ended when it takes too long."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock, Timer
from typing import Any, Protocol

from grannskap.batch.child import Answer
from grannskap.batch.frames import receive, send
from grannskap.batch.job import Job, Parcel

RENEWED_AFTER = 200  # sites: what a process has not given back by then goes with it
TRIES = 2  # of a site whose process ends by itself: once more in a fresh one
PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from grannskap.batch.child import main; main()"
)
# One thread for each process: there are as many processes as processors, and sums come out alike everywhere.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
Question = tuple[Job, Parcel, Parcel | None]


class Crew(Protocol):
    """Who measures?"""

    def hands(self) -> int:
        """How many sites can be measured at the same time?"""
        ...

    def submit(self, question: Question) -> "Future[Answer]":
        """When is the answer there?"""
        ...

    def answer(self, future: "Future[Answer]") -> Answer:
        """What is the answer, now that it is there?

        Raises
        ------
        ClusterError
            Nobody is left who could give one.
        """
        ...


@dataclass(slots=True, eq=False)
class Gate:
    """May processes still be started?"""

    lock: Lock = field(default_factory=Lock)
    closed: bool = False


@dataclass(slots=True, eq=False)
class Child:
    """Which process is asked? It is started when it is first needed, and anew where it had to be ended."""

    gate: "Gate"
    program: str = PROGRAM
    process: "subprocess.Popen[bytes] | None" = None
    asked: int = 0

    def ask(self, question: object, *, limit_s: float) -> Answer:
        """What does it answer?

        Parameters
        ----------
        question : object
            See `grannskap.batch.child.answered`.
        limit_s : float
            After so many seconds it is ended.

        Returns
        -------
        tuple
            As of `grannskap.batch.child.answered`; "slow" when the time was up, "died" when it ended by itself.
        """
        process, slow = self.started(), Event()
        if process is None:
            return "died", None

        def end() -> None:
            slow.set()
            process.kill()

        clock = Timer(limit_s, end)
        clock.daemon = True
        clock.start()
        try:
            send(_pipe(process.stdin), question)
            answer: Answer = receive(_pipe(process.stdout))
        except (EOFError, OSError):
            self.end()
            return ("slow", limit_s) if slow.is_set() else ("died", None)
        except BaseException:
            self.end()  # what it would still say answers nothing
            raise
        finally:
            clock.cancel()
        self.asked += 1
        if self.asked >= RENEWED_AFTER:
            self.end()
        return answer

    def end(self) -> None:
        """Is the process gone? It is after this."""
        process, self.process, self.asked = self.process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()

    def started(self) -> "subprocess.Popen[bytes] | None":
        """Which process is it? None where no more may be started."""
        with self.gate.lock:
            if self.process is None and not self.gate.closed:
                self.process = subprocess.Popen(  # noqa: S603 (Python itself, with words of our own)
                    [sys.executable, "-P", "-c", self.program],  # -P: nothing from the folder that the user is in
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, **_ONE_THREAD},
                )
                with suppress(OSError):  # where it is gone already, its answer is missing, and that is told
                    _pipe(self.process.stdin).write(json.dumps(sys.path).encode() + b"\n")
            return self.process


def _pipe(pipe: Any) -> Any:
    return pipe


@dataclass(slots=True, eq=False)
class Children:
    """Which processes are there? As many as are asked at the same time, and all run the same program."""

    program: str = PROGRAM
    idle: "SimpleQueue[Child]" = field(default_factory=SimpleQueue)
    known: list[Child] = field(default_factory=list)
    gate: Gate = field(default_factory=Gate)

    def start(self, number: int) -> None:
        """Are so many there, loading what they need while something else is done?"""
        for child in [self._new() for _ in range(number)]:
            child.started()
            self.idle.put(child)

    def _new(self) -> Child:
        child = Child(self.gate, self.program)
        self.known.append(child)
        return child

    def ask(self, question: object, *, limit_s: float) -> Answer:
        """What does one of them answer? A site whose process dies is tried again in a fresh one."""
        try:
            child = self.idle.get_nowait()
        except Empty:
            child = self._new()
        try:
            answer: Answer = ("died", None)
            for _ in range(TRIES):
                if answer[0] == "died":
                    answer = child.ask(question, limit_s=limit_s)
            return answer
        finally:
            self.idle.put(child)

    def close(self) -> None:
        """Are all of them gone? They are after this, whatever they were doing."""
        with self.gate.lock:
            self.gate.closed = True
        for child in self.known:
            if (process := child.process) is not None:
                process.kill()  # whoever waits for its answer hears that it died


@dataclass(frozen=True, slots=True, eq=False)
class LocalCrew:
    """Processes on this machine."""

    workers: int
    limit_s: float
    threads: Executor
    children: Children

    def hands(self) -> int:
        """How many sites can be measured at the same time?"""
        return self.workers

    def submit(self, question: Question) -> "Future[Answer]":
        """When is the answer there?"""
        return self.threads.submit(self.children.ask, question, limit_s=self.limit_s)

    def answer(self, future: "Future[Answer]") -> Answer:
        """What is the answer, now that it is there?"""
        return future.result()


@contextmanager
def local_crew(workers: int, *, limit_s: float, program: str = PROGRAM) -> Iterator[LocalCrew]:
    """Who measures on this machine?

    Parameters
    ----------
    workers : int
        How many processes.
    limit_s : float
        How long a site may take.
    program : str
        What they run, after a line of JSON with the path of imports.

    Yields
    ------
    LocalCrew
        Afterwards none of its processes is left.
    """
    children = Children(program)
    threads = ThreadPoolExecutor(workers, thread_name_prefix="grannskap")
    try:
        children.start(workers)
        yield LocalCrew(workers, limit_s, threads, children)
    finally:
        children.close()
        threads.shutdown(cancel_futures=True)
        for child in children.known:
            child.end()
