"""What differs between sites: side by side, draw by draw, in any order."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from comparison.sites import site, town
from hypothesis import given, settings
from hypothesis import strategies as st

from grannskap.comparison.differing import COLUMNS, compared
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures
from grannskap.errors import TableError

some_sites = settings(max_examples=25)
DIFFERENCE = ["difference", "difference_low", "difference_high"]


def near(name: str, metres: float, draws: Any = None, **rest: Any) -> Measured:
    return site(name, [("nearest_m", "groceries", metres)], draws, **rest)


def row(table: pd.DataFrame, name: str) -> dict[str, Any]:
    [found] = table[table.site_id == name].to_dict("records")
    return {str(key): value for key, value in found.items()}


def values_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    kept = ["measure", "of", "unit", "value", "low", "high", "note"]
    return table[table.site_id == name][kept].reset_index(drop=True)


@st.composite
def sites(draw: st.DrawFn, *, least: int = 2, most: int = 5) -> list[Measured]:
    """Sites that measure some of the same things, some of them not known, with some draws each."""
    keys = [("expected_m", ""), ("expected_m", "groceries"), ("flow_gini", "")]
    amount = st.floats(0.0, 1e6) | st.just(float("nan"))
    n_draws, chance = draw(st.integers(0, 60)), np.random.default_rng(draw(st.integers(0, 99)))
    made = []
    for number in range(draw(st.integers(least, most))):
        kept = [key for key in keys if draw(st.booleans())] or keys[:1]
        rows = [(*key, draw(amount)) for key in kept]
        drawn = chance.choice([np.nan, 0.0, 7.5, *chance.uniform(0.0, 1e6, 20)], (len(rows), n_draws))
        made.append(site(f"s{number}", rows, drawn, lon=float(number)))
    return made


class TestSideBySide:
    def test_two_sites_by_hand(self) -> None:
        table = compared([near("a", 300.0, [[290.0, 300.0, 310.0]]), near("b", 420.0, [[400.0, 430.0, 450.0]])])
        assert list(table.columns) == list(COLUMNS)
        told = row(table, "b")
        assert (told["value"], told["low"], told["high"]) == (420.0, 400.0, 450.0)
        assert [told[name] for name in DIFFERENCE] == [120.0, 110.0, 140.0]
        assert (told["unit"], told["cause"], told["n_references"]) == ("m", "place", 0)
        assert [row(table, "a")[name] for name in DIFFERENCE] == [0.0, 0.0, 0.0]
        assert table.attrs["against"] == "a"

    def test_three_are_held_against_their_mean(self) -> None:
        drawn = {"a": [[10.0, 20.0]], "b": [[30.0, 60.0]], "c": [[80.0, 10.0]]}
        table = compared([near(name, value, drawn[name]) for name, value in (("a", 10.0), ("b", 30.0), ("c", 80.0))])
        assert table.difference.tolist() == [-30.0, -10.0, 40.0]
        assert row(table, "a")["difference_low"] == -30.0
        assert row(table, "a")["difference_high"] == -10.0
        assert table.attrs["against"] == "mean"

    def test_one_of_them_can_be_what_the_others_are_held_against(self) -> None:
        table = compared([near("a", 10.0), near("b", 30.0), near("c", 80.0)], against="b")
        assert table.difference.tolist() == [-20.0, 0.0, 50.0]

    def test_against_a_site_that_is_not_there(self) -> None:
        with pytest.raises(TableError, match="no site x to compare against; the sites are: a, b"):
            compared([near("a", 10.0), near("b", 30.0)], against="x")

    def test_one_site_alone_differs_from_nothing(self) -> None:
        table = compared([near("a", 10.0)])
        assert table[DIFFERENCE].isna().all(axis=None)
        assert row(table, "a")["cause"] == ""

    def test_rows_stand_by_site_then_as_in_the_rules(self) -> None:
        table = compared(town(3, draws=2))
        order = [measure.id for measure in read_measures()]
        keys = [(s, order.index(m), of) for s, m, of in table[["site_id", "measure", "of"]].to_numpy()]
        assert keys == sorted(keys)

    def test_fewer_draws_at_one_site_are_the_first_of_the_other(self) -> None:
        few, many = near("a", 1.0, [[1.0, 2.0]]), near("b", 5.0, [[5.0, 7.0, 900.0]])
        told = row(compared([few, many]), "b")
        assert (told["difference_low"], told["difference_high"]) == (4.0, 5.0)
        assert told["high"] == 900.0

    def test_a_measure_that_only_one_has(self) -> None:
        table = compared([near("a", 1.0), site("b", [("flow_gini", "", 0.5)])])
        assert table.difference.isna().tolist() == [False, True]

    def test_types_are_kept_where_nothing_is_measured(self) -> None:
        for nobody in ([], [Measured.nothing("a", "A", "It is gone.")]):
            table = compared(nobody)
            assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS

    def test_a_site_that_could_not_be_measured_has_a_row_with_the_reason(self) -> None:
        table = compared([near("a", 1.0), Measured.nothing("b", "B", "It lies in water."), near("c", 2.0)])
        told = row(table, "b")
        assert (told["measure"], told["note"], told["name"]) == ("", "It lies in water.", "B")
        assert table.site_id.tolist() == ["a", "b", "c"]
        assert row(table, "c")["difference"] == 0.5


class TestSameIds:
    def test_become_different(self) -> None:
        table = compared([near("x", 1.0), near("x", 2.0), near("x (2)", 3.0), near("x", 4.0)])
        assert dict(zip(table.site_id, table.value, strict=True)) == {
            "x": 1.0,
            "x (3)": 2.0,
            "x (2)": 3.0,
            "x (4)": 4.0,
        }

    def test_each_keeps_its_references(self) -> None:
        around = near("r", 5.0, role="reference", of_site="x")
        table = compared([near("x", 1.0), near("x", 9.0), around])
        assert table.reference_rank_share.tolist() == [0.0, 1.0]


class TestReferences:
    def test_by_hand(self) -> None:
        around = [near(f"r{n}", value, role="reference", of_site="a") for n, value in enumerate([100, 200, 300, 400])]
        told = row(compared([near("a", 300.0), *around]), "a")
        assert told["n_references"] == 4
        assert (told["reference_median"], told["reference_low"], told["reference_high"]) == (250.0, 100.0, 400.0)
        assert told["reference_rank_share"] == (2 + 0.5) / 4

    def test_of_many_the_ends_are_left_out(self) -> None:
        around = [near(f"r{n:02d}", float(n), role="reference", of_site="a") for n in range(41)]
        told = row(compared([near("a", 1.0), *around]), "a")
        assert (told["reference_low"], told["reference_high"]) == (2.0, 38.0)

    def test_what_is_not_known_does_not_count(self) -> None:
        around = [near(f"r{n}", value, role="reference", of_site="a") for n, value in enumerate([np.nan, 200.0])]
        table = compared([near("a", np.nan), *around])
        assert row(table, "a")["n_references"] == 1
        assert np.isnan(row(table, "a")["reference_rank_share"])

    def test_those_of_another_site_do_not_count_and_none_has_a_row(self) -> None:
        other = near("r", 7.0, role="reference", of_site="b")
        table = compared([near("a", 1.0), near("b", 2.0), other])
        assert table.site_id.tolist() == ["a", "b"]
        assert table.n_references.tolist() == [0, 1]


class TestProperties:
    @some_sites
    @given(sites(least=1, most=1), st.integers(2, 4))
    def test_equal_sites_do_not_differ(self, one: list[Measured], n: int) -> None:
        table = compared(one * n)
        known = table.value.notna()
        assert (table.difference[known] == 0.0).all()
        assert table.difference[~known].isna().all()
        drawn = table[known & table.difference_low.notna()]
        assert (drawn[["difference_low", "difference_high"]] == 0.0).all(axis=None)
        assert set(table.cause) <= {""}

    @some_sites
    @given(sites(least=2, most=2))
    def test_the_other_way_round_it_is_the_opposite(self, two: list[Measured]) -> None:
        a, b = two
        there = compared([a, b]).query("site_id == 's1'").set_index(["measure", "of"])
        back = compared([b, a]).query("site_id == 's0'").set_index(["measure", "of"])
        both = there.index.intersection(back.index)
        there, back = there.loc[both], back.loc[both]
        for one, other in (
            ("difference", "difference"),
            ("difference_low", "difference_high"),
            ("difference_high", "difference_low"),
        ):
            np.testing.assert_array_equal(there[one], -back[other])

    @some_sites
    @given(sites(least=3), st.randoms())
    def test_the_order_of_the_sites_changes_nothing(self, some: list[Measured], chance: Any) -> None:
        turned = list(some)
        chance.shuffle(turned)
        pd.testing.assert_frame_equal(compared(turned), compared(some), check_exact=True)

    @some_sites
    @given(sites(least=2))
    def test_one_site_more_changes_no_value_of_the_others(self, some: list[Measured]) -> None:
        *fewer, _ = some
        for each in fewer:
            pd.testing.assert_frame_equal(
                values_of(compared(some), each.site_id), values_of(compared(fewer), each.site_id), check_exact=True
            )

    @some_sites
    @given(sites(least=2, most=2))
    def test_the_interval_holds_nine_in_ten_differences_of_draws(self, two: list[Measured]) -> None:
        a, b = two
        for told in compared([a, b]).query("site_id == 's1'").to_dict("records"):
            key = (told["measure"], told["of"])
            if key not in a.table.index:
                continue
            paired = b.draws[b.table.index.get_loc(key)] - a.draws[a.table.index.get_loc(key)]
            paired = paired[np.isfinite(paired)]
            if len(paired) and np.isfinite(told["difference"]):
                low = np.percentile(paired, 5, method="lower")
                high = np.percentile(paired, 95, method="higher")
                assert told["difference_low"] == min(low, told["difference"])
                assert told["difference_high"] == max(high, told["difference"])
            else:
                assert np.isnan(told["difference_low"])

    @some_sites
    @given(sites(least=1, most=1))
    def test_the_interval_holds_the_value(self, one: list[Measured]) -> None:
        table = compared(one).dropna(subset=["value", "low"])
        assert (table.low <= table.value).all()
        assert (table.value <= table.high).all()


def test_what_both_sites_share_moves_neither_of_them_apart() -> None:
    chance = np.random.default_rng(1)
    shared = 300.0 + 60.0 * chance.standard_normal(200)
    a = near("a", 300.0, shared[None])
    b = near("b", 320.0, (shared + 20.0 + 5.0 * chance.standard_normal(200))[None])
    alone = replace(b, draws=b.draws[:, chance.permutation(200)])
    paired, unpaired = (row(compared([a, each]), "b") for each in (b, alone))
    assert paired["difference_high"] - paired["difference_low"] < 25.0
    assert unpaired["difference_high"] - unpaired["difference_low"] > 150.0
    assert (paired["value"], paired["low"], paired["high"]) == (unpaired["value"], unpaired["low"], unpaired["high"])
