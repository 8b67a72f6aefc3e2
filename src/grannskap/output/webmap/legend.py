"""What does the panel beside the map say? Functions first, then flows, actors and small print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.language.writing import amount, plain
from grannskap.output import look
from grannskap.output.small_print import SENSITIVITY, STANDING_NOTE, small_print
from grannskap.output.webmap.flows import FlowClass, class_label
from grannskap.output.webmap.page import DrawnLayer, fill, sign_html
from grannskap.output.webmap.points import metres
from grannskap.output.webmap.table import ActorTable
from grannskap.output.webmap.tiles import Tiles

if TYPE_CHECKING:
    from grannskap.result import Result


GROUPS = {
    "walks": _("Walks"),
    "actors": _("Actors"),
    "destinations": _("Destinations"),
    "streets": _("Lighting and seats"),
    "ground": _("Ground"),
}
"""Under which heading a layer stands in the list, in its order."""


def panel(
    result: "Result", layers: Sequence[DrawnLayer], table: ActorTable, texts: Texts, *, tiles: Tiles | None
) -> Markup:
    """What is the HTML of the panel, with every value escaped?

    Parameters
    ----------
    result : Result
    layers : sequence of DrawnLayer
    table : ActorTable
    texts : Texts
    tiles : Tiles, optional
        A background from elsewhere, where the study asks for one.
    """
    return fill(
        "panel.html",
        t=texts,
        name=plain(result.study.name),
        badge=texts.gettext(SENSITIVITY[result.study.sensitivity]),
        functions=function_rows(result.access, texts),
        listed=listed(layers, texts),
        kinds=table.groups,
        n_actors=texts.number(len(table.index)),
        tiles=tiles,
        small_print=small_print(result, texts),
        note=texts.gettext(STANDING_NOTE),
    )


def listed(layers: Sequence[DrawnLayer], texts: Texts) -> list[dict[str, object]]:
    """Which layers stand under each heading of the list?"""
    return [
        {"id": group, "label": texts.gettext(label), "layers": [layer for layer in layers if layer.group == group]}
        for group, label in GROUPS.items()
        if any(layer.group == group for layer in layers)
    ]


def function_rows(access: pd.DataFrame, texts: Texts) -> list[dict[str, object]]:
    """Which functions does the profile hold, and how near is the nearest place for each? Unmet needs come first."""
    rows = [_function_row(row, texts) for row in access.to_dict("records")]
    return sorted(rows, key=lambda row: not row["unmet"])


def _function_row(row: dict[Any, Any], texts: Texts) -> dict[str, object]:
    unmet = not row["n_within_reach"] > 0
    near = texts("nearest {distance}", distance=metres(float(row["nearest_m"]), texts))
    return {
        "label": texts.gettext(f"function:{row['function']}"),
        "sign": function_sign_html(row["function"], unmet=unmet),
        "unmet": unmet,
        "trips": texts("{n} trips per week", n=amount(float(row["trips_per_week"]), texts)),
        "reach": texts.gettext("nothing within reach") if unmet else near,
    }


def function_sign_html(function: str, *, unmet: bool = False) -> Markup:
    """With which letter and colour does a function stand in lists? With a pattern of its own where it is not met."""
    sign = look.function_sign(function)
    classes = "sign unmet" if unmet else "sign"
    return sign_html(classes, text=sign.letter, colour=sign.colour, ink=look.ink_on(sign.colour))


def flow_rows(flows: Sequence[FlowClass], texts: Texts) -> list[dict[str, object]]:
    """Which lines stand in the legend, the most used first?"""
    return [
        {"label": class_label(flow, texts), "sign": sign_html(f"line flow-{flow.index}")} for flow in reversed(flows)
    ]


def size_rows(actors: gpd.GeoDataFrame, texts: Texts) -> list[dict[str, object]]:
    """How many passages do a large, a middling and a small disc mean?"""
    largest = float(actors["passages_per_week"].max()) if len(actors) else 0.0
    if not largest > 0:
        return []
    return [
        {"label": amount(share * largest, texts), "sign": sign_html(f"dot size-{number}")}
        for number, share in enumerate(look.LEGEND_SHARES)
    ]
