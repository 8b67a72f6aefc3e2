"""The ranking: which actors walks pass most often, with what it rests on."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from grannskap.place.features import id_order
from grannskap.routes.network import Floats


def ranked(
    actors: gpd.GeoDataFrame, *, passed: Floats, functions: Sequence[str], legs_per_week: float
) -> gpd.GeoDataFrame:
    """In which order should the actors be spoken to, by how often walks pass them?

    Parameters
    ----------
    actors : GeoDataFrame
        ``actor_id``, ``name``, ``kind``, ``distance_m``, ``visits_per_week``, ``minutes_per_week``, ``sensitive``,
        ``source``, ``lon``, ``lat``, geometry.
    passed : ndarray of float
        Passages per week, shape (actors, functions), there and back.
    functions : sequence of str
    legs_per_week : float
        All walks there and back.

    Returns
    -------
    GeoDataFrame
        The columns of ``actors.csv`` and the geometry, sorted by rank. Equal passages are ordered by id. The interval
        of a rank is empty until it has been drawn.
    """
    total = passed.sum(axis=1)
    by_function = {f"passages_{f}": passed[:, i] for i, f in enumerate(functions)}
    main = np.array([*functions, ""], object)[np.where(total > 0, passed.argmax(axis=1), -1)] if functions else ""
    table = actors.assign(
        passages_per_week=total,
        share_of_trips=total / legs_per_week if legs_per_week > 0 else 0.0,
        rank_low=np.nan,
        rank_high=np.nan,
        p_top10=np.nan,
        main_function=main,
        **by_function,
    )
    key = pd.DataFrame({"passed": -total.round(9), "id": [id_order(i) for i in actors.actor_id]}, index=actors.index)
    table = table.loc[key.sort_values(["passed", "id"], kind="stable").index].reset_index(drop=True)
    table["rank"] = np.arange(1, len(table) + 1)
    return table[[*actor_columns(functions), "geometry"]]


def actor_columns(functions: Sequence[str]) -> list[str]:
    """Which columns does the table of actors have, in which order?"""
    return [
        *("rank", "actor_id", "name", "kind", "distance_m", "passages_per_week", "visits_per_week"),
        *("minutes_per_week", "share_of_trips", "rank_low", "rank_high", "p_top10", "main_function"),
        *(f"passages_{f}" for f in functions),
        *("sensitive", "source", "lon", "lat"),
    ]
