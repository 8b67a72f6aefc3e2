"""The report for everybody: what is within reach, where walks go, and how that was worked out without telling where."""

from grannskap.output.map_legend import ATTRIBUTION, STANDING_NOTE
from grannskap.output.public_sheet import public_picture
from grannskap.output.public_telling import ONE_OF_MANY, PublicTelling, public_telling, rows
from grannskap.output.report_blocks import Block, Bullets, Column, Figure, Heading, Paragraph, Report, Table, table
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
    texts = told.texts
    kinds = texts.gettext("To show more would tell where the residence is, so there is no map and no name here.")
    return [
        Heading(texts.gettext("What this is")),
        Paragraph(
            texts.gettext(
                "From map data it is calculated what can be reached on foot and which ways may be taken. It is a basis "
                "for conversations about the neighbourhood."
            ),
            "lead",
        ),
        Paragraph(texts.gettext(ONE_OF_MANY)),
        *([Paragraph(kinds)] if told.view.shows == "kinds" else []),
        Paragraph(texts.gettext(STANDING_NOTE), "note"),
    ]


def _reach(told: PublicTelling) -> list[Block]:
    texts = told.texts
    reach = texts.number(told.view.settings.radius_m)
    lines = [(told.function(row.function), told.reach(row.reach)) for row in rows(told.view.access)]
    columns = [Column(texts.gettext("Function"), 1.4), Column(texts.gettext("Within reach"), 1.6)]
    return [
        Heading(texts.gettext("What the residents need")),
        table(texts("Within {reach} m on foot", reach=reach), columns, lines),
    ]


def _map(told: PublicTelling) -> list[Block]:
    view, texts = told.view, told.texts
    if view.shows == "kinds":
        return []
    if view.shows == "walks":
        caption = texts.gettext("Calculated walks; no walks are shown in the square with the dashed border.")
        words = texts.gettext("Map of a square area with the calculated walks as blue lines, the more the broader.")
    else:
        caption = texts.gettext("Actors in the area; walks are not shown.")
        words = texts.gettext("Map of a square area with the actors in it.")
    picture = public_picture(view, language=texts.language)
    return [
        Heading(texts.gettext("Calculated walking corridors") if view.shows == "walks" else texts.gettext("Map")),
        Figure(picture=picture, caption=caption, alt=words, width_mm=PICTURE_MM),
    ]


def _actors(told: PublicTelling) -> list[Block]:
    view, texts = told.view, told.texts
    blocks: list[Block] = [Heading(texts.gettext("Actors"))]
    for often in TOLD:
        here = rows(view.actors[(view.actors["often"] == often).to_numpy()])
        if here:
            blocks.append(Heading(told.often(often), 2))
            named = [f"{told.named(row.name, row.kind)} ({told.kind(row.kind)})" for row in here]
            blocks.append(Bullets(tuple(named)))
    return [*blocks, _kinds(told)]


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
    return [
        Heading(texts.gettext("How it was worked out")),
        Paragraph(left_out),
        *(Paragraph(line, "small") for line in told.small_print),
        Paragraph(
            texts.gettext(
                "OpenStreetMap is made by many and never complete: a place missing from the map data may still exist."
            ),
            "small",
        ),
        Paragraph(texts.gettext(ATTRIBUTION), "small"),
    ]
