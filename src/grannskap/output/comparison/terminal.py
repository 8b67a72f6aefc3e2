"""What the terminal says of a comparison: how far it has come, what failed or was set aside, where the files are."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from grannskap.comparison.comparing import Comparison
from grannskap.errors import GrannskapError
from grannskap.language import texts_for
from grannskap.language.writing import plain
from grannskap.output.terminal import console

SHOWN = 20  # failed sites, settings; the manifest lists all


@contextmanager
def counting(n_sites: int, language: str) -> Iterator[Callable[[int], None]]:
    """How far has it come, and how much time is left? Shown on a terminal, and only there.

    Yields
    ------
    callable
        To be told how many sites are finished.
    """
    here = console(to_errors=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with Progress(*columns, console=here, transient=True, disable=not here.is_terminal) as progress:
        task = progress.add_task(texts_for(language).gettext("Sites"), total=n_sites)
        yield lambda finished: progress.update(task, completed=finished)


@contextmanager
def told_when_stopped(language: str) -> Iterator[None]:
    """What does somebody read who stops a comparison with Ctrl-C? That nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        texts = texts_for(language)
        said = texts.gettext("Stopped. What was finished is kept: run the same command again to go on.")
        console(to_errors=True).print(said, soft_wrap=True)
        raise


def comparison_summary(
    comparison: Comparison, files: Sequence[Path], *, language: str, remarks: Sequence[GrannskapError] = ()
) -> RenderableType:
    """What does a person want to know after a comparison?

    Parameters
    ----------
    comparison : Comparison
    files : sequence of Path
    language : {"sv", "en"}
    remarks : sequence of GrannskapError
        What was set aside or not understood, a sentence each.

    Returns
    -------
    RenderableType
        To be printed by a rich console.
    """
    texts = texts_for(language)
    sites = [site for site in comparison.sites if site.role == "site"]
    failed = [site for site in sites if site.reason]
    told = {"n": texts.number(len(sites) - len(failed)), "all": texts.number(len(sites))}
    lines = [texts("{n} of {all} sites measured. Map data © OpenStreetMap contributors (ODbL)", **told)]
    if comparison.manifest["references"]["wanted"]:
        n = sum(site.role == "reference" for site in comparison.sites)
        lines.append(texts("Ordinary dwellings around them, for comparison: {n}", n=texts.number(n)))
    lines += _first([remark.text(texts) for remark in remarks])
    lines += _first([f"{site.site_id}: {site.reason}" for site in failed])
    if files:
        names = ", ".join(path.name for path in files)
        lines.append(texts("Files in {folder}: {names}", folder=files[0].parent, names=names))
    return Group(*(Text(plain(line), overflow="fold") for line in lines))


def _first(lines: Sequence[str]) -> list[str]:
    """As many as can be read; where there are more, the manifest has them."""
    return [*lines[:SHOWN], *([f"… +{len(lines) - SHOWN} (manifest.json)"] if len(lines) > SHOWN else [])]
