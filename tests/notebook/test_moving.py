"""Before and after: ranks that move and ranks that stand, and both sides of a change, worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import grannskap as gk
from grannskap import notebook as nb
from grannskap.language import texts_for
from grannskap.notebook.moving import beside, rank_when, standing, verdict
from grannskap.place.place import Place
from grannskap.result import Result

approx = pytest.approx


def row(before: tuple[float, float, float], after: tuple[float, float, float]) -> dict[str, float]:
    names = ("rank", "rank_low", "rank_high")
    pairs = (("before", before), ("after", after))
    return {f"{name}_{when}": each for when, values in pairs for name, each in zip(names, values, strict=True)}


@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        ((1, 1, 3), (3, 2, 5), True),
        ((1, 1, 2), (3, 3, 5), False),
        ((9, 7, 9), (3, 1, 7), True),
        ((1, np.nan, np.nan), (1, np.nan, np.nan), True),
        ((1, np.nan, np.nan), (2, np.nan, np.nan), False),
        ((1, 1, 4), (np.nan, np.nan, np.nan), False),
        ((np.nan, np.nan, np.nan), (2, 1, 4), False),
    ],
)
def test_a_rank_stands_where_the_likely_ranks_overlap(
    before: tuple[float, float, float], after: tuple[float, float, float], *, stands: bool
) -> None:
    assert standing(pd.DataFrame([row(before, after)])).tolist() == [stands]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((3, 2, 5), (3, 1, 9), "står kvar"),
        ((3, 2, 5), (4, 4, 9), "inom osäkerheten"),
        ((3, 2, 5), (8, 6, 9), "flyttar"),
    ],
)
def test_a_rank_that_changes_within_its_interval_is_not_said_to_stand(
    before: tuple[float, float, float], after: tuple[float, float, float], told: str
) -> None:
    table = pd.DataFrame([row(before, after)])
    assert verdict(table.assign(stands=standing(table)).to_dict("records")[0], texts_for("sv")) == told


def test_the_same_result_moves_nothing(town_result: Result) -> None:
    moved = nb.moves(town_result, town_result)
    assert moved.table.stands.all()
    assert (moved.table.rank_before == moved.table.rank_after).all()
    n = len(moved.table)
    assert moved.sentence().startswith(f"Av de {n} första är {n} kvar bland de {n} första. För {n} av dem")


def test_ranks_before_and_after_are_those_of_the_results(town_result: Result, town_place: Place) -> None:
    other = gk.analyse(nb.assumed(town_result.study, trips={"groceries": 1.0, "library": 40.0}), town_place)
    moved = nb.moves(town_result, other, first=2)
    table = moved.table.set_index("actor_id")
    shown = [r.actors[~r.actors.sensitive].set_index("actor_id") for r in (town_result, other)]
    firsts = {key for actors in shown for key in actors.index[actors["rank"] <= 2]}
    assert set(table.index) == firsts
    for actors, when in zip(shown, ("before", "after"), strict=True):
        for name in ("rank", "rank_low", "rank_high", "passages_per_week"):
            assert table[f"{name}_{when}"].to_dict() == actors.loc[table.index, name].astype(float).to_dict()
    assert not (table.passages_per_week_before == table.passages_per_week_after).all()


def test_an_actor_beyond_the_smaller_reach_is_nowhere_after(town_result: Result, town_place: Place) -> None:
    near = gk.analyse(nb.assumed(town_result.study, radius_m=120.0), town_place)
    table = beside(town_result, near).set_index("name")
    assert table.rank_after.isna()["Biblioteket"]
    assert not table.loc["Biblioteket", "stands"]
    assert rank_when(table.loc["Biblioteket"].to_dict(), "after", texts_for("sv")) == "–"


def test_hidden_neighbours_are_not_told_and_names_are_text(town_result: Result) -> None:
    shown = nb.moves(town_result, town_result)._repr_html_()
    assert "Hemliga" not in shown
    assert "&lt;b&gt;&amp;" in shown
    assert "<b>" not in shown
    change = nb.before_after(town_result, town_result)
    assert "Hemliga" not in change._repr_html_()
    assert set(change.actors.actor_id) <= set(town_result.actors.actor_id[~town_result.actors.sensitive])


def test_both_sides_of_a_closed_street(town_result: Result, town_place: Place) -> None:
    # Without the eastern street the library is reached up the western one and over the steps: 300 m as before, but all
    # walks go there; the preschool on the southern street is passed by shoppers alone.
    closed = gk.analyse(town_result.study, nb.without_way(town_place, "Östra gatan"))
    change = nb.before_after(town_result, closed)
    access = change.access.set_index("function")
    assert access.nearest_m_before.tolist() == approx(town_result.access.nearest_m.tolist())
    assert access.nearest_m_after.tolist() == approx(closed.access.nearest_m.tolist())
    by_name = change.actors.set_index("name")
    assert by_name.loc["Förskolan Ängen", "passages_per_week_after"] == approx(40.0)
    assert by_name.loc["Förskolan Ängen", "difference"] == approx(40.0 - town_result.actors.passages_per_week.iloc[0])
    assert by_name.difference["Förskolan Ängen"] < 0
    cafe = change.actors[change.actors.name.str.startswith("Kafé")].iloc[0]
    assert cafe.difference > 0
    assert change.actors.difference.abs().is_monotonic_decreasing
    assert change.served_before == change.served_after == approx(30.0)
    assert "hittar" not in change.sentence()


def test_trips_that_lose_their_place_are_told(town_result: Result, town_place: Place) -> None:
    cut = nb.without_way(nb.without_way(town_place, "Östra gatan"), "Norra trappan")
    change = nb.before_after(town_result, gk.analyse(town_result.study, cut))
    access = change.access.set_index("function")
    assert access.loc["library", "n_within_reach_before"] == 1
    assert access.loc["library", "n_within_reach_after"] == 1  # 100 m from the nearest street that is left
    far = replace(town_result, destinations=town_result.destinations.iloc[:1])
    fewer = nb.before_after(town_result, far)
    assert fewer.served_after < fewer.served_before
    assert "Av resorna i veckan hittar 30 en plats före" in fewer.sentence()


def test_mean_metres_are_over_all_trips(town_result: Result) -> None:
    change = nb.before_after(town_result, town_result)
    near, far = town_result.access.nearest_m
    assert change.walked_m_before == change.walked_m_after == approx((20 * near + 10 * far) / 30)
