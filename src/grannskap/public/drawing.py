"""From the mean of many addresses to coarse tables: what is drawn, in which class, and what is left out."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grannskap.place.place import Place
from grannskap.public.average import Tried
from grannskap.public.classes import NUMBERS, WALKS, class_of
from grannskap.public.grid import TRIMMED_M, Group
from grannskap.public.names import tell_of_homes
from grannskap.public.view import PublicSettings, PublicView, Shows, Why
from grannskap.study import Study, packaged_profiles

FIRST, NEXT = 10, 20
LEAST_WALKS = 5.0
LEAST_TRIPS = LEAST_WALKS / 2  # a trip is two walks
NOT_TOLD = frozenset({"housing", "property_owner"})
"""Dwellings: nobody's home is pointed out."""
MOST = 0.5


def drawn(
    study: Study,
    place: Place,
    group: Group,
    mean_of: Tried,
    *,
    shows: Shows,
    trimmed_m: float = TRIMMED_M[0],
) -> PublicView:
    """What is shown of the walks from these addresses, and how much of it?

    Parameters
    ----------
    study : Study
    place : Place
        Around the group, not around the residence.
    group : Group
    mean_of : Tried
    shows : {"walks", "places", "kinds"}
    trimmed_m : float
        How far around the squares of the group no walks are shown.
    """
    hidden = group.hidden(trimmed_m)
    area = group.around(study.reach.radius_m)
    actors, kinds = _actors(mean_of, area, ranked=shows == "walks")
    edges, places, ground = _edges(mean_of, hidden, area), _places(place, mean_of), _ground(place, area)
    if shows != "walks":
        edges = edges.assign(walks_class=-1)
    view = PublicView(
        shows=shows,
        settings=_settings(study),
        paper=study.print,
        data_date=place.data_date[: len("1970-01")],
        crs=group.crs,
        hidden=hidden,
        area=area,
        edges=edges,
        actors=actors,
        places=places,
        access=_access(study, mean_of),
        kinds=kinds,
        ground=ground,
    )
    return view if view.has_map else replace(view, **_unmapped(group.crs))


def withheld(study: Study, crs: int, *, why: Why) -> PublicView:
    """What can be shown where anything of the place would tell too much? What residents need, and nothing else.

    Parameters
    ----------
    study : Study
    crs : int
        EPSG code.
    why : {"map", "addresses", "name"}
    """
    return PublicView(
        shows="needs",
        why=why,
        settings=_settings(study),
        paper=study.print,
        data_date="",
        crs=crs,
        access=pd.DataFrame({"function": list(study.profile.functions), "reach": ""}),
        kinds=pd.DataFrame({"kind": [], "number": []}, dtype=object),
        **_unmapped(crs),
    )


def _unmapped(crs: int) -> dict[str, Any]:
    """The parts of a view that are drawn, where nothing is drawn."""
    nothing = {
        "edges": ("edge", "name", "highway", "walks_class", "length_m"),
        "actors": ("name", "kind", "often"),
        "places": ("name", "kind", "function"),
    }
    tables = {name: gpd.GeoDataFrame(columns=list(columns), geometry=[], crs=crs) for name, columns in nothing.items()}
    ground = {name: gpd.GeoDataFrame(geometry=[], crs=crs) for name in ("buildings", "green", "water")}
    return {**tables, "ground": ground, "hidden": shapely.Polygon(), "area": shapely.Polygon()}


def _settings(study: Study) -> PublicSettings:
    model, profile = study.model, study.profile
    return PublicSettings(
        language=study.language,
        profile=profile.name if profile.name in packaged_profiles() else "",
        method=model.method,
        theta_per_m=model.theta_per_m,
        detour_ratio=model.detour_ratio,
        radius_m=study.reach.radius_m,
        frontage_m=model.frontage_m,
        walker=profile.walker,
        dark=model.dark,
    )


