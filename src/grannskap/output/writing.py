"""All files of a result, written whole or not at all."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from grannskap.disk import made_if_missing, reason
from grannskap.errors import OutputError
from grannskap.output.geopackage import geopackage
from grannskap.output.tables import tables
from grannskap.output.webmap import web_map
from grannskap.result import Result
from grannskap.timing import step

FILES = ("map.html", "actors.csv", "destinations.csv", "access.csv", "grannskap.gpkg", "manifest.json")


def write(result: Result, folder: str | Path, *, language: str | None = None) -> list[Path]:
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

    Returns
    -------
    list of Path
        ``map.html``, ``actors.csv``, ``destinations.csv``, ``access.csv``, ``grannskap.gpkg``, ``manifest.json``.

    Raises
    ------
    OutputError
        The folder cannot be written to, or the disk is full.
    """
    folder = Path(folder)
    try:
        # The hidden folder is on the same disk as the files' place, so that moving is renaming.
        with tempfile.TemporaryDirectory(prefix=".grannskap-", dir=_nearest_existing(folder)) as workshop:
            made = _make(result, Path(workshop), language)
            with made_if_missing(folder):
                return _exchange(made, folder)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            "The results cannot be written to {folder} ({reason}): choose another folder with --out, or make room.",
            folder=folder,
            reason=reason(error),
        ) from error


def _nearest_existing(folder: Path) -> Path:
    """Which folder is there already: this one, or the nearest above it?"""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _make(result: Result, workshop: Path, language: str | None) -> list[Path]:
    texts = tables(result)
    with step("map"):
        texts["map.html"] = web_map(result, language=language).get_root().render()
    texts["manifest.json"] = json.dumps(result.manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    for name, text in texts.items():
        (workshop / name).write_text(text, encoding="utf-8", newline="\n")
    with step("GeoPackage"):
        geopackage(result, workshop / "grannskap.gpkg")
    return [workshop / name for name in FILES]


def _exchange(made: Sequence[Path], folder: Path) -> list[Path]:
    """Put new files in the place of the old; when one cannot be put there, put all the old ones back."""
    before = made[0].parent / "before"
    before.mkdir()
    with ExitStack() as undo:
        for file in made:
            place = folder / file.name
            if place.is_dir():
                raise OutputError(
                    "The results cannot be written to {folder}: there, {name} is the name of a folder; move it away.",
                    folder=folder,
                    name=file.name,
                )
            if place.exists():
                place.replace(before / file.name)
                undo.callback((before / file.name).replace, place)
            else:
                undo.callback(place.unlink, missing_ok=True)
            file.replace(place)
        undo.pop_all()
    return [folder / file.name for file in made]
