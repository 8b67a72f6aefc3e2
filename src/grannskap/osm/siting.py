"""Where the site of a study is, when it is told by an address that the map data holds."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from grannskap.osm.address_scan import addresses_in
from grannskap.osm.addresses import Hit, resolve_address
from grannskap.osm.data import OsmData
from grannskap.osm.files import is_large
from grannskap.study.model import Site, Study

_REMEMBERED = 64  # addresses, while the process lasts: looking through a large extract takes minutes


def locate_site(study: Study, osm: OsmData) -> Study:
    """Which study has its site at coordinates, where this one gives an address?

    Parameters
    ----------
    study : Study
    osm : OsmData
        All that the source holds, not yet cut around the site.

    Returns
    -------
    Study
        The same study where it gives no address.

    Raises
    ------
    AddressNotFound
        The map data does not hold the address, or holds it more than once.
    """
    if study.site.address is None:
        return study
    hit = resolve_address(study.site.address, osm)
    return replace(study, site=Site(lat=hit.lat, lon=hit.lon))


def sited(study: Study) -> Study:
    """Which study has its site at coordinates, where a large extract is to be searched for its address?

    Parameters
    ----------
    study : Study

    Returns
    -------
    Study
        The same where it gives no address, or where its source is small enough to be read as a whole.

    Raises
    ------
    SourceError
        The extract cannot be read.
    AddressNotFound
        The extract does not hold the address, or holds it more than once.
    """
    address, path = study.site.address, study.source.path
    if address is None or path is None or study.source.kind != "extract" or not is_large(path):
        return study
    hit = _scanned(path.absolute(), path.stat().st_mtime_ns, address)
    return replace(study, site=Site(lat=hit.lat, lon=hit.lon))


@lru_cache(_REMEMBERED)
def _scanned(path: Path, _changed_ns: int, address: str) -> Hit:
    return resolve_address(address, addresses_in(path, [address]))
