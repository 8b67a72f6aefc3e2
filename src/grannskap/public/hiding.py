"""The public view of a result: as much as can be told without telling where the residence is, or a refusal."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.crs import WGS84, metric_crs, project
from grannskap.errors import OutputError, StudyError
from grannskap.osm.cache import settled
from grannskap.osm.data import Bounds
from grannskap.osm.grid import cell_box
from grannskap.osm.source import around, open_source
from grannskap.place.place import Place, build_place
from grannskap.public.attack import Estimates, estimates
from grannskap.public.average import Tried, tried
from grannskap.public.candidates import dwellings, left_to, sampled
from grannskap.public.drawing import drawn
from grannskap.public.grid import TILES_M, TRIMMED_M, Group, farthest_m, group_at
from grannskap.public.view import PublicView, Shows
from grannskap.result import Result
from grannskap.study import Study
from grannskap.study.site import box_around
from grannskap.timing import step

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PLAUSIBLE = 20
"""At least so many addresses must be as likely as the residence's own."""
WANTED = 24
"""A group with fewer addresses makes way for a larger one: the attack leaves out some of them."""
OFF_M = 150.0
"""Every reckoning of the attack must be at least this far from the residence."""
EDGE_DEGREES = 2e-4
LEVELS: tuple[tuple[tuple[Shows, float], ...], ...] = (
    tuple(("walks", trimmed_m) for trimmed_m in TRIMMED_M),
    (("places", TRIMMED_M[0]),),
    (("kinds", TRIMMED_M[0]),),
)
"""What is tried, level by level, and how far around the addresses no walks are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Hiding:
    """Among which addresses does a residence hide, and what is around them?

    Attributes
    ----------
    group : Group
    place : Place
        What the map data holds around the group.
    spots : ndarray of float
        All addresses around, shape (addresses, 2).
    mine : ndarray of bool
        Those among which it hides.
    is_mapped : bool
        Whether the map data reaches as far as the view does, or at least ends where that tells nothing. If it does
        not, the edge of the data would tell where somebody has cut it out.
    """

    group: Group
    place: Place
    spots: Floats
    mine: Mask
    is_mapped: bool


def public_view(result: Result) -> PublicView:
    """What may everybody be shown of this result?

    The walks are worked out anew: not for the residence but for addresses of a group of squares on a fixed grid, in one
    of which it lies, and the mean of all is shown in coarse classes. So the view is the same for every address of the
    group, and no reckoning and no repetition can tell them apart. Before anything is handed out the attack of
    `grannskap.public.attack` is tried on it, with the model itself run for address after address. Where it comes within
    150 m, or fewer than 20 addresses are equally plausible, less is shown: no walks, then no map.

    Parameters
    ----------
    result : Result

    Returns
    -------
    PublicView
        Of the map data alone: nothing of the analyst's own layers, pinned destinations or heights.

    Raises
    ------
    StudyError
        The site is protected.
    OutputError
        The residence could be found however little is shown.
    """
    study = result.study
    if study.sensitivity == "protected":
        raise StudyError("The site is protected: there is no public view of it. Keep the files internal.")
    x, y, crs = _whereabouts(result)
    study = settled(study)
    with step("public view"):
        hiding = _hiding(study, x, y, crs)
        runs, inner = _runs(study, hiding)
        return _safe(study, hiding, runs, inner, (x, y))


def _whereabouts(result: Result) -> tuple[float, float, int]:
    """The middle of the site's entrances, in the metres of its own coordinate system."""
    spot = shapely.union_all(result.site.to_crs(WGS84).geometry.to_numpy()).centroid
    crs = metric_crs(spot.x, spot.y)
    x, y = project(spot.x, spot.y, source=WGS84, target=crs)
    return float(x), float(y), crs


def _hiding(study: Study, x: float, y: float, crs: int) -> Hiding:
    """The smallest group that holds enough addresses."""
    for tile_m in TILES_M:
        group = group_at(x, y, tile_m=tile_m, crs=crs)
        osm, source = open_source(study.source, box=_box(study, group))
        near = around(osm, _box(study, group))
        place = build_place(near, language=study.language, source=source)
        if place.crs != crs:
            raise OutputError(
                "There is no public view: the site lies where two coordinate systems meet. Keep the files internal."
            )
        spots = dwellings(place, near)
        whole = _covers(place, group.square(2 * tile_m + study.reach.radius_m))
        fetched = not whole and study.source.kind != "extract" and _holds_cell(osm.bounds, x, y, crs, study)
        # What was fetched ends where a cell of a grid ends, and so tells in which cell the site is.
        mine = left_to(group, spots, least=WANTED) & (_same_cell(spots, x, y, crs) if fetched else True)
        if np.count_nonzero(mine) >= WANTED and not place.streets.edges.empty:
            return Hiding(group, place, spots, mine, is_mapped=whole or fetched)
    raise OutputError(
        "There is no public view: fewer than {least} addresses in the map data around the site could be it. Keep the "
        "files internal, or choose a larger extract.",
        least=WANTED,
    )


