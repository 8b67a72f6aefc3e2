"""Tables as files: the columns of the contract, rounded once, safe to open in a spreadsheet."""

import csv
import io
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.output.tables import FORMULA_SIGNS, csv_text, decimals, safe_text, tables

if TYPE_CHECKING:
    from grannskap.result import Result

FUNCTIONS = ("transit", "groceries", "pharmacy")
COLUMNS = {
    "actors.csv": [
        *("rank", "actor_id", "name", "kind", "distance_m", "passages_per_week", "visits_per_week"),
        *("minutes_per_week", "share_of_trips", "rank_low", "rank_high", "p_top10", "main_function"),
        *(f"passages_{function}" for function in FUNCTIONS),
        *("sensitive", "source", "lon", "lat"),
    ],
    "destinations.csv": [
        *("destination_id", "name", "kind", "function", "distance_m", "cost_m", "trips_per_week", "lon", "lat"),
    ],
    "access.csv": [
        *("function", "trips_per_week", "served_share", "n_within_reach", "nearest_m", "mean_m", "detour_factor"),
        "note",
    ],
    "sensitivity.csv": ["assumption", "value", "tried", "rank_correlation", "top10_overlap"],
}

any_text = st.text(st.characters(exclude_categories=["Cs"]))
every_table = pytest.mark.parametrize("name", COLUMNS)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def written(values: list[object], column: str) -> list[str]:
    return [row[0] for row in rows_of(csv_text(pd.DataFrame({column: values, "end": "."})))[1:]]


@every_table
def test_columns_of_the_contract_in_order(small_result: "Result", name: str) -> None:
    header, *rows = rows_of(tables(small_result)[name])
    assert header == COLUMNS[name]
    assert {len(row) for row in rows} == {len(header)}


def test_one_row_for_each_in_the_result(small_result: "Result") -> None:
    counts = {name: len(rows_of(text)) - 1 for name, text in tables(small_result).items()}
    assert counts == {"actors.csv": 12, "destinations.csv": 4, "access.csv": 3, "sensitivity.csv": 4}


@every_table
def test_plain_utf_8_with_points_and_without_mark(small_result: "Result", name: str) -> None:
    text = tables(small_result)[name]
    assert text.encode("utf-8").decode("utf-8-sig") == text
    assert text.endswith("\n")
    assert "\r" not in text


def test_intervals_are_whole_numbers(small_result: "Result") -> None:
    sure = small_result.actors.assign(rank_low=np.int64(2), rank_high=np.int64(11), p_top10=2 / 3)
    header, *rows = rows_of(tables(replace(small_result, actors=sure))["actors.csv"])
    for row in rows:
        told = dict(zip(header, row, strict=True))
        assert (told["rank_low"], told["rank_high"], told["p_top10"]) == ("2", "11", "0.667")


def test_assumptions_one_by_one(small_result: "Result") -> None:
    assert rows_of(tables(small_result)["sensitivity.csv"])[1:] == [
        ["frontage_m", "30", "20", "0.8123", "0.7"],
        ["method", "logit", "shortest", "0.9", "0.8"],
        ["trips_transit", "profile", "× 2", "0.95", "1"],
        ["theta_per_m", "0.02", "0.01", "", ""],
    ]


def test_what_is_not_known_is_empty(small_result: "Result") -> None:
    header, first, *_ = rows_of(tables(small_result)["actors.csv"])
    row = dict(zip(header, first, strict=True))
    assert (row["rank_low"], row["rank_high"], row["p_top10"]) == ("", "", "")
    pharmacy = rows_of(tables(small_result)["access.csv"])[-1]
    assert pharmacy == ["pharmacy", "20", "0", "0", "", "", "1.15", ""]


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT])
def test_a_missing_name_is_empty(missing: object) -> None:
    assert written(["Kiosk", missing], "name") == ["Kiosk", ""]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_empty(value: float) -> None:
    assert written([1.0, value], "distance_m") == ["1", ""]


def test_whole_numbers_and_yes_or_no() -> None:
    assert written([-3, 0, 12], "rank") == ["-3", "0", "12"]
    assert written([True, False], "sensitive") == ["true", "false"]
    assert [row[0] for row in rows_of(csv_text(pd.DataFrame({"n": pd.array([1.5, None], "Float64"), "end": "."})))] == [
        *("n", "1.5", "")
    ]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("distance_m", 123.456, "123.46"),
        ("passages_per_week", 1 / 3, "0.333333"),
        ("passages_transit", 2 / 3, "0.666667"),
        ("share_of_trips", 0.1234567, "0.123457"),
        ("served_share", 1.0, "1"),
        ("detour_factor", 1.23456, "1.2346"),
        ("p_top10", 0.9995, "1"),
        ("rank_low", 2.0, "2"),
        ("rank_high", 120.0, "120"),
        ("rank_correlation", 0.98765, "0.9877"),
        ("top10_overlap", 0.7, "0.7"),
        ("tried", 1.0 + (1.15 - 1.0) * 2, "1.3"),
        ("lon", 24.943899999999998, "24.9439"),
        ("distance_m", 1e7, "10000000"),
        ("distance_m", -0.001, "0"),
        ("distance_m", 100.0, "100"),
    ],
)
def test_rounded_for_what_the_number_means(column: str, value: float, text: str) -> None:
    assert written([value], column) == [text]


def test_rounded_here_and_not_in_the_result(small_result: "Result") -> None:
    exact = small_result.actors.assign(passages_per_week=np.pi)
    assert "3.141593," in tables(replace(small_result, actors=exact))["actors.csv"]
    assert (exact["passages_per_week"] == np.pi).all()


@pytest.mark.parametrize("start", FORMULA_SIGNS)
def test_a_name_is_no_formula(start: str) -> None:
    name = f'{start}HYPERLINK("http://x")'
    assert written([name], "name") == [f"'{name}"]


@pytest.mark.parametrize("name", ["1+1", "O'Learys", "'Kiosken'", "a=b", " ", "NaN", "Café – bar", 'A "B", C\nD\rE'])
def test_other_names_are_kept(name: str) -> None:
    assert written([name], "name") == [name]


@given(st.lists(any_text, min_size=1))
def test_any_text_comes_back(names: list[str]) -> None:
    back = written(list(names), "name")
    assert [text.removeprefix("'") for text in back] == [name.removeprefix("'") for name in names]
    assert not [text for text in back if text.startswith(FORMULA_SIGNS)]


@given(any_text)
def test_safe_twice_is_safe_once(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


@given(st.floats(), st.sampled_from(["distance_m", "passages_per_week", "lat", "rank_low", "p_top10"]))
def test_any_number_is_a_number_or_empty(value: float, column: str) -> None:
    [text] = written([value], column)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?|", text)
    assert text != "-0"
    if math.isfinite(value):
        assert float(text) == pytest.approx(value, abs=10.0 ** -decimals(column))


def test_same_result_same_text(small_result: "Result") -> None:
    assert tables(small_result) == tables(small_result)


def test_a_table_without_rows_has_its_header(small_result: "Result") -> None:
    nobody = replace(small_result, actors=small_result.actors.iloc[:0])
    assert rows_of(tables(nobody)["actors.csv"]) == [COLUMNS["actors.csv"]]
