"""Rows of the analyst's own layers as places: their ids, ways of contact, and whether they may be shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.errors import GrannskapError
from grannskap.osm.data import Bounds
from grannskap.place.features import moved
from grannskap.place.kinds import kind_of, read_kinds
from grannskap.study.layers import OWNERS, OwnLayer

COLUMNS = ("owner", "contact", "source", "source_date")
CONTACT = ("email", "phone", "website")
ALMOST = 0.85  # of 1: how alike the names of two kinds are when one was probably meant
_FACADES = ({"office": "yes"}, {"amenity": "community_centre"}, {"amenity": "clinic"})
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class OwnRows:
    """Which rows of the analyst's own layers lie here?

    Attributes
    ----------
    layers : tuple of OwnLayer
    rows : GeoDataFrame
        The rows that lie in the map data: ``layer`` (number of its layer), ``element_id``, ``kind``, ``name``,
        ``owner``, ``contact``, ``tags``, ``source``, ``source_date``, ``sensitive``, geometry in metres.
    outside : tuple of int
        How many rows of each layer lie elsewhere.
    """

    layers: tuple[OwnLayer, ...]
    rows: gpd.GeoDataFrame
    outside: tuple[int, ...]

    def of(self, *kinds: str) -> Ints:
        """Which rows are of these kinds?"""
        return np.flatnonzero(self.rows.kind.isin(kinds).to_numpy())


def own_rows(layers: Sequence[OwnLayer], *, bounds: Bounds, crs: int) -> OwnRows:
    """Which rows of the analyst's own layers lie in a box, and what is known of each?

    Parameters
    ----------
    layers : sequence of OwnLayer
        With a geometry in every row.
    bounds : tuple of float
        West, south, east, north (WGS 84) of the map data.
    crs : int
        EPSG code of a system in metres.
    """
    box = shapely.box(*bounds)
    here = [np.asarray(shapely.intersects(own.rows.geometry.to_numpy(), box), bool) for own in layers]
    parts = [_described(number, own, inside) for number, (own, inside) in enumerate(zip(layers, here, strict=True))]
    table = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True) if parts else pd.DataFrame(_empty())
    shapes = moved(np.asarray(table.geometry, object), crs=crs)
    rows = gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes, crs=crs)
    return OwnRows(tuple(layers), rows, tuple(int((~inside).sum()) for inside in here))


def remarks(own: OwnLayer) -> list[GrannskapError]:
    """What should the analyst know of a layer, a sentence each: also that its kind is nearly the name of another?"""
    known = [kind.id for kind in read_kinds()]
    near = get_close_matches(own.layer.kind, known, n=1, cutoff=ALMOST)
    if own.layer.kind in known or not near:
        return list(own.remarks)
    odd = GrannskapError(
        "{path}: the kind {kind} is taken as one of your own; did you mean {nearest}?",
        path=own.file,
        kind=own.layer.kind,
        nearest=near[0],
    )
    return [odd, *own.remarks]


def _empty() -> dict[str, list[object]]:
    names = ("layer", "element_id", "kind", "name", *COLUMNS, "tags", "sensitive", "geometry")
    return {name: [] for name in names}


def _described(number: int, own: OwnLayer, inside: npt.NDArray[np.bool_]) -> gpd.GeoDataFrame:
    rows, layer = own.rows[inside], own.layer
    tags = [_tags(row) for row in rows.to_dict("records")]
    secret = layer.sensitive or {kind.id: kind.sensitive for kind in read_kinds()}.get(layer.kind, False)
    owner = rows.name if layer.kind == OWNERS else rows.owner
    columns = {
        "layer": number,
        "element_id": np.array(_ids(own), object)[inside],
        "kind": layer.kind,
        "name": rows.name,
        "owner": owner,
        "contact": [", ".join(filter(None, (each.get(key, "") for key in ("contact", *CONTACT)))) for each in tags],
        "source": layer.source or own.file,
        "source_date": layer.date,
        "tags": pd.Series(tags, index=rows.index, dtype=object),
        "sensitive": [secret or _is_sensitive(name) for name in rows.name],
    }
    return gpd.GeoDataFrame(columns, geometry=rows.geometry.to_numpy(), crs=rows.crs, index=rows.index)


def _ids(own: OwnLayer) -> list[str]:
    """``layer/<file>/<id>``, by the row's number where the file has no ids or the same one twice."""
    ids = own.rows.id
    good = (ids != "") & ~ids.duplicated(keep=False)
    numbers = [str(row) for row in own.rows.row]
    free = ~pd.Series(numbers, index=ids.index).isin(set(ids[good]))
    by_row = [number if ok else f"row-{number}" for number, ok in zip(numbers, free, strict=True)]
    return [f"layer/{own.key}/{i if ok else n}" for i, ok, n in zip(ids, good, by_row, strict=True)]


def _tags(row: Mapping[Any, str]) -> dict[str, str]:
    """Name, ways of contact and note as tags; what stands under contact is told apart by how it looks."""
    told = {key: row[key] for key in ("name", *CONTACT, "note") if row[key]}
    free = row["contact"]
    looks = {
        "email": "@" in free,
        "website": free.lower().startswith(("http:", "https:", "www.")),
        "phone": sum(sign.isdigit() for sign in free) > len(free) / 2,
    }
    key = next((key for key, so in looks.items() if so and key not in told), "contact")
    return told | {key: free} if free else told


def _is_sensitive(name: str) -> bool:
    """Does the name alone tell that a place is not for everybody to know, as `kinds.toml` has it?"""
    kinds = {kind.id: kind.sensitive for kind in read_kinds()}
    found = (kind_of({**facade, "name": name}) for facade in _FACADES) if name else ()
    return any(kind is not None and kinds[kind] for kind in found)
