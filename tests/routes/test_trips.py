"""Where to: nearest, k nearest and Huff worked by hand, pinned places, and needs that nothing meets."""

import dataclasses
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.errors import StudyError
from grannskap.routes.trips import choices
from grannskap.study.model import FunctionDemand


def places(**columns: Any) -> pd.DataFrame:
    """Four shops at 200, 500, 500 and 900 m."""
    table = pd.DataFrame(
        {
            "element_id": ["node/1", "way/2", "node/3", "node/4"],
            "name": ["Hörnan", "Stora Torget", "Kvarnen", ""],
            "members": [("node/1",), ("way/2", "node/22"), ("node/3",), ("node/4",)],
            "function": "shop",
            "weight": 1.0,
            "cost_m": [200.0, 500.0, 500.0, 900.0],
            "within_reach": True,
        }
    )
    return table.assign(**columns)


def shop(**values: Any) -> dict[str, FunctionDemand]:
    return {"shop": FunctionDemand(**{"trips_per_week": 12.0, **values})}


def trips(options: pd.DataFrame, demand: dict[str, FunctionDemand]) -> list[float]:
    return [float(each) for each in choices(options, demand).spread(options.cost_m.to_numpy(float))]


def test_nearest_takes_all() -> None:
    assert trips(places(), shop(choice="nearest")) == [12.0, 0.0, 0.0, 0.0]


def test_of_equally_near_places_the_first_is_taken() -> None:
    assert trips(places(cost_m=[500.0, 500.0, 500.0, 500.0]), shop(choice="nearest")) == [12.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (1, [12.0, 0.0, 0.0, 0.0]),
        (2, [6.0, 6.0, 0.0, 0.0]),
        (3, [4.0, 4.0, 4.0, 0.0]),
        (9, [3.0, 3.0, 3.0, 3.0]),  # there are only four
    ],
)
def test_k_nearest_share_alike(k: int, expected: list[float]) -> None:
    assert trips(places(), shop(choice="k_nearest", k=k)) == expected


def test_huff_by_hand() -> None:
    # β = 0.002: e^−0.4 = 0.67032, e^−1.0 = 0.36788 twice, e^−1.8 = 0.16530; together 1.57138.
    # Shares 0.42658, 0.23411, 0.23411, 0.10519; of 12 trips 5.1190, 2.8094, 2.8094, 1.2623.
    found = trips(places(), shop(choice="huff", beta_per_m=0.002))
    assert found == pytest.approx([5.1190, 2.8094, 2.8094, 1.2623], abs=1e-4)


def test_huff_by_weight() -> None:
    # Weights 1, 2, 0.5, 4 with the same β: 0.67032, 0.73576, 0.18394, 0.66120, together 2.25122.
    found = trips(places(weight=[1.0, 2.0, 0.5, 4.0]), shop(choice="huff", beta_per_m=0.002))
    assert found == pytest.approx([3.5731, 3.9219, 0.9805, 3.5245], abs=1e-4)


def test_huff_far_away_is_still_huff() -> None:
    # e^(−0.01 · 100,000) is no double; only the differences of 0 and 100 m matter: 1 and e^−1.
    far = places(cost_m=[1e5, 1e5 + 100.0, math.inf, math.inf])
    share = 1.0 / (1.0 + math.exp(-1.0))
    found = trips(far, shop(choice="huff", beta_per_m=0.01))
    assert found == pytest.approx([12.0 * share, 12.0 * (1.0 - share), 0.0, 0.0])


def test_weight_goes_before_distance() -> None:
    # The care centre at 900 m has weight 2, the dentist at 200 m weight 1.
    heavier = places(weight=[1.0, 1.0, 1.0, 2.0])
    assert trips(heavier, shop(choice="nearest")) == [0.0, 0.0, 0.0, 12.0]
    assert trips(heavier, shop(choice="k_nearest", k=2)) == [6.0, 0.0, 0.0, 6.0]


@pytest.mark.parametrize("choice", ["nearest", "k_nearest", "huff"])
def test_out_of_reach_gets_nothing(choice: str) -> None:
    near = places(within_reach=[False, False, True, False])
    assert trips(near, shop(choice=choice)) == [0.0, 0.0, 12.0, 0.0]


@pytest.mark.parametrize("choice", ["nearest", "k_nearest", "huff"])
def test_an_unmet_need_is_not_spread(choice: str) -> None:
    # Nothing for care within reach: its 5 trips go nowhere, and the shops still get their own 12.
    table = places(function=["shop", "shop", "care", "care"], within_reach=[True, True, False, False])
    demand = {**shop(choice=choice, k=1), "care": FunctionDemand(trips_per_week=5.0, choice="nearest")}
    found = trips(table, demand)
    assert sum(found[:2]) == pytest.approx(12.0)
    assert found[2:] == [0.0, 0.0]


