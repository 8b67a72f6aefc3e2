"""Addresses in a large extract: what is found is what the whole extract gives, in each way of writing."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import World

from grannskap.errors import AddressNotFound, SourceError
from grannskap.osm import address_scan
from grannskap.osm.address_book import highway_names, street_names
from grannskap.osm.address_scan import addresses_in
from grannskap.osm.addresses import Hit, find_address, resolve_address
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.files import stream

SITES = 8  # of each extract, one after the other; all together they are many more
Writing = Callable[[str], str]


def said(text: str, osm: OsmData) -> tuple[list[Hit], Hit | str]:
    """All that a lookup tells."""
    try:
        resolved: Hit | str = resolve_address(text, osm)
    except AddressNotFound as error:
        resolved = str(error)
    return find_address(text, osm), resolved


# --- a town worked by hand -----------------------------------------------------------------------------------------


def town() -> World:
    """Streets that are told in every way that a map has."""
    world = World(bounds=((-500, -500), (5000, 1000)))

    def house(x: float, y: float, *tags: str) -> str:
        return world.node(x, y, *tags, anew=True)

    here = ("addr:postcode=129 52", "addr:city=Hägersten")
    house(0, 0, "addr:street=Storgatan", "addr:housenumber=1", *here)
    house(4000, 0, "addr:street=Storgatan", "addr:housenumber=1", "addr:city=Umeå")
    house(0, 100, "addr:street=Mannerheimintie", "addr:housenumber=5", "addr:street:sv=Mannerheimvägen")
    house(20, 100, "addr:street=Mannerheimintie", "addr:housenumber=7")  # which does not tell the other name
    world.way([(0, 110), (90, 110)], "highway=residential", "name=Mannerheimintie", "name:sv=Esplanaden;Alléerna")
    world.way([(90, 110), (190, 110)], "highway=residential", "name=Alléerna", "alt_name=Strandvägen")
    house(150, 100, "addr:street=Strandvägen", "addr:housenumber=2")
    block = world.box(0, 200, 60, 260, "building=apartments", "addr:street=Lillgatan", "addr:housenumber=3-5")
    world.node(0, 200, "entrance=main", "addr:street=Ringvägen", "addr:housenumber=8")  # a corner of the block
    world.box(10, 210, 20, 220, "building=yes", "name=Huset")
    yard = [(world.box(200, 200, 290, 290), "outer"), (world.box(220, 220, 240, 240), "inner")]
    world.relation(yard, "type=multipolygon", "building=yes", "addr:street=Slottsbacken", "addr:housenumber=4")
    ring = [world.way([(300, 0), (340, 0), (340, 40)]), world.way([(340, 40), (300, 40), (300, 0)])]
    tags = ("type=multipolygon", "building=yes", "addr:street=Storgatan", "addr:housenumber=9")
    world.relation([(each, "outer") for each in ring], *tags)
    world.relation([(block, "house")], "type=site", "addr:street=Sidogatan", "addr:housenumber=1")
    world.way([(0, 500), (90, 500)], "highway=residential", "name=Tomvägen")
    world.way([(0, 500), (0, 600)], "addr:interpolation=odd", "addr:street=Interpolgatan", "addr:housenumber=1-9")
    house(500, 0, "addr:street=S:t Eriksgatan", "addr:housenumber=12", "shop=kiosk")
    house(520, 0, "addr:street=Sankt Eriksgatan", "addr:housenumber=14")
    house(540, 0, "addr:place=Byn", "addr:housenumber=12")
    house(560, 0, "addr:street=Storgata", "addr:housenumber=lgh")
    return world


TEXTS = [
    *("Storgatan 1", "Storgatan 1, Umeå", "Storg. 9", "Storgata 1", "Storgatan 2, 129 52", "Stoorgatan 1"),
    *("Mannerheimintie 7", "Mannerheimvägen 7", "Esplanaden 5", "Alléerna 5", "Strandvägen 2", "Alléerna 2"),
    *("Lillgatan 3", "Lillgatan 4", "Ringvägen 8", "Ringv. 9", "Slottsbacken 4", "Slottsb. 4", "Slotsbaken 4"),
    *(
        "Sidogatan 1",
        "Tomvägen 1",
        "Tomv 1",
        "Interpolgatan 3",
        "Interpolgata 3",
        "St. Eriksg. 12",
        "S:t Eriksgatan 14",
    ),
    *("Byn 12", "Huset 1", "Storgatan", "12", "", "Xyzxyz 3", "17:e gatan 3", "väg 222 4"),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf")


@pytest.fixture(scope="module")
def whole(path: Path) -> OsmData:
    return read_extract(path)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("spans", [0, 16])
def test_each_way_of_telling_an_address(
    path: Path, whole: OsmData, text: str, spans: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_scan, "_MOST_SPANS", spans)
    assert said(text, addresses_in(path, [text])) == said(text, whole)


def test_the_town_holds_what_it_is_meant_to(whole: OsmData) -> None:
    told = {text: said(text, whole)[1] for text in TEXTS}
    assert sum(isinstance(each, Hit) for each in told.values()) >= 15
    for part in (
        "no house numbers on it",
        "several places",
        "similar names",
        "like that",
        "but holds",
        "no house number:",
    ):
        assert any(part in each for each in told.values() if isinstance(each, str)), part


PARTS = ["Stor", "Lill", "Mannerheim", "gatan", "g.", "vägen", "intie", "S:t ", " 3", " 5", ",", " ", "129 52", "Umeå"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.lists(st.sampled_from(PARTS), max_size=6).map("".join) | st.sampled_from(TEXTS), max_size=4))
def test_any_addresses_together(path: Path, whole: OsmData, texts: list[str]) -> None:
    part = addresses_in(path, texts)
    assert [said(text, part) for text in texts] == [said(text, whole) for text in texts]


def test_little_more_than_the_street_is_held(path: Path, whole: OsmData) -> None:
    part = addresses_in(path, ["Lillgatan 3"])
    assert [*part.points.element_id, *part.lines.element_id, *part.areas.element_id] == ["way/3", "way/3"]
    assert part.bounds == whole.bounds


def test_a_map_without_addresses(tmp_path: Path) -> None:
    world = World()
    world.way([(0, 0), (100, 0)], "highway=residential", "name=Storgatan")
    part = addresses_in(world.write(tmp_path / "x.osm.pbf"), ["Storgatan 1"])
    assert "holds no addresses" in str(said("Storgatan 1", part)[1])


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"no map")
    with pytest.raises(SourceError, match=r"x\.osm\.pbf cannot be read"):
        addresses_in(tmp_path / "x.osm.pbf", ["Storgatan 1"])


def test_the_number_of_passes_does_not_grow(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[Any] = []

    def counted(*about: Any, **more: Any) -> None:
        passes.append(more)
        stream(*about, **more)

    monkeypatch.setattr(address_scan, "stream", counted)
    addresses_in(path, TEXTS)
    assert len(passes) == 5


# --- real extracts -------------------------------------------------------------------------------------------------

WRITINGS: list[Writing] = [
    str,
    str.upper,
    lambda name: re.sub("(gatan|vägen|katu|plan)$", lambda end: end[0][0] + ".", name),
    lambda name: name[:-2] + name[-1:],  # a slip
    lambda name: "Q" + name[1:],
]
NUMBERS = ["1", "3", "5 B", "12, 00100", "7, Helsinki", "999", "2-8", ""]


def asked(osm: OsmData, count: int) -> list[str]:
    """Addresses on streets of the map, written well and badly, with numbers that are there or not."""
    chance = random.Random(3)  # noqa: S311
    names = {name for tags in osm.points.tags for name in street_names(tags)}
    names |= {name for tags in osm.lines.tags if "highway" in tags for name in highway_names(tags)}
    some = chance.sample(sorted(names), min(count, len(names)))
    return [f"{chance.choice(WRITINGS)(name)} {chance.choice(NUMBERS)}" for name in some]


@pytest.mark.parametrize("name", ["helsinki", "kotka", "stockholm_fruangen_2020", "stockholm_ostermalm_2020"])
def test_real_extracts(name: str, sample: Path, request: pytest.FixtureRequest) -> None:
    path = sample / f"{name}.osm.pbf"
    if not path.is_file():
        path = request.getfixturevalue("shared_data") / f"{name}.osm"
    whole = read_extract(path)
    texts = asked(whole, 60)
    wanted = {text: said(text, whole) for text in texts}
    together = addresses_in(path, texts)
    assert {text: said(text, together) for text in texts} == wanted
    for text in texts[:SITES]:
        assert said(text, addresses_in(path, [text])) == wanted[text]
