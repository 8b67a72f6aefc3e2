"""A map for each of the guideline's five questions, with the answer in one sentence."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.errors import TableError
from grannskap.language.writing import plain
from grannskap.notebook.basis import basis_of
from grannskap.notebook.charts import Chart, styled
from grannskap.notebook.legends import (
    Entry,
    actor_entries,
    draw_legend,
    flow_entries,
    function_entries,
    legend_mm,
    place_entries,
)
from grannskap.notebook.maps import (
    BODY,
    Classes,
    corridors,
    draw_bar,
    draw_map,
    sheet,
    view_around,
)
from grannskap.output.report.access import used_streets
from grannskap.output.report.telling import FIRST, Telling, telling
from grannskap.output.sheet.layout import View
from grannskap.output.sheet.marks import Marks, marks_of
from grannskap.output.sheet.pen import Pen, fitted
from grannskap.output.sheet.signs import draw_marks
from grannskap.output.webmap.points import shown_actors
from grannskap.result import Result

MAP_MM = 118.0
PASSED = 30
"""How many actors are numbered on the map of those who are passed."""
LINE = 80
"""Names that are longer together do not fit above a map: the ranks stand there alone."""
SURE = 0.9
"""An actor is surely among the first from this share of the draws on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What does the map of a question show: walks, places by function, and how many numbered actors?"""

    title: str
    unit: str
    sentence: Callable[[Telling], str]
    walks: bool = True
    places: bool = False
    actors: int = 0
    others: bool = False


def plot_question(result: Result, number: int, *, language: str | None = None) -> Chart:
    """Where on the map is the answer to one of the five questions of the guideline (§4.2.2), and what is it in short?

    Parameters
    ----------
    result : Result
    number : int
        1 needs and access, 2 ways there and back, 3 ways about the area, 4 who is passed, 5 who is most affected.
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    Chart
        Neighbours marked as sensitive are left out.

    Raises
    ------
    TableError
        There is no such question.
    """
    told = telling(result, language)
    asked = _questions(told).get(number)
    if asked is None:
        raise TableError("The guideline has five questions: there is no question {number}.", number=number)
    basis, classes = basis_of(result, language=language), Classes.of(result.edges, told.texts)
    sentence = asked.sentence(told)
    rows = 1 + (asked.places or bool(asked.actors))
    with styled():
        figure, pen, (frame,) = sheet(
            MAP_MM, frames=1, title=asked.title, unit=asked.unit, basis=basis, legend=legend_mm(rows)
        )
        view = view_around(frame, result.site.union_all(), _seen(told, asked))
        draw_map(pen, result, result.edges if asked.walks else result.edges.iloc[:0], view, classes)
        marks = _marks(pen, result, view, asked)
        draw_marks(pen, marks, view)
        pen.text(frame.x, frame.top + 1.6, fitted(sentence, 0.95 * frame.width, BODY), size=BODY, z=70)
        draw_bar(pen, told.texts, view)
        draw_legend(pen, _legend(pen, told, asked, view=view, marks=marks, classes=classes))
    return Chart(figure, f"{asked.title}. {sentence}")


def _questions(told: Telling) -> dict[int, _Asked]:
    texts = told.texts
    walks = texts.gettext("walks per week, there and back")
    ranks = texts.gettext("walks per week; discs: rank by passages per week")
    letters = texts.gettext("letters: places that the trips go to, the most used of each function")
    return {
        1: _Asked(texts.gettext("What the residents need, and where"), letters, _within, walks=False, places=True),
        2: _Asked(texts.gettext("How the residents get there and back"), walks, _mean, places=True),
        3: _Asked(texts.gettext("Where the residents walk in the area"), walks, _streets),
        4: _Asked(texts.gettext("Which actors are passed"), ranks, _passed, actors=PASSED, others=True),
        5: _Asked(texts.gettext("Who may be contacted first"), ranks, _surest, actors=FIRST),
    }


def _within(told: Telling) -> str:
    if told.missing:
        names = told.functions(told.missing)
        return told.texts("Not in the map data within {reach} m: {names}.", reach=told.reach, names=names)
    return told.texts("Within {reach} m there is something for every function of the profile.", reach=told.reach)


def _mean(told: Telling) -> str:
    trips, metres = (told.result.destinations[name].to_numpy(float) for name in ("trips_per_week", "distance_m"))
    mean = float((trips * metres).sum() / trips.sum()) if trips.sum() > 0 else math.nan
    return told.texts("The residents' trips are {metres} m on average, one way.", metres=told.texts.number(mean))


def _streets(told: Telling) -> str:
    names = [plain(name) for name in used_streets(told)["name"].head(3)]
    return told.texts("The streets used most are {names}.", names=", ".join(names)) if names else ""


def _passed(told: Telling) -> str:
    if not len(told.passed):
        return told.texts.gettext("No actors are passed.")
    n, every = (told.texts.number(len(table)) for table in (told.passed, told.actors))
    first = told.named(told.passed.to_dict("records")[0])
    return told.texts("{n} of {every} actors are passed, {first} most often.", n=n, every=every, first=first)


def _surest(told: Telling) -> str:
    first = told.passed.head(FIRST)
    sure = first[(first.p_top10 >= SURE).to_numpy()].to_dict("records")
    if sure:
        ranks = [told.texts.number(row["rank"]) for row in sure]
        named = ", ".join(f"{rank} {told.named(row)}" for rank, row in zip(ranks, sure, strict=True))
        names = named if len(named) <= LINE else ", ".join(ranks)
        return told.texts("Surest among the first {n}: {names}.", n=FIRST, names=names)
    return told.texts.gettext("No rank is sure: read the ranks as equal where they overlap.") if len(first) else ""


def _seen(told: Telling, asked: _Asked) -> list[BaseGeometry]:
    """What should be in the picture?"""
    used = told.destinations[(told.destinations["trips_per_week"] > 0).to_numpy()]
    main = used.sort_values("trips_per_week", ascending=False, kind="stable").drop_duplicates("function")
    first = shapely.point_on_surface(told.passed.head(asked.actors).geometry.to_numpy())
    walked = corridors(told.result.edges) if asked.walks else []
    return [*walked, *first, *(main.geometry if asked.places else ())]


def _marks(pen: Pen, result: Result, view: View, asked: _Asked) -> Marks:
    """Which signs does the question need? Schools, too, where it is about actors."""
    actors = shown_actors(result.actors)
    passed = actors.loc[(actors["group"] != "silent").to_numpy()].sort_values("rank", kind="stable")
    places = result if asked.places else replace(result, destinations=result.destinations.iloc[:0])
    marks = marks_of(pen, places, view, actors=actors, numbered=passed.head(asked.actors), schools=bool(asked.actors))
    return marks if asked.others else replace(marks, dots=[])


def _legend(pen: Pen, told: Telling, asked: _Asked, *, view: View, marks: Marks, classes: Classes) -> list[list[Entry]]:
    flows = flow_entries(pen, classes.labels) if asked.walks else []
    rows = [[*place_entries(pen, told.result, view, told.texts), *flows]]
    if asked.places:
        shown = {str(each.key) for each in marks.destinations} | {function for function, _ in marks.tiles}
        functions = [each for each in told.result.study.profile.functions if each in shown]
        rows.append(function_entries(pen, functions, told.texts))
    if asked.actors:
        unsure = any(bool(each.key["unsure"]) for each in marks.actors)
        rows.append(actor_entries(pen, told.texts, unsure=unsure, others=bool(marks.dots), schools=bool(marks.schools)))
    return rows
