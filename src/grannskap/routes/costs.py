"""Perceived length: what each edge costs a walker in each direction, by rules that are data."""

import tomllib
from functools import cache
from importlib.resources import files

import geopandas as gpd
import numpy as np

from grannskap.routes.network import Floats


@cache
def cost_rules() -> dict[str, float]:
    """Which shares of its length does each circumstance add to an edge? See ``costs.toml`` for units and sources."""
    raw = tomllib.loads(files(__package__).joinpath("costs.toml").read_text("utf-8"))
    return {name: float(rule["share_of_length"]) for name, rule in raw.items()}


def edge_costs(edges: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """How long does each edge feel in each direction, in perceived metres?

    ``cost = length_m · (1 + Σ penalties)``; infinite against a one-way for walkers.

    Parameters
    ----------
    edges : GeoDataFrame
        ``length_m``, ``access``, ``one_way``.

    Returns
    -------
    tuple of ndarray
        u→v and v→u.
    """
    rules = cost_rules()
    cost = edges.length_m.to_numpy(float) * (1.0 + rules["private"] * (edges.access == "private").to_numpy())
    one_way = edges.one_way.to_numpy()
    return np.where(one_way == -1, np.inf, cost), np.where(one_way == 1, np.inf, cost)
