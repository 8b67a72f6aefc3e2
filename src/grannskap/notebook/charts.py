"""What every figure of a notebook has: a title, its unit, its source and date, and the colours of the maps."""

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grannskap.language import Texts
from grannskap.language.writing import plain
from grannskap.output import look
from grannskap.output.sheet.pen import drawable, fitted
from grannskap.output.small_print import ATTRIBUTION

WIDTH_IN = 8.4
DOTS_PER_INCH = 100
SHARPNESS = 2
"""A picture has this many dots for each of the screen, so that it is sharp on any."""
ROW_IN = 0.3
HEAD_IN, FOOT_IN, AXIS_IN = 0.92, 0.42, 0.5
LEFT_IN, RIGHT_IN, GAP_IN = 2.45, 0.5, 0.35
MM_PER_IN = 25.4
BODY_PT = 9.5
RANKS_APART = 10
"""So many ranks lie between the numbers of an axis, or half as many where it is short."""
STYLE: Any = mpl.rcParamsDefault | {
    "font.family": look.PRINT_FONT,
    "font.size": BODY_PT,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,
    "text.usetex": False,
}
FIRST_COLOUR, SECOND_COLOUR = look.FLOW_COLOURS[4], look.FLOW_COLOURS[1]
"""Before and after, or the value and what it is compared with: dark and light of the one hue."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What does every figure say of itself besides what it shows?

    Attributes
    ----------
    texts : Texts
    name : str
        Of the place or the study.
    data_date, file : str
        Of the map data; "" where not known.
    settings : str
        One line.
    """

    texts: Texts
    name: str
    data_date: str
    file: str
    settings: str = ""

    @property
    def source(self) -> str:
        """Whose data is it, and of when?"""
        date = self.texts("Map data of {date}", date=self.data_date or self.texts.gettext("unknown date"))
        return " · ".join(filter(None, [date, self.texts.gettext(ATTRIBUTION), self.file]))


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A figure that shows itself in a notebook, with its words for those who do not see it.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        ``chart.figure.savefig("figur.pdf")`` keeps it.
    alt : str
    """

    figure: Figure
    alt: str

    def png(self) -> bytes:
        """What is the figure as a picture?"""
        file = io.BytesIO()
        with mpl.rc_context(STYLE):
            self.figure.savefig(file, format="png", dpi=SHARPNESS * DOTS_PER_INCH, metadata={"Software": None})
        return file.getvalue()

    def html(self) -> str:
        """How does it stand in a page? As a picture in itself, with its words."""
        return self._html(base64.b64encode(self.png()).decode())

    def _html(self, picture: str) -> str:
        wide = round(float(self.figure.get_size_inches()[0]) * DOTS_PER_INCH)
        style = f"width:{wide}px;max-width:100%"
        return f'<img src="data:image/png;base64,{picture}" alt="{html.escape(self.alt)}" style="{style}">'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """How does it show itself in a notebook? With its words, and as a plain picture where HTML is not shown."""
        picture = base64.b64encode(self.png()).decode()
        return {"text/html": self._html(picture), "image/png": picture, "text/plain": self.alt}


@contextmanager
def styled() -> Iterator[None]:
    """Within which settings is a figure drawn? The package's, whatever the notebook has set."""
    with mpl.rc_context(STYLE):
        yield


def blank(
    rows: int,
    *,
    title: str,
    unit: str,
    basis: Basis,
    panels: Sequence[float] = (1.0,),
    above: Sequence[int] = (),
    left_in: float = LEFT_IN,
    right_in: float = RIGHT_IN,
    axis_in: float = AXIS_IN,
    head_in: float = HEAD_IN,
) -> tuple[Figure, list[Axes]]:
    """Which figure has room for so many rows, with title, unit and source in their places?

    Parameters
    ----------
    rows : int
    title, unit : str
        What is shown, and in what it is measured.
    basis : Basis
    panels : sequence of float
        Widths of the panels beside each other, in shares; the names of the rows stand left of the first.
    above : sequence of int
        Instead: how many rows each of several panels has that stand above each other.
    left_in, right_in : float
        Room for the names of the rows, and for what stands to the right of the panels, in inches.
    axis_in, head_in : float
        Room below each panel and above the first, in inches.
    """
    foot = FOOT_IN + (0.17 if basis.settings else 0.0)
    heights = [ROW_IN * max(n, 2) for n in above or (rows,)]
    height = head_in + sum(heights) + axis_in * len(heights) + foot
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DOTS_PER_INCH, facecolor=look.PAPER)
    FigureCanvasAgg(figure)
    room = WIDTH_IN - left_in - right_in - GAP_IN * (len(panels) - 1)
    axes, top = [], height - head_in
    for tall in heights:
        left = left_in
        for share in panels:
            wide = room * share / sum(panels)
            box = (left / WIDTH_IN, (top - tall) / height, wide / WIDTH_IN, tall / height)
            axes.append(figure.add_axes(box))
            left += wide + GAP_IN
        top -= tall + axis_in
    words(figure, title=title, unit=unit, basis=basis)
    for each in axes:
        _quiet(each)
    return figure, axes


