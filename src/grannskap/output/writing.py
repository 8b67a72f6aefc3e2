"""All files of a result, written whole or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from grannskap.audience import Audience
from grannskap.output.exchange import written_whole
from grannskap.output.gis.formats import gis_files
from grannskap.output.gis.geopackage import geopackage
from grannskap.output.tables import tables
from grannskap.output.web_map import web_map
from grannskap.result import Result
from grannskap.timing import step

if TYPE_CHECKING:
    from grannskap.public.view import PublicView

FILES = (
    *("map.html", "actors.csv", "destinations.csv", "access.csv", "sensitivity.csv"),
    *("grannskap.gpkg", "manifest.json"),
)


def write(
    result: Result,
    folder: str | Path,
    *,
    language: str | None = None,
    audience: Audience = "internal",
    with_papers: bool = True,
) -> list[Path]:
    """Which files does a result leave in a folder?

    Everything is made in a hidden folder first and then moved to its place, so that a failure leaves what was there
    before.

    Parameters
    ----------
    result : Result
    folder : str or Path
        Made if it is not there; other files in it are left alone.
    language : {"sv", "en"}, optional
        Language of the map; that of the study when left out.
    audience : {"internal", "public"}
        For whom the files are. For the public they are made from `grannskap.public.hiding.public_view` alone.
    with_papers : bool
        Whether the papers are made as well (`grannskap.output.papers.papers`): some seconds more. For the public,
        papers of its own always are.

    Returns
    -------
    list of Path
        ``map.html``, ``actors.csv``, ``destinations.csv``, ``access.csv``, ``sensitivity.csv``, ``grannskap.gpkg``,
        ``manifest.json``; what ``[output] formats`` asks for, in ``geojson`` and ``shapefile``; and the papers.

    Raises
    ------
    OutputError
        The folder cannot be written to, or the disk is full; or the public could tell where the site is.
    StudyError
        The public view of a protected site is asked for.
    """
    if audience == "public":
        from grannskap.public.hiding import public_view  # noqa: PLC0415 - few runs need it

        return write_view(public_view(result), folder, language=language)
    make = _make_all if with_papers else _make
    return written_whole(Path(folder), lambda workshop: make(result, workshop, language))


def write_view(view: "PublicView", folder: str | Path, *, language: str | None = None) -> list[Path]:
    """Which files does a view for everybody leave in a folder? None but its own may lie there.

    Parameters
    ----------
    view : PublicView
        From `grannskap.public.hiding.public_view`.
    folder : str or Path
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    list of Path

    Raises
    ------
    OutputError
        The folder cannot be written to or holds other files, or the disk is full.
    """
    from grannskap.output.public.files import names_of, public_files, require_no_other  # noqa: PLC0415 - few runs need it

    require_no_other(Path(folder), names_of(view))
    return written_whole(Path(folder), lambda workshop: public_files(view, workshop, language=language))


def _make(result: Result, workshop: Path, language: str | None) -> list[Path]:
    contents = tables(result)
    with step("map"):
        contents["map.html"] = web_map(result, language=language).get_root().render()
    contents["manifest.json"] = json.dumps(result.manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    for name, text in contents.items():
        (workshop / name).write_text(text, encoding="utf-8", newline="\n")
    with step("GeoPackage"):
        geopackage(result, workshop / "grannskap.gpkg", language=language)
        more = gis_files(result, workshop, language=language)
    return [*(workshop / name for name in FILES), *more]


def _make_all(result: Result, workshop: Path, language: str | None) -> list[Path]:
    from grannskap.output.papers import papers  # noqa: PLC0415 - what draws them takes a second to load

    return [*_make(result, workshop, language), *papers(result, workshop, language=language)]
