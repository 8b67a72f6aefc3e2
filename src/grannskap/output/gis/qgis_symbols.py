"""The small parts of a QGIS style: symbols, rules and labels as XML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

MM_PER_PX = 25.4 / 96  # widths of the look are in pixels of a screen


def mm(pixels: float) -> str:
    """How many millimetres are so many pixels?

    >>> mm(8.0)
    '2.12'
    """
    return f"{pixels * MM_PER_PX:.2f}"


def rgb(colour: str) -> str:
    """How does QGIS write this ``#rrggbb`` colour?

    >>> rgb("#12386b")
    '18,56,107,255'
    """
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


@dataclass(frozen=True, slots=True)
class Part:
    """Which layer of a symbol is drawn: its class in QGIS, properties, and expressions for some of them?

    Attributes
    ----------
    kind : str
    pass_ : int
        Parts with a higher number are drawn over all those with a lower one, whichever feature they are of.
    properties, expressions : mapping of str
    """

    kind: str
    properties: Mapping[str, str]
    expressions: Mapping[str, str] = field(default_factory=dict)
    pass_: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Which features are drawn with which symbol?

    Attributes
    ----------
    label : str
        In the legend.
    parts : sequence of Part
        The undermost first.
    filter : str
        An expression; of a category its value.
    low, high : float
        Bounds of a class of numbers.
    closer_than : int
        Drawn only on maps of a larger scale than 1 to this; 0 for all.
    """

    label: str
    parts: Sequence[Part]
    filter: str = ""
    low: float = 0.0
    high: float = 0.0
    closer_than: int = 0


def line(colour: str, width_px: float, *, pass_: int = 0, dash: str = "solid") -> Part:
    """Which part draws a line?"""
    properties = {"line_color": rgb(colour), "line_width": mm(width_px), "line_width_unit": "MM", "line_style": dash}
    return Part("SimpleLine", properties | {"capstyle": "round", "joinstyle": "round"}, pass_=pass_)


def fill(colour: str | None, edge: str | None = None, *, width_px: float = 0.7, dash: str = "solid") -> Part:
    """Which part draws an area? Without a colour only its edge is drawn, without an edge only its inside."""
    properties = {
        "style": "solid" if colour else "no",
        "color": rgb(colour or "#ffffff"),
        "outline_style": dash if edge else "no",
        "outline_color": rgb(edge or "#ffffff"),
        "outline_width": mm(width_px),
        "outline_width_unit": "MM",
    }
    return Part("SimpleFill", properties)


def disc(colour: str, edge: str, size_px: float, *, width_px: float = 1.0, dash: str = "solid", size: str = "") -> Part:
    """Which part draws a disc? ``size`` is an expression in millimetres."""
    properties = {
        "name": "circle",
        "color": rgb(colour),
        "outline_color": rgb(edge),
        "outline_width": mm(width_px),
        "outline_width_unit": "MM",
        "outline_style": dash,
        "size": mm(size_px),
        "size_unit": "MM",
    }
    return Part("SimpleMarker", properties, {"size": size} if size else {})


def letter(sign: str, colour: str, size_px: float, *, size: str = "") -> Part:
    """Which part draws a letter in a disc? ``size`` is an expression in millimetres."""
    properties = {"font": "DejaVu Sans", "chr": sign, "color": rgb(colour), "size": mm(size_px), "size_unit": "MM"}
    expressions = {"size": size} if size else {}
    return Part("FontMarker", properties | {"font_style": "Bold", "outline_width": "0"}, expressions)


def symbol(parent: Element, name: str, sort: str, parts: Sequence[Part]) -> None:
    """Write a symbol under an element; ``sort`` is marker, line or fill."""
    at = SubElement(parent, "symbol", name=name, type=sort, alpha="1", clip_to_extent="1", force_rhr="0")
    for part in parts:
        kind = {"class": part.kind, "enabled": "1", "locked": "0", "pass": str(part.pass_)}
        layer = SubElement(at, "layer", kind)
        told = SubElement(layer, "Option", type="Map")
        for key, value in part.properties.items():
            SubElement(told, "Option", name=key, type="QString", value=value)
        for key, value in part.properties.items():
            SubElement(layer, "prop", k=key, v=value)  # as QGIS before 3.20 reads it
        if part.expressions:
            _expressions(SubElement(layer, "data_defined_properties"), part.expressions)


