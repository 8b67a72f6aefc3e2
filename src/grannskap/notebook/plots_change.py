"""Figures of two results beside each other: ranks before and after, and what a change does to both sides."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from grannskap.notebook.basis import basis_of
from grannskap.notebook.changing import LEAST_CHANGE, Change
from grannskap.notebook.charts import (
    FIRST_COLOUR,
    SECOND_COLOUR,
    Basis,
    Chart,
    alternative,
    blank,
    legend,
    mark,
    name_rows,
    numbered,
    ranked_along,
    styled,
)
from grannskap.notebook.moving import Moves, verdict
from grannskap.output import look
from grannskap.result import Result

SHOWN = 10
"""How many actors are drawn of those whose passages change most."""
FARTHEST_RANK = 3
APART = 0.17
"""How far above and below the middle of a row the two lines of it lie."""
BEFORE: dict[str, Any] = {"marker": "o", "ms": 7, "mfc": look.PAPER, "mec": look.INK, "mew": 1.4}
AFTER: dict[str, Any] = {"marker": "o", "ms": 7, "mfc": FIRST_COLOUR, "mec": FIRST_COLOUR}


def plot_moves(moved: Moves, result: Result) -> Chart:
    """Which ranks move when assumptions change, and which stand?

    Parameters
    ----------
    moved : Moves
    result : Result
        The one after: what is told below the figure.
    """
    basis, rows = basis_of(result, language=moved.language), moved.table
    texts, last = basis.texts, FARTHEST_RANK * moved.first
    title = texts.gettext("Which ranks move, and which stand")
    with styled():
        unit = texts.gettext("rank by passages per week, with the likely rank as a line; 1 is passed most often")
        figure, (axes,) = blank(len(rows), title=title, unit=unit, basis=basis, right_in=1.5)
        for y, row in enumerate(rows.to_dict("records")):
            _rank(axes, row, "before", y - APART, last=last, style=BEFORE, colour=look.RULE)
            _rank(axes, row, "after", y + APART, last=last, style=AFTER, colour=SECOND_COLOUR)
            mark(axes, last, y, verdict(row, texts))
        name_rows(axes, rows.name.tolist())
        ranked_along(axes, texts, last=last)
        legend(figure, axes, _signs(basis))
    ranks = zip(rows.rank_before, rows.rank_after, strict=True)
    values = [f"{texts.number(before)} → {texts.number(after)}" for before, after in ranks]
    return Chart(figure, alternative(title, rows.name.tolist(), values))


def _signs(basis: Basis) -> dict[str, Any]:
    texts = basis.texts
    return {
        texts.gettext("before"): Line2D([], [], ls="", **BEFORE),
        texts.gettext("after"): Line2D([], [], ls="", **AFTER),
    }


def _rank(
    axes: Axes, row: dict[Any, Any], when: str, y: float, *, last: float, style: dict[str, Any], colour: str
) -> None:
    rank, low, high = (float(row[f"{name}_{when}"]) for name in ("rank", "rank_low", "rank_high"))
    if math.isfinite(low) and math.isfinite(high):
        axes.plot([min(low, last), min(high, last)], [y, y], color=colour, lw=4, solid_capstyle="butt", zorder=2)
    if rank <= last:
        axes.plot([rank], [y], ls="", zorder=3, clip_on=False, **style)


def plot_change(change: Change) -> Chart:
    """What does a change do, for residents and for actors?

    Parameters
    ----------
    change : Change
    """
    basis = basis_of(change.after)
    texts, access = basis.texts, change.access
    actors = change.actors[change.actors.difference.abs() > LEAST_CHANGE].head(SHOWN)
    title = texts.gettext("What the change does, for residents and for actors")
    functions = [texts.gettext(f"function:{function}") for function in access.function]
    with styled():
        unit = texts.gettext("metres on foot to each function (above) and passages per week (below)")
        parts = (len(access), len(actors))
        figure, (above, below) = blank(sum(parts), title=title, unit=unit, basis=basis, above=parts, right_in=1.1)
        _pairs(above, functions, access.mean_m_before.tolist(), access.mean_m_after.tolist(), basis)
        numbered(above, texts, label=texts.gettext("Mean walk (m)"))
        pair = actors.passages_per_week_before.tolist(), actors.passages_per_week_after.tolist()
        _pairs(below, actors.name.tolist(), *pair, basis)
        numbered(below, texts, label=texts.gettext("Passages per week"))
        legend(figure, above, _signs(basis))
    names = [*functions, *actors.name]
    before, after = ([*access[f"mean_m_{w}"], *actors[f"passages_per_week_{w}"]] for w in ("before", "after"))
    values = [f"{texts.number(b)} → {texts.number(a)}" for b, a in zip(before, after, strict=True)]
    return Chart(figure, alternative(title, names, values))


def _pairs(axes: Axes, names: Sequence[str], before: Sequence[float], after: Sequence[float], basis: Basis) -> None:
    """Two dots in each row, joined by a line, and their difference beside them."""
    texts = basis.texts
    known = [value for value in (*before, *after) if math.isfinite(value)]
    axes.set_xlim(0, max([*known, 1.0]) * 1.04)
    for y, (b, a) in enumerate(zip(before, after, strict=True)):
        if math.isfinite(b) and math.isfinite(a):
            axes.plot([b, a], [y, y], color=SECOND_COLOUR, lw=3, zorder=2)
        axes.plot([b], [y], ls="", zorder=3, clip_on=False, **BEFORE)
        axes.plot([a], [y], ls="", zorder=4, clip_on=False, **(AFTER | {"ms": 5}))
        difference = a - b
        sign = "+" if round(difference, 1) > 0 else ""
        mark(axes, axes.get_xlim()[1], y, sign + texts.number(difference, decimals=1))
    name_rows(axes, names)
