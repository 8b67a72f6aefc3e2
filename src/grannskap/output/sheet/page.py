"""A page of paper as a figure of matplotlib, and how it becomes a file that is the same whenever it is made."""

from pathlib import Path
from typing import Any, BinaryIO

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from grannskap.output import look
from grannskap.output.sheet.layout import Box
from grannskap.output.sheet.pen import Pen

MM_PER_INCH = 25.4
DOTS_PER_INCH = 200
STYLE: Any = mpl.rcParamsDefault | {
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "text.usetex": False,
    "hatch.linewidth": 0.5,
}
"""To be set with `matplotlib.rc_context` while a page is drawn."""


def page_of(page: Box, paper: str) -> tuple[Figure, Pen]:
    """With which figure and which pen is a page drawn, in millimetres?

    Parameters
    ----------
    page : Box
        The whole page.
    paper : {"a3", "a4"}
        For how large a sheet signs and words are made.
    """
    figure = Figure(figsize=(page.width / MM_PER_INCH, page.height / MM_PER_INCH), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, page.width), ylim=(0, page.height))
    axes.set_axis_off()
    return figure, Pen(axes, look.PRINT_TYPE[paper], look.PRINT_SIGNS_MM[paper])


def save(figure: Figure, file: Path | BinaryIO, *, kind: str, title: str) -> None:
    """Write a page as "pdf" (words stay words, fonts embedded) or "png". Its properties tell this title and no more."""
    metadata: dict[str, Any] = {"Software": None}
    if kind == "pdf":
        metadata = {"Title": title, "Creator": "grannskap", "Producer": None, "CreationDate": None}
    figure.savefig(file, format=kind, metadata=metadata, facecolor=look.PRINT_SHEET, dpi=DOTS_PER_INCH)
