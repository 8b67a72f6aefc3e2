"""The report for everybody: what is within reach, where walks go, and how that was worked out without telling where."""

from typing import Any

from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.public.sheet import public_picture
from grannskap.output.public.telling import NO_WALKS, ONE_OF_MANY, UNMARKED, PublicTelling, public_telling, rows
from grannskap.output.report.blocks import Block, Bullets, Column, Figure, Heading, Paragraph, Report, Table, table
from grannskap.public.view import PublicView

PICTURE_MM = 150.0
TOLD = (3, 2)
"""Classes of rank that the report names: the ten and the next twenty."""


def public_report(view: PublicView, *, language: str | None = None) -> Report:
    """What does the report of a public view say?

    Parameters
    ----------
    view : PublicView
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    Report
    """
    told = public_telling(view, language)
    texts = told.texts
    return Report(
        title=told.title,
        subtitle=texts.gettext("Public view"),
        badge=told.badge,
        language=texts.language,
        blocks=(*_about(told), *_reach(told), *_map(told), *_actors(told), *_basis(told)),
        footer=told.small_print[-1],
    )


def _about(told: PublicTelling) -> list[Block]:
    texts, shows = told.texts, told.view.shows
    heading, note = Heading(texts.gettext("What this is")), Paragraph(told.note, "note")
    if shows == "needs":
        untold = texts.gettext(
            "Nothing of the place is shown here: the map data ends so near, so few addresses are alike, or a name is "
            "so telling, that anything more could tell where the residence is."
        )
        return [heading, Paragraph(untold, "lead"), note]
    lead = texts.gettext(
        "From map data it is calculated what can be reached on foot and which ways may be taken. It is a basis for "
        "conversations about the neighbourhood."
    )
    said = [texts.gettext(ONE_OF_MANY)]
    if shows == "kinds":
        said.append(
            texts.gettext("To show more would tell where the residence is, so there is no map and no name here.")
        )
    return [heading, Paragraph(lead, "lead"), *map(Paragraph, said), note]


def _reach(told: PublicTelling) -> list[Block]:
    texts = told.texts
    reach = texts.number(told.view.settings.radius_m)
    heading, functions = Heading(texts.gettext("What the residents need")), rows(told.view.access)
    if told.view.shows == "needs":
        taken = Paragraph(texts.gettext("This is what residents are taken to need in everyday life, as others do:"))
        return [heading, taken, Bullets(tuple(told.function(row.function) for row in functions))]
    lines = [(told.function(row.function), told.reach(row.reach)) for row in functions]
    columns = [Column(texts.gettext("Function"), 1.4), Column(texts.gettext("Within reach"), 1.6)]
    return [heading, table(texts("Within {reach} m on foot", reach=reach), columns, lines)]


def _map(told: PublicTelling) -> list[Block]:
    view, texts = told.view, told.texts
    if not view.has_map:
        return []
    walks = view.shows == "walks"
    said = [texts.gettext(UNMARKED) + "."] if told.classes else [texts.gettext(NO_WALKS)] if walks else []
    words = (
        texts.gettext("Map of a square area with the calculated walks as blue lines, the more the broader.")
        if walks
        else texts.gettext("Map of a square area with the actors in it.")
    )
    picture = public_picture(view, language=texts.language)
    return [
        Heading(texts.gettext("Calculated walking corridors") if walks else texts.gettext("Map")),
        *map(Paragraph, said),
        Figure(picture=picture, caption=_caption(told), alt=words, width_mm=PICTURE_MM),
        *([_walks(told)] if told.classes else []),
    ]


def _caption(told: PublicTelling) -> str:
    """What do the marks on the map stand for, as far as they are there?"""
    view, texts = told.view, told.texts
    if view.shows != "walks":
        said = [texts.gettext("Actors in the area as dots; walks are not shown.")]
    else:
        said = [texts.gettext("Calculated walks; no walks are shown in the square with the dashed border.")]
    dots = {
        3: texts.gettext("Dark dots: among the ten actors that most walks pass."),
        2: texts.gettext("Light blue dots: among the next twenty."),
    }
    said += [sentence for often, sentence in dots.items() if (view.actors["often"] == often).any()]
    names = dict.fromkeys(view.places["function"])
    signs = ", ".join(f"{look.function_sign(name).letter} {told.function(name).lower()}" for name in names)
    return " ".join([*said, *([texts("Letters: {signs}.", signs=signs)] if signs else [])])


def _walks(told: PublicTelling) -> Table:
    """Which streets have walks, class by class, for those who do not see the map?"""
    texts, edges = told.texts, told.view.edges
    lines = []
    for index in told.classes:
        names = sorted({plain(name) for name in edges["name"][edges["walks_class"] == index]} - {""})
        lines.append((told.walks(index), ", ".join(names) or texts.gettext("Path without a name")))
    columns = [Column(texts.gettext("Walks per week")), Column(texts.gettext("Streets"), 3.0)]
    return table(
        texts.gettext("Streets by walks per week, there and back; parts of a street may differ"), columns, lines
    )


def _actors(told: PublicTelling) -> list[Block]:
    view, texts = told.view, told.texts
    if view.shows == "needs":
        return []
    blocks: list[Block] = [Heading(texts.gettext("Actors"))]
    for often in TOLD:
        here = rows(view.actors[(view.actors["often"] == often).to_numpy()])
        if here:
            blocks.append(Heading(told.often(often), 2))
            blocks.append(Bullets(tuple(_named(told, row) for row in here)))
    return [*blocks, _kinds(told)]


def _named(told: PublicTelling, row: Any) -> str:
    """A name with its kind, unless it tells that already."""
    return f"{told.place(row)} ({told.kind(row.kind)})" if plain(row.name) else told.place(row)


def _kinds(told: PublicTelling) -> Table:
    texts = told.texts
    lines = sorted((told.kind(row.kind), str(row.number)) for row in rows(told.view.kinds))
    columns = [Column(texts.gettext("Kind"), 1.6), Column(texts.gettext("Number"), number=True)]
    return table(texts.gettext("Actors in the area, by kind"), columns, lines, span=0.7)


def _basis(told: PublicTelling) -> list[Block]:
    texts = told.texts
    left_out = texts.gettext(
        "Left out are the residence and its address, walks near it, distances, exact numbers, dwellings, and "
        "neighbours with particular need of protection."
    )
    missing = texts.gettext(
        "OpenStreetMap is made by many and never complete: a place missing from the map data may still exist."
    )
    return [
        Heading(texts.gettext("How it was worked out")),
        Paragraph(left_out),
        *(Paragraph(line, "small") for line in (*told.small_print, missing)),
    ]
