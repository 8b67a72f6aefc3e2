"""Look addresses up in a large extract: what the lookup needs of it is streamed out, in little memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable

from grannskap.osm.address_book import NUMBER, Tags, highway_names, split_names, street_names
from grannskap.osm.address_text import key_of, readings, spellings
from grannskap.osm.addresses import alike
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract, telling_relations
from grannskap.osm.files import Sink, header_box, readable, scratch, stream

_NODE, _WAY, _RELATION = osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION
_SPAN = 25  # pyosmium's sets of ids take 4 MB for each 2 ** 25 numbers among which one is
_MOST_SPANS = 16
Names = tuple[str, ...]


def addresses_in(path: Path, texts: Sequence[str]) -> OsmData:
    """What of a large extract is needed to look these addresses up?

    `grannskap.osm.addresses` finds the same in it as in the whole extract. The file is passed over a few times, for all
    addresses together; in memory are the different names of its streets and what lies on the streets that are meant.

    Parameters
    ----------
    path : Path
    texts : sequence of str

    Returns
    -------
    OsmData
        Every address of the streets that the texts may mean, in whichever town, and the highways so called; where there
        is no such street, those with similar names.

    Raises
    ------
    SourceError
        The file is missing or cannot be read.
    OutputError
        The temporary folder has no room.
    """
    with readable(path):
        names, box = _Names(), header_box(path)
        stream(path, telling_relations(), _with_keys(NUMBER, kinds=_NODE | _RELATION), *_named_ways(), names)
        kept = _Kept(*_meant(texts, names))
        stream(path, telling_relations(), _with_keys(NUMBER), kept, kinds=_RELATION)
        stream(path, *([] if kept.members else _named_ways()), kept, kinds=_WAY)
    with scratch() as folder:
        part = folder / "addresses.osm.pbf"
        with readable(path), Sink(part) as sink:
            kept.sink = sink
            stream(path, _with_keys(NUMBER), kept, kinds=_NODE)
            if kept.refs:
                stream(path, *_with_ids(kept.refs), _Bare(kept.refs, sink), kinds=_NODE)
            for kind, element in kept.rest():
                sink.add(kind, element)
        found = read_extract(part, may_be_empty=True)
    return replace(found, bounds=box or found.bounds)


def _with_keys(*keys: str, kinds: Any = osmium.osm.ALL) -> Any:
    only = osmium.filter.KeyFilter(*keys)
    only.enable_for(kinds)
    return only


def _named_ways() -> list[Any]:
    """Filters that let pass, of the ways, highways with a name and what has an address."""
    return [_with_keys("highway", NUMBER, kinds=_WAY), _with_keys("name", NUMBER, kinds=_WAY)]


def _with_ids(wanted: set[int]) -> list[Any]:
    """A filter for ids that lie close enough together; for others it would take too much memory."""
    return [osmium.filter.IdFilter(wanted)] if len({each >> _SPAN for each in wanted}) <= _MOST_SPANS else []


@dataclass(slots=True)
class _Names:
    """Collects which names of streets stand together, on addresses and on highways."""

    streets: set[Names] = field(default_factory=set)
    highways: set[Names] = field(default_factory=set)

    def node(self, node: Any) -> None:
        self._address(node.tags)

    def way(self, way: Any) -> None:
        tags = way.tags
        if _is_named(tags):
            self.highways.add(highway_names(tags))
        if "addr:interpolation" not in tags:
            self._address(tags)

    def relation(self, relation: Any) -> None:
        self._address(relation.tags)

    def _address(self, tags: Tags) -> None:
        if NUMBER in tags and (names := street_names(tags)):
            self.streets.add(names)


def _is_named(tags: Tags) -> bool:
    return "highway" in tags and "name" in tags


def _meant(texts: Sequence[str], names: _Names) -> tuple[set[str], set[Names]]:
    """The keys of the streets that may be meant, and the highways that are called so."""
    meant = [readings(text) for text in texts]
    spelt = [{key for each in reads for key in _spelt(each.street)} for reads in meant]
    asked = set().union(*spelt)
    addressed = {key_of(name) for street in names.streets for name in street}
    split = {each: split_names(each) for each in names.highways}
    linked = [highway for highway in split.values() if any(key_of(name) in addressed for name in highway)]
    met = {key for each in (*names.streets, *linked) for name in each for key in _spelt(name) & asked}
    missed = [reads[0].street for reads, keys in zip(meant, spelt, strict=True) if reads and met.isdisjoint(keys)]
    if missed:
        known = addressed | {key_of(name) for highway in linked for name in highway}
        asked = asked.union(*(alike(street, known) for street in missed))
    highways = {each for each, called in split.items() if _any_spelt(called, asked)}
    others = {key_of(name) for each in highways for name in split[each]}
    streets = {
        key_of(street[0])
        for street in names.streets
        if _any_spelt(street, asked) or not others.isdisjoint(map(key_of, street))
    }
    if names.streets and not streets:  # one is enough to tell that there are any
        streets = {min(key_of(street[0]) for street in names.streets)}
    return streets, highways


def _spelt(name: str) -> set[str]:
    return {key_of(name), *spellings(name)}


def _any_spelt(names: Names, asked: set[str]) -> bool:
    return any(not asked.isdisjoint(_spelt(name)) for name in names)


@dataclass(slots=True)
class _Kept:
    """Keeps the addresses of some streets, and some highways: first relations, then ways, then nodes."""

    streets: set[str]
    highways: set[Names]
    relations: list[Any] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    ways: list[Any] = field(default_factory=list)
    refs: set[int] = field(default_factory=set)
    sink: Sink | None = None

    def relation(self, relation: Any) -> None:
        if self._is_meant(relation.tags):
            members = [(member.type, member.ref, member.role) for member in relation.members]
            self.relations.append(mutable.Relation(id=relation.id, members=members, tags=dict(relation.tags)))
            self.members.update(ref for kind, ref, _ in members if kind == "w")

    def way(self, way: Any) -> None:
        tags, is_member = way.tags, way.id in self.members
        is_meant = self._is_meant(tags) or (_is_named(tags) and highway_names(tags) in self.highways)
        if is_member or is_meant:
            refs = [node.ref for node in way.nodes]
            self.ways.append(mutable.Way(id=way.id, nodes=refs, tags=dict(tags) if is_meant else {}))
            self.refs.update(refs)

    def node(self, node: Any) -> None:
        if self.sink is not None and self._is_meant(node.tags):
            self.refs.discard(node.id)
            self.sink.add("node", node)

    def rest(self) -> Iterable[tuple[str, Any]]:
        """What is to be written after the nodes?"""
        return [("way", way) for way in self.ways] + [("relation", relation) for relation in self.relations]

    def _is_meant(self, tags: Tags) -> bool:
        return NUMBER in tags and any(key_of(name) in self.streets for name in street_names(tags)[:1])


@dataclass(slots=True)
class _Bare:
    """Writes the nodes of ways, without tags: what they say is not asked for."""

    wanted: set[int]
    sink: Sink

    def node(self, node: Any) -> None:
        if node.id in self.wanted:
            self.sink.add("node", mutable.Node(id=node.id, location=node.location))
