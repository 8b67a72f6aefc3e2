"""Small maps of a notebook: quiet ground, walks in the classes of all maps, a bar, a legend, title and source."""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from grannskap.language import Texts
from grannskap.notebook.charts import DOTS_PER_INCH, MM_PER_IN, WIDTH_IN, Basis, words
from grannskap.notebook.legends import FOOT_MM, LEGEND_MM, MARGIN_MM, SMALL, flow_width
from grannskap.output import look
from grannskap.output.sheet.ground import draw_ground
from grannskap.output.sheet.layout import Box, View, view_of
from grannskap.output.sheet.pen import Pen
from grannskap.output.webmap.flows import class_breaks, class_label, class_of, flow_classes, used_edges
from grannskap.result import Result

HEAD_MM, GAP_MM = 22.5, 4.0
BODY = 8.5
CORRIDOR = 2
"""From this class of flow on, walks make a corridor that should be in the picture."""
FILLED, LARGEST_SCALE = 0.9, 2500
"""What is seen takes this share of the frame, and never more paper than at 1:2 500."""
BARS_M, BAR_MM = (50, 100, 200, 500, 1000), 34.0


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """In which classes of walks a week is a map drawn?

    Attributes
    ----------
    breaks : ndarray of float
    labels : tuple of (int, str)
        Number and words of each class that is not empty.
    """

    breaks: npt.NDArray[np.float64]
    labels: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, edges: gpd.GeoDataFrame, texts: Texts) -> "Classes":
        """Which classes do these walks make?"""
        used = used_edges(edges)
        labels = tuple((flow.index, class_label(flow, texts)) for flow in flow_classes(used))
        return cls(class_breaks(used.legs_per_week, used.length_m), labels)


def sheet(
    map_mm: float, *, frames: int, title: str, unit: str, basis: Basis, legend: float = LEGEND_MM
) -> tuple[Figure, Pen, list[Box]]:
    """Which figure has room for so many maps beside each other, with title and source in their places?"""
    page = Box(0, 0, WIDTH_IN * MM_PER_IN, FOOT_MM + legend + map_mm + HEAD_MM)
    wide = (page.width - 2 * MARGIN_MM - GAP_MM * (frames - 1)) / frames
    figure = Figure(figsize=(WIDTH_IN, page.height / MM_PER_IN), dpi=DOTS_PER_INCH, facecolor=look.PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, page.width), ylim=(0, page.height))
    axes.set_axis_off()
    words(figure, title=title, unit=unit, basis=basis)
    boxes = [Box(MARGIN_MM + n * (wide + GAP_MM), FOOT_MM + legend, wide, map_mm) for n in range(frames)]
    return figure, Pen(axes, look.PRINT_TYPE["a4"], look.PRINT_SIGNS_MM["a4"]), boxes


def view_around(frame: Box, site: BaseGeometry, seen: Iterable[BaseGeometry]) -> View:
    """Which part of the ground shows all these shapes, as large as they fit?"""
    area = shapely.union_all(np.array([site, *seen], dtype=object))
    west, south, east, north = area.bounds
    needed = 1000 * max((east - west) / frame.width, (north - south) / frame.height) / FILLED
    return view_of(frame, area=area, site=site, scale=max(round(needed), LARGEST_SCALE))


def corridors(edges: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Where do most of the walks go?"""
    used = used_edges(edges)
    return list(used.geometry[(used["flow_class"] >= CORRIDOR).to_numpy()])


def draw_map(pen: Pen, result: Result, edges: gpd.GeoDataFrame, view: View, classes: Classes) -> None:
    """Draw the ground of a result, these walks and the site."""
    draw_ground(pen, result, view)
    used = used_edges(edges)
    index = class_of(used.legs_per_week, classes.breaks)
    for each, colour in enumerate(look.FLOW_COLOURS):
        lines = on_paper(used.geometry[index == each], view)
        pen.lines(lines, colour=colour, width=flow_width(each), clip=view.frame, z=20 + each)
    for spot in result.site.geometry.representative_point():
        x, y = shapely.get_coordinates(view.on_paper(spot))[0]
        pen.disc(x, y, 2.1, fill="#ffffff", ec=look.INK, lw=1.0, z=40)
        pen.disc(x, y, 0.9, fill=look.INK, ec="none", z=41)
    pen.rectangle(view.frame, edge=look.QUIET_INK, width=0.5, z=62)


def on_paper(lines: Iterable[BaseGeometry], view: View) -> list[npt.NDArray[np.float64]]:
    """Where on the sheet do lines lie that the frame shows?"""
    near = [line for line in lines if line.intersects(view.ground)]
    return [shapely.get_coordinates(view.on_paper(line)) for line in near]


def draw_bar(pen: Pen, texts: Texts, view: View) -> None:
    """Draw a bar of a round length in the lower left corner of a map."""
    metres = max(each for each in BARS_M if each * view.mm_per_m <= BAR_MM or each == BARS_M[0])
    long, x, y = metres * view.mm_per_m, view.frame.x + 2.5, view.frame.y + 2.5
    pen.rectangle(Box(x - 1.2, y - 1.2, long + 2.4, 6.2), fill=look.PAPER, z=55)
    pen.lines([np.array([[x, y + 1], [x, y], [x + long, y], [x + long, y + 1]])], colour=look.INK, width=0.9, z=56)
    pen.text(x + long / 2, y + 1.4, f"{texts.number(metres)} m", size=SMALL, align="center", z=57)
