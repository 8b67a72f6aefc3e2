"""The last two questions of a report, and the schools: whom residents pass, and in which order to say hello."""

import pandas as pd

from grannskap.exposure.explain import explain
from grannskap.language.writing import interval
from grannskap.output.certainty import strongest
from grannskap.output.report.blocks import Block, Column, Heading, Paragraph, Table, table
from grannskap.output.report.telling import FIRST, Telling
from grannskap.output.webmap.points import metres

LISTED = 20
"""How many actors are told."""
KINDS = 12
"""How many kinds of actor are told."""


def passed_blocks(told: Telling) -> list[Block]:
    """Q4: which actors do residents pass?"""
    texts, passed = told.texts, told.passed
    blocks: list[Block] = [
        Heading(texts.gettext("Which actors do the residents pass when they move in the neighbourhood?")),
        Paragraph(
            texts(
                "An actor is passed where a walk comes within {frontage} m of its front. Each walk counts once, there "
                "and home by itself. Neighbours with particular need of protection are not shown.",
                frontage=texts.number(told.result.study.model.frontage_m),
            )
        ),
    ]
    if passed.empty:
        return [*blocks, Paragraph(texts.gettext("No actors are passed."))]
    return [*blocks, _passed_table(told), _kinds_table(told)]


def _passed_table(told: Telling) -> Table:
    texts = told.texts
    rows = [
        (
            texts.number(row["rank"]),
            told.named(row),
            told.kind(row),
            metres(float(row["distance_m"]), texts),
            told.amount(row["passages_per_week"]),
            told.function(row["main_function"]),
        )
        for row in told.passed.head(LISTED).to_dict("records")
    ]
    caption = texts("Actors that are often passed, at most {n}", n=texts.number(LISTED))
    return table(caption, [Column(texts.gettext("No."), 0.5, number=True), *_actor_columns(told)], rows, names=1)


def _actor_columns(told: Telling) -> list[Column]:
    texts = told.texts
    return [
        Column(texts.gettext("Actor"), 2.3),
        Column(texts.gettext("Kind"), 1.6),
        Column(texts.gettext("Distance"), 0.9, number=True),
        Column(texts.gettext("Passages per week"), 0.9, number=True),
        Column(texts.gettext("Most common errand"), 1.4),
    ]


def _kinds_table(told: Telling) -> Table:
    texts = told.texts
    count = pd.DataFrame({"all": told.actors["kind"].value_counts(), "passed": told.passed["kind"].value_counts()})
    count = count.fillna(0).reset_index(names="kind")
    count = count.sort_values(["passed", "all", "kind"], ascending=[False, False, True]).head(KINDS)
    rows = [(told.kind(row), texts.number(row["all"]), texts.number(row["passed"])) for row in count.to_dict("records")]
    columns = [
        Column(texts.gettext("Kind"), 2.0),
        Column(texts.gettext("In the study area"), number=True),
        Column(texts.gettext("Passed"), number=True),
    ]
    return table(texts("Kinds of actor, at most {n}", n=texts.number(KINDS)), columns, rows, span=0.7)


def affected_blocks(told: Telling) -> list[Block]:
    """Q5: which organisations nearby are most affected, and how sure is the order?"""
    texts = told.texts
    blocks: list[Block] = [
        Heading(
            texts.gettext("Which nearby organisations are most affected, considering how the residents move?"),
        ),
        Paragraph(
            texts.gettext(
                "The order is a suggestion for whom to contact early, so that each neighbour knows whom to call before "
                "anything happens. It says nothing of any actor, and nothing of the residents."
            )
        ),
    ]
    if told.passed.empty:
        return [*blocks, Paragraph(texts.gettext("No actors are passed."))]
    return [*blocks, _order_table(told), *_certainty(told), _reasons_table(told)]


def _order_table(told: Telling) -> Table:
    texts, drawn = told.texts, _is_drawn(told)
    rows = [
        (
            texts.number(row["rank"]),
            told.named(row),
            *((interval(float(row["rank_low"]), float(row["rank_high"]), texts), told.share(row["p_top10"])) * drawn),
            told.share(float(row["share_of_trips"])),
        )
        for row in told.passed.head(FIRST).to_dict("records")
    ]
    sure = [
        Column(texts.gettext("Likely rank"), number=True),
        Column(texts("Among the first {n}", n=texts.number(FIRST)), number=True),
    ]
    columns = [
        Column(texts.gettext("No."), 0.5, number=True),
        Column(texts.gettext("Actor"), 2.5),
        *(sure * drawn),
        Column(texts.gettext("Share of all walks"), number=True),
    ]
    return table(texts.gettext("Suggested order of contact"), columns, rows, names=1)


def _is_drawn(told: Telling) -> bool:
    """Have the assumptions been drawn anew, so that it is known how sure the ranks are?"""
    return bool(told.actors["rank_low"].notna().any())


def _certainty(told: Telling) -> list[Block]:
    texts = told.texts
    if not _is_drawn(told):
        unsure = "How sure the order is has not been worked out: the study asks for no draws of the assumptions."
        lines = [texts.gettext(unsure)]
    else:
        lines = [texts.gettext("Read neighbouring ranks as equal where their likely ranks overlap.")]
        draws = texts.number(told.result.study.model.draws)
        lines.append(texts("Likely rank: where it lies in 90% of {draws} draws of the assumptions.", draws=draws))
    told_most = strongest(told.result, texts)
    return [Paragraph(" ".join([*lines, told_most]).strip())]


def _reasons_table(told: Telling) -> Table:
    texts, behind = told.texts, told.result.workings.behind()
    rows = [
        (
            texts.number(row["rank"]),
            told.named(row),
            explain(behind, str(row["actor_id"]), language=texts.language).sentence(),
        )
        for row in told.passed.head(FIRST).to_dict("records")
    ]
    columns = [
        Column(texts.gettext("No."), 0.45, number=True),
        Column(texts.gettext("Actor"), 1.7),
        Column(texts.gettext("Why it is on the list"), 4.35),
    ]
    return table(texts.gettext("Why these stand first"), columns, rows, names=1)


def school_blocks(told: Telling) -> list[Block]:
    """Which schools and preschools are there? Information for early contact, not a reason to keep away."""
    texts = told.texts
    blocks: list[Block] = [
        Heading(texts.gettext("Schools and preschools")),
        Paragraph(
            texts.gettext(
                "All schools and preschools in the study area stand here, whether residents pass them or not: the "
                "rights of the child are part of the basis. It is information for early contact with those who run "
                "them, and no reason for residents to walk elsewhere."
            )
        ),
    ]
    if told.schools.empty:
        missing = "The map data holds no schools or preschools in the study area. They may still exist."
        return [*blocks, Paragraph(texts.gettext(missing))]
    rows = [
        (
            told.named(row),
            told.kind(row),
            metres(float(row["distance_m"]), texts),
            told.amount(row["passages_per_week"]),
            told.function(row["main_function"]),
        )
        for row in told.schools.to_dict("records")
    ]
    caption = texts.gettext("Schools and preschools in the study area, the nearest first")
    return [*blocks, table(caption, _actor_columns(told), rows)]