def _box(study: Study, group: Group) -> Bounds:
    """What the view needs of the map: all walks, and whole groups beyond them so that smaller ones can be counted."""
    lon, lat = project(group.x, group.y, source=group.crs, target=WGS84)
    middle = gpd.GeoDataFrame(geometry=[shapely.Point(float(lon), float(lat))], crs=WGS84)
    wide_m = farthest_m(group.tile_m, radius_m=max(study.reach.radius_m, 2 * group.tile_m))
    return box_around(middle, radius_m=wide_m)


def _covers(place: Place, needed: shapely.Polygon) -> bool:
    """Does the map data hold all of this?"""
    x, y = shapely.get_coordinates(needed).T
    lon, lat = project(x, y, source=place.crs, target=WGS84)
    return bool(shapely.box(*place.bounds).contains(shapely.MultiPoint(np.column_stack([lon, lat]))))


def _holds_cell(bounds: Bounds, x: float, y: float, crs: int, study: Study) -> bool:
    """Was all that fetching asks for found, so that the map data ends at the grid and not where somebody cut it?"""
    lon, lat = project(x, y, source=crs, target=WGS84)
    cell = cell_box(float(lon), float(lat), radius_m=study.reach.radius_m)
    return bool(shapely.box(*bounds).buffer(EDGE_DEGREES).contains(shapely.box(*cell)))


def _same_cell(spots: Floats, x: float, y: float, crs: int) -> Mask:
    lon, lat = project([x, *spots[:, 0]], [y, *spots[:, 1]], source=crs, target=WGS84)
    cells = [cell_box(float(a), float(b), radius_m=1.0) for a, b in zip(lon, lat, strict=True)]
    return np.array([cell == cells[0] for cell in cells[1:]], bool)


def _runs(study: Study, hiding: Hiding) -> tuple[Tried, Mask]:
    """The model for addresses of the group and for others around, and which of them belong to the group."""
    inner, beyond = sampled(hiding.group, hiding.spots[hiding.mine], hiding.spots)
    area = hiding.group.square(2 * hiding.group.tile_m + study.reach.radius_m)
    unpinned = {name: replace(each, pinned=()) for name, each in study.profile.functions.items()}
    public = replace(study, profile=replace(study.profile, functions=unpinned))
    return tried(public, hiding.place, np.concatenate([inner, beyond]), area=area, of_group=len(inner))


def _safe(study: Study, hiding: Hiding, runs: Tried, inner: Mask, site: tuple[float, float]) -> PublicView:
    """As much as withstands the attack; whether a level is shown is decided for each address alike.

    An address that would have been shown at an earlier level is not plausible at a later one.
    """
    left = hiding.mine.copy()
    for level in LEVELS if hiding.is_mapped else LEVELS[-1:]:
        tries = [_tried(study, hiding, runs, inner, shows=shows, trimmed_m=by) for shows, by in level]
        view, found = max(tries, key=lambda made: _worth(left, far_from(hiding.spots, made[1])))
        fits = left & far_from(hiding.spots, found)
        if np.count_nonzero(fits) < PLAUSIBLE:
            continue
        if far_from(np.array([site]), found)[0]:
            return view
        left &= ~fits
    raise OutputError(
        "There is no public view: whatever were shown, the site could be told apart from the other addresses around. "
        "Keep the files internal."
    )


def _tried(
    study: Study, hiding: Hiding, runs: Tried, inner: Mask, *, shows: Shows, trimmed_m: float
) -> tuple[PublicView, Estimates]:
    """A view, and where the attack takes the residence to be."""
    view = drawn(study, hiding.place, hiding.group, runs.only(inner), shows=shows, trimmed_m=trimmed_m)
    return view, estimates(view, runs)


def _worth(left: Mask, is_far: Mask) -> tuple[bool, int]:
    """Is nobody left who could be shown nothing, and how many does a view fit? The residence itself is not asked."""
    fits = int(np.count_nonzero(left & is_far))
    rest = int(np.count_nonzero(left)) - fits
    return fits >= PLAUSIBLE and (rest == 0 or rest >= PLAUSIBLE), fits


def far_from(spots: Floats, found: Estimates) -> Mask:
    """Which of these places does no reckoning come near?"""
    if not found:
        return np.ones(len(spots), bool)
    guesses = np.array(list(found.values()))
    apart = np.hypot(*(spots[:, None, :] - guesses[None, :, :]).transpose(2, 0, 1))
    return np.asarray(apart.min(axis=1) >= OFF_M)
