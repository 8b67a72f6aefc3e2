"""The first three questions of a report: what residents need, how they get there, and where they walk."""

from typing import Any

import pandas as pd

from grannskap.exposure.ranking import TIED
from grannskap.language.writing import plain
from grannskap.output.report.blocks import Block, Column, Heading, Paragraph, Table, table
from grannskap.output.report.telling import Telling
from grannskap.output.webmap.points import metres
from grannskap.routes.costs import speed_km_h
from grannskap.routes.roundwalks import ROUND_WALK

MOST_USED = 3
"""How many places are told for each function."""
STREETS = 10
"""How many streets are told."""
M_PER_MIN = 1000 / 60
"""Metres a minute that one kilometre an hour is."""


def access_blocks(told: Telling) -> list[Block]:
    """Q1: which functions do residents need, what is within reach, and what is missing?"""
    texts = told.texts
    return [
        Heading(
            texts.gettext(
                "Which functions are important to the residents and used by them, from public transport to green space "
                "and groceries?"
            )
        ),
        Paragraph(
            texts.gettext(
                "The residents' access stands first, since their needs in the neighbourhood are on a par with those of "
                "other inhabitants. How often the whole unit walks to each function is an assumption of the profile, "
                "to be changed by those who know the residents."
            )
        ),
        _access_table(told),
        Heading(texts.gettext("What is missing within reach"), 2),
        *_missing_blocks(told),
    ]


def _access_table(told: Telling) -> Table:
    texts = told.texts
    columns = [
        Column(texts.gettext("Function"), 2.2),
        Column(texts.gettext("Trips per week"), number=True),
        Column(texts.gettext("Places within reach"), number=True),
        Column(texts.gettext("To the nearest"), number=True),
        Column(texts.gettext("Trips that find a place"), number=True),
    ]
    rows = [
        (
            told.function(row["function"]),
            told.trips(row["trips_per_week"]),
            texts.number(row["n_within_reach"]),
            metres(float(row["nearest_m"]), texts),
            texts.percent(float(row["served_share"])),
        )
        for row in told.result.access.to_dict("records")
    ]
    caption = texts("What residents can reach on foot within {reach} m", reach=told.reach)
    return table(caption, columns, rows)


def _missing_blocks(told: Telling) -> list[Block]:
    texts = told.texts
    if not told.missing:
        everything = "Within {reach} m there is something for every function of the profile."
        return [Paragraph(texts(everything, reach=told.reach)), Paragraph(_no_data(told))]
    names = told.functions(told.missing)
    unmet = told.result.access[told.result.access.n_within_reach == 0]
    rows = [(told.function(row["function"]), told.trips(row["trips_per_week"])) for row in unmet.to_dict("records")]
    columns = [Column(texts.gettext("Function")), Column(texts.gettext("Trips per week without a place"), number=True)]
    return [
        Paragraph(texts("Not in the map data within {reach} m: {names}.", reach=told.reach, names=names)),
        table(texts.gettext("Needs without a place in the map data"), columns, rows, span=0.6),
        Paragraph(_no_data(told)),
        Paragraph(
            texts.gettext(
                "Where something is missing indeed, it belongs in the plan: as a need to raise with those who plan the "
                "area, or as a way there that can be made easier. These trips are not moved to another function."
            )
        ),
    ]


def _no_data(told: Telling) -> str:
    return told.texts.gettext("No data is not the same as none: a place that is missing from the map may still exist.")


def ways_blocks(told: Telling, picture: Block) -> list[Block]:
    """Q2: how do residents move to and from these functions?"""
    texts = told.texts
    return [
        Heading(texts.gettext("How do the residents move to and from these functions?")),
        Paragraph(
            texts.gettext(
                "Each trip is one walk there and one walk home. There are mostly several plausible ways; the walks are "
                "spread over them, so that no single line is the truth. The map shows the sum."
            )
        ),
        picture,
        _lengths_table(told),
        *_places_blocks(told),
    ]


def _lengths_table(told: Telling) -> Table:
    texts, speed = told.texts, speed_km_h(told.result.study.profile) * M_PER_MIN
    columns = [
        Column(texts.gettext("Function"), 2.2),
        Column(texts.gettext("Mean length of the walk"), number=True),
        Column(texts.gettext("Minutes on foot"), number=True),
        Column(texts.gettext("Times the straight line"), number=True),
    ]
    rows = [
        (
            told.function(row["function"]),
            metres(float(row["mean_m"]), texts),
            texts.number(float(row["mean_m"]) / speed),
            texts.number(float(row["detour_factor"]), decimals=1),
        )
        for row in told.result.access.to_dict("records")
    ]
    return table(texts.gettext("How far residents walk, one way"), columns, rows)


