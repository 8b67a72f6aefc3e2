"""Functions: which kinds serve what residents go out for."""

from typing import Any

import pytest

from grannskap.place.functions import parse_functions, read_functions
from grannskap.place.kinds import read_kinds

FUNCTIONS = {function.id: function for function in read_functions()}


def test_functions_of_the_contract_are_there() -> None:
    promised = """transit groceries green_space alcohol_shop pharmacy healthcare library
        meeting_place"""
    assert set(promised.split()) <= set(FUNCTIONS)


def test_one_kind_serves_each_function_fully() -> None:
    for function in FUNCTIONS.values():
        assert max(function.weights.values()) == 1.0


def test_every_number_has_its_reason_and_source() -> None:
    for function in FUNCTIONS.values():
        assert function.reason
        assert function.source
        assert function.reasons.keys() == function.weights.keys()
        assert all(function.reasons.values())


def test_kinds_that_serve_are_known() -> None:
    known = {kind.id for kind in read_kinds()}
    assert {kind for function in FUNCTIONS.values() for kind in function.weights} <= known


def test_weights_worked_by_hand() -> None:
    assert FUNCTIONS["transit"].weights == {"stop": 1.0}
    assert FUNCTIONS["groceries"].weights == {"supermarket": 1.0, "convenience": 0.3}
    care = FUNCTIONS["healthcare"].weights
    assert care["primary_care_centre"] > care["healthcare"]
    assert "youth_centre" not in FUNCTIONS["meeting_place"].weights


def document(**changes: object) -> dict[str, Any]:
    entry = {
        "id": "a",
        "letter": "A",
        "reason": "Because.",
        "source": "Assumption",
        "kinds": {"stop": {"weight": 1.0, "reason": "Because."}},
    }
    return {"function": [{**entry, **changes}]}


def test_own_functions_can_be_read() -> None:
    (function,) = parse_functions(document(), known_kinds=["stop"])
    assert (function.id, function.weights, function.reasons) == (
        "a",
        {"stop": 1.0},
        {"stop": "Because."},
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"letter": "AB"}, "letter"),
        ({"reason": ""}, "reason"),
        ({"kinds": {}}, "kinds"),
        ({"kinds": {"bench": {"weight": 1.0, "reason": "x"}}}, "no such kind: bench"),
        ({"kinds": {"stop": {"weight": 0, "reason": "x"}}}, "greater than 0"),
        ({"kinds": {"stop": {"weight": 1.5, "reason": "x"}}}, "less than or equal to 1"),
        ({"kinds": {"stop": {"weight": 1.0}}}, "reason"),
    ],
)
def test_functions_that_cannot_be_read_fail(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_functions(document(**changes), known_kinds=["stop"])


@pytest.mark.parametrize(("changes", "message"), [({}, "own id"), ({"id": "b"}, "own letter")])
def test_what_stands_twice_fails(changes: dict[str, object], message: str) -> None:
    table = {"function": document()["function"] + document(**changes)["function"]}
    with pytest.raises(ValueError, match=message):
        parse_functions(table, known_kinds=["stop"])
