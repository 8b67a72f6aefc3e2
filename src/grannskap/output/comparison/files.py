"""All files of a comparison, written whole or not at all."""

import json
from pathlib import Path

from grannskap.comparison.comparing import Comparison
from grannskap.language import texts_for
from grannskap.output.comparison.gis import compare_geopackage
from grannskap.output.comparison.page import compare_page
from grannskap.output.comparison.tables import rounded, tidy, wide
from grannskap.output.exchange import written_whole
from grannskap.output.tables import csv_text
from grannskap.timing import step

FILES = ("compare.csv", "compare-wide.csv", "compare.parquet", "compare.html", "compare.gpkg", "manifest.json")


def write_comparison(comparison: Comparison, folder: str | Path, *, language: str = "sv") -> list[Path]:
    """Which files does a comparison leave in a folder?

    Parameters
    ----------
    comparison : Comparison
    folder : str or Path
        Made if it is not there; other files in it are left alone.
    language : {"sv", "en"}
        Of the page, and of the notes in the tables.

    Returns
    -------
    list of Path
        ``compare.csv`` (a row for each value), ``compare-wide.csv`` (a row for each site), ``compare.parquet`` (as the
        first, unrounded and with its types), ``compare.html``, ``compare.gpkg``, ``manifest.json``. The same
        comparison gives the same bytes.

    Raises
    ------
    OutputError
        The folder cannot be written to, or the disk is full.
    """
    return written_whole(Path(folder), lambda workshop: _make(comparison, workshop, language))


def _make(comparison: Comparison, workshop: Path, language: str) -> list[Path]:
    table = tidy(comparison.table, texts_for(language))
    fine = rounded(table)
    with step("page"):
        page = compare_page(comparison, language=language)
    written = {
        "compare.csv": csv_text(fine),
        "compare-wide.csv": csv_text(wide(fine)),
        "compare.html": page,
        "manifest.json": json.dumps(comparison.manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
    }
    for name, text in written.items():
        (workshop / name).write_text(text, encoding="utf-8", newline="\n")
    table.to_parquet(workshop / "compare.parquet", index=False)
    with step("GeoPackage"):
        compare_geopackage(comparison, workshop / "compare.gpkg", language=language)
    return [workshop / name for name in FILES]
