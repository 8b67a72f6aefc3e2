"""The walking network of a place: which ways can be walked, where they meet, and which parts hang together."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from grannskap.crs import WGS84, project
from grannskap.osm.data import OsmData
from grannskap.osm.elevation import Elevation
from grannskap.place.crossings import Crossings, crossed
from grannskap.place.sidewalks import beside_a_footway
from grannskap.place.slopes import flights, grades
from grannskap.place.squares import is_area, square_lines
from grannskap.place.surroundings import arterials, surroundings
from grannskap.place.walking import blocks_walkers, layer, one_way, walking_access, walking_rules

KEPT_TAGS = ("highway", "lit", "surface", "incline", "crossing", "step_count", "handrail", "wheelchair")
COUNTED = ("flights", "crossings")  # what an edge has a number of: its pieces share it by length
SITE_AWAY_M = 200.0  # a site farther than this from the main part of the streets may lie on an island of its own
LEAST_ISLAND_M = 300.0  # of streets, for that: less is a jetty or a yard
SHORTEST_EDGE_M = 0.001  # two nodes in the same spot: longer than nothing, so that no link is free


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Which ways can be walked here?

    Attributes
    ----------
    edges : GeoDataFrame
        RangeIndex. ``u``, ``v`` (rows of ``nodes``), ``length_m``, ``way_id``, ``layer``, ``access`` (public, private
        or last_link), ``one_way`` (1: u→v only, −1: v→u only, 0: both), ``name`` and the tags of ``KEPT_TAGS``
        ("" where untagged), LineString in metres. What makes it feel longer: ``grade`` (metres of rise per metre from u
        to v), ``steps`` (bool), ``flights`` of steps, ``busy`` and ``commercial`` (shares of the edge), ``crossings``
        (arterials crossed without signals), ``rough`` (0 even to 1 unpaved), ``unlit`` (0 lit, 1 unlit); nan where
        the map does not tell.
    nodes : ndarray
        x and y of each node in metres, shape (nodes, 2).
    dropped : dict
        Metres and counts of what was left out, by reason.
    """

    edges: gpd.GeoDataFrame
    nodes: npt.NDArray[np.float64]
    dropped: dict[str, float]


def walking_streets(
    osm: OsmData,
    *,
    crs: int,
    language: str = "sv",
    elevation: Elevation | None = None,
    site: npt.NDArray[np.object_] | None = None,
) -> Streets:
    """Which walking network do these elements make?

    Ways are cut where they meet, at locked gates and at their ends; squares can be crossed; a street with separate
    sidewalks is left out where the sidewalk is mapped and connected; private footways serve only the doors on them;
    what does not hang together with the largest part is dropped and counted.

    Parameters
    ----------
    osm : OsmData
    crs : int
        EPSG code of a system in metres.
    language : {"sv", "en"}
        Whose street names are kept where they are mapped.
    elevation : Elevation, optional
        Heights of the ground, which go before what is mapped about slopes.
    site : ndarray of geometry, optional
        In metres. Where it is far from the largest part and near another one, an island, that is the one that is kept.

    Returns
    -------
    Streets
    """
    dropped: dict[str, float] = defaultdict(float)
    lines, roads = _walkable_lines(osm, crs=crs, dropped=dropped), arterials(osm, crs=crs)
    edges, nodes = _cut_at_nodes(lines, _blocked(osm), Crossings.of(roads, osm, crs=crs))
    edges["name"] = [tags.get(f"name:{language}") or tags.get("name", "") for tags in edges.pop("tags")]
    for leave_out in (_private_shortcuts, beside_a_footway, partial(apart_from_main, site=site)):
        out, reason = leave_out(edges, len(nodes))
        dropped[f"{reason}_m"] += float(edges.length_m[out].sum())
        edges = edges[~out].reset_index(drop=True)
    edges, nodes = without_unused(edges, nodes)
    edges = _described(edges, nodes, osm, roads, crs=crs, elevation=elevation)
    return Streets(edges, nodes, {key: round(n, 1) for key, n in dropped.items() if n})


