"""The comparison as one page that asks no host for anything: small multiples, tables, and what may not be concluded."""

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.measures import Measure, rules
from grannskap.language import Texts
from grannskap.output import look
from grannskap.output.comparison.panels import FEW, Panel, panel, scale_for
from grannskap.output.comparison.summary import summary
from grannskap.output.comparison.telling import MEAN, Telling, dated, set_aside, setting_rows, settings_line, telling
from grannskap.output.comparison.words import (
    OTHER,
    SAYS,
    THEMES,
    Numbers,
    measure_name,
    of_name,
)
from grannskap.output.small_print import SENSITIVITY, STANDING_NOTE
from grannskap.output.webmap.page import asset, fill
from grannskap.output.webmap.policy import allowed

LISTED = 500
"""Up to so many sites have their values in tables on the page; those of more stand in the files beside it."""
KINDS_SHOWN = 8
"""How many kinds of actors have a panel, with schools and preschools; all stand in the table."""
ALIKE = ("m", "share", "ratio")
WHOLE_ONLY = ("served_share", "detour_factor", "longest_without_seat_m")
"""Of these only all errands together have a panel; one function says little, and stands in the table."""


def compare_page(comparison: Comparison, *, language: str) -> str:
    """Which page lets people read sites beside each other, on a screen, on paper and with a screen reader?

    Parameters
    ----------
    comparison : Comparison
    language : {"sv", "en"}

    Returns
    -------
    str
        HTML. No site is ranked, and nothing tells where one lies, except the reason why an internal one has no result.
    """
    told = telling(comparison, language)
    texts = told.texts
    script = asset("compare.js") if len(told.names) > FEW else ""
    page = fill(
        "compare_page.html",
        t=texts,
        language=language,
        policy=Markup(_policy(script)),  # noqa: S704 - written here
        style=Markup(_style()),  # noqa: S704 - written here
        script=Markup(script),  # noqa: S704 - written here
        badge=texts.gettext(SENSITIVITY[_strictest(told)]),
        title=texts.gettext("Comparison of residences"),
        subtitle=_subtitle(told),
        draws=texts.number(told.n_draws),
        has_draws=told.n_draws > 0,
        references=texts.number(told.n_references),
        has_references=told.n_references > 0,
        has_mean=told.base == MEAN,
        base=told.names.get(told.base, ""),
        is_pair=len(told.names) == 2 and told.base in told.names,  # noqa: PLR2004 - a pair
        few=len(told.names) <= FEW,
        signs=sorted(set("".join(told.table["sign"]))),
        names=list(told.names.values()),
        failed=told.failed,
        settings=setting_rows(told),
        other_data=_other_data(told),
        summary=summary(told),
        themes=_themes(told),
        note=texts.gettext(STANDING_NOTE),
        settings_line=settings_line(told),
        set_aside=set_aside(told),
        footer=dated(told),
        listed=len(told.names) <= LISTED,
    )
    return str(page)


def _policy(script: str) -> str:
    """Nothing but the styles and the one script that stand in the page."""
    run = allowed(f"\n{script}\n")
    scripts = f" script-src {run};" if script else ""
    return f"default-src 'none';{scripts} style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _style() -> str:
    flows = " ".join(f"--flow-{n}: {colour};" for n, colour in enumerate(look.FLOW_COLOURS))
    return "\n".join((look.css_variables(), f":root {{ {flows} }}", asset("report.css"), asset("compare.css")))


def _strictest(told: Telling) -> str:
    """A comparison is internal, and protected where any of its sites is."""
    kinds = {str(site.data.get("sensitivity")) for site in told.comparison.sites}
    return "protected" if "protected" in kinds else "internal"


def _subtitle(told: Telling) -> str:
    texts, n = told.texts, len(told.names)
    said = [texts(texts.ngettext("{n} residence", "{n} residences", n), n=texts.number(n))]
    if told.failed:
        said.append(texts("{n} without a result", n=texts.number(len(told.failed))))
    if n > 1:
        same, other = texts.gettext("the same assumptions for all"), texts.gettext("not the same assumptions for all")
        said.append(other if told.assumptions_differ else same)
    return " · ".join(said)


