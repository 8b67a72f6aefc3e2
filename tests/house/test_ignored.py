"""What a run writes, and where a home is, cannot be added to the repository by mistake."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None or not (ROOT / ".git").exists(), reason="not a checkout, or no git")

WRITTEN = (
    *("map.html", "actors.csv", "destinations.csv", "access.csv", "sensitivity.csv", "grannskap.gpkg", "manifest.json"),
    *("map-a3.pdf", "map-a4.pdf", "map-a3.png", "map-a4.png", "report.docx", "report.html", "contacts.xlsx"),
    *("compare.html", "compare.csv", "compare-wide.csv", "compare.parquet", "compare.gpkg"),
    *("geojson/actors.geojson", "shapefile/actors.shp", "shapefile/actors.dbf", "shapefile/actors.prj"),
)
OWN = ("min_plats.toml", "sites.csv", "entréer.geojson", "fastighetsagare.gpkg", "ägare.xlsx", "spår.gpx", "a.osm.pbf")
FOLDERS = ("", "out/study/", "results/", "data/", "data/sample/", "notebooks/")


def git(*words: str) -> str:
    assert GIT is not None
    done = subprocess.run([GIT, *words], cwd=ROOT, capture_output=True, check=False, encoding="utf-8")  # noqa: S603
    return done.stdout


def test_outputs_and_site_files_are_ignored() -> None:
    paths = [folder + name for folder in FOLDERS for name in (*WRITTEN, *OWN)]
    ignored = git("-c", "core.quotePath=false", "check-ignore", "--no-index", *paths).splitlines()
    assert set(paths) - set(ignored) == set()


def test_nothing_that_the_project_holds_is_ignored() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == ""
