"""What is within reach, by hand."""

import math
from typing import Any

import pandas as pd
import pytest

from grannskap.routes.access import access_table
from grannskap.study.model import FunctionDemand

NOTE = "nothing within reach"
DEMAND = {"shop": FunctionDemand(trips_per_week=10.0), "care": FunctionDemand(trips_per_week=2.0)}


def options(*rows: tuple[str, float, float, float, bool]) -> pd.DataFrame:
    columns = ["function", "trips_per_week", "distance_m", "straight_m", "within_reach"]
    return pd.DataFrame(rows, columns=columns)


def row(table: pd.DataFrame, function: str) -> dict[str, Any]:
    return {str(name): value for name, value in table[table.function == function].iloc[0].items()}


def test_a_row_by_hand() -> None:
    table = access_table(
        options(
            ("shop", 7.5, 300.0, 240.0, True),
            ("shop", 2.5, 700.0, 500.0, True),
            ("shop", 0.0, 1300.0, 900.0, False),
            ("shop", 0.0, 250.0, 200.0, True),
        ),
        DEMAND,
        note=NOTE,
    )
    # Mean walk (7.5 · 300 + 2.5 · 700) / 10 = 400 m; mean straight line (7.5 · 240 + 2.5 · 500) / 10 = 305 m.
    assert row(table, "shop") == {
        "function": "shop",
        "trips_per_week": 10.0,
        "served_share": 1.0,
        "n_within_reach": 3,
        "nearest_m": 250.0,
        "mean_m": 400.0,
        "detour_factor": pytest.approx(400.0 / 305.0),
        "note": "",
    }


def test_nothing_within_reach_still_has_a_row() -> None:
    table = access_table(options(("shop", 0.0, 1500.0, 900.0, False)), DEMAND, note=NOTE)
    assert table.function.tolist() == ["shop", "care"]
    for function, wanted in (("shop", 10.0), ("care", 2.0)):
        found = row(table, function)
        assert (found["trips_per_week"], found["served_share"], found["n_within_reach"]) == (wanted, 0.0, 0)
        assert all(math.isnan(found[c]) for c in ("nearest_m", "mean_m", "detour_factor"))
        assert found["note"] == NOTE


def test_a_part_of_the_trips_may_be_served() -> None:
    table = access_table(options(("shop", 4.0, 500.0, 400.0, True)), DEMAND, note=NOTE)
    assert row(table, "shop")["served_share"] == 0.4


def test_no_trips_wanted_is_no_share() -> None:
    none = {"shop": FunctionDemand(trips_per_week=0.0)}
    found = row(access_table(options(("shop", 0.0, 500.0, 400.0, True)), none, note=NOTE), "shop")
    assert math.isnan(found["served_share"])
    assert found["nearest_m"] == 500.0
    assert found["note"] == ""


def test_a_place_on_the_doorstep_has_no_detour_factor() -> None:
    found = row(access_table(options(("shop", 10.0, 0.0, 0.0, True)), DEMAND, note=NOTE), "shop")
    assert (found["mean_m"], found["served_share"]) == (0.0, 1.0)
    assert math.isnan(found["detour_factor"])


def test_a_place_where_no_way_leads_is_not_the_nearest() -> None:
    table = options(("shop", 0.0, math.inf, 100.0, False), ("shop", 10.0, 600.0, 500.0, True))
    found = row(access_table(table, DEMAND, note=NOTE), "shop")
    assert (found["n_within_reach"], found["nearest_m"]) == (1, 600.0)
