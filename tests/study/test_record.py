"""What is written down of a study makes the same study again, and tells nothing of the machine."""

import dataclasses
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grannskap.study import (
    FunctionDemand,
    Layer,
    Map,
    Model,
    Output,
    Reach,
    RoundWalks,
    Site,
    Source,
    Study,
    packaged_profile,
    parse_study,
    study_as_dict,
)
from grannskap.study.layer_roles import layer_roles

FILE = Path("folder") / "study.toml"

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
paths = st.lists(st.text("abcåäö", min_size=1, max_size=4), min_size=1, max_size=3).map(
    lambda parts: FILE.parent.joinpath(*parts)
)
fractions = st.floats(1e-6, 1)


demands = st.builds(
    FunctionDemand,
    trips_per_week=st.floats(0, 1e4),
    choice=st.sampled_from(["nearest", "k_nearest", "huff"]),
    beta_per_m=fractions,
    k=st.integers(1, 9),
    pinned=st.lists(words, max_size=2).map(tuple),
    reason=st.text(max_size=5),
    source=st.text(max_size=5),
)
round_walks = st.builds(
    RoundWalks,
    trips_per_week=st.floats(0, 1e4),
    length_m=st.floats(1, 4e4),
    green=st.floats(0, 9),
    seats=st.floats(0, 9),
    quiet=st.floats(0, 9),
    reason=st.text(max_size=5),
    source=st.text(max_size=5),
)
profiles = st.builds(
    lambda functions, speed, walker, walks: dataclasses.replace(
        (standard := packaged_profile("standard")),
        functions=standard.functions | functions,
        speed_km_h=speed,
        walker=walker,
        round_walks=walks,
    ),
    st.dictionaries(words, demands, max_size=2),
    st.none() | st.floats(1, 9),
    st.sampled_from(["standard", "senior", "wheelchair"]),
    round_walks,
)
sites = st.one_of(
    st.builds(Site, lat=st.floats(-90, 90), lon=st.floats(-180, 180)),
    st.builds(Site, address=words),
    st.builds(Site, file=paths),
)
studies = st.builds(
    Study,
    name=words,
    sensitivity=st.sampled_from(["open", "internal"]),
    language=st.sampled_from(["sv", "en"]),
    site=sites,
    reach=st.builds(Reach, radius_m=st.floats(1, 20_000)),
    source=st.one_of(
        st.builds(Source, path=paths, elevation=st.none() | paths),
        st.builds(Source, kind=st.sampled_from(["overpass", "snapshot"])),
    ),
    profile=profiles,
    model=st.builds(
        Model,
        method=st.sampled_from(["logit", "shortest", "within_detour"]),
        theta_per_m=fractions,
        detour_ratio=st.floats(1, 10),
        frontage_m=st.floats(1, 200),
        draws=st.integers(0, 999),
        seed=st.integers(0, 2**40),
        dark=st.booleans(),
    ),
    layers=st.lists(
        st.builds(
            Layer,
            path=paths,
            kind=words,
            fields=st.dictionaries(st.sampled_from(list(layer_roles())), words, max_size=2),
            crs=st.sampled_from([None, 3006]),
            date=st.sampled_from(["", "2025-03-01"]),
            sensitive=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    output=st.builds(
        Output, crs=st.sampled_from([None, "local", 3006, 3007, 32635]), formats=st.just(("geojson", "shapefile"))
    ),
    map=st.sampled_from([Map(), Map(tiles="https://tiles.example/{z}/{x}/{y}.png", attribution="© Somebody")]),
    path=st.just(FILE),
)


@given(studies)
def test_what_is_written_makes_the_same_study(study: Study) -> None:
    written = json.loads(json.dumps(study_as_dict(study), allow_nan=False))
    assert parse_study(written, folder=FILE.parent, file=FILE) == study


def study_with(path: Path, *, file: Path | None) -> Study:
    return Study(
        name="Exempel",
        site=Site(lat=60.0, lon=24.0),
        source=Source(path=path),
        profile=packaged_profile("standard"),
        path=file,
    )


def told(path: Path, *, file: Path | None) -> object:
    source = study_as_dict(study_with(path, file=file))["source"]
    assert isinstance(source, dict)
    return source["path"]


def test_paths_are_told_from_the_study_folder_or_by_name_only(tmp_path: Path) -> None:
    file = tmp_path / "plats" / "study.toml"
    assert told(file.parent / "kartor" / "a.osm", file=file) == "kartor/a.osm"
    assert told(tmp_path / "a.osm", file=file) == "a.osm"
    assert told(file.parent / ".." / "annan" / "a.osm", file=file) == "a.osm"
    assert told(tmp_path / "a.osm", file=None) == "a.osm"
    assert told(Path("kartor") / "a.osm", file=Path("study.toml")) == "kartor/a.osm"


def test_no_path_of_the_machine_is_told(tmp_path: Path) -> None:
    study = study_with(tmp_path / "a.osm", file=tmp_path / "plats" / "study.toml")
    assert str(tmp_path) not in json.dumps(study_as_dict(study))
    assert "path" not in study_as_dict(study)