@pytest.mark.parametrize("choice", ["nearest", "k_nearest", "huff"])
def test_where_no_way_leads_nobody_goes(choice: str) -> None:
    table = places(cost_m=[math.inf, 500.0, math.inf, math.inf])
    assert trips(table, shop(choice=choice)) == [0.0, 12.0, 0.0, 0.0]
    assert trips(places(cost_m=math.inf), shop(choice=choice)) == [0.0] * 4


def test_a_function_that_nobody_asked_for_gets_none() -> None:
    assert trips(places(function="library"), shop()) == [0.0] * 4
    assert trips(places().iloc[:0], shop()) == []


def test_pinned_by_name_whatever_the_case() -> None:
    assert trips(places(), shop(choice="nearest", pinned=("kvarnen",))) == [0.0, 0.0, 12.0, 0.0]


@pytest.mark.parametrize("pin", ["way/2", "node/22"])
def test_pinned_by_the_id_of_any_member(pin: str) -> None:
    assert trips(places(), shop(choice="nearest", pinned=(pin,))) == [0.0, 12.0, 0.0, 0.0]


def test_several_pins_are_chosen_among() -> None:
    assert trips(places(), shop(choice="nearest", pinned=("Kvarnen", "node/4"))) == [0.0, 0.0, 12.0, 0.0]
    assert trips(places(), shop(choice="k_nearest", k=2, pinned=("Kvarnen", "node/4"))) == [0.0, 0.0, 6.0, 6.0]
    # e^−1.0 against e^−1.8: 12 · 0.68997 and 12 · 0.31003.
    found = trips(places(), shop(choice="huff", beta_per_m=0.002, pinned=("Kvarnen", "node/4")))
    assert found == pytest.approx([0.0, 0.0, 8.2797, 3.7203], abs=1e-4)


def test_what_is_pinned_may_lie_beyond_reach() -> None:
    table = places(within_reach=[True, True, True, False])
    assert trips(table, shop(choice="nearest", pinned=("node/4",))) == [0.0, 0.0, 0.0, 12.0]


def test_an_unknown_pin_names_the_nearest() -> None:
    with pytest.raises(StudyError) as error:
        trips(places(), shop(pinned=("Stora torgget",)))
    text = str(error.value)
    assert "no place Stora torgget for shop" in text
    assert "the nearest name is Stora Torget." in text


def test_a_pin_of_another_function_is_unknown() -> None:
    table = places(function=["shop", "shop", "care", "shop"])
    with pytest.raises(StudyError, match=r"\[profile\.functions\.shop\]"):
        trips(table, shop(pinned=("Kvarnen",)))


def test_an_unknown_pin_where_nothing_has_a_name() -> None:
    with pytest.raises(StudyError, match="the nearest name is –"):
        trips(places(name=""), shop(pinned=("Kvarnen",)))


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        ("nearest", {"trips_per_week": 13.0}),
        ("nearest", {"choice": "huff"}),
        ("nearest", {"choice": "k_nearest"}),
        ("nearest", {"pinned": ("Kvarnen",)}),
        ("k_nearest", {"k": 3}),
        ("huff", {"beta_per_m": 0.003}),
    ],
)
def test_every_setting_changes_the_trips(choice: Any, changed: dict[str, Any]) -> None:
    wanted = FunctionDemand(trips_per_week=12.0, choice=choice, k=2)
    other = dataclasses.replace(wanted, **changed)
    assert trips(places(), {"shop": wanted}) != trips(places(), {"shop": other})


@given(
    st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(0.0, 5000.0), st.booleans()), min_size=1, max_size=12),
    st.sampled_from(["nearest", "k_nearest", "huff"]),
    st.floats(1e-4, 0.1),
    st.integers(1, 6),
)
def test_all_trips_go_somewhere_within_reach_or_none_does(
    rows: list[tuple[float, float, bool]], choice: Any, beta: float, k: int
) -> None:
    table = pd.DataFrame(rows, columns=["weight", "cost_m", "within_reach"]).assign(
        name="", members="", function="shop"
    )
    table.index = pd.Index(range(100, 100 + len(rows)))
    found = pd.Series(trips(table, shop(choice=choice, beta_per_m=beta, k=k)), index=table.index)
    assert (found >= 0).all()
    assert (found[~table.within_reach] == 0).all()
    assert found.sum() == pytest.approx(12.0 if table.within_reach.any() else 0.0)
    if choice != "huff":
        assert (found > 0).sum() == min(1 if choice == "nearest" else k, table.within_reach.sum())
