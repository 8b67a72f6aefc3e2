"""Figures with maps: the walks before and after a change, and the walks past one actor."""

import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.notebook.basis import basis_of
from grannskap.notebook.changing import Change
from grannskap.notebook.charts import Chart, styled
from grannskap.notebook.legends import DASHES, dashed_entry, draw_legend, flow_entries, place_entries
from grannskap.notebook.maps import (
    BODY,
    Classes,
    corridors,
    draw_bar,
    draw_map,
    on_paper,
    sheet,
    view_around,
)
from grannskap.output import look
from grannskap.output.report.telling import telling
from grannskap.result import Result
from grannskap.routes.changing import HAND_MADE

MAP_MM = 96.0


def plot_change_map(change: Change) -> Chart:
    """Where did the walks go before, and where do they go after?

    Parameters
    ----------
    change : Change

    Returns
    -------
    Chart
        Two maps at one scale, with the same classes of walks a week; what was drawn by hand is dashed.
    """
    basis, by_hand = basis_of(change.after), _by_hand(change.after)
    texts, site = basis.texts, change.after.site.union_all()
    classes = Classes.of(change.before.edges, texts)
    seen = [*corridors(change.before.edges), *corridors(change.after.edges), *by_hand]
    title = texts.gettext("Where the walks go, before and after")
    unit = texts.gettext("walks per week, there and back; the same classes in both maps")
    with styled():
        figure, pen, frames = sheet(MAP_MM, frames=2, title=title, unit=unit, basis=basis)
        for frame, result, when in zip(
            frames, (change.before, change.after), (texts.gettext("before"), texts.gettext("after")), strict=True
        ):
            view = view_around(frame, site, seen)
            draw_map(pen, result, result.edges, view, classes)
            pen.text(frame.x, frame.top + 1.6, when[:1].upper() + when[1:], size=BODY, weight="bold", z=70)
        draw_bar(pen, texts, view_around(frames[0], site, seen))
        drawn = on_paper(by_hand, view)
        pen.lines(drawn, colour=look.INK, width=1.2, clip=view.frame, z=30, linestyle=DASHES)
        hand = [dashed_entry(pen, texts.gettext("drawn by hand"))] if by_hand else []
        place = place_entries(pen, change.after, view, texts)
        draw_legend(pen, [[*place, *flow_entries(pen, classes.labels), *hand]])
    return Chart(figure, f"{title}. {change.sentence()}")


def plot_passing(result: Result, actor_id: str) -> Chart:
    """Which walks pass one actor?

    Parameters
    ----------
    result : Result
    actor_id : str
        As in ``result.actors``.

    Returns
    -------
    Chart
        A map of these walks from the residence to where they end, with the sentence that explains them.
    """
    basis, passing, told = basis_of(result), result.routes(actor_id), telling(result, None)
    texts, rows = basis.texts, told.actors[told.actors.actor_id == passing.actor_id]
    name = told.named(rows.to_dict("records")[0]) if len(rows) else texts.gettext("a place that is not named here")
    title, classes = texts("Walks past {name}", name=name), Classes.of(passing.edges, texts)
    spots = rows.geometry.representative_point()
    with styled():
        figure, pen, (frame,) = sheet(MAP_MM, frames=1, title=title, unit=texts.gettext("walks per week"), basis=basis)
        view = view_around(frame, result.site.union_all(), [*corridors(passing.edges), *spots])
        draw_map(pen, result, passing.edges, view, classes)
        for spot in spots:
            x, y = shapely.get_coordinates(view.on_paper(spot))[0]
            pen.disc(x, y, 2.6, fill=look.ACCENT, ec="#ffffff", lw=0.8, z=44)
            pen.number(x, y, texts.number(rows["rank"].iloc[0]), size=BODY - 1, colour="#ffffff", z=45)
        pen.text(frame.x, frame.top + 1.6, passing.sentence(), size=BODY, z=70)
        draw_bar(pen, texts, view)
        draw_legend(pen, [[*place_entries(pen, result, view, texts), *flow_entries(pen, classes.labels)]])
    return Chart(figure, f"{title}. {passing.sentence()}")


def _by_hand(result: Result) -> list[BaseGeometry]:
    """What was drawn by hand?"""
    edges = result.edges
    return list(edges.geometry[edges.way_id.str.startswith(HAND_MADE).to_numpy()])
