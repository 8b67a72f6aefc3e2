"""What do the signs on the sheet mean, and who are the numbered actors? Title, legend and key table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from grannskap.language import Texts
from grannskap.language.writing import amount, interval, plain
from grannskap.output import look
from grannskap.output.naming import Naming
from grannskap.output.sheet import signs
from grannskap.output.sheet.ground import flow_pt
from grannskap.output.sheet.layout import Box, View
from grannskap.output.sheet.marks import DOT_MM, TILE_MM
from grannskap.output.sheet.pen import MM_PER_PT, Pen, cap_height_mm, drawable, few_lines, fitted, width_mm
from grannskap.output.small_print import SENSITIVITY
from grannskap.output.webmap.flows import FlowClass, class_label
from grannskap.output.webmap.points import metres

if TYPE_CHECKING:
    from grannskap.result import Result

MOST_NUMBERED = 30
TITLE_LINES = 3
ROW_LEADING = 1.62
SECTION_MM = 2.6
"""Room before a heading."""
WIDE_MM = 85.0
"""A table as wide as this has a column for the kind."""


def draw_title(pen: Pen, result: "Result", texts: Texts, box: Box) -> float:
    """Write title, what the sheet shows and how it may be used, from the top; where does that end?"""
    name = drawable(plain(result.study.name))
    y = box.top + 0.25 * pen.line_height(pen.type.title)
    for line in few_lines(name, TITLE_LINES, box.width, pen.type.title, "bold"):
        y -= pen.line_height(pen.type.title) * 0.92
        pen.text(box.x, y, line, size=pen.type.title, weight="bold")
    sub = texts.gettext("Calculated walks to and from the residence")
    y = pen.paragraph(box.below(y - 1.6 * pen.signs), sub, size=pen.type.body, colour=look.QUIET_INK)
    badge = texts.gettext(SENSITIVITY[result.study.sensitivity])
    return pen.paragraph(box.below(y), badge, size=pen.type.body, weight="bold")


def heading(pen: Pen, box: Box, top: float, text: str, under: str = "") -> float:
    """Write a heading with a rule over it, and in small letters what its numbers are; where does that end?"""
    top -= SECTION_MM * pen.signs
    pen.rule(box.x, top, box.right, colour=look.QUIET_INK, width=0.5)
    y = pen.paragraph(box.below(top - 0.5), text, size=pen.type.heading, weight="bold")
    return pen.paragraph(box.below(y), under, size=pen.type.small, colour=look.QUIET_INK) if under else y


def draw_functions(pen: Pen, result: "Result", texts: Texts, box: Box, *, columns: int) -> float:
    """Write the functions with their signs and how near the nearest is, in columns; where does that end?"""
    y = heading(pen, box, box.top, texts.gettext("What the residents need"))
    rows = result.access.to_dict("records")
    height = pen.line_height(pen.type.body) + pen.line_height(pen.type.small) + 0.9 * pen.signs
    width = box.width / columns
    for n, row in enumerate(rows):
        x, top = box.x + (n % columns) * width, y - 0.6 - (n // columns) * height
        _draw_function(pen, row, texts, Box(x, top - height, width - 1.5, height))
    return y - 0.6 - -(-len(rows) // columns) * height


def _draw_function(pen: Pen, row: dict[Any, Any], texts: Texts, box: Box) -> None:
    unmet = not row["n_within_reach"] > 0
    radius = TILE_MM * pen.signs
    first = box.top - 0.75 * pen.line_height(pen.type.body)
    second = first - pen.line_height(pen.type.small) - 0.1
    signs.tile(pen, box.x + radius, (first + second) / 2 + 0.7 * pen.signs, row["function"], z=50, unmet=unmet)
    x = box.x + 2 * radius + 1.6
    near = texts("nearest {distance}", distance=metres(float(row["nearest_m"]), texts))
    reach = texts.gettext("nothing within reach") if unmet else near
    trips = texts("{n} trips per week", n=amount(float(row["trips_per_week"]), texts))
    label = texts.gettext(f"function:{row['function']}")
    room = box.right - x
    pen.text(x, first, fitted(label, room, pen.type.body, "bold"), size=pen.type.body, weight="bold")
    both = f"{reach} · {trips}"
    told = both if width_mm(both, pen.type.small) <= room else fitted(reach, room, pen.type.small)
    pen.text(x, second, told, size=pen.type.small, colour=look.QUIET_INK)


def draw_flow_classes(pen: Pen, flows: Sequence[FlowClass], texts: Texts, view: View, box: Box) -> float:
    """Draw a line for each class of flow with its walks per week; where does that end?"""
    under = texts.gettext("Walks per week; there and back count one each")
    y = heading(pen, box, box.top, texts.gettext("Calculated walking corridors"), under)
    if not flows:
        return pen.paragraph(box.below(y), texts.gettext("No walks could be calculated"), size=pen.type.body)
    width = box.width / len(look.FLOW_COLOURS)
    line = y - 2.0 * pen.signs
    label = line - 1.9 * pen.signs - cap_height_mm(pen.type.body) - 0.4
    told = [class_label(flow, texts) for flow in reversed(flows)]
    fits = all(width_mm(each, pen.type.body) <= width - 0.8 for each in told)
    for n, flow in enumerate(reversed(flows)):
        x = box.x + n * width
        thick = flow_pt(flow.index, view, pen)
        ends = np.array([[x + thick * MM_PER_PT / 2, line], [x + width - 2.5 - thick * MM_PER_PT / 2, line]])
        pen.lines([ends], colour=look.FLOW_COLOURS[flow.index], width=thick, z=50)
        pen.text(x, label, told[n], size=pen.type.body if fits else pen.type.small)
    return label - 0.8


def draw_signs(pen: Pen, texts: Texts, box: Box, *, unknown: bool) -> float:
    """Draw what the other signs mean, in two columns where their words fit or space is scarce; where does that end?"""
    rows = _sign_rows(pen, texts, unknown=unknown)
    height = max(2 * TILE_MM * pen.signs + 0.7, pen.line_height(pen.type.small) * 1.5)
    y, room = box.top - 1.2, 2 * TILE_MM * pen.signs + 1.6
    longest = max(width_mm(label, pen.type.small) for _, label in rows)
    columns = 2 if longest <= box.width / 2 - room - 1 or len(rows) * height > y - box.y else 1
    width = box.width / columns
    for n, (draw, label) in enumerate(rows):
        x, middle = box.x + (n % columns) * width, y - (n // columns + 0.5) * height
        draw(x + TILE_MM * pen.signs, middle)
        told = fitted(label, width - room - 1, pen.type.small)
        pen.text(x + room, middle - cap_height_mm(pen.type.small) / 2, told, size=pen.type.small)
    return y - -(-len(rows) // columns) * height


def _sign_rows(pen: Pen, texts: Texts, *, unknown: bool) -> list[tuple[Any, str]]:
    radius = TILE_MM * pen.signs
    sure, rest = {"rank": 1, "group": "top", "unsure": False}, {"rank": 11, "group": "passed", "unsure": False}

    def disc(row: dict[str, Any]) -> Any:
        return lambda x, y: signs.number(pen, x, y, row, radius=radius, z=50)

    def others(x: float, y: float) -> None:
        disc(rest)(x, y)
        pen.dots([(x + radius + 0.35, y - radius * 0.6)], DOT_MM * pen.signs, z=51, **signs.DOT)

    def edge(x: float, y: float) -> None:
        ends = np.array([[x - radius, y], [x + radius, y]])
        pen.lines([ends], colour=look.QUIET_INK, width=0.9, z=50, linestyle=(0, (1.5, 2.4)))

    def hatch(x: float, y: float) -> None:
        pen.rectangle(Box(x - radius, y - radius * 0.7, 2 * radius, 1.4 * radius), fill=look.PAPER, z=50)
        pen.hatched(Box(x - radius, y - radius * 0.7, 2 * radius, 1.4 * radius), z=50.1)

    rows: list[tuple[Any, str]] = [
        (lambda x, y: signs.site(pen, x, y, z=50, share=0.66), texts.gettext("The residence")),
        (lambda x, y: signs.school(pen, x, y, z=50), texts.gettext("Schools and preschools")),
        (disc(sure), texts.gettext("Actors that are often passed")),
        (others, texts.gettext("Other actors that are passed")),
        (disc(rest | {"unsure": True}), texts.gettext("Dashed ring: the rank is unsure")),
        (lambda x, y: signs.small_tile(pen, x, y, "", z=50), texts.gettext("Destination, little used")),
        (edge, texts.gettext("Study area")),
    ]
    return [*rows, (hatch, texts.gettext("No map data"))] if unknown else rows


@dataclass(frozen=True, slots=True)
class Table:
    """Which columns does the key table have, and how high are its rows, in millimetres?"""

    row: float
    head: float
    number: float
    likely: float
    kind: float
    passages: float


def table_of(pen: Pen, box: Box, texts: Texts, *, drawn: bool) -> Table:
    """How wide are the columns of a key table in this box?"""
    row = pen.type.body * ROW_LEADING * MM_PER_PT
    return Table(
        row=row,
        head=row * 1.25,
        number=2 * TILE_MM * pen.signs + 1.6,
        likely=max(width_mm("888–888", pen.type.body), width_mm(texts.gettext("Likely rank"), pen.type.small)) + 2.4
        if drawn
        else 0.0,
        kind=box.width * 0.26 if box.width >= WIDE_MM else 0.0,
        passages=width_mm("8888", pen.type.body) + 1.0,
    )


def rows_in(pen: Pen, box: Box, texts: Texts, *, drawn: bool, first: bool) -> int:
    """How many actors fit in a box of the key table?"""
    table = table_of(pen, box, texts, drawn=drawn)
    head = table.head + (_heading_mm(pen) if first else 0.0)
    return max(0, int((box.height - head) / table.row))


def _heading_mm(pen: Pen) -> float:
    return SECTION_MM * pen.signs + 0.5 + pen.line_height(pen.type.heading) + 2 * pen.line_height(pen.type.small) + 0.5


def draw_table_head(pen: Pen, texts: Texts, box: Box, *, told: str) -> Box:
    """Write the heading of the key table; what is left for its rows?"""
    y = heading(pen, box, box.top, texts.gettext("Actors that are often passed"), told)
    return box.below(y - 0.5)


def draw_actors(pen: Pen, rows: gpd.GeoDataFrame, naming: Naming, box: Box, *, outside: set[int]) -> float:
    """Write the rows of the key table: number, likely rank, name, kind and passages per week; where does it end?"""
    texts = naming.texts
    drawn = bool(rows["rank_low"].notna().any())
    table = table_of(pen, box, texts, drawn=drawn)
    _draw_columns(pen, table, texts, box, drawn=drawn)
    y = box.top - table.head
    for row in rows.to_dict("records"):
        _draw_actor(pen, row, naming, Box(box.x, y - table.row, box.width, table.row), table, outside=outside)
        y -= table.row
    return y


def _draw_columns(pen: Pen, table: Table, texts: Texts, box: Box, *, drawn: bool) -> None:
    y = box.top - 0.62 * table.head
    small: Any = {"size": pen.type.small, "colour": look.QUIET_INK}
    if drawn:
        pen.text(box.x + table.number, y, texts.gettext("Likely rank"), **small)
    pen.text(box.x + table.number + table.likely, y, texts.gettext("Actor"), **small)
    if table.kind:
        pen.text(box.right - table.passages - table.kind, y, texts.gettext("Kind"), **small)
    pen.text(box.right, y, texts.gettext("Passages"), align="right", **small)
    pen.rule(box.x, box.top - table.head + 0.3, box.right, colour=look.QUIET_INK, width=0.35)


def _draw_actor(pen: Pen, row: dict[Any, Any], naming: Naming, box: Box, table: Table, *, outside: set[int]) -> None:
    texts, size = naming.texts, pen.type.body
    middle = box.y + box.height / 2
    base = middle - cap_height_mm(size) / 2
    radius = min(TILE_MM * pen.signs, 0.46 * box.height)
    signs.number(pen, box.x + TILE_MM * pen.signs, middle, row, radius=radius, z=50)
    x = box.x + table.number
    if table.likely:
        pen.text(x, base, interval(float(row["rank_low"]), float(row["rank_high"]), texts), size=size)
        x += table.likely
    end = box.right - table.passages
    kind = drawable(plain(texts.gettext(f"kind:{row['kind']}")))
    if int(row["rank"]) in outside:
        kind = f"{kind} ({texts.gettext('outside the map')})"
    if table.kind:
        end -= table.kind
        room = table.kind - 1.2
        pen.text(end, base, fitted(kind, room, pen.type.small), size=pen.type.small, colour=look.QUIET_INK)
    name = fitted(drawable(naming.of(row)) or kind, end - x - 1.2, size)
    pen.text(x, base, name, size=size)
    spare = end - x - width_mm(name, size) - 3.0
    if not table.kind and plain(row["name"]) and width_mm(kind, pen.type.small) <= spare:
        pen.text(x + width_mm(name, size) + 1.4, base, kind, size=pen.type.small, colour=look.QUIET_INK)
    pen.text(box.right, base, amount(float(row["passages_per_week"]), texts), size=size, weight="bold", align="right")
    pen.rule(box.x, box.y, box.right, width=0.3)
