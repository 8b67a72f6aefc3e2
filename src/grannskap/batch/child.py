"""A process of its own that measures one site after another, and ends when whoever started it does.

It takes a question at a time on standard input (`grannskap.batch.frames`) and gives one answer to each on standard
output.
"""

import gc
import os
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import Any

from grannskap.batch.frames import receive, send
from grannskap.batch.measuring import Bench
from grannskap.errors import GrannskapError

Answer = tuple[str, Any]


def main() -> None:
    """What does the process do, from its first line to its last?"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land between the answers
    questions: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    bench = Bench()
    gc.disable()  # much is made that stays: garbage is looked for after each site, among what is new
    while True:
        send(answers, answered(questions.get(), bench))
        gc.collect()
        gc.freeze()


def answered(question: tuple[Any, ...], bench: Bench) -> Answer:
    """What is said to a question: job, parcel around the site, parcel around its neighbours or None?

    Returns
    -------
    tuple
        "done" with the measures as bytes; "failed" with a `GrannskapError`; "unexpected" with what it was in a line,
        and where.
    """
    try:
        return "done", [each.to_bytes() for each in bench.measured(*question)]
    except GrannskapError as error:
        return "failed", error
    except Exception as error:  # noqa: BLE001 (whatever it is, the other sites go on)
        lines = traceback.format_exception_only(error)
        return "unexpected", (lines[-1].strip(), traceback.format_exc())


def _listen(questions: "SimpleQueue[Any]") -> None:
    try:
        while True:
            questions.put(receive(sys.stdin.buffer))
    finally:
        os._exit(0)  # whoever asks is gone: at once, whatever the other thread waits for
