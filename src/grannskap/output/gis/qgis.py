"""Styles of QGIS for the layers of a GeoPackage, so that it opens with the look of the other maps."""

from xml.etree.ElementTree import Element, SubElement, tostring

import geopandas as gpd

from grannskap.language import Texts
from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.gis.fields import field_name
from grannskap.output.gis.qgis_symbols import (
    MM_PER_PX,
    Label,
    Part,
    Rule,
    by_rule,
    categorized,
    disc,
    fill,
    graduated,
    labels,
    letter,
    line,
    mm,
    single,
)
from grannskap.output.webmap.flows import LEAST_DRAWN_PER_WEEK, class_label, flow_classes, used_edges
from grannskap.output.webmap.ground import CARRIAGEWAYS
from grannskap.output.webmap.points import MINOR_SHARE, UNSURE_SHARE

QGIS_VERSION = "3.22.0"
STREET_PX, DESTINATION_PX, MINOR_PX, SMALL_PX = 1.2, 15.0, 7.0, 5.0
NUMBERED = 30  # ranks that have their number at every scale
CLOSE, CLOSER = 8000, 3000  # scales from which more is drawn
_ROUND_UP = 1e-6  # numbers in the file have six decimals


def style(name: str, table: gpd.GeoDataFrame, texts: Texts) -> str:
    """How does QGIS draw a layer, as QML?

    Parameters
    ----------
    name : str
        Of the layer, as in `grannskap.output.gis.layers.GEOMETRY`.
    table : GeoDataFrame
        As it is written.
    texts : Texts

    Returns
    -------
    str
        XML with symbols, labels and the names of columns for people.
    """
    root = Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling|Fields|Forms")
    root.set("labelsEnabled", "1" if name in ("actors", "edges") else "0")
    match name:
        case "edges":
            _flows(root, table, texts)
        case "actors":
            _actors(root, table, texts)
        case "destinations":
            _destinations(root, table, texts)
        case _:
            _plain(root, name, texts)
    name_columns(root, table, texts)
    return tostring(root, encoding="unicode")


def name_columns(root: Element, table: gpd.GeoDataFrame, texts: Texts) -> None:
    """Tell QGIS what the columns are called for people."""
    aliases = SubElement(root, "aliases")
    for number, column in enumerate(table.columns.drop("geometry")):
        # The column of the feature's number comes first in QGIS.
        SubElement(aliases, "alias", index=str(number + 1), field=column, name=field_name(column, texts))


def _flows(root: Element, edges: gpd.GeoDataFrame, texts: Texts) -> None:
    """Five classes in width and darkness, each a fifth of all metres walked; unused streets are quiet."""
    used = used_edges(edges)
    quiet = Rule(
        texts.gettext("Streets without calculated walks"),
        [line(look.GROUND["street_edge"], STREET_PX)],
        low=0.0,
        high=LEAST_DRAWN_PER_WEEK,
    )
    classes = flow_classes(used)
    rules = [
        Rule(
            texts("{n} walks per week", n=class_label(flow, texts)),
            [line(look.FLOW_COLOURS[flow.index], look.FLOW_WIDTHS[flow.index], pass_=flow.index + 1)],
            low=max(flow.low, LEAST_DRAWN_PER_WEEK),
            high=flow.high + (_ROUND_UP if flow is classes[-1] else 0.0),
        )
        for flow in classes
    ]
    graduated(root, "legs_per_week", [quiet, *rules], sort="line")
    street_labels(root)


def street_labels(root: Element) -> None:
    """Let QGIS write the names along carriageways, on larger scales."""
    ways = ", ".join(f"'{sort}'" for sort in sorted(CARRIAGEWAYS))
    named = f""""name" <> '' AND "highway" IN ({ways})"""
    label = Label("name", named, look.QUIET_INK, 7.0, along=True, halo=look.PAPER, closer_than=CLOSE)
    labels(root, "grannskap-streets", [label])


