"""Figures of a place: what is there, how much the map data tells of it, and what was dropped."""

import numpy as np

from grannskap.language import marked as _
from grannskap.notebook.basis import basis_of
from grannskap.notebook.charts import (
    FIRST_COLOUR,
    Chart,
    alternative,
    blank,
    mark,
    name_rows,
    no_names,
    numbered,
    styled,
)
from grannskap.notebook.completeness import completeness
from grannskap.output import look
from grannskap.output.report.basis import DROPPED
from grannskap.place.place import Place

KINDS = 18
"""How many kinds are drawn."""
METRES = "_m"
_SORTS = {
    _("Footways and pedestrian streets"): (
        "footway",
        "pedestrian",
        "path",
        "corridor",
        "platform",
        "elevator",
        "track",
    ),
    _("Cycleways"): ("cycleway", "bridleway"),
    _("Steps"): ("steps",),
    _("Across squares"): ("",),
    _("Streets with little traffic"): ("residential", "living_street", "unclassified", "service", "road"),
    _("Main streets"): ("primary", "secondary", "tertiary", "trunk"),
}
"""Sorts of street by the values of OpenStreetMap's ``highway``; ``primary_link`` is as ``primary``."""


def plot_kinds(place: Place, *, language: str = "sv") -> Chart:
    """What is in the neighbourhood, by kind?

    Parameters
    ----------
    place : Place
        Neighbours marked as sensitive are not counted.
    language : {"sv", "en"}
    """
    basis = basis_of(place, language=language)
    texts = basis.texts
    counts = place.places.kind[~place.places.sensitive.to_numpy(bool)].value_counts()
    rows = sorted(counts.items(), key=lambda each: (-each[1], str(each[0])))[:KINDS]
    names, title = [texts.gettext(f"kind:{kind}") for kind, _ in rows], texts.gettext("What is in the neighbourhood")
    with styled():
        unit = texts("number of places in the map data, the {n} most common kinds", n=len(rows))
        figure, (axes,) = blank(len(rows), title=title, unit=unit, basis=basis)
        axes.barh(range(len(rows)), [n for _, n in rows], 0.6, color=FIRST_COLOUR)
        for y, (_, n) in enumerate(rows):
            mark(axes, n, y, texts.number(n))
        name_rows(axes, names)
        numbered(axes, texts, label=texts.gettext("Number of places"), whole=True)
    return Chart(figure, alternative(title, names, [texts.number(n) for _, n in rows]))


def plot_completeness(place: Place, *, language: str = "sv") -> Chart:
    """How much of what a study needs does the map data tell?

    Parameters
    ----------
    place : Place
    language : {"sv", "en"}
    """
    basis, table = basis_of(place, language=language), completeness(place)
    texts, title = basis.texts, basis.texts.gettext("How much the map data tells")
    names = [texts.gettext(what) for what in table.what]
    amounts = [
        texts("of {km} km", km=texts.number(n / 1000)) if unit else texts("of {n}", n=texts.number(n))
        for n, unit in zip(table["of"], table.unit, strict=True)
    ]
    shares = table.share.to_numpy(float)
    with styled():
        unit = texts.gettext("share of what is mapped that is described; what is not mapped is not counted")
        figure, (axes,) = blank(len(table), title=title, unit=unit, basis=basis, left_in=3.0, right_in=1.6)
        axes.barh(range(len(table)), np.ones(len(table)), 0.6, fc="none", ec=look.RULE, hatch="////", lw=0)
        axes.barh(range(len(table)), np.nan_to_num(shares), 0.6, color=FIRST_COLOUR)
        for y, (share, amount) in enumerate(zip(shares, amounts, strict=True)):
            mark(axes, 1.0, y, f"{texts.percent(share)} {amount}")
        name_rows(axes, names)
        axes.set_xlim(0, 1)
        numbered(axes, texts, label=texts.gettext("Share; hatched is not told"), percent=True)
    return Chart(figure, alternative(title, names, [texts.percent(share) for share in shares]))


def plot_network(place: Place, *, language: str = "sv") -> Chart:
    """Of which sorts of street does the walking network consist?

    Parameters
    ----------
    place : Place
    language : {"sv", "en"}
    """
    basis, edges = basis_of(place, language=language), place.streets.edges
    texts, title = basis.texts, basis.texts.gettext("The walking network")
    sort = {value: label for label, values in _SORTS.items() for value in values}
    of = edges.highway.str.removesuffix("_link").map(sort).fillna(_("Other ways"))
    km = edges.length_m.groupby(of).sum().sort_values(ascending=False, kind="stable") / 1000
    names = [texts.gettext(str(label)) for label in km.index]
    with styled():
        unit = texts("kilometres of street and path, {km} in all", km=texts.number(km.sum()))
        figure, (axes,) = blank(len(km), title=title, unit=unit, basis=basis, left_in=2.9)
        axes.barh(range(len(km)), km, 0.6, color=FIRST_COLOUR)
        for y, each in enumerate(km):
            mark(axes, each, y, texts.number(each, decimals=1))
        name_rows(axes, names)
        numbered(axes, texts, label=texts.gettext("Kilometres"))
    return Chart(figure, alternative(title, names, [texts.number(each, decimals=1) for each in km]))


def plot_dropped(place: Place, *, language: str = "sv") -> Chart:
    """What of the map data could not be used, and why?

    Parameters
    ----------
    place : Place
    language : {"sv", "en"}
    """
    basis = basis_of(place, language=language)
    texts, title = basis.texts, basis.texts.gettext("What was left out of the map data")
    rows = sorted(place.dropped.items(), key=lambda each: (each[0].endswith(METRES), -each[1]))
    names = [texts.gettext(DROPPED.get(key, key.replace("_", " "))) for key, _ in rows]
    with styled():
        unit = texts.gettext("number of parts (left) and metres (right)")
        figure, panels = blank(len(rows), title=title, unit=unit, basis=basis, panels=(1, 1), left_in=3.9)
        for axes, metres in zip(panels, (False, True), strict=True):
            for y, (key, n) in enumerate(rows):
                if key.endswith(METRES) == metres:
                    axes.barh(y, n, 0.6, color=FIRST_COLOUR)
                    mark(axes, n, y, texts.number(n))
            axes.margins(x=0.25)
            axes.set_xlim(left=0)
            label = texts.gettext("Metres") if metres else texts.gettext("Number")
            numbered(axes, texts, label=label, whole=True, ticks=3)
        name_rows(panels[0], names)
        no_names(panels[1], len(rows))
    return Chart(figure, alternative(title, names, [texts.number(n) for _, n in rows]))
