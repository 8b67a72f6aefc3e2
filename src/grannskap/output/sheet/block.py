"""What stands in the title block of a sheet? Scale, north, coordinate system, note, settings, source and date."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from grannskap.language import Texts
from grannskap.output import look
from grannskap.output.certainty import strongest
from grannskap.output.sheet import signs
from grannskap.output.sheet.layout import Box, View
from grannskap.output.sheet.pen import Pen, drawable, wrapped
from grannskap.output.sheet.system import north_of
from grannskap.output.small_print import STANDING_NOTE, small_print

if TYPE_CHECKING:
    from grannskap.result import Result

BARS_M = (20, 40, 80, 100, 200, 300, 400, 500, 1000, 2000, 4000)
BAR_SHARE = 0.56
"""The scale bar takes at most this share of the block's width."""
COVERED = 0.995
UNCERTAIN = (
    "Neighbours with particular need of protection are not shown. A place missing from the map data may still exist."
)
INNER_MM = 2.2


@dataclass(frozen=True, slots=True)
class Block:
    """What does a title block say?

    Attributes
    ----------
    note : str
        The standing note.
    lines : tuple of str
        In small print under it.
    crs : CRS or int
        Coordinate system of the map.
    """

    note: str
    lines: tuple[str, ...]
    crs: Any


def block_of(result: "Result", texts: Texts) -> Block:
    """What does the title block of a result's sheet say?"""
    lines = [line for line in (strongest(result, texts), _covered(result, texts)) if line]
    lines += [texts.gettext(UNCERTAIN), *small_print(result, texts)]
    return Block(texts.gettext(STANDING_NOTE), tuple(lines), result.study_area.crs)


def block_height(pen: Pen, told: Block, width: float) -> float:
    """How high is a title block of this width?"""
    inner = width - 2 * INNER_MM
    lines = sum(
        len(wrapped(text, inner, size, weight)) * pen.line_height(size) + 0.7
        for text, size, weight in _paragraphs(pen, told)
    )
    return _top_mm(pen) + lines + _foot_mm(pen) + 1.0


def _top_mm(pen: Pen) -> float:
    return 16.5 * pen.signs + 1.0


def _foot_mm(pen: Pen) -> float:
    return pen.line_height(pen.type.small) + 1.2


def _paragraphs(pen: Pen, told: Block) -> list[tuple[str, float, str]]:
    """Which texts stand under the scale, with size and weight?"""
    small = [(drawable(line), pen.type.small, "normal") for line in told.lines]
    return [(told.note, pen.type.body, "normal"), *small]


def _covered(result: "Result", texts: Texts) -> str:
    share = result.manifest.get("study_area_covered")
    if not isinstance(share, float) or share >= COVERED:
        return ""
    told = "The extract holds {share} of the study area: what lies outside is not known."
    return texts(told, share=texts.percent(share))


def draw_block(pen: Pen, told: Block, texts: Texts, view: View, box: Box) -> None:
    """Draw the title block in a box as high as `block_height` tells."""
    pen.rectangle(box, fill=look.PRINT_SHEET, edge=look.INK, width=0.7, z=46)
    top = box.top - _top_mm(pen)
    _draw_scale(pen, told, texts, view, box.above(top))
    pen.rule(box.x, top, box.right, colour=look.INK, width=0.4)
    inner = Box(box.x + INNER_MM, box.y, box.width - 2 * INNER_MM, box.height)
    y = top - 0.7
    for text, size, weight in _paragraphs(pen, told):
        colour = look.INK if size >= pen.type.body else look.QUIET_INK
        y = pen.paragraph(inner.below(y), text, size=size, colour=colour, weight=weight) - 0.7
    _draw_foot(pen, texts, box)


def _draw_scale(pen: Pen, told: Block, texts: Texts, view: View, box: Box) -> None:
    """Scale as number and bar, coordinate system and north."""
    size, x = pen.type.heading, box.x + INNER_MM
    y = box.top - 1.1 * pen.line_height(size)
    number = texts("Scale 1:{scale} ({paper})", scale=texts.number(view.scale), paper=_paper(pen))
    pen.text(x, y, number, size=size, weight="bold")
    _draw_bar(pen, texts, view, Box(x, y - 4.4 * pen.signs, box.width * BAR_SHARE, 1.3 * pen.signs))
    pen.text(x, box.y + 1.3, _system(told.crs, texts), size=pen.type.small, colour=look.QUIET_INK)
    arrow = 7.4 * pen.signs
    right = box.right - INNER_MM - 0.3 * arrow
    pen.text(right, box.top - 3.6 * pen.signs, "N", size=size, weight="bold", align="center")
    turn = north_of(view, told.crs)
    signs.north(pen, right, box.top - 4.4 * pen.signs - arrow, arrow, angle=turn)


def _paper(pen: Pen) -> str:
    return next(paper.upper() for paper, type_ in look.PRINT_TYPE.items() if type_ == pen.type)


def _draw_bar(pen: Pen, texts: Texts, view: View, box: Box) -> None:
    """A bar of four parts, black and white in turn, with the metres at its ends and in its middle."""
    fitting = [metres for metres in BARS_M if metres * view.mm_per_m <= box.width]
    metres = fitting[-1] if fitting else BARS_M[0]
    long = metres * view.mm_per_m
    for part in range(4):
        piece = Box(box.x + part * long / 4, box.y, long / 4, box.height)
        pen.rectangle(piece, fill="#ffffff" if part % 2 else look.INK, edge=look.INK, width=0.4, z=50)
    y = box.y - 1.1 * pen.line_height(pen.type.small) + 0.4
    for share, align in ((0.0, "left"), (0.5, "center"), (1.0, "center")):
        told = texts.number(share * metres) + (" m" if share == 1 else "")
        pen.text(box.x + share * long, y, told, size=pen.type.small, align=align)


def _system(crs: Any, texts: Texts) -> str:
    system = CRS.from_user_input(crs)
    return texts("Coordinates: {name} (EPSG:{code})", name=system.name, code=system.to_epsg())


def _draw_foot(pen: Pen, texts: Texts, box: Box) -> None:
    y = box.y + 0.42 * _foot_mm(pen)
    pen.rule(box.x, box.y + _foot_mm(pen) + 0.3, box.right, colour=look.INK, width=0.4)
    sheet = texts("Sheet {n} of {total}", n=1, total=1)
    pen.text(box.x + INNER_MM, y, "grannskap", size=pen.type.small, colour=look.QUIET_INK)
    pen.text(box.right - INNER_MM, y, sheet, size=pen.type.small, weight="bold", align="right")
