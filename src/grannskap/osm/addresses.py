"""Find an address in the map data itself, so that nobody else is told which one it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import shapely

from grannskap.errors import AddressNotFound
from grannskap.osm.address_book import AddressBook, address_book
from grannskap.osm.address_search import Spot, search
from grannskap.osm.address_text import Reading, key_of, readings, shown_number, spellings
from grannskap.osm.data import OsmData

_OFFERED = 3  # names of streets
_LISTED = 5  # places that share an address
_ALIKE = 0.75  # of 1: how much of a name must be there in another that is offered
_LONGEST = 80  # signs of a street's name that are compared


@dataclass(frozen=True, slots=True)
class Hit:
    """Where may an address be?

    Attributes
    ----------
    label : str
        The address as it is mapped, such as "Fruängsgatan 3 B, 129 52 Hägersten". It finds the same hit again.
    lon, lat : float
        WGS 84; on the door where one is mapped, else on the address or within the building.
    exact : bool
        Whether it is what was asked for; otherwise the nearest that there is.
    street, housenumber, postcode, city, element_id : str
        As mapped; "" where the map does not say.
    """

    label: str
    lon: float
    lat: float
    exact: bool
    street: str
    housenumber: str
    postcode: str
    city: str
    element_id: str


def find_address(text: str, osm: OsmData) -> list[Hit]:
    """Where is an address, as far as the map data tells?

    Parameters
    ----------
    text : str
        Street and house number, with or without postcode and place: "Fruängsg. 3 B, 129 52 Hägersten".
    osm : OsmData

    Returns
    -------
    list of Hit
        More than one where the address is in several places. Where it is not there, what is nearest to it, with
        ``exact`` False: the same address in another town, or the nearest numbers of the street, its own side first.
        Empty where the street is unknown or no number is asked for.
    """
    return looked_up(readings(text), address_book(osm))


def resolve_address(text: str, osm: OsmData) -> Hit:
    """Where is an address, when there is no doubt about it?

    Parameters
    ----------
    text : str
        As for `find_address`.
    osm : OsmData

    Returns
    -------
    Hit
        Always exact.

    Raises
    ------
    AddressNotFound
        It is not in the map data, or is there more than once; the sentence tells what is nearest.
    """
    book, meant = address_book(osm), readings(text)
    hits = looked_up(meant, book)
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1:
        return exact[0]
    address = " ".join(text.split())
    if exact:
        raise AddressNotFound(
            "The address {address} is in several places: {places}; add the town or the postcode, or give [site] "
            "lat and lon.",
            address=address,
            places=_listed(f"{hit.label} (lat = {hit.lat:.5f}, lon = {hit.lon:.5f})" for hit in exact),
        )
    if hits:
        raise AddressNotFound(
            "The map data does not hold the address {address} but holds {near}: write an address that it holds, or "
            "give [site] lat and lon.",
            address=address,
            near=_listed(dict.fromkeys(hit.label for hit in hits)),
        )
    raise _unknown(address, meant, book)


def _unknown(address: str, meant: tuple[Reading, ...], book: AddressBook) -> AddressNotFound:
    """Why is there nothing near this address?"""
    if not meant:
        return AddressNotFound(
            "The address {address} has no house number: write the street and the number, or give [site] lat and lon.",
            address=address,
        )
    if not book.streets:
        return AddressNotFound(
            "The map data holds no addresses: give [site] lat and lon instead of {address}.", address=address
        )
    spelt = [spelling for each in meant for spelling in sorted(spellings(each.street))]
    bare = next((book.unnumbered[spelling] for spelling in spelt if spelling in book.unnumbered), "")
    if bare:
        return AddressNotFound(
            "The map data holds the street {street} but no house numbers on it: give [site] lat and lon instead of "
            "{address}.",
            street=bare,
            address=address,
        )
    near = alike(meant[0].street, book.called)
    if not near:
        return AddressNotFound(
            "The map data holds no address on a street like that in {address}: check how it is spelt, or give [site] "
            "lat and lon.",
            address=address,
        )
    return AddressNotFound(
        "The map data holds no address on the street in {address}, but on streets with similar names ({streets}): "
        "write a street that it holds, or give [site] lat and lon.",
        address=address,
        streets=_listed(book.names[key] for key in near),
    )


def alike(street: str, keys: Iterable[str]) -> list[str]:
    """Which keys of streets are spelt nearly as this one, the most alike first?

    Examples
    --------
    >>> alike("Fruengsgattan", ["fruangsgatan", "storgatan"])
    ['fruangsgatan']
    """
    return get_close_matches(key_of(street)[:_LONGEST], list(keys), n=_OFFERED, cutoff=_ALIKE)


def _listed(words: Iterable[str]) -> str:
    kept = list(words)
    return "; ".join(kept[:_LISTED]) + ("; …" if len(kept) > _LISTED else "")


def looked_up(meant: tuple[Reading, ...], book: AddressBook) -> list[Hit]:
    """Where may an address be that has these readings? As `find_address`, where many are looked up in one book."""
    spots, exact = search(meant, book)
    return [_hit(spot, exact=exact) for spot in spots]


def _hit(spot: Spot, *, exact: bool) -> Hit:
    best = spot.entries[0]
    inside = shapely.point_on_surface(best.shape)
    postcode = next((entry.postcode for entry in spot.entries if entry.postcode), "")
    city = next((entry.city for entry in spot.entries if entry.city), "")
    number = shown_number(best.number)
    return Hit(
        label=", ".join(filter(None, (f"{best.street} {number}", f"{postcode} {city}".strip()))),
        lon=inside.x,
        lat=inside.y,
        exact=exact,
        street=best.street,
        housenumber=number,
        postcode=postcode,
        city=city,
        element_id=best.element_id,
    )
