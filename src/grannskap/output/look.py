"""Which colours, widths and letters do all maps and notebooks share?

Data and a few tiny pure helpers; every output takes its look from here and from nowhere else.
The ground recedes: nothing in it is darker than the lightest class of flow.
Function colours are those of Okabe and Ito (2008, *Color Universal Design*), and each carries a
letter, so that colour never bears meaning alone. Grey means *unknown* and nothing else.
"""

from dataclasses import dataclass
from typing import Any

from grannskap.place.functions import read_functions
from grannskap.routes.roundwalks import ROUND_WALK

PAPER = "#fbfaf8"
INK = "#1d1d1b"
QUIET_INK = "#5f5a53"
ACCENT = "#12386b"
RULE = "#e3dfd8"
SCHOOL = "#f3ead0"

GROUND = {
    "building": "#e7e3dd",
    "building_edge": "#d9d3cb",
    "green": "#dfe9d9",
    "water": "#d3e2ea",
    "street": "#ffffff",
    "street_edge": "#d9d5cf",
    "path": "#dedad3",
}

FLOW_COLOURS = ("#c3d3ea", "#8fb0d9", "#5a89c0", "#2f609c", "#12386b")
FLOW_WIDTHS = (1.5, 2.6, 4.0, 5.8, 8.0)
"""Width in pixels (or points on paper) of each class of flow, from the least used."""

TOP = 10
"""How many actors, from rank 1, have a filled disc with a white number."""
TOP_RADII = (11.0, 17.0)
DOT_RADII = (4.0, 10.0)
"""Least and greatest radius in pixels of the first ten and of the other passed actors."""
LEGEND_SHARES = (1.0, 0.25, 0.02)
"""Discs that the legend shows, by their share of the most passages."""

SCHOOL_KINDS = ("preschool", "childcare", "compulsory_school", "upper_secondary_school", "school")


FUNCTION_COLOURS = {
    "transit": "#0072b2",
    "groceries": "#e69f00",
    "green_space": "#009e73",
    "alcohol_shop": "#cc79a7",
    "pharmacy": "#56b4e9",
    "healthcare": "#d55e00",
    "library": "#f0e442",
    "meeting_place": "#ffffff",
    "round_walk": "#1d1d1b",
}
"""The letters stand with the functions themselves, in ``functions.toml``."""
NO_ERRAND = "~"
"""The letter of walks without an errand, which lead to no place."""
ERRAND_WIDTHS = (1.6, 2.4, 3.2, 4.4, 6.0, 8.0)
"""Width in pixels of one errand among the walks past an actor, by the share of those who pass on it."""
LIGHTING = {"lit": "#b06c00", "unlit": "#1d1d1b", "unknown": "#77736d"}
"""Grey for what the map data does not tell; each of them has a pattern of its own as well."""
SEAT = "#5b3a12"

OTHER_COLOUR = "#ffffff"


@dataclass(frozen=True, slots=True)
class Type:
    """How large is what a sheet of paper says, in points, and how far apart are its lines?"""

    title: float
    heading: float
    body: float
    small: float
    leading: float = 1.36


PRINT_FONT = "DejaVu Sans"
PRINT_TYPE = {"a3": Type(title=15.0, heading=8.8, body=7.2, small=6.2), "a4": Type(11.0, 7.4, 6.2, 5.5, 1.28)}
PRINT_SHEET = "#ffffff"
PRINT_HALO = "#fbfaf8"
PRINT_SIGNS_MM = {"a3": 1.0, "a4": 0.84}
"""How large signs on paper are, as a share of those on A3."""
PRINT_UNKNOWN: dict[str, Any] = {"fc": "none", "ec": RULE, "lw": 0.0, "hatch": "////"}
"""What the map data does not hold has a quiet pattern of its own."""


@dataclass(frozen=True, slots=True)
class FunctionSign:
    """What marks the destinations of one function: a colour and a letter."""

    colour: str
    letter: str


def css_variables() -> str:
    """Which CSS custom properties hand colours and sizes over to style sheets?"""
    values = {
        "paper": PAPER,
        "ink": INK,
        "quiet-ink": QUIET_INK,
        "rule": RULE,
        "accent": ACCENT,
        "flow": FLOW_COLOURS[3],
        "school": SCHOOL,
        "seat": SEAT,
        **LIGHTING,
        **{f"flow-{i}": colour for i, colour in enumerate(FLOW_COLOURS)},
        **{f"width-{i}": f"{width}px" for i, width in enumerate(FLOW_WIDTHS)},
    }
    for i, share in enumerate(LEGEND_SHARES):
        values[f"size-{i}"] = f"{2 * radius(share, largest=1.0, radii=DOT_RADII):.1f}px"
    return ":root {" + " ".join(f"--{name}: {value};" for name, value in values.items()) + "}"


def function_sign(function: str) -> FunctionSign:
    """Which sign marks this function? Functions that have no colour of their own share a white one."""
    letters = {each.id: each.letter for each in read_functions()} | {ROUND_WALK: NO_ERRAND}
    return FunctionSign(FUNCTION_COLOURS.get(function, OTHER_COLOUR), letters.get(function, "+"))


_DARK_CHANNEL = 0.04045
"""Up to here an sRGB channel grows in proportion (WCAG 2.2)."""


def luminance(colour: str) -> float:
    """How light is this ``#rrggbb`` colour, from 0 (black) to 1 (white)?

    Relative luminance as WCAG 2.2 defines it.

    >>> round(luminance("#ffffff"), 3)
    1.0
    """
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= _DARK_CHANNEL else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """How strongly do two colours contrast, from 1 to 21 (WCAG 2.2)?

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Is a letter on this colour best written in black or in white?

    >>> ink_on("#f0e442")
    '#000000'
    """
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def radius(value: float, *, largest: float, radii: tuple[float, float]) -> float:
    """How large is the disc of an amount, so that areas compare as the amounts do?

    >>> radius(25.0, largest=100.0, radii=(4.0, 10.0))
    7.0
    """
    share = min(max(value / largest, 0.0), 1.0) if largest > 0 else 0.0
    return radii[0] + (radii[1] - radii[0]) * float(share**0.5)
