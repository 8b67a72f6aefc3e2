"""Provenance: everything that the numbers of a result rest on."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import shapely

from grannskap.crs import WGS84
from grannskap.exposure.uncertainty import doubt_rules
from grannskap.place.attractions import attraction_rules
from grannskap.place.place import Place
from grannskap.place.surroundings import surroundings_table
from grannskap.result import Workings
from grannskap.routes.costs import cost_rules, speed_km_h
from grannskap.routes.detours import detours
from grannskap.routes.snapping import FARTHEST_SNAP_M
from grannskap.study import Study, study_as_dict
from grannskap.version import __version__

ATTRIBUTION = "© OpenStreetMap contributors, Open Database License (ODbL) 1.0"


def manifest(
    study: Study,
    place: Place,
    *,
    area: shapely.Geometry,
    workings: Workings,
    actors: gpd.GeoDataFrame,
) -> dict[str, object]:
    """Which study, data, assumptions and version made these numbers?

    Returns
    -------
    dict
        Plain JSON types; the same input gives the same manifest.
    """
    return {
        "program": "grannskap",
        "version": __version__,
        "study": study_as_dict(study),
        "seed": study.model.seed,
        "assumptions": {
            **walking_assumptions(study),
            "farthest_snap_m": FARTHEST_SNAP_M,
            **_detours(workings, seed=study.model.seed),
            "what_draws_a_walk": attraction_rules().sources,
            "uncertainty": {"draws": study.model.draws, "seed": study.model.seed, "drawn": doubt_rules()},
        },
        "source": source_told(place),
        "licence": ATTRIBUTION,
        "crs": f"EPSG:{place.crs}",
        "study_area_covered": round(covered_share(area, place.bounds, crs=place.crs), 3),
        "counts": _counts(study, place, workings, actors),
        "dropped": place.dropped,
        "layers": list(place.layers),
    }


def source_told(place: Place) -> dict[str, Any]:
    """Which file was it, of which date, and which box does it hold?"""
    return {**place.source, "data_date": place.data_date, "bounds": [round(side, 7) for side in place.bounds]}


def walking_assumptions(study: Study) -> dict[str, object]:
    """By which rules do streets feel longer or shorter to those who walk, and where does each come from?

    Returns
    -------
    dict
        Speed, walker, the rules of their perceived length and of what is read from the map; plain JSON types.
    """
    return {
        "walking_speed_km_h": speed_km_h(study.profile),
        "walker": study.profile.walker,
        "perceived_length": cost_rules(study.profile.walker, dark=study.model.dark),
        "read_from_the_map": surroundings_table(),
    }


def _detours(workings: Workings, *, seed: int) -> dict[str, float | None]:
    """How much longer than the shortest ways are the walks, there and back, in metres along the streets?"""
    net, walks = workings.scene.arrivals.net, workings.walks
    site = net.nodes[workings.scene.arrivals.site]
    ways = [legs for legs, _ in walks.ways]
    shortest = [each.distances_m(site) for each in (net, net.reversed())[: len(ways)]]
    found = detours(ways, shortest, net.length_m, seed=seed)
    return {
        "mean_detour": None if found is None else round(found.mean, 4),
        "p95_detour": None if found is None else round(found.p95, 4),
    }


def covered_share(area: shapely.Geometry, bounds: Sequence[float], *, crs: int | str) -> float:
    """Which share of the study area does the map data hold?

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In metres.
    bounds : sequence of float
        West, south, east and north of the map data, WGS 84.
    crs : int or str
        Of the area.
    """
    west, south, east, north = bounds
    extract = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=WGS84).to_crs(crs).iloc[0]
    return float(shapely.area(shapely.intersection(area, extract)) / shapely.area(area))


def _counts(study: Study, place: Place, workings: Workings, actors: gpd.GeoDataFrame) -> dict[str, Any]:
    edges = place.streets.edges
    counts = {
        "streets_km": round(float(edges.length_m.sum()) / 1000, 2),
        "private_streets_km": round(float(edges.length_m[edges.access != "public"].sum()) / 1000, 2),
        "edges": len(edges),
        "nodes": len(place.streets.nodes),
        "destinations": int(workings.scene.options.element_id.nunique()),
        "actors": len(actors),
        "actors_passed": int((actors.passages_per_week > 0).sum()),
        "legs_per_week": round(float(workings.walks.legs_per_week.sum()), 3),
    }
    wanted = study.profile.round_walks.trips_per_week
    found = round(float(workings.scene.turning.sum()), 3)
    return counts | ({"round_walks_wanted_per_week": wanted, "round_walks_per_week": found} if wanted > 0 else {})
