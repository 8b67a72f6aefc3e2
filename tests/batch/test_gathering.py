"""What is read for many sites: each source once, and around each site what it would have alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from batch.streets import at, street
from commands import small_town

from grannskap.batch import gathering
from grannskap.batch.gathering import Wanted, gather
from grannskap.batch.job import Parcel, material_key
from grannskap.errors import AddressNotFound, SourceError, StudyError
from grannskap.fetching import fetch_snapshot
from grannskap.opening import Material, located, opened
from grannskap.osm import address_scan, cutting, files, source
from grannskap.osm.data import OsmData
from grannskap.osm.extract import read_extract
from grannskap.osm.layer_addresses import placed
from grannskap.study import Layer, Reach, Site, Study
from grannskap.study.layers import OwnLayer

Sites = tuple[Wanted, ...]


def materials(sites: Sequence[Wanted], *, references: int = 0) -> dict[str, Material]:
    found = {}
    for each in gather(sites, references=references):
        assert each.problem is None
        assert each.question is not None
        found[each.wanted.site_id] = each.question[1].unpacked()
    return found


def large(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every extract is large from here on; each pass over one is noted."""
    passes: list[str] = []

    def noted(name: str, read: Callable[..., Any]) -> Callable[..., Any]:
        def run(*words: Any) -> Any:
            passes.append(name)
            return read(*words)

        return run

    monkeypatch.setattr(files, "LARGE_BYTES", 100)
    monkeypatch.setattr(source, "cut", noted("cut", cutting.cut))
    monkeypatch.setattr(source, "addresses_in", noted("addresses", address_scan.addresses_in))
    return passes


def same_places(sites: Sites, found: dict[str, Material]) -> None:
    """Each place is the one that the study alone would have."""
    for site in sites:
        alone, gathered = opened(site.study)[1], found[site.site_id].place()
        assert alone.bounds == gathered.bounds
        assert alone.source == gathered.source
        pd.testing.assert_frame_equal(pd.DataFrame(alone.streets.edges), pd.DataFrame(gathered.streets.edges))
        assert alone.places.element_id.tolist() == gathered.places.element_id.tolist()
        assert alone.layers == gathered.layers


@pytest.mark.parametrize("radius_m", [600.0, 1350.0, 3000.0])
def test_around_each_site_is_what_it_has_alone(sites: Sites, radius_m: float) -> None:
    """With the widest radius all boxes reach beyond the map; with the second, some of their sides do."""
    wide = tuple(replace(each, study=replace(each.study, reach=Reach(radius_m))) for each in sites)
    found = materials(wide)
    same_places(wide, found)
    assert len({material_key(each) for each in found.values()}) == (1 if radius_m == 3000.0 else len(sites))


