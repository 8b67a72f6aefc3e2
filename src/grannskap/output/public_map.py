"""The web map for everybody: in metres from the corner of its own sheet, so that the page holds no coordinates."""

from collections.abc import Iterator
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
from grannskap.output import map_ground as ground
from grannskap.output.map_features import Feature, collection, feature, in_degrees
from grannskap.output.map_flows import flow_styles, merged_by_group
from grannskap.output.map_legend import ATTRIBUTION, STANDING_NOTE
from grannskap.output.map_page import DrawnLayer, LayerList, Page, WebMap, fill
from grannskap.output.public_telling import HIDDEN, ONE_OF_MANY, PublicTelling, public_telling, rows
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
    page = Page(title=told.title, language=told.texts.language, panel=_panel(told))
    made = _empty_map(page, told)
    for layer in _layers(told):
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


def _panel(told: PublicTelling) -> Markup:
    view, texts = told.view, told.texts
    signs = {row.function: look.function_sign(row.function) for row in rows(view.access)}
    functions = [
        {
            "label": told.function(row.function),
            "letter": signs[row.function].letter,
            "colour": signs[row.function].colour,
            "ink": look.ink_on(signs[row.function].colour),
            "reach": told.reach(row.reach),
        }
        for row in rows(view.access)
    ]
    classes = sorted({int(index) for index in view.edges["walks_class"] if index >= 0}, reverse=True)
    flows = [{"label": told.walks(i), "colour": look.FLOW_COLOURS[i], "width": look.FLOW_WIDTHS[i]} for i in classes]
    first = [
        {"title": told.named(row.name, row.kind), "kind": told.kind(row.kind)}
        for row in rows(view.actors[(view.actors["often"] == len(_DOTS) - 1).to_numpy()])
    ]
    note, about = texts.gettext(STANDING_NOTE), texts.gettext(ONE_OF_MANY)
    return fill(
        "public_panel.html", t=texts, told=told, functions=functions, flows=flows, first=first, note=note, about=about
    )


def _empty_map(page: Page, told: PublicTelling) -> WebMap:
    texts = told.texts
    west, south, east, north = in_degrees(told.view.study_area.geometry)[0].bounds
    corners = [[south, west], [north, east]]
    settings = {
        "limits": corners,
        "view": corners,
        "ways": {"lines": [], "of": [], "styles": []},
        "words": {
            "closer": texts.gettext("Zoom in"),
            "farther": texts.gettext("Zoom out"),
            "close": texts.gettext("Close"),
            "layers": texts.gettext("Show on the map"),
            "ways": "",
            "attribution": str(Markup.escape(texts.gettext(ATTRIBUTION))),
        },
    }
    return WebMap(page, centre=((south + north) / 2, (west + east) / 2), settings=settings)


def _layers(told: PublicTelling) -> Iterator[DrawnLayer]:
    view, texts = told.view, told.texts
    if view.shows == "walks":
        flows = texts.gettext("Calculated walking corridors")
        yield _layer("flows", flows, _flows(told), order=1, styles=flow_styles())
    hidden = [feature(shape, s="hidden") for shape in in_degrees(gpd.GeoSeries([view.hidden], crs=view.crs))]
    yield _layer("hidden", texts.gettext(HIDDEN), hidden, order=0, styles={"hidden": HIDDEN_STYLE})
    yield from _actors(told)
    yield from _places(told)
    shapes = ground.ground_features(view.ground, view.edges, view.study_area)
    label = texts.gettext("Streets, buildings, green and water")
    yield _layer("ground", label, shapes, order=0, pane="ground", styles=ground.ground_styles())
    names = {"order": 0, "names": ground.street_names(view.edges)}
    yield DrawnLayer("names", texts.gettext("Street names"), content=names)


def _layer(
    key: str, label: str, features: list[Feature], *, order: int, show: bool = True, sign: str = "", **rules: object
) -> DrawnLayer:
    content = {"order": order, "features": collection(features), **rules}
    return DrawnLayer(key, label, content=content, show=show, sign=sign)


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
                t=told.named(row.name, row.kind),
                d=[told.kind(row.kind), told.often(often)][: len(labels)],
            )
            for row, shape in zip(rows(here), in_degrees(here.geometry), strict=True)
        ]
        label = told.often(often) if is_ranked else told.texts("Actors")
        show = often > 0 or not is_ranked
        yield _layer(
            f"actors-{often}", label, features, order=2 + often, show=show, labels=labels, styles={"dot": _DOTS[often]}
        )


def _places(told: PublicTelling) -> Iterator[DrawnLayer]:
    places, texts = told.view.places, told.texts
    for number, function in enumerate(places["function"].unique()):
        sign = look.function_sign(function)
        mark: dict[str, object] = {"className": "sign", "size": 20, "raised": 1000, "letter": sign.letter}
        mark |= {"colour": sign.colour, "ink": look.ink_on(sign.colour)}
        here = places[(places["function"] == function).to_numpy()]
        features = [
            feature(shape, t=told.named(row.name, row.kind), d=[told.function(function), told.kind(row.kind)])
            for row, shape in zip(rows(here), in_degrees(here.geometry), strict=True)
        ]
        labels = [texts("Function"), texts("Kind")]
        yield _layer(f"destinations-{number}", told.function(function), features, order=7, labels=labels, mark=mark)
