"""How are the calculated walks drawn? In five classes by quantile of all metres walked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.language.writing import amount, plain, two_digits
from grannskap.output.look import FLOW_COLOURS, FLOW_WIDTHS
from grannskap.output.webmap.features import Feature, feature, in_degrees

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FlowClass:
    """One class of flow: above `low`, the most walks per week in the class below, up to and including `high`."""

    index: int
    low: float
    high: float


UNIT = _("Walks per week; there and back count one each")
LEAST_DRAWN_PER_WEEK = 0.02
"""Fewer legs than about one a year are not drawn: they are no walks, only the tail of a probability."""


def class_breaks(legs_per_week: npt.ArrayLike, length_m: npt.ArrayLike, *, classes: int = len(FLOW_COLOURS)) -> Floats:
    """From which flows on does each class but the first begin?

    Quantiles of metres walked (walks x length), not of edges: many short, little used edges would else fill all classes
    but one. They are taken from above: all that is walked on edges of this class or a higher one is at least its share,
    so that the darkest fifth is never less than a fifth of the walking, and the most used edges are always in it.

    Flows that are equal stay together. Where there are few distinct ones, or where one street carries most of the
    walking, they fill the higher classes and leave some of the lower empty: a single flow is of the darkest class, and
    of a street that carries four fifths of the walking and its side streets, the street is dark and they are pale.

    Parameters
    ----------
    legs_per_week : array_like, shape (n,)
        Walks per week on each edge, all above zero.
    length_m : array_like, shape (n,)
        Length of each edge.
    classes : int
        Number of classes.

    Returns
    -------
    ndarray, shape (classes - 1,)
        Lower bound, included, of each class but the first, in walks per week. A class is empty where its bound is
        equal to that of the next.

    Examples
    --------
    >>> class_breaks([10.0, 1.0, 1.0], [10.0, 50.0, 50.0], classes=2)
    array([10.])
    """
    legs = np.asarray(legs_per_week, dtype=float)
    order = np.argsort(legs, kind="stable")
    metres = np.cumsum((legs * np.asarray(length_m, dtype=float))[order])
    if not metres.size or metres[-1] <= 0:
        return np.zeros(classes - 1)
    wanted = metres[-1] * np.arange(1, classes) / classes
    at = np.searchsorted(metres, wanted * (1 + 1e-12), side="right")
    return np.asarray(legs[order][np.minimum(at, legs.size - 1)], dtype=float)


def class_of(legs_per_week: npt.ArrayLike, breaks: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """In which class, from 0, is each flow?"""
    return np.searchsorted(np.asarray(breaks, float), np.asarray(legs_per_week, float), side="right")


def used_edges(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Which edges are walked often enough to be drawn, with their class of flow?"""
    legs = edges["legs_per_week"].to_numpy(dtype=float)
    used: gpd.GeoDataFrame = edges.loc[np.nan_to_num(legs) >= LEAST_DRAWN_PER_WEEK]
    flows = used["legs_per_week"].to_numpy(dtype=float)
    breaks = class_breaks(flows, used["length_m"])
    return used.assign(flow_class=class_of(flows, breaks))


def flow_classes(used: gpd.GeoDataFrame) -> list[FlowClass]:
    """Between which flows lies each class that is not empty?"""
    highest = used.groupby("flow_class")["legs_per_week"].max()
    lows = [0.0, *highest.tolist()]
    return [
        FlowClass(index=int(str(index)), low=low, high=float(high))
        for (index, high), low in zip(highest.items(), lows, strict=False)
    ]


def class_label(flow: FlowClass, texts: Texts) -> str:
    """How does the legend write the bounds of a class, in two significant digits?"""
    if flow.low <= 0:
        return texts("up to {high}", high=amount(flow.high, texts))
    low, high = amount(flow.low, texts), amount(flow.high, texts)
    return low if low == high else f"{low}–{high}"


def flow_styles() -> dict[str, dict[str, object]]:
    """With which colour and width is each class drawn?"""
    return {
        str(i): {"color": colour, "weight": width, "opacity": 1}
        for i, (colour, width) in enumerate(zip(FLOW_COLOURS, FLOW_WIDTHS, strict=True))
    }


def flow_features(used: gpd.GeoDataFrame, texts: Texts) -> list[Feature]:
    """Which lines show the flows, little used first, so that the much used lie on top?

    Edges of one street whose flows are alike in two significant digits become one feature.
    """
    if used.empty:
        return []
    rounded = [two_digits(value) for value in used["legs_per_week"]]
    lines = used.assign(title=[plain(name) for name in used["name"]], legs=rounded)
    groups = lines.groupby(["flow_class", "legs", "title"])
    merged = gpd.GeoSeries(merged_by_group(lines, np.asarray(groups.ngroup(), dtype=np.intp)), crs=used.crs)
    return [
        feature(
            shape,
            s=str(index),
            t=title or texts("Path without a name"),
            h=texts("about {n} walks per week", n=amount(legs, texts)),
        )
        for (index, legs, title), shape in zip(_keys(groups), in_degrees(merged), strict=True)
    ]


def _keys(groups: Any) -> Sequence[tuple[int, float, str]]:
    return [(int(index), float(legs), str(title)) for index, legs, title in groups.groups]


def merged_by_group(lines: gpd.GeoDataFrame, group: npt.NDArray[np.intp], *, directed: bool = False) -> Any:
    """Which lines does each group make, in the order of the groups' numbers? With their direction, if asked."""
    order = np.argsort(group, kind="stable")
    shapes = lines.geometry.to_numpy()[order]
    return shapely.line_merge(shapely.multilinestrings(shapes, indices=group[order]), directed=directed)
