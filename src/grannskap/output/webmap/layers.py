"""Which layers does the web map have, in the order in which they lie on one another, and what explains their signs?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import geopandas as gpd
from markupsafe import Markup

from grannskap.language import Texts
from grannskap.output import look
from grannskap.output.naming import Naming
from grannskap.output.webmap import facts, flows, ground, legend, points
from grannskap.output.webmap.features import Feature, collection
from grannskap.output.webmap.page import DrawnLayer, sign_html
from grannskap.output.webmap.table import ActorTable

if TYPE_CHECKING:
    from grannskap.result import Result

_ACTOR_DOT = {
    "color": look.FLOW_COLOURS[3],
    "weight": 1.6,
    "fillColor": "#ffffff",
    "fillOpacity": 0.92,
}
_SILENT_DOT = {"color": look.FLOW_COLOURS[2], "weight": 1, "fillColor": "#ffffff", "fillOpacity": 1, "radius": 3}
_DOOR = {"color": look.INK, "weight": 2.2, "dashArray": "1 5"}
_SCHOOL = {"color": look.INK, "weight": 1.5, "dashArray": "5 3", "fillColor": look.SCHOOL}
_SEAT = {"seat": {"color": look.SEAT, "weight": 1.8, "radius": 5}}


def drawn_layer(
    key: str,
    label: str,
    features: list[Feature],
    *,
    group: str,
    order: int,
    sign: Markup | None = None,
    **rules: object,
) -> DrawnLayer:
    """What is a layer of these features?

    Parameters
    ----------
    key, label : str
    features : list of Feature
    group : str
        Under which heading of the list of layers it stands, see `grannskap.output.webmap.legend.GROUPS`.
    order : int
        The greater, the nearer to the top.
    sign : Markup, optional
        What stands before its label.
    **rules
        ``rows``, ``unit`` and ``show`` of `DrawnLayer`; all others are for ``assets/webmap.js``.
    """
    listed = {name: rules.pop(name) for name in ("rows", "unit", "show") if name in rules}
    content = {"order": order, "features": collection(features), **rules}
    return DrawnLayer(key, label, group=group, content=content, sign=sign or Markup(), **listed)  # type: ignore[arg-type]


def layers(
    result: "Result", actors: gpd.GeoDataFrame, used: gpd.GeoDataFrame, table: ActorTable, names: Naming
) -> Iterator[DrawnLayer]:
    """Which layers does the map have, in the order of the list?

    Parameters
    ----------
    result : Result
    actors : GeoDataFrame
        As from `grannskap.output.webmap.points.shown_actors`.
    used : GeoDataFrame
        As from `grannskap.output.webmap.flows.used_edges`.
    table : ActorTable
    names : Naming
    """
    texts = names.texts
    yield drawn_layer(
        "flows",
        texts.gettext("Calculated walking corridors"),
        flows.flow_features(used, texts),
        group="walks",
        order=1,
        styles=flows.flow_styles(),
        rows=legend.flow_rows(flows.flow_classes(used), texts),
        unit=texts.gettext(flows.UNIT),
    )
    yield _site_layer(result, texts)
    yield from _actor_layers(actors, table, names)
    yield from _destination_layers(result, actors, names)
    yield from _fact_layers(result, texts)
    yield from _ground_layers(result, texts)


def _site_layer(result: "Result", texts: Texts) -> DrawnLayer:
    label = texts.gettext("The residence")
    mark = {"className": "site", "size": 22, "raised": 4000}
    arrivals = result.workings.scene.arrivals
    doors = points.door_features(result.site, arrivals.edges, arrivals.site)
    return drawn_layer(
        "site",
        label,
        doors + points.site_features(result.site, title=label),
        group="walks",
        order=9,
        mark=mark,
        styles={"door": _DOOR},
        sign=sign_html("site"),
    )


def _actor_layers(actors: gpd.GeoDataFrame, table: ActorTable, names: Naming) -> Iterator[DrawnLayer]:
    texts = names.texts
    unsure = bool((actors["unsure"] & (actors["group"] != "silent")).any())
    ring = [{"label": texts.gettext("Dashed ring: the rank is unsure"), "sign": sign_html("disc unsure", text="4")}]
    yield drawn_layer(
        "top",
        texts.gettext("Actors that are often passed"),
        points.actor_features(actors, table.index, names, group="top"),
        group="actors",
        order=8,
        mark={"className": "disc", "size": 24, "raised": 3000},
        sign=sign_html("disc", text="1"),
        rows=ring if unsure else [],
    )
    yield drawn_layer(
        "passed",
        texts.gettext("Other actors that are passed"),
        points.actor_features(actors, table.index, names, group="passed"),
        group="actors",
        order=5,
        styles={"dot": _ACTOR_DOT},
        sign=sign_html("dot"),
        rows=legend.size_rows(actors, texts),
        unit=texts.gettext("Size: passages per week"),
    )
    yield drawn_layer(
        "silent",
        texts.gettext("Actors without passages"),
        points.actor_features(actors, table.index, names, group="silent"),
        group="actors",
        order=4,
        show=False,
        labels=points.actor_labels(texts),
        styles={"dot": _SILENT_DOT},
        sign=sign_html("dot small"),
    )
    yield drawn_layer(
        "schools",
        texts.gettext("Schools and preschools"),
        points.school_features(actors, table.index, names),
        group="actors",
        order=2,
        show=False,
        labels=points.actor_labels(texts),
        styles={"school": _SCHOOL | {"fillOpacity": 0.75, "radius": 8}},
        sign=sign_html("school"),
    )


def _destination_layers(result: "Result", shown: gpd.GeoDataFrame, names: Naming) -> Iterator[DrawnLayer]:
    """Which layers show destinations? One for each function that has any, in the order of the needs."""
    hidden = set(result.actors["actor_id"]) - set(shown["actor_id"])
    open_ones = result.destinations.loc[~result.destinations["destination_id"].isin(hidden).to_numpy()]
    visited = open_ones.loc[(open_ones["trips_per_week"] > 0).to_numpy()]
    order = {function: number for number, function in enumerate(result.access["function"])}
    found = sorted(visited["function"].unique(), key=lambda function: order.get(function, len(order)))
    for number, function in enumerate(found):
        yield function_layer(
            number,
            function,
            names.texts.gettext(f"function:{function}"),
            points.destination_features(visited, names, function=function),
            labels=points.destination_labels(names.texts),
        )


def function_layer(number: int, function: str, label: str, features: list[Feature], *, labels: list[str]) -> DrawnLayer:
    """What is the layer of the destinations of one function: squares with its letter and colour?"""
    sign = look.function_sign(function)
    mark = {"className": "sign", "size": 20, "raised": 1000, "letter": sign.letter}
    mark |= {"colour": sign.colour, "ink": look.ink_on(sign.colour)}
    return drawn_layer(
        f"destinations-{number}",
        label,
        features,
        group="destinations",
        order=7,
        labels=labels,
        mark=mark,
        sign=legend.function_sign_html(function),
    )


def _fact_layers(result: "Result", texts: Texts) -> Iterator[DrawnLayer]:
    styles = facts.lighting_styles()
    yield drawn_layer(
        "lighting",
        texts.gettext("Lighting"),
        facts.lighting_features(result, texts),
        group="streets",
        order=3,
        show=False,
        styles=styles,
        rows=[
            {"label": texts.gettext(label), "sign": sign_html(f"stroke {state}")}
            for state, label in facts.LIGHTING.items()
        ],
    )
    yield drawn_layer(
        "seats",
        texts.gettext("Seats"),
        facts.seat_features(result, texts),
        group="streets",
        order=6,
        show=False,
        styles=_SEAT,
        sign=sign_html("seat"),
        unit=texts.gettext("There may be more: a seat that is missing here is not known to be absent"),
    )


def _ground_layers(result: "Result", texts: Texts) -> Iterator[DrawnLayer]:
    yield ground_layer(ground.ground_features(result.ground, result.edges, result.study_area), texts)
    yield drawn_layer(
        "area",
        texts.gettext("Study area"),
        ground.area_features(result.study_area),
        group="ground",
        order=0,
        pane="ground",
        styles=ground.area_styles(),
        sign=sign_html("area"),
    )
    yield names_layer(result.edges, texts)


def ground_layer(features: list[Feature], texts: Texts) -> DrawnLayer:
    """What is the layer that lies undermost?"""
    label, styles = texts.gettext("Streets, buildings, green and water"), ground.ground_styles()
    return drawn_layer("ground", label, features, group="ground", order=0, pane="ground", styles=styles)


def names_layer(edges: gpd.GeoDataFrame, texts: Texts) -> DrawnLayer:
    """What is the layer of the streets' names?"""
    content = {"order": 0, "names": ground.street_names(edges)}
    return DrawnLayer("names", texts.gettext("Street names"), group="ground", content=content)
