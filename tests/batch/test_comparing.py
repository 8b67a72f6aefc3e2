"""Comparing many sites: what each measures alone, whatever the order, with failing sites as rows, and resumed."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from batch.conftest import Compare
from batch.crews import Inline
from batch.streets import at
from worlds import World, degrees

import grannskap as gk
from grannskap.batch import measuring
from grannskap.batch.asking import asked_of_table
from grannskap.batch.comparing import Asked, compare_sites
from grannskap.batch.gathering import Wanted
from grannskap.batch.keeping import Kept
from grannskap.batch.settings import SetAside
from grannskap.comparison.comparing import Comparison
from grannskap.comparison.measured import Measured
from grannskap.comparison.measuring import measured
from grannskap.errors import GrannskapError, StudyError
from grannskap.language import texts_for
from grannskap.pipeline import surveyed
from grannskap.study import FunctionDemand, Layer, Site, Study

Sites = tuple[Wanted, ...]


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert one.attrs == other.attrs


def values(table: pd.DataFrame, site: str) -> pd.DataFrame:
    """What a site measures, without what depends on the others."""
    columns = ["measure", "of", "unit", "value", "low", "high", "note"]
    found = table.loc[table.site_id == site, columns].reset_index(drop=True)
    found.attrs = {}
    return found


# --- what comes out ---------------------------------------------------------------------------------------------


def test_each_site_measures_what_it_measures_alone(sites: Sites, alone: Comparison) -> None:
    single = gk.compare([gk.analyse(site.study) for site in sites])
    for site, name in zip(sites, single.name.unique(), strict=True):
        [other] = single.site_id[single.name == site.study.name].unique()
        assert name
        same(values(alone.table, site.site_id), values(single, other))
    assert np.isfinite(alone.table.low).any()


def test_the_order_of_sites_changes_nothing(sites: Sites, alone: Comparison, compare: Compare) -> None:
    turned = compare([sites[2], sites[0], sites[3], sites[1]])
    same(turned.table, alone.table)
    assert json.dumps(turned.manifest) == json.dumps(alone.manifest)


def test_a_site_does_not_depend_on_the_others(sites: Sites, alone: Comparison, compare: Compare) -> None:
    pair = compare(sites[1:3])
    for site in sites[1:3]:
        same(values(pair.table, site.site_id), values(alone.table, site.site_id))


def test_the_same_site_twice_differs_by_nothing(sites: Sites, compare: Compare) -> None:
    table = compare([sites[0], replace(sites[0], site_id="again")]).table
    assert (table.difference.dropna() == 0).all()
    assert (table.difference_low.dropna() == 0).all()
    assert set(table.site_id) == {"west", "again"}


def test_two_sites_the_other_way_round(sites: Sites, compare: Compare) -> None:
    there, back = (compare(pair, against=None).table for pair in (sites[:2], sites[1::-1]))
    one = there[there.site_id == "middle"].set_index(["measure", "of"]).difference
    other = back[back.site_id == "west"].set_index(["measure", "of"]).difference
    pd.testing.assert_series_equal(one, -other, check_exact=True)
    assert (one != 0).any()


def test_one_site_alone_is_told(sites: Sites) -> None:
    [said] = Asked(sites[:1]).remarks()
    assert said.text(texts_for("sv")).startswith("Det finns bara ett boende och inget att jämföra det med")
    assert Asked(sites[:2]).remarks() == []


def test_against_one_of_them(sites: Sites, compare: Compare) -> None:
    found = compare(sites, against="east")
    assert found.manifest["compared_with"] == "east"
    assert (found.table.difference[found.table.site_id == "east"].dropna() == 0).all()


def test_the_manifest_tells_what_all_rests_on(sites: Sites, compare: Compare) -> None:
    aside = (SetAside("b.toml", "a.toml", "[reach] radius_m", "800", "600"),)
    found = compare(sites, set_aside=aside).manifest
    assert json.loads(json.dumps(found)) == found
    assert [each["site_id"] for each in found["sites"]] == sorted(site.site_id for site in sites)
    assert found["settings"]["reach"] == {"radius_m": 600.0}
    assert found["seed"] == 1
    assert found["version"] == gk.__version__
    assert found["counts"] == {"sites": 4, "measured": 4}
    assert found["set_aside"][0]["there"] == "800"
    [source] = found["sources"]
    assert source["path"] == "world.osm"
    assert len(source["sha256"]) == len(found["settings_sha256"]) == 64


# --- failing sites ----------------------------------------------------------------------------------------------


def poisoned(study: Study, folder: Path) -> list[Wanted]:
    """Sites that cannot be measured, each for another reason."""
    folder.mkdir(exist_ok=True)
    (folder / "torn.gpkg").write_bytes(bytes(range(256)))
    (folder / "torn.geojson").write_text('{"type": "FeatureCollection", "features": [', "utf-8")
    here = at(study, (0, 0))
    return [
        Wanted("outside", at(study, (9000, 0))),
        Wanted("far from streets", at(study, (0, -700))),
        Wanted("torn layer", replace(here, layers=(Layer(folder / "torn.gpkg", "association"),))),
        Wanted("torn site", replace(here, site=Site(file=folder / "torn.geojson"))),
        Wanted("no file", replace(here, site=Site(file=folder / "nowhere.gpkg"))),
        Wanted("no address", replace(here, site=Site(address="Ingenstans 4"))),
        Wanted("no source", replace(here, source=replace(here.source, path=folder / "nowhere.osm.pbf"))),
        Wanted("torn source", replace(here, source=replace(here.source, path=folder / "torn.gpkg"))),
        Wanted("unknown function", replace(here, profile=replace(here.profile, functions={"x": FunctionDemand(1.0)}))),
    ]


def test_a_failing_site_is_a_row_with_its_reason(
    study: Study, sites: Sites, alone: Comparison, compare: Compare, tmp_path: Path
) -> None:
    bad = poisoned(study, tmp_path / "bad")
    found = compare([*bad[:5], *sites, *bad[5:]])
    rows = found.table.set_index("site_id")
    for each in bad:
        row = rows.loc[each.site_id]
        assert isinstance(row, pd.Series), each.site_id
        assert (row.measure, row.n_references) == ("", 0)
        assert row.note
        assert "{" not in row.note
    assert "utanför utdraget" in rows.loc["outside"].note
    assert "nowhere.osm.pbf" in rows.loc["no source"].note
    for site in sites:
        same(values(found.table, site.site_id), values(alone.table, site.site_id))
    told = {each["site_id"]: each["reason"] for each in found.manifest["sites"]}
    assert {name for name, reason in told.items() if reason} == {each.site_id for each in bad}
    assert found.manifest["counts"] == {"sites": len(sites) + len(bad), "measured": len(sites)}


def test_a_wrong_row_of_the_table_is_a_row_with_its_reason(study: Study, compare: Compare, tmp_path: Path) -> None:
    lon, lat = degrees(0, 0)
    rows = [f"sound,{lat},{lon},", f"wrong,{lat},{lon},stanard", "empty,,,"]
    (tmp_path / "sites.csv").write_text("\n".join(["site_id,lat,lon,profile", *rows]) + "\n", "utf-8")
    found = compare(asked_of_table(tmp_path / "sites.csv", study).sites)
    notes = found.table[found.table.measure == ""].set_index("site_id").note
    assert set(found.table.site_id) == {"sound", "wrong", "empty"}
    assert notes["wrong"].startswith("sites.csv, rad 3: Profilen 'stanard' finns inte")
    assert notes["empty"].startswith("sites.csv, rad 4: kolumnen lat, lon är tom")


def test_why_a_protected_site_failed_tells_no_address(study: Study, sites: Sites, compare: Compare) -> None:
    hidden = replace(study, sensitivity="protected", site=Site(address="Ingenstans 4"))
    found = compare([*sites[:1], Wanted("hidden", hidden)])
    [note] = found.table.note[found.table.site_id == "hidden"]
    assert "…" in note
    assert "Ingenstans" not in note + json.dumps(found.manifest, ensure_ascii=False)


def test_where_a_protected_site_lies_is_not_kept_and_not_forgotten(study: Study, kept: Kept) -> None:
    lon, lat = degrees(120, 0)
    hidden = replace(at(study, (120, 0)), sensitivity="protected")
    older = replace(hidden, profile=replace(hidden.profile, walker="senior"))
    asked = Asked((Wanted("a", hidden), Wanted("b", older), Wanted("c", at(study, (9000, 0)))))
    first, again = (compare_sites(asked, Inline(), kept) for _ in range(2))
    assert not [site for path in kept.folder.iterdir() for site in kept.load(path.name) if np.isfinite(site.lon)]
    same(first.table, again.table)
    assert {cause for causes in first.table.cause for cause in causes.split(", ")} <= {"", "assumptions", "data"}
    assert (first.sites[0].lon, first.sites[0].lat) == pytest.approx((lon, lat))


def test_whatever_goes_wrong_within_the_program(
    sites: Sites, compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(study: Study, *rest: object) -> object:
        if study.name == sites[1].study.name:
            raise ZeroDivisionError("of {all}\nthings")
        return surveyed(study, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(measuring, "surveyed", broken)
    found = compare(sites)
    [note] = found.table.note[found.table.site_id == "middle"]
    assert note.startswith("Ett fel i programmet (ZeroDivisionError: of {all}")
    assert len(found.table.site_id.unique()) == len(sites)


def test_where_nothing_can_be_measured_that_is_told_and_nothing_is_kept(
    study: Study, kept: Kept, tmp_path: Path
) -> None:
    bad = tuple(poisoned(study, tmp_path / "bad"))
    with pytest.raises(StudyError, match="lies outside the extract"):
        compare_sites(Asked(bad[:1]), Inline(), kept)
    with pytest.raises(GrannskapError, match=r"None of the 9 sites could be measured. outside: The site at") as told:
        compare_sites(Asked(bad), Inline(), kept)
    assert told.value.text(texts_for("sv")).startswith("Inget av de 9 boendena gick att mäta. outside: Platsen på")
    assert not kept.folder.exists()


# --- going on where a run was stopped ---------------------------------------------------------------------------


def asked(sites: Sequence[Wanted], kept: Kept, *, stop_after: int | None = None) -> tuple[int, Comparison | None]:
    """How many sites were measured, and what came out; nothing where the run was stopped."""
    crew = Inline()

    def heard(finished: int) -> None:
        if finished == stop_after:
            raise KeyboardInterrupt

    found = None
    with suppress(KeyboardInterrupt):
        found = compare_sites(Asked(tuple(sites)), crew, kept, heard=heard)
    return crew.asked, found


def test_a_stopped_run_goes_on_where_it_was(sites: Sites, alone: Comparison, kept: Kept) -> None:
    first, nothing = asked(sites, kept, stop_after=2)
    assert nothing is None
    finished = len(list(kept.folder.iterdir()))
    assert finished == 2
    second, found = asked(sites, kept)
    assert (first >= 2, second) == (True, len(sites) - finished)
    assert found is not None
    same(found.table, alone.table)
    assert found.manifest == alone.manifest
    third, again = asked(sites[::-1], kept)
    assert third == 0
    assert again is not None
    same(again.table, alone.table)


def test_what_is_kept_holds_neither_id_nor_name(sites: Sites, kept: Kept) -> None:
    asked(sites[:1], kept)
    other = Wanted("other", replace(sites[0].study, name="Another name"))
    times, found = asked([other], kept)
    assert times == 0
    assert found is not None
    assert set(found.table.site_id) == {"other"}
    assert set(found.table.name) == {"Another name"}


def _renamed_away(kept: Kept) -> None:
    for path in kept.folder.iterdir():
        path.rename(path.with_name("x" * 64))


def _cut_short(kept: Kept) -> None:
    for path in kept.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-20])


def _changed(kept: Kept) -> None:
    for path in kept.folder.iterdir():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))


def _emptied(kept: Kept) -> None:
    for path in kept.folder.iterdir():
        path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_renamed_away, _cut_short, _changed, _emptied])
def test_what_is_damaged_is_measured_anew(sites: Sites, kept: Kept, damage: Callable[[Kept], None]) -> None:
    asked(sites[:1], kept)
    damage(kept)
    times, found = asked(sites[:1], kept)
    assert times == 1
    assert found is not None
    assert np.isfinite(found.table.value).any()


def test_nothing_is_kept_once_all_is_written_unless_a_site_failed(
    study: Study, sites: Sites, kept: Kept, tmp_path: Path
) -> None:
    _, found = asked(sites[:1], kept)
    assert found is not None
    kept.done(found)
    assert not kept.folder.exists()
    bad = poisoned(study, tmp_path / "bad")[0]
    _, found = asked([*sites[:1], bad], kept)
    assert found is not None
    kept.done(found)
    assert len(list(kept.folder.iterdir())) == 1
    assert asked([*sites[:1], replace(bad, study=sites[1].study)], kept)[0] == 1


# --- ordinary dwellings around ----------------------------------------------------------------------------------


def references(found: Comparison, site: str) -> list[Measured]:
    return [each for each in found.sites if each.of_site == site]


def test_references_are_ordinary_dwellings_around_each_site(sites: Sites, alone: Comparison, compare: Compare) -> None:
    found = compare(sites[:2], references=3)
    for site in sites[:2]:
        around = references(found, site.site_id)
        assert [each.role for each in around] == ["reference"] * 3
        assert [each.site_id for each in around] == [f"{site.site_id} / {n}" for n in (1, 2, 3)]
        assert all(np.isnan(each.lon) and np.isnan(each.lat) and not each.name for each in around)
        assert all(each.draws.shape[1] == 0 for each in around)
        same(values(found.table, site.site_id), values(alone.table, site.site_id))
    rows = found.table[found.table.measure == "nearest_m"]
    assert (rows.n_references == 3).all()
    assert np.isfinite(rows.reference_median).all()
    assert found.manifest["references"]["wanted"] == 3
    assert all(each["references"] == 3 for each in found.manifest["sites"])


def test_a_reference_measures_what_a_site_there_would(study: Study, sites: Sites, compare: Compare) -> None:
    """Every address is drawn, so that each of them can be found among the references."""
    found = references(compare(sites[1:2], references=30), "middle")
    addresses = [at(study, (x, -15)) for x in range(40, 560, 60) if x not in (160, 220)]  # these are near the site
    undrawn = [replace(each, model=replace(each.model, draws=0)) for each in addresses]
    wanted = {str(measured(gk.analyse(each)).table.value.round(9).to_dict()) for each in undrawn}
    told = {str(each.table.value.round(9).to_dict()) for each in found}
    assert len(wanted) == len(addresses) == 7
    assert wanted <= told
    assert len(found) == 8  # and a house without an address


def test_the_choice_of_references_depends_on_the_seed_and_not_on_the_others(sites: Sites, compare: Compare) -> None:
    def drawn(found: Comparison, site: str) -> list[float]:
        return [float(each.table.value["nearest_m", "transit"]) for each in references(found, site)]

    few, many = compare(sites[:1], references=2), compare(sites[::-1], references=4)
    assert drawn(few, "west") == drawn(many, "west")[:2]
    seeded = [
        replace(sites[0], study=replace(sites[0].study, model=replace(sites[0].study.model, seed=seed)))
        for seed in (2, 3, 4)
    ]
    assert any(drawn(compare([site], references=2), "west") != drawn(few, "west") for site in seeded)


def test_where_there_are_no_dwellings_there_are_no_references(study: Study, compare: Compare, tmp_path: Path) -> None:
    world = World(bounds=((-300, -2000), (600, 2000)))
    world.way([(0, 0), (400, 0)], "highway=residential")
    world.node(400, 10, "shop=supermarket")
    path = world.write(tmp_path / "empty.osm")
    here = replace(at(study, (0, 0)), source=replace(study.source, path=path))
    found = compare([Wanted("a", here)], references=2)
    assert len(found.sites) == 1
    assert (found.table.n_references == 0).all()
