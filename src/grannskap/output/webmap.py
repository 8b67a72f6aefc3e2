"""The web map: one HTML page that holds everything it needs and asks no host for anything."""

from functools import partial
from typing import TYPE_CHECKING

import folium
import geopandas as gpd

from grannskap.crs import WGS84
from grannskap.language import texts_for
from grannskap.language.writing import plain
from grannskap.output import map_legend as legend
from grannskap.output.map_features import in_degrees
from grannskap.output.map_flows import used_edges
from grannskap.output.map_layers import layers
from grannskap.output.map_page import Corners, LayerList, Page, WebMap
from grannskap.output.map_points import shown_actors
from grannskap.output.map_table import actor_table
from grannskap.output.map_tiles import tiles_of
from grannskap.output.map_ways import ways_past
from grannskap.output.map_words import words
from grannskap.output.naming import naming
from grannskap.output.report_figure import map_figure
from grannskap.output.report_telling import telling

if TYPE_CHECKING:
    from grannskap.result import Result


def web_map(result: "Result", *, language: str | None = None) -> folium.Map:
    """Where do residents' calculated walks go, and which actors do they pass?

    Parameters
    ----------
    result : Result
        From `grannskap.analyse`; its geometry in a metric CRS.
    language : {"sv", "en"}, optional
        Language of the page; that of the study when left out.

    Returns
    -------
    folium.Map
        Shows itself in a notebook; ``.save(path)`` writes the page. The page holds Leaflet, all
        shapes and all texts in itself: no tiles, no request to any host, unless the study asks for
        tiles and the reader presses the button that fetches them. Neighbours marked as sensitive
        are left out.

    Raises
    ------
    StudyError
        A protected study asks for tiles.
    """
    texts = texts_for(language or result.study.language)
    tiles = tiles_of(result.study)
    actors, used = shown_actors(result.actors), used_edges(result.edges)
    names = naming(result, texts)
    table = actor_table(result, actors, ways_past(result, actors, texts), names)
    drawn = list(layers(result, actors, used, table, names))
    views = _views(result.study_area, used)
    page = Page(
        title=f"{plain(result.study.name)} – {texts.gettext('calculated walks')}",
        language=texts.language,
        panel=legend.panel(result, drawn, table, texts, tiles=tiles),
        settings={**views, "words": words(texts), **table.data, **({"tiles": tiles.drawn} if tiles else {})},
        tile_host=tiles.host if tiles else "",
        still=partial(_still, result, texts.language),
    )
    made = WebMap(page, label=texts.gettext("Map of calculated walks"), limits=views["limits"])
    for layer in drawn:
        layer.add_to(made)
    LayerList().add_to(made)
    return made


def _still(result: "Result", language: str) -> tuple[bytes, str]:
    """What does a notebook show before scripts may run? The map of the written analysis, and its words."""
    figure = map_figure(telling(result, language))
    return figure.picture, figure.alt


def _views(study_area: gpd.GeoDataFrame, used: gpd.GeoDataFrame) -> dict[str, Corners]:
    """How far can one move, and what is in view at first?"""
    west, south, east, north = in_degrees(study_area.geometry)[0].bounds
    first = used if len(used) else study_area
    return {"limits": [[south, west], [north, east]], "view": _corners(first)}


def _corners(table: gpd.GeoDataFrame) -> Corners:
    """South-west and north-east of a table, in degrees of latitude and longitude."""
    west, south, east, north = table.geometry.to_crs(WGS84).total_bounds
    return [[south, west], [north, east]]
