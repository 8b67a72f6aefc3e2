"""How does a record show itself in a notebook? Small pieces of HTML, all text escaped, readable without styles."""

import html
from collections.abc import Iterable, Sequence

_CELL = "padding:3px 12px 3px 0;text-align:{side};vertical-align:top;border-bottom:1px solid #8884;white-space:normal"


def card(*parts: str) -> str:
    """How are pieces of HTML put together to one?

    Parameters
    ----------
    *parts : str
        As `title`, `said` and `rows` make them; empty ones are left out.
    """
    inside = "".join(part for part in parts if part)
    return f'<div style="max-width:60rem;line-height:1.45">{inside}</div>'


def title(text: str) -> str:
    """How is a heading written?"""
    return f'<p style="margin:.4em 0 .2em;font-weight:600;font-size:1.1em">{html.escape(text)}</p>'


def said(text: str, *, small: bool = False) -> str:
    """How is a paragraph written? "" for no text.

    Examples
    --------
    >>> said("<b>Kafé</b>")
    '<p style="margin:.3em 0">&lt;b&gt;Kafé&lt;/b&gt;</p>'
    """
    style = "margin:.3em 0;font-size:.9em;opacity:.85" if small else "margin:.3em 0"
    return f'<p style="{style}">{html.escape(text)}</p>' if text else ""


def rows(caption: str, columns: Sequence[str], lines: Iterable[Sequence[str]], *, numbers: Iterable[int] = ()) -> str:
    """How is a table written?

    Parameters
    ----------
    caption : str
        "" for none.
    columns : sequence of str
        Headings.
    lines : iterable of sequence of str
        As many cells in each as there are headings.
    numbers : iterable of int
        Columns of numbers, which stand to the right.
    """
    right = set(numbers)
    style = [_CELL.format(side="right" if n in right else "left") for n in range(len(columns))]
    heads = "".join(f'<th scope="col" style="{s}">{html.escape(c)}</th>' for s, c in zip(style, columns, strict=True))
    body = "".join(f"<tr>{_cells(line, style)}</tr>" for line in lines)
    over = f'<caption style="text-align:left;font-weight:600;padding:6px 0">{html.escape(caption)}</caption>'
    table = f'<table style="border-collapse:collapse;margin:.3em 0">{over if caption else ""}'
    return f"{table}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _cells(line: Sequence[str], style: Sequence[str]) -> str:
    cells = zip(style, line, strict=True)
    return "".join(f'<td style="{each}"><bdi>{html.escape(text)}</bdi></td>' for each, text in cells)