def test_a_source_is_read_once(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []

    def note(path: Path) -> OsmData:
        reads.append(path)
        return read_extract(path)

    monkeypatch.setattr(source, "read_extract", note)
    materials(sites, references=2)
    assert len(reads) == 1


def test_of_a_large_extract_all_neighbourhoods_are_cut_in_one_pass(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = large(monkeypatch)
    found = materials(sites)
    assert passes == ["cut"]
    same_places(sites, found)
    passes.clear()
    materials(sites, references=2)
    assert passes == ["cut"]


def test_references_change_nothing_around_the_site(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {name: material_key(each) for name, each in materials(sites).items()}
    assert {name: material_key(each) for name, each in materials(sites, references=3).items()} == plain
    large(monkeypatch)
    cut = {name: material_key(each) for name, each in materials(sites).items()}
    assert {name: material_key(each) for name, each in materials(sites, references=3).items()} == cut


@pytest.mark.parametrize("is_large", [False, True])
def test_addresses_are_looked_up_together(study: Study, monkeypatch: pytest.MonkeyPatch, *, is_large: bool) -> None:
    addresses = ["Storgatan 40", "Storgatan 400", "Storgatan 999"]
    sites = tuple(Wanted(each, replace(study, site=Site(address=each))) for each in addresses)
    passes = large(monkeypatch) if is_large else []
    found = {each.wanted.site_id: each for each in gather(sites)}
    assert passes == (["addresses", "cut"] if is_large else [])
    assert isinstance(found["Storgatan 999"].problem, AddressNotFound)
    for x in (40, 400):
        question, there = found[f"Storgatan {x}"].question, at(study, (x, -15)).site
        assert question is not None
        [spot] = shapely.get_coordinates(question[0].shapes.geometry)
        assert tuple(spot) == pytest.approx((there.lon, there.lat), abs=1e-9)


def test_a_site_outside_is_told_from_a_small_and_from_a_large_extract(
    sites: Sites, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = Wanted("outside", at(study, (9000, 0)))
    for _ in range(2):
        told = {each.wanted.site_id: each.problem for each in gather([sites[0], outside, sites[1]])}
        assert isinstance(told.pop("outside"), StudyError)
        assert set(told.values()) == {None}
        large(monkeypatch)


def test_whatever_goes_wrong_at_one_site_costs_the_others_nothing(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(study: Study, osm: OsmData) -> object:
        if study.name == sites[1].study.name:
            raise shapely.GEOSException("side location conflict")
        return located(study, osm)

    monkeypatch.setattr(gathering, "located", broken)
    found = {each.wanted.site_id: each for each in gather(sites)}
    assert str(found["middle"].problem) == (
        "An error within the program (shapely.errors.GEOSException: side location conflict): please report it."
    )
    assert [each.wanted.site_id for each in found.values() if each.question is None] == ["middle"]


def test_a_source_that_breaks_costs_its_own_sites_only(sites: Sites, tmp_path: Path) -> None:
    torn = tmp_path / "torn.osm.pbf"
    torn.write_bytes(street().write(tmp_path / "whole.osm.pbf").read_bytes()[:-200])
    broken = [
        Wanted(f"torn {n}", replace(each.study, source=replace(each.study.source, path=torn)))
        for n, each in enumerate(sites[:2])
    ]
    found = {each.wanted.site_id: each for each in gather([*broken, *sites])}
    assert all(isinstance(found[each.site_id].problem, SourceError) for each in broken)
    assert all(found[each.site_id].question is not None for each in sites)


def test_a_large_source_that_breaks_while_it_is_read(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_path: Path, boxes: Sequence[object]) -> object:
        yield from ()
        raise SourceError("{path} cannot be read", path=len(boxes))

    large(monkeypatch)
    monkeypatch.setattr(source, "cut", breaks)
    assert [type(each.problem) for each in gather(sites)] == [SourceError] * len(sites)


def test_snapshots_are_sources_too(sites: Sites, tmp_path: Path) -> None:
    fetched = fetch_snapshot(sites[0].study, snapshot=tmp_path / "street.gpkg", tell=lambda _: None)
    there = tuple(replace(site, study=replace(site.study, source=fetched.study.source)) for site in sites[:2])
    same_places(there, materials(there))


def test_what_is_known_is_not_read(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {each.wanted.site_id: each.key for each in gather(sites)}
    assert len(set(keys.values())) == len(sites)
    passes = large(monkeypatch)
    found = {each.wanted.site_id: each for each in gather(sites, known=lambda key: key != keys["east"])}
    assert passes == ["cut"]
    assert [name for name, each in found.items() if each.question is not None] == ["east"]
    passes.clear()
    assert all(each.question is None and each.problem is None for each in gather(sites, known=lambda _: True))
    assert passes == []


def key(site: Wanted) -> str:
    [found] = gather([site])
    assert found.key
    return found.key


def _draws(study: Study) -> Study:
    return replace(study, model=replace(study.model, draws=study.model.draws + 1))


def _radius(study: Study) -> Study:
    return replace(study, reach=replace(study.reach, radius_m=601.0))


def _walker(study: Study) -> Study:
    return replace(study, profile=replace(study.profile, walker="senior"))


def _moved(study: Study) -> Study:
    return replace(study, site=replace(study.site, lat=(study.site.lat or 0.0) + 1e-6))


def _layered(study: Study) -> Study:
    path = (study.path or Path()).parent / "own.csv"
    path.write_text("namn,lat,lon\nFöreningen,57.7,15.0\n", "utf-8")
    return replace(study, layers=(Layer(path, "association"),))


def _protected(study: Study) -> Study:
    return replace(study, sensitivity="protected")


@pytest.mark.parametrize("change", [_draws, _radius, _walker, _moved, _layered, _protected])
def test_whatever_changes_the_measures_changes_the_key(sites: Sites, change: Callable[[Study], Study]) -> None:
    assert key(replace(sites[0], study=change(sites[0].study))) != key(sites[0]) == key(sites[0])


def test_another_map_changes_the_key(sites: Sites, tmp_path: Path) -> None:
    before = sites[0].study.source
    assert before.path is not None
    other = tmp_path / "world.osm"
    other.write_text(before.path.read_text("utf-8").replace("Kaféet", "Baren"), "utf-8")
    moved = replace(sites[0], study=replace(sites[0].study, source=replace(before, path=other)))
    assert key(moved) != key(sites[0])


def test_a_layer_that_changes_changes_the_key(sites: Sites) -> None:
    layered = replace(sites[0], study=_layered(sites[0].study))
    before = key(layered)
    path = layered.study.layers[0].path
    path.write_text(path.read_text("utf-8").replace("Föreningen", "Klubben"), "utf-8")
    assert key(layered) != before


def test_what_changes_nothing_leaves_the_key(sites: Sites) -> None:
    same = Wanted("other", replace(sites[0].study, name="Another name", path=None))
    assert key(same) == key(sites[0])
    [more] = gather(sites[:1], references=1)
    assert more.key != key(sites[0])


def test_layers_are_read_and_placed_once(sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.csv"
    path.write_text("namn,adress\nFöreningen,Storgatan 100\n", "utf-8")
    layers = (Layer(path, "association"),)
    with_own = tuple(replace(site, study=replace(site.study, layers=layers)) for site in sites)
    same_places(with_own, materials(with_own))
    times: list[int] = []

    def counted(own: Sequence[OwnLayer], osm: OsmData) -> tuple[OwnLayer, ...]:
        times.append(len(own))
        return placed(own, osm)

    monkeypatch.setattr(gathering, "placed", counted)
    materials(with_own)
    assert times == [1]


def test_what_lies_around_several_sites_is_packed_once(study: Study) -> None:
    near = [Wanted(str(n), at(study, (n, 0))) for n in range(3)]
    parcels = [each.question[1] for each in gather(near) if each.question is not None]
    assert len(parcels) == 3
    assert len({each.key for each in parcels}) == len({id(each) for each in parcels})


def test_the_key_of_material_tells_all_of_it_apart(sites: Sites, study: Study, tmp_path: Path) -> None:
    [first] = materials(sites[:1]).values()
    osm = first.osm
    other_world = small_town("Kaféet").write(tmp_path / "other.osm")
    [elsewhere] = materials(
        [Wanted("a", replace(at(study, (0, 0)), source=replace(study.source, path=other_world)))]
    ).values()
    others = [
        replace(first, osm=replace(osm, points=osm.points.iloc[1:])),
        replace(first, osm=replace(osm, lines=osm.lines.iloc[1:])),
        replace(first, osm=replace(osm, areas=osm.areas.set_geometry(osm.areas.translate(1e-7)))),
        replace(first, osm=replace(osm, bounds=(0, 0, 1, 1))),
        replace(first, language="en"),
        replace(first, source={**first.source, "sha256": "0"}),
        elsewhere,
    ]
    keys = [material_key(each) for each in (first, *others)]
    assert len(set(keys)) == len(keys)
    assert material_key(Parcel.of(first).unpacked()) == keys[0]
    assert Parcel.of(first, [Parcel.of(others[0]), known := Parcel.of(first)]) is known
