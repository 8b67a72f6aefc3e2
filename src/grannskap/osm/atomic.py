"""Put a whole file in the place of another at once: whoever looks finds the old one or the new one, never a part."""

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from grannskap.disk import made_if_missing

if sys.platform != "win32":
    import fcntl

PREFIX, SUFFIX = ".grannskap-", ".tmp"  # of temporary files, with a random number between them


def write_whole(path: Path, data: bytes) -> None:
    """How does a file get new content without ever holding half of it?

    The bytes go to a temporary file in the same folder, onto the disk, and then take the name of the old file.
    Temporaries that killed processes have left in the folder are removed; those of living ones stay.

    Parameters
    ----------
    path : Path
        Folders that are missing are made.
    data : bytes

    Raises
    ------
    OSError
        The old file is as it was, and neither a temporary file nor a new folder is left.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    folder = path.absolute().parent
    with made_if_missing(folder):
        remove_stale(folder)
        temporary, file = _temporary(folder)
        try:
            with file:
                _write(file, data)
                if sys.platform == "win32":
                    file.close()  # an open file cannot be renamed there; elsewhere it is locked until it has its name
                temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _keep_name(folder)


def remove_stale(folder: Path) -> None:
    """Which temporary files were left by processes that are gone? They are removed.

    Whoever writes holds a lock on the file, which ends with the process, however it ends.

    Parameters
    ----------
    folder : Path
    """
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):
            if sys.platform == "win32":
                path.unlink()  # refused while the file is open
            else:
                with path.open("r+b") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


def _temporary(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file that others know to be in use."""
    while True:
        path = folder / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        file = path.open("xb", buffering=0)
        if sys.platform != "win32":
            with suppress(OSError):  # a disk that knows no locks: there nobody removes what others have left
                fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            return path, file
        file.close()  # another process took it for stale in the moment before it was locked


def _write(file: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    os.fsync(file.fileno())


def _keep_name(folder: Path) -> None:
    """The new name, too, goes onto the disk, where the system can do that."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)
