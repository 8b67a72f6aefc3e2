"""What people read is in their language, numbers included."""

import math
import subprocess
import sys

import pytest

from grannskap.errors import StudyError
from grannskap.language import texts_for

THIN, HARD, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1234.5, 1, f"1{THIN}234,5", "1,234.5"),
        (1_000_000, 0, f"1{THIN}000{THIN}000", "1,000,000"),
        (0.126, 2, "0,13", "0.13"),
        (3, 1, "3,0", "3.0"),
        (-12, 0, f"{MINUS}12", "-12"),
        (-0.2, 0, "0", "0"),
        (math.nan, 1, DASH, DASH),
        (math.inf, 1, DASH, DASH),
    ],
)
def test_numbers(value: float, decimals: int, swedish: str, english: str) -> None:
    assert texts_for("sv").number(value, decimals=decimals) == swedish
    assert texts_for("en").number(value, decimals=decimals) == english


@pytest.mark.parametrize(
    ("share", "swedish", "english"),
    [(0.61, f"61{HARD}%", "61%"), (0, f"0{HARD}%", "0%"), (math.nan, DASH, DASH)],
)
def test_shares(share: float, swedish: str, english: str) -> None:
    assert texts_for("sv").percent(share) == swedish
    assert texts_for("en").percent(share) == english


def test_sentences_and_identifiers() -> None:
    swedish, english = texts_for("sv"), texts_for("en")
    sentence = "There is no file {file}; check the path."
    assert swedish(sentence, file="a.toml") == "Filen a.toml finns inte; kontrollera sökvägen."
    assert english(sentence, file="a.toml") == "There is no file a.toml; check the path."
    assert swedish("kind:preschool") == "Förskola"
    assert english("kind:preschool") == "Preschool"


def test_what_is_not_translated_is_still_readable() -> None:
    swedish = texts_for("sv")
    assert swedish.gettext("Not in the catalogue") == "Not in the catalogue"
    assert swedish.gettext("") == ""
    assert swedish.gettext("kind:own_kind") == "Own kind"
    assert swedish.ngettext("one untranslated", "many untranslated", 1) == "one untranslated"
    assert swedish.ngettext("one untranslated", "many untranslated", 0) == "many untranslated"


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(StudyError) as caught:
        texts_for("fi")
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == "The language is fi; write one of: sv, en."


def test_babel_is_loaded_on_first_use_only() -> None:
    code = "import sys, grannskap.language as l; l.texts_for('sv'); print('babel' in sys.modules)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