def _places_blocks(told: Telling) -> list[Block]:
    texts = told.texts
    used = told.destinations[told.destinations.trips_per_week > 0]
    if used.empty:
        return [Paragraph(texts.gettext("No walks could be calculated."))]
    order = list(told.result.study.profile.functions)
    first = used.assign(place=used.function.map({name: i for i, name in enumerate(order)}))
    first = first.sort_values(["place", "trips_per_week"], ascending=[True, False], kind="stable")
    rows = [
        (
            told.function(row["function"]),
            told.named(row),
            metres(float(row["distance_m"]), texts),
            told.amount(row["trips_per_week"]),
        )
        for row in pd.DataFrame(first).groupby("place").head(MOST_USED).to_dict("records")
    ]
    columns = [
        Column(texts.gettext("Function"), 1.4),
        Column(texts.gettext("Place"), 2.2),
        Column(texts.gettext("Distance"), number=True),
        Column(texts.gettext("Trips per week"), number=True),
    ]
    caption = texts("Where the walks lead: at most {n} places for each function", n=texts.number(MOST_USED))
    return [table(caption, columns, rows, names=1)]


def around_blocks(told: Telling) -> list[Block]:
    """Q3: how do residents move around in the area?"""
    texts = told.texts
    streets = used_streets(told)
    blocks: list[Block] = [
        Heading(texts.gettext("How do the residents move around in the area?")),
        Paragraph(
            texts.gettext(
                "Together the walks make corridors. A street that many errands share is a good place for seats, light "
                "and meetings, for residents and neighbours alike."
            )
        ),
    ]
    if len(streets):
        blocks.append(_streets_table(told, streets))
    blocks += [Heading(texts.gettext("Walks without an errand"), 2), Paragraph(_round_walks(told))]
    blocks.append(
        Paragraph(
            texts.gettext(
                "Where residents stay, and which ways they like, the map cannot tell. Ask residents and staff, and "
                "walk the area at different times of the day."
            )
        )
    )
    return blocks


def used_streets(told: Telling) -> pd.DataFrame:
    """Which streets with a name are used most, and for what?

    Returns
    -------
    DataFrame
        ``name``, ``legs_per_week`` where it is used most, ``main`` (function) and ``round_walk`` there.
    """
    edges = told.result.edges
    named = edges[(edges["name"].fillna("") != "") & (edges["legs_per_week"] > 0)]
    if named.empty:
        return pd.DataFrame(columns=["name", "legs_per_week", "main", "round_walk"])
    top = pd.DataFrame(named.sort_values("legs_per_week", ascending=False, kind="stable")).drop_duplicates("name")
    top = top.head(STREETS)
    by_function = top[[name for name in top.columns if name.startswith("legs_") and name != "legs_per_week"]]
    walks = f"legs_{ROUND_WALK}"
    return top[["name", "legs_per_week"]].assign(
        main=[str(name).removeprefix("legs_") for name in by_function.round(TIED).idxmax(axis=1)],
        round_walk=top.get(walks, 0.0),
    )


def _streets_table(told: Telling, streets: pd.DataFrame) -> Table:
    texts = told.texts
    rows = [
        (plain(row["name"]), told.amount(row["legs_per_week"]), told.function(row["main"]), _without(told, row))
        for row in streets.to_dict("records")
    ]
    columns = [
        Column(texts.gettext("Street"), 2.0),
        Column(texts.gettext("Walks per week where it is used most"), 1.3, number=True),
        Column(texts.gettext("Most common errand there"), 1.6),
        Column(texts.gettext("Of them without an errand"), 1.2, number=True),
    ]
    return table(texts.gettext("Streets with a name that are used most; paths without one are left out"), columns, rows)


def _without(told: Telling, row: dict[Any, Any]) -> str:
    return told.amount(row["round_walk"])


def _round_walks(told: Telling) -> str:
    texts, rounds = told.texts, told.result.study.profile.round_walks
    if not rounds.trips_per_week > 0:
        return texts.gettext("The profile holds no walks without an errand.")
    return texts(
        "The unit is taken to make {n} walks without an errand a week, of at most {length} m out and home together. "
        "They turn anywhere, more often by green, near a seat and away from busy roads.",
        n=told.trips(rounds.trips_per_week),
        length=texts.number(rounds.length_m),
    )
