"""A place that is no longer there is neither passed nor walked to, and all else stays as it is."""

from pathlib import Path

import pandas as pd
import pytest
from worlds import World

import grannskap as gk
from grannskap.errors import TableError
from grannskap.place.correcting import without_place
from grannskap.place.place import Place


def street() -> World:
    """A street with two shops of one name, a café between and a library at its end."""
    world = World(bounds=((-400, -400), (800, 400)))
    world.way([(0, 0), (300, 0)], "highway=residential", "name=Gatan")
    world.node(100, 5, "shop=supermarket", "name=Handeln")
    world.node(150, 5, "amenity=cafe", "name=Kaféet")
    world.node(200, 5, "shop=supermarket", "name=Handeln")
    world.node(290, 5, "amenity=library", "name=Biblioteket")
    return world


@pytest.fixture
def study(tmp_path: Path) -> gk.Study:
    return street().study(tmp_path, trips={"groceries": 20, "library": 10}, model={"draws": 0})


@pytest.fixture
def place(study: gk.Study) -> Place:
    return gk.open_place(study)


def ids(place: Place) -> dict[str, str]:
    return dict(zip(place.places.element_id, place.places.name, strict=True))


def test_what_has_closed_is_neither_passed_nor_walked_to(study: gk.Study, place: Place) -> None:
    near = next(each for each, name in ids(place).items() if name == "Handeln")
    before, after = gk.analyse(study, place), gk.analyse(study, without_place(place, near))
    assert near in set(before.destinations.destination_id)
    assert near not in {*after.destinations.destination_id, *after.actors.actor_id}
    assert after.destinations.trips_per_week.sum() == pytest.approx(30)
    kept = before.actors[before.actors.actor_id != near].set_index("actor_id")
    assert set(kept.index) == set(after.actors.actor_id)
    assert after.destinations.loc[after.destinations.function == "library", "distance_m"].tolist() == pytest.approx(
        before.destinations.loc[before.destinations.function == "library", "distance_m"].tolist()
    )
    source = after.manifest["source"]
    assert isinstance(source, dict)
    assert source["changed_by_hand"] == f"without {near}"


def test_whom_else_the_walks_pass_does_not_change_where_nobody_walked_to_it(study: gk.Study, place: Place) -> None:
    before = gk.analyse(study, place).actors
    after = gk.analyse(study, without_place(place, "Kaféet")).actors
    assert "Kaféet" in set(before.name)
    pd.testing.assert_series_equal(
        after.set_index("actor_id").passages_per_week.sort_index(),
        before[before.name != "Kaféet"].set_index("actor_id").passages_per_week.sort_index(),
    )


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("Handeln", "2 places are called Handeln: write the id of one of them"),
        ("Biblotek", "There is no place Biblotek here: write its id or its name; the nearest is Biblioteket"),
        ("", "There is no place"),
    ],
)
def test_which_place_is_meant_must_be_plain(place: Place, which: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        without_place(place, which)
    assert str(caught.value).startswith(told)


def test_a_name_is_read_kindly_and_changes_add_up(place: Place) -> None:
    fewer = without_place(without_place(place, " kaféet "), "BIBLIOTEKET")
    assert sorted(name for name in ids(fewer).values() if name) == ["Handeln", "Handeln"]
    assert fewer.source["changed_by_hand"].count("without") == 2
