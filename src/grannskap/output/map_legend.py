"""What does the panel beside the map say? Functions first, then flows, actors and small print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from grannskap.language import Texts
from grannskap.language.writing import amount, plain
from grannskap.output import look
from grannskap.output.map_features import title_of
from grannskap.output.map_flows import FlowClass, class_label
from grannskap.output.map_page import fill
from grannskap.output.map_points import metres

if TYPE_CHECKING:
    from grannskap.result import Result

STANDING_NOTE = (
    "The map shows calculated walks in the street network, not how individual people move. "
    "That a place is often passed is a reason for early contact, not a measure of problems. "
    "The residents' needs in the neighbourhood are on a par with those of other inhabitants."
)
ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"

_METHODS = {
    "logit": "several plausible routes (logit, θ {theta} per metre)",
    "shortest": "shortest route",
    "within_detour": "routes within a small detour",
}
SENSITIVITY = {
    "open": "Open material",
    "internal": "Internal working material",
    "protected": "Protected: must not be passed on",
}


def panel(result: "Result", actors: gpd.GeoDataFrame, flows: Sequence[FlowClass], texts: Texts) -> Markup:
    """What is the HTML of the panel, with every value escaped?"""
    return fill(
        "panel.html",
        t=texts,
        name=plain(result.study.name),
        badge=texts.gettext(SENSITIVITY[result.study.sensitivity]),
        functions=function_rows(result.access, texts),
        flows=flow_rows(flows, texts),
        actors=actor_rows(actors, texts),
        sizes=size_rows(actors, texts),
        unsure=bool((actors["unsure"] & (actors["group"] != "silent")).any()),
        small_print=small_print(result, texts),
        note=texts.gettext(STANDING_NOTE),
    )


def function_rows(access: pd.DataFrame, texts: Texts) -> list[dict[str, object]]:
    """Which functions does the profile hold, and how near is the nearest place for each?"""
    return [_function_row(row, texts) for row in access.to_dict("records")]


def _function_row(row: dict[Any, Any], texts: Texts) -> dict[str, object]:
    sign = look.function_sign(row["function"])
    unmet = not row["n_within_reach"] > 0
    near = texts("nearest {distance}", distance=metres(float(row["nearest_m"]), texts))
    return {
        "label": texts.gettext(f"function:{row['function']}"),
        "letter": sign.letter,
        "colour": sign.colour,
        "ink": look.ink_on(sign.colour),
        "unmet": unmet,
        "trips": texts("{n} trips per week", n=amount(float(row["trips_per_week"]), texts)),
        "reach": texts.gettext("nothing within reach") if unmet else near,
    }


def flow_rows(flows: Sequence[FlowClass], texts: Texts) -> list[dict[str, object]]:
    """Which lines stand in the legend, the most used first?"""
    return [
        {
            "label": class_label(flow, texts),
            "colour": look.FLOW_COLOURS[flow.index],
            "width": look.FLOW_WIDTHS[flow.index],
        }
        for flow in reversed(flows)
    ]


def actor_rows(actors: gpd.GeoDataFrame, texts: Texts) -> list[dict[str, object]]:
    """Which actors are passed most often, as the rows of a list?"""
    top = actors.loc[(actors["group"] == "top").to_numpy()]
    return [
        {
            "rank": int(row["rank"]),
            "title": title_of(row["name"], row["kind"], texts),
            "kind": texts.gettext(f"kind:{row['kind']}"),
            "passages": amount(float(row["passages_per_week"]), texts),
            "unsure": bool(row["unsure"]),
        }
        for row in top.to_dict("records")
    ]


def size_rows(actors: gpd.GeoDataFrame, texts: Texts) -> list[dict[str, object]]:
    """How many passages do a large, a middling and a small disc mean?"""
    largest = float(actors["passages_per_week"].max()) if len(actors) else 0.0
    if not largest > 0:
        return []
    return [
        {
            "label": amount(share * largest, texts),
            "radius": look.radius(share * largest, largest=largest, radii=look.DOT_RADII),
        }
        for share in (1.0, 0.25, 0.02)
    ]


def small_print(result: "Result", texts: Texts) -> list[str]:
    """Which data and settings lie behind the map, a line each?"""
    study = result.study
    theta = texts.number(study.model.theta_per_m, decimals=3)
    settings = texts(
        "Method: {method} · radius {radius} m · actors within {frontage} m · profile {profile}",
        method=texts(_METHODS[study.model.method], theta=theta),
        radius=texts.number(study.reach.radius_m),
        frontage=texts.number(study.model.frontage_m),
        profile=plain(study.profile.name),
    )
    date = texts("Map data of {date}", date=data_date(result) or texts.gettext("unknown date"))
    return [settings, f"{date} · {texts.gettext(ATTRIBUTION)} · openstreetmap.org/copyright"]


def data_date(result: "Result") -> str:
    """From which day is the map data? Empty when the source does not say."""
    source = result.manifest.get("source")
    told = source.get("data_date") if isinstance(source, dict) else None
    date = told or result.manifest.get("data_date")
    return plain(str(date))[:10] if date else ""
