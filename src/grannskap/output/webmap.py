"""The web map: one HTML page that holds everything it needs and asks no host for anything."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
from markupsafe import Markup

from grannskap.crs import WGS84
from grannskap.language import Texts, texts_for
from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output import map_flows as flows
from grannskap.output import map_ground as ground
from grannskap.output import map_legend as legend
from grannskap.output import map_points as points
from grannskap.output.map_features import Feature, collection, in_degrees
from grannskap.output.map_page import DrawnLayer, LayerList, Page, WebMap
from grannskap.output.map_ways import Ways, ways_past

if TYPE_CHECKING:
    from grannskap.result import Result

_ACTOR_DOT = {
    "color": look.FLOW_COLOURS[3],
    "weight": 1.6,
    "fillColor": "#ffffff",
    "fillOpacity": 0.92,
}
_SILENT_DOT = {"color": look.FLOW_COLOURS[2], "weight": 1, "fillColor": "#ffffff", "fillOpacity": 1}
_SCHOOL = {"color": look.INK, "weight": 1.5, "dashArray": "5 3", "fillColor": look.SCHOOL}


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
        shapes and all texts in itself: no tiles, no request to any host. Neighbours marked as
        sensitive are left out.
    """
    texts = texts_for(language or result.study.language)
    actors = points.shown_actors(result.actors)
    used = flows.used_edges(result.edges)
    page = Page(
        title=f"{plain(result.study.name)} – {texts.gettext('calculated walks')}",
        language=texts.language,
        panel=legend.panel(result, actors, flows.flow_classes(used), texts),
    )
    past = ways_past(result, actors, texts)
    made = _empty_map(page, result.study_area, used, past, texts)
    for layer in _layers(result, actors, used, past, texts):
        layer.add_to(made)
    LayerList().add_to(made)
    return made


def _empty_map(page: Page, study_area: gpd.GeoDataFrame, used: gpd.GeoDataFrame, past: Ways, texts: Texts) -> WebMap:
    west, south, east, north = in_degrees(study_area.geometry)[0].bounds
    first = used if len(used) else study_area
    settings = {
        "limits": [[south, west], [north, east]],
        "view": _corners(first),
        "ways": past.drawn,
        "words": {
            "closer": texts.gettext("Zoom in"),
            "farther": texts.gettext("Zoom out"),
            "close": texts.gettext("Close"),
            "layers": texts.gettext("Show on the map"),
            "ways": texts.gettext("The lines show the walks past this place: the wider, the more of them."),
            "attribution": str(Markup.escape(texts.gettext(legend.ATTRIBUTION))),
        },
    }
    return WebMap(page, centre=((south + north) / 2, (west + east) / 2), settings=settings)


def _corners(table: gpd.GeoDataFrame) -> list[list[float]]:
    """South-west and north-east of a table, in degrees of latitude and longitude."""
    west, south, east, north = table.geometry.to_crs(WGS84).total_bounds
    return [[south, west], [north, east]]


def _layers(
    result: "Result", actors: gpd.GeoDataFrame, used: gpd.GeoDataFrame, past: Ways, texts: Texts
) -> Iterator[DrawnLayer]:
    """Which layers does the map have, in the order of the layer list?"""
    yield _layer(
        "flows",
        texts.gettext("Calculated walking corridors"),
        flows.flow_features(used, texts),
        order=1,
        styles=flows.flow_styles(),
    )
    yield _site_layer(result.site, texts)
    yield from _actor_layers(actors, past, texts)
    yield _school_layer(actors, texts)
    yield from _destination_layers(result.destinations, actors, result.actors, texts)
    yield from _ground_layers(result, texts)


def _layer(
    key: str,
    label: str,
    features: list[Feature],
    *,
    order: int,
    show: bool = True,
    sign: str = "",
    **rules: object,
) -> DrawnLayer:
    content = {"order": order, "features": collection(features), **rules}
    return DrawnLayer(key, label, content=content, show=show, sign=sign)


def _site_layer(site: gpd.GeoDataFrame, texts: Texts) -> DrawnLayer:
    label = texts.gettext("The residence")
    mark = {"className": "site", "size": 22, "raised": 4000}
    shapes = points.site_features(site, title=label)
    return _layer("site", label, shapes, order=9, mark=mark, sign='<span class="site"></span>')


def _actor_layers(actors: gpd.GeoDataFrame, past: Ways, texts: Texts) -> Iterator[DrawnLayer]:
    labels = points.actor_labels(texts)
    yield _layer(
        "top",
        texts.gettext("Actors that are often passed"),
        points.actor_features(actors, past, texts, group="top"),
        order=8,
        labels=labels,
        mark={"className": "disc", "size": 24, "raised": 3000},
        sign='<span class="disc">1</span>',
    )
    yield _layer(
        "passed",
        texts.gettext("Other actors that are passed"),
        points.actor_features(actors, past, texts, group="passed"),
        order=4,
        labels=labels,
        styles={"dot": _ACTOR_DOT},
        sign='<span class="dot"></span>',
    )
    yield _layer(
        "silent",
        texts.gettext("Actors without passages"),
        points.actor_features(actors, past, texts, group="silent"),
        order=3,
        show=False,
        labels=labels,
        styles={"dot": _SILENT_DOT | {"radius": 3}},
        sign='<span class="dot small"></span>',
    )


def _school_layer(actors: gpd.GeoDataFrame, texts: Texts) -> DrawnLayer:
    return _layer(
        "schools",
        texts.gettext("Schools and preschools"),
        points.school_features(actors, texts),
        order=2,
        show=False,
        labels=points.actor_labels(texts),
        styles={"school": _SCHOOL | {"fillOpacity": 0.75, "radius": 8}},
        sign='<span class="school"></span>',
    )


def _destination_layers(
    destinations: gpd.GeoDataFrame,
    shown: gpd.GeoDataFrame,
    actors: gpd.GeoDataFrame,
    texts: Texts,
) -> Iterator[DrawnLayer]:
    """Which layers show destinations? One for each function that has any."""
    hidden = set(actors["actor_id"]) - set(shown["actor_id"])
    open_ones = destinations.loc[~destinations["destination_id"].isin(hidden).to_numpy()]
    visited = open_ones.loc[(open_ones["trips_per_week"] > 0).to_numpy()]
    for number, function in enumerate(visited["function"].unique()):
        sign = look.function_sign(function)
        mark = {
            "className": "sign",
            "size": 20,
            "raised": 1000,
            "colour": sign.colour,
            "ink": look.ink_on(sign.colour),
            "letter": sign.letter,
        }
        yield _layer(
            f"destinations-{number}",
            texts.gettext(f"function:{function}"),
            points.destination_features(visited, texts, function=function),
            order=7,
            labels=points.destination_labels(texts),
            mark=mark,
            sign=str(_sign_html(mark)),
        )


def _sign_html(mark: dict[str, object]) -> Markup:
    return Markup('<span class="sign" style="background-color:{colour};color:{ink}">{letter}</span>').format(**mark)


def _ground_layers(result: "Result", texts: Texts) -> Iterator[DrawnLayer]:
    yield _layer(
        "ground",
        texts.gettext("Streets, buildings, green and water"),
        ground.ground_features(result.ground, result.edges, result.study_area),
        order=0,
        pane="ground",
        styles=ground.ground_styles(),
    )
    yield _layer(
        "area",
        texts.gettext("Study area"),
        ground.area_features(result.study_area),
        order=0,
        pane="ground",
        styles=ground.area_styles(),
    )
    names = {"order": 0, "names": ground.street_names(result.edges)}
    yield DrawnLayer("names", texts.gettext("Street names"), content=names)
