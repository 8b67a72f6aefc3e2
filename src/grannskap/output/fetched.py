"""What the terminal says of a fetch: whom it asks, what it waits for, and what is on disk afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import RenderableType
from rich.text import Text

from grannskap.fetching import Fetched
from grannskap.language import texts_for
from grannskap.output.map_features import plain
from grannskap.output.terminal import console

Tell = Callable[[str], None]


@contextmanager
def waiting() -> Iterator[tuple[Tell, Tell]]:
    """Where is it told what must be known (standard output), and what is waited for (a terminal, and only there)?

    Yields
    ------
    tuple of callable
        For a line that stays, and for one that the next replaces.
    """
    status = console(to_errors=True).status("grannskap …")

    def tell(text: str) -> None:
        status.stop()  # else it would take the line for its own stream
        console().print(Text(plain(text)), soft_wrap=True)
        status.start()

    with status:
        yield tell, lambda text: status.update(Text(plain(text)))


def summary(fetched: Fetched) -> RenderableType:
    """What does a person want to know after a fetch?"""
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
    return Text("\n".join(plain(line) for line in lines), overflow="fold")
