"""The public view of a result: as much as can be told without telling where the residence is, or a refusal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from grannskap.audience import require_allowed
from grannskap.crs import WGS84, metric_crs, project
from grannskap.errors import OutputError
from grannskap.osm.cache import holds, settled, site_box
from grannskap.osm.data import Bounds, OsmData
from grannskap.osm.source import around, open_source
from grannskap.place.place import Place, build_place
from grannskap.public.attack import Estimates, estimates
from grannskap.public.average import Tried, tried
from grannskap.public.candidates import WANTED, dwellings, left_to, sampled
from grannskap.public.crowd import OFF_M, is_crowd
from grannskap.public.drawing import drawn, withheld
from grannskap.public.grid import SIZES, TRIMMED_M, Group, group_at
from grannskap.public.names import stand_in
from grannskap.public.view import PublicView, Shows, Why
from grannskap.result import Result
from grannskap.study import Study
from grannskap.study.model import Site
from grannskap.study.site import box_around
from grannskap.timing import step

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Attacked = tuple[PublicView, Estimates]

PLAUSIBLE = 20
"""At least so many addresses must be as likely as the residence's own, out of reach of any one guess."""
NEARLY = 0.9
"""Rather walks of more streets for somewhat fewer addresses."""
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
    """

    group: Group
    place: Place
    spots: Floats
    mine: Mask


def public_view(result: Result) -> PublicView:
    """What may everybody be shown of this result?

    The walks are worked out anew: not for the residence but for addresses of a group of squares on a fixed grid, in one
    of which it lies, and the mean of all is shown in coarse classes. So the view is the same for every address of the
    group, and no reckoning and no repetition can tell them apart. Before anything is handed out the attack of
    `grannskap.public.attack` is tried on it, with the model itself run for address after address. Where it comes within
    150 m, or a single guess could be near all but 20 of the addresses that are equally plausible, or near most of them,
    less is shown: no walks, then no map, then nothing of the place at all. The last is also all that can be shown where
    the map data ends within the view: somebody has cut it out there, and around what, counts of shops would tell; and
    where a place or street that would be named has the name of the study, or the address of the site.

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
        Too few addresses are around.
    """
    study = result.study
    require_allowed("public", study.sensitivity)
    x, y, crs = _whereabouts(result)
    study = settled(study, audience="public")
    with step("public view"):
        hiding = _hiding(study, x, y, crs)
        return withheld(study, crs, why="map") if hiding is None else _safe(study, hiding, (x, y))[0]


def _whereabouts(result: Result) -> tuple[float, float, int]:
    """The middle of the site's entrances, in the metres of its own coordinate system."""
    spot = shapely.union_all(result.site.to_crs(WGS84).geometry.to_numpy()).centroid
    crs = metric_crs(spot.x, spot.y)
    x, y = project(spot.x, spot.y, source=WGS84, target=crs)
    return float(x), float(y), crs


def _hiding(study: Study, x: float, y: float, crs: int) -> Hiding | None:
    """The smallest group that is a crowd; none where the map data ends too soon to know."""
    for size in SIZES:
        group = group_at(x, y, size=size, crs=crs)
        found = _mapped(study, group, (x, y))
        if found is None:
            return None
        place, osm = found
        spots = dwellings(place, osm)
        left = left_to(group, spots)
        if is_crowd(spots[left], least=WANTED) and not place.streets.edges.empty:
            return Hiding(group, place, spots, left)
    raise OutputError(
        "There is no public view: too few addresses in the map data around the site could be it, or they lie too near "
        "each other. Keep the files internal."
    )


def _mapped(study: Study, group: Group, site: tuple[float, float]) -> tuple[Place, OsmData] | None:
    """What the map data holds around a group; none where it ends within what would be shown."""
    box = _box(study, group)
    if study.source.kind != "extract" and not _fetched_for_all(study, *site, group.crs):
        return None
    osm, source = open_source(study.source, box=box)
    near = around(osm, box)
    if not _covers(near.bounds, group.around(study.reach.radius_m), group.crs):
        return None
    place = build_place(near, language=study.language, source=source)
    if place.crs != group.crs:
        raise OutputError(
            "There is no public view: the site lies where two coordinate systems meet. Keep the files internal."
        )
    return place, near


def _box(study: Study, group: Group) -> Bounds:
    """What the view needs of the map: all walks, and what lies around the group."""
    lon, lat = project(group.x, group.y, source=group.crs, target=WGS84)
    middle = gpd.GeoDataFrame(geometry=[shapely.Point(float(lon), float(lat))], crs=WGS84)
    return box_around(middle, radius_m=group.half_m + study.reach.radius_m)


