"""Search the address book: the places that have an address, or what is nearest to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from grannskap.osm.address_book import AddressBook, Entry, clusters, digits, in_metres
from grannskap.osm.address_text import Reading, shown_number

_OFFERED = 3  # house numbers of a street
_BESIDE_M = 300.0  # so near a door of the same address, what a shop farther off says of it is left out
_TOWN_M = 1000.0  # so far a house without a town lies in the town of the next one on its street
_OTHER, _UNKNOWN, _SAME = range(3)  # is it in the town that is asked for?
Ints = npt.NDArray[np.intp]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One place that has the address: its entries lie within 50 m of each other."""

    entries: tuple[Entry, ...]
    shape: Any  # in metres
    town: int
    quality: tuple[bool, bool]  # told as part of a range; told by a shop or the like


def search(meant: tuple[Reading, ...], book: AddressBook) -> tuple[list[Spot], bool]:
    """Where are the addresses that a text may mean?

    Parameters
    ----------
    meant : tuple of Reading
        The likeliest first.
    book : AddressBook

    Returns
    -------
    tuple
        The places of the first reading that the map holds, and True; where it holds none, what is nearest, and False.
    """
    offers: list[Spot] = []
    for reading in meant:
        for keys in book.find(reading.street):
            streets = [book.streets[key] for key in keys]
            found = [(street, _spots(street, _covered(street, reading), reading)) for street in streets]
            best = max((spot.town for _, spots in found for spot in spots), default=_OTHER)
            if best > _OTHER:
                return [spot for _, spots in found for spot in _sure(spots) if spot.town == best], True
            offers = offers or [spot for street, spots in found for spot in _offers(street, spots, reading)]
    return offers, False


def _covered(street: list[Entry], reading: Reading) -> list[int]:
    return [row for row, entry in enumerate(street) if reading.houses <= entry.houses]


def _offers(street: list[Entry], spots: list[Spot], reading: Reading) -> list[Spot]:
    """What is nearest to an address that is not there; ``spots`` are where it is in another town."""
    rows = range(len(street))
    if not spots:
        return _nearest(street, rows, reading)
    return _nearest(street, [row for row in rows if _town([street[row]], reading) == _SAME], reading) + spots


def _nearest(street: list[Entry], rows: Iterable[int], reading: Reading) -> list[Spot]:
    """The nearest numbers of a street: the same town first, then the same side, then the smallest step."""
    number, letter = min(reading.houses)

    def step(row: int) -> tuple[bool, bool, int, bool, str]:
        steps = (((n - number) % 2 == 1, abs(n - number), mark != letter, mark) for n, mark in street[row].houses)
        return _town([street[row]], reading) != _SAME, *min(steps)

    groups: dict[str, list[int]] = {}
    for row in sorted(rows, key=step):
        groups.setdefault(shown_number(street[row].number), []).append(row)
    return [spot for group in islice(groups.values(), _OFFERED) for spot in _spots(street, group, reading)]


def _spots(street: list[Entry], rows: list[int], reading: Reading) -> list[Spot]:
    """The places where these entries of a street lie, from west to east."""
    if not rows:
        return []
    shapes = in_metres(entry.shape for entry in street)
    number = clusters(shapes[rows])
    groups = [np.array(rows)[number == each] for each in range(number.max() + 1)]
    spots = [_spot(street, group, shapes, reading) for group in groups]
    return sorted(spots, key=lambda spot: (spot.shape.bounds, spot.entries[0].element_id))


def _spot(street: list[Entry], rows: Ints, shapes: Shapes, reading: Reading) -> Spot:
    """One place; the entry that stands best for it comes first."""
    whole = shapely.geometrycollections(shapes[rows])
    away = dict(zip(rows.tolist(), shapely.distance(shapes[rows], shapely.centroid(whole)).tolist(), strict=True))

    def worth(row: int) -> tuple[bool, int, float, str]:
        entry = street[row]
        return entry.houses != reading.houses, entry.rank, away[row], entry.element_id

    entries = tuple(street[row] for row in sorted(away, key=worth))
    town = _town(entries, reading)
    if town == _UNKNOWN and reading.place:
        town = _town_beside(street, shapely.distance(shapes, whole), reading)
    quality = min((entry.houses != reading.houses, entry.is_tenant) for entry in entries)
    return Spot(entries, whole, town, quality)


def _town(entries: Iterable[Entry], reading: Reading) -> int:
    """Do entries lie where the reading says? The postcode decides where both tell it, else the names of towns."""
    postcodes = {digits(entry.postcode) for entry in entries} - {""}
    if reading.postcode and postcodes:
        return _SAME if reading.postcode in postcodes else _OTHER
    towns = {town for entry in entries for town in entry.towns}
    if reading.place and towns:
        return _SAME if any(_is_same_town(town, reading.place) for town in towns) else _OTHER
    return _UNKNOWN


def _town_beside(street: list[Entry], away: npt.NDArray[np.float64], reading: Reading) -> int:
    """What does the nearest entry of the street say that tells its town?"""
    telling = [row for row, entry in enumerate(street) if entry.towns and away[row] <= _TOWN_M]
    if not telling:
        return _UNKNOWN
    towns = street[min(telling, key=lambda row: float(away[row]))].towns
    return _UNKNOWN if any(_is_same_town(town, reading.place) for town in towns) else _OTHER


def _is_same_town(town: str, place: str) -> bool:
    """``Stockholm`` is also ``Stockholms stad``; ``Väsby`` may be written ``Upplands Väsby``."""
    return f" {town} " in f" {place} " or any(f" {place}{s} " in f" {town} " for s in ("", "s"))


def _sure(spots: list[Spot]) -> list[Spot]:
    """Without spots that a surer one lies beside: a door is surer than a shop, a number than a range."""
    return [
        spot
        for spot in spots
        if not any(o.quality < spot.quality and o.shape.distance(spot.shape) <= _BESIDE_M for o in spots)
    ]
