"""The seven first steps of the guideline (§4.4.1), filled in as far as the map data can tell."""

from dataclasses import dataclass

import numpy as np
import shapely

from grannskap.language.writing import plain
from grannskap.output.contacts.workbook import public_contacts
from grannskap.output.report.blocks import Block, Column, Heading, Paragraph, table
from grannskap.output.report.telling import FIRST, Telling
from grannskap.output.small_print import data_date
from grannskap.output.webmap.points import metres

RESOURCES = (
    *("association", "library", "place_of_worship", "culture", "adult_education", "youth_centre"),
    *("senior_meeting_point", "second_hand", "sport", "allotment"),
)
"""Kinds that may be positive to the residents: §2.2.1 and §4.4.1 name associations, churches, meeting places."""
RESOURCES_TOLD = 8
UNLIT_TOLD = 5
OUTSIDE_M = 100.0
"""How far from its entrances the outside of a residence is taken to reach. Assumption."""


@dataclass(frozen=True, slots=True)
class Light:
    """Which shares of some metres are lit, unlit, unknown, and near a seat?"""

    lit: float
    unlit: float
    unknown: float
    seats: float


def steps_blocks(told: Telling) -> list[Block]:
    """What has been done of each first step, and what remains?"""
    texts = told.texts
    columns = [
        Column(texts.gettext("Step"), 1.7),
        Column(texts.gettext("What the analysis tells"), 3.3),
        Column(texts.gettext("Who and when"), 1.0),
    ]
    rows = [(f"{n}. {step}", says, "") for n, (step, says) in enumerate(_steps(told), start=1)]
    return [
        Heading(texts.gettext("The first steps")),
        Paragraph(
            texts.gettext(
                "The guideline begins with seven steps (section 4.4.1). What the map data can tell is filled in; the "
                "rest is for those who know the residents and the place."
            )
        ),
        table(texts.gettext("Seven first steps"), columns, rows),
    ]


def _steps(told: Telling) -> list[tuple[str, str]]:
    texts = told.texts
    return [
        (texts.gettext("Map the neighbourhood"), _mapping(told)),
        (texts.gettext("Contact the actors, beginning with those who may be most affected"), _first(told)),
        (texts.gettext("Leave contact details, and collect those of the neighbourhood"), _contacts(told)),
        (texts.gettext("Go through the unit's own work with staff and residents"), _own_work(told)),
        (texts.gettext("Look over the outside of the own property and list measures"), _outside(told)),
        (texts.gettext("Look over the neighbourhood for what can be reported or mended"), _faults(told)),
        (texts.gettext("Look for contacts who may be positive and become resources"), _resources(told)),
    ]


def _mapping(told: Telling) -> str:
    return told.texts(
        "Done from map data of {date}: {actors} actors, of which {passed} are passed. Left to do: property owners and "
        "associations from own lists, social media, and walks in the area at different times of the day.",
        date=data_date(told.result) or told.texts.gettext("unknown date"),
        actors=told.texts.number(len(told.actors)),
        passed=told.texts.number(len(told.passed)),
    )


def _first(told: Telling) -> str:
    names = told.ranked(FIRST)
    return (
        told.texts("Suggested order: {names}.", names=names) if names else told.texts.gettext("No actors are passed.")
    )


def _contacts(told: Telling) -> str:
    known = public_contacts(told.result)
    return told.texts(
        "The internal file contacts.xlsx lists the actors; {n} of the {passed} that are passed have a public telephone "
        "number, e-mail or website in the map data. Write down roles rather than persons, and when they are to be "
        "deleted.",
        n=told.texts.number(sum(bool(known.get(str(key))) for key in told.passed["actor_id"])),
        passed=told.texts.number(len(told.passed)),
    )


def _own_work(told: Telling) -> str:
    texts = told.texts
    said = texts.gettext("The map cannot tell. Start from the five principles of the guideline.")
    if not told.missing:
        return said
    return f"{said} " + texts(
        "One thing to talk about: {names} not found within reach.", names=told.functions(told.missing)
    )


