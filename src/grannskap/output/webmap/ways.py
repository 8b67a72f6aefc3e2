"""Which walks pass an actor, on which errands, for those who choose it on the map: a sentence, and lines to draw."""

from collections.abc import Sequence
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
from grannskap.output import look
from grannskap.output.kind_groups import kind_group
from grannskap.output.webmap.features import DECIMALS, in_degrees
from grannskap.output.webmap.flows import merged_by_group
from grannskap.output.webmap.gaps import without_gaps

if TYPE_CHECKING:
    from grannskap.exposure.scene import Scene
    from grannskap.result import Result

Classes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.intp]

MOST, LEAST = 40, 10
"""So many actors are explained at most, and so many however large the network is."""
LINKS = 500_000
"""Links that are gone through for all explained actors together: a method with many links explains fewer."""
HEAD_OF_LIST = 0.6
"""Share of the explained actors that stand first in the list; the others stand first in each group of kinds."""
SHARES = (0.01, 0.05, 0.15, 0.3, 0.5, 0.75)
"""Share of those who pass the actor from which on an errand is drawn along an edge, and in each next width.

Where walks spread over so many streets that none has the first share, they are drawn along the most used one.
"""


@dataclass(frozen=True, slots=True)
class Ways:
    """What does the map tell of the walks past the actors that it explains?

    Attributes
    ----------
    number : dict of str to int
        Place of each explained actor in the lists, by id.
    sentences : list of str
    drawn : dict
        What ``assets/ways.js`` reads: ``lines`` (each a list of parts, away from the site: latitude and longitude in
        1e-5 degrees, then the steps from vertex to vertex), ``of`` (for each actor and errand its number and, by
        class of width, the numbers of its lines, each told by the step from the one before), ``widths`` in pixels.
    """

    number: dict[str, int]
    sentences: list[str]
    drawn: dict[str, object]


