"""Tables of sites: what each row says, and the one sentence where it says too little or too much."""

from dataclasses import replace
from pathlib import Path

import pytest

from grannskap.errors import StudyError
from grannskap.language import texts_for
from grannskap.study import Study, parse_study
from grannskap.study.model import Site
from grannskap.study.sites import SiteList, read_sites


@pytest.fixture
def study(tmp_path: Path) -> Study:
    tables = {
        "study": {"name": "Alla boenden"},
        "site": {"lat": 60.0, "lon": 25.0},
        "source": {"path": "world.osm"},
        "reach": {"radius_m": 900},
        "profile": {"functions": {"transit": {"trips_per_week": 7}}},
    }
    return parse_study(tables, folder=tmp_path)


def read(study: Study, text: str, folder: Path) -> SiteList:
    path = folder / "sites.csv"
    path.write_text(text, encoding="utf-8")
    return read_sites(path, study)


def refused(study: Study, text: str, folder: Path) -> str:
    with pytest.raises(StudyError) as caught:
        read(study, text, folder)
    swedish = caught.value.text(texts_for("sv"))
    assert swedish.startswith("sites.csv")
    assert "{" not in swedish
    return str(caught.value)


def test_each_row_is_a_site_and_the_study_gives_the_rest(study: Study, tmp_path: Path) -> None:
    found = read(study, "site_id,lat,lon,name\nnorr,60.1,24.9,Norra huset\nsyd,59.9,24.8,\n", tmp_path)
    assert found.ids == ("norr", "syd")
    assert found.remarks == ()
    assert [(each.site.lat, each.site.lon) for each in found.studies] == [(60.1, 24.9), (59.9, 24.8)]
    assert [each.name for each in found.studies] == ["Norra huset", "syd"]
    for each in found.studies:
        assert (each.profile, each.reach, each.model, each.source) == (
            study.profile,
            study.reach,
            study.model,
            study.source,
        )


def test_places_may_be_addresses_or_files_beside_the_table(study: Study, tmp_path: Path) -> None:
    found = read(study, "site_id,lat,lon,address,file\na,60.1,24.9,,\nb,,,Storgatan 7,\nc,,,,hus.geojson\n", tmp_path)
    sites = [each.site for each in found.studies]
    assert sites[1].address == "Storgatan 7"
    assert sites[2].file == tmp_path / "hus.geojson"
    assert sites[1].lat is sites[2].lat is None


