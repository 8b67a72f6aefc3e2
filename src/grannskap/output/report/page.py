"""The written analysis as one page that asks no host for anything, for the screen and for printing."""

import base64
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from grannskap.language import Texts, texts_for
from grannskap.output import look
from grannskap.output.report.blocks import Block, Figure, Heading, Report, Table
from grannskap.output.report.content import report
from grannskap.output.webmap.page import asset, fill
from grannskap.result import Result

FEW, REM_PER_COLUMN = 2, 6.5
"""A table of more columns is never narrower than so much for each of them: it is moved from side to side instead."""
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(result: Result, path: Path, *, language: str | None = None, content: Report | None = None) -> None:
    """Which page can be read in any browser, with a keyboard and with a screen reader?

    Parameters
    ----------
    result : Result
    path : Path
        The .html file to make.
    language : {"sv", "en"}, optional
        That of the study when left out.
    content : Report, optional
        What `grannskap.output.report.report` has made already; made anew when left out.
    """
    content = content or report(result, language=language)
    texts = texts_for(content.language)
    items = list(_items(content.blocks, texts))
    page = fill(
        "report_page.html",
        t=texts,
        language=content.language,
        policy=Markup(CONTENT_SECURITY_POLICY),  # noqa: S704 - written here
        style=Markup(look.css_variables() + "\n" + asset("report.css")),  # noqa: S704 - written here
        title=content.title,
        subtitle=content.subtitle,
        badge=content.badge,
        footer=content.footer,
        parts=[part for item in items if (part := _part(item))],
        items=items,
    )
    path.write_text(page, encoding="utf-8", newline="\n")


def _part(item: dict[str, object]) -> dict[str, object] | None:
    """The line of the contents that leads to a heading of level 1; none for anything else."""
    block = item["block"]
    return {"id": item["id"], "text": block.text} if isinstance(block, Heading) and block.level == 1 else None


def _items(blocks: Iterable[Block], texts: Texts) -> Iterable[dict[str, object]]:
    """Each block with its id and, for tables and pictures, its number."""
    tables = figures = 0
    for n, block in enumerate(blocks, start=1):
        item: dict[str, object] = {"block": block, "id": f"part-{n}"}
        if isinstance(block, Table):
            tables += 1
            item["label"] = texts("Table {n}", n=tables)
            whole = sum(column.width for column in block.columns)
            item["shares"] = [round(100 * column.width / whole, 1) for column in block.columns]
            item["least_rem"] = REM_PER_COLUMN * len(block.columns) if len(block.columns) > FEW else 0
        elif isinstance(block, Figure):
            figures += 1
            item["label"] = texts("Figure {n}", n=figures)
            item["picture"] = f"data:image/png;base64,{base64.b64encode(block.picture).decode()}"
        yield item
