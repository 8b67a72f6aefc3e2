"""How does a record show itself where there are only letters, such as in a terminal? The words of its card."""

from abc import ABC, abstractmethod
from html.parser import HTMLParser
from itertools import zip_longest
from unicodedata import combining, east_asian_width

from grannskap.language.writing import plain

_GAP = "  "
_CELLS, _LINES = ("td", "th"), ("p", "li", "caption")


class ShowsItself(ABC):
    """A record whose card is the only thing that it tells of itself, in a notebook and in a terminal alike.

    What a card leaves out, such as where the site is, then stands in no saved notebook and in no log either.
    """

    __slots__ = ()

    @abstractmethod
    def _repr_html_(self) -> str:
        """How does it show itself in a notebook?"""

    def __repr__(self) -> str:
        """How does it show itself in a terminal?"""
        return as_text(self._repr_html_())


def as_text(card: str) -> str:
    """Which words stand in a card? Tables keep their columns.

    Parameters
    ----------
    card : str
        As `grannskap.language.cards.card` makes it.

    Examples
    --------
    >>> from grannskap.language.cards import card, rows, said
    >>> print(as_text(card(said("Två <kaféer>"), rows("", ["Namn", "Antal"], [("A", "1"), ("Bagarn", "10")]))))
    Två <kaféer>
    Namn    Antal
    A       1
    Bagarn  10
    """
    reader = _Reader()
    reader.feed(card)
    reader.close()
    return "\n".join(reader.lines)


class _Reader(HTMLParser):
    """Reads paragraphs as lines and tables as columns; of a picture its words."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._table: list[list[str]] = []
        self._text: list[str] = []
        self._right: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "img" and told.get("alt"):
            self.lines.append(f"[{plain(told['alt'])}]")
        elif tag == "tr":
            self._table.append([])
        elif tag in _CELLS and "text-align:right" in (told.get("style") or ""):
            self._right.add(len(self._table[-1]))

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_CELLS, *_LINES):
            words = plain("".join(self._text))
            self._text = []
            if tag in _CELLS:
                self._table[-1].append(words)
            else:
                self.lines.append(f"- {words}" if tag == "li" else words)
        elif tag == "table":
            self.lines += _columns(self._table, self._right)
            self._table, self._right = [], set()


def _columns(table: list[list[str]], right: set[int]) -> list[str]:
    """How does a table stand in letters of one width?"""
    widths = [max(map(_width, column)) for column in zip_longest(*table, fillvalue="")]
    return [_GAP.join(_cell(text, n, widths, right) for n, text in enumerate(line)).rstrip() for line in table]


def _cell(text: str, column: int, widths: list[int], right: set[int]) -> str:
    room = " " * (widths[column] - _width(text))
    return room + text if column in right else text + room


def _width(text: str) -> int:
    """How many columns of a terminal does a text take?"""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
