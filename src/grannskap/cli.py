"""The command line: what is typed, and nothing of what is done."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grannskap.errors import GrannskapError
from grannskap.timing import LOG, no_sweeping
from grannskap.version import __version__

if TYPE_CHECKING:
    from grannskap.batch.comparing import Asked


class Lang(StrEnum):
    """Which language do people read?"""

    SV = "sv"
    EN = "en"


class Audience(StrEnum):
    """For whom are the files?"""

    INTERNAL = "internal"
    PUBLIC = "public"


Out = Annotated[Path | None, typer.Option(help="Mapp för filerna.", show_default=False)]
Snapshot = Annotated[Path | None, typer.Option(help="Fil för det hämtade.", metavar="SNAPSHOT", show_default=False)]
InLang = Annotated[Lang | None, typer.Option("--lang", help="Språk; annars studiens eget.", show_default=False)]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Visa hur lång tid stegen tar.")]
Debug = Annotated[bool, typer.Option("--debug", help="Visa var i programmet ett fel uppstod.")]

app = typer.Typer(
    name="grannskap",
    help="Kartlägg grannskapet kring ett socialt boende: vart brukarna går och vilka aktörer gångvägarna passerar.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True, help="Visa version."),
    ] = False,
) -> None:
    pass


@app.command()
def demo(
    out: Out = None,
    lang: InLang = None,
    papers: Annotated[
        bool, typer.Option("--papers/--no-papers", help="Gör även det utskrivbara bladet, rapporten och kontaktlistan.")
    ] = True,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Kör exemplet som följer med: en plats i Helsingfors, utan nätverk."""
    with no_sweeping(), _timed(verbose=verbose), _told(lang, debug=debug):
        from grannskap.sample import sample_folder  # typing a command should not wait for maps

        _run(sample_folder() / "study.toml", out or Path("out") / "demo", lang, with_papers=papers, debug=debug)


