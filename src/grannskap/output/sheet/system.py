"""In which coordinate system is a sheet drawn, and where is north on it?"""

import dataclasses
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from grannskap.crs import WGS84, project, scale_and_north
from grannskap.output.gis.layers import export_crs
from grannskap.output.sheet.layout import View

if TYPE_CHECKING:
    from grannskap.result import Result

FURTHEST_FROM_TRUE = 0.002
"""So far may a system's lengths be from those on the ground: 1 mm on 500 mm of paper."""


def for_the_sheet(result: "Result") -> "Result":
    """What is this result in the system that its study chooses for maps, so that the sheet lies as other maps there?

    A system whose lengths are not true at the site (such as that of web maps) is left for that of the analysis: a
    sheet is to scale first of all.
    """
    epsg, own = export_crs(result), result.site.crs
    spots = result.site.to_crs(WGS84).union_all().centroid
    if own == epsg or abs(scale_and_north(spots.x, spots.y, crs=epsg)[0] - 1) > FURTHEST_FROM_TRUE:
        return result
    return dataclasses.replace(
        result,
        site=result.site.to_crs(epsg),
        study_area=result.study_area.to_crs(epsg),
        edges=result.edges.to_crs(epsg),
        destinations=result.destinations.to_crs(epsg),
        actors=result.actors.to_crs(epsg),
        ground={name: table.to_crs(epsg) for name, table in result.ground.items()},
    )


def north_of(view: View, crs: Any) -> float:
    """How far to the right of straight up is north in the middle of a view, in degrees?"""
    epsg, middle = int(CRS.from_user_input(crs).to_epsg() or 0), view.ground.centroid
    lon, lat = project(middle.x, middle.y, source=epsg, target=WGS84)
    return scale_and_north(float(lon), float(lat), crs=epsg)[1]
