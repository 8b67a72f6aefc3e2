"""Which walks pass an actor, for those who click it on the map: a sentence, and lines to draw."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grannskap.exposure.explain import main_errands
from grannskap.exposure.sentences import sentence
from grannskap.language import Texts
from grannskap.output.look import FLOW_COLOURS, FLOW_WIDTHS
from grannskap.output.map_features import DECIMALS, in_degrees
from grannskap.output.map_flows import merged_by_group

if TYPE_CHECKING:
    from grannskap.result import Result

FIRST = 50
"""So many actors of the list are explained, beginning with rank 1."""
SHARES = (0.01, 0.05, 0.15, 0.35, 0.65)
"""Share of those who pass the actor from which on an edge is drawn, and drawn in each next class."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What does the map tell of the walks past its first actors?

    Attributes
    ----------
    number : dict of str to int
        Place of each explained actor in the lists, by id.
    sentences : list of str
    drawn : dict
        What ``assets/ways.js`` reads: ``lines`` (each a list of parts: latitude and longitude in 1e-5 degrees, then the
        steps from vertex to vertex), ``of`` (for each actor the numbers of its lines, by class), ``styles``.
    """

    number: dict[str, int]
    sentences: list[str]
    drawn: dict[str, object]


def ways_past(result: "Result", actors: gpd.GeoDataFrame, texts: Texts) -> Ways:
    """Which walks pass the actors that stand first on the map?

    Parameters
    ----------
    result : Result
    actors : GeoDataFrame
        Those that may be shown (`shown_actors`), sorted by rank.
    texts : Texts
    """
    ids = actors.loc[(actors["group"] != "silent").to_numpy(), "actor_id"].astype(str).head(FIRST).tolist()
    scene = result.workings.scene
    row = {str(key): i for i, key in enumerate(scene.actors.element_id)}
    rows = np.array([row[key] for key in ids], np.intp)
    past = result.workings.behind().past(rows)
    errands = main_errands(scene, rows, past)
    told = [sentence(float(n), errand, texts) for n, errand in zip(past.by_function.sum(axis=1), errands, strict=True)]
    shares = past.by_edge / np.maximum(past.by_function.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    drawn = _drawn(scene.arrivals.edges, np.searchsorted(SHARES, shares, side="right").astype(np.uint8))
    return Ways({key: i for i, key in enumerate(ids)}, told, drawn)


def _drawn(edges: gpd.GeoDataFrame, classes: npt.NDArray[np.uint8]) -> dict[str, object]:
    """Edges that stand in the same class for every actor become one line; ``classes`` has shape (actors, edges)."""
    used = np.flatnonzero(classes.any(axis=0))
    kinds, group = np.unique(classes[:, used].T, axis=0, return_inverse=True)
    lines: list[BaseGeometry] = []
    if len(used):
        merged = merged_by_group(edges.iloc[used], group.reshape(-1).astype(np.intp))
        lines = in_degrees(gpd.GeoSeries(merged, crs=edges.crs))
    of = [[np.flatnonzero(column == i + 1).tolist() for i in range(len(SHARES))] for column in kinds.T]
    styles = [{"color": c, "weight": w} for c, w in zip(FLOW_COLOURS, FLOW_WIDTHS, strict=True)]
    return {"lines": [_steps(line) for line in lines], "of": of, "styles": styles}


def _steps(line: BaseGeometry) -> list[list[int]]:
    """A line in few letters: its first vertex, and from each vertex to the next."""
    parts = [np.round(shapely.get_coordinates(part)[:, ::-1] * 10**DECIMALS) for part in shapely.get_parts(line)]
    steps = [np.diff(part, axis=0, prepend=np.zeros((1, 2))) for part in parts]
    return [step.astype(int).ravel().tolist() for step in steps]
