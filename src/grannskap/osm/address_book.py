"""The addresses of an extract, filed by street: what a lookup reads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grannskap.crs import WGS84, metric_crs, project
from grannskap.osm.address_text import AddressForms, House, address_forms, houses, key_of, place_words, spellings
from grannskap.osm.data import OsmData

MERGED_M = 50.0  # the same address mapped on a door, a house and a shop is one address
NUMBER = "addr:housenumber"
_POSTCODE_DIGITS = 5
_DOOR, _BARE, _OUTLINE, _TENANT = range(4)  # which spot stands best for an address


class Tags(Protocol):
    """Tags of an element: a dict, or as pyosmium hands them on."""

    def __contains__(self, key: object, /) -> bool: ...

    def __getitem__(self, key: str, /) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Where is an address mapped? ``rank`` 0: a door, 1: the address itself, 2: a building, 3: a shop or the like."""

    element_id: str
    street: str
    number: str
    houses: frozenset[House]
    postcode: str
    city: str
    towns: frozenset[str]
    rank: int
    shape: Any

    @property
    def is_tenant(self) -> bool:
        """Is it told only by a shop or the like that is there?"""
        return self.rank == _TENANT


@dataclass(frozen=True, slots=True, eq=False)
class AddressBook:
    """Which addresses are there?

    Attributes
    ----------
    streets : dict
        Entries by the key of their street.
    called : dict
        Keys of streets by the key of each of their names: the street's own, in other languages, of the highway.
    written : dict
        Keys of streets by each spelling of their names.
    names : dict
        How each of those names is written, by its key.
    unnumbered : dict
        Streets without addresses: name by key.
    """

    streets: Mapping[str, list[Entry]]
    called: Mapping[str, set[str]]
    written: Mapping[str, set[str]]
    names: Mapping[str, str]
    unnumbered: Mapping[str, str]

    def find(self, street: str) -> Iterator[list[str]]:
        """Which streets may be meant: first that of exactly this name, then so called, then those it abbreviates?"""
        key = key_of(street)
        yield [key] if key in self.streets else []
        yield sorted(self.called.get(key, ()))
        if key not in self.unnumbered:  # a street of exactly this name is no other one
            yield sorted({each for spelling in spellings(street) for each in self.written.get(spelling, ())})


def address_book(osm: OsmData) -> AddressBook:
    """Which addresses do these elements hold?

    Parameters
    ----------
    osm : OsmData

    Returns
    -------
    AddressBook
        Of nodes, areas and lines with ``addr:housenumber`` and a street or place; lines of interpolation left out.
    """
    forms = address_forms()
    streets: dict[str, list[Entry]] = defaultdict(list)
    called: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)  # of streets with addresses, as they are mapped
    for entry, tags in _entries(osm, forms):
        key = key_of(entry.street)
        streets[key].append(entry)
        for name in street_names(tags):
            names[name].add(key)
    for name, keys in names.items():
        called[key_of(name)] |= keys
    ways = (tags for tags in osm.lines.tags if "highway" in tags and "name" in tags)
    highways = {split_names(each) for each in {highway_names(tags) for tags in ways}}
    for highway in highways:
        keys = {key for name in highway for key in called.get(key_of(name), ())}
        for name in highway if keys else ():
            names[name] |= keys
    written: dict[str, set[str]] = defaultdict(set)
    for name, keys in names.items():
        called[key_of(name)] |= keys
        for spelling in spellings(name):
            written[spelling] |= keys
    bare = {key_of(name): name for highway in highways for name in highway if key_of(name) not in called}
    return AddressBook(streets, called, written, {key_of(name): name for name in names}, bare)


def highway_names(tags: Tags) -> tuple[str, ...]:
    """Which names has a highway, in all its languages?"""
    return tuple(tags[key] for key in address_forms().names if key in tags)


def split_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Which names are in the names of a highway, where one tag holds several?

    Examples
    --------
    >>> split_names(("Storgatan;Gamla vägen", "Storgatan"))
    ('Storgatan', 'Gamla vägen')
    """
    return tuple(dict.fromkeys(name for text in texts for name in text.split(";") if key_of(name)))


def street_names(tags: Tags) -> tuple[str, ...]:
    """Which streets does an element name, that under which it is filed first? None where it has no address."""
    forms = address_forms()
    names = [tags[key] for key in forms.street if key in tags]
    filed = next((name for name in names if key_of(name)), None)
    if filed is None or NUMBER not in tags or not houses(tags[NUMBER]):
        return ()
    return tuple(dict.fromkeys((filed, *names)))


def _entries(osm: OsmData, forms: AddressForms) -> Iterator[tuple[Entry, Mapping[str, str]]]:
    outlined = set(osm.areas.element_id)
    for table in (osm.points, osm.areas, osm.lines):
        rows = [row for row, tags in enumerate(table.tags) if NUMBER in tags and street_names(tags)]
        shapes = table.geometry.to_numpy()[rows]
        parts = zip(table.element_id.to_numpy()[rows], table.tags.to_numpy()[rows], shapes, strict=True)
        for element_id, tags, shape in parts:
            if table is not osm.lines or (element_id not in outlined and "addr:interpolation" not in tags):
                yield _entry(element_id, tags, shape, forms), tags


def _entry(element_id: str, tags: Mapping[str, str], shape: Any, forms: AddressForms) -> Entry:
    street = street_names(tags)[0].strip()
    towns = [tags[key].strip() for key in forms.town if key in tags]
    towns = [town for town in towns if place_words(town) and town != street]
    postcode = next((tags[key] for key in forms.postcode if key in tags), "")
    return Entry(
        element_id=element_id,
        street=street,
        number=tags[NUMBER],
        houses=houses(tags[NUMBER]),
        postcode=postcode if len(digits(postcode)) == _POSTCODE_DIGITS else "",
        city=towns[0] if towns else "",
        towns=frozenset(place_words(town) for town in towns),
        rank=_rank(element_id, tags, forms),
        shape=shape,
    )


def _rank(element_id: str, tags: Mapping[str, str], forms: AddressForms) -> int:
    if not element_id.startswith("node/"):
        return _OUTLINE
    if tags.get("entrance", "no") != "no" or "door" in tags:
        return _DOOR
    return _BARE if all(key.startswith(forms.bare) for key in tags) else _TENANT


def digits(text: str) -> str:
    """Which digits does a postcode have?"""
    return "".join(sign for sign in text if sign.isdecimal())


def in_metres(shapes: Iterable[Any]) -> npt.NDArray[np.object_]:
    """Where do shapes lie in metres, in the coordinate system that fits the first of them?"""
    found = np.array(list(shapes), object)
    spot = shapely.get_coordinates(found)[0]
    target = metric_crs(float(spot[0]), float(spot[1]))

    def moved(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(project(at[:, 0], at[:, 1], source=WGS84, target=target))

    return np.asarray(shapely.transform(found, moved), object)


def clusters(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """Which shapes (in metres) are one address: those at most 50 m apart, one after the other?

    Returns
    -------
    ndarray of int
        A number for each shape, the same within an address.
    """
    n = len(shapes)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=MERGED_M)
    near = coo_array((np.ones(len(one)), (one, other)), shape=(n, n))
    return np.asarray(connected_components(near, directed=False)[1], np.intp)
