"""Which addresses could be the residence, as far as anybody can tell from outside?"""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.crs import WGS84, project
from grannskap.osm.data import OsmData
from grannskap.place.dwellings import dwelling_rules
from grannskap.place.place import Place
from grannskap.public.crowd import is_crowd
from grannskap.public.grid import Group, middle

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LEAST_AREA_M2 = 60.0
"""A building with a smaller footprint is a shed or a garage, and nobody's address."""
DWELLINGS = frozenset({"housing", "property_owner", "hotel"})
"""A building in which the map tells of something else, such as a school, is not counted."""
WANTED = 24
"""A group with fewer addresses makes way for a larger one: the attack leaves out some of them."""
SPOTS_PER_QUARTER = 8
BEYOND = 24
"""So many addresses outside the squares are tried by the attack, to see whether one of them fits better."""


def dwellings(place: Place, osm: OsmData) -> Floats:
    """Where could somebody live? Each address once, and each home without an address; shape (dwellings, 2), sorted.

    Parameters
    ----------
    place : Place
    osm : OsmData
        What the place was built from.
    """
    ground = place.ground["buildings"]
    known = place.places
    other = set(known.element_id[~known.kind.isin(DWELLINGS).to_numpy()])
    shapes = ground.geometry.to_numpy()
    home = ground.element_id.isin(_homes(osm) - other).to_numpy()
    shapes = shapes[(shapely.area(shapes) >= LEAST_AREA_M2) & home]
    addresses = _addresses(osm, crs=place.crs)
    named = np.unique(shapely.STRtree(shapes).query(shapely.points(addresses), predicate="intersects")[1])
    spots = shapely.point_on_surface(np.delete(shapes, named))
    both = np.concatenate([addresses, np.column_stack([shapely.get_x(spots), shapely.get_y(spots)])])
    return np.asarray(np.unique(both, axis=0), np.float64)


def _homes(osm: OsmData) -> set[str]:
    """Which buildings are homes, or may be as far as the map tells? No garages, factories or churches."""
    rules = dwelling_rules()
    values = rules.homes | rules.unsure
    return {
        key for key, tags in zip(osm.areas.element_id, osm.areas.tags, strict=True) if tags.get("building") in values
    }


def _addresses(osm: OsmData, *, crs: int) -> Floats:
    """Where each address lies, once however many shops and doors have it."""
    spots: dict[tuple[str, str], tuple[float, float]] = {}
    for table in (osm.points, osm.areas):
        numbered = ["addr:housenumber" in tags for tags in table.tags]
        shapes = shapely.point_on_surface(table.geometry.to_numpy()[numbered])
        for tags, shape in zip(table.tags[numbered], shapes, strict=True):
            street = tags.get("addr:street", tags.get("addr:place", ""))
            spots.setdefault((street.casefold(), tags["addr:housenumber"].casefold()), (shape.x, shape.y))
    lon_lat = np.array(list(spots.values()), float).reshape(-1, 2)
    return np.column_stack(project(lon_lat[:, 0], lon_lat[:, 1], source=WGS84, target=crs))


def left_to(group: Group, spots: Floats) -> Mask:
    """Which of these addresses hide in this group? In a large one those whose own small group is no crowd.

    Parameters
    ----------
    group : Group
    spots : ndarray of float
        All in and around the group, shape (addresses, 2).
    """
    held = group.holds(spots[:, 0], spots[:, 1])
    if group.size == "small":
        return held
    keys = np.column_stack([middle(spots[:, axis], "small") for axis in (0, 1)])
    _, which = np.unique(keys, axis=0, return_inverse=True)
    for number in np.unique(which.reshape(-1)[held]):
        rows = which.reshape(-1) == number
        held[rows] &= not is_crowd(spots[rows], least=WANTED)
    return held


def sampled(group: Group, mine: Floats, spots: Floats) -> tuple[Floats, Floats]:
    """From which addresses are the walks worked out, and which others does the attack try?

    Parameters
    ----------
    group : Group
    mine : ndarray of float
        Those that hide in the group, sorted.
    spots : ndarray of float
        All, sorted.

    Returns
    -------
    tuple of ndarray
        Of each quarter of the group up to `SPOTS_PER_QUARTER`, evenly among all of it; and up to `BEYOND` of
        those between and around the squares. The same whichever is the residence.
    """
    quarter = (mine[:, 0] > group.x) * 2 + (mine[:, 1] > group.y)
    chosen = [_evenly(mine[quarter == number], SPOTS_PER_QUARTER) for number in range(4)]
    near = np.asarray(shapely.contains_xy(group.hidden(), spots[:, 0], spots[:, 1]), bool)
    beyond = spots[near & ~group.holds(spots[:, 0], spots[:, 1])]
    return np.concatenate(chosen), _evenly(beyond, BEYOND)


def _evenly(spots: Floats, most: int) -> Floats:
    """At most so many of them, at equal steps through the list."""
    if len(spots) <= most:
        return spots
    rows = np.round(np.linspace(0, len(spots) - 1, most)).astype(int)
    return np.asarray(spots[rows], np.float64)


def as_points(spots: Floats, crs: int) -> gpd.GeoDataFrame:
    """Which table of points are these places?"""
    return gpd.GeoDataFrame(geometry=shapely.points(spots), crs=crs)