def words(figure: Figure, *, title: str, unit: str, basis: Basis) -> None:
    """Write title, unit and source where they stand in every figure."""
    height = float(figure.get_size_inches()[1])
    at = 0.12 / WIDTH_IN
    below = f"{plain(basis.name)} · {unit}" if basis.name else f"{unit[:1].upper()}{unit[1:]}"
    figure.text(at, 1 - 0.3 / height, drawable(title), size=13, weight="bold", color=look.INK)
    figure.text(at, 1 - 0.55 / height, drawable(below), size=BODY_PT, color=look.QUIET_INK)
    lines = [drawable(line) for line in (basis.settings, basis.source) if line]
    for n, line in enumerate(reversed(lines)):
        figure.text(at, (0.14 + 0.17 * n) / height, line, size=7.8, color=look.QUIET_INK)


def _quiet(axes: Axes) -> None:
    axes.set_facecolor(look.PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(look.QUIET_INK)
    axes.tick_params(axis="both", length=0, labelcolor=look.INK)
    axes.tick_params(axis="x", length=3, color=look.QUIET_INK)
    axes.grid(visible=True, axis="x", color=look.RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Which row is which, from the top down?"""
    room_mm = (axes.get_position().x0 * WIDTH_IN - 0.15) * MM_PER_IN
    axes.set_yticks(range(len(names)), [fitted(drawable(plain(name)), room_mm, BODY_PT) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def no_names(axes: Axes, rows: int) -> None:
    """How does a further panel keep to the rows of the first?"""
    axes.set_yticks([])
    axes.set_ylim(rows - 0.4, -0.6)


def numbered(
    axes: Axes, texts: Texts, *, label: str, whole: bool = False, percent: bool = False, ticks: int = 6
) -> None:
    """How are the numbers along the axis written, and what are they?"""
    axes.set_xlabel(label, color=look.QUIET_INK, size=9)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=whole))

    def written(value: float, _: int | None = None) -> str:
        if percent:
            return texts.percent(value)
        decimals = 0 if whole or float(value).is_integer() else 1
        return texts.number(value, decimals=decimals)

    axes.xaxis.set_major_formatter(FuncFormatter(written))


def ranked_along(axes: Axes, texts: Texts, *, last: int) -> None:
    """How are ranks written along the axis, from 1 to this one?"""
    step = RANKS_APART if last > 2 * RANKS_APART else RANKS_APART // 2
    axes.set_xlim(0, last)
    numbered(axes, texts, label=texts.gettext("Rank (1 is passed most often)"), whole=True)
    axes.set_xticks([1, *range(step, last + 1, step)])


def alternative(title: str, names: Sequence[str], values: Sequence[str]) -> str:
    """What does the figure say to those who do not see it?"""
    return f"{title}. " + "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True)) + "."


def mark(axes: Axes, x: float, y: float, text: str, *, quiet: bool = False, right: bool = True) -> None:
    """Write a value beside its bar or dot."""
    axes.annotate(
        drawable(text),
        (x, y),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        size=8.5,
        color=look.QUIET_INK if quiet else look.INK,
        annotation_clip=False,
    )


def legend(figure: Figure, axes: Axes, signs: Mapping[str, Any]) -> None:
    """Which sign means what? Above the panel, to the right."""
    if signs:
        axes.legend(
            list(signs.values()),
            list(signs),
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(signs),
            frameon=False,
            fontsize=8.5,
            handlelength=1.4,
            columnspacing=1.4,
            borderaxespad=0.2,
            bbox_transform=axes.transAxes,
            labelcolor=look.INK,
        )
    figure.canvas.draw_idle()
