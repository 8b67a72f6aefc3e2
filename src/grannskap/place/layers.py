"""The analyst's own layers among the places: owners of housing, places that are mapped already, and new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.osm.address_text import folded, key_of
from grannskap.place.features import AREA, id_order
from grannskap.place.kinds import read_kinds
from grannskap.place.own_rows import COLUMNS, Ints, OwnRows
from grannskap.study.layers import OWNERS

HOUSING = "housing"
AT_BUILDING_M = 30.0  # a point this near a building of housing tells its owner
LIKE_NAME_M = 60.0  # a row and a place of one kind and like names are one, when they lie this near
NAMELESS_M = 15.0  # so are they when one of them has no name and they lie this near
ALIKE = 0.9  # of 1: how alike two spellings of a name are
OSM = "osm"


# --- owners of housing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Owned:
    """Which buildings does which row name?

    Attributes
    ----------
    building : dict of str to list of int
        Rows of `OwnRows.rows` by the id of a building of housing.
    used : ndarray of int
        The rows that name at least one.
    """

    building: Mapping[str, list[int]]
    used: Ints


def with_owners(housing: gpd.GeoDataFrame, own: OwnRows) -> tuple[gpd.GeoDataFrame, Owned]:
    """What is nameless housing called, when the analyst knows whose each building is?

    An area names the housing that lies in it by a point; a point names the housing that it lies in, else the nearest
    within `AT_BUILDING_M`.

    Parameters
    ----------
    housing : GeoDataFrame
        Buildings, each on its own, in metres.
    own : OwnRows

    Returns
    -------
    tuple of GeoDataFrame and Owned
        Names that are mapped stay.
    """
    asked = own.of(OWNERS, HOUSING)
    asked = asked[own.rows.name.to_numpy()[asked] != ""]
    if housing.empty or not len(asked):
        return housing, Owned({}, np.empty(0, np.intp))
    shapes, buildings = own.rows.geometry.to_numpy()[asked], housing.geometry.to_numpy()
    area = shapely.get_dimensions(shapes) == AREA
    in_area = shapely.STRtree(shapely.point_on_surface(buildings)).query(shapes[area], predicate="contains")
    at_point = shapely.STRtree(buildings).query_nearest(shapes[~area], max_distance=AT_BUILDING_M, all_matches=False)
    row = np.concatenate([asked[area][in_area[0]], asked[~area][at_point[0]]])
    building = np.concatenate([in_area[1], at_point[1]])
    names, found = housing.name.to_list(), housing.element_id.to_list()
    called, kind = own.rows.name.to_numpy(), own.rows.kind.to_numpy()
    fits = [not names[b] or kind[r] == OWNERS or alike(called[r], names[b]) for r, b in zip(row, building, strict=True)]
    row, building = row[fits], building[fits]
    by_building: dict[str, list[int]] = {}
    for one in np.unique(building):
        rows = np.sort(row[building == one]).tolist()
        by_building[found[one]] = rows
        names[one] = names[one] or "; ".join(dict.fromkeys(called[rows]))
    return housing.assign(name=pd.Series(names, index=housing.index, dtype=object)), Owned(by_building, np.unique(row))


# --- places that are mapped, and new ones ----------------------------------------------------------------------


def joined(
    places: gpd.GeoDataFrame, own: OwnRows, owned: Owned
) -> tuple[gpd.GeoDataFrame, tuple[dict[str, object], ...]]:
    """Which places are there, with those of the analyst's own layers?

    A row is a place that is mapped already when their kinds are of one family and they have like names and lie within
    `LIKE_NAME_M` (where one has no name, within `NAMELESS_M`); that place keeps its id and its name, and gets what the
    row tells. All other rows become places of their own, but for areas of owners, which only name housing.

    Parameters
    ----------
    places : GeoDataFrame
        Each once, in metres.
    own : OwnRows
    owned : Owned

    Returns
    -------
    tuple of GeoDataFrame and tuple of dict
        With ``owner``, ``contact``, ``source``, ``source_date`` and ``sensitive``; and for each layer what became of
        its rows, in plain types.
    """
    rows = own.rows
    places = places.assign(owner="", contact="", source=OSM, source_date="", sensitive=False)
    area = shapely.get_dimensions(rows.geometry.to_numpy()) == AREA
    bare = (rows.kind == OWNERS).to_numpy() & (area | (rows.name == "").to_numpy())
    rest = np.setdiff1d(np.flatnonzero(~bare), owned.used)
    row, place = _same(places, rows, rest)
    known: dict[int, list[int]] = {}
    for at, members in enumerate(places.members):
        named = {each for member in members for each in owned.building.get(member, ())}
        if named:
            known[at] = sorted(named)
    for one, at in zip(row.tolist(), place.tolist(), strict=True):
        known.setdefault(at, []).append(one)
    new = np.setdiff1d(rest, row)
    told = tuple(
        _told(number, own, owned=owned.used, merged=row, new=new, bare=bare) for number in range(len(own.layers))
    )
    return _with_new(_enriched(places, rows, known), rows.iloc[new]), told


def _same(places: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, asked: Ints) -> tuple[Ints, Ints]:
    """Pairs of a row and the place that it is: of several the one with the likest name, then the nearest."""
    shapes, mapped = rows.geometry.to_numpy()[asked], places.geometry.to_numpy()
    one, other = shapely.STRtree(mapped).query(shapes, predicate="dwithin", distance=LIKE_NAME_M)
    family = {kind.id: kind.family for kind in read_kinds()}
    kinds, kind_there = rows.kind.to_numpy()[asked], places.kind.to_numpy()
    names, name_there, ids = rows.name.to_numpy()[asked], places.name.to_numpy(), places.element_id.to_numpy()
    best: dict[int, tuple[tuple[float, float, tuple[str, int, str]], int]] = {}
    for i, at in zip(one.tolist(), other.tolist(), strict=True):
        if family.get(kinds[i], kinds[i]) != family.get(kind_there[at], kind_there[at]):
            continue
        away = float(shapely.distance(shapes[i], mapped[at]))
        nameless = not names[i] or not name_there[at]
        if (away <= NAMELESS_M) if nameless else alike(names[i], name_there[at]):
            worth = (1.0 if nameless else -_likeness(names[i], name_there[at]), away, id_order(ids[at]))
            best[i] = min(best.get(i, (worth, at)), (worth, at))
    return asked[sorted(best)], np.array([best[i][1] for i in sorted(best)], np.intp)


def alike(one: str, other: str) -> bool:
    """Are two names like enough to be one, where the places lie near each other and are of one kind?

    Examples
    --------
    >>> alike("Förskolan Ängen", "ängen"), alike("Ängen", "Skogen")
    (True, False)
    """
    here, there = set(folded(one).split()), set(folded(other).split())
    return bool(here and there and (here <= there or there <= here)) or _likeness(one, other) >= ALIKE


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, key_of(one), key_of(other), autojunk=False).ratio()


def _enriched(places: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, known: Mapping[int, list[int]]) -> gpd.GeoDataFrame:
    """The places with what rows tell of them: the first that tells something is believed."""
    columns = {name: places[name].to_list() for name in ("name", "tags", "sensitive", *COLUMNS)}
    for at, told in known.items():
        facts = rows.iloc[told]
        ways: dict[str, str] = {}
        for each in reversed(facts.tags.to_list()):
            ways |= {key: text for key, text in each.items() if key != "name"}
        kept = {key: text for key, text in columns["tags"][at].items() if key.removeprefix("contact:") not in ways}
        columns["tags"][at] = kept | ways
        columns["name"][at] = columns["name"][at] or next(filter(None, facts.name), "")
        columns["owner"][at] = "; ".join(dict.fromkeys(filter(None, facts.owner)))
        columns["contact"][at] = next(filter(None, facts.contact), "")
        columns["source"][at] = "; ".join([OSM, *dict.fromkeys(facts.source)])
        columns["source_date"][at] = "; ".join(dict.fromkeys(filter(None, facts.source_date)))
        columns["sensitive"][at] = bool(facts.sensitive.any())
    return places.assign(
        **{name: pd.Series(values, index=places.index, dtype=places[name].dtype) for name, values in columns.items()}
    )


def _with_new(places: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if new.empty:
        return places
    added = new.drop(columns="layer").assign(
        layer=np.int8(0),
        passable=True,
        members=pd.Series([(i,) for i in new.element_id], index=new.index, dtype=object),
    )
    both = pd.concat([places, added[list(places.columns)]], ignore_index=True)
    return gpd.GeoDataFrame(both, crs=places.crs)


def _told(
    number: int, own: OwnRows, *, owned: Ints, merged: Ints, new: Ints, bare: npt.NDArray[np.bool_]
) -> dict[str, object]:
    """What became of the rows of one layer, for the manifest."""
    layer = own.layers[number]
    mine = (own.rows.layer == number).to_numpy()
    unused = np.setdiff1d(np.flatnonzero(bare), owned)
    return {
        "path": layer.file,
        "kind": layer.layer.kind,
        "source": layer.layer.source or layer.file,
        "date": layer.layer.date,
        "sha256": layer.sha256,
        "rows": layer.n_rows,
        "outside_the_map_data": own.outside[number],
        "own_housing": int(mine[owned].sum()),
        "merged_with_osm": int(mine[merged].sum()),
        "added": int(mine[new].sum()),
        "owners_without_housing": int(mine[unused].sum()),
        "dropped": {reason: list(rows) for reason, rows in (layer.dropped or {}).items()},
    }