def _covers(bounds: Bounds, needed: shapely.Polygon, crs: int) -> bool:
    """Does map data with these bounds hold all of this?"""
    x, y = shapely.get_coordinates(needed).T
    lon, lat = project(x, y, source=crs, target=WGS84)
    return bool(shapely.box(*bounds).contains(shapely.MultiPoint(np.column_stack([lon, lat]))))


def _fetched_for_all(study: Study, x: float, y: float, crs: int) -> bool:
    """Does the snapshot hold what would be fetched for a view that is the same wherever in its group the site lies?"""
    lon, lat = project(x, y, source=crs, target=WGS84)
    here = replace(study, site=Site(lon=float(lon), lat=float(lat)))
    return study.source.path is not None and holds(study.source.path, site_box(here, audience="public"))


def _runs(study: Study, hiding: Hiding) -> tuple[Tried, Mask]:
    """The model for addresses of the group and for others around, and which of them belong to the group."""
    inner, beyond = sampled(hiding.group, hiding.spots[hiding.mine], hiding.spots)
    area = hiding.group.around(study.reach.radius_m)
    unpinned = {name: replace(each, pinned=()) for name, each in study.profile.functions.items()}
    public = replace(study, profile=replace(study.profile, functions=unpinned))
    return tried(public, hiding.place, np.concatenate([inner, beyond]), area=area, of_group=len(inner))


def _safe(study: Study, hiding: Hiding, site: tuple[float, float]) -> tuple[PublicView, Mask]:
    """As much as withstands the attack, and all addresses that would be shown just that, the residence's among them.

    An address that would have been shown at an earlier level is not plausible at a later one.
    """
    runs, inner = _runs(study, hiding)
    left = hiding.mine.copy()
    why: Why = "addresses"
    for level in LEVELS:
        tries = [_tried(study, hiding, runs, inner, shows=shows, trimmed_m=by) for shows, by in level]
        view, found = _best(tries, hiding.spots, left)
        if stand_in(_secrets(study), _names(view)):
            why = "name"  # to leave out that alone would tell whose it is
            break
        fits = left & far_from(hiding.spots, found)
        if not is_crowd(hiding.spots[fits], least=PLAUSIBLE):
            continue
        if far_from(np.array([site]), found)[0]:
            return view, fits
        left &= ~fits
    return withheld(study, hiding.group.crs, why=why), left


def _secrets(study: Study) -> tuple[str, ...]:
    """What the residence is called: the name of the study, and the address with and without the town."""
    address = study.site.address or ""
    return (study.name, address, address.partition(",")[0])


def _names(view: PublicView) -> Iterator[object]:
    """All names of places and streets that a view tells."""
    return chain(*(table["name"] for table in (view.actors, view.places, view.edges)))


def _tried(study: Study, hiding: Hiding, runs: Tried, inner: Mask, *, shows: Shows, trimmed_m: float) -> Attacked:
    """A view, and where the attack takes the residence to be."""
    view = drawn(study, hiding.place, hiding.group, runs.only(inner), shows=shows, trimmed_m=trimmed_m)
    return view, estimates(view, runs)


def _best(tries: list[Attacked], spots: Floats, left: Mask) -> Attacked:
    """The first that fits nearly as many as any, of those that divide the addresses best; no address is preferred."""
    fits = [left & far_from(spots, found) for _, found in tries]
    kept = [_crowds(spots[left & each], spots[left & ~each]) for each in fits]
    number = [np.count_nonzero(each) if crowds == max(kept) else 0 for each, crowds in zip(fits, kept, strict=True)]
    return next(made for made, fitting in zip(tries, number, strict=True) if fitting >= NEARLY * max(number))


def _crowds(fitting: Floats, rest: Floats) -> int:
    """2 where those whom a view fits are a crowd, and the rest is none or one; 1 where only the first are; else 0."""
    if not is_crowd(fitting, least=PLAUSIBLE):
        return 0
    return 2 if not len(rest) or is_crowd(rest, least=PLAUSIBLE) else 1


def far_from(spots: Floats, found: Estimates) -> Mask:
    """Which of these places does no reckoning come near?"""
    if not found:
        return np.ones(len(spots), bool)
    guesses = np.array(list(found.values()))
    apart = np.hypot(*(spots[:, None, :] - guesses[None, :, :]).transpose(2, 0, 1))
    return np.asarray(apart.min(axis=1) >= OFF_M)
