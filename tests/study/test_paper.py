"""How a study asks for its sheet, and what is said when it asks for what cannot be made."""

from pathlib import Path
from typing import Any

import pytest

from grannskap.errors import StudyError
from grannskap.study import Print, Study, parse_study, study_as_dict


def study(**asked: Any) -> Study:
    data = {
        "study": {"name": "Exempel"},
        "site": {"lat": 60.1713, "lon": 24.944},
        "source": {"path": "helsinki.osm.pbf"},
        "print": asked,
    }
    return parse_study(data, folder=Path("somewhere"))


def test_a_sheet_of_a3_that_holds_the_study_area_unless_something_else_is_asked_for() -> None:
    assert study().print == Print(paper="a3", orientation="landscape", scale=None, png=False)


def test_what_is_asked_for_is_read() -> None:
    asked = study(paper="a4", orientation="portrait", scale=5000, png=True).print
    assert asked == Print(paper="a4", orientation="portrait", scale=5000, png=True)


def test_auto_is_the_same_as_no_scale() -> None:
    assert study(scale="auto").print == Print()


def test_what_is_written_is_read_again() -> None:
    written = study_as_dict(study(scale=2500, paper="a4"))["print"]
    assert written == {"paper": "a4", "orientation": "landscape", "scale": 2500, "png": False}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"paper": "a2"}, '[print] paper is "a2"; write one of: a3, a4.'),
        ({"orientation": "Portrait"}, '[print] orientation is "Portrait"; write one of: landscape, portrait.'),
        ({"png": 1}, "[print] png is 1; write true or false."),
        ({"papper": "a4"}, "Unknown key 'papper' in [print]; did you mean 'paper'?"),
        *(
            (
                {"scale": scale},
                f'[print] scale is {shown}; write a whole number from 500 to 100000, such as 4000, or "auto".',
            )
            for scale, shown in [
                (0, "0"),
                (4000.0, "4000.0"),
                ("1:4000", '"1:4000"'),
                (True, "true"),
                (100_001, "100001"),
            ]
        ),
    ],
)
def test_what_cannot_be_made_is_told_in_one_sentence(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(StudyError) as caught:
        study(**asked)
    assert str(caught.value) == told
