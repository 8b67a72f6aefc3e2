"""The same settings for all sites, and what is told of those that are set aside."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from grannskap.batch.asking import asked_of_studies
from grannskap.batch.settings import with_one_setting
from grannskap.comparison.differing import own_ids
from grannskap.language import texts_for
from grannskap.study import Study, parse_study


def study(name: str, **tables: Any) -> Study:
    base: dict[str, Any] = {
        "study": {"name": name},
        "site": {"lat": 60.0, "lon": 25.0},
        "source": {"path": f"{name}.osm"},
    }
    return parse_study(base | tables, folder=Path("data"), file=Path("data") / f"{name}.toml")


def test_the_settings_of_the_first_hold_for_all_and_the_rest_stays() -> None:
    first = study("a", reach={"radius_m": 900}, model={"draws": 5}, study={"name": "a", "language": "en"})
    other = study("b", reach={"radius_m": 800}, profile={"name": "older_people_care"}, site={"lat": 59.0, "lon": 18.0})
    [one, two], _ = with_one_setting([first, other])
    assert one == first
    assert (two.reach, two.model, two.profile, two.language) == (first.reach, first.model, first.profile, "en")
    assert (two.name, two.site, two.source, two.path) == (other.name, other.site, other.source, other.path)


def test_each_setting_that_is_set_aside_is_named() -> None:
    first = study("a", profile={"functions": {"transit": {"trips_per_week": 7}}})
    changed = {"functions": {"transit": {"trips_per_week": 9, "pinned": ["Torget"]}, "police": {"trips_per_week": 1}}}
    other = study("b", reach={"radius_m": 800}, model={"dark": True}, profile=changed)
    _, aside = with_one_setting([first, other, first])
    said = [each.sentence().text(texts_for("sv")) for each in aside]
    assert said[0] == (
        "b.toml: [profile.functions.transit] trips_per_week är 9.0; här gäller 7.0 för alla, som i a.toml."
    )
    keys = [each.key for each in aside]
    assert {"[profile.functions.transit] pinned", "[reach] radius_m", "[model] dark"} < set(keys)
    assert [each.here for each in aside if each.key == "[profile.functions.police] trips_per_week"] == [""]
    assert not [key for key in keys if key.endswith(("reason", "source"))]


def test_of_another_profile_its_name_alone_is_told() -> None:
    _, aside = with_one_setting([study("a"), study("b", profile={"name": "older_people_care"})])
    assert [(each.key, each.there, each.here) for each in aside] == [
        ("[profile] name", '"older_people_care"', '"standard"')
    ]


def test_nothing_is_told_where_all_are_alike() -> None:
    assert with_one_setting([study("a"), study("b"), study("a")])[1] == []


def test_each_site_has_an_id_of_its_own() -> None:
    asked = asked_of_studies([study("a"), study("b"), replace(study("a"), name="another")])
    assert [site.site_id for site in asked.sites] == ["a", "b", "a (2)"]
    assert own_ids(["a", "a", "a (2)", "a"]) == ["a", "a (3)", "a (2)", "a (4)"]
