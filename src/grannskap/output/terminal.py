"""What the terminal says: the actors most passed, what is missing within reach, and where the files are."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from grannskap.language import Texts, texts_for
from grannskap.language.writing import amount, interval, plain
from grannskap.output.certainty import strongest
from grannskap.result import Result
from grannskap.study.layers import TWICE

TOP = 10
WIDTH_IN_A_PIPE = 120
NARROW = 8  # signs: 12–345, and a heading of two words in two lines
COVERED = 0.995  # less than this share of the study area in the extract is told


def summary(result: Result, files: Sequence[Path], *, language: str | None = None) -> RenderableType:
    """What does a person want to know first?

    Parameters
    ----------
    result : Result
    files : sequence of Path
    language : {"sv", "en"}, optional

    Returns
    -------
    RenderableType
        To be printed by a rich console. Names are text and never markup; neighbours marked as sensitive are left out.
    """
    texts = texts_for(language or result.study.language)
    return Group(
        Text(plain(result.study.name), style="bold"),
        *_basis(result, texts),
        Text(),
        _top_table(result, texts),
        *_certainty(result, texts),
        Text(),
        *_missing(result, texts),
        Text(),
        *_files(files, texts),
    )


def console(*, to_errors: bool = False) -> Console:
    """On what is a summary printed? As wide as the terminal, and wide enough for the table in a pipe."""
    here = Console(stderr=to_errors, highlight=False)
    return here if here.is_terminal else Console(stderr=to_errors, highlight=False, width=WIDTH_IN_A_PIPE)


def _basis(result: Result, texts: Texts) -> list[Text]:
    source, covered = result.manifest["source"], result.manifest.get("study_area_covered")
    date = (source.get("data_date") if isinstance(source, dict) else "") or texts.gettext("unknown date")
    lines = [texts("Map data of {date} © OpenStreetMap contributors (ODbL)", date=date)]
    if isinstance(covered, float) and covered < COVERED:
        share = texts.percent(covered)
        lines.append(texts("The extract holds {share} of the study area: what lies outside is not known.", share=share))
    return [*(Text(line, style="dim") for line in lines), *_own_layers(result, texts)]


def _own_layers(result: Result, texts: Texts) -> list[Text]:
    """What became of the rows of each of the analyst's own layers, and what is to be mended in it."""
    layers = result.manifest.get("layers", [])
    lines: list[str] = []
    for layer in layers if isinstance(layers, list) else []:
        twice = len(layer["dropped"].get(TWICE, ()))
        lost = sum(len(rows) for rows in layer["dropped"].values()) - twice
        used = layer["own_housing"] + layer["merged_with_osm"] + layer["added"]
        said = {"path": layer["path"], "used": texts.number(used), "rows": texts.number(layer["rows"])}
        lines.append(texts("{path}: {used} of {rows} rows are in the map data around the site.", **said))
        if layer["rows"] and not used:
            lines.append(
                texts(
                    "{path}: no row lies in the map data: check crs under [[layers]], and that lat and lon are not "
                    "exchanged.",
                    path=layer["path"],
                )
            )
        if lost:
            told = {"path": layer["path"], "n": texts.number(lost)}
            lines.append(texts("{path}: rows that cannot be placed: {n}; manifest.json lists them.", **told))
        if twice:
            lines.append(
                texts(
                    "{path}: rows that are there twice: {n}; each counts once.",
                    path=layer["path"],
                    n=texts.number(twice),
                )
            )
        lines += layer["remarks"]
    return [Text(plain(line)) for line in lines]


def _top_table(result: Result, texts: Texts) -> RenderableType:
    passed = result.actors[(result.actors.passages_per_week > 0) & ~result.actors.sensitive].head(TOP)
    if passed.empty:
        return Text(texts.gettext("No actors are passed"))
    table = Table(
        title=texts.gettext("Actors that are often passed (suggested order of contact)"), title_justify="left"
    )
    drawn = bool(passed.rank_low.notna().all())
    table.add_column("", justify="right")
    if drawn:
        table.add_column(texts.gettext("Likely rank"), justify="right", max_width=NARROW)
    table.add_column(texts.gettext("Actor"), overflow="fold")
    table.add_column(texts.gettext("Kind"))
    table.add_column(texts.gettext("Passages a week"), justify="right")
    table.add_column(texts.gettext("Mostly on the way to or from"))
    for row in passed.itertuples():
        table.add_row(
            str(row.rank),
            *([interval(float(row.rank_low), float(row.rank_high), texts)] if drawn else []),  # type: ignore[arg-type]
            Text(plain(row.name) or texts.gettext("(name not in the map data)")),
            Text(plain(texts.gettext(f"kind:{row.kind}"))),
            amount(float(row.passages_per_week), texts),  # type: ignore[arg-type]
            Text(texts.gettext(f"function:{row.main_function}")),
        )
    return table


def _certainty(result: Result, texts: Texts) -> list[Text]:
    lines = [strongest(result, texts)]
    if result.actors.rank_low.notna().any():
        draws = texts.number(result.study.model.draws)
        lines.insert(0, texts("Likely rank: where it lies in 90% of {draws} draws of the assumptions.", draws=draws))
    return [Text(line) for line in lines if line]


def _missing(result: Result, texts: Texts) -> list[Text]:
    unmet = result.access[result.access.n_within_reach == 0]
    reach = texts.number(result.study.reach.radius_m)
    if unmet.empty:
        return [Text(texts("Within {reach} m there is something for every function of the profile.", reach=reach))]
    names = ", ".join(texts.gettext(f"function:{function}") for function in unmet.function)
    return [Text(texts("Not in the map data within {reach} m: {names}.", reach=reach, names=names))]


def _files(files: Sequence[Path], texts: Texts) -> list[Text]:
    if not files:
        return []
    folder = files[0].parent
    inside = [file.relative_to(folder) for file in files]
    names = ", ".join(dict.fromkeys(f"{path.parts[0]}/" if path.parent.parts else path.name for path in inside))
    return [Text(texts("Files in {folder}: {names}", folder=folder, names=names), overflow="fold")]
