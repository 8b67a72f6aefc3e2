"""What is a report made of? Plain records that a writer of documents turns into a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Style = Literal["body", "lead", "note", "small"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What is the next part about? Level 1 for a part, 2 for a part of it."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is said, and is it ordinary text, an opening, the standing note or small print?"""

    kind: ClassVar[str] = "paragraph"
    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Which few things stand in a list?"""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column of a table, how wide is it against the others, and is it of numbers?"""

    title: str
    width: float = 1.0
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Which rows stand under which columns?

    Attributes
    ----------
    caption : str
    columns : tuple of Column
    rows : tuple of tuple of str
        As many cells in each as there are columns.
    names : int
        The column whose cell tells what the row is about.
    span : float
        Which share of the width of the text it takes.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 0
    span: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """Which picture is shown (PNG), what does it say in words, and how wide is it on paper?"""

    kind: ClassVar[str] = "figure"
    picture: bytes
    caption: str
    alt: str
    width_mm: float


Block = Heading | Paragraph | Bullets | Table | Figure


@dataclass(frozen=True, slots=True)
class Report:
    """What does a whole report say?

    Attributes
    ----------
    title, subtitle, badge : str
        What it is, of what, and who may read it.
    language : {"sv", "en"}
    blocks : tuple of Block
        In the order of reading.
    footer : str
        Stands on every page.
    """

    title: str
    subtitle: str
    badge: str
    language: str
    blocks: tuple[Block, ...]
    footer: str


def table(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, names: int = 0, span: float = 1.0
) -> Table:
    """How is a table put together, with every row as long as its header?

    Examples
    --------
    >>> table("Fruit", [Column("Name"), Column("Number", number=True)], [("Pear", "3")]).rows
    (('Pear', '3'),)
    """
    made = tuple(tuple(row) for row in rows)
    if any(len(row) != len(columns) for row in made):
        raise ValueError(caption)
    return Table(caption, tuple(columns), made, names, span)


def spoken(blocks: Iterable[Block]) -> list[str]:
    """What is said outside tables and pictures?"""
    said: list[str] = []
    for block in blocks:
        match block:
            case Heading(text=text) | Paragraph(text=text):
                said.append(text)
            case Bullets(items=items):
                said.extend(items)
            case _:
                pass
    return said


def tabled(blocks: Iterable[Block]) -> list[str]:
    """What stands in the cells of tables, their headers included?"""
    tables = [block for block in blocks if isinstance(block, Table)]
    return [text for each in tables for row in ([c.title for c in each.columns], *each.rows) for text in row]
