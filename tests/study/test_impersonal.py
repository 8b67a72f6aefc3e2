"""Free text of a study that tells of a person is pointed out, and not repeated."""

from pathlib import Path
from typing import Any

import pytest

from grannskap.errors import StudyError
from grannskap.study import parse_study
from grannskap.study.sites import read_sites

SMALL: dict[str, Any] = {
    "study": {"name": "Huset"},
    "site": {"lat": 57.7, "lon": 12.0},
    "source": {"path": "811228-9874.osm"},
    "profile": {"functions": {"transit": {"pinned": ["node/8112289874"], "reason": "Asked the staff"}}},
}
PERSONS = ("Anna 811228-9874", "ring 070-174 06 05")


@pytest.mark.parametrize("text", PERSONS)
@pytest.mark.parametrize(
    ("where", "changed"),
    [
        (r"\[study\] name", lambda text: {"study": {"name": text}}),
        (
            r"\[profile\.functions\.transit\] reason",
            lambda text: {"profile": {"functions": {"transit": {"reason": text}}}},
        ),
        (r"\[\[layers\]\] #1 source", lambda text: {"layers": [{"path": "a.csv", "kind": "cafe", "source": text}]}),
    ],
)
def test_text_of_a_person_is_pointed_out(tmp_path: Path, where: str, changed: Any, text: str) -> None:
    with pytest.raises(StudyError, match=where) as told:
        parse_study(SMALL | changed(text), folder=tmp_path)
    assert "811228" not in str(told.value)
    assert "070" not in str(told.value)


def test_ids_and_files_are_no_persons(tmp_path: Path) -> None:
    assert parse_study(SMALL, folder=tmp_path).name == "Huset"


def test_so_is_the_name_of_a_site_in_a_table(tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    table.write_text("site_id,name,lat,lon\na,Huset,57.7,12\nb,Anna 811228-9874,57.7,12\n", "utf-8")
    with pytest.raises(StudyError, match=r"sites\.csv, line 3: name holds"):
        read_sites(table, parse_study(SMALL, folder=tmp_path))
