"""Pieces of which forms are made: a field with its words and its message, a bar of progress, a place for results."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from grannskap.errors import GrannskapError
from grannskap.language import Texts
from grannskap.language.cards import said
from grannskap.notebook.controls import widgets
from grannskap.notebook.fields import told_in_a_form
from grannskap.output import look

LABEL_WIDTH, FIELD_WIDTH, BAR_WIDTH = "17rem", "43rem", "20rem"
BESIDE = "1 1 18rem"
"""A message stands to the right of its field where it has so much room, and below it elsewhere."""


class Row:
    """One field of a form: its label, the field itself, and what is wrong with what stands in it.

    Parameters
    ----------
    label : str
    field : widget
    """

    def __init__(self, label: str, field: Any) -> None:
        self.field = field
        self.message = widgets.HTML(layout={"flex": BESIDE, "width": "auto", "display": "none"})
        field.description, field.style.description_width, field.layout.width = label, LABEL_WIDTH, FIELD_WIDTH
        self.box = widgets.HBox([field, self.message], layout={"flex_flow": "row wrap", "align_items": "center"})

    def problem(self, text: str) -> None:
        """Say beside the field what is wrong with it; "" where nothing is."""
        colours = f"color:{look.INK};background:{look.SCHOOL};border-left:4px solid {look.INK}"
        style = f"{colours};padding:1px 8px;line-height:1.4;white-space:normal"
        sign = f'<div role="alert" style="{style}">⚠ {html.escape(text)}</div>'
        self.message.value = sign if text else ""
        self.message.layout.display = "" if text else "none"


class Status:
    """How far is the work, and what is done just now?"""

    def __init__(self) -> None:
        self.bar = widgets.IntProgress(min=0, max=100, layout={"width": BAR_WIDTH, "display": "none"})
        self.bar.style.bar_color = look.FLOW_COLOURS[3]
        self.text = widgets.HTML()
        self.box = widgets.HBox([self.bar, self.text])

    def show(self, text: str, share: float) -> None:
        """Say what is done, and how much of the whole is behind."""
        self.bar.layout.display = ""
        self.bar.value = round(100 * share)
        self.text.value = f'<span role="status">{html.escape(text)} …</span>'

    def done(self, text: str = "") -> None:
        """Say how it ended."""
        self.bar.layout.display = "none"
        self.text.value = said(text)


def as_output(box: Any, texts: Texts, how: dict[str, Any]) -> Any:
    """How does a form show itself in a notebook? As a widget, and as one sentence where no kernel runs it."""
    bundle = box._repr_mimebundle_(**how)
    return bundle and {**bundle, "text/plain": texts.gettext("Run the cell: the form shows then.")}


@contextmanager
def kindly(tell: Callable[[GrannskapError | Exception, str], None], texts: Texts) -> Iterator[None]:
    """How does a form answer when something goes wrong? ``tell`` gets the error and one sentence; nothing is raised."""
    try:
        yield
    except GrannskapError as error:
        tell(error, told_in_a_form(error, texts))
    except Exception as error:  # noqa: BLE001 - whoever fills in a form is never shown a traceback
        unknown = "Something went wrong that the form does not know ({kind}). Try other values, or report it."
        tell(error, texts(unknown, kind=type(error).__name__))
