"""How are actors, destinations, schools and the site drawn?

Neighbours marked as sensitive (shelters, group homes, outpatient care) are never drawn: a map
travels further than a table.
"""

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.language import Texts
from grannskap.language.writing import amount, plain
from grannskap.output import look
from grannskap.output.kind_groups import kind_group
from grannskap.output.naming import Naming
from grannskap.output.webmap.features import (
    Feature,
    feature,
    in_degrees,
    point,
)

MINOR_SHARE = 0.08
"""A destination with less than this share of its function's trips gets a small sign."""
ROUND_FROM_M = 100.0
DOOR_FROM_M = 5.0
"""A site that is nearer to its street stands on it, as far as one can see."""
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
    """What do the values in the card of an actor mean that nobody passes?"""
    return [texts("Kind"), texts("Distance")]


def actor_features(actors: gpd.GeoDataFrame, index: Mapping[str, int], names: Naming, *, group: str) -> list[Feature]:
    """Which points show the actors of one group, the least passed first?

    Parameters
    ----------
    actors : GeoDataFrame
        As from `shown_actors`.
    index : mapping of str to int
        Place of each passed actor in the list beside the map, where all is told of it.
    names : Naming
    group : {"top", "passed", "silent"}
    """
    passages = actors["passages_per_week"].fillna(0)
    largest = float(passages.max()) if len(actors) else 0.0
    rows = actors.loc[(actors["group"] == group).to_numpy()].iloc[::-1].to_dict("records")
    if group == "silent":
        return [point(row["lon"], row["lat"], **_untold(row, names)) for row in rows]
    radii = look.TOP_RADII if group == "top" else look.DOT_RADII
    return [
        point(
            row["lon"],
            row["lat"],
            a=index[str(row["actor_id"])],
            r=round(look.radius(float(row["passages_per_week"]), largest=largest, radii=radii), 1),
        )
        for row in rows
    ]


def _untold(row: Mapping[Any, Any], names: Naming) -> dict[str, object]:
    """What the page tells of an actor that is not in the list."""
    texts = names.texts
    return {
        "t": names.of(row),
        "d": [texts.gettext(f"kind:{row['kind']}"), metres(float(row["distance_m"]), texts)],
        "g": kind_group(row["kind"]),
    }


def metres(distance_m: float, texts: Texts) -> str:
    """How is a distance written? To ten metres: the data is no finer."""
    if not math.isfinite(distance_m):
        return texts.number(math.nan)
    step = 10 if distance_m >= ROUND_FROM_M else 1
    return f"{texts.number(round(distance_m / step) * step)} m"


def destination_labels(texts: Texts) -> list[str]:
    """What do the values in a destination's card mean?"""
    return [texts("Function"), texts("Kind"), texts("Distance"), texts("Trips per week")]


def destination_features(destinations: gpd.GeoDataFrame, names: Naming, *, function: str) -> list[Feature]:
    """Which points show the destinations of one function, the least visited first?"""
    rows = destinations.loc[(destinations["function"] == function).to_numpy()]
    total = float(rows["trips_per_week"].sum())
    ordered = rows.sort_values("trips_per_week", kind="stable").to_dict("records")
    return [
        point(
            row["lon"],
            row["lat"],
            t=names.of(row),
            h=names.texts.gettext(f"function:{function}"),
            d=_destination_values(row, names.texts),
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


def school_features(actors: gpd.GeoDataFrame, index: Mapping[str, int], names: Naming) -> list[Feature]:
    """Which shapes show schools and preschools? Their grounds where the map data has them."""
    schools = actors.loc[actors["kind"].isin(look.SCHOOL_KINDS).to_numpy()]
    rows = schools.to_dict("records")
    return [
        feature(
            shape,
            s="school",
            **({"a": index[str(row["actor_id"])]} if str(row["actor_id"]) in index else _untold(row, names)),
        )
        for row, shape in zip(rows, in_degrees(schools.geometry), strict=True)
    ]


def site_features(site: gpd.GeoDataFrame, *, title: str) -> list[Feature]:
    """Which points show the site's entrances?"""
    return [feature(shape, t=plain(title), i="site") for shape in in_degrees(site.geometry.representative_point())]


def door_features(site: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, nodes: npt.NDArray[np.intp]) -> list[Feature]:
    """Which lines lead from the site's entrances to the streets where the walks begin, where these are not at the door?

    Parameters
    ----------
    site : GeoDataFrame
        Entrances.
    edges : GeoDataFrame
        With their nodes ``u`` and ``v``.
    nodes : ndarray of int
        Where the walks begin.
    """
    at_u, at_v = edges["u"].isin(nodes).to_numpy(), edges["v"].isin(nodes).to_numpy()
    shapes = edges.geometry.to_numpy()
    begin = np.concatenate([shapely.get_point(shapes[at_u], 0), shapely.get_point(shapes[at_v], -1)])
    if not len(begin):
        return []
    doors = site.geometry.representative_point().to_numpy()
    lines = shapely.shortest_line(doors, shapely.multipoints(begin))
    seen = lines[shapely.length(lines) >= DOOR_FROM_M]
    return [feature(shape, s="door") for shape in in_degrees(gpd.GeoSeries(seen, crs=site.crs))]
