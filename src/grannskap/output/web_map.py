"""The web map: one HTML page that holds everything it needs and asks no host for anything."""

from functools import partial
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import numpy as np
from markupsafe import Markup

from grannskap.crs import WGS84
from grannskap.language import texts_for
from grannskap.language.writing import plain
from grannskap.output.naming import naming
from grannskap.output.small_print import dated
from grannskap.output.webmap import legend
from grannskap.output.webmap.features import in_degrees
from grannskap.output.webmap.flows import used_edges
from grannskap.output.webmap.layers import layers
from grannskap.output.webmap.page import Corners, LayerList, Page, WebMap
from grannskap.output.webmap.points import shown_actors
from grannskap.output.webmap.table import actor_table
from grannskap.output.webmap.tiles import tiles_of
from grannskap.output.webmap.ways import ways_past
from grannskap.output.webmap.words import words

if TYPE_CHECKING:
    from grannskap.result import Result


VIEWS = {"view": 0.97, "near": 0.8}
"""So much of all that is walked is in view at first, on a wide screen and on a narrow one."""


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
    views = _views(result, actors, used)
    said = words(texts) | {"dated": str(Markup.escape(dated(result, texts)))}
    page = Page(
        title=f"{plain(result.study.name)} – {texts.gettext('calculated walks')}",
        language=texts.language,
        panel=legend.panel(result, drawn, table, texts, tiles=tiles),
        settings={
            **views,
            "words": said,
            **table.data,
            **({"tiles": tiles.drawn} if tiles else {}),
        },
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
    from grannskap.output.report.figure import map_figure  # noqa: PLC0415 - what draws it takes a second to load
    from grannskap.output.report.telling import telling  # noqa: PLC0415

    figure = map_figure(telling(result, language))
    return figure.picture, figure.alt


def _views(result: "Result", actors: gpd.GeoDataFrame, used: gpd.GeoDataFrame) -> dict[str, Corners]:
    """How far can one move, and what is in view at first: the site, most of the walking, and who is often passed?"""
    west, south, east, north = in_degrees(result.study_area.geometry)[0].bounds
    often = actors.loc[(actors["group"] == "top").to_numpy()].geometry.representative_point()
    views = {"limits": [[south, west], [north, east]]}
    for name, share in VIEWS.items():
        shown = [*much_walked(used, share).geometry, *result.site.geometry, *often]
        whole = gpd.GeoSeries(shown, crs=used.crs) if len(used) else result.study_area.geometry
        views[name] = _corners(whole)
    return views


def much_walked(used: gpd.GeoDataFrame, share: float) -> gpd.GeoDataFrame:
    """Which edges, the most used first, hold this share of all metres walked?

    Parameters
    ----------
    used : GeoDataFrame
        ``legs_per_week`` and ``length_m``.
    share : float
        From 0 to 1.
    """
    metres = used["legs_per_week"].to_numpy(float) * used["length_m"].to_numpy(float)
    order = np.argsort(-used["legs_per_week"].to_numpy(float), kind="stable")
    before = np.cumsum(metres[order]) - metres[order]
    most: gpd.GeoDataFrame = used.iloc[order[before < share * metres.sum()]]
    return most


def _corners(shapes: gpd.GeoSeries) -> Corners:
    """South-west and north-east of shapes, in degrees of latitude and longitude."""
    west, south, east, north = shapes.to_crs(WGS84).total_bounds
    return [[south, west], [north, east]]
