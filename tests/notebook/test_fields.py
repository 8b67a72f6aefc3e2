"""What somebody writes is read kindly, and what cannot be read is told in one Swedish sentence beside its field."""

import pickle
from pathlib import Path

import pytest

from grannskap.errors import AddressNotFound, GrannskapError, OutputError, SourceError, StudyError
from grannskap.language import texts_for
from grannskap.notebook.fields import (
    FARTHEST_M,
    FieldError,
    field_of,
    folder_of,
    problems_in,
    radius_of,
    site_of,
    source_of,
    study_of,
    told_in_a_form,
)

SV = texts_for("sv")
GOOD = {"place": "60,1720 24,9439", "radius": "1200", "source": "a.osm.pbf", "profile": "", "sensitivity": "internal"}


@pytest.mark.parametrize(
    "text",
    [
        "57.70887, 11.97456",
        "57.70887,11.97456",
        "57,70887 11,97456",
        "57,70887, 11,97456",
        " 57,70887;  11,97456 ",
        "(57.70887, 11.97456)",
        "57.70887° N, 11.97456° E",
        "57,70887\N{NO-BREAK SPACE}11,97456",
        "N 57.70887 E 11.97456",
        "lat 57,70887 lon 11,97456",
        "Latitud: 57.70887, longitud: 11.97456",
        "57.70887/11.97456",
        "https://www.openstreetmap.org/#map=17/57.70887/11.97456",
        "https://www.openstreetmap.org/?mlat=57.70887&mlon=11.97456#map=17/57.7/11.9",
        "https://maps.example/@57.70887,11.97456,17z",
    ],
)
def test_coordinates_are_read_however_they_are_written(text: str) -> None:
    assert site_of(text) == {"lat": 57.70887, "lon": 11.97456}


def test_signs_are_kept() -> None:
    assert site_of("-33.9 \N{MINUS SIGN}18.4") == {"lat": -33.9, "lon": -18.4}
    assert site_of("57, 11") == {"lat": 57.0, "lon": 11.0}


@pytest.mark.parametrize(
    "text", ["6651411 500000", "N 6651411 E 500000", "500000, 6651411", "X: 6651411,2 Y: 500000,0"]
)
def test_metres_of_the_national_grid_are_read_as_degrees(text: str) -> None:
    site = site_of(text)
    assert site == {"lat": pytest.approx(60.0, abs=1e-5), "lon": pytest.approx(15.0, abs=1e-5)}


@pytest.mark.parametrize("text", ["Storgatan 12", "Yxvägen 3/5", "Norra vägen 5 B, 411 05 Göteborg", "Ö Hamngatan 3"])
def test_an_address_is_an_address(text: str) -> None:
    assert site_of(f"  {text} ") == {"address": text}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Skriv koordinater"),
        ("   ", "Skriv koordinater"),
        ("57.7", "Skriv två tal"),
        ("57.7 11.9 12", "Skriv två tal"),
        ("95 200", "Latitud 95 och longitud 200 är inte grader"),
        ("6399999 147000", "6399999 och 147000 ser ut som SWEREF 99 i en lokal zon"),
        ("57°42'32\" N 11°58'00\" E", "i grader med decimaler"),
    ],
)
def test_what_is_no_place_is_told(text: str, told: str) -> None:
    with pytest.raises(FieldError) as caught:
        site_of(text)
    assert caught.value.field == "place"
    assert told in caught.value.text(SV)


@pytest.mark.parametrize(
    ("text", "metres"), [("1200", 1200), ("1 200", 1200), ("1\N{NARROW NO-BREAK SPACE}200 m", 1200), ("1,2 km", 1200)]
)
def test_a_length_is_read_with_its_unit(text: str, metres: float) -> None:
    assert radius_of(text) == metres


@pytest.mark.parametrize("text", ["", "långt", "-5", "99", "20001", "25 km", "1e3", "1200 fot", "inf", "nan"])
def test_what_is_no_reach_is_told(text: str) -> None:
    with pytest.raises(FieldError) as caught:
        radius_of(text)
    assert caught.value.field == "radius"


def test_the_farthest_reach_is_that_of_a_study() -> None:
    assert study_of(GOOD | {"radius": f"{FARTHEST_M:.0f}"}, name="A").reach.radius_m == FARTHEST_M


@pytest.mark.parametrize("text", ['"C:\\kartor\\ort.osm.pbf"', " C:\\kartor\\ort.osm.pbf\n"])
def test_a_path_is_taken_as_windows_copies_it(text: str) -> None:
    assert source_of(text) == {"kind": "extract", "path": str(Path("C:\\kartor\\ort.osm.pbf"))}


@pytest.mark.parametrize("text", ["~ingen_sadan/ort.osm", "x" * 300 + ".osm"])
def test_a_path_that_no_system_knows_is_one_sentence_or_a_missing_file(text: str) -> None:
    assert [each.field for each in problems_in(GOOD | {"source": text})] in ([], ["source"])
    assert "~ingen" in str(folder_of("~ingen_sadan/ut"))


def test_a_snapshot_is_known_by_its_name() -> None:
    assert source_of("omgivning.GPKG")["kind"] == "snapshot"
    assert source_of("~/ort.osm")["path"] == str(Path.home() / "ort.osm")


def test_all_problems_are_found_at_once() -> None:
    bad = GOOD | {"place": "57", "radius": "långt", "source": '""'}
    assert [each.field for each in problems_in(bad)] == ["place", "radius", "source"]
    assert problems_in(GOOD) == []


def test_a_study_is_what_the_fields_say() -> None:
    written = GOOD | {"profile": "older_people_care", "sensitivity": "protected", "radius": "800"}
    study = study_of(written, name="Huset", language="en")
    assert (study.name, study.language, study.sensitivity) == ("Huset", "en", "protected")
    assert (study.site.lat, study.site.lon, study.reach.radius_m) == (60.172, 24.9439, 800.0)
    assert study.profile.name == "older_people_care"
    assert study.source.path == Path("a.osm.pbf")


def test_a_folder_is_needed() -> None:
    assert folder_of(' "out/a" ') == Path("out/a")
    with pytest.raises(FieldError) as caught:
        folder_of("  ")
    assert caught.value.field == "folder"


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (FieldError("radius", "x"), "radius"),
        (SourceError("x"), "source"),
        (OutputError("x"), "folder"),
        (StudyError("x"), "place"),
        (AddressNotFound("x"), "place"),
    ],
)
def test_an_error_belongs_to_a_field(error: GrannskapError, field: str) -> None:
    assert field_of(error) == field


def test_an_error_is_told_to_somebody_who_sees_no_study_file() -> None:
    missing = SourceError("There is no file {path}: check [source] path in the study.", path="a.osm")
    assert told_in_a_form(missing, SV) == "Filen a.osm finns inte: kontrollera dess namn och mapp."
    full = OutputError(
        "The results cannot be written to {folder} ({reason}): choose another folder with --out, or make room.",
        folder="ut",
        reason="No space left",
    )
    assert "--out" not in told_in_a_form(full, SV)
    wet = StudyError("The site lies in water: check [site] lat and lon.")
    assert told_in_a_form(wet, SV) == "Platsen ligger i vatten: kontrollera latitud och longitud."


def test_a_field_error_survives_another_process() -> None:
    again = pickle.loads(pickle.dumps(FieldError("radius", "{a} is {b}", a=1, b=2)))  # noqa: S301 - our own bytes
    assert (again.field, str(again)) == ("radius", "1 is 2")
