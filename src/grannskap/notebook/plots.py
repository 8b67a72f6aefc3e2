"""Figures of a result: what residents reach, how sure the ranks are, and which assumption matters."""

import math

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from grannskap.notebook.basis import basis_of
from grannskap.notebook.charts import (
    FIRST_COLOUR,
    SECOND_COLOUR,
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
from grannskap.output import look
from grannskap.output.certainty import change
from grannskap.output.report.telling import telling
from grannskap.result import Result

FIRST = 15
"""How many actors are drawn."""
MOVES = 12
"""How many changed assumptions are drawn."""
FARTHEST_RANK = 3
"""Ranks beyond so many times the number of actors drawn are told and not drawn."""


def plot_access(result: Result, *, language: str | None = None) -> Chart:
    """How far do residents walk to each function, and what is missing?

    Parameters
    ----------
    result : Result
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    Chart
        A bar to the nearest place of each function and a ring at the mean walk; hatched where the map data has none.
    """
    basis, access = basis_of(result, language=language), result.access
    texts = basis.texts
    title = texts("What residents can reach on foot within {reach} m", reach=texts.number(result.study.reach.radius_m))
    names = [texts.gettext(f"function:{function}") for function in access.function]
    with styled():
        figure, (axes,) = blank(
            len(access), title=title, unit=texts.gettext("metres on foot, one way"), basis=basis, right_in=1.5
        )
        reach = float(result.study.reach.radius_m)
        for y, (near, mean, n) in enumerate(zip(access.nearest_m, access.mean_m, access.n_within_reach, strict=True)):
            if not n:
                axes.barh(y, reach, 0.55, fc="none", ec=look.RULE, hatch="////", lw=0)
                mark(axes, 0, y, texts.gettext("nothing in the map data within reach"), quiet=True)
                continue
            axes.barh(y, near, 0.55, color=FIRST_COLOUR)
            if math.isfinite(mean):
                axes.plot([mean], [y], "o", ms=8, mfc=look.PAPER, mec=look.INK, mew=1.4, clip_on=False, zorder=4)
            mark(axes, reach, y, f"■ {texts.number(near)} · ○ {texts.number(mean)}")
        name_rows(axes, names)
        axes.set_xlim(0, reach)
        numbered(axes, texts, label=texts.gettext("Metres on foot"))
        ring = Line2D([], [], marker="o", ls="", ms=7, mfc=look.PAPER, mec=look.INK, mew=1.4)
        signs = {texts.gettext("to the nearest"): Patch(color=FIRST_COLOUR), texts.gettext("mean walk"): ring}
        legend(figure, axes, signs)
    return Chart(figure, alternative(title, names, [texts.number(near) for near in access.nearest_m]))


def plot_ranks(result: Result, *, first: int = FIRST, language: str | None = None) -> Chart:
    """Which actors are passed most often, and how sure is their order?

    Parameters
    ----------
    result : Result
    first : int
        How many actors are drawn. Neighbours marked as sensitive are left out.
    language : {"sv", "en"}, optional
    """
    basis, told = basis_of(result, language=language), telling(result, language)
    texts, rows = basis.texts, told.passed.head(first)
    names = [f"{rank}  {told.named(row)}" for rank, row in zip(rows["rank"], rows.to_dict("records"), strict=True)]
    title = texts.gettext("Suggested order of contact, and how sure it is")
    last = FARTHEST_RANK * first
    with styled():
        unit = texts.gettext("rank by passages per week; the line is where the rank lies in 90% of the draws")
        figure, (axes,) = blank(len(rows), title=title, unit=unit, basis=basis)
        for y, (rank, low, high) in enumerate(zip(rows["rank"], rows.rank_low, rows.rank_high, strict=True)):
            if math.isfinite(low) and math.isfinite(high):
                axes.plot([low, min(high, last)], [y, y], color=SECOND_COLOUR, lw=5, solid_capstyle="butt", zorder=2)
            if math.isfinite(high) and high > last:
                mark(axes, last, y, "→ " + texts.number(high), quiet=True)
            axes.plot([rank], [y], "o", ms=8, color=FIRST_COLOUR, zorder=3)
        name_rows(axes, names)
        ranked_along(axes, texts, last=last)
        line = Line2D([], [], color=SECOND_COLOUR, lw=5)
        dot = Line2D([], [], marker="o", ls="", ms=7, color=FIRST_COLOUR)
        legend(figure, axes, {texts.gettext("Rank"): dot, texts.gettext("Likely rank"): line})
    return Chart(figure, alternative(title, names, [texts.number(n) for n in rows.passages_per_week]))


def plot_sensitivity(result: Result, *, language: str | None = None) -> Chart:
    """Which assumption changes the order most, when it alone is changed?

    Parameters
    ----------
    result : Result
    language : {"sv", "en"}, optional
    """
    basis = basis_of(result, language=language)
    texts, top = basis.texts, min(look.TOP, int((result.actors.passages_per_week > 0).sum()))
    rows = result.sensitivity.sort_values(["top10_overlap", "rank_correlation"], kind="stable").head(MOVES)
    tried = zip(rows.assumption, rows.value, rows.tried, strict=True)
    said = [change(str(what), value, other, texts) for what, value, other in tried]
    title = texts.gettext("What happens to the order when one assumption changes")
    names = [f"{what[:1].upper()}{what[1:]}" for what, _, _ in said]
    moved = [tried for _, _, tried in said]
    kept = (rows.top10_overlap * top).round().fillna(0).to_numpy(float)
    with styled():
        unit = texts("how many of the first {n} remain among the first {n}", n=texts.number(top))
        figure, (axes,) = blank(len(rows), title=title, unit=unit, basis=basis, left_in=4.3, right_in=2.3)
        axes.barh(range(len(rows)), kept, 0.55, color=FIRST_COLOUR)
        for y, (n, how) in enumerate(zip(kept, moved, strict=True)):
            mark(axes, float(max(top, 1)), y, texts("{n} with {tried}", n=texts.number(n), tried=how))
        name_rows(axes, names)
        axes.set_xlim(0, max(top, 1))
        numbered(axes, texts, label=texts("Of the first {n}", n=texts.number(top)), whole=True)
        legend(figure, axes, {})
    said_rows = [f"{name}, {how}" for name, how in zip(names, moved, strict=True)]
    return Chart(figure, alternative(title, said_rows, [texts.number(n) for n in kept]))
