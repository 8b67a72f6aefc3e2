"""A study with something changed: each change is there, nothing else is, and what is wrong is told."""

from dataclasses import replace
from pathlib import Path

import pytest

import grannskap as gk
from grannskap.errors import StudyError
from grannskap.study.changing import assumed, at_site, with_layer, with_sheet
from grannskap.study.model import Site, Study


@pytest.fixture(scope="module")
def study(sample: Path) -> Study:
    return gk.read_study(sample / "study.toml")


def test_nothing_changed_is_the_same(study: Study) -> None:
    assert assumed(study) == study


def test_each_assumption_is_changed_alone(study: Study) -> None:
    assert assumed(study, radius_m=600.0) == replace(study, reach=replace(study.reach, radius_m=600.0))
    assert assumed(study, method="shortest") == replace(study, model=replace(study.model, method="shortest"))
    assert assumed(study, theta_per_m=0.05) == replace(study, model=replace(study.model, theta_per_m=0.05))
    fewer = assumed(study, trips={"transit": 12.0, "round_walk": 3.0}).profile
    assert fewer.functions["transit"].trips_per_week == 12.0
    assert fewer.round_walks.trips_per_week == 3.0
    assert fewer.functions["groceries"] == study.profile.functions["groceries"]


def test_a_reason_does_not_outlive_what_it_explains(study: Study) -> None:
    assert study.profile.functions["transit"].reason
    assert study.profile.round_walks.reason
    changed = assumed(study, trips={"transit": 12.0, "round_walk": 3.0}).profile
    assert changed.functions["transit"].reason == changed.functions["transit"].source == ""
    assert changed.round_walks.reason == changed.round_walks.source == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"radius_m": 0.0}, r"\[reach\] radius_m is 0.0; write a number above 0"),
        ({"radius_m": 20_001.0}, r"\[reach\] radius_m"),
        ({"trips": {"transit": -1.0}}, "at least 0"),
        ({"trips": {"trnsit": 1.0}}, "did you mean transit"),
        ({"method": "fastest"}, "write one of: logit, shortest, within_detour"),
        ({"theta_per_m": -0.1}, "above 0"),
    ],
)
def test_what_is_beyond_its_limits_is_told(study: Study, changes: dict[str, object], problem: str) -> None:
    with pytest.raises(StudyError, match=problem):
        assumed(study, **changes)  # type: ignore[arg-type]


def test_another_site_keeps_the_settings(study: Study) -> None:
    there = at_site(study, "Biblioteket", address="Unionsgatan 40")
    assert there == replace(study, name="Biblioteket", site=Site(address="Unionsgatan 40"), path=None)
    with pytest.raises(StudyError, match="has lat but not lon"):
        at_site(study, "Halv", lat=60.0)
    with pytest.raises(StudyError, match="at most 90"):
        at_site(study, "Fel", lat=600.0, lon=24.0)


def test_a_layer_and_a_sheet_join_the_study(study: Study) -> None:
    twice = with_layer(with_layer(study, "a.csv", "association"), "b.csv", "owner", sensitive=True, date="2026-01-01")
    assert [(layer.path.name, layer.kind, layer.sensitive) for layer in twice.layers] == [
        ("a.csv", "association", False),
        ("b.csv", "owner", True),
    ]
    with pytest.raises(StudyError, match="kind is empty"):
        with_layer(study, "a.csv", " ")
    assert with_sheet(study, paper="a4", scale=4000, png=False).print.scale == 4000
    with pytest.raises(StudyError, match="whole number from 500"):
        with_sheet(study, scale=3)
