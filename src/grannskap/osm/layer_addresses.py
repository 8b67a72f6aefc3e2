"""Where rows of the analyst's own layers are that tell only an address: looked up in the map data itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from grannskap.osm.address_book import AddressBook, address_book
from grannskap.osm.address_text import readings
from grannskap.osm.addresses import looked_up
from grannskap.osm.data import OsmData
from grannskap.study.layers import OwnLayer

UNKNOWN, SEVERAL = "address_not_in_the_map_data", "address_in_several_places"


def placed(layers: Sequence[OwnLayer], osm: OsmData) -> tuple[OwnLayer, ...]:
    """Where are all rows of these layers?

    Parameters
    ----------
    layers : sequence of OwnLayer
    osm : OsmData
        All that the source holds, not yet cut around the site.

    Returns
    -------
    tuple of OwnLayer
        With a geometry in every row; rows whose address is not known, or known in several places, are dropped and
        listed. Nobody outside is asked.
    """
    if not any(shapely.is_missing(layer.rows.geometry.to_numpy()).any() for layer in layers):
        return tuple(layers)
    book = address_book(osm)
    return tuple(_placed(layer, book) for layer in layers)


def _placed(layer: OwnLayer, book: AddressBook) -> OwnLayer:
    shapes = layer.rows.geometry.to_numpy().copy()
    reasons: dict[str, list[int]] = {UNKNOWN: [], SEVERAL: []}
    for at in np.flatnonzero(shapely.is_missing(shapes)):
        row = layer.rows.iloc[at]
        text = ", ".join(filter(None, (row.address, f"{row.postcode} {row.city}".strip())))
        exact = [hit for hit in looked_up(readings(text), book) if hit.exact]
        if len(exact) == 1:
            shapes[at] = shapely.Point(exact[0].lon, exact[0].lat)
        else:
            reasons[SEVERAL if exact else UNKNOWN].append(int(row.row))
    located = layer.rows.set_geometry(shapes, crs=layer.rows.crs)
    return replace(layer, rows=located).without(reasons)
