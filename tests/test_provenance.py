"""The manifest: study, assumptions, source, counts, what was dropped, version and seed, and nothing of the machine."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from commands import small_town, study_file

import grannskap as gk

Manifest = dict[str, object]


@pytest.fixture(scope="session")
def manifest(demo: Path) -> Manifest:
    """The manifest of the demo, as it was written."""
    read: Manifest = json.loads((demo / "manifest.json").read_text("utf-8"))
    return read


def test_study_as_in_its_file(manifest: Manifest, sample: Path) -> None:
    study = manifest["study"]
    assert isinstance(study, dict)
    assert study["study"] == {
        "name": "Exempel: Järnvägstorget, Helsingfors",
        "sensitivity": "open",
        "language": "sv",
    }
    assert study["site"] == {"lat": 60.172, "lon": 24.9439}
    assert study["reach"] == {"radius_m": 1200.0}
    assert study["source"].items() >= {"kind": "extract", "path": "helsinki.osm.pbf"}.items()
    model = {"method": "logit", "theta_per_m": 0.02, "frontage_m": 30.0, "draws": 60, "seed": 1}
    assert study["model"].items() >= model.items()
    functions = study["profile"]["functions"]
    assert list(functions) == list(gk.read_study(sample / "study.toml").profile.functions)
    assert {"trips_per_week", "choice", "beta_per_m", "reason", "source"} <= set(functions["transit"])


def test_source_with_its_date_and_digest(manifest: Manifest, sample: Path) -> None:
    digest = hashlib.sha256((sample / "helsinki.osm.pbf").read_bytes()).hexdigest()
    source = manifest["source"]
    assert isinstance(source, dict)
    assert source["sha256"] == digest
    assert digest in (sample / "README.md").read_text("utf-8")
    assert (source["kind"], source["path"], source["data_date"]) == ("extract", "helsinki.osm.pbf", "2019-04-21")
    assert source["bounds"] == pytest.approx([24.9352, 60.1642, 24.9534, 60.1791], abs=1e-4)
    assert "OpenStreetMap" in str(manifest["licence"])
    assert "ODbL" in str(manifest["licence"])


def test_assumptions_version_and_seed(manifest: Manifest) -> None:
    assumptions = manifest["assumptions"]
    assert isinstance(assumptions, dict)
    assert assumptions["walking_speed_km_h"] == 5.1
    assert assumptions["farthest_snap_m"] == 200.0
    assert 1.0 <= assumptions["mean_detour"] < 1.5
    assert assumptions["walker"] == "standard"
    crossing = assumptions["perceived_length"]["crossing"]
    assert (crossing["value"], crossing["unit"][:6], crossing["source"][:15]) == (70.0, "metres", "Broach and Dill")
    assert "dark" not in assumptions["perceived_length"]
    assert assumptions["read_from_the_map"]["busy_within_m"]["value"] == 15.0
    assert manifest["version"] == gk.__version__
    assert manifest["seed"] == 1
    uncertainty = assumptions["uncertainty"]
    assert (uncertainty["draws"], uncertainty["seed"]) == (60, 1)
    assert set(uncertainty["drawn"]) >= {"theta", "beta", "trips", "cost", "frontage", "missing"}
    assert uncertainty["drawn"]["theta"]["factors_5_95"] == [0.5, 2.0]
    assert all(rule["unit"] and rule["source"] for rule in uncertainty["drawn"].values())
    assert manifest["crs"] == "EPSG:32635"


def test_counts_and_what_was_dropped(manifest: Manifest, sample_result: gk.Result) -> None:
    counts, dropped = manifest["counts"], manifest["dropped"]
    assert isinstance(counts, dict)
    assert isinstance(dropped, dict)
    assert counts["actors"] == len(sample_result.actors)
    assert counts["actors_passed"] == (sample_result.actors.passages_per_week > 0).sum()
    trips = sample_result.destinations.trips_per_week.sum() + 20  # and as many walks without an errand
    assert counts["legs_per_week"] == pytest.approx(2 * trips, abs=1e-3)
    assert counts["destinations"] >= sample_result.destinations.destination_id.nunique()
    assert {"ways_cut", "nodes_outside_extract", "ways_not_for_walking"} <= set(dropped)
    assert all(number > 0 for number in dropped.values())


def test_how_much_of_the_area_the_extract_covers(manifest: Manifest) -> None:
    """The box is 1010 m wide and cuts a circle of 1200 m short on all sides, most to the east and west."""
    covered = manifest["study_area_covered"]
    assert isinstance(covered, float)
    assert 0.3 < covered < 0.4


def test_of_plain_values_only(sample_result: gk.Result) -> None:
    text = json.dumps(sample_result.manifest, allow_nan=False)
    assert json.loads(text) == sample_result.manifest


def test_the_same_each_time(sample_result: gk.Result, sample: Path) -> None:
    again = gk.analyse(gk.read_study(sample / "study.toml"))
    assert again.manifest == sample_result.manifest


def test_another_seed_and_model_are_told(tmp_path: Path) -> None:
    study = gk.read_study(study_file(tmp_path, small_town(), more="[model]\nmethod = 'shortest'\nseed = 7\n"))
    manifest = gk.analyse(study).manifest
    assert manifest["seed"] == 7
    assert isinstance(manifest["study"], dict)
    assert manifest["study"]["model"]["method"] == "shortest"


def test_a_changed_file_has_another_digest(tmp_path: Path) -> None:
    digests = []
    for names in ((), ("Kaféet",)):
        study = gk.read_study(study_file(tmp_path, small_town(*names)))
        source = gk.analyse(study).manifest["source"]
        assert isinstance(source, dict)
        digests.append(source["sha256"])
    assert digests[0] != digests[1]


@pytest.mark.parametrize("outside", ["../hemlig-mapp/world.osm", "{absolute}"])
def test_nothing_of_the_machine(tmp_path: Path, outside: str) -> None:
    study_file(tmp_path / "hemlig-mapp", small_town())
    path = study_file(tmp_path / "studier", small_town())
    absolute = (tmp_path / "hemlig-mapp" / "world.osm").as_posix()
    text = path.read_text("utf-8").replace('"world.osm"', f'"{outside.format(absolute=absolute)}"')
    path.write_text(text, "utf-8")
    out = tmp_path / "ut"
    gk.write(gk.analyse(gk.read_study(path)), out)
    for file in out.iterdir():
        assert b"hemlig-mapp" not in file.read_bytes()
        assert tmp_path.name.encode() not in file.read_bytes()


def test_of_a_study_made_in_python(sample_result: gk.Result, sample: Path) -> None:
    study = replace(gk.read_study(sample / "study.toml"), path=None)
    assert gk.analyse(study).manifest["study"] == sample_result.manifest["study"]
