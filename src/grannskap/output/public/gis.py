"""The public view as layers for a GIS: made of the view alone, and styled as the other maps."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from grannskap.language import Texts, texts_for
from grannskap.output.gis.container import GisLayer, write_geopackage
from grannskap.output.gis.fields import LAYER_NAMES, field_name
from grannskap.output.gis.layers import GEOMETRY
from grannskap.output.public.qgis import public_style
from grannskap.provenance import ATTRIBUTION
from grannskap.public.classes import WALKS
from grannskap.public.view import PublicView

OFTEN = ("<5", "passed", "next_twenty", "first_ten")
"""How the classes of `PublicView.actors` are written in tables."""
PUBLIC_GEOMETRY = {
    "streets": "MultiLineString",
    "actors": "Point",
    "destinations": "Point",
    "not_shown": "MultiPolygon",
    **{name: GEOMETRY[name] for name in ("study_area", "buildings", "green", "water")},
}
GRID_M = 0.01


def actor_table(view: PublicView) -> pd.DataFrame:
    """Which actors are told, and by the class of its rank how often each is passed?"""
    table = pd.DataFrame(view.actors[["name", "kind"]])
    if view.shows != "walks":
        return table
    return table.assign(often_passed=[OFTEN[int(often)] for often in view.actors["often"]])


def public_layers(view: PublicView) -> dict[str, gpd.GeoDataFrame]:
    """Which tables does the view give a GIS, each with one type of geometry?"""
    streets = view.edges[["name", "highway", "geometry"]]
    if view.shows == "walks":
        streets = streets.assign(walks_per_week=[WALKS.label(int(index)) for index in view.edges["walks_class"]])
    squares = {"not_shown": view.hidden, "study_area": view.area}
    tables = {
        "streets": streets,
        "actors": gpd.GeoDataFrame(actor_table(view), geometry=view.actors.geometry, crs=view.crs),
        "destinations": view.places,
        **{name: gpd.GeoDataFrame(geometry=[shape], crs=view.crs) for name, shape in squares.items()},
        **view.ground,
    }
    return {name: _rounded(table) for name, table in tables.items()}


def _rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rounded = table.set_geometry(table.geometry.set_precision(GRID_M))
    kept: gpd.GeoDataFrame = rounded[~rounded.geometry.is_empty.to_numpy()]
    return kept


def public_geopackage(view: PublicView, path: Path, *, language: str | None = None) -> None:
    """Which file opens styled in QGIS?

    Parameters
    ----------
    view : PublicView
    path : Path
        File to make; it must not be there yet.
    language : {"sv", "en"}, optional
        Of styles and names of columns; that of the study when left out.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    texts = texts_for(language or view.settings.language)
    layers = {name: _layer(name, table, texts) for name, table in public_layers(view).items()}
    title = texts.gettext("Calculated walks in the neighbourhood")
    write_geopackage(
        layers, path, day=f"{view.data_date or '1970-01'}-01", title=title, source=ATTRIBUTION, texts=texts
    )


def _layer(name: str, table: gpd.GeoDataFrame, texts: Texts) -> GisLayer:
    return GisLayer(
        table=table,
        geometry=PUBLIC_GEOMETRY[name],
        title=texts.gettext(LAYER_NAMES[name]),
        columns={column: field_name(column, texts) for column in table.columns.drop("geometry")},
        style=public_style(name, table, texts),
    )
