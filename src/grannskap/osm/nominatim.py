"""Addresses from an outside service; only where the study allows it, and never for a protected site."""

import time

from grannskap.errors import AddressNotFound
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.osm.excuses import host_of
from grannskap.osm.helper import Worker
from grannskap.osm.services import Asking, Progress

Spot = tuple[float, float]


def default_nominatim() -> str:
    """Which service is asked when the study names none? That of OSMnx's settings."""
    from osmnx import settings  # noqa: PLC0415 (a second)

    return str(settings.nominatim_url)


def locate(address: str, *, service: str, deadline_s: float, worker: Worker, texts: Texts, progress: Progress) -> Spot:
    """Where is an address, as an outside service tells?

    Parameters
    ----------
    address : str
        It is sent as it is.
    service : str
        A Nominatim service.
    deadline_s : float
    worker : Worker
    texts : Texts
    progress : callable

    Returns
    -------
    tuple of float
        Longitude and latitude (WGS 84).

    Raises
    ------
    AddressNotFound
        The service does not know it.
    SourceError
        The service gave no whole answer in time.
    """
    asking = Asking(
        worker=worker,
        endpoints=(service,),
        until=time.monotonic() + deadline_s,
        server_s=1,
        texts=texts,
        progress=progress,
    )
    trouble = _("The address could not be looked up: {failures}; {advice}.")
    _endpoint, said = asking.ask({"do": "address", "address": address}, trouble=trouble, key="nominatim_url")
    if said["spot"] is None:
        raise AddressNotFound(
            "{host} does not know the address {address}: check how it is spelt, or give [site] lat and lon.",
            host=host_of(service),
            address=" ".join(address.split()),
        )
    lon, lat = said["spot"]
    return float(lon), float(lat)
