"""All files of a public view; each is made from the view alone, never from a result."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from rich.text import Text

from grannskap.errors import OutputError
from grannskap.language import texts_for
from grannskap.output.public_map import public_map
from grannskap.output.public_report import public_report
from grannskap.output.public_sheet import public_sheet
from grannskap.output.report_docx import report_docx
from grannskap.output.report_html import report_html
from grannskap.output.tables import csv_text
from grannskap.public.classes import WALKS
from grannskap.public.view import PublicView
from grannskap.timing import step

MAPPED = ("map.html", "map-a3.pdf", "grannskap.gpkg")
ALWAYS = ("report.docx", "report.html", "actors.csv", "access.csv", "manifest.json")
PUBLIC_MARK = '"audience": "public"'
OFTEN = ("<5", "passed", "next_twenty", "first_ten")
"""How the classes of `PublicView.actors` are written in tables."""
GEOMETRY = {"streets": "LineString", "actors": "Point", "destinations": "Point", "not_shown": "Polygon"}
GEOMETRY |= dict.fromkeys(("study_area", "buildings", "green", "water"), "Polygon")


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
    texts = {
        "actors.csv": csv_text(view.kinds if view.shows == "kinds" else _actors(view)),
        "access.csv": csv_text(view.access),
        "manifest.json": json.dumps(view.manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
    }
    if view.shows != "kinds":
        texts["map.html"] = public_map(view, language=language).get_root().render()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    content, dated = public_report(view, language=language), cast("Any", view)
    report_docx(dated, folder / "report.docx", language=language, content=content)
    report_html(dated, folder / "report.html", language=language, content=content)
    if view.shows != "kinds":
        with step("sheet"):
            public_sheet(view, folder / "map-a3.pdf", language=language)
        public_geopackage(view, folder / "grannskap.gpkg")
    return [folder / name for name in ((*MAPPED, *ALWAYS) if view.shows != "kinds" else ALWAYS)]


def require_no_internal(folder: Path) -> None:
    """Is the folder free of internal files? Who sends it away sends all of it.

    Raises
    ------
    OutputError
        A file of an internal result, or one that this program has not made, lies in it.
    """
    if not folder.is_dir():
        return
    others = sorted(file.name for file in folder.iterdir() if file.name not in {*MAPPED, *ALWAYS})
    manifest = folder / "manifest.json"
    told = manifest.read_text(encoding="utf-8", errors="replace") if manifest.exists() else PUBLIC_MARK
    is_public = PUBLIC_MARK in told
    if others or not is_public:
        raise OutputError(
            "The folder {folder} holds other files ({name}): choose a folder of its own for the public view with "
            "--out.",
            folder=folder,
            name=others[0] if others else manifest.name,
        )


def _actors(view: PublicView) -> pd.DataFrame:
    table = view.actors[["name", "kind"]]
    if view.shows != "walks":
        return pd.DataFrame(table)
    return table.assign(often_passed=[OFTEN[int(often)] for often in view.actors["often"]])


def public_geopackage(view: PublicView, path: Path) -> None:
    """Which layers does the view give a GIS?

    Parameters
    ----------
    view : PublicView
    path : Path
        File to make; it must not be there yet.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    squares = {"not_shown": view.hidden, "study_area": view.area}
    streets = view.edges[["name", "highway", "geometry"]]
    if view.shows == "walks":
        streets = streets.assign(walks_per_week=[WALKS.label(int(index)) for index in view.edges["walks_class"]])
    tables = {
        "streets": streets,
        "actors": gpd.GeoDataFrame(_actors(view), geometry=view.actors.geometry, crs=view.crs),
        "destinations": view.places,
        **{name: gpd.GeoDataFrame(geometry=[shape], crs=view.crs) for name, shape in squares.items()},
        **view.ground,
    }
    stamp = {"OGR_CURRENT_DATE": f"{(view.data_date or '1970-01-01')[:10]}T00:00:00.000Z"}
    before = {key: pyogrio.get_gdal_config_option(key) for key in stamp}
    pyogrio.set_gdal_config_options(stamp)
    try:
        for name, table in tables.items():
            rounded = table.set_geometry(table.geometry.set_precision(0.01))
            kept = rounded[~rounded.geometry.is_empty.to_numpy()]
            pyogrio.write_dataframe(
                kept, path, layer=name, driver="GPKG", geometry_type=f"Multi{GEOMETRY[name]}", promote_to_multi=True
            )
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options(before)


def public_summary(files: Sequence[Path], language: str) -> Text:
    """What does the terminal say of the files for everybody?"""
    texts, names = texts_for(language), [file.name for file in files]
    if "map.html" in names:
        said = texts.gettext("The same is shown whichever of at least 20 addresses is the residence.")
    else:
        said = texts.gettext(
            "There is no map: it would tell where the residence is, or the map data ends too near. Only kinds of "
            "actors are shown."
        )
    told = texts("Files in {folder}: {names}", folder=files[0].parent, names=", ".join(names))
    return Text(f"{said}\n{told}")
