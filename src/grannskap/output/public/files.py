"""All files of a public view; each is made from the view alone, never from a result."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from rich.text import Text

from grannskap.errors import OutputError
from grannskap.language import marked as _
from grannskap.language import texts_for
from grannskap.output.public.gis import actor_table, public_geopackage
from grannskap.output.public.map import public_map
from grannskap.output.public.report import public_report
from grannskap.output.public.sheet import public_sheet
from grannskap.output.report.docx import report_docx
from grannskap.output.report.page import report_html
from grannskap.output.sheet.layout import print_files
from grannskap.output.tables import csv_text
from grannskap.public.view import PublicView
from grannskap.timing import step

MAPPED = ("map.html", "grannskap.gpkg")
ALWAYS = ("report.docx", "report.html", "actors.csv", "access.csv", "manifest.json")
WHY = {
    "map": _(
        "Nothing of the place is shown: the map data ends within what would be drawn. Map data of a larger area, or "
        "what grannskap fetch --audience public writes, shows more."
    ),
    "addresses": _(
        "Nothing of the place is shown: too few addresses would be shown the same, and anything more could tell which "
        "of them is the residence."
    ),
    "name": _(
        "Nothing of the place is shown: something on the map has the name or the address of the study, and to leave "
        "out that alone would tell whose it is."
    ),
}
"""For whoever makes the view; in no file."""
SHOWN = {
    "kinds": _("There is no map: it would tell where the residence is. Only kinds of actors are shown."),
    **dict.fromkeys(("walks", "places"), _("The same is shown whichever of at least 20 addresses is the residence.")),
}
PUBLIC_MARK = '"audience": "public"'


def public_files(view: PublicView, folder: Path, *, language: str | None = None) -> list[Path]:
    """Which files may be given to everybody?

    Parameters
    ----------
    view : PublicView
    folder : Path
        Where they are made.
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    list of Path
        Web map, sheet and GeoPackage where the view has a map; report, tables and manifest always.
    """
    contents = {
        "actors.csv": csv_text(actor_table(view) if view.has_map else view.kinds),
        "access.csv": csv_text(view.access),
        "manifest.json": json.dumps(view.manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
    }
    if view.has_map:
        contents["map.html"] = public_map(view, language=language).get_root().render()
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    content, dated = public_report(view, language=language), cast("Any", view)
    report_docx(dated, folder / "report.docx", language=language, content=content)
    report_html(dated, folder / "report.html", language=language, content=content)
    if view.has_map:
        with step("sheet"):
            for name in print_files(view.paper):
                public_sheet(view, folder / name, language=language)
        public_geopackage(view, folder / "grannskap.gpkg", language=language)
    return [folder / name for name in names_of(view)]


def names_of(view: PublicView) -> tuple[str, ...]:
    """Which files does a view have?"""
    return (MAPPED[0], *print_files(view.paper), *MAPPED[1:], *ALWAYS) if view.has_map else ALWAYS


def require_no_other(folder: Path, names: Iterable[str]) -> None:
    """Is the folder free of internal files, and of others that a view does not replace? Who sends it sends all of it.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        What will be replaced.

    Raises
    ------
    OutputError
        A file of an internal result, of another public view, or one that this program has not made, lies in it.
    """
    if not folder.is_dir():
        return
    own, there = set(names), sorted(file.name for file in folder.iterdir())
    others, manifest = [name for name in there if name not in own], folder / "manifest.json"
    told = manifest.read_text(encoding="utf-8", errors="replace") if manifest.exists() else ""
    if others or (there and PUBLIC_MARK not in told):
        raise OutputError(
            "The folder {folder} holds other files ({name}): choose a folder of its own for the public view with "
            "--out.",
            folder=folder,
            name=[*others, *there][0],
        )


def public_summary(view: PublicView, files: Sequence[Path]) -> Text:
    """What does the terminal say of a view and its files?"""
    texts, names = texts_for(view.settings.language), [file.name for file in files]
    shown = WHY[view.why] if view.shows == "needs" else SHOWN[view.shows]
    told = texts("Files in {folder}: {names}", folder=files[0].parent, names=", ".join(names))
    return Text(f"{texts.gettext(shown)}\n{told}")
