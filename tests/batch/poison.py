"""A worker with sites that do harm: what a damaged geometry or a fault in a library does to a process."""

import os
import signal
import time

import geopandas as gpd

from grannskap.batch import child, measuring
from grannskap.exposure.rooms import Rooms
from grannskap.pipeline import surveyed
from grannskap.place.place import Place
from grannskap.result import Survey
from grannskap.study import Study

HANGS, DIES, CRASHES, PRINTS = "hangs", "dies", "crashes", "prints"


def _poisoned(study: Study, place: Place, shapes: gpd.GeoDataFrame, rooms: Rooms | None = None) -> Survey:
    if study.name == HANGS:
        time.sleep(3600)
    if study.name == DIES:
        os.kill(os.getpid(), signal.SIGKILL)
    if study.name == CRASHES:
        os._exit(3)
    if study.name == PRINTS:
        print("what a library has to say" * 1000, flush=True)  # noqa: T201
    return surveyed(study, place, shapes, rooms)


def main() -> None:
    """The worker as it is, but for what it does at these sites."""
    setattr(measuring, "surveyed", _poisoned)  # noqa: B010 (the module does not export it)
    child.main()
