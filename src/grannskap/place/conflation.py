"""One place that is mapped several times becomes one: grounds with their building and their node, blocks of housing."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from grannskap.place.features import AREA, described, id_order
from grannskap.place.kinds import kind_of, read_kinds

NEIGHBOURS_M = 40.0  # nameless housing outside every block is one group where the gaps are at most this
PARTS_OF_GROUNDS = ("playground", "sport")  # belong to the school or preschool whose grounds they lie in
SCHOOLS = ("preschool", "compulsory_school", "upper_secondary_school", "university")
STREETS = (
    "residential", "living_street", "unclassified", "tertiary", "secondary", "primary", "trunk", "pedestrian",
    "tertiary_link", "secondary_link", "primary_link", "trunk_link",
)  # fmt: skip


def conflate(found: gpd.GeoDataFrame, *, language: str) -> gpd.GeoDataFrame:
    """Which places are there when each is counted once?

    A place that lies in an area of the same family with the same name, or of which one has no name, is the same place:
    the geometry is the area's, the tags are those of both with the inner one's first. Playgrounds and pitches on
    school grounds belong to the school.

    Parameters
    ----------
    found : GeoDataFrame
        As `grannskap.place.features.features` gives.
    language : {"sv", "en"}

    Returns
    -------
    GeoDataFrame
        The same columns and ``members`` (tuple of all element ids that were merged), RangeIndex.
    """
    found = found.reset_index(drop=True)
    inner, outer = _within(found)
    merges = _same_place(found, inner, outer)
    host = _outermost(len(found), inner[merges], outer[merges], found)
    part = _part_of_school(found, inner, outer)
    return _merged(found[~part].reset_index(drop=True), host=_renumbered(host, ~part), language=language)


def _within(found: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of places of which the first lies in the second, by a point in it."""
    shapes = found.geometry.to_numpy()
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == AREA)
    spots = shapely.point_on_surface(shapes)
    inner, at = shapely.STRtree(shapes[areas]).query(spots, predicate="intersects")
    outer = areas[at]
    size = shapely.area(shapes)
    proper = (inner != outer) & ((size[inner] < size[outer]) | ((size[inner] == size[outer]) & (inner > outer)))
    return inner[proper], outer[proper]


def _same_place(
    found: gpd.GeoDataFrame, inner: npt.NDArray[np.intp], outer: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    families = {kind.id: kind.family for kind in read_kinds()}
    family = found.kind.map(families).to_numpy()
    name = np.array([tags.get("name", "").casefold().strip() for tags in found.tags], object)
    level = np.array([tags.get("level", "") for tags in found.tags], object)
    named_alike = (name[inner] == name[outer]) | (name[inner] == "") | (name[outer] == "")
    groups = ~found.kind.isin(("stop", "housing")).to_numpy()  # these have rules of their own
    same_floor = (level[inner] == level[outer]) | (level[inner] == "") | (level[outer] == "")
    alike = (family[inner] == family[outer]) & named_alike & groups[inner] & same_floor
    return np.asarray(alike, bool)


def _part_of_school(
    found: gpd.GeoDataFrame, inner: npt.NDArray[np.intp], outer: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    kind = found.kind.to_numpy()
    pairs = np.isin(kind[inner], PARTS_OF_GROUNDS) & np.isin(kind[outer], SCHOOLS)
    part = np.zeros(len(found), bool)
    part[inner[pairs]] = True
    return part


def _outermost(
    n: int, inner: npt.NDArray[np.intp], outer: npt.NDArray[np.intp], found: gpd.GeoDataFrame
) -> npt.NDArray[np.intp]:
    """For each place the largest area that it is one with, itself where there is none."""
    size = shapely.area(found.geometry.to_numpy())
    host = np.arange(n)
    order = np.argsort(-size[outer], kind="stable")
    for i, o in zip(inner[order][::-1], outer[order][::-1], strict=True):
        host[i] = o
    for _ in range(n):  # follow hosts of hosts; ends after as many steps as areas are nested
        further = host[host]
        if (further == host).all():
            break
        host = further
    return host


def _renumbered(host: npt.NDArray[np.intp], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    number = np.cumsum(kept) - 1
    return number[host[kept]]


def _merged(found: gpd.GeoDataFrame, *, host: npt.NDArray[np.intp], language: str) -> gpd.GeoDataFrame:
    """One row for each host, with the tags of all its parts."""
    ids, tags = found.element_id.to_list(), found.tags.to_list()
    members: dict[int, list[int]] = {}
    for row, at in enumerate(host.tolist()):
        members.setdefault(at, []).append(row)
    kept = sorted(members)
    out = found.iloc[kept].reset_index(drop=True)
    out["members"] = [tuple(sorted((ids[i] for i in members[k]), key=id_order)) for k in kept]
    shared = [k for k in kept if len(members[k]) > 1]
    if shared:
        kinds = read_kinds()
        size = shapely.area(found.geometry.to_numpy())
        all_tags = out.tags.to_list()
        all_kinds = out.kind.to_list()
        for k in shared:
            row = kept.index(k)
            together: dict[str, str] = {}
            for i in sorted(members[k], key=lambda i: (-size[i], id_order(ids[i]))):
                together |= tags[i]
            all_tags[row], all_kinds[row] = together, kind_of(together, kinds) or all_kinds[row]
        out["tags"], out["kind"] = pd.Series(all_tags, dtype=object), all_kinds
        out = described(out, language=language)
    return out


def housing_blocks(found: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Which housing is there, block by block, when nobody has mapped who owns each building?

    Buildings with the same name or operator within a block of streets are one landlord's, and so are all nameless ones
    of a block ("owner unknown") until an owner layer names them.

    Parameters
    ----------
    found : GeoDataFrame
        Places of kind ``housing``, as `conflate` gives.
    streets : GeoDataFrame
        Edges with ``highway``, in metres.

    Returns
    -------
    GeoDataFrame
        The same columns; the id is the first of the merged elements'.
    """
    if found.empty:
        return found
    block = _block(found, streets)
    group = pd.factorize(pd.Series(block).astype(str) + "|" + found.name.reset_index(drop=True).str.casefold())[0]
    ids, shapes = found.element_id.to_list(), found.geometry.to_numpy()
    rows = [sorted(np.flatnonzero(group == g).tolist(), key=lambda r: id_order(ids[r])) for g in np.unique(group)]
    members = [sorted((i for r in same for i in found.members.iloc[r]), key=id_order) for same in rows]
    first = found.iloc[np.array([same[0] for same in rows])].reset_index(drop=True)
    first = first.drop(columns=["geometry", "members"])
    first["members"] = pd.Series([tuple(ids) for ids in members], dtype=object)
    return gpd.GeoDataFrame(first, geometry=[shapely.union_all(shapes[same]) for same in rows], crs=found.crs)


def _block(found: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> npt.NDArray[np.intp]:
    """Number of the block of streets that each building stands in; groups of neighbours outside all blocks."""
    lines = streets.geometry.to_numpy()[streets.highway.isin(STREETS).to_numpy()]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines))))  # cut where they cross
    spots = shapely.point_on_surface(found.geometry.to_numpy())
    row, face = shapely.STRtree(faces).query(spots, predicate="within")
    block = np.full(len(found), -1, np.intp)
    block[row] = face
    loose = np.flatnonzero(block < 0)
    shapes = found.geometry.to_numpy()[loose]
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEIGHBOURS_M)
    graph = csr_array((np.ones(len(a)), (a, b)), shape=(len(loose), len(loose)))
    block[loose] = len(faces) + connected_components(graph, directed=False)[1] if len(loose) else 0
    return block