def _outside(told: Telling) -> str:
    edges, texts = told.result.edges, told.texts
    near = shapely.dwithin(
        edges.geometry.to_numpy(), shapely.union_all(told.result.site.geometry.to_numpy()), OUTSIDE_M
    )
    light = light_of(told, edges["length_m"].to_numpy(float) * near)
    if light is None:
        return texts.gettext("The map data tells nothing of light and seats here: look on site.")
    return texts(
        "On the ways within {far} m of the entrance, {lit} of the length is mapped as lit and {unlit} as unlit; for "
        "{unknown} the data does not say. Along {seats} there is a mapped seat nearby. Look on site at entrances, "
        "seats, bins and light, in daylight and dark.",
        far=texts.number(OUTSIDE_M),
        lit=told.share(light.lit),
        unlit=told.share(light.unlit),
        unknown=told.share(light.unknown),
        seats=told.share(light.seats),
    )


def _faults(told: Telling) -> str:
    edges, texts = told.result.edges, told.texts
    light = light_of(told, (edges["length_m"] * edges["legs_per_week"]).to_numpy(float))
    if light is None:
        return texts.gettext("The map data tells nothing of light and seats here: look on site.")
    said = texts(
        "Of all metres walked, {lit} are mapped as lit and {unlit} as unlit; for {unknown} the data does not say. "
        "Whether a lamp is broken only a walk after dark can tell.",
        lit=told.share(light.lit),
        unlit=told.share(light.unlit),
        unknown=told.share(light.unknown),
    )
    dark = _unlit_streets(told)
    return f"{said} " + texts("Mapped as unlit and used: {names}.", names=", ".join(dark)) if dark else said


def light_of(told: Telling, weight: np.ndarray) -> Light | None:
    """Which shares of these metres of the result's edges are lit, unlit, unknown, and near a seat?

    Parameters
    ----------
    told : Telling
    weight : ndarray of float
        Metres of each edge.

    Returns
    -------
    Light or None
        None where there are no metres, or where the streets tell nothing.
    """
    streets = told.result.workings.scene.arrivals.edges
    total = float(weight.sum())
    if not total > 0 or not {"lit", "unlit", "near_seats"} <= set(streets.columns):
        return None
    lit, unlit = streets["unlit"].to_numpy(float) == 0, streets["unlit"].to_numpy(float) > 0
    return Light(
        lit=float(weight[lit].sum()) / total,
        unlit=float(weight[unlit].sum()) / total,
        unknown=float(weight[~lit & ~unlit].sum()) / total,
        seats=float((weight * streets["near_seats"].to_numpy(float)).sum()) / total,
    )


def _unlit_streets(told: Telling) -> list[str]:
    streets = told.result.workings.scene.arrivals.edges
    edges = told.result.edges
    dark = edges[(streets["unlit"].to_numpy(float) > 0) & (edges["legs_per_week"] >= 1).to_numpy()]
    names = dark.sort_values("legs_per_week", ascending=False, kind="stable")["name"].fillna("")
    return list(dict.fromkeys(plain(name) for name in names if plain(name)))[:UNLIT_TOLD]


def _resources(told: Telling) -> str:
    kept = told.actors[told.actors["kind"].isin(RESOURCES).to_numpy() & (told.actors["name"].fillna("") != "")]
    rows = kept.sort_values("distance_m", kind="stable").head(RESOURCES_TOLD).to_dict("records")
    if not rows:
        return told.texts.gettext(
            "The map data holds no named associations, libraries, churches or meeting places nearby: ask in the area."
        )
    names = [f"{told.named(row)} ({_unbroken(metres(float(row['distance_m']), told.texts))})" for row in rows]
    return told.texts("Nearest in the map data: {names}. What they think is not known: ask.", names=", ".join(names))


def _unbroken(distance: str) -> str:
    """A distance that stays on one line with its unit."""
    return distance.replace(" ", "\N{NO-BREAK SPACE}")