def _described(
    edges: gpd.GeoDataFrame,
    nodes: npt.NDArray[np.float64],
    osm: OsmData,
    roads: gpd.GeoDataFrame,
    *,
    crs: int,
    elevation: Elevation | None,
) -> gpd.GeoDataFrame:
    """Edges with what makes them feel longer or shorter than they are."""
    facts = {
        "grade": grades(edges, nodes, osm, crs=crs, elevation=elevation),
        "steps": (edges.highway == "steps").to_numpy(),
        "flights": flights(edges),
        "crossings": crossed(edges),
        **surroundings(edges, osm, roads, crs=crs),
    }
    return edges.assign(**facts).drop(columns=["ref_u", "ref_v"])


def _walkable_lines(osm: OsmData, *, crs: int, dropped: dict[str, float]) -> gpd.GeoDataFrame:
    """Ways that can be walked, and the lines that cross squares, in metres."""
    rules = walking_rules()
    found = [walking_access(tags, rules) for tags in osm.lines.tags.to_list()]
    for _, reason in found:
        if reason:
            dropped[f"ways_{reason}"] += 1
    outline = set(
        osm.areas.element_id[[is_area(i, t) for i, t in zip(osm.areas.element_id, osm.areas.tags, strict=True)]]
    )
    lines = osm.lines.assign(access=pd.Series([access for access, _ in found], index=osm.lines.index, dtype=object))
    lines = lines[lines.access.notna() & ~lines.element_id.isin(outline)].reset_index(drop=True)
    lines = pd.concat([lines, square_lines(osm, lines, rules)], ignore_index=True)
    xy = shapely.get_coordinates(lines.geometry.to_numpy())
    x, y = project(xy[:, 0], xy[:, 1], source=WGS84, target=crs)
    shapes = shapely.set_coordinates(np.array(lines.geometry.to_numpy(), dtype=object), np.column_stack([x, y]))
    return gpd.GeoDataFrame(lines.drop(columns="geometry"), geometry=shapes, crs=crs)


def _blocked(osm: OsmData) -> npt.NDArray[np.int64]:
    rules = walking_rules()
    stops = ["barrier" in tags and blocks_walkers(tags, rules) for tags in osm.points.tags.to_list()]
    return np.asarray(osm.points.ref.to_numpy(np.int64)[np.array(stops, bool)])


def _cut_at_nodes(
    lines: gpd.GeoDataFrame, blocked: npt.NDArray[np.int64], crossings: Crossings
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.float64]]:
    """Edges between the nodes where lines end, meet or are blocked, and the coordinates of those nodes."""
    refs = np.concatenate([*lines.refs, np.empty(0, np.int64)]).astype(np.int64)
    xy = shapely.get_coordinates(lines.geometry.to_numpy())
    line = np.repeat(np.arange(len(lines)), [len(r) for r in lines.refs])
    first, last = _ends(line)
    shut, mapped = np.isin(refs, blocked), refs
    refs = np.where(shut, np.iinfo(np.int64).min + np.arange(len(refs)), refs)  # a locked gate: no way meets another
    _, node, uses = np.unique(refs, return_inverse=True, return_counts=True)
    cut = first | last | shut | (uses[node] > 1)
    at = np.flatnonzero(cut)
    begins = at[:-1][line[at[:-1]] == line[at[1:]]]
    ends = at[1:][line[at[:-1]] == line[at[1:]]]
    edges = _edge_table(lines.iloc[line[begins]], xy, begins, ends)
    edges = edges.assign(ref_u=mapped[begins], ref_v=mapped[ends], crossings=crossings.along(mapped, begins, ends))
    before = node + np.where(shut, len(uses), 0)  # and the stretch up to it ends apart from the stretch behind it
    junction, ends_at = np.unique(np.concatenate([node[begins], before[ends]]), return_inverse=True)
    edges["u"], edges["v"] = ends_at[: len(begins)], ends_at[len(begins) :]
    where = np.empty((2 * len(uses), 2))
    where[node] = where[node + len(uses)] = xy
    return edges, where[junction]


