"""OpenStreetMap elements as they are, before anything is interpreted: what every source delivers."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class OsmData:
    """What does OpenStreetMap hold here?

    All geometry is in WGS 84 (longitude, latitude). Element ids read ``node/1``, ``way/2``, ``relation/3``.

    Attributes
    ----------
    points : GeoDataFrame
        Tagged nodes: ``element_id``, ``tags`` (dict), ``ref`` (node number), Point.
    lines : GeoDataFrame
        Tagged ways, closed ones too: ``element_id``, ``tags``, ``refs`` (array of node numbers), LineString. A way that
        the extract cuts stands once for each part that is left.
    areas : GeoDataFrame
        Closed ways and multipolygons: ``element_id``, ``tags``, Polygon or MultiPolygon.
    groups : DataFrame
        Stop areas: ``element_id``, ``tags``, ``members`` (tuple of element ids).
    bounds : tuple of float
        West, south, east, north of the extract.
    data_date : str
        ISO date of the newest data, "" when the source does not say.
    dropped : dict
        What could not be used, counted by reason.
    """

    points: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    groups: pd.DataFrame
    bounds: Bounds
    data_date: str
    dropped: dict[str, int]
