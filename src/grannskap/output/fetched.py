"""What the terminal says of a fetch: whom it asks, what it waits for, and what is on disk afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Group, RenderableType
from rich.text import Text

from grannskap.fetching import Fetched
from grannskap.language import texts_for
from grannskap.language.writing import plain
from grannskap.output.terminal import console

Tell = Callable[[str], None]
Show = Callable[[RenderableType], None]


@contextmanager
def waiting() -> Iterator[tuple[Show, Tell, Tell]]:
    """Where is it told what must be known (standard output), and what is waited for (a terminal, and only there)?

    Yields
    ------
    tuple of callable
        For a summary, for a line that stays, and for one that the next replaces.
    """
    status = console(to_errors=True).status("grannskap …")

    def show(what: RenderableType) -> None:
        status.stop()  # else it would take the lines for its own stream
        console().print(what, soft_wrap=True)
        status.start()

    with status:
        yield show, lambda text: show(Text(plain(text))), lambda text: status.update(Text(plain(text)))


def summary(fetched: Fetched, *, named: bool = False) -> RenderableType:
    """What does a person want to know after a fetch?

    Parameters
    ----------
    fetched : Fetched
    named : bool, optional
        Whether it must be told of which study it is, since there are several.

    Returns
    -------
    RenderableType
        To be printed by a rich console.
    """
    texts, manifest = texts_for(fetched.study.language), fetched.manifest
    date = manifest.get("data_date") or texts.gettext("unknown date")
    counts = {name: texts.number(manifest["counts"][name]) for name in ("points", "lines", "areas")}
    lines = [texts("Map data of {date} © OpenStreetMap contributors (ODbL)", date=date)]
    if fetched.new:
        lines.append(texts("Fetched: {points} points, {lines} lines, {areas} areas", **counts))
    else:
        when = str(manifest.get("fetched", "")).partition("T")[0]
        lines.append(texts("It was here already, fetched {when}; --refresh fetches it anew", when=when))
    lines.append(texts("Snapshot: {path}", path=fetched.path))
    told = Text("\n".join(plain(line) for line in lines), overflow="fold")
    return Group(Text(plain(fetched.study.name), style="bold"), told) if named else told