def ways_past(result: "Result", actors: gpd.GeoDataFrame, texts: Texts) -> Ways:
    """Which walks pass the actors that a reader looks at first?

    Parameters
    ----------
    result : Result
    actors : GeoDataFrame
        Those that may be shown (`shown_actors`), sorted by rank.
    texts : Texts

    Notes
    -----
    Walks by errand are as exact as `Result.routes`, and take as long to work out for each actor; so the number of
    actors is bounded by the links of the method (some ten thousand, or hundreds of thousands for "within_detour").
    """
    behind = result.workings.behind()
    links = sum(len(way.legs.arc) for way in behind.ways)
    ids = explained(actors, int(np.clip(LINKS // max(links, 1), LEAST, MOST)))
    scene = result.workings.scene
    row = {str(key): i for i, key in enumerate(scene.actors.element_id)}
    rows = np.array([row[key] for key in ids], np.intp)
    past = behind.past(rows)
    errands = main_errands(scene, rows, past)
    told = [sentence(float(n), errand, texts) for n, errand in zip(past.by_function.sum(axis=1), errands, strict=True)]
    outward = _outward(scene)
    classes = _classes(behind.flows_past(rows), past.by_function.sum(axis=1), outward, scene.arrivals.site)
    drawn = _drawn(outward, classes)
    return Ways({key: i for i, key in enumerate(ids)}, told, drawn)


def explained(actors: gpd.GeoDataFrame, n: int) -> list[str]:
    """Which actors are explained: the first of the list, then in turn the first of each group of kinds?

    Parameters
    ----------
    actors : GeoDataFrame
        ``actor_id``, ``kind``, ``group``, sorted by rank.
    n : int
        How many.
    """
    passed = actors.loc[(actors["group"] != "silent").to_numpy()]
    nth = passed.groupby([kind_group(kind) for kind in passed["kind"]]).cumcount().to_numpy()
    nth = np.where(np.arange(len(nth)) < int(n * HEAD_OF_LIST), -1, nth)
    return [str(key) for key in passed["actor_id"].iloc[np.argsort(nth, kind="stable")[:n]]]


def errand_signs(functions: Sequence[str], texts: Texts) -> list[dict[str, str]]:
    """With which name, letter and colours is each errand told, in the order of the scene's functions?"""
    signs = {function: look.function_sign(function) for function in functions}
    return [
        {
            "t": texts.gettext(f"function:{function}"),
            "letter": sign.letter,
            "colour": sign.colour,
            "ink": look.ink_on(sign.colour),
        }
        for function, sign in signs.items()
    ]


def _classes(
    flows: npt.NDArray[np.float64], passages: npt.NDArray[np.float64], outward: gpd.GeoDataFrame, site: Ints
) -> Classes:
    """How wide is each errand drawn along each edge: 0 for not at all? Shape (edges, actors, functions)."""
    shares = flows / np.maximum(passages, np.finfo(float).tiny)[:, None, None]
    classes = np.searchsorted(SHARES, shares, side="right").astype(np.uint8).swapaxes(0, 1)
    tail, head = outward["tail"].to_numpy(np.intp), outward["head"].to_numpy(np.intp)
    for actor, errand in np.argwhere(classes.any(axis=0)):
        drawn = classes[:, actor, errand]  # a view: what is set in it is set in the classes
        drawn[without_gaps(drawn > 0, flows[actor, :, errand], tail=tail, head=head, site=site)] = 1
    return classes


def _outward(scene: "Scene") -> gpd.GeoDataFrame:
    """The edges, each away from the site, so that errands beside one another keep their sides.

    ``tail`` is the node nearer to the site, ``head`` the other one.
    """
    edges, net = scene.arrivals.edges, scene.arrivals.net
    costs, ends = net.costs_from(scene.arrivals.site), edges[["u", "v"]].to_numpy(np.intp, copy=True)
    inward = costs[ends[:, 0]] > costs[ends[:, 1]]
    ends[inward] = ends[inward, ::-1]
    shapes = edges.geometry.to_numpy().copy()
    shapes[inward] = shapely.reverse(shapes[inward])
    return gpd.GeoDataFrame({"tail": ends[:, 0], "head": ends[:, 1]}, geometry=shapes, index=edges.index, crs=edges.crs)


def _drawn(edges: gpd.GeoDataFrame, classes: Classes) -> dict[str, object]:
    """Edges that stand in the same class for every actor and errand become one line."""
    flat = classes.reshape(len(edges), -1)
    used = np.flatnonzero(flat.any(axis=1))
    kinds, group = np.unique(flat[used], axis=0, return_inverse=True)
    lines: list[BaseGeometry] = []
    if len(used):
        merged = merged_by_group(edges.iloc[used], group.reshape(-1).astype(np.intp), directed=True)
        lines = in_degrees(gpd.GeoSeries(merged, crs=edges.crs))
    by_actor = kinds.reshape(len(lines), *classes.shape[1:])
    of = [
        [[int(errand), *_by_class(by_actor[:, i, errand])] for errand in np.flatnonzero(by_actor[:, i].any(axis=0))]
        for i in range(classes.shape[1])
    ]
    return {"lines": [_steps(line) for line in lines], "of": of, "widths": look.ERRAND_WIDTHS}


def _by_class(column: Classes) -> list[list[int]]:
    """Numbers of the lines of each class, as steps from one to the next."""
    numbers = [np.flatnonzero(column == i + 1) for i in range(len(SHARES))]
    return [np.diff(each, prepend=0).tolist() for each in numbers]


def _steps(line: BaseGeometry) -> list[list[int]]:
    """A line in few letters: its first vertex, and from each vertex to the next."""
    parts = [np.round(shapely.get_coordinates(part)[:, ::-1] * 10**DECIMALS) for part in shapely.get_parts(line)]
    steps = [np.diff(part, axis=0, prepend=np.zeros((1, 2))) for part in parts]
    return [step.astype(int).ravel().tolist() for step in steps]
