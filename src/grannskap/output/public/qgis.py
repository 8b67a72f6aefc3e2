"""Styles of QGIS for the layers of a public view, by its coarse classes."""

from xml.etree.ElementTree import Element, tostring

import geopandas as gpd

from grannskap.language import Texts
from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.gis.qgis import DESTINATION_PX, QGIS_VERSION, STREET_PX, name_columns, street_labels, style
from grannskap.output.gis.qgis_symbols import Part, Rule, categorized, disc, fill, letter, line, single
from grannskap.output.public.telling import OFTEN
from grannskap.public.classes import WALKS

DOTS_PX = (5.0, 8.0, 12.0, 17.0)
"""Diameter of an actor's dot, by the class of its rank."""
CLASSES = ("<5", "passed", "next_twenty", "first_ten")


def public_style(name: str, table: gpd.GeoDataFrame, texts: Texts) -> str:
    """How does QGIS draw a layer of the public view, as QML?

    Parameters
    ----------
    name : str
        Of the layer, as in `grannskap.output.public.gis.PUBLIC_GEOMETRY`.
    table : GeoDataFrame
        As it is written.
    texts : Texts
    """
    draw = {"streets": _streets, "actors": _actors, "destinations": _destinations, "not_shown": _not_shown}.get(name)
    if draw is None:
        return style(name, table, texts)
    root = Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling|Fields|Forms")
    root.set("labelsEnabled", "1" if name == "streets" else "0")
    draw(root, table, texts)
    name_columns(root, table, texts)
    return tostring(root, encoding="unicode")


def _streets(root: Element, table: gpd.GeoDataFrame, texts: Texts) -> None:
    quiet = [line(look.GROUND["street_edge"], STREET_PX)]
    if "walks_per_week" in table:
        classes = enumerate(zip(look.FLOW_COLOURS, look.FLOW_WIDTHS, strict=True))
        rules = [Rule(texts.gettext("Streets with <5 walks per week are not marked"), quiet, WALKS.label(-1))]
        rules += [
            Rule(
                texts("{n} walks per week", n=WALKS.label(index)),
                [line(colour, width, pass_=index + 1)],
                WALKS.label(index),
            )
            for index, (colour, width) in classes
        ]
        categorized(root, "walks_per_week", rules, sort="line")
    else:
        single(root, "line", quiet)
    street_labels(root)


def _actors(root: Element, table: gpd.GeoDataFrame, texts: Texts) -> None:
    fills = (look.PAPER, look.PAPER, look.FLOW_COLOURS[1], look.ACCENT)
    dots = [[disc(colour, look.ACCENT, size)] for colour, size in zip(fills, DOTS_PX, strict=True)]
    if "often_passed" not in table:
        single(root, "marker", dots[1])
        return
    told = zip(OFTEN, dots, CLASSES, strict=True)
    rules = [Rule(texts.gettext(label), parts, value) for label, parts, value in told]
    categorized(root, "often_passed", rules[::-1], sort="marker")


def _destinations(root: Element, table: gpd.GeoDataFrame, texts: Texts) -> None:
    rules = []
    for function in sorted(table["function"].unique()):
        sign = look.function_sign(str(function))
        parts: list[Part] = [disc(sign.colour, look.INK, DESTINATION_PX)]
        parts.append(letter(sign.letter, look.ink_on(sign.colour), DESTINATION_PX * 0.62))
        rules.append(Rule(plain(texts.gettext(f"function:{function}")), parts, str(function)))
    categorized(root, "function", rules, sort="marker")


def _not_shown(root: Element, _: gpd.GeoDataFrame, __: Texts) -> None:
    single(root, "fill", [fill(None, look.QUIET_INK, width_px=1.6, dash="dash")])
