"""The legend of the public sheet: what residents need, what lines and signs mean, and who is passed by most walks."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grannskap.output import look
from grannskap.output.public.marks import LINES, TILE_MM, draw_dot
from grannskap.output.public.telling import HIDDEN, NO_WALKS, ONE_OF_MANY, UNMARKED, PublicTelling, rows
from grannskap.output.sheet.block import Block
from grannskap.output.sheet.key import heading
from grannskap.output.sheet.layout import Box
from grannskap.output.sheet.pen import Pen, cap_height_mm, drawable, fitted
from grannskap.output.sheet.signs import tile

FIRST, NEXT = 3, 2
"""Classes of rank whose actors are named, if there is room."""


def public_block(told: PublicTelling) -> Block:
    """What does the title block of the public sheet say?"""
    return Block(told.note, (told.uncertain, *told.small_print), told.view.crs)


def draw_public_key(pen: Pen, told: PublicTelling, boxes: Sequence[Box]) -> None:
    """Draw the legend in these boxes, the last of which ends where the title block begins.

    Parameters
    ----------
    pen : Pen
    told : PublicTelling
    boxes : sequence of Box
        One for a lying sheet, three beside each other for a standing one.
    """
    y = _draw_title(pen, told, boxes[0])
    y = _draw_needs(pen, told, boxes[0].below(y))
    signs = boxes[min(1, len(boxes) - 1)]
    y = _draw_walks(pen, told, signs.below(y if signs is boxes[0] else signs.top))
    y = _draw_signs(pen, told, signs.below(y))
    listed = boxes[-1]
    y = listed.top if listed is not signs else y
    for often in (FIRST, NEXT):
        y = _draw_actors(pen, told, often, listed.below(y))


def _draw_title(pen: Pen, told: PublicTelling, box: Box) -> float:
    y = pen.paragraph(box, told.title, size=pen.type.title, weight="bold")
    y = pen.paragraph(box.below(y - 0.6), told.badge, size=pen.type.body, weight="bold")
    return pen.paragraph(box.below(y), told.texts.gettext(ONE_OF_MANY), size=pen.type.body, colour=look.QUIET_INK)


def _draw_needs(pen: Pen, told: PublicTelling, box: Box) -> float:
    texts = told.texts
    under = texts("Within {reach} m on foot", reach=texts.number(told.view.settings.radius_m))
    y = heading(pen, box, box.top, texts.gettext("What the residents need"), under)
    height = pen.line_height(pen.type.body) + pen.line_height(pen.type.small) + 0.9 * pen.signs
    lines, width = rows(told.view.access), box.width / 2
    radius = TILE_MM * pen.signs
    for n, row in enumerate(lines):
        x, top = box.x + (n % 2) * width, y - 0.6 - (n // 2) * height
        first = top - 0.75 * pen.line_height(pen.type.body)
        second = first - pen.line_height(pen.type.small) - 0.1
        unmet = row.reach == "none"
        tile(pen, x + radius, (first + second) / 2 + 0.7 * pen.signs, row.function, z=50, unmet=unmet)
        at, room = x + 2 * radius + 1.6, width - 2 * radius - 3.0
        label = fitted(told.function(row.function), room, pen.type.body, "bold")
        pen.text(at, first, label, size=pen.type.body, weight="bold")
        reach = fitted(told.reach(row.reach), room, pen.type.small)
        pen.text(at, second, reach, size=pen.type.small, colour=look.QUIET_INK)
    return y - 0.6 - -(-len(lines) // 2) * height


def _draw_walks(pen: Pen, told: PublicTelling, box: Box) -> float:
    view, texts = told.view, told.texts
    if view.shows != "walks":
        return box.top
    under = texts.gettext("Walks per week; there and back count one each")
    y = heading(pen, box, box.top, texts.gettext("Calculated walking corridors"), under)
    classes = told.classes
    if not classes:
        return pen.paragraph(box.below(y - 0.6), texts.gettext(NO_WALKS), size=pen.type.body)
    width = box.width / len(look.FLOW_COLOURS)
    line = y - 2.0 * pen.signs
    label = line - 1.9 * pen.signs - cap_height_mm(pen.type.body) - 0.4
    for n, index in enumerate(classes):
        x = box.x + n * width
        ends = np.array([[x + 1, line], [x + width - 2.5, line]])
        pen.lines([ends], colour=look.FLOW_COLOURS[index], width=LINES * look.FLOW_WIDTHS[index], z=50)
        pen.text(x, label, told.walks(index), size=pen.type.body)
    return pen.paragraph(box.below(label - 0.8), texts.gettext(UNMARKED), size=pen.type.small, colour=look.QUIET_INK)


def _draw_signs(pen: Pen, told: PublicTelling, box: Box) -> float:
    """What squares and dots mean."""
    view, texts = told.view, told.texts
    height = max(2 * TILE_MM * pen.signs + 0.7, pen.line_height(pen.type.small) * 1.5)
    named: list[tuple[int | None, str]] = [(None, texts.gettext(HIDDEN))]
    ranked = view.shows == "walks"
    levels = sorted({int(often) for often in view.actors["often"]}, reverse=True)
    named += [(level, told.often(level) if ranked else texts.gettext("Actors")) for level in levels]
    y, radius = box.top - 1.2, TILE_MM * pen.signs
    for level, label in named:
        middle = y - height / 2
        if level is None:
            square = Box(box.x, middle - 0.7 * radius, 2 * radius, 1.4 * radius)
            pen.areas([square.shape], z=50, fc=look.PAPER, ec=look.QUIET_INK, lw=0.8, linestyle=(0, (3, 2)))
        else:
            draw_dot(pen, box.x + radius, middle, level, z=50)
        told_here = fitted(label, box.width - 2 * radius - 2, pen.type.small)
        pen.text(box.x + 2 * radius + 1.6, middle - cap_height_mm(pen.type.small) / 2, told_here, size=pen.type.small)
        y -= height
    return y


def _draw_actors(pen: Pen, told: PublicTelling, often: int, box: Box) -> float:
    """The names of the actors of a class, in their order by name, as many as there is room for."""
    here = rows(told.view.actors[(told.view.actors["often"] == often).to_numpy()])
    need = pen.line_height(pen.type.heading) + 3 * pen.line_height(pen.type.body)
    if not here or box.height < need:
        return box.top
    y = heading(pen, box, box.top, told.often(often))
    height = pen.line_height(pen.type.body) * 1.12
    for row in here:
        if y - height < box.y:
            return box.y
        y -= height
        _draw_actor(pen, told, row, box, y)
    return y


def _draw_actor(pen: Pen, told: PublicTelling, row: Any, box: Box, y: float) -> None:
    kind = drawable(told.kind(row.kind))
    room = 0.62 * box.width
    pen.text(box.x, y, fitted(drawable(told.place(row)) or kind, room, pen.type.body), size=pen.type.body)
    told_kind = fitted(kind, box.width - room - 2, pen.type.small)
    pen.text(box.x + room + 1, y, told_kind, size=pen.type.small, colour=look.QUIET_INK)
