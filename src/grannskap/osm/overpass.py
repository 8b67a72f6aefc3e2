"""Streets and features of a box from an Overpass service, as an OpenStreetMap file."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.osm.data import Bounds
from grannskap.osm.excuses import without_password
from grannskap.osm.helper import Worker
from grannskap.osm.services import LARGEST_BYTES, Asking, Progress

_SERVER_S = 180  # how long a service may compute: the default of Overpass and of OSMnx


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What was downloaded?

    Attributes
    ----------
    pbf : Path
        Everything in one OpenStreetMap file, whose head holds the box.
    endpoint : str
        The service that answered.
    queries : tuple of str
        As they were sent.
    data_date : str
        ISO date of the data, "" where the service does not say.
    """

    pbf: Path
    endpoint: str
    queries: tuple[str, ...]
    data_date: str


def default_endpoint() -> str:
    """Which service is asked when the study names none? That of OSMnx's settings."""
    from osmnx import settings  # noqa: PLC0415 (a second)

    return str(settings.overpass_url)


def download(
    box: Bounds,
    *,
    endpoints: Sequence[str],
    deadline_s: float,
    folder: Path,
    worker: Worker,
    texts: Texts,
    progress: Progress,
    spent_s: float = 0.0,
    largest_bytes: int = LARGEST_BYTES,
) -> Downloaded:
    """What does OpenStreetMap hold in a box?

    Parameters
    ----------
    box : tuple of float
        West, south, east, north (WGS 84); what is sent says nothing else of where the site is.
    endpoints : sequence of str
        Overpass services, asked in turn.
    deadline_s : float
        After how many seconds in all to give up.
    folder : Path
        For the file.
    worker : Worker
    texts : Texts
        Language of `progress`.
    progress : callable
        Told several times a second what is waited for, and how much time is left.
    spent_s : float, optional
        Of the deadline, by what was done before.
    largest_bytes : int, optional
        Of one answer.

    Returns
    -------
    Downloaded

    Raises
    ------
    SourceError
        No service gave a whole answer in time.
    OutputError
        The folder cannot be written to.
    """
    asking = Asking(
        worker=worker,
        endpoints=tuple(endpoints),
        until=time.monotonic() + deadline_s - spent_s,
        server_s=max(1, min(_SERVER_S, int(deadline_s))),
        texts=texts,
        progress=progress,
        largest_bytes=largest_bytes,
    )
    pbf = folder / "fetched.osm.pbf"
    trouble = _("The map data could not be fetched: {failures}; {advice}.")
    job = {"do": "map", "download": secrets.token_hex(8), "box": list(box), "out": str(pbf)}
    endpoint, said = asking.ask(job, trouble=trouble, key="endpoints")
    return Downloaded(pbf, without_password(endpoint), tuple(said["queries"]), said["data_date"])