def test_a_row_may_have_a_profile_a_radius_and_a_sensitivity_of_its_own(study: Study, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[functions.library]\ntrips_per_week = 3\n", "utf-8")
    text = (
        "site_id,lat,lon,profile,radius_m,sensitivity\n"
        "a,60.1,24.9,older_people_care,800,protected\nb,60.1,24.9,standard,,\nc,60.1,24.9,own.toml,1000.5,open\n"
    )
    a, b, c = read(study, text, tmp_path).studies
    assert (a.profile.name, a.reach.radius_m, a.sensitivity) == ("older_people_care", 800.0, "protected")
    assert b.profile == study.profile  # that of the study, with what the study changes in it
    assert (list(c.profile.functions), c.reach.radius_m, c.sensitivity) == (["library"], 1000.5, "open")


def test_as_spreadsheets_write_it(study: Study, tmp_path: Path) -> None:
    found = read(study, "\ufeffSite_ID;LAT;Lon\r\na;60,25;24,5\r\n\r\n", tmp_path)
    assert found.ids == ("a",)
    assert (found.studies[0].site.lat, found.studies[0].site.lon) == (60.25, 24.5)


def test_columns_that_mean_nothing_are_told_once(study: Study, tmp_path: Path) -> None:
    found = read(study, "site_id,lat,lon,beds,ägare\na,60,25,3,X\nb,60,25,4,Y\n", tmp_path)
    [remark] = found.remarks
    assert "not used: beds, ägare." in str(remark)
    assert "används inte: beds, ägare." in remark.text(texts_for("sv"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("site_id,lat,lon\na,60,25\na,61,25\n", "sites.csv, line 3: site_id a is that of line 2, too."),
        ("site_id,lat,lon\na,60,25\n,61,25\n", "line 3: the column site_id is empty"),
        ("site_id,lat,lon\na,60,25,3\n", "line 2: there are more cells than headings"),
        ("siteid,lat,lon\na,60,25\n", "no column site_id; did you mean siteid?"),
        ("x,lat,lon\na,60,25\n", "no column site_id. It has: x, lat, lon."),
        ("site_id,lat\na,60\n", "does not tell where the sites are"),
        ("site_id,lat,lat,lon\na,60,60,25\n", "has the column lat twice"),
        ("site_id,lat,lon\n", "names no site"),
        ("", "is empty"),
        (f"site_id,lat,lon\n{'a' * 81},60,25\n", "line 2: the column site_id has more than 80 signs."),
    ],
)
def test_a_table_that_cannot_be_used_is_told_in_one_sentence(
    study: Study, text: str, sentence: str, tmp_path: Path
) -> None:
    assert sentence in refused(study, text, tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("site_id,lat,lon\na,sixty,25\n", 'line 2: lat is "sixty"; write a number.'),
        ("site_id,lat,lon\na,60,nan\n", 'line 2: lon is "nan"; write a number.'),
        ("site_id,lat,lon\na,160,25\n", "line 2: lat is 160.0; write a number that is at most 90."),
        ("site_id,lat,lon\na,60,\n", "line 2: the column lon is empty"),
        ("site_id,lat,lon,address\na,,,\n", "line 2: the column lat, lon is empty"),
        ("site_id,lat,lon,address\na,60,25,Storgatan 7\n", "in more than one way (lat, lon, address)"),
        ("site_id,lat,lon,radius_m\na,60,25,-4\n", "line 2: radius_m is -4.0; write a number above 0."),
        ("site_id,lat,lon,radius_m\na,60,25,wide\n", 'line 2: radius_m is "wide"; write a number.'),
        ("site_id,lat,lon,profile\na,60,25,stanard\n", "line 2: There is no profile 'stanard'"),
        ("site_id,lat,lon,sensitivity\na,60,25,secret\n", 'line 2: sensitivity is "secret"; write one of: open'),
    ],
)
def test_one_wrong_row_is_told_with_line_and_column_and_stops_no_other(
    study: Study, text: str, sentence: str, tmp_path: Path
) -> None:
    found = read(study, f"{text}sound,60,25\n", tmp_path)
    wrong, nothing = found.problems
    assert wrong is not None
    assert sentence in str(wrong)
    assert wrong.text(texts_for("sv")).startswith("sites.csv, rad 2: ")
    assert nothing is None
    assert (found.studies[0].site, found.studies[1].site) == (Site(), Site(lat=60, lon=25))


def test_a_wrong_row_is_as_protected_as_it_says_and_more_where_that_cannot_be_read(
    study: Study, tmp_path: Path
) -> None:
    text = "site_id,lat,lon,sensitivity\na,x,25,protected\nb,60,25,secret\nc,x,25,open\nd,x,25,\n"
    told = [each.sensitivity for each in read(study, text, tmp_path).studies]
    assert told == ["protected", "protected", "open", study.sensitivity]


def test_no_such_table(study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"There is no file .*nowhere.csv; check the path"):
        read_sites(tmp_path / "nowhere.csv", study)


def test_a_protected_row_stays_off_the_network(study: Study, tmp_path: Path) -> None:
    text = "site_id,lat,lon,sensitivity\na,60,25,open\nb,60,25,protected\n"
    for source in (replace(study.source, kind="overpass"), replace(study.source, geocoder="nominatim")):
        assert "line 3: the site is protected" in refused(replace(study, source=source), text, tmp_path)
    assert len(read(study, text, tmp_path).ids) == 2