def _actors(root: Element, actors: gpd.GeoDataFrame, texts: Texts) -> None:
    """Numbered discs by rank, their areas as the passages; sensitive neighbours are not drawn."""
    shown = actors[~actors.sensitive.astype(bool)]
    passed = shown[shown.passages_per_week > 0]
    largest = float(passed.passages_per_week.max()) if len(passed) else 1.0
    spread = f'abs("rank_high" - "rank_low") > {UNSURE_SHARE * max(len(passed), 1):g}'
    unsure, sure = f"coalesce({spread}, false)", f"NOT coalesce({spread}, false)"
    open_to_all = 'NOT "sensitive"'
    first = f'{open_to_all} AND "passages_per_week" > 0 AND "rank" <= {look.TOP}'
    others = f'{open_to_all} AND "passages_per_week" > 0 AND "rank" > {look.TOP}'
    few, many = f'{others} AND "rank" <= {NUMBERED}', f'{others} AND "rank" > {NUMBERED}'
    top, dot = _size(look.TOP_RADII, largest), _size(look.DOT_RADII, largest)
    open_word = texts.gettext("the order is unsure")
    named_first, named_others = texts.gettext("The first ten"), texts.gettext("Other actors that are passed")
    rules = [
        Rule(named_first, [disc(look.ACCENT, look.PAPER, 2 * look.TOP_RADII[0], size=top)], f"{first} AND {sure}"),
        Rule(
            f"{named_first}, {open_word}",
            [disc(look.ACCENT, look.PAPER, 2 * look.TOP_RADII[0], width_px=1.8, dash="dash", size=top)],
            f"{first} AND {unsure}",
        ),
        Rule(named_others, [disc(look.PAPER, look.ACCENT, 2 * look.DOT_RADII[0], size=dot)], f"{others} AND {sure}"),
        Rule(
            f"{named_others}, {open_word}",
            [disc(look.PAPER, look.ACCENT, 2 * look.DOT_RADII[0], dash="dot", size=dot)],
            f"{others} AND {unsure}",
        ),
        Rule(
            texts.gettext("Actors that no calculated walk passes"),
            [disc(look.PAPER, look.QUIET_INK, SMALL_PX, width_px=0.7)],
            f'{open_to_all} AND NOT coalesce("passages_per_week" > 0, false)',
            closer_than=CLOSE,
        ),
    ]
    by_rule(root, "grannskap-actors", rules, sort="marker", last="rank")
    labels(
        root,
        "grannskap-ranks",
        [
            Label("rank", first, "#ffffff", 7.5),
            Label("rank", few, look.INK, 5.5),
            Label("rank", many, look.INK, 5.0, closer_than=CLOSER),
        ],
    )


def _size(radii: tuple[float, float], largest: float) -> str:
    """An expression for the diameter in millimetres, so that areas compare as the passages do (`look.radius`)."""
    low, high = (2 * radius * MM_PER_PX for radius in radii)
    share = f'sqrt(min(max(coalesce("passages_per_week", 0) / {largest:.6f}, 0), 1))'
    return f"{low:.3f} + {high - low:.3f} * {share}"


def _destinations(root: Element, table: gpd.GeoDataFrame, texts: Texts) -> None:
    """A colour and a letter for each function; without a letter and small where few of its trips go.

    Sensitive neighbours are not drawn.
    """
    rules = []
    for function, trips in table.groupby("function").trips_per_week.sum().items():
        sign = look.function_sign(str(function))
        ink = look.ink_on(sign.colour)
        major = f'"trips_per_week" >= {MINOR_SHARE * float(trips):.6f} AND "trips_per_week" > 0'
        size, high = (f"if({major}, {mm(px)}, {{}})".format for px in (DESTINATION_PX, DESTINATION_PX * 0.62))
        parts = [
            disc(sign.colour, look.INK, DESTINATION_PX, size=size(mm(MINOR_PX))),
            letter(sign.letter, ink, DESTINATION_PX * 0.62, size=high(0)),
        ]
        rules.append(Rule(plain(texts.gettext(f"function:{function}")), parts, str(function)))
    categorized(root, 'if("sensitive", NULL, "function")', rules, sort="marker")


def _plain(root: Element, name: str, texts: Texts) -> None:
    ground = look.GROUND
    parts: dict[str, tuple[str, list[Part]]] = {
        "site": ("marker", [disc("#ffffff", look.INK, 16.0, width_px=2.5), disc(look.INK, look.INK, 4.0)]),
        "study_area": ("fill", [fill(None, look.QUIET_INK, width_px=1.2, dash="dash")]),
        "buildings": ("fill", [fill(ground["building"], ground["building_edge"])]),
        "green": ("fill", [fill(ground["green"])]),
        "water": ("fill", [fill(ground["water"])]),
    }
    if name in parts:
        sort, drawn = parts[name]
        single(root, sort, drawn)
        return
    kinds = ", ".join(f"'{kind}'" for kind in look.SCHOOL_KINDS)
    school, first = f'"kind" IN ({kinds})', f'"rank" <= {look.TOP} AND "passages_per_week" > 0'
    sorts = {
        texts.gettext("Schools and preschools"): (fill(look.SCHOOL, look.QUIET_INK), school),
        texts.gettext("The first ten"): (fill(None, look.ACCENT, width_px=1.6), f"{first} AND NOT {school}"),
        texts.gettext("Other actors"): (fill(None, look.QUIET_INK, width_px=0.5), f"NOT ({first}) AND NOT {school}"),
    }
    rules = [Rule(label, [part], f'NOT "sensitive" AND {told}') for label, (part, told) in sorts.items()]
    by_rule(root, "grannskap-areas", rules, sort="fill", last="rank")
