"""What an analysis gives: tables, the map's ground, and everything that the numbers rest on."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from grannskap.study.model import Study


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Where do residents walk, whom do they pass, what can they reach, and what do these numbers rest on?

    All geometry is in the metric system that ``manifest["crs"]`` names; ``lon`` and ``lat`` are WGS 84. A leg is one
    walk there or one walk back.

    Attributes
    ----------
    study : Study
    site : GeoDataFrame
        A row for each entrance: ``snap_m`` (metres to the street), Point.
    study_area : GeoDataFrame
        One polygon.
    edges : GeoDataFrame
        Walked and other streets: ``u``, ``v``, ``way_id``, ``name``, ``highway``, ``layer``, ``length_m``, ``flow_uv``
        and ``flow_vu`` (legs per week in each direction), ``legs_per_week``, one ``legs_<function>`` per function,
        LineString.
    destinations : GeoDataFrame
        The columns of ``destinations.csv``, Point where one arrives. A place stands once for each function it serves.
    actors : GeoDataFrame
        The columns of ``actors.csv``, sorted by rank.
    access : DataFrame
        The columns of ``access.csv``: a row for each function of the profile.
    ground : dict of GeoDataFrame
        ``buildings``, ``green``, ``water``: what a quiet map is drawn from.
    manifest : dict
        Study, assumptions, source, data date, coordinate system, counts, what was dropped, version and seed.
    """

    study: Study
    site: gpd.GeoDataFrame
    study_area: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    destinations: gpd.GeoDataFrame
    actors: gpd.GeoDataFrame
    access: pd.DataFrame
    ground: dict[str, gpd.GeoDataFrame]
    manifest: dict[str, object]
