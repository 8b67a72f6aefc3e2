"""All that a fetch asks of others: told before the first call, in one worker, within one deadline."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, Self

from grannskap.errors import GrannskapError, StudyError
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.osm.cache import Spot
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.excuses import host_of, joined
from grannskap.osm.extract import read_extract
from grannskap.osm.helper import Worker
from grannskap.osm.nominatim import default_nominatim, locate
from grannskap.osm.overpass import default_endpoint, download
from grannskap.osm.source import around
from grannskap.osm.workshop import workshop
from grannskap.study.model import Study

Tell = Callable[[str], None]


@dataclass(slots=True)
class Outside:
    """Which outside services does a study ask, and what has it asked by now?

    A context manager; after it neither a process nor a file of its own is left.

    Attributes
    ----------
    study : Study
        Never of a protected site.
    texts : Texts
    tell : callable
        Told once, before the first call, which hosts may be asked.
    progress : callable
        Told several times a second what is waited for.
    """

    study: Study
    texts: Texts
    tell: Tell
    progress: Tell
    began: float = field(default_factory=time.monotonic)
    told: bool = False
    endpoints: tuple[str, ...] = ()
    nominatim: str = ""
    stack: ExitStack = field(default_factory=ExitStack)
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        if self.study.sensitivity == "protected":
            raise StudyError(
                "The site is protected and stays off the network: cut it out of a local file"
                ' ([source] kind = "extract" with its path).'
            )

    def __enter__(self) -> Self:
        self.worker = self.stack.enter_context(Worker())
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def locate(self, address: str) -> Spot:
        """Where does the geocoder say that an address is?"""
        self.nominatim = self.study.source.nominatim_url or default_nominatim()
        self._list_hosts()
        return locate(
            address,
            service=self.nominatim,
            deadline_s=self.study.source.deadline_s - (time.monotonic() - self.began),
            worker=self.worker,
            texts=self.texts,
            progress=self.progress,
        )

    def download(self, box: Bounds) -> tuple[OsmData, dict[str, Any]]:
        """What do the services hold in a box, and what is to be remembered of how it was asked?"""
        self._list_hosts()
        folder = self.stack.enter_context(workshop())
        got = download(
            box,
            endpoints=self.endpoints,
            deadline_s=self.study.source.deadline_s,
            spent_s=time.monotonic() - self.began,
            folder=folder,
            worker=self.worker,
            texts=self.texts,
            progress=self.progress,
        )
        self.worker.close()  # which still holds the answers
        osm = read_extract(got.pbf)
        osm = around(replace(osm, data_date=got.data_date or osm.data_date), box)
        return osm, {"endpoint": got.endpoint, "query": list(got.queries), "box": list(box)}

    def _list_hosts(self) -> None:
        """Tell once which hosts may be asked, and for what."""
        if self.told:
            return
        self.told = True
        asked = []
        if self.nominatim:
            asked.append(GrannskapError(_("{host} (the address)"), host=host_of(self.nominatim)))
        if self.study.source.kind != "extract":
            named = self.study.source.endpoints or (default_endpoint(),)
            self.endpoints = tuple(each.rstrip("/").removesuffix("/interpreter") for each in named)
            cell = _("{host} (the map of a fixed cell of a grid)")
            asked += [GrannskapError(cell, host=host_of(endpoint)) for endpoint in self.endpoints]
        told = GrannskapError(_("Outside services that may be asked: {hosts}."), hosts=joined(asked))
        self.tell(told.text(self.texts))