@app.command()
def run(
    study: Annotated[Path, typer.Argument(help="Studiefil (TOML).", metavar="STUDY.toml")],
    out: Out = None,
    lang: InLang = None,
    audience: Annotated[Audience, typer.Option(help="För vilka filerna är.")] = Audience.INTERNAL,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Analysera en studie och skriv karta, tabeller, GeoPackage och papper. Använder aldrig nätverket."""
    with no_sweeping(), _timed(verbose=verbose), _told(lang, debug=debug):
        if audience is Audience.PUBLIC:
            _run_public(study, out or Path("out") / f"{study.stem}-public", lang, debug=debug)
        else:
            _run(study, out or Path("out") / study.stem, lang, with_papers=True, debug=debug)


def _run(path: Path, out: Path, lang: Lang | None, *, with_papers: bool, debug: bool) -> None:
    from grannskap.output.terminal import console, summary
    from grannskap.output.writing import write
    from grannskap.pipeline import analyse
    from grannskap.study import read_study

    study = read_study(path)
    study = study if lang is None else replace(study, language=lang.value)
    with _told(study.language, debug=debug):
        with console(to_errors=True).status("grannskap …"):
            result = analyse(study)
            files = write(result, out, with_papers=with_papers)
        console().print(summary(result, files))


def _run_public(path: Path, out: Path, lang: Lang | None, *, debug: bool) -> None:
    from grannskap.output.public.files import public_summary
    from grannskap.output.terminal import console
    from grannskap.output.writing import write_view
    from grannskap.pipeline import analyse
    from grannskap.public.hiding import public_view
    from grannskap.study import read_study

    study = read_study(path)
    study = study if lang is None else replace(study, language=lang.value)
    with _told(study.language, debug=debug):
        with console(to_errors=True).status("grannskap …"):
            undrawn = replace(study, model=replace(study.model, draws=0))  # the view tells no intervals
            view = public_view(analyse(undrawn))
            files = write_view(view, out)
        console().print(public_summary(view, files), soft_wrap=True)


@app.command()
def fetch(
    studies: Annotated[list[Path], typer.Argument(help="Studiefiler (TOML).", metavar="STUDY.toml...")],
    out: Snapshot = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Hämta på nytt fast det finns.")] = False,
    audience: Annotated[
        Audience, typer.Option(help="För vilka: den offentliga vyn behöver en större karta.")
    ] = Audience.INTERNAL,
    lang: InLang = None,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Hämta kartdata kring platsen till en fil. Det enda kommando som använder nätverket."""
    if out is not None and len(studies) > 1:
        raise typer.BadParameter("gäller bara när en enda studie anges.", param_hint="--out")
    with _timed(verbose=verbose), _told(lang, debug=debug):
        _fetch(studies, lang, debug=debug, snapshot=out, refresh=refresh, audience=audience.value)


def _fetch(paths: list[Path], lang: Lang | None, *, debug: bool, **how: Any) -> None:
    from grannskap.fetching import fetch_snapshots
    from grannskap.output.fetched import summary, waiting
    from grannskap.study import read_study

    studies = [read_study(path) for path in paths]
    if lang is not None:
        studies = [replace(study, language=lang.value) for study in studies]
    with _told(studies[0].language, debug=debug), waiting() as (show, tell, progress):
        for fetched in fetch_snapshots(studies, tell=tell, progress=progress, **how):
            show(summary(fetched, named=len(studies) > 1))


@app.command()
def compare(  # noqa: PLR0913, PLR0917 (an option of a command is an argument)
    studies: Annotated[list[Path], typer.Argument(help="Studiefiler (TOML).", metavar="STUDY.toml...")],
    manifest: Annotated[
        Path | None,
        typer.Option(help="Tabell med en plats per rad; en enda studie ger resten.", metavar="SITES.csv"),
    ] = None,
    out: Out = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Antal processer; annars en per kärna.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Dask-kluster, t.ex. tcp://10.0.0.1:8786.")] = None,
    references: Annotated[int, typer.Option(min=0, max=500, help="Bostäder kring varje plats att jämföra med.")] = 0,
    against: Annotated[str | None, typer.Option(help="Plats som de andra jämförs med.", metavar="SITE_ID")] = None,
    site_limit_s: Annotated[float, typer.Option(min=1.0, help="Så många sekunder får en plats ta.")] = 300.0,
    lang: InLang = None,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Jämför platser med samma inställningar. Använder nätverket bara med --scheduler."""
    if manifest is not None and len(studies) > 1:
        raise typer.BadParameter("gäller bara när en enda studie anges.", param_hint="--manifest")
    if workers is not None and scheduler is not None:
        raise typer.BadParameter("kan inte anges tillsammans med --scheduler.", param_hint="--workers")
    with _timed(verbose=verbose), _told(lang, debug=debug):
        from grannskap.batch.asking import asked_of_studies, asked_of_table
        from grannskap.study import read_study

        read = [read_study(path) for path in studies]
        read = read if lang is None else [replace(study, language=lang.value) for study in read]
        with _told(read[0].language, debug=debug):
            asked = asked_of_studies(read) if manifest is None else asked_of_table(manifest, read[0])
            asked = replace(asked, references=references, against=against)
            _compare(asked, out or Path("out") / "compare", workers, scheduler, site_limit_s)


def _compare(asked: "Asked", out: Path, workers: int | None, scheduler: str | None, limit_s: float) -> None:
    from grannskap.batch.asking import crew_for
    from grannskap.batch.comparing import compare_sites
    from grannskap.batch.keeping import FOLDER, Kept
    from grannskap.output.comparison.files import write_comparison
    from grannskap.output.comparison.terminal import comparison_summary, counting, told_when_stopped
    from grannskap.output.terminal import console

    language, kept = asked.sites[0].study.language, Kept(out / FOLDER)
    with (
        told_when_stopped(language),
        crew_for(asked, workers=workers, scheduler=scheduler, limit_s=limit_s) as crew,
        counting(len(asked.sites), language) as heard,
    ):
        comparison = compare_sites(asked, crew, kept, heard=heard)
    files = write_comparison(comparison, out, language=language)
    kept.done(comparison)
    console().print(comparison_summary(comparison, files, language=language, remarks=asked.remarks()))


@contextmanager
def _timed(*, verbose: bool) -> Iterator[None]:
    """Tell on standard error how long each step takes, where that is asked for."""
    if not verbose:
        yield
        return
    told, level = logging.StreamHandler(sys.stderr), LOG.level
    LOG.addHandler(told)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.removeHandler(told)
        LOG.setLevel(level)


@contextmanager
def _told(language: str | None, *, debug: bool) -> Iterator[None]:
    """Errors that the user can mend become one sentence and exit code 1."""
    try:
        yield
    except GrannskapError as error:
        from grannskap.language import texts_for

        if debug:
            traceback.print_exc()
        typer.echo(_one_line(error.text(texts_for(language or "sv"))), err=True)
        raise typer.Exit(1) from error


def _one_line(text: str) -> str:
    """A sentence may quote what stands in a file: control characters of it do not reach the terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def main() -> None:
    """What does the command ``grannskap`` do?"""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot write is no reason to stop
    app()
