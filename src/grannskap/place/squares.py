"""Squares and other walking areas: crossed, not only walked around."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.osm.data import OsmData
from grannskap.place.corners import MOST_CORNERS, turning_corners, walks_around
from grannskap.place.walking import Tags, WalkingRules, walking_access

STRETCH = 1.25  # how much longer than need be a walk across a square may become, so that crossings stay few
FEWEST_GATES = 2  # with fewer there is nothing to cross between
SLACK_DEG = 2e-7  # two centimetres: a crossing may touch the outline
Spot = tuple[int, int]  # longitude and latitude in 1e-7 degrees, which OpenStreetMap keeps exactly
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Area:
    """A walking area: its element, its shape, and the spots and degrees of each of its rings."""

    element_id: str
    tags: Tags
    shape: Any
    rings: list[tuple[list[Spot], Floats]]


@dataclass(frozen=True, slots=True)
class _Links:
    """Ways to get from gate to gate: positions of the gates, length (degrees of latitude) and shape of each way."""

    a: npt.NDArray[np.intp]
    b: npt.NDArray[np.intp]
    length: Floats
    xy: list[Floats]


def is_area(element_id: str, tags: Tags) -> bool:
    """Is this closed line the outline of an area, rather than a path that runs in a ring?"""
    return element_id.startswith("relation/") or tags.get("area") == "yes" or "highway" not in tags


def square_lines(osm: OsmData, lines: gpd.GeoDataFrame, rules: WalkingRules) -> gpd.GeoDataFrame:
    """Which lines cross the walking areas between the ways and areas that lead into them?

    Parameters
    ----------
    osm : OsmData
    lines : GeoDataFrame
        Walkable ways with ``refs`` (degrees), without the outlines of areas.
    rules : WalkingRules

    Returns
    -------
    GeoDataFrame
        ``element_id``, ``tags``, ``refs``, ``access``, LineString in degrees: as many crossings and pieces of outline
        as it takes to get from any gate to any other by a walk that is at most `STRETCH` times the shortest within.
    """
    rows: list[tuple[str, Tags, list[int], str, Any]] = []
    areas = list(_walking_areas(osm, rules))
    node, uses = _uses(lines, areas)
    for area in areas:
        gates = _gates(area, uses)
        for spots, xy in _lines_between(area, gates):
            rows.append((area.element_id, area.tags, [node.get(s, _own_number(s)) for s in spots], "public", xy))
    table = pd.DataFrame(rows, columns=["element_id", "tags", "refs", "access", "xy"])
    shapes = [shapely.LineString(xy) for xy in table.xy]
    table["refs"] = pd.Series([np.array(refs, np.int64) for refs in table.refs], dtype=object)
    return gpd.GeoDataFrame(table.drop(columns="xy"), geometry=shapes, crs=lines.crs)


def _walking_areas(osm: OsmData, rules: WalkingRules) -> Iterator[_Area]:
    seen: set[frozenset[Spot]] = set()  # the same outline is sometimes mapped twice, as a way and as a relation
    for element_id, tags, shape in zip(osm.areas.element_id, osm.areas.tags, osm.areas.geometry, strict=True):
        if not is_area(element_id, tags) or walking_access(tags, rules)[0] != "public":
            continue
        xys = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
        rings = [(_spots(xy), xy) for xy in xys]
        corners = frozenset(spot for spots, _ in rings for spot in spots)
        if corners not in seen:
            seen.add(corners)
            yield _Area(element_id, tags, shape, rings)


def _spots(xy: Floats) -> list[Spot]:
    return [(x, y) for x, y in np.rint(xy * 1e7).astype(np.int64).tolist()]


def _own_number(spot: Spot) -> int:
    """A number for a corner that no way uses: negative, and the same for all areas that share it."""
    return -(spot[0] * 4_000_000_000 + spot[1]) - 1


def _uses(lines: gpd.GeoDataFrame, areas: list[_Area]) -> tuple[dict[Spot, int], Counter[Spot]]:
    """Node number by spot, and how many ways and areas use each spot."""
    refs = np.concatenate([*lines.refs, np.empty(0, np.int64)]).astype(np.int64)
    way = np.repeat(np.arange(len(lines)), [len(r) for r in lines.refs])
    ref, first, at = np.unique(refs, return_index=True, return_inverse=True)
    ways = np.bincount(np.unique(at * (len(lines) + 1) + way) // (len(lines) + 1), minlength=len(ref))
    spots = _spots(shapely.get_coordinates(lines.geometry.to_numpy())[first])
    uses = Counter(dict(zip(spots, ways.tolist(), strict=True)))
    for area in areas:
        uses.update({spot for ring, _ in area.rings for spot in ring})
    return dict(zip(spots, ref.tolist(), strict=True)), uses


def _gates(area: _Area, uses: Counter[Spot]) -> list[tuple[int, int]]:
    """Ring and place in it of each corner that something else leads to; with fewer than two, the whole outline."""
    found: dict[Spot, tuple[int, int]] = {}
    for number, (spots, _) in enumerate(area.rings):
        for place, spot in enumerate(spots[:-1]):
            if uses[spot] > 1:
                found.setdefault(spot, (number, place))
    return list(found.values())


def _lines_between(area: _Area, gates: list[tuple[int, int]]) -> Iterator[tuple[list[Spot], Floats]]:
    """Lines to draw within an area; the outlines as they are where fewer than two ways lead to it."""
    if len(gates) < FEWEST_GATES:
        yield from area.rings
        return
    straight, outline = _straight_links(area, gates), _outline_links(area, gates)
    bent = _bent_links(area, gates, straight)
    each = (straight, outline, bent)
    links = _Links(
        np.concatenate([part.a for part in each]),
        np.concatenate([part.b for part in each]),
        np.concatenate([part.length for part in each]),
        [xy for part in each for xy in part.xy],
    )
    kept, n_whole = _spanner(links, len(gates)), len(straight.xy) + len(outline.xy)
    whole = [links.xy[link] for link in kept if link < n_whole]
    for xy in [*whole, *_pieces([links.xy[link] for link in kept if link >= n_whole], whole)]:
        yield _spots(xy), xy


def _straight_links(area: _Area, gates: list[tuple[int, int]]) -> _Links:
    """Straight lines between gates that stay within the area."""
    xy = np.array([area.rings[ring][1][place] for ring, place in gates])
    a, b = np.triu_indices(len(gates), 1)
    pairs = np.stack([xy[a], xy[b]], axis=1)
    room = shapely.buffer(area.shape, SLACK_DEG)
    shapely.prepare(room)
    inside = np.flatnonzero(shapely.covers(room, shapely.linestrings(pairs)))
    return _Links(a[inside], b[inside], _length(xy[a[inside]] - xy[b[inside]], xy[0, 1]), list(pairs[inside]))


def _bent_links(area: _Area, gates: list[tuple[int, int]], straight: _Links) -> _Links:
    """Shortest walks within the area between gates that do not see each other: around fountains and corners."""
    xy, corners = np.array([area.rings[ring][1][place] for ring, place in gates]), turning_corners(area.shape)
    hidden = np.triu(np.ones((len(gates), len(gates)), bool), 1)
    hidden[straight.a, straight.b] = False
    pairs = np.argwhere(hidden) if 0 < len(corners) <= MOST_CORNERS else np.empty((0, 2), np.intp)
    per_lon, walks = float(np.cos(np.radians(xy[0, 1]))), []
    if len(pairs):
        walks = walks_around(shapely.buffer(area.shape, SLACK_DEG), xy, corners, pairs, per_lon=per_lon)
    found = [number for number, walk in enumerate(walks) if len(walk)]
    kept = [walks[number] for number in found]
    length = [float(_length(np.diff(walk, axis=0), xy[0, 1]).sum()) for walk in kept]
    return _Links(pairs[found, 0], pairs[found, 1], np.array(length), kept)


def _pieces(walks: list[Floats], drawn: list[Floats]) -> Iterator[Floats]:
    """Each straight piece of these walks once, but for what is drawn already."""
    pieces = [piece for xy in drawn for piece in zip(_spots(xy), _spots(xy)[1:], strict=False)]
    seen = {frozenset(piece) for piece in pieces}
    for xy in walks:
        for piece in np.stack([xy[:-1], xy[1:]], axis=1):
            ends = frozenset(_spots(piece))
            if ends not in seen:
                seen.add(ends)
                yield piece


def _outline_links(area: _Area, gates: list[tuple[int, int]]) -> _Links:
    """Pieces of outline from each gate to the next on the same ring."""
    links: list[tuple[int, int, float, Floats]] = []
    for number, (_, xy) in enumerate(area.rings):
        here = sorted((place, gate) for gate, (ring, place) in enumerate(gates) if ring == number)
        for (begin, a), (end, b) in zip(here, here[1:] + here[:1], strict=True):
            piece = xy[begin : end + 1] if begin < end else np.concatenate([xy[begin:-1], xy[: end + 1]])
            links.append((a, b, float(_length(np.diff(piece, axis=0), xy[0, 1]).sum()), piece))
    starts, ends, lengths, pieces = zip(*links, strict=True)
    return _Links(np.array(starts), np.array(ends), np.array(lengths), list(pieces))


def _spanner(links: _Links, n_gates: int) -> list[int]:
    """Which links are enough? Shortest first, each only where the walk so far is too long (a greedy spanner).

    I. Althöfer et al. (1993), On sparse spanners of weighted graphs, Discrete & Computational Geometry 9, 81–100.
    """
    walk = np.where(np.eye(n_gates, dtype=bool), 0.0, np.inf)
    kept: list[int] = []
    for link in np.argsort(links.length, kind="stable").tolist():
        a, b, far = int(links.a[link]), int(links.b[link]), float(links.length[link])
        if walk[a, b] > STRETCH * far:
            kept.append(link)
            via = np.minimum(walk[:, [a]] + far + walk[[b]], walk[:, [b]] + far + walk[[a]])
            walk = np.minimum(walk, via)
    return kept


def _length(step: Floats, lat: float) -> Floats:
    """Length of steps in degrees of latitude (for comparing, not for measuring)."""
    return np.asarray(np.hypot(step[:, 0] * np.cos(np.radians(lat)), step[:, 1]))
