"""A profile tells how often a unit walks where; a study changes single values of it."""

from pathlib import Path
from typing import Any

import pytest

from grannskap.errors import StudyError
from grannskap.study import (
    FunctionDemand,
    Profile,
    packaged_profile,
    packaged_profiles,
    parse_study,
)

OWN = """
description = "Seniorer"
speed_km_h = 3.4
[functions.library]
trips_per_week = 3
"""


def profile_of(folder: Path, **profile: Any) -> Profile:
    data = {
        "study": {"name": "Exempel"},
        "site": {"lat": 60.1713, "lon": 24.944},
        "source": {"path": "helsinki.osm.pbf"},
        "profile": profile,
    }
    return parse_study(data, folder=folder, file=folder / "study.toml").profile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profiler").mkdir()
    (tmp_path / "profiler" / "senior.toml").write_text(OWN, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", packaged_profiles())
def test_packaged_profiles_say_why(name: str) -> None:
    profile = packaged_profile(name)
    assert profile.name == name
    assert profile.description
    assert profile.unit
    assert all(demand.reason and demand.source for demand in profile.functions.values())


def test_the_standard_profile_is_of_a_reasonable_size() -> None:
    standard = packaged_profile("standard")
    assert 150 <= sum(demand.trips_per_week for demand in standard.functions.values()) <= 250
    assert set(standard.functions) == {
        *("transit", "groceries", "green_space", "alcohol_shop"),
        *("pharmacy", "healthcare", "library", "meeting_place"),
    }


def test_a_study_changes_single_values(folder: Path) -> None:
    before = packaged_profile("standard")
    after = profile_of(folder, functions={"transit": {"trips_per_week": 40}}, speed_km_h=4)
    assert after.speed_km_h == 4
    assert after.functions["transit"].trips_per_week == 40
    assert after.functions["transit"].choice == before.functions["transit"].choice
    assert after.functions["library"] == before.functions["library"]
    assert list(after.functions) == list(before.functions)


def test_a_reason_does_not_outlive_the_values_that_it_explains(folder: Path) -> None:
    standard = packaged_profile("standard").functions["transit"]
    changed = profile_of(folder, functions={"transit": {"trips_per_week": 40}})
    assert (changed.functions["transit"].reason, changed.functions["transit"].source) == ("", "")
    told = profile_of(folder, functions={"transit": {"k": 2, "reason": "Räknat"}})
    assert told.functions["transit"].reason == "Räknat"
    pinned = profile_of(folder, functions={"transit": {"pinned": ["node/1"]}})
    assert pinned.functions["transit"].reason == standard.reason
    assert pinned.functions["transit"].pinned == ("node/1",)


def test_a_study_adds_a_function(folder: Path) -> None:
    added = profile_of(folder, functions={"preschool": {"trips_per_week": 5}})
    assert added.functions["preschool"] == FunctionDemand(trips_per_week=5, choice="nearest", beta_per_m=0.002, k=3)


def test_an_own_profile_is_seen_from_the_folder(folder: Path) -> None:
    profile = profile_of(folder, name="profiler/senior.toml")
    assert (profile.name, profile.description, profile.speed_km_h) == ("senior", "Seniorer", 3.4)
    assert list(profile.functions) == ["library"]


WRONG = [
    (
        "description = 'a'",
        ("senior.toml: A profile needs at least one function; add a table [functions.transit] with trips_per_week."),
    ),
    (
        "[functions]",
        ("senior.toml: A profile needs at least one function; add a table [functions.transit] with trips_per_week."),
    ),
    ("sped_km_h = 3", "senior.toml: Unknown key or table 'sped_km_h'; did you mean 'speed_km_h'?"),
    (
        "[functions.library]\ntrips = 3",
        (
            "senior.toml: Unknown key 'trips' in [functions.library];"
            " the keys there are: trips_per_week, choice, beta_per_m, k, pinned, reason, source."
        ),
    ),
    (
        "speed_km_h = 0\n[functions.library]\ntrips_per_week = 3",
        "senior.toml: speed_km_h is 0; write a number above 0.",
    ),
    (
        "[round_walks]\nlenght_m = 300\n[functions.library]\ntrips_per_week = 3",
        "senior.toml: Unknown key 'lenght_m' in [round_walks]; did you mean 'length_m'?",
    ),
    (
        "round_walks = 3\n[functions.library]\ntrips_per_week = 3",
        "senior.toml: [round_walks] is 3; write a table of keys and values.",
    ),
    (
        "[round_walks]\nseats = -1\n[functions.library]\ntrips_per_week = 3",
        "senior.toml: [round_walks] seats is -1; write a number that is at least 0.",
    ),
    (
        "[functions.library]\ntrips_per_week = '3'",
        ('senior.toml: [functions.library] trips_per_week is "3"; write a number, without quotation marks.'),
    ),
    (
        "functions",
        ("senior.toml: Line 1 is not valid TOML; write it as key = value, with text in quotation marks."),
    ),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_wrong_in_a_profile_is_told_of_its_file(folder: Path, text: str, sentence: str) -> None:
    (folder / "profiler" / "senior.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        profile_of(folder, name="profiler/senior.toml")
    assert str(caught.value) == sentence
