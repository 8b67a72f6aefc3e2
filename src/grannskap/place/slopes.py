"""Slopes and steps: how steeply each edge rises, and by how many flights of steps."""

import re

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.crs import project
from grannskap.osm.data import OsmData
from grannskap.osm.elevation import Elevation
from grannskap.place.surroundings import Surroundings, surroundings_rules

Floats = npt.NDArray[np.float64]
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(%|°|deg)?")
_RATIO = re.compile(r"([+-]?)1\s*:\s*(\d+(?:[.,]\d+)?)")
_PERCENT = 100.0


def grades(
    edges: gpd.GeoDataFrame,
    nodes: Floats,
    osm: OsmData,
    *,
    crs: int,
    elevation: Elevation | None = None,
) -> Floats:
    """How many metres does each edge rise per metre, from u to v?

    Parameters
    ----------
    edges : GeoDataFrame
        ``u``, ``v``, ``length_m``, ``incline``, ``layer``, and ``ref_u``, ``ref_v`` (numbers of the nodes in the map).
    nodes : ndarray
        x and y of each node in metres.
    osm : OsmData
        Nodes with ``ele``.
    crs : int
        EPSG code of the nodes.
    elevation : Elevation, optional
        Heights of the ground. On bridges and in tunnels it tells nothing.

    Returns
    -------
    ndarray
        Below 0 where the edge falls, nan where nothing tells. The first that tells counts: the elevation model, a
        number in ``incline``, the ``ele`` of both ends, ``incline`` as up or down.
    """
    rules = surroundings_rules()
    number, direction = _inclines(edges.incline.to_list(), rules)
    told = [number, _rises(_mapped_heights(osm, edges), edges, rules), direction]
    if elevation is not None:
        ground = elevation.heights_at(*project(nodes[:, 0], nodes[:, 1], source=crs, target=elevation.crs))
        rise = _rises((ground[edges.u.to_numpy()], ground[edges.v.to_numpy()]), edges, rules)
        told.insert(0, np.where(edges.layer.to_numpy() == 0, rise, np.nan))
    grade = np.full(len(edges), np.nan)
    for one in told:
        grade = np.where(np.isnan(grade), one, grade)
    return np.asarray(np.clip(grade, -rules.steepest_grade, rules.steepest_grade))


def incline(text: str) -> float:
    """Which grade does a value of ``incline`` give, in metres of rise per metre? nan where it gives no number.

    Examples
    --------
    >>> incline("10%"), incline("-10 %"), incline("1:20"), round(incline("10°"), 3), incline("up")
    (0.1, -0.1, 0.05, 0.176, nan)
    """
    if ratio := _RATIO.fullmatch(text.strip()):
        over = float(ratio[2].replace(",", "."))
        return (-1.0 if ratio[1] == "-" else 1.0) / over if over else np.nan
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return np.nan
    value = float(found[1].replace(",", "."))
    return float(np.tan(np.radians(value))) if found[2] in ("°", "deg") else value / _PERCENT


def _inclines(tags: list[str], rules: Surroundings) -> tuple[Floats, Floats]:
    """Grades by number, and by the words up and down."""
    known = {tag: incline(tag) for tag in set(tags)}
    words = {"up": rules.up_grade, "down": -rules.up_grade}
    return np.array([known[tag] for tag in tags], float), np.array([words.get(tag, np.nan) for tag in tags], float)


def _mapped_heights(osm: OsmData, edges: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Heights of both ends of each edge, as mapped on their nodes."""
    rows, heights = [], []
    for row, tags in enumerate(osm.points.tags.to_list()):
        if "ele" in tags:
            rows.append(row)
            heights.append(_metres(tags["ele"]))
    refs = osm.points.ref.to_numpy(np.int64)[rows]
    order = np.argsort(refs)
    refs, known = np.append(refs[order], np.iinfo(np.int64).max), np.append(np.array(heights, float)[order], np.nan)

    def height(asked: npt.NDArray[np.int64]) -> Floats:
        at = np.searchsorted(refs, asked)
        return np.where(refs[at] == asked, known[at], np.nan)

    return height(edges.ref_u.to_numpy(np.int64)), height(edges.ref_v.to_numpy(np.int64))


def _metres(text: str) -> float:
    found = re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)\s*m?", text.strip())
    return float(found[1].replace(",", ".")) if found else np.nan


def _rises(heights: tuple[Floats, Floats], edges: gpd.GeoDataFrame, rules: Surroundings) -> Floats:
    below, above = heights
    return np.asarray((above - below) / np.maximum(edges.length_m.to_numpy(float), rules.height_baseline_m))


def flights(edges: gpd.GeoDataFrame) -> Floats:
    """How many flights of steps is each edge?

    Parameters
    ----------
    edges : GeoDataFrame
        ``highway``, ``step_count``, ``way_id``, ``length_m``.

    Returns
    -------
    ndarray
        A stairway that is cut into several edges is shared over them by length, so that no cut adds a flight.
    """
    many = np.zeros(len(edges))
    steps = np.flatnonzero((edges.highway == "steps").to_numpy())
    if not len(steps):
        return many
    stairs = edges.iloc[steps]
    way, _ = pd.factorize(stairs.way_id)
    length = stairs.length_m.to_numpy(float)
    share = length / np.bincount(way, weights=length)[way]
    counts = np.array([_count(tag) for tag in stairs.step_count], float)
    whole = np.where(np.isnan(counts), 1.0, counts / surroundings_rules().steps_per_flight)
    many[steps] = share * whole
    return many


def _count(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and int(text) else np.nan
