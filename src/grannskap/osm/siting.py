"""Where the site of a study is, when it is told by an address that the map data holds."""

from dataclasses import replace

from grannskap.osm.addresses import resolve_address
from grannskap.osm.data import OsmData
from grannskap.study.model import Site, Study


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
