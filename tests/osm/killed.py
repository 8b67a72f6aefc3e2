"""Fetch again and again, and be killed at random moments: run as a process of its own by the tests (Linux).

``python killed.py STUDY.toml LANES KILLS``. Each lane has a snapshot and a path at the service of its own. Each fetch
is a fork, so that the libraries are loaded once, in a process group of its own. Half are killed with all that they have
started, half alone. A line for each tells after how many seconds it was killed, how it ended, and which processes of it
are alive two seconds later.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from osm.processes import alive

import grannskap.osm.outside  # noqa: F401 (loaded before the forks)
from grannskap.fetching import fetch_snapshot
from grannskap.study import Study, read_study


def fetch(study: Study) -> int:
    """Start a fetch in a group of its own."""
    if number := os.fork():
        return number
    os.setsid()
    try:
        fetch_snapshot(study, refresh=True, tell=lambda _: None)
    except BaseException:  # noqa: BLE001
        os._exit(1)
    os._exit(0)


def ended(number: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def run(study: Study, lane: int, times: int) -> None:
    chance = random.Random(lane)  # noqa: S311
    began = time.monotonic()
    assert ended(fetch(study)) == 0
    whole_s = time.monotonic() - began
    killed = 0
    for each in range(4 * times):
        if killed == times:
            break
        after_s = chance.uniform(0.0, whole_s) if each % 2 else chance.uniform(0.7, 1.05) * whole_s
        number = fetch(study)
        time.sleep(after_s)
        (os.killpg if each % 4 < 2 and os.getpgid(number) == number else os.kill)(number, signal.SIGKILL)
        code, until = ended(number), time.monotonic() + 2.0
        while (left := alive(number)) and time.monotonic() < until:
            time.sleep(0.02)
        killed += code != 0
        whole_s *= 0.9 if code == 0 else 1.02  # the machine may have more to do than before, or less
        line = {"lane": lane, "after_s": round(after_s, 3), "code": code, "alive": left}
        os.write(1, json.dumps(line).encode() + b"\n")


def main() -> None:
    study = read_study(sys.argv[1])
    lanes = []
    for lane in range(int(sys.argv[2])):
        path, endpoint = Path(sys.argv[1]).with_name(f"town{lane}.gpkg"), f"{study.source.endpoints[0]}/{lane}"
        if not (number := os.fork()):
            run(replace(study, source=replace(study.source, path=path, endpoints=(endpoint,))), lane, int(sys.argv[3]))
            os._exit(0)
        lanes.append(number)
    sys.exit(max(abs(ended(number)) for number in lanes))


if __name__ == "__main__":
    main()
