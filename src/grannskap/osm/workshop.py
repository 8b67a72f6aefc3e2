"""A folder to work in while a fetch lasts, within the user's cache folder; gone afterwards, whatever happens."""

import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grannskap.osm.atomic import PREFIX, SUFFIX, remove_stale
from grannskap.osm.cache import cache_folder, unusable

if sys.platform != "win32":
    import fcntl


@contextmanager
def workshop() -> Iterator[Path]:
    """Where may files lie while a fetch lasts? In a folder that is gone afterwards.

    Those that killed processes have left are removed; those of living ones stay, as they hold a lock beside them.
    """
    base = cache_folder() / "work"
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        lock, file = _locked(base)
        folder = _folder_of(lock)
        folder.mkdir()
    except OSError as error:
        raise unusable(error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        file.close()
        lock.unlink(missing_ok=True)


def _sweep(base: Path) -> None:
    remove_stale(base)
    locks = {_folder_of(lock) for lock in base.glob(f"{PREFIX}*{SUFFIX}")}
    for folder in base.glob(f"{PREFIX}*"):
        if folder.is_dir() and folder not in locks:
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of(lock: Path) -> Path:
    return lock.with_suffix("")


def _locked(base: Path) -> tuple[Path, BinaryIO]:
    """A file that is locked as long as this process lives."""
    while True:
        path = base / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        file = path.open("xb")
        if sys.platform == "win32":
            return path, file
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                return path, file
        file.close()  # another process took it for stale in the moment before it was locked
