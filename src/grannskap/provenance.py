"""Provenance: everything that the numbers of a result rest on."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely import Polygon

from grannskap.crs import WGS84
from grannskap.place.place import Place
from grannskap.routes.costs import cost_rules
from grannskap.routes.snapping import FARTHEST_SNAP_M
from grannskap.routes.walks import Walks
from grannskap.study import Study, study_as_dict
from grannskap.version import __version__

ATTRIBUTION = "© OpenStreetMap contributors, Open Database License (ODbL) 1.0"


def manifest(
    study: Study,
    place: Place,
    *,
    area: Polygon,
    edges: gpd.GeoDataFrame,
    walks: Walks,
    options: pd.DataFrame,
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
            "walking_speed_km_h": study.profile.speed_km_h,
            "penalties_share_of_length": cost_rules(),
            "farthest_snap_m": FARTHEST_SNAP_M,
            "mean_detour": _mean_detour(walks, options, edges),
        },
        "source": {**place.source, "data_date": place.data_date, "bounds": [round(side, 7) for side in place.bounds]},
        "licence": ATTRIBUTION,
        "crs": f"EPSG:{place.crs}",
        "study_area_covered": _covered(place, area),
        "counts": _counts(place, walks, options, actors),
        "dropped": place.dropped,
    }


def _mean_detour(walks: Walks, options: pd.DataFrame, edges: gpd.GeoDataFrame) -> float | None:
    """Mean length of the walks along the streets over that of the shortest ways there and back, in metres."""
    went = options[options.trips_per_week > 0]
    least = 2 * float((went.trips_per_week * (went.distance_m - went.offset_m)).sum())
    walked = float(((walks.flow_uv + walks.flow_vu).sum(axis=1) * edges.length_m.to_numpy()).sum())
    return round(walked / least, 4) if least > 0 else None


def _covered(place: Place, area: Polygon) -> float:
    """Share of the study area that the extract holds."""
    extract = gpd.GeoSeries([shapely.box(*place.bounds)], crs=WGS84).to_crs(place.crs).iloc[0]
    return round(float(area.intersection(extract).area / area.area), 3)


def _counts(place: Place, walks: Walks, options: pd.DataFrame, actors: gpd.GeoDataFrame) -> dict[str, Any]:
    return {
        "streets_km": round(float(place.streets.edges.length_m.sum()) / 1000, 2),
        "edges": len(place.streets.edges),
        "nodes": len(place.streets.nodes),
        "destinations": int(options.element_id.nunique()),
        "actors": len(actors),
        "actors_passed": int((actors.passages_per_week > 0).sum()),
        "legs_per_week": round(float(walks.legs_per_week.sum()), 3),
    }
