"""The ranking: which actors walks pass most often, with what it rests on."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.place.features import id_order
from grannskap.routes.network import Floats

TOP = 10
TIED = 9  # decimals: what differs less is equal, or the order of a sum would decide
LOW_HIGH_PERCENT = (5, 95)


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
        of a rank is empty until it has been drawn (`with_sureness`).
    """
    total = passed.sum(axis=1)
    by_function = {f"passages_{f}": passed[:, i] for i, f in enumerate(functions)}
    main = (
        np.array([*functions, ""], object)[np.where(total > 0, passed.round(TIED).argmax(axis=1), -1)]
        if functions
        else ""
    )
    table = actors.assign(
        passages_per_week=total,
        share_of_trips=total / legs_per_week if legs_per_week > 0 else 0.0,
        rank_low=np.nan,
        rank_high=np.nan,
        p_top10=np.nan,
        main_function=main,
        **by_function,
    )
    table["rank"] = ranks(total[:, None], actors.actor_id)[:, 0]
    return table.sort_values("rank", ignore_index=True)[[*actor_columns(functions), "geometry"]]


def with_sureness(actors: gpd.GeoDataFrame, drawn: Floats, ids: pd.Series) -> gpd.GeoDataFrame:
    """How sure is each rank of a table of actors?

    Parameters
    ----------
    actors : GeoDataFrame
        From `ranked`.
    drawn : ndarray of float
        Passages in each draw, shape (actors, draws), in the order of ``ids``.
    ids : Series
        Of the actors.

    Returns
    -------
    GeoDataFrame
        With ``rank_low``, ``rank_high`` (5 % and 95 % of the draws, widened where need be to hold the rank itself) and
        ``p_top10`` (share of the draws in which the actor is passed and among the first ten). As it was where nothing
        was drawn.

    Notes
    -----
    Between two draws the interval takes the outer one: with 200 draws the 10th from below and from above, between which
    a further draw falls nine times in ten (H. A. David and H. N. Nagaraja (2003), Order Statistics, 3rd ed., §7.2).
    """
    if not drawn.size:
        return actors
    row = pd.Index(ids).get_indexer(pd.Index(actors.actor_id))
    found, passed = ranks(drawn, ids)[row], drawn[row] > 0
    low = np.percentile(found, LOW_HIGH_PERCENT[0], axis=1, method="lower")
    high = np.percentile(found, LOW_HIGH_PERCENT[1], axis=1, method="higher")
    rank = actors["rank"].to_numpy()
    return actors.assign(
        rank_low=np.minimum(low, rank), rank_high=np.maximum(high, rank), p_top10=((found <= TOP) & passed).mean(axis=1)
    )


def ranks(passed: Floats, ids: pd.Series) -> npt.NDArray[np.int64]:
    """Which rank has each actor in each column? 1 for the most passages; equal ones by OpenStreetMap id.

    Parameters
    ----------
    passed : ndarray of float
        Shape (actors, columns).
    ids : Series
        Of the actors.
    """
    by_id = np.array(sorted(range(len(ids)), key=[id_order(i) for i in ids].__getitem__), np.intp)
    order = by_id[np.argsort(-passed[by_id].round(TIED), axis=0, kind="stable")]
    rank = np.empty(passed.shape, np.int64)
    np.put_along_axis(rank, order, np.arange(1, len(passed) + 1)[:, None], axis=0)
    return rank


def actor_columns(functions: Sequence[str]) -> list[str]:
    """Which columns does the table of actors have, in which order?"""
    return [
        *("rank", "actor_id", "name", "kind", "distance_m", "passages_per_week", "visits_per_week"),
        *("minutes_per_week", "share_of_trips", "rank_low", "rank_high", "p_top10", "main_function"),
        *(f"passages_{f}" for f in functions),
        *("sensitive", "source", "lon", "lat"),
    ]