def _ends(line: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    change = np.diff(line, prepend=-1) != 0
    return change, np.append(change[1:], True)[: len(line)]


def _edge_table(
    source: gpd.GeoDataFrame, xy: npt.NDArray[np.float64], begins: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]
) -> gpd.GeoDataFrame:
    """One row for each stretch of a line, with the tags that matter for walking."""
    counts = ends - begins + 1
    part = np.repeat(np.arange(len(begins)), counts)
    offset = np.arange(len(part)) - np.repeat(np.cumsum(counts) - counts, counts)
    shapes = shapely.linestrings(xy[begins[part] + offset], indices=part) if len(begins) else np.empty(0, object)
    tags = source.tags.to_list()
    columns: dict[str, object] = {
        "way_id": source.element_id.to_numpy(),
        "length_m": np.maximum(shapely.length(shapes), SHORTEST_EDGE_M),
        "layer": np.array([layer(t) for t in tags], np.int8),
        "access": source.access.to_numpy(),
        "one_way": np.array([one_way(t) for t in tags], np.int8),
        "sidewalk": np.array([_separate_sidewalk(t) for t in tags], bool),
        "tags": pd.Series(tags, dtype=object),
    }
    columns |= {key: [t.get(key, "") for t in tags] for key in KEPT_TAGS}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=source.crs)


def _separate_sidewalk(tags: dict[str, str]) -> bool:
    return "separate" in (
        tags.get("sidewalk"), tags.get("sidewalk:both"), tags.get("sidewalk:left"), tags.get("sidewalk:right")
    )  # fmt: skip


def _private_shortcuts(edges: gpd.GeoDataFrame, n_nodes: int) -> tuple[npt.NDArray[np.bool_], str]:
    """Private footways that would let others through: each is kept only up to the half that its own gate is nearest."""
    last_link = (edges.access == "last_link").to_numpy()
    reason = "private_footway_shortcuts"
    if not last_link.any():
        return np.zeros(len(edges), bool), reason
    u, v = edges.u.to_numpy(), edges.v.to_numpy()
    gates = np.unique(np.concatenate([u[~last_link], v[~last_link]]))
    inside = edges[last_link]
    graph = csr_array((inside.length_m, (inside.u, inside.v)), shape=(n_nodes, n_nodes))
    _, _, nearest = dijkstra(graph, directed=False, indices=gates, min_only=True, return_predecessors=True)
    return last_link & (nearest[u] != nearest[v]), reason


def apart_from_main(
    edges: gpd.GeoDataFrame, n_nodes: int, *, site: npt.NDArray[np.object_] | None = None
) -> tuple[npt.NDArray[np.bool_], str]:
    """Which edges do not hang together with the part that has most metres, or else holds the site, and how counted?"""
    u, v = edges.u.to_numpy(), edges.v.to_numpy()
    graph = csr_array((np.ones(len(edges)), (u, v)), shape=(n_nodes, n_nodes))
    _, part = connected_components(graph, directed=False)
    metres = np.bincount(part[u], weights=edges.length_m, minlength=1)
    main = int(metres.argmax())
    if site is not None and len(edges):
        away_m = shapely.distance(edges.geometry.to_numpy(), shapely.union_all(site))
        near = away_m <= SITE_AWAY_M
        islands = np.unique(part[u][near & (metres[part[u]] >= LEAST_ISLAND_M)])
        if len(islands) and not (part[u] == main)[near].any():
            main = int(islands[metres[islands].argmax()])
    return part[u] != main, "not_connected"


def without_unused(
    edges: gpd.GeoDataFrame, nodes: npt.NDArray[np.float64]
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.float64]]:
    """What are edges and nodes when the nodes that no edge has are gone?"""
    used, ends = np.unique(np.concatenate([edges.u, edges.v]), return_inverse=True)
    edges = edges.assign(u=ends[: len(edges)], v=ends[len(edges) :]).drop(columns="sidewalk", errors="ignore")
    return edges, nodes[used]