def _expressions(at: Element, expressions: Mapping[str, str]) -> None:
    held = SubElement(at, "Option", type="Map")
    SubElement(held, "Option", name="name", type="QString", value="")
    properties = SubElement(held, "Option", name="properties", type="Map")
    for key, expression in expressions.items():
        one = SubElement(properties, "Option", name=key, type="Map")
        SubElement(one, "Option", name="active", type="bool", value="true")
        SubElement(one, "Option", name="expression", type="QString", value=expression)
        SubElement(one, "Option", name="type", type="int", value="3")
    SubElement(held, "Option", name="type", type="QString", value="collection")


def single(root: Element, sort: str, parts: Sequence[Part]) -> None:
    """Draw all features alike."""
    at = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0", enableorderby="0")
    symbol(SubElement(at, "symbols"), "0", sort, parts)


def graduated(root: Element, column: str, rules: Sequence[Rule], *, sort: str) -> None:
    """Draw features by the class of a number."""
    settings = {"attr": column, "graduatedMethod": "GraduatedColor", "symbollevels": "1", "forceraster": "0"}
    at = SubElement(root, "renderer-v2", settings, type="graduatedSymbol", enableorderby="0")
    ranges, symbols = SubElement(at, "ranges"), SubElement(at, "symbols")
    for number, rule in enumerate(rules):
        bounds = {"lower": f"{rule.low:.6f}", "upper": f"{rule.high:.6f}"}
        SubElement(ranges, "range", bounds, symbol=str(number), label=rule.label, render="true")
        symbol(symbols, str(number), sort, rule.parts)


def categorized(root: Element, column: str, rules: Sequence[Rule], *, sort: str) -> None:
    """Draw features by a value; that of a rule is its ``filter``."""
    settings = {"attr": column, "symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    at = SubElement(root, "renderer-v2", settings, type="categorizedSymbol")
    categories, symbols = SubElement(at, "categories"), SubElement(at, "symbols")
    for number, rule in enumerate(rules):
        told = {"value": rule.filter, "label": rule.label, "symbol": str(number), "render": "true", "type": "string"}
        SubElement(categories, "category", told)
        symbol(symbols, str(number), sort, rule.parts)


def by_rule(root: Element, key: str, rules: Sequence[Rule], *, sort: str, last: str) -> None:
    """Draw features by expressions; those with the smallest ``last`` are drawn last, over the others."""
    settings = {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0", "enableorderby": "1"}
    at = SubElement(root, "renderer-v2", settings)
    held, symbols = SubElement(at, "rules", key=key), SubElement(at, "symbols")
    for number, rule in enumerate(rules):
        told = {"key": f"{key}-{number}", "filter": rule.filter, "label": rule.label, "symbol": str(number)}
        SubElement(held, "rule", told | _scales(rule.closer_than))
        symbol(symbols, str(number), sort, rule.parts)
    SubElement(SubElement(at, "orderby"), "orderByClause", asc="0", nullsFirst="1").text = f'"{last}"'


def _scales(closer_than: int) -> dict[str, str]:
    return {"scalemindenom": "1", "scalemaxdenom": str(closer_than)} if closer_than else {}


@dataclass(frozen=True, slots=True)
class Label:
    """Which features are labelled, with which column, and how is it written?"""

    column: str
    filter: str
    colour: str
    size_pt: float
    along: bool = False
    halo: str = ""
    closer_than: int = 0


def _told(key: str, label: Label) -> dict[str, str]:
    return {"key": key, "filter": label.filter} | _scales(label.closer_than)


_PLACEMENT_OVER, _PLACEMENT_LINE = "1", "2"


def labels(root: Element, key: str, told: Sequence[Label]) -> None:
    """Write labels over points, or along lines."""
    rules = SubElement(SubElement(root, "labeling", type="rule-based"), "rules", key=key)
    for number, each in enumerate(told):
        rule = SubElement(rules, "rule", _told(f"{key}-{number}", each))
        settings = SubElement(rule, "settings")
        style = SubElement(
            settings,
            "text-style",
            fieldName=each.column,
            isExpression="0",
            fontFamily="DejaVu Sans",
            fontSize=f"{each.size_pt:g}",
            fontSizeUnit="Point",
            textColor=rgb(each.colour),
            textOpacity="1",
        )
        if each.halo:
            SubElement(
                style, "text-buffer", bufferDraw="1", bufferSize="0.6", bufferSizeUnits="MM", bufferColor=rgb(each.halo)
            )
        placement = _PLACEMENT_LINE if each.along else _PLACEMENT_OVER
        SubElement(settings, "placement", placement=placement, quadOffset="4", dist="0", placementFlags="9")
        along, over = ("1", "0") if each.along else ("0", "1")
        SubElement(settings, "rendering", obstacle="0", mergeLines=along, displayAll=over)
