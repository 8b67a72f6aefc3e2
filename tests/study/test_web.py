"""How a study asks for a background from elsewhere, and when it is refused."""

from pathlib import Path
from typing import Any

import pytest

from grannskap.errors import StudyError
from grannskap.study import Map, Study, parse_study, study_as_dict

TILES = "https://tiles.example:8443/osm/{z}/{x}/{y}.png?key=1"


def study(sensitivity: str = "internal", **asked: Any) -> Study:
    data = {
        "study": {"name": "Exempel", "sensitivity": sensitivity},
        "site": {"lat": 60.1713, "lon": 24.944},
        "source": {"path": "helsinki.osm.pbf"},
        "map": asked,
    }
    return parse_study(data, folder=Path("somewhere"))


def test_no_tiles_unless_they_are_asked_for() -> None:
    assert study().map == Map(tiles="", attribution="")


def test_what_is_asked_for_is_read_and_written_down() -> None:
    asked = {"tiles": TILES, "attribution": "© Somebody"}
    assert study(**asked).map == Map(**asked)
    assert study_as_dict(study(**asked))["map"] == asked


@pytest.mark.parametrize(
    "address",
    [
        *("http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/map.png", "https://{z}.example/{x}/{y}.png"),
        *("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://a@tiles.example/{z}/{x}/{y}.png"),
        *("https://tiles.example/{z}/{x}/{y}.png https://b.example", "https://tiles.example;/{z}/{x}/{y}"),
        *("https://tiles.example/{z}/{x}/{y}'\"><img>", "https://localhost/{z}/{x}/{y}.png", 3, True),
    ],
)
def test_only_an_address_at_one_host_will_do(address: object) -> None:
    with pytest.raises(StudyError) as caught:
        study(tiles=address, attribution="© Somebody")
    wanted = 'write the https address of tiles at one host, such as "https://tiles.example/{z}/{x}/{y}.png".'
    assert str(caught.value).startswith("[map] tiles is ")
    assert str(caught.value).endswith(wanted)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"tiles": TILES}, "[map] has tiles but not attribution; write whose map it is."),
        ({"tiles": TILES, "attribution": " "}, "[map] has tiles but not attribution; write whose map it is."),
        (
            {"tiles": TILES, "attribution": "© Somebody", "sensitivity": "protected"},
            "[map] tiles would tell tiles.example:8443 where a protected site lies; leave the key out.",
        ),
        ({"tile": TILES}, "Unknown key 'tile' in [map]; did you mean 'tiles'?"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(StudyError) as caught:
        study(**asked)
    assert str(caught.value) == told


def test_a_protected_study_without_tiles_is_read() -> None:
    assert study("protected").map == Map()
