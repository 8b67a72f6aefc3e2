"""A right study is read; a wrong one is told in one sentence, with what to write instead."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.errors import StudyError
from grannskap.language import texts_for
from grannskap.study import Study, check_functions, parse_study, read_study

FOLDER = Path("somewhere")

WHOLE = """
[study]
name = "Exempel"
sensitivity = "open"
language = "en"

[site]
lat = 60.1713
lon = 24

[reach]
radius_m = 800

[source]
kind = "snapshot"
path = "kartor/plats.gpkg"

[profile]
name = "standard"
[profile.functions.transit]
trips_per_week = 40
choice = "k_nearest"
k = 2
pinned = ["node/123"]

[model]
method = "shortest"
theta_per_m = 0.05
detour_ratio = 1.3
frontage_m = 25
draws = 0
seed = 7

[[layers]]
path = "fastighetsagare.gpkg"
kind = "property_owner"
fields = { name = "agare", contact = "epost" }
"""

SMALL = """
[study]
name = "Exempel"
[site]
lat = 60.1713
lon = 24.9440
[source]
path = "helsinki.osm.pbf"
"""


def small(**tables: object) -> dict[str, Any]:
    """Make the smallest right study, with other tables laid over it."""
    return {
        "study": {"name": "Exempel"},
        "site": {"lat": 60.1713, "lon": 24.944},
        "source": {"path": "helsinki.osm.pbf"},
        **tables,
    }


def functions(**given_functions: object) -> dict[str, object]:
    return {"functions": given_functions}


def problem(data: dict[str, Any]) -> str:
    with pytest.raises(StudyError) as caught:
        parse_study(data, folder=FOLDER)
    return str(caught.value)


@pytest.fixture
def study_file(tmp_path: Path) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(WHOLE, encoding="utf-8")
    return path


def test_reads_every_table(study_file: Path) -> None:
    study = read_study(study_file)
    folder = study_file.parent
    assert (study.name, study.sensitivity, study.language) == ("Exempel", "open", "en")
    assert (study.site.lat, study.site.lon) == (60.1713, 24.0)
    assert study.reach.radius_m == 800
    assert (study.source.kind, study.source.path) == ("snapshot", folder / "kartor/plats.gpkg")
    assert (study.model.method, study.model.theta_per_m) == ("shortest", 0.05)
    assert study.model.detour_ratio == 1.3
    assert (study.model.frontage_m, study.model.draws, study.model.seed) == (25, 0, 7)
    assert study.layers[0].path == folder / "fastighetsagare.gpkg"
    assert study.layers[0].kind == "property_owner"
    assert study.layers[0].fields == {"name": "agare", "contact": "epost"}
    assert study.path == study_file


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(SMALL, encoding="utf-8")
    study = read_study(str(path))
    assert (study.sensitivity, study.language) == ("internal", "sv")
    assert (study.reach.radius_m, study.profile.name) == (1200, "standard")
    assert (study.model.method, study.model.theta_per_m) == ("logit", 0.02)
    assert study.model.detour_ratio == 1.15
    assert (study.model.frontage_m, study.model.draws, study.model.seed) == (30, 200, 1)
    assert study.layers == ()


def test_the_byte_order_mark_of_windows_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert read_study(path).name == "Exempel"


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    study = parse_study(small(source={"path": str(tmp_path / "a.osm")}), folder=FOLDER)
    assert study.source.path == tmp_path / "a.osm"


@pytest.mark.parametrize("site", [{"address": "Drottninggatan 1"}, {"file": "hus.gpkg"}, {"lat": -90, "lon": 180}])
def test_each_way_to_tell_the_site(site: dict[str, Any]) -> None:
    read = parse_study(small(site=site), folder=FOLDER).site
    assert {name for name in ("lat", "lon", "address", "file") if getattr(read, name)} == set(site)


def test_a_source_names_its_services() -> None:
    assert parse_study(small(), folder=FOLDER).source.endpoints == ()
    services = {"endpoints": ["https://a.example/api", "http://127.0.0.1:1/api"], "deadline_s": 20}
    geocoding = {"geocoder": "nominatim", "nominatim_url": "https://b.example/"}
    source = parse_study(small(source={"kind": "overpass", **services, **geocoding}), folder=FOLDER).source
    assert (source.endpoints, source.deadline_s) == (tuple(services["endpoints"]), 20)  # type: ignore[arg-type]
    assert (source.geocoder, source.nominatim_url) == ("nominatim", "https://b.example/")


def test_a_site_file_is_seen_from_the_folder() -> None:
    study = parse_study(small(site={"file": "hus.gpkg"}), folder=FOLDER)
    assert study.site.file == FOLDER / "hus.gpkg"


@pytest.mark.parametrize("kind", ["overpass", "snapshot"])
def test_only_an_extract_needs_a_path(kind: str) -> None:
    assert parse_study(small(source={"kind": kind}), folder=FOLDER).source.path is None


UNKNOWN = [
    (small(reach={"radus_m": 5}), "Unknown key 'radus_m' in [reach]; did you mean 'radius_m'?"),
    (small(reach={"Radius_M": 5}), "Unknown key 'Radius_M' in [reach]; did you mean 'radius_m'?"),
    (small(reach={"x": 5}), "Unknown key 'x' in [reach]; the keys there are: radius_m."),
    (small(raech={}), "Unknown key or table 'raech'; did you mean 'reach'?"),
    (
        small(path="a"),
        (
            "Unknown key or table 'path'; those known are: study, site, reach, source, profile, model, print, output, "
            "map, layers."
        ),
    ),
    (
        small(study={"name": "a", "path": "b"}),
        "Unknown key 'path' in [study]; the keys there are: name, sensitivity, language.",
    ),
    (
        small(study={"name": "a", "langauge": "sv"}),
        "Unknown key 'langauge' in [study]; did you mean 'language'?",
    ),
    (small(site={"latt": 1}), "Unknown key 'latt' in [site]; did you mean 'lat'?"),
    (small(source={"pth": "a"}), "Unknown key 'pth' in [source]; did you mean 'path'?"),
    (small(model={"sed": 1}), "Unknown key 'sed' in [model]; did you mean 'seed'?"),
    (small(profile={"nam": "a"}), "Unknown key 'nam' in [profile]; did you mean 'name'?"),
    (
        small(profile=functions(transit={"trips_per_wek": 4})),
        ("Unknown key 'trips_per_wek' in [profile.functions.transit]; did you mean 'trips_per_week'?"),
    ),
    (
        small(layers=[{"path": "a", "kind": "b"}, {"path": "a", "kid": "b"}]),
        "Unknown key 'kid' in [[layers]] #2; did you mean 'kind'?",
    ),
    (
        small(reach={"radius_m": -1}, profile={"name": "absent"}, model={"seeed": 1}),
        "Unknown key 'seeed' in [model]; did you mean 'seed'?",
    ),
]

WRONG_VALUES = [
    (small(study={}), "[study] name is missing; add it."),
    (small(study={"name": " "}), "[study] name is empty; write something there."),
    (small(study={"name": 5}), "[study] name is 5; write text in quotation marks."),
    (small(study=5), "[study] is 5; write a table of keys and values."),
    (
        small(study={"name": "a", "sensitivity": "secret"}),
        '[study] sensitivity is "secret"; write one of: open, internal, protected.',
    ),
    (
        small(study={"name": "a", "language": "fi"}),
        '[study] language is "fi"; write one of: sv, en.',
    ),
    (small(reach={"radius_m": -3}), "[reach] radius_m is -3; write a number above 0."),
    (small(reach={"radius_m": 0}), "[reach] radius_m is 0; write a number above 0."),
    (
        small(reach={"radius_m": 20_001}),
        "[reach] radius_m is 20001; write a number that is at most 20000.",
    ),
    (
        small(profile=functions(transit={"trips_per_week": 1e300})),
        "[profile.functions.transit] trips_per_week is 1e+300; write a number that is at most 100000.",
    ),
    (
        small(reach={"radius_m": "800"}),
        '[reach] radius_m is "800"; write a number, without quotation marks.',
    ),
    (
        small(reach={"radius_m": True}),
        "[reach] radius_m is true; write a number, without quotation marks.",
    ),
    (
        small(reach={"radius_m": float("nan")}),
        "[reach] radius_m is nan; write an ordinary, finite number.",
    ),
    (
        small(reach={"radius_m": float("inf")}),
        "[reach] radius_m is inf; write an ordinary, finite number.",
    ),
    (small(reach=5), "[reach] is 5; write a table of keys and values."),
    (small(model={"draws": 2.5}), "[model] draws is 2.5; write a whole number."),
    (small(model={"draws": True}), "[model] draws is true; write a whole number."),
    (small(model={"draws": -1}), "[model] draws is -1; write a number that is at least 0."),
    (small(model={"theta_per_m": 0.0}), "[model] theta_per_m is 0.0; write a number above 0."),
    (small(model={"detour_ratio": 0.9}), "[model] detour_ratio is 0.9; write a number that is at least 1."),
    (
        small(model={"frontage_m": 201}),
        "[model] frontage_m is 201; write a number that is at most 200.",
    ),
    (
        small(model={"method": "dial"}),
        '[model] method is "dial"; write one of: logit, shortest, within_detour.',
    ),
    (
        small(source={"kind": "pbf"}),
        '[source] kind is "pbf"; write one of: extract, overpass, snapshot.',
    ),
    (
        small(source={}),
        "[source] path is missing; write the path of a map extract (.osm.pbf or .osm).",
    ),
    (small(source={"path": ""}), "[source] path is empty; write something there."),
    (small(source={"path": 5}), "[source] path is 5; write text in quotation marks."),
    (
        small(study={"name": "a", "sensitivity": "protected"}, source={"kind": "overpass"}),
        (
            "[source] kind is overpass, but a protected site stays off the network;"
            ' write kind = "extract" and the path of a local file.'
        ),
    ),
    (
        small(study={"name": "a", "sensitivity": "protected"}, source={"path": "a", "geocoder": "nominatim"}),
        (
            "[source] geocoder is nominatim, but a protected site stays off the network;"
            ' write geocoder = "local", or give [site] lat and lon.'
        ),
    ),
    (
        small(source={"path": "a", "geocoder": "photon"}),
        '[source] geocoder is "photon"; write one of: local, nominatim.',
    ),
    (small(source={"path": "a", "deadline_s": 0}), "[source] deadline_s is 0; write a number above 0."),
    (
        small(source={"path": "a", "deadline_s": 3601}),
        "[source] deadline_s is 3601; write a number that is at most 3600.",
    ),
    (
        small(source={"path": "a", "endpoints": "https://overpass.example/api"}),
        '[source] endpoints is "https://overpass.example/api"; write a list in square brackets.',
    ),
    *(
        (
            small(source={"path": "a", "endpoints": ["https://overpass.example/api", url]}),
            f'[source] endpoints #2 is "{url}"; write the address of a service, such as https://overpass.example/api.',
        )
        for url in ("overpass.example/api", "ftp://overpass.example", "https:///api", "https://a:b/c", "http://a b/")
    ),
    (
        small(source={"path": "a", "nominatim_url": "nominatim"}),
        '[source] nominatim_url is "nominatim"; write the address of a service, such as https://overpass.example/api.',
    ),
    (small(layers=5), "[[layers]] is 5; write a list in square brackets."),
    (small(layers=["a"]), '[[layers]] #1 is "a"; write a table of keys and values.'),
    (small(layers=[{"path": "a"}]), "[[layers]] #1 kind is missing; add it."),
    (
        small(layers=[{"path": "a", "kind": "b", "fields": {"name": 5}}]),
        "[[layers]] #1 fields.name is 5; write text in quotation marks.",
    ),
    (
        small(layers=[{"path": "a", "kind": "b", "fields": {"": "c"}}]),
        (
            "Unknown key '' in [[layers]] #1 fields; the keys there are: id, name, owner, contact, email, phone, "
            "website, address, postcode, city, lat, lon, x, y, note."
        ),
    ),
    (
        small(layers=[{"path": "a", "kind": "b", "fields": {"adress": "c"}}]),
        "Unknown key 'adress' in [[layers]] #1 fields; did you mean 'address'?",
    ),
    (
        small(layers=[{"path": "a", "kind": "b", "crs": "3006"}]),
        '[[layers]] #1 crs is "3006"; write a whole number.',
    ),
    *(
        (
            small(output={"crs": crs}),
            f'[output] crs is {told}; write the EPSG code of a system in metres, such as 3007, or "local".',
        )
        for crs, told in ((4326, "4326"), (7, "7"), ("lokal", '"lokal"'), (True, "true"), (2964, "2964"))
    ),
    (
        small(output={"formats": ["dxf"]}),
        '[output] formats #1 is "dxf"; write one of: geojson, shapefile.',
    ),
]

WRONG_SITES = [
    (small(site={}), "[site] is empty; write lat and lon, or address, or file."),
    (small(site={"lat": 60}), "[site] has lat but not lon; write both."),
    (small(site={"lon": 24, "file": "a"}), "[site] has lon but not lat; write both."),
    (
        small(site={"lat": 60, "lon": 24, "address": "Storgatan 1"}),
        "[site] tells the place in more than one way (lat, lon; address); keep only one.",
    ),
    (
        small(site={"address": "Storgatan 1", "file": "a.gpkg"}),
        "[site] tells the place in more than one way (address; file); keep only one.",
    ),
    (
        small(site={"lat": 91, "lon": 24}),
        "[site] lat is 91; write a number that is at most 90.",
    ),
    (
        small(site={"lat": 60, "lon": -181}),
        "[site] lon is -181; write a number that is at least -180.",
    ),
]

WRONG_PROFILES = [
    (
        small(profile={"name": "standrad"}),
        (
            "There is no profile 'standrad'; write one of: homeless_adults, older_people_care, standard, "
            "supported_housing, or the path of a .toml file."
        ),
    ),
    (
        small(profile={"name": "egen/profil.toml"}),
        "[profile] name is egen/profil.toml, but there is no such file; check the path.",
    ),
    (small(profile={"name": 5}), "[profile] name is 5; write text in quotation marks."),
    (small(profile={"name": ""}), "[profile] name is empty; write something there."),
    (small(profile=5), "[profile] is 5; write a table of keys and values."),
    (
        small(profile={"functions": 5}),
        "[profile.functions] is 5; write a table of keys and values.",
    ),
    (
        small(profile=functions(transit=5)),
        "[profile.functions.transit] is 5; write a table of keys and values.",
    ),
    (
        small(profile=functions(school={"choice": "huff"})),
        "[profile.functions.school] trips_per_week is missing; add it.",
    ),
    (
        small(profile=functions(transit={"choice": "far"})),
        '[profile.functions.transit] choice is "far"; write one of: nearest, k_nearest, huff.',
    ),
    (
        small(profile=functions(transit={"trips_per_week": -1})),
        "[profile.functions.transit] trips_per_week is -1; write a number that is at least 0.",
    ),
    (
        small(profile=functions(transit={"k": 0})),
        "[profile.functions.transit] k is 0; write a number that is at least 1.",
    ),
    (
        small(profile=functions(transit={"beta_per_m": 0})),
        "[profile.functions.transit] beta_per_m is 0; write a number above 0.",
    ),
    (
        small(profile=functions(transit={"pinned": "node/1"})),
        '[profile.functions.transit] pinned is "node/1"; write a list in square brackets.',
    ),
    (
        small(profile=functions(transit={"pinned": ["node/1", 2]})),
        "[profile.functions.transit] pinned #2 is 2; write text in quotation marks.",
    ),
]

WRONG = [*UNKNOWN, *WRONG_VALUES, *WRONG_SITES, *WRONG_PROFILES]


@pytest.mark.parametrize(("data", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_what_is_wrong_is_told_in_one_sentence(data: dict[str, Any], sentence: str) -> None:
    assert problem(data) == sentence


def test_the_sentence_names_the_file_and_can_be_swedish(tmp_path: Path) -> None:
    path = tmp_path / "mitt.toml"
    path.write_text(SMALL + "[reach]\nradus_m = 5\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    told = "mitt.toml: Unknown key 'radus_m' in [reach]; did you mean 'radius_m'?"
    assert str(caught.value) == told
    told = "mitt.toml: Okänd nyckel 'radus_m' i [reach]; menade du 'radius_m'?"
    assert caught.value.text(texts_for("sv")) == told


NOT_TOML = [
    (
        "[study]\nname = Exempel\n",
        ("study.toml: Line 2 is not valid TOML; write it as key = value, with text in quotation marks."),
    ),
    (
        "[study]\nname = ",
        ("study.toml: Line 2 is not valid TOML; write it as key = value, with text in quotation marks."),
    ),
    (
        '[study]\nname = "a"\n[source]\npath = "C:\\Users\\karta.osm"\n',
        "study.toml: Line 4 has a backslash in quotation marks; write paths with / instead.",
    ),
    (
        '[source]\npath = "C:\\karta.osm"\n',
        "study.toml: Line 2 has a backslash in quotation marks; write paths with / instead.",
    ),
    (
        "[site]\nlat = 57.7\nlon = 12.0\nlat = 57.8\n[reach]\nradius_m = 500\n",
        "study.toml: Line 4 gives a key or table that stands further up already; keep one of them.",
    ),
    (
        "[reach]\nradius_m = 500\n[site]\n[reach]\n",
        "study.toml: Line 4 gives a key or table that stands further up already; keep one of them.",
    ),
    (
        "[site]\nlat = 57,7\nlon = 12,0\n",
        "study.toml: Line 2 has a number with a comma; write it with a decimal point.",
    ),
    ("", "study.toml: [study] name is missing; add it."),
]


@pytest.mark.parametrize(("text", "sentence"), NOT_TOML)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert str(caught.value) == sentence


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[study]\nname = "Åkern"\n'.encode("latin-1"))
    for path, sentence in (
        (tmp_path / "absent.toml", f"There is no file {tmp_path / 'absent.toml'}; check the path."),
        (latin, "latin.toml is not text in UTF-8; save it again as UTF-8."),
        (
            tmp_path,
            f"{tmp_path} cannot be read; check that it is a file and that you may open it.",
        ),
    ):
        with pytest.raises(StudyError) as caught:
            read_study(path)
        assert str(caught.value) == sentence


def test_functions_that_the_place_does_not_know_are_told() -> None:
    added = functions(transitt={"trips_per_week": 1})
    study = parse_study(small(profile=added), folder=FOLDER, file=FOLDER / "study.toml")
    known = [name for name in study.profile.functions if name != "transitt"]
    check_functions(study, [*known, "transitt"])
    with pytest.raises(StudyError) as caught:
        check_functions(study, iter(known))
    assert str(caught.value) == (
        "study.toml: Unknown function 'transitt' in the profile 'standard'; did you mean 'transit'?"
    )
    with pytest.raises(StudyError, match="those known are: moon, sun"):
        check_functions(study, ["moon", "sun"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    table=st.sampled_from(["study", "site", "reach", "source", "profile", "model", "output", "layers"]),
    key=st.sampled_from(["name", "lat", "address", "radius_m", "kind", "path", "functions", "k"]),
    value=JSON,
    whole=st.booleans(),
)
def test_nothing_but_a_study_or_its_error_comes_out(table: str, key: str, value: object, *, whole: bool) -> None:
    data = small(**{table: value if whole else {key: value}})
    told: Study | str
    try:
        told = parse_study(data, folder=FOLDER)
    except StudyError as error:
        told = error.text(texts_for("sv"))
    assert isinstance(told, Study) or told.endswith((".", "?"))
