"""What a site measures is kept without loss, and damage is told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grannskap.comparison.measured import Measured, measure_table

ROWS = [("flow_gini", "", 0.5, ""), ("nearest_m", "library", np.nan, "nothing in the map data within reach")]


def some(rows: list[tuple[str, str, float, str]], *, draws: int = 3, name: str = "Åvägen 1") -> Measured:
    drawn = np.random.default_rng(1).random((len(rows), draws))
    settings = {"model.theta_per_m": 0.02, "profile.functions.transit.pinned": ["node/1"], "model.method": "logit"}
    return Measured("a", name, 11.97, 57.7, measure_table(rows), drawn, settings, {"covered": 1.0}, of_site="b")


def same(one: Measured, other: Measured) -> None:
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    np.testing.assert_array_equal(one.draws, other.draws)
    for name in ("site_id", "name", "lon", "lat", "settings", "data", "role", "of_site", "reason"):
        assert repr(getattr(one, name)) == repr(getattr(other, name))


@given(
    name=st.text(st.characters(codec="utf-8")),
    values=st.lists(st.floats(), max_size=4),
    draws=st.integers(0, 3),
    note=st.text(st.characters(codec="utf-8")),
)
def test_kept_and_read_again_it_is_the_same(name: str, values: list[float], draws: int, note: str) -> None:
    measured = some([(f"m{i}", "", value, note) for i, value in enumerate(values)], draws=draws, name=name)
    raw = measured.to_bytes()
    same(Measured.from_bytes(raw), measured)
    assert Measured.from_bytes(raw).to_bytes() == raw


def test_a_site_that_could_not_be_measured_is_kept_too() -> None:
    failed = Measured.nothing("a", "A", "The site lies in water: check [site] lat and lon.", lat=57.7)
    assert failed.table.empty
    assert failed.draws.shape == (0, 0)
    same(Measured.from_bytes(failed.to_bytes()), failed)


@pytest.mark.parametrize("cut", [0, 1, 20, -1])
def test_bytes_cut_short_are_no_measures(cut: int) -> None:
    with pytest.raises(ValueError, match="not what a site measures"):
        Measured.from_bytes(some(ROWS).to_bytes()[:cut])


def test_damaged_bytes_are_no_measures() -> None:
    raw = bytearray(some(ROWS).to_bytes())
    raw[len(raw) // 2] ^= 0xFF
    with pytest.raises(ValueError, match="not what a site measures"):
        Measured.from_bytes(bytes(raw))


def test_other_bytes_are_no_measures() -> None:
    with pytest.raises(ValueError, match="not what a site measures"):
        Measured.from_bytes(b"site_id,name\n")


def test_the_table_has_its_types_even_when_empty() -> None:
    for rows in ([], ROWS):
        table = measure_table(rows)
        assert list(table.index.names) == ["measure", "of"]
        assert table.dtypes.astype(str).to_dict() == {"value": "float64", "note": "str"}
