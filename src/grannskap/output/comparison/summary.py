"""The first table of a comparison: the measures that have one value for each site."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from grannskap.comparison.intervals import interval, median
from grannskap.comparison.measures import Measure
from grannskap.language import marked as _
from grannskap.output.comparison.panels import FEW
from grannskap.output.comparison.telling import Telling
from grannskap.output.comparison.words import COMPLETENESS, Numbers, causes_text, measure_name

SIDE_BY_SIDE = 4
"""Up to so many sites stand as columns."""

_SPREAD = (_("One in twenty is lower than"), _("Half are lower than"), _("One in twenty is higher than"), _("No data"))


def summary(told: Telling) -> dict[str, Any]:
    """How do the sites stand in short?

    Returns
    -------
    dict
        ``corner``, ``columns`` and ``rows`` of a table; ``text`` is true where its last column is words.
    """
    whole = [m for m in told.measures if m.id not in COMPLETENESS and "" in set(told.rows(m.id)["of"])]
    rows = {measure.id: told.rows(measure.id, "").set_index("site_id") for measure in whole}
    if len(told.names) <= SIDE_BY_SIDE:
        return _side_by_side(told, whole, rows)
    if len(told.names) <= FEW:
        return _row_by_row(told, whole, rows)
    return _distribution(told, whole, rows)


def _side_by_side(told: Telling, measures: Sequence[Measure], rows: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """A column for each site, and what differs between two."""
    texts = told.texts
    other = next((site for site in told.names if site != told.base), "")
    pair = len(told.names) == 2 and told.base in told.names  # noqa: PLR2004 - a pair
    lines = []
    for measure in measures:
        numbers, known = Numbers(measure.unit, texts), rows[measure.id].to_dict("index")
        cells = [numbers.value(float(known.get(site, {}).get("value", math.nan))) for site in told.names]
        row = known.get(other)
        if pair:
            cells += _difference_cells(row, numbers) if row else ["", ""]
        lines.append((measure_name(measure.id, texts), cells))
    more = [texts.gettext("Difference"), texts.gettext("May be due to")] if pair else []
    return {"corner": texts.gettext("Measure"), "columns": [*told.names.values(), *more], "rows": lines, "text": pair}


def _difference_cells(row: dict[Any, Any], numbers: Numbers) -> list[str]:
    between = numbers.difference_interval(float(row["difference_low"]), float(row["difference_high"]))
    said = numbers.difference(float(row["difference"]))
    return [f"{said}\n({between})" if between else said, causes_text(str(row["cause"]), numbers.texts)]


def _row_by_row(told: Telling, measures: Sequence[Measure], rows: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """A row for each site."""
    texts = told.texts
    lines = []
    for site, name in told.names.items():
        values = [float(rows[measure.id]["value"].get(site, math.nan)) for measure in measures]
        told_values = zip(measures, values, strict=True)
        lines.append((name, [Numbers(measure.unit, texts).value(value) for measure, value in told_values]))
    columns = [measure_name(measure.id, texts) for measure in measures]
    return {"corner": texts.gettext("Residence"), "columns": columns, "rows": lines, "text": False}


def _distribution(told: Telling, measures: Sequence[Measure], rows: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """How the sites spread."""
    texts = told.texts
    lines = []
    for measure in measures:
        values, numbers = rows[measure.id]["value"].to_numpy(float)[None], Numbers(measure.unit, texts)
        (low, high), middle = interval(values), median(values)
        unknown = len(told.names) - int(pd.notna(values).sum())
        cells = [numbers.value(float(each[0])) for each in (low, middle, high)] + [texts.number(unknown)]
        lines.append((measure_name(measure.id, texts), cells))
    titles = [texts.gettext(title) for title in _SPREAD]
    return {"corner": texts.gettext("Measure"), "columns": titles, "rows": lines, "text": False}
