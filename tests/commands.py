"""The command line as tests use it: within this process, or as a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner
from worlds import Spot, World, degrees, errands

import grannskap
from grannskap.cli import app

HERE = Path(grannskap.__file__).parents[1]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def command(*words: str | Path) -> Said:
    """What does ``grannskap`` answer? Within this process; what it does not catch goes on up."""
    ended = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return Said(ended.exit_code, ended.stdout, ended.stderr)


def python(code: str, *words: str | Path, cwd: Path, **settings: str) -> Said:
    """What does Python answer, as a process of its own with these settings in its environment?"""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HERE), **settings},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def process(*words: str | Path, cwd: Path, **settings: str) -> Said:
    """What does ``grannskap`` answer as a process of its own?"""
    return python("from grannskap.cli import main; main()", *words, cwd=cwd, **settings)


def study_file(folder: Path, world: World, site: Spot = (0.0, 0.0), *, more: str = "") -> Path:
    """A study of a small world, beside which its map and its profile (errands to shop and stop) are written."""
    lon, lat = degrees(*site)
    folder.mkdir(parents=True, exist_ok=True)
    world.write(folder / "world.osm")
    (folder / "errands.toml").write_text(errands({"groceries": 20, "transit": 10}), "utf-8")
    parts = [
        '[study]\nname = "Provet"\n',
        f"[site]\nlat = {lat}\nlon = {lon}\n",
        "[reach]\nradius_m = 600\n",
        '[source]\npath = "world.osm"\n',
        '[profile]\nname = "errands.toml"\n',
        more,
    ]
    (folder / "study.toml").write_text("\n".join(parts), "utf-8")
    return folder / "study.toml"


def small_town(*names: str) -> World:
    """A street of 400 m from the house, with a stop and a supermarket at its end, and a café for each name."""
    world = World(bounds=((-300, -2000), (600, 2000)))
    world.way([(0, 0), (400, 0)], "highway=residential", "name=Storgatan")
    world.node(400, 10, "shop=supermarket", "name=Handeln")
    world.node(300, 5, "highway=bus_stop", "name=Torget")
    for number, name in enumerate(names):
        world.node(50 + number, 8, "amenity=cafe", f"name={name}")
    return world
