"""How are actors, destinations, schools and the site drawn?

Neighbours marked as sensitive (shelters, group homes, outpatient care) are never drawn: a map
travels further than a table.
"""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from grannskap.language import Texts
from grannskap.language.writing import amount, plain
from grannskap.output import look
from grannskap.output.certainty import rank_text
from grannskap.output.map_features import (
    Feature,
    feature,
    in_degrees,
    point,
    title_of,
)
from grannskap.output.map_ways import Ways

MINOR_SHARE = 0.08
"""A destination with less than this share of its function's trips gets a small sign."""
ROUND_FROM_M = 100.0
UNSURE_SHARE = 0.5
"""A rank is unsure when its interval spans more than this share of the list of passed actors."""


def shown_actors(actors: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Which actors may stand on a map, with ``group``: "top", "passed" or "silent"?"""
    shown = actors.loc[~actors["sensitive"].fillna(value=False).astype(bool)]
    passed = shown["passages_per_week"].fillna(0).to_numpy(dtype=float) > 0
    first = shown["rank"].fillna(np.inf).to_numpy(dtype=float) <= look.TOP
    group = np.select([passed & first, passed], ["top", "passed"], default="silent")
    return shown.assign(group=group, unsure=_unsure(shown, passed))


def _unsure(actors: gpd.GeoDataFrame, passed: np.ndarray[Any, Any]) -> pd.Series:
    """Whose rank could lie almost anywhere in the list? Unknown intervals count as sure."""
    if "rank_low" not in actors or "rank_high" not in actors:
        return pd.Series(np.zeros(len(actors), dtype=bool), index=actors.index)
    width = (actors["rank_high"].astype(float) - actors["rank_low"].astype(float)).abs()
    return width > UNSURE_SHARE * max(int(passed.sum()), 1)


def actor_labels(texts: Texts) -> list[str]:
    """What do the values in an actor's card mean?"""
    return [
        texts("Kind"),
        texts("Rank"),
        texts("Passages per week"),
        texts("Minutes per week"),
        texts("Distance"),
        texts("Main function"),
    ]


def actor_features(actors: gpd.GeoDataFrame, past: Ways, texts: Texts, *, group: str) -> list[Feature]:
    """Which points show the actors of one group, the least passed first?"""
    passages = actors["passages_per_week"].fillna(0)
    largest = float(passages.max()) if len(actors) else 0.0
    rows = actors.loc[(actors["group"] == group).to_numpy()].iloc[::-1].to_dict("records")
    return [
        point(row["lon"], row["lat"], **_actor_properties(row, past, texts, group=group, largest=largest))
        for row in rows
    ]


def _actor_properties(
    row: dict[Any, Any], past: Ways, texts: Texts, *, group: str, largest: float
) -> dict[str, object]:
    passages = float(row["passages_per_week"])
    radii = look.TOP_RADII if group == "top" else look.DOT_RADII
    properties: dict[str, object] = {
        "t": title_of(row["name"], row["kind"], texts),
        "d": _actor_values(row, texts),
    }
    if group == "silent":
        return properties
    if group == "top":
        properties |= {"i": f"actor-{int(row['rank'])}"}
    number = past.number.get(str(row["actor_id"]))
    if number is not None:
        properties |= {"x": past.sentences[number], "w": number}
    return properties | {
        "n": int(row["rank"]),
        "h": texts("{n} passages per week", n=amount(passages, texts)),
        "r": round(look.radius(passages, largest=largest, radii=radii), 1),
        **({"u": 1} if row["unsure"] else {}),
    }


def _actor_values(row: dict[Any, Any], texts: Texts) -> list[str]:
    return [
        texts.gettext(f"kind:{row['kind']}"),
        rank_text(row, texts) if row["rank"] is not None else texts.number(math.nan),
        amount(float(row["passages_per_week"]), texts),
        amount(float(row["minutes_per_week"]), texts),
        metres(float(row["distance_m"]), texts),
        _function_label(row["main_function"], texts),
    ]


def _function_label(function: object, texts: Texts) -> str:
    known = isinstance(function, str) and function
    return texts.gettext(f"function:{function}") if known else texts.number(math.nan)


def metres(distance_m: float, texts: Texts) -> str:
    """How is a distance written? To ten metres: the data is no finer."""
    if not math.isfinite(distance_m):
        return texts.number(math.nan)
    step = 10 if distance_m >= ROUND_FROM_M else 1
    return f"{texts.number(round(distance_m / step) * step)} m"


def destination_labels(texts: Texts) -> list[str]:
    """What do the values in a destination's card mean?"""
    return [texts("Function"), texts("Kind"), texts("Distance"), texts("Trips per week")]


def destination_features(destinations: gpd.GeoDataFrame, texts: Texts, *, function: str) -> list[Feature]:
    """Which points show the destinations of one function, the least visited first?"""
    rows = destinations.loc[(destinations["function"] == function).to_numpy()]
    total = float(rows["trips_per_week"].sum())
    ordered = rows.sort_values("trips_per_week", kind="stable").to_dict("records")
    return [
        point(
            row["lon"],
            row["lat"],
            t=title_of(row["name"], row["kind"], texts),
            h=texts.gettext(f"function:{function}"),
            d=_destination_values(row, texts),
            **({"m": 1} if row["trips_per_week"] < MINOR_SHARE * total else {}),
        )
        for row in ordered
    ]


def _destination_values(row: dict[Any, Any], texts: Texts) -> list[str]:
    return [
        texts.gettext(f"function:{row['function']}"),
        texts.gettext(f"kind:{row['kind']}"),
        metres(float(row["distance_m"]), texts),
        amount(float(row["trips_per_week"]), texts),
    ]


def school_features(actors: gpd.GeoDataFrame, texts: Texts) -> list[Feature]:
    """Which shapes show schools and preschools? Their grounds where the map data has them."""
    schools = actors.loc[actors["kind"].isin(look.SCHOOL_KINDS).to_numpy()]
    rows = schools.drop(columns="geometry").to_dict("records")
    return [
        feature(
            shape,
            s="school",
            t=title_of(row["name"], row["kind"], texts),
            h=texts.gettext(f"kind:{row['kind']}"),
            d=_actor_values(row, texts),
        )
        for row, shape in zip(rows, in_degrees(schools.geometry), strict=True)
    ]


def site_features(site: gpd.GeoDataFrame, *, title: str) -> list[Feature]:
    """Which points show the site's entrances?"""
    return [feature(shape, t=plain(title), i="site") for shape in in_degrees(site.geometry.representative_point())]
