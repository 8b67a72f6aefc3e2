"""The worker as seen from the process that starts it: asked, waited for no longer than wanted, and ended."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any, Self

_TICK_S = 0.2
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.readline()); from grannskap.osm.worker import main; main()"
)
Said = Mapping[str, Any]


class Worker:
    """Which process asks the outside services?

    One that is started when it is first asked, and again when it had to be ended; a context manager that leaves no
    process behind. (`multiprocessing` would run a script that has no main guard a second time.)
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._said: SimpleQueue[bytes] = SimpleQueue()
        self._complaints: IO[bytes] | None = None
        self._reader: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Is everything gone that the worker used? It is after this."""
        self.end()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def ask(self, job: Said, *, until: float, tick: Callable[[Said], None]) -> Said:
        """What does the worker answer?

        Parameters
        ----------
        job : mapping
            See `grannskap.osm.worker`.
        until : float
            When to stop waiting, on the clock of `time.monotonic`.
        tick : callable
            Called several times a second with what the worker last said of its progress.

        Returns
        -------
        mapping
            The answer, or ``failed`` with the reason: "slow" when the time was up (the worker is ended then), "crashed"
            when it ended by itself.
        """
        try:
            process = self._started()
            _write(process, json.dumps(job))
            return self._awaited(until, tick)
        except BaseException:
            self.end()  # what it would still say answers nothing
            raise

    def end(self) -> None:
        """Is the process gone? It is after this."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        if self._reader is not None:
            self._reader.join()
        process.stdout.close()  # type: ignore[union-attr]

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._said = SimpleQueue()
            if self._complaints is None:
                self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
            self._process = subprocess.Popen(  # noqa: S603 (Python itself, with words of our own)
                [sys.executable, "-P", "-c", _START],  # -P: nothing from the folder that the user is in
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
            )
            self._reader = Thread(target=_read, args=(self._process, self._said), daemon=True)
            self._reader.start()
            _write(self._process, json.dumps(sys.path))
        return self._process

    def _awaited(self, until: float, tick: Callable[[Said], None]) -> Said:
        progress: Said = {}
        while (left := until - time.monotonic()) > 0:
            tick(progress)
            with suppress(Empty):
                line = self._said.get(timeout=min(left, _TICK_S))
                if not line:  # the worker has closed its output: it has ended
                    self.end()
                    return {"failed": "crashed", "detail": self._last_complaint()}
                said = json.loads(line)
                if "failed" in said or "done" in said:
                    return dict(said)
                progress = {**progress, **said}
        self.end()
        return {"failed": "slow", "detail": ""}

    def _last_complaint(self) -> str:
        if self._complaints is None:
            return ""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def _write(process: "subprocess.Popen[bytes]", line: str) -> None:
    with suppress(OSError):  # where the worker is gone, its output ends too, and that is told
        process.stdin.write(line.encode() + b"\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]


def _read(process: "subprocess.Popen[bytes]", said: "SimpleQueue[bytes]") -> None:
    for line in process.stdout:  # type: ignore[union-attr]
        if line.endswith(b"\n"):  # else it was ended in the middle of a word
            said.put(line)
    said.put(b"")
