"""Small multiples: one panel for each measure and what it is of, with a dot and an interval for each site."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grannskap.comparison.intervals import interval, median
from grannskap.language import Texts
from grannskap.output.comparison.scale import Scale, scale_of
from grannskap.output.comparison.words import Numbers, causes_text

FEW = 16
"""Up to so many sites each has a line of its own with its name."""
HEIGHT = 100.0
OUTSIDE = "M0-9h0"  # keeps the place of a site that has no value
_DRAWN = ("value", "low", "high", "reference_low", "reference_high", "reference_median")


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on the line of one site? Places are in per cent of the scale, "" where there is none."""

    name: str
    value: str
    interval: str
    sign: str
    state: str
    dot: str
    span: tuple[str, str]
    around: tuple[str, str]
    middle: str
    neighbours: str


@dataclass(frozen=True, slots=True)
class Cloud:
    """How do many sites stand over each other, the lowest value at the bottom? Paths, with one part for each site."""

    around: str
    spans: str
    dots: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What does one panel show?

    Attributes
    ----------
    title : str
    ticks : list of tuple
        Place and text of each line of the scale.
    step : str
        From one line to the next, in per cent.
    standard : str
        Where that stands which the sites are held against; "" where it is one of them.
    rows : list of Row
        Where the sites are few.
    cloud : Cloud, optional
        Where they are many.
    told : list of str
        Sentences below.
    """

    title: str
    ticks: list[tuple[str, str]]
    step: str
    standard: str
    rows: list[Row]
    cloud: Cloud | None
    told: list[str]


def panel(
    title: str, table: pd.DataFrame, *, unit: str, names: Mapping[str, str], base: str, scale: Scale, texts: Texts
) -> Panel:
    """How are the values of one measure drawn?

    Parameters
    ----------
    title : str
    table : DataFrame
        Rows of the comparison: one measure, of one thing.
    unit : str
    names : mapping of str
        What each site is called, in the order of the lines.
    base : str
        What the sites are held against: the id of one of them, "mean" or "".
    scale : Scale
    texts : Texts
    """
    numbers = Numbers(unit, texts)
    by_site = table.set_index("site_id").reindex(list(names))
    few = len(names) <= FEW
    return Panel(
        title=title,
        ticks=_ticks(scale, numbers),
        step=_place(100.0 / (len(scale.ticks) - 1)),
        standard=_place(scale.at(_standard(by_site, base))) if len(names) > 1 else "",
        rows=_rows(by_site, names, scale, numbers, base=base) if few else [],
        cloud=None if few else _cloud(by_site, scale),
        told=_difference(by_site, numbers, base) + _reasons(by_site, texts) if few else _spread(by_site, numbers),
    )


def scale_for(table: pd.DataFrame, unit: str) -> Scale:
    """Which scale holds all that is drawn of these rows?"""
    return scale_of(table[list(_DRAWN)].to_numpy(float).ravel().tolist(), unit=unit)


def _ticks(scale: Scale, numbers: Numbers) -> list[tuple[str, str]]:
    """The ends of the scale, and its middle where a line stands there: more have no room on a phone."""
    ticks = scale.ticks
    told = dict.fromkeys([ticks[0], *([ticks[len(ticks) // 2]] if len(ticks) % 2 else []), ticks[-1]])
    return [(_place(scale.at(tick)), numbers.tick(tick, last=tick == ticks[-1])) for tick in told]


def _standard(by_site: pd.DataFrame, base: str) -> float:
    """What are the sites held against? nan where it is not drawn as a line."""
    if base != "mean":
        return float(by_site["value"].get(base, math.nan))
    known = (by_site["value"] - by_site["difference"]).dropna()
    return float(known.iloc[0]) if len(known) else math.nan


def _place(percent: float) -> str:
    """Where along the scale, as CSS and SVG write it? "" where it is not known."""
    if not math.isfinite(percent):
        return ""
    text = f"{percent:.2f}"
    return text.rstrip("0").rstrip(".")


def _between(low: float, high: float, scale: Scale) -> tuple[str, str]:
    """Where does a stretch begin and how long is it? Two empty ones where it is not known."""
    start, end = scale.at(low), scale.at(high)
    return (_place(start), _place(end - start)) if math.isfinite(start + end) else ("", "")


def _rows(by_site: pd.DataFrame, names: Mapping[str, str], scale: Scale, numbers: Numbers, *, base: str) -> list[Row]:
    found = zip(names.items(), by_site.to_dict("records"), strict=True)
    return [_row(row, name, scale, numbers, is_base=site == base) for (site, name), row in found]


def _row(row: Mapping[Any, Any], name: str, scale: Scale, numbers: Numbers, *, is_base: bool) -> Row:
    around = (float(row["reference_low"]), float(row["reference_high"]))
    middle = float(row["reference_median"])
    told = numbers.interval(*around)
    return Row(
        name=name,
        value=numbers.value(float(row["value"])),
        interval=numbers.interval(float(row["low"]), float(row["high"])),
        sign=str(row["sign"]) if isinstance(row["sign"], str) else "",
        state="base" if is_base else certainty(row),
        dot=_place(scale.at(float(row["value"]))),
        span=_between(float(row["low"]), float(row["high"]), scale),
        around=_between(*around, scale),
        middle=_place(scale.at(middle)),
        neighbours=f"{numbers.value(middle)} ({told})" if told else "",
    )


def certainty(row: Mapping[Any, Any]) -> str:
    """Does a site differ from what it is held against: "sure", "unsure", or "" where that is not known?

    Examples
    --------
    >>> (
    ...     certainty({"difference_low": 2.0, "difference_high": 3.0}),
    ...     certainty({"difference_low": -1.0, "difference_high": 2}),
    ... )
    ('sure', 'unsure')
    """
    low, high = float(row["difference_low"]), float(row["difference_high"])
    if not math.isfinite(low + high):
        return ""
    return "sure" if low > 0 or high < 0 else "unsure"


def _difference(by_site: pd.DataFrame, numbers: Numbers, base: str) -> list[str]:
    """How far is the second of two sites from the first, and why?"""
    texts = numbers.texts
    others = by_site.drop(index=base, errors="ignore")
    if base in ("", "mean") or len(by_site) != len(others) + 1 or len(others) != 1:
        return []
    row = others.to_dict("records")[0]
    difference = float(row["difference"])
    if not math.isfinite(difference):
        return []
    between = numbers.difference_interval(float(row["difference_low"]), float(row["difference_high"]))
    said = numbers.difference(difference) + (f" ({between})" if between else "")
    if difference == 0 or not row["cause"]:
        return [texts("Difference {n}.", n=said)]
    if certainty(row) == "unsure":
        return [texts("Difference {n}: they may be alike.", n=said)]
    causes = causes_text(str(row["cause"]), texts)
    return [texts("Difference {n}, which may be due to {causes}.", n=said, causes=causes)]


def _reasons(by_site: pd.DataFrame, texts: Texts) -> list[str]:
    """Why is there no data where there is none?"""
    notes = by_site["note"][by_site["value"].isna()].dropna()
    return [texts("No data: {why}.", why=texts.gettext(str(note))) for note in dict.fromkeys(notes) if note]


def _spread(by_site: pd.DataFrame, numbers: Numbers) -> list[str]:
    """How do many sites spread, in words?"""
    texts, values = numbers.texts, by_site["value"].to_numpy(float)
    said = []
    if np.isfinite(values).any():
        [low], [high] = interval(values[None])
        middle, between = numbers.value(float(median(values[None])[0])), numbers.interval(float(low), float(high))
        alike = texts("Alike for nine in ten: {value}.", value=middle)
        spread = texts("Half are below {middle}; nine in ten lie within {between}.", middle=middle, between=between)
        said.append(alike if low == high else spread)
    if unknown := int((~np.isfinite(values)).sum()):
        said.append(texts("No data at {n} of {total}.", n=texts.number(unknown), total=texts.number(len(values))))
    return said + _beside_neighbours(by_site, numbers)


def _beside_neighbours(by_site: pd.DataFrame, numbers: Numbers) -> list[str]:
    texts = numbers.texts
    both = by_site[["value", "reference_median"]].dropna()
    if both.empty:
        return []
    higher, lower = both.value > both.reference_median, both.value < both.reference_median
    return [
        texts(
            "Higher than for half of the dwellings around: {higher} of {total}; lower: {lower}.",
            higher=texts.number(int(higher.sum())),
            lower=texts.number(int(lower.sum())),
            total=texts.number(len(both)),
        )
    ]


def _cloud(by_site: pd.DataFrame, scale: Scale) -> Cloud:
    """Each site one line above the other by its value; the parts of a path stand in the order of the sites."""
    values = by_site["value"].to_numpy(float)
    order = np.argsort(values, kind="stable")
    place = np.empty(len(values))
    place[order] = np.arange(len(values))
    n = max(int(np.isfinite(values).sum()), 1)
    y = [_place(HEIGHT * (1.0 - (p + 0.5) / n)) for p in place]

    def lines(low: str, high: str) -> str:
        ends = zip(by_site[low], by_site[high], values, y, strict=True)
        return "".join(_line(_between(float(a), float(b), scale), at, drawn=math.isfinite(v)) for a, b, v, at in ends)

    return Cloud(
        around=lines("reference_low", "reference_high") if by_site["reference_low"].notna().any() else "",
        spans=lines("low", "high") if by_site["low"].notna().any() else "",
        dots=lines("value", "value"),
    )


def _line(ends: tuple[str, str], y: str, *, drawn: bool) -> str:
    return f"M{ends[0]} {y}h{ends[1]}" if drawn and ends[0] else OUTSIDE
