"""Writing to disk: why it did not work, and folders that are there only if what goes into them is."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grannskap.errors import GrannskapError
from grannskap.language import marked as _

ROOM = 2**20
"""Bytes: a disk with less room than this is full for whatever is written here."""
_FULL = _("the disk is full")
_FORBIDDEN = _("you may not write there")
_FILE_THERE = _("there is a file of that name")
_FOLDER_THERE = _("there is a folder of that name")
_REASONS = {
    **dict.fromkeys(("ENOSPC", "EDQUOT", "EFBIG"), _FULL),
    **dict.fromkeys(("EACCES", "EPERM", "EROFS"), _FORBIDDEN),
    **dict.fromkeys(("ENOTDIR", "EEXIST"), _FILE_THERE),
    "EISDIR": _FOLDER_THERE,
}


def reason(error: OSError) -> GrannskapError | str:
    """Why could nothing be written, in words that can be translated where the reason is a common one?

    Parameters
    ----------
    error : OSError

    Returns
    -------
    GrannskapError or str
        To stand as a value in the sentence of another error.

    Examples
    --------
    >>> str(reason(OSError(errno.ENOSPC, "No space left on device")))
    'the disk is full'
    """
    if told := _REASONS.get(errno.errorcode.get(error.errno or 0, "")):
        return GrannskapError(told)
    return error.strerror or str(error) or type(error).__name__


def is_full(folder: Path) -> bool:
    """Is there so little room on the disk of this folder that no file fits? Libraries tell it in words of their own."""
    try:
        return shutil.disk_usage(folder).free < ROOM
    except OSError:
        return False


def full_disk() -> OSError:
    """Which error tells that the disk is full?"""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def made_if_missing(folder: Path) -> Iterator[None]:
    """Is a folder there, and those above it? They are made, and taken away again when what follows fails."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
        raise
