"""What a notebook shows of a result besides figures: the questions of the guideline, tables, files and layers."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grannskap.errors import TableError
from grannskap.language import cards, texts_for
from grannskap.language import marked as _
from grannskap.language.card_text import ShowsItself
from grannskap.language.writing import plain
from grannskap.notebook.basis import basis_of
from grannskap.output.gis.fields import LAYER_NAMES
from grannskap.output.gis.layers import GEOMETRY, gis_layers
from grannskap.output.report.access import access_blocks, around_blocks, ways_blocks
from grannskap.output.report.actors import affected_blocks, passed_blocks, school_blocks
from grannskap.output.report.basis import assumption_blocks, data_blocks
from grannskap.output.report.blocks import Block, Bullets, Figure, Heading, Paragraph, Table
from grannskap.output.report.figure import map_figure
from grannskap.output.report.telling import telling
from grannskap.result import Result

FROM_THE_MAP = "osm"
_WHAT = {
    "map.html": _("The web map: open it in any browser"),
    "actors.csv": _("The actors, as a table"),
    "destinations.csv": _("Where the trips go"),
    "access.csv": _("What is within reach, and what is missing"),
    "sensitivity.csv": _("Which assumption moves the order most"),
    "grannskap.gpkg": _("Map layers for a GIS; opens styled in QGIS"),
    "manifest.json": _("What the numbers rest on"),
    "map-a3.pdf": _("The sheet to scale"),
    "map-a4.pdf": _("The sheet to scale"),
    "map-a3.png": _("The sheet as a picture"),
    "map-a4.png": _("The sheet as a picture"),
    "report.docx": _("The written analysis, to go on writing in"),
    "report.html": _("The written analysis, to read in a browser"),
    "contacts.xlsx": _("Contact list, for internal use only"),
}
"""What each file of a result holds."""


@dataclass(frozen=True, slots=True, repr=False)
class Shown(ShowsItself):
    """What a notebook shows: a piece of HTML, all text of it escaped."""

    html: str

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook?"""
        return self.html


def question(result: Result, number: int) -> Shown:
    """What does the analysis answer to one of the five questions of the guideline (§4.2.2)?

    Parameters
    ----------
    result : Result
    number : int
        1 needs and access, 2 ways there and back, 3 ways about the area, 4 who is passed, 5 who is most affected.

    Returns
    -------
    Shown
        The words, tables and pictures of the written analysis.

    Raises
    ------
    TableError
        There is no such question.
    """
    told = telling(result, None)
    match number:
        case 1:
            return shown(access_blocks(told))
        case 2:
            return shown(ways_blocks(told, map_figure(told)), source=basis_of(result).source)
        case 3:
            return shown(around_blocks(told))
        case 4:
            return shown(passed_blocks(told))
        case 5:
            return shown(affected_blocks(told))
    raise TableError("The guideline has five questions: there is no question {number}.", number=number)


def schools(result: Result) -> Shown:
    """Which schools and preschools are there? Information for early contact, not a reason to keep away."""
    return shown(school_blocks(telling(result, None)))


def assumptions(result: Result) -> Shown:
    """Which assumptions were made, and why?"""
    return shown(assumption_blocks(telling(result, None)))


def own_actors(result: Result) -> Shown:
    """Which actors come from one's own layers, or have learnt something from them?

    Parameters
    ----------
    result : Result
        For internal use: contacts stand in it. Neighbours marked as sensitive are left out.
    """
    told, contacts = telling(result, None), result.workings.scene.actors.set_index("element_id").contact
    texts, rows = told.texts, told.actors[(told.actors["source"] != FROM_THE_MAP).to_numpy()]
    heads = (_("No."), _("Actor"), _("Kind"), _("Passages per week"), _("Source"), _("Contact"))
    lines = [
        (
            texts.number(row["rank"]),
            told.named(row),
            told.kind(row),
            told.amount(row["passages_per_week"]),
            plain(row["source"]).replace(FROM_THE_MAP, "OpenStreetMap"),
            plain(contacts.get(row["actor_id"], "")),
        )
        for row in rows.to_dict("records")
    ]
    return Shown(cards.card(cards.rows("", [texts.gettext(head) for head in heads], lines, numbers=(0, 3))))


def data_quality(result: Result) -> Shown:
    """How whole is the data, what was left out, and what became of one's own layers?"""
    return shown(data_blocks(telling(result, None)))


def shown(blocks: Iterable[Block], *, source: str = "") -> Shown:
    """How do blocks of a report look in a notebook? Below a picture stands whose data it shows, and of when."""
    return Shown(cards.card(*(_block(block, source) for block in blocks)))


def _block(block: Block, source: str) -> str:
    match block:
        case Heading(text=text):
            return cards.title(text)
        case Paragraph(text=text, style=style):
            return cards.said(text, small=style == "small")
        case Bullets(items=items):
            return f"<ul>{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</ul>"
        case Table():
            numbers = [n for n, column in enumerate(block.columns) if column.number]
            return cards.rows(block.caption, [column.title for column in block.columns], block.rows, numbers=numbers)
        case Figure():
            return f"{cards.title(block.caption)}{picture(block.picture, block.alt)}{cards.said(source, small=True)}"


def picture(png: bytes, alt: str) -> str:
    """How does a picture stand in a page that fetches nothing?"""
    data = base64.b64encode(png).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" style="width:840px;max-width:100%">'


def files_table(files: Sequence[Path], *, language: str = "sv") -> Shown:
    """Which files were written, and where?

    Parameters
    ----------
    files : sequence of Path
        As `grannskap.write` gives them.
    language : {"sv", "en"}
    """
    texts, folder = texts_for(language), files[0].parent
    where = texts("{n} files are in {folder}:", n=texts.number(len(files)), folder=plain(str(folder.absolute())))
    lines = [
        (plain(str(file.relative_to(folder))), texts.gettext(_WHAT[file.name]) if file.name in _WHAT else "")
        for file in files
    ]
    return Shown(cards.card(cards.said(where), cards.rows("", [texts.gettext("File"), texts.gettext("What")], lines)))


def layers_table(result: Result) -> Shown:
    """Which layers does the GeoPackage hold?

    Parameters
    ----------
    result : Result
    """
    texts, tables = texts_for(result.study.language), gis_layers(result)
    heads = [texts.gettext(head) for head in (_("Layer"), _("What"), _("Rows"), _("Geometry"))]
    lines = [
        (name, texts.gettext(LAYER_NAMES[name]), texts.number(len(table)), GEOMETRY[name])
        for name, table in tables.items()
    ]
    said = cards.said(texts("Coordinate system: {crs}", crs=str(next(iter(tables.values())).crs)), small=True)
    return Shown(cards.card(cards.rows("", heads, lines, numbers=(2,)), said))
