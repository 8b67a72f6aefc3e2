"""Where the site of a study is that is fetched: from the map on disk, else from an outside service."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grannskap.errors import StudyError
from grannskap.language import texts_for
from grannskap.osm.addresses import find_address, resolve_address
from grannskap.osm.cache import Spot, remember_spot
from grannskap.osm.data import OsmData
from grannskap.study import Study
from grannskap.study.model import Site

if TYPE_CHECKING:
    from grannskap.osm.outside import Outside

Tell = Callable[[str], None]


@dataclass(slots=True)
class Door:
    """Which way leads out to the network? Opened when it is first needed: a protected site never gets that far."""

    study: Study
    stack: ExitStack
    tell: Tell
    progress: Tell
    opened: "Outside | None" = None

    def __call__(self) -> "Outside":
        """What asks the services?"""
        if self.opened is None:
            from grannskap.osm.outside import Outside  # noqa: PLC0415

            texts = texts_for(self.study.language)
            self.opened = self.stack.enter_context(Outside(self.study, texts, self.tell, self.progress))
        return self.opened


def located(study: Study, address: str, osm: OsmData | None, outside: Door) -> Study:
    """Which study has its site at coordinates, where this one gives an address?

    Parameters
    ----------
    study : Study
    address : str
        That of its site.
    osm : OsmData or None
        The map on disk, where there is one: it is asked first.
    outside : Door
        Used only where the map does not hold the address and the study allows that a service is asked.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        There is no map, and no service may be asked.
    AddressNotFound
        The address is not known, or known in several places.
    SourceError
        The service gave no answer.
    """
    online = study.source.geocoder == "nominatim" and study.sensitivity != "protected"
    if osm is not None and (not online or any(hit.exact for hit in find_address(address, osm))):
        hit = resolve_address(address, osm)
        return _at(study, (hit.lon, hit.lat))
    if not online:
        raise StudyError(
            "There is no map yet in which the address {address} could be looked up: give [site] lat and lon, or write"
            ' geocoder = "nominatim" under [source] to ask an outside service for it.',
            address=address,
        )
    spot = outside().locate(address)
    remember_spot(address, study.source.nominatim_url, spot)
    return _at(study, spot)


def _at(study: Study, spot: Spot) -> Study:
    lon, lat = spot
    return replace(study, site=Site(lat=lat, lon=lon))
