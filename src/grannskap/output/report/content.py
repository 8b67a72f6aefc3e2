"""The written analysis: its content, made once from a result, whatever document it becomes."""

from grannskap.language.writing import plain
from grannskap.output.certainty import strongest
from grannskap.output.report.access import access_blocks, around_blocks, used_streets, ways_blocks
from grannskap.output.report.actors import affected_blocks, passed_blocks, school_blocks
from grannskap.output.report.basis import assumption_blocks, certainty_blocks, data_blocks, source_blocks
from grannskap.output.report.blocks import Block, Bullets, Column, Heading, Paragraph, Report, Table, table
from grannskap.output.report.figure import map_figure
from grannskap.output.report.steps import steps_blocks
from grannskap.output.report.telling import Telling, telling
from grannskap.output.small_print import ATTRIBUTION, SENSITIVITY, STANDING_NOTE, data_date
from grannskap.result import Result

FIRST_TOLD = 3
"""How many streets and actors the summary names."""


def report(result: Result, *, language: str | None = None) -> Report:
    """What does the written analysis say, in which order?

    The five questions of the guideline (§4.2.2) are the headings, residents' access comes before the actors, and the
    same functions write every number in text and in tables.

    Parameters
    ----------
    result : Result
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    Report
    """
    told = telling(result, language)
    texts = told.texts
    return Report(
        title=texts.gettext("Analysis of the neighbourhood"),
        subtitle=plain(result.study.name),
        badge=texts.gettext(SENSITIVITY[result.study.sensitivity]),
        language=texts.language,
        blocks=(
            *_summary(told),
            *access_blocks(told),
            *ways_blocks(told, map_figure(told)),
            *around_blocks(told),
            *passed_blocks(told),
            *affected_blocks(told),
            *school_blocks(told),
            *certainty_blocks(told),
            *steps_blocks(told),
            *assumption_blocks(told),
            *data_blocks(told),
            *source_blocks(told),
        ),
        footer=f"{_dated(told)} · {texts.gettext(ATTRIBUTION)}",
    )


def _dated(told: Telling) -> str:
    texts = told.texts
    return texts("Map data of {date}", date=data_date(told.result) or texts.gettext("unknown date"))


def _summary(told: Telling) -> list[Block]:
    texts = told.texts
    return [
        Heading(texts.gettext("Summary")),
        Paragraph(
            texts.gettext(
                "The report follows the five questions of the guideline for place collaboration around social housing "
                "(section 4.2.2). From map data it tells what residents can reach on foot, which ways they may take "
                "and which neighbours they pass. It is a basis for conversations, to be completed by those who know "
                "the residents and the place."
            ),
            "lead",
        ),
        Bullets(tuple(_findings(told))),
        Paragraph(texts.gettext(STANDING_NOTE), "note"),
        _key_figures(told),
    ]


def _findings(told: Telling) -> list[str]:
    texts = told.texts
    if told.missing:
        reach = texts(
            "Not in the map data within {reach} m: {names}.", reach=told.reach, names=told.functions(told.missing)
        )
    else:
        reach = texts("Within {reach} m there is something for every function of the profile.", reach=told.reach)
    said = [reach]
    streets = [plain(name) for name in used_streets(told)["name"].head(FIRST_TOLD)]
    if streets:
        said.append(texts("The streets used most are {names}.", names=", ".join(streets)))
    if first := told.ranked(FIRST_TOLD):
        said.append(texts("First in the suggested order of contact: {names}.", names=first))
    return [*said, *filter(None, [strongest(told.result, texts)])]


def _key_figures(told: Telling) -> Table:
    texts, study = told.texts, told.result.study
    trips = float(told.result.access["trips_per_week"].sum()) + study.profile.round_walks.trips_per_week
    served = len(told.result.access) - len(told.missing)
    rows = [
        *_where(told),
        (texts.gettext("Within reach"), f"{told.reach} m"),
        (texts.gettext("Map data of"), data_date(told.result) or texts.gettext("unknown date")),
        (texts.gettext("Trips of the whole unit per week, walks without an errand included"), told.trips(trips)),
        (texts.gettext("Functions of the profile"), texts.number(len(told.result.access))),
        (texts.gettext("Functions with something within reach"), texts.number(served)),
        (texts.gettext("Actors in the study area"), texts.number(len(told.actors))),
        (texts.gettext("Actors that are passed"), texts.number(len(told.passed))),
        (texts.gettext("Schools and preschools in the study area"), texts.number(len(told.schools))),
    ]
    columns = [Column(texts.gettext("What"), 2.4), Column(texts.gettext("Value"))]
    return table(texts.gettext("In short"), columns, rows)


def _where(told: Telling) -> list[tuple[str, str]]:
    """Where it is, as far as the study allows: only of open material, and else only its name in the title."""
    texts, study = told.texts, told.result.study
    if study.sensitivity != "open":
        return []
    site = study.site
    if site.address:
        return [(texts.gettext("Place"), plain(site.address))]
    if site.lat is None or site.lon is None:
        return []
    lat, lon = (texts.number(value, decimals=4) for value in (site.lat, site.lon))
    return [(texts.gettext("Place"), texts("latitude {lat}, longitude {lon}", lat=lat, lon=lon))]
