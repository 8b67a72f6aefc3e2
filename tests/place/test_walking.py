"""The rules of walking, each on tags alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import tags_of

from grannskap.place.walking import (
    blocks_walkers,
    layer,
    one_way,
    uncrossable,
    walking_access,
    walking_rules,
)

OPEN = [
    "footway", "path", "pedestrian", "steps", "living_street", "cycleway", "residential", "service", "unclassified",
    "track", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "bridleway",
    "elevator", "corridor", "platform",
]  # fmt: skip
CLOSED = [
    "motorway", "motorway_link", "trunk", "trunk_link", "raceway", "construction", "proposed", "busway",
    "bus_guideway", "abandoned", "razed", "street_lamp",
]  # fmt: skip
RULES = walking_rules()


def access_of(*tags: str) -> str | None:
    return walking_access(tags_of(tags), RULES)[0]


@pytest.mark.parametrize("highway", OPEN)
def test_open_to_walkers_as_it_is(highway: str) -> None:
    assert walking_access({"highway": highway}, RULES) == ("public", "")


@pytest.mark.parametrize("highway", CLOSED)
def test_closed_to_walkers_as_it_is(highway: str) -> None:
    assert walking_access({"highway": highway}, RULES) == (None, "not_for_walking")


@pytest.mark.parametrize("highway", OPEN)
@pytest.mark.parametrize("foot", ["no", "private", "use_sidepath"])
def test_foot_denies_everywhere(highway: str, foot: str) -> None:
    assert walking_access({"highway": highway, "foot": foot}, RULES) == (None, "foot_forbidden")


@pytest.mark.parametrize("highway", OPEN)
@pytest.mark.parametrize("access", ["no", "military"])
def test_access_denies_everywhere(highway: str, access: str) -> None:
    assert walking_access({"highway": highway, "access": access}, RULES) == (None, "access_forbidden")


@pytest.mark.parametrize("highway", OPEN)
@pytest.mark.parametrize("foot", ["yes", "designated", "permissive", "destination", "customers"])
@pytest.mark.parametrize("access", ["no", "private", "military", "yes"])
def test_foot_says_more_than_access(highway: str, foot: str, access: str) -> None:
    assert access_of(f"highway={highway}", f"foot={foot}", f"access={access}") == "public"


@pytest.mark.parametrize("access", ["yes", "permissive", "destination", "customers", "public"])
def test_access_that_lets_people_in(access: str) -> None:
    assert access_of("highway=footway", f"access={access}") == "public"


@pytest.mark.parametrize("highway", ["service", "residential", "track"])
def test_private_on_vehicle_ways_is_walked_at_a_penalty(highway: str) -> None:
    assert access_of(f"highway={highway}", "access=private") == "private"


@pytest.mark.parametrize("highway", ["footway", "path", "steps", "cycleway", "pedestrian"])
def test_private_on_foot_ways_is_only_the_last_link(highway: str) -> None:
    assert access_of(f"highway={highway}", "access=private") == "last_link"


@pytest.mark.parametrize("highway", ["trunk", "trunk_link"])
@pytest.mark.parametrize(
    ("tag", "open_to"),
    [
        ("foot=yes", True),
        ("foot=designated", True),
        ("sidewalk=both", True),
        ("sidewalk=right", True),
        ("sidewalk:left=yes", True),
        ("sidewalk:both=separate", True),
        ("sidewalk=no", False),
        ("sidewalk=none", False),
        ("sidewalk:both=no", False),
        ("bicycle=yes", False),
    ],
)
def test_trunk_only_with_foot_or_a_sidewalk(highway: str, tag: str, open_to: bool) -> None:
    assert (access_of(f"highway={highway}", tag) == "public") == open_to


@pytest.mark.parametrize("highway", ["motorway", "motorway_link", "raceway", "construction", "proposed"])
@pytest.mark.parametrize("tag", ["foot=yes", "sidewalk=both"])
def test_never_whatever_else_is_said(highway: str, tag: str) -> None:
    assert access_of(f"highway={highway}", tag) is None


@pytest.mark.parametrize("tags", [("highway=primary",), ("highway=trunk", "foot=yes"), ("highway=primary", "foot=yes")])
def test_motorroads_never(tags: tuple[str, ...]) -> None:
    assert access_of(*tags) == "public"
    assert access_of(*tags, "motorroad=yes") is None


@pytest.mark.parametrize(("tag", "open_to"), [("foot=yes", True), ("sidewalk=both", False), ("access=yes", False)])
def test_busways_only_with_foot(tag: str, open_to: bool) -> None:
    assert (access_of("highway=busway", tag) == "public") == open_to


def test_drive_through_never() -> None:
    assert access_of("highway=service", "service=drive-through") is None
    assert access_of("highway=service", "service=drive-through", "foot=yes") is None


@pytest.mark.parametrize("service", ["driveway", "parking_aisle", "alley", "emergency_access"])
def test_other_service_ways_are_walked(service: str) -> None:
    assert access_of("highway=service", f"service={service}") == "public"


@pytest.mark.parametrize("tag", ["oneway=yes", "bicycle=designated", "motor_vehicle=no", "vehicle=no", "lit=no"])
def test_what_speaks_of_vehicles_does_not_stop_walkers(tag: str) -> None:
    assert access_of("highway=cycleway", tag) == "public"


@pytest.mark.parametrize("tag", ["railway=platform", "public_transport=platform"])
def test_platforms_are_walked_without_being_a_highway(tag: str) -> None:
    assert access_of(tag) == "public"
    assert access_of(tag, "access=no") is None


@pytest.mark.parametrize("tags", [("building=yes",), ("railway=rail",), ("waterway=river",), ("foot=yes",), ()])
def test_what_is_no_way_needs_no_reason(tags: tuple[str, ...]) -> None:
    assert walking_access(tags_of(tags), RULES) == (None, "")


@pytest.mark.parametrize("tag", ["disused:highway=footway", "construction:highway=path", "proposed:highway=steps"])
def test_lifecycle_prefixes_are_no_ways(tag: str) -> None:
    assert access_of(tag) is None


@given(
    st.dictionaries(
        st.sampled_from(["highway", "foot", "access", "service", "motorroad", "sidewalk", "railway"]),
        st.sampled_from([*OPEN, *CLOSED, "yes", "no", "private", "use_sidepath", "both", "drive-through", "platform"]),
    )
)
def test_a_way_is_either_walked_or_not_for_a_reason(tags: dict[str, str]) -> None:
    access, reason = walking_access(tags, RULES)
    assert access is None or not reason
    if tags.get("foot") in ("no", "private", "use_sidepath"):
        assert access is None
    if tags.get("highway") and access is None:
        assert reason


# --- gates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        (("barrier=gate",), False),
        (("barrier=gate", "access=private"), False),  # mostly stops vehicles
        (("barrier=gate", "locked=yes"), True),
        (("barrier=gate", "locked=no"), False),
        (("barrier=gate", "locked=yes", "foot=yes"), False),
        (("barrier=gate", "foot=no"), True),
        (("barrier=gate", "foot=private"), True),
        (("barrier=gate", "access=no"), True),
        (("barrier=gate", "access=no", "foot=designated"), False),
        (("barrier=lift_gate", "access=no"), True),
        (("barrier=swing_gate",), False),
        (("barrier=turnstile", "locked=yes"), True),
        (("barrier=bollard", "access=no"), False),  # one walks past it
        (("barrier=kerb",), False),
        (("barrier=cycle_barrier", "foot=no"), False),
        (("highway=crossing", "foot=no"), False),
        ((), False),
    ],
)
def test_gates_stop_walkers_when_locked_or_closed_to_them(tags: tuple[str, ...], stops: bool) -> None:
    assert blocks_walkers(tags_of(tags), RULES) == stops


# --- layers, directions, barriers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "level"),
    [
        ((), 0),
        (("layer=0",), 0),
        (("layer=2",), 2),
        (("layer=-1",), -1),
        (("layer=1;2",), 1),
        (("layer=-0.5",), 0),
        (("layer=ground",), 0),
        (("bridge=yes",), 1),
        (("bridge=viaduct",), 1),
        (("bridge=no",), 0),
        (("bridge=yes", "layer=3"), 3),
        (("bridge=yes", "layer=0"), 0),
        (("tunnel=yes",), -1),
        (("tunnel=culvert",), -1),
        (("tunnel=no",), 0),
        (("tunnel=building_passage",), 0),
        (("tunnel=covered",), 0),
        (("covered=yes",), 0),
        (("tunnel=yes", "layer=-2"), -2),
    ],
)
def test_layer(tags: tuple[str, ...], level: int) -> None:
    assert layer(tags_of(tags)) == level


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ((), 0),
        (("oneway=yes",), 0),
        (("oneway=-1",), 0),
        (("oneway:bicycle=yes",), 0),
        (("oneway:foot=yes",), 1),
        (("oneway:foot=-1",), -1),
        (("oneway:foot=no", "oneway=yes"), 0),
        (("foot:backward=no",), 1),
        (("foot:forward=no",), -1),
    ],
)
def test_only_what_speaks_of_walkers_gives_a_direction(tags: tuple[str, ...], direction: int) -> None:
    assert one_way(tags_of(tags)) == direction


@pytest.mark.parametrize(
    ("tags", "wall"),
    [
        (("highway=motorway",), True),
        (("highway=trunk",), True),
        (("highway=trunk", "sidewalk=both"), False),
        (("highway=trunk", "foot=yes"), False),
        (("highway=motorway", "bridge=yes"), False),  # one walks under it
        (("highway=motorway", "tunnel=yes"), False),
        (("highway=motorway", "layer=1"), False),
        (("railway=rail",), True),
        (("railway=subway", "tunnel=yes"), False),
        (("railway=subway",), True),
        (("railway=tram",), False),
        (("railway=abandoned",), False),
        (("waterway=river",), True),
        (("waterway=stream",), False),
        (("waterway=canal", "tunnel=culvert"), False),
        (("highway=primary",), False),
        (("highway=residential",), False),
    ],
)
def test_what_cannot_be_crossed(tags: tuple[str, ...], wall: bool) -> None:
    assert uncrossable(tags_of(tags), RULES) == wall
