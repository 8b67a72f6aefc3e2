"""Addresses: every way of writing one, on a town worked by hand and on real extracts."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import World, degrees

from grannskap.errors import AddressNotFound
from grannskap.language import texts_for
from grannskap.osm.address_book import address_book
from grannskap.osm.address_text import houses, readings, shown_number, spellings
from grannskap.osm.addresses import Hit, find_address, looked_up, resolve_address
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract

FAR = 20_000.0  # another town
NEAR_M = 200.0  # from a mapped address to the hit that stands for it and those around it
Writing = Callable[[str], str]


def house(world: World, x: float, y: float, street: str, number: str, *tags: str) -> str:
    return world.node(x, y, f"addr:street={street}", f"addr:housenumber={number}", *tags, anew=True)


def town() -> World:
    """Fruängsgatan with odd numbers in the north, two towns with a Storgatan, and a street without numbers."""
    world = World()
    here = ("addr:postcode=129 52", "addr:city=Hägersten")
    for number, x in {"1": 0, "3": 100, "3B": 200, "7": 300, "2": 20, "4": 120}.items():
        house(world, x, 20 if int(number[0]) % 2 else -20, "Fruängsgatan", number, *here)
    house(world, 0, 300, "Storgatan", "5", "addr:city=Hägersten")
    house(world, 100, 300, "Storgatan", "9")
    house(world, FAR, 0, "Storgatan", "5", "addr:postcode=903 26", "addr:city=Umeå")
    house(world, FAR, 200, "Storgatan", "11", "addr:city=Umeå")
    house(world, 400, 0, "Fruängsplan", "1", *here)
    house(world, 430, 0, "Fruängsplats", "1", *here)
    house(world, 500, 0, "Sankt Eriks väg", "10-14", *here)
    house(world, 600, 0, "Allén Ö", "2;4", *here)
    world.node(700, 0, "addr:place=Byn", "addr:housenumber=12", anew=True)
    house(world, 800, 0, "Mannerheimintie", "5", "addr:street:sv=Mannerheimvägen")
    world.way([(800, 10), (900, 10)], "highway=residential", "name=Mannerheimintie", "name:sv=Esplanaden")
    world.way([(0, 900), (100, 900)], "highway=residential", "name=Ringvägen", "name:sv=Ringvägen")
    return world


TOWN = town().read()


@pytest.fixture
def osm() -> OsmData:
    return TOWN


def labels(text: str, osm: OsmData) -> list[str]:
    return [hit.label for hit in find_address(text, osm)]


def refused(text: str, osm: OsmData) -> str:
    with pytest.raises(AddressNotFound) as caught:
        resolve_address(text, osm)
    assert "\n" not in str(caught.value)
    assert caught.value.text(texts_for("sv")) != str(caught.value)
    return str(caught.value)


def empty_town() -> OsmData:
    world = World()
    world.way([(0, 0), (100, 0)], "highway=residential", "name=Storgatan")
    return world.read()


# --- how it is written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Fruängsgatan 3 B",
        "Fruängsg. 3 B",
        "Fruängsg 3B",
        "Fruängs gatan 3B",
        "fruangsgatan 3b",
        "FRUÄNGSGATAN 3 B",
        "Fruängsgata 3b",
        "  Fruängsgatan\t3  b ,",
        "Fruängsgatan 3 B, 129 52 Hägersten",
        "Fruängsgatan 3 B 129 52 HAGERSTEN",
        "Fruängsgatan 3B,12952",
        "Fruängsgatan 3b Hägersten",
        "Fruängsgatan 3 B, SE-129 52 Hägersten, Sverige",
        "Fruängsgatan 3 B, lgh 1102, Hägersten",
        "Hägersten, Fruängsgatan 3 B",
        "129 52 Hägersten, Fruängsgatan 3 B",
        "Fru\u0061\u0308ngsgatan 3 B",  # the same letters, otherwise coded
    ],
)
def test_every_way_of_writing_finds_the_house(osm: OsmData, text: str) -> None:
    lon, lat = degrees(200, 20)
    hit = resolve_address(text, osm)
    assert hit == Hit(
        label="Fruängsgatan 3 B, 129 52 Hägersten",
        lon=hit.lon,
        lat=hit.lat,
        exact=True,
        street="Fruängsgatan",
        housenumber="3 B",
        postcode="129 52",
        city="Hägersten",
        element_id="node/3",
    )
    assert (hit.lon, hit.lat) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("S:t Eriks v. 10-14", "Sankt Eriks väg 10-14, 129 52 Hägersten"),
        ("St Eriksvägen 12", "Sankt Eriks väg 10-14, 129 52 Hägersten"),
        ("sankt eriksväg 14", "Sankt Eriks väg 10-14, 129 52 Hägersten"),
        ("Allén Ö 4", "Allén Ö 2;4, 129 52 Hägersten"),
        ("Byn 12", "Byn 12"),
        ("Mannerheimvägen 5", "Mannerheimintie 5"),
        ("Esplanaden 5", "Mannerheimintie 5"),
        ("Fruängsplan 1", "Fruängsplan 1, 129 52 Hägersten"),
        ("Fruängsplats 1", "Fruängsplats 1, 129 52 Hägersten"),
        ("Fruängsgatan 3 i Hägersten", "Fruängsgatan 3, 129 52 Hägersten"),
        ("Fruängsgatan 3", "Fruängsgatan 3, 129 52 Hägersten"),
    ],
)
def test_ranges_places_abbreviations_and_other_languages(osm: OsmData, text: str, label: str) -> None:
    assert resolve_address(text, osm).label == label


def test_a_range_of_even_numbers_holds_no_odd_one(osm: OsmData) -> None:
    assert "Sankt Eriks väg 10-14" in refused("Sankt Eriks väg 11", osm)


def test_a_street_whose_name_holds_a_number() -> None:
    world = World()
    house(world, 0, 0, "17:e gatan", "3")
    house(world, 200, 0, "Väg 222", "4")
    osm = world.read()
    assert labels("17:e gatan 3", osm) == ["17:e gatan 3"]
    assert labels("väg 222 4, Gustavsberg", osm) == ["Väg 222 4"]


def test_what_the_words_hold() -> None:
    assert houses("29-27") == {(27, ""), (29, "")}
    assert houses("3A-C") == {(3, "a"), (3, "b"), (3, "c")}
    assert houses("1-1999") == {(1, ""), (1999, "")}
    assert houses("Keskuskatu 5") == {(5, "")}
    assert shown_number("7 b, sisäpiha") == "7 B"
    assert spellings("Berg") == {"berg"}  # no gatan: a word may end with g
    assert spellings(". -") == frozenset()


# --- several, and none ---------------------------------------------------------------------------------------


def test_the_same_address_in_two_towns_is_listed_and_told_apart(osm: OsmData) -> None:
    assert labels("Storgatan 5", osm) == ["Storgatan 5, Hägersten", "Storgatan 5, 903 26 Umeå"]
    assert "Storgatan 5, Hägersten (lat = " in refused("Storgatan 5", osm)
    assert resolve_address("Storgatan 5, Umeå", osm).postcode == "903 26"
    assert resolve_address("Storgatan 5, 903 26", osm).city == "Umeå"
    assert resolve_address("Storgatan 5, Hägersten", osm).city == "Hägersten"


def test_another_town_is_not_taken_for_the_one_asked_for(osm: OsmData) -> None:
    assert [hit.exact for hit in find_address("Fruängsgatan 3, Umeå", osm)] == [False]
    assert "Fruängsgatan 3, 129 52 Hägersten" in refused("Fruängsgatan 3, Umeå", osm)
    refused("Fruängsgatan 3, 903 26 Hägersten", osm)


def test_a_house_without_a_town_lies_in_that_of_its_neighbour(osm: OsmData) -> None:
    assert resolve_address("Storgatan 9, Hägersten", osm).city == ""
    refused("Storgatan 9, Umeå", osm)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Fruängsgatan 5", ["3", "7", "3 B"]),
        ("Fruängsgatan 6", ["4", "2", "7"]),
        ("Fruängsgatan 3 C", ["3", "3 B", "1"]),
        ("Fruängsgatan 999", ["7", "3", "3 B"]),
    ],
)
def test_the_nearest_numbers_are_offered_and_never_taken(osm: OsmData, text: str, numbers: list[str]) -> None:
    hits = find_address(text, osm)
    assert [hit.housenumber for hit in hits] == numbers
    assert not any(hit.exact for hit in hits)
    assert f"does not hold the address {text} but holds Fruängsgatan {numbers[0]}, 129 52" in refused(text, osm)


def test_abbreviated_streets_near_each_other_are_not_one(osm: OsmData) -> None:
    assert labels("Fruängspl. 1", osm) == ["Fruängsplan 1, 129 52 Hägersten", "Fruängsplats 1, 129 52 Hägersten"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Fruängsgatan", "The address Fruängsgatan has no house number"),
        ("129 52", "The address 129 52 has no house number"),
        ("Fruängsgatan 129 52", "The address Fruängsgatan 129 52 has no house number"),
        ("12", "The address 12 has no house number"),
        ("Fruengsgattan 3", "on streets with similar names (Fruängsgatan"),
        ("Ringv. 3", "The map data holds the street Ringvägen but no house numbers on it"),
        ("Xyzxyz 3", "check how it is spelt"),
    ],
)
def test_what_is_wrong_is_told(osm: OsmData, text: str, sentence: str) -> None:
    assert find_address(text, osm) == []
    assert sentence in refused(text, osm)


def test_a_street_without_numbers_is_not_taken_for_one_that_is_nearly_called_so() -> None:
    world = World()
    house(world, 0, 0, "Storgata", "1")
    world.way([(0, 0), (100, 0)], "highway=residential", "name=Storgatan")
    osm = world.read()
    assert "holds the street Storgatan but no house numbers" in refused("Storgatan 1", osm)
    assert labels("Storgata 1", osm) == ["Storgata 1"]


def test_a_map_without_addresses_says_so() -> None:
    assert "holds no addresses" in refused("Storgatan 1", empty_town())


# --- where it is put -----------------------------------------------------------------------------------------


def test_hits_within_50_m_are_one_and_farther_ones_are_listed() -> None:
    world = World()
    for x in (0, 49, 98, 200):
        house(world, x, 0, "Storgatan", "1")
    hits = find_address("Storgatan 1", world.read())
    assert [hit.element_id for hit in hits] == ["node/2", "node/4"]
    assert "several places" in refused("Storgatan 1", world.read())


def building(*nodes: tuple[float, float, str]) -> OsmData:
    world = World()
    address = ("addr:street=Storgatan", "addr:housenumber=1")
    corners = [(0.0, 0.0), (90.0, 0.0), (90.0, 10.0), (10.0, 10.0), (10.0, 90.0), (0.0, 90.0), (0.0, 0.0)]
    world.way(corners, "building=apartments", *address)
    for x, y, tag in nodes:
        world.node(x, y, tag, *address, anew=True)
    return world.read()


def metres_to(hit: Hit, x: float, y: float) -> float:
    lon, lat = degrees(x, y)
    return float(np.hypot((hit.lon - lon) * np.cos(np.radians(lat)), hit.lat - lat)) * 111_320


def test_an_address_on_a_building_gives_a_point_within_it() -> None:
    osm = building()
    hit = resolve_address("Storgatan 1", osm)
    assert hit.element_id == "way/1"
    assert osm.areas.geometry[0].buffer(-1e-6).contains(shapely.Point(hit.lon, hit.lat))


def test_an_entrance_wins_over_its_building_and_a_shop_does_not() -> None:
    osm = building((40, 5, "shop=kiosk"), (90, 5, "entrance=main"), (5, 80, "addr:city=Umeå"))
    hit = resolve_address("Storgatan 1", osm)
    assert metres_to(hit, 90, 5) < 0.1
    assert hit.city == "Umeå"
    assert resolve_address("Storgatan 1", building((40, 5, "shop=kiosk"))).element_id == "way/1"
    assert metres_to(resolve_address("Storgatan 1", building((5, 80, "addr:city=Umeå"))), 5, 80) < 0.1


def test_a_shop_farther_off_does_not_make_an_address_unsure() -> None:
    world = World()
    door = house(world, 0, 0, "Storgatan", "1", "entrance=yes")
    house(world, 120, 0, "Storgatan", "1", "shop=kiosk")
    house(world, 240, 0, "Storgatan", "1-3")
    assert resolve_address("Storgatan 1", world.read()).element_id == door
    house(world, 5000, 0, "Storgatan", "1", "shop=kiosk")
    refused("Storgatan 1", world.read())


def test_lines_of_interpolation_are_left_out() -> None:
    world = World()
    house(world, 0, 0, "Storgatan", "1")
    tags = ("addr:interpolation=odd", "addr:street=Storgatan", "addr:housenumber=1-9")
    world.way([(0, 0), (400, 0)], *tags)
    refused("Storgatan 5", world.read())


# --- real extracts -------------------------------------------------------------------------------------------

SHORT = {"gatan": "g.", " gata": " g.", "vägen": "v.", "plan": "pl.", "torget": "t.", "katu": "k."}


def without_diacritics(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def abbreviated(text: str) -> str:
    for ending, short in SHORT.items():
        text = re.sub(rf"{ending}(?= \d)", short, text, flags=re.IGNORECASE)
    return text


def spaced(text: str) -> str:
    return re.sub(r"(?<=\d)([A-Za-z])$", r"  \1", text)


def glued(text: str) -> str:
    return re.sub(r"(?<=\d) ([A-Za-z])$", r"\1", text).lower()


WRITINGS: dict[str, Writing] = {
    "as it is": str,
    "in capitals": str.upper,
    "without diacritics": without_diacritics,
    "with the letter apart": spaced,
    "in small letters in one": glued,
    "abbreviated": abbreviated,
}


@pytest.fixture(scope="module", params=["helsinki", "kotka", "stockholm_fruangen_2020", "stockholm_ostermalm_2020"])
def extract(request: pytest.FixtureRequest, sample: Path) -> OsmData:
    bundled = sample / f"{request.param}.osm.pbf"
    if bundled.is_file():
        return read_extract(bundled)
    folder: Path = request.getfixturevalue("shared_data")
    return read_extract(folder / f"{request.param}.osm")


def mapped(osm: OsmData) -> Iterator[tuple[str, str, float, float]]:
    """Street, number and spot of everything that has both; what the number says of floors is left out."""
    for table in (osm.points, osm.areas):
        spots = table.geometry.representative_point()
        for tags, lon, lat in zip(table.tags, spots.x, spots.y, strict=True):
            if tags.get("addr:street") and re.match(r"\d", tags.get("addr:housenumber", "")):
                number = re.match(r"\d+(-\d+| ?[A-Za-z]\b)?", tags["addr:housenumber"])
                assert number
                yield tags["addr:street"], number[0], lon, lat


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS.keys())
def test_every_address_finds_itself(extract: OsmData, writing: Writing) -> None:
    book = address_book(extract)
    found: dict[str, list[Hit]] = {}
    lost = []
    for street, number, lon, lat in mapped(extract):
        text = writing(f"{street} {number}")
        if text not in found:
            found[text] = [hit for hit in looked_up(readings(text), book) if hit.exact]
        away = [np.hypot((hit.lon - lon) * np.cos(np.radians(lat)), hit.lat - lat) * 111_320 for hit in found[text]]
        if min(away, default=np.inf) > NEAR_M:
            lost.append((street, number, text, away))
    assert found
    assert lost == []


def test_every_label_finds_its_hit_again(extract: OsmData) -> None:
    book = address_book(extract)
    texts = {f"{street} {number}" for street, number, _, _ in mapped(extract)}
    hits = {hit for text in texts for hit in looked_up(readings(text), book)}
    assert [hit for hit in hits if hit not in looked_up(readings(hit.label), book)] == []


def test_a_lookup_is_quick(extract: OsmData) -> None:
    def seconds() -> float:
        began = time.perf_counter()
        find_address("Fruängsg. 3 B, 129 52 Hägersten", extract)
        return time.perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.2


# --- anything ------------------------------------------------------------------------------------------------

PARTS = ["Fruängs", "Stor", "gatan", "g.", "v.", "S:t ", "3", "5", "-", ";", ",", " ", "129 52", "Umeå", "ß", "{0}"]
parts = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


@given(text=st.text() | parts)
def test_no_text_makes_it_stumble(text: str) -> None:
    hits = find_address(text, TOWN)
    try:
        hit = resolve_address(text, TOWN)
    except AddressNotFound as error:
        assert error.text(texts_for("sv"))  # noqa: PT017
        assert len([each for each in hits if each.exact]) != 1
    else:
        assert [each for each in hits if each.exact] == [hit]
