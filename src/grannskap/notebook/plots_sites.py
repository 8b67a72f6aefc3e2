"""Figures of several sites: one small panel for each measure, all with the same sites in the same order."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grannskap.comparison.measures import Measure
from grannskap.notebook.basis import basis_of
from grannskap.notebook.charts import (
    FIRST_COLOUR,
    SECOND_COLOUR,
    Basis,
    Chart,
    blank,
    mark,
    name_rows,
    no_names,
    styled,
)
from grannskap.notebook.sites import measure_of, names_of, of_measure, things, whole
from grannskap.output import look
from grannskap.output.comparison.words import Numbers, measure_name, of_name
from grannskap.output.sheet.pen import drawable, wrapped
from grannskap.result import Result

SHOWN = (
    *("served_share", "expected_m", "detour_factor", "longest_without_seat_m"),
    *("flow_gini", "busiest_tenth_share", "lit_known_share", "covered"),
)
"""Which measures are drawn, where nothing else is asked for."""
MOST_PANELS = 10
SHARE = "share"
ROOM = 0.03
"""Left of 0 there is room for half a dot, as a share of the axis."""
COLUMNS, TITLE_PT, TITLE_MM, AXIS_IN, HEAD_IN, TICKS = 2, 9.0, 58.0, 0.88, 1.1, 4


def plot_sites(table: pd.DataFrame, results: Sequence[Result], *, measure: str = "") -> Chart:
    """How do several sites differ, and how sure is that?

    Parameters
    ----------
    table : DataFrame
        As `grannskap.compare` gives it for ``results``.
    results : sequence of Result
        Whose data it is, and of when, is told below the figure.
    measure : str
        One measure, such as "nearest_m": a panel for each function or kind. When left out, a panel for each of the
        measures that have one value for a whole site.

    Returns
    -------
    Chart
        A dot for the value and a line where 90 % of the draws lie; hatched where there is no data.
    """
    basis, names = _basis(results), names_of(table)
    texts = basis.texts
    rows = of_measure(table, measure) if measure else whole(table)
    panels = _panels(rows, measure)
    title = measure_name(measure, texts) if measure else texts.gettext("The sites beside each other")
    unit = texts.gettext("value (dot), and where 90% of the draws lie (line); the unit stands below each panel")
    tall = (len(names),) * math.ceil(len(panels) / COLUMNS)
    said = []
    with styled():
        figure, axes = blank(
            0, title=title, unit=unit, basis=basis, panels=(1, 1), above=tall, axis_in=AXIS_IN, head_in=HEAD_IN
        )
        for number, (each, of) in enumerate(panels):
            known = measure_of(each)
            here = rows[(rows.measure == each) & (rows.of == of)].set_index("site_id").reindex(list(names))
            label = of_name(known.by, of, texts) if measure else measure_name(each, texts)
            _panel(axes[number], here, known, Numbers(known.unit, texts), label=label, basis=basis)
            said += [
                f"{label}, {name}: {Numbers(known.unit, texts).value(v)}"
                for name, v in zip(names.values(), here.value, strict=True)
            ]
            if number % COLUMNS:
                no_names(axes[number], len(names))
            else:
                name_rows(axes[number], list(names.values()))
        for spare in axes[len(panels) :]:
            spare.set_visible(False)
    return Chart(figure, f"{title}. {'; '.join(said)}.")


def _panels(rows: pd.DataFrame, measure: str) -> list[tuple[str, str]]:
    """Which measures, and of what, have a panel?"""
    if not measure:
        return [(each, "") for each in SHOWN if each in set(rows.measure)]
    return [(measure, of) for of in things(rows, measure)[:MOST_PANELS]]


def _panel(axes: Axes, here: pd.DataFrame, measure: Measure, numbers: Numbers, *, label: str, basis: Basis) -> None:
    """One measure at all sites."""
    known = [v for v in (*here.value, *here.high) if math.isfinite(v)]
    most = 1.0 if measure.unit == SHARE else max([*known, 0.0]) * 1.05 or 1.0
    for y, (value, low, high) in enumerate(zip(here.value, here.low, here.high, strict=True)):
        if not math.isfinite(value):
            axes.barh(y, most, 0.5, fc="none", ec=look.RULE, hatch="////", lw=0)
            mark(axes, 0, y, numbers.value(value), quiet=True)
            continue
        if math.isfinite(low) and math.isfinite(high):
            axes.plot([low, high], [y, y], color=SECOND_COLOUR, lw=5, solid_capstyle="butt", zorder=2)
        axes.plot([value], [y], "o", ms=7, color=FIRST_COLOUR, zorder=3, clip_on=False)
    lines = wrapped(drawable(label), TITLE_MM, TITLE_PT, "bold")
    axes.set_title("\n".join(lines), loc="left", size=TITLE_PT, weight="bold", color=look.INK, pad=4)
    axes.set_xlim(-ROOM * most, most)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=TICKS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: numbers.tick(float(tick), last=False)))
    unit = "%" if measure.unit == SHARE else basis.texts.gettext(measure.unit)
    axes.set_xlabel(unit, color=look.QUIET_INK, size=8.5)


def _basis(results: Sequence[Result]) -> Basis:
    """What do all these results rest on?"""
    each = [basis_of(result) for result in results]
    settings = dict.fromkeys(basis.settings for basis in each)
    first = each[0]
    return replace(
        first,
        name="",
        data_date=", ".join(dict.fromkeys(basis.data_date for basis in each if basis.data_date)),
        file=", ".join(dict.fromkeys(basis.file for basis in each if basis.file)),
        settings=next(iter(settings))
        if len(settings) == 1
        else first.texts.gettext("Settings differ between the sites."),
    )
