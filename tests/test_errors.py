"""Errors are told in two languages and survive the way between processes."""

import copy
import pickle

import pytest

from grannskap.errors import (
    AddressNotFound,
    GrannskapError,
    SnapshotError,
    SourceError,
    StudyError,
    TableError,
)

FAMILY = [
    (StudyError, ValueError),
    (AddressNotFound, LookupError),
    (SourceError, OSError),
    (SnapshotError, SourceError),
    (TableError, ValueError),
]


class Upper:
    """A language in which everything but the places is shouted."""

    def gettext(self, message: str) -> str:
        return {"No {thing} at {metres} m.": "INGEN {thing} VID {metres} M."}.get(message, message)


@pytest.mark.parametrize(("kind", "builtin"), FAMILY)
def test_each_is_of_the_family_and_a_builtin(kind: type[GrannskapError], builtin: type[Exception]) -> None:
    error = kind("No {thing} at {metres} m.", thing="stop", metres=30)
    assert isinstance(error, GrannskapError)
    assert isinstance(error, builtin)
    assert str(error) == "No stop at 30 m."
    assert error.text(Upper()) == "INGEN stop VID 30 M."


@pytest.mark.parametrize("kind", [GrannskapError, *(kind for kind, _ in FAMILY)])
def test_pickles_and_copies(kind: type[GrannskapError]) -> None:
    error = kind("No {thing} at {metres} m.", thing="stop", metres=30)
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is kind
        assert (twin.message, twin.values, str(twin)) == (error.message, error.values, str(error))


def test_braces_in_values_stay_as_they_are() -> None:
    assert str(StudyError("{name} is wrong", name="{x}")) == "{x} is wrong"


def test_values_may_bear_any_name() -> None:
    error = StudyError("{message} of {self}", message="m", self="s")
    assert str(pickle.loads(pickle.dumps(error))) == "m of s"  # noqa: S301


def test_an_error_within_an_error_is_told_in_the_same_language() -> None:
    inner = StudyError("No {thing} at {metres} m.", thing="stop", metres=30)
    outer = StudyError("{file}: {problem}", file="study.toml", problem=inner)
    assert str(outer) == "study.toml: No stop at 30 m."
    assert outer.text(Upper()) == "study.toml: INGEN stop VID 30 M."
