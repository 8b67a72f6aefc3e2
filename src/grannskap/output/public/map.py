"""The web map for everybody: in metres from the corner of its own sheet, so that the page holds no coordinates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from markupsafe import Markup
from shapely import affinity

from grannskap.crs import WEB_MERCATOR
from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.public.telling import HIDDEN, ONE_OF_MANY, PublicTelling, public_telling, rows
from grannskap.output.small_print import STANDING_NOTE
from grannskap.output.webmap import ground
from grannskap.output.webmap.features import Feature, feature, in_degrees
from grannskap.output.webmap.flows import UNIT, flow_styles, merged_by_group
from grannskap.output.webmap.layers import drawn_layer, function_layer, ground_layer, names_layer
from grannskap.output.webmap.legend import function_sign_html, listed
from grannskap.output.webmap.page import DrawnLayer, LayerList, Page, WebMap, fill, sign_html
from grannskap.output.webmap.words import words
from grannskap.public.view import PublicView

HIDDEN_STYLE = {"color": look.QUIET_INK, "weight": 1.4, "dashArray": "7 5", "fillColor": look.PAPER, "fillOpacity": 0.5}
_DOT = {"color": look.FLOW_COLOURS[4], "weight": 1.6, "fillOpacity": 0.95}
_DOTS = (
    _DOT | {"fillColor": "#ffffff", "radius": 3, "weight": 1, "color": look.FLOW_COLOURS[2]},
    _DOT | {"fillColor": "#ffffff", "radius": 4.5},
    _DOT | {"fillColor": look.FLOW_COLOURS[1], "radius": 6.5},
    _DOT | {"fillColor": look.FLOW_COLOURS[4], "radius": 9},
)


def public_map(view: PublicView, *, language: str | None = None) -> folium.Map:
    """Where may residents of the area walk, and whom do they pass, for everybody to see?

    Parameters
    ----------
    view : PublicView
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    folium.Map
        As `grannskap.web_map`, but of the view alone.
    """
    told = public_telling(on_sheet(view), language)
    layers = list(_layers(told))
    west, south, east, north = in_degrees(told.view.study_area.geometry)[0].bounds
    corners = [[south, west], [north, east]]
    page = Page(
        title=told.title,
        language=told.texts.language,
        panel=_panel(told, layers),
        settings={"limits": corners, "view": corners, "words": words(told.texts)},
    )
    made = WebMap(page, label=told.texts.gettext("Map of calculated walks"), limits=corners)
    for layer in layers:
        layer.add_to(made)
    LayerList().add_to(made)
    return made


def on_sheet(view: PublicView) -> PublicView:
    """What is the same view in metres east and north of the corner of its sheet?

    They are given out as metres of the map of the world about 0° N 0° E, where they are true to scale.
    """
    west, south = (-side for side in view.area.bounds[:2])

    def moved(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.set_geometry(table.geometry.translate(west, south)).set_crs(WEB_MERCATOR, allow_override=True)

    hidden, area = (affinity.translate(shape, west, south) for shape in (view.hidden, view.area))
    return replace(
        view,
        crs=WEB_MERCATOR,
        hidden=hidden,
        area=area,
        edges=moved(view.edges),
        actors=moved(view.actors),
        places=moved(view.places),
        ground={name: moved(table) for name, table in view.ground.items()},
    )


def _panel(told: PublicTelling, layers: Sequence[DrawnLayer]) -> Markup:
    view, texts = told.view, told.texts
    functions = [
        {
            "label": told.function(row.function),
            "sign": function_sign_html(row.function),
            "reach": f"{texts.gettext('Within reach')}: {told.reach(row.reach)}",
            "trips": "",
            "unmet": False,
        }
        for row in rows(view.access)
    ]
    first = [
        {"title": told.place(row), "kind": told.kind(row.kind)}
        for row in rows(view.actors[(view.actors["often"] == len(_DOTS) - 1).to_numpy()])
    ]
    note, about = texts.gettext(STANDING_NOTE), texts.gettext(ONE_OF_MANY)
    return fill(
        "public_panel.html",
        t=texts,
        name=told.title,
        badge=told.badge,
        functions=functions,
        listed=listed(layers, texts),
        tiles=None,
        first=first,
        small_print=told.small_print,
        note=note,
        about=about,
    )


def _layers(told: PublicTelling) -> Iterator[DrawnLayer]:
    view, texts = told.view, told.texts
    if view.shows == "walks":
        classes = sorted({int(index) for index in view.edges["walks_class"] if index >= 0}, reverse=True)
        yield drawn_layer(
            "flows",
            texts.gettext("Calculated walking corridors"),
            _flows(told),
            group="walks",
            order=1,
            styles=flow_styles(),
            rows=[{"label": told.walks(i), "sign": sign_html(f"line flow-{i}")} for i in classes],
            unit=f"{texts.gettext(UNIT)}. {texts.gettext('Streets with <5 walks per week are not marked')}",
        )
    hidden = [feature(shape, s="hidden") for shape in in_degrees(gpd.GeoSeries([view.hidden], crs=view.crs))]
    yield drawn_layer(
        "hidden",
        texts.gettext(HIDDEN),
        hidden,
        group="walks",
        order=0,
        styles={"hidden": HIDDEN_STYLE},
        sign=sign_html("hidden-area"),
    )
    yield from _actors(told)
    yield from _places(told)
    yield ground_layer(ground.ground_features(view.ground, view.edges, view.study_area), texts)
    yield names_layer(view.edges, texts)


def _flows(told: PublicTelling) -> list[Feature]:
    """One line for each class and street, little used first."""
    edges = told.view.edges
    walked = edges[(edges["walks_class"] >= 0).to_numpy()]
    if walked.empty:
        return []
    named = walked.assign(name=[plain(name) for name in walked["name"]])
    groups = named.groupby(["walks_class", "name"])
    keys: list[Any] = list(groups.groups)
    merged = gpd.GeoSeries(merged_by_group(named, np.asarray(groups.ngroup(), dtype=np.intp)), crs=edges.crs)
    return [
        feature(
            shape,
            s=str(index),
            t=name or told.texts.gettext("Path without a name"),
            h=told.texts("{n} walks per week", n=told.walks(int(index))),
        )
        for (index, name), shape in zip(keys, in_degrees(merged), strict=True)
    ]


def _actors(told: PublicTelling) -> Iterator[DrawnLayer]:
    """A layer for each class of rank, the foremost on top."""
    actors = told.view.actors
    labels = [told.texts("Kind"), told.texts("How often")] if told.view.shows == "walks" else [told.texts("Kind")]
    for often in range(len(_DOTS) - 1, -1, -1):
        here = actors[(actors["often"] == often).to_numpy()]
        if here.empty:
            continue
        is_ranked = told.view.shows == "walks"
        features = [
            feature(
                shape,
                t=told.place(row),
                d=[told.kind(row.kind), told.often(often)][: len(labels)],
            )
            for row, shape in zip(rows(here), in_degrees(here.geometry), strict=True)
        ]
        label = told.often(often) if is_ranked else told.texts("Actors")
        show = often > 0 or not is_ranked
        yield drawn_layer(
            f"actors-{often}",
            label,
            features,
            group="actors",
            order=2 + often,
            show=show,
            labels=labels,
            styles={"dot": _DOTS[often]},
            sign=sign_html(f"dot often-{often}"),
        )


def _places(told: PublicTelling) -> Iterator[DrawnLayer]:
    places, texts = told.view.places, told.texts
    for number, function in enumerate(places["function"].unique()):
        here = places[(places["function"] == function).to_numpy()]
        features = [
            feature(shape, t=told.place(row), d=[told.function(function), told.kind(row.kind)])
            for row, shape in zip(rows(here), in_degrees(here.geometry), strict=True)
        ]
        labels = [texts("Function"), texts("Kind")]
        yield function_layer(number, function, told.function(function), features, labels=labels)