def _other_data(told: Telling) -> str:
    """For which sites is the map data not like that of the others?"""
    texts, unlike = told.texts, told.other_data
    if not unlike:
        return ""
    if len(unlike) == len(told.names):
        return texts.gettext("The map data is not whole, or not alike, for any of the residences.")
    if len(unlike) > FEW:
        n = texts.number(len(unlike))
        return texts("The map data is not like that of the others, or not whole, for {n} residences.", n=n)
    names = ", ".join(unlike)
    return texts("The map data is not like that of the others, or not whole, for: {names}.", names=names)


def _themes(told: Telling) -> list[dict[str, Any]]:
    """The measures under the headings of the page."""
    known = {measure for measures in THEMES.values() for measure in measures}
    others = tuple(measure.id for measure in told.measures if measure.id not in known)
    found = []
    for number, (theme, ids) in enumerate([*THEMES.items(), (OTHER, others)], start=1):
        measures = [_measure(told, measure) for measure in told.measures if measure.id in ids]
        if measures:
            found.append({"id": f"theme-{number}", "title": told.texts.gettext(theme), "measures": measures})
    return found


def _measure(told: Telling, measure: Measure) -> dict[str, Any]:
    texts = told.texts
    things = told.things(measure)
    shown = _shown(measure, things)
    panels = _panels(told, measure, shown)
    return {
        "id": f"measure-{measure.id}",
        "title": measure_name(measure.id, texts),
        "says": texts.gettext(SAYS.get(measure.id, measure.definition)),
        "caution": texts.gettext(measure.caution),
        "definition": texts.gettext(measure.definition),
        "source": measure.source,
        "panels": panels,
        "alone": len(panels) == 1,
        "rest": _rest(measure, len(things) - len(shown), texts),
        "columns": [of_name(measure.by, of, texts) if measure.by else texts.gettext("Value") for of in things],
        "cells": _cells(told, measure, things),
    }


def _shown(measure: Measure, things: Sequence[str]) -> Sequence[str]:
    """Of what is there a panel?"""
    if measure.by == "kind":
        return [of for n, of in enumerate(things) if n < KINDS_SHOWN or of in rules().schools]
    return [""] if measure.id in WHOLE_ONLY and "" in things else things


def _rest(measure: Measure, n: int, texts: Texts) -> str:
    """What is said of that which has no panel?"""
    if not n:
        return ""
    if measure.by == "function":
        return texts.gettext("The values of each function stand in the table.")
    return texts(
        texts.ngettext("{n} further kind stands in the table.", "{n} further kinds stand in the table.", n), n=n
    )


def _panels(told: Telling, measure: Measure, things: Sequence[str]) -> list[Panel]:
    """One panel for each thing; metres all on the same scale, numbers of places and passages each on their own."""
    texts, rows = told.texts, told.rows(measure.id)
    whole = scale_for(rows[rows["of"].isin(things)], measure.unit)
    return [
        panel(
            of_name(measure.by, of, texts) if measure.by else "",
            told.rows(measure.id, of),
            unit=measure.unit,
            names=told.names,
            base=told.base,
            scale=whole if measure.unit in ALIKE else scale_for(told.rows(measure.id, of), measure.unit),
            texts=texts,
        )
        for of in things
    ]


def _cells(told: Telling, measure: Measure, things: Sequence[str]) -> list[dict[str, Any]]:
    """The table of a measure: a row for each site, a cell for each thing."""
    if len(told.names) > LISTED:
        return []
    numbers = Numbers(measure.unit, told.texts)
    rows = told.rows(measure.id).set_index(["site_id", "of"]).to_dict("index")
    nothing = {"value": math.nan, "low": math.nan, "high": math.nan, "sign": ""}
    return [
        {"name": name, "values": [_cell(rows.get((site, of), nothing), numbers) for of in things]}
        for site, name in told.names.items()
    ]


def _cell(row: dict[Any, Any], numbers: Numbers) -> dict[str, str]:
    value, between = numbers.value(float(row["value"])), numbers.interval(float(row["low"]), float(row["high"]))
    return {
        "value": value,
        "interval": f"({between})" if between not in ("", value) else "",
        "sign": str(row["sign"]),
    }