def _edges(mean_of: Tried, hidden: shapely.Polygon, area: shapely.Polygon) -> gpd.GeoDataFrame:
    """Streets, cut where the drawn area ends, and where what is hidden ends: walks are told only outside of it."""
    all_edges = mean_of.edges
    inside = np.asarray(shapely.intersects(all_edges.geometry.to_numpy(), area), bool)
    table = all_edges.loc[inside, ["name", "highway", "geometry"]]
    walks = class_of(WALKS, mean_of.legs.mean(axis=1))[inside]
    lines = shapely.intersection(table.geometry.to_numpy(), area)
    outer = table.assign(walks_class=walks).set_geometry(shapely.difference(lines, hidden), crs=all_edges.crs)
    inner = table.assign(walks_class=-1).set_geometry(shapely.intersection(lines, hidden), crs=all_edges.crs)
    both = pd.concat([outer, inner]).explode(index_parts=False)
    both = both[(both.geom_type == "LineString").to_numpy() & ~both.geometry.is_empty.to_numpy()]
    both = both.assign(length_m=both.geometry.length).rename_axis("edge").reset_index()
    return gpd.GeoDataFrame(both, crs=all_edges.crs)


def _actors(mean_of: Tried, area: shapely.Polygon, *, ranked: bool) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Actors in the area with the class of their rank, and how many there are of each kind."""
    table = mean_of.actors
    shown = ~table.sensitive.to_numpy(bool) & ~table.kind.isin(NOT_TOLD).to_numpy() & ~tell_of_homes(table.name)
    shown &= np.asarray(shapely.intersects(area, shapely.point_on_surface(table.geometry.to_numpy())), bool)
    passages = mean_of.passages.mean(axis=1)[shown] if ranked else np.zeros(np.count_nonzero(shown))
    spots = shapely.point_on_surface(table.geometry.to_numpy()[shown])
    columns = {"name": table.name[shown], "kind": table.kind[shown], "often": _often(passages)}
    actors = gpd.GeoDataFrame(columns, geometry=spots, crs=table.crs)
    numbers = actors.kind.value_counts().sort_index()
    labels = [NUMBERS.label(int(index)) for index in class_of(NUMBERS, numbers.to_numpy())]
    kinds = pd.DataFrame({"kind": numbers.index.to_numpy(), "number": labels})
    named = actors.sort_values(["often", "name", "kind"], ascending=[False, True, True], kind="stable")
    return gpd.GeoDataFrame(named.reset_index(drop=True)), kinds


def _often(passages: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The class of each actor's rank; whom fewer than five walks a week pass is in the last, however few are passed."""
    rank = np.empty(len(passages), np.intp)
    rank[np.argsort(-np.round(passages, 6), kind="stable")] = np.arange(len(passages))
    classes = np.select([rank < FIRST, rank < FIRST + NEXT], [3, 2], default=1)
    return np.where(passages >= LEAST_WALKS, classes, 0)


def _places(place: Place, mean_of: Tried) -> gpd.GeoDataFrame:
    options = mean_of.options
    secret = place.places.sensitive.to_numpy(bool)[options.place.to_numpy(np.intp)]
    visited = (mean_of.trips.mean(axis=1) >= LEAST_TRIPS) & ~secret & ~tell_of_homes(options.name)
    table = options.loc[visited, ["name", "kind", "function"]]
    spots = shapely.points(options.x.to_numpy(float)[visited], options.y.to_numpy(float)[visited])
    made = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=spots, crs=mean_of.edges.crs)
    return made.sort_values(["function", "name", "kind"], kind="stable").reset_index(drop=True)


def _access(study: Study, mean_of: Tried) -> pd.DataFrame:
    """From how many of the addresses is something within reach, for each function?"""
    rows = []
    for function in study.profile.functions:
        reached = mean_of.within_reach[(mean_of.options.function == function).to_numpy()]
        share = float(reached.any(axis=0).mean()) if len(reached) else 0.0
        reach = "all" if share == 1 else "most" if share >= MOST else "some" if share > 0 else "none"
        rows.append({"function": function, "reach": reach})
    return pd.DataFrame(rows)


def _ground(place: Place, area: shapely.Polygon) -> dict[str, gpd.GeoDataFrame]:
    made = {}
    for name, table in place.ground.items():
        shapes = shapely.make_valid(table.geometry.to_numpy())
        cut = shapely.intersection(shapes[np.asarray(shapely.intersects(shapes, area), bool)], area)
        parts = shapely.get_parts(shapely.get_parts(cut))
        areas = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
        made[name] = gpd.GeoDataFrame(geometry=areas, crs=table.crs)
    return made
