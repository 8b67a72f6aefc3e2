"""The track of somebody who was followed is not read: it tells of a person, whatever it is used for."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from grannskap.errors import StudyError

_HEAD_BYTES = 4096
_COLUMNS = (
    frozenset({"track_fid", "track_seg_id"}),
    frozenset({"track_fid", "track_seg_i"}),
    frozenset({"coordtimes"}),
)
"""Columns of a GPX track that was saved as another format: by GDAL and QGIS, cut as shapefiles do, and by togeojson."""


def check_no_track(path: Path) -> None:
    """Is a file no GPX, by its name or by what stands in it? It may hold where a person was at which time.

    Parameters
    ----------
    path : Path
        There is such a file.

    Raises
    ------
    StudyError
        It is one.
    """
    if path.suffix.lower() == ".gpx" or any(b"<gpx" in head for head in _heads(path)):
        raise _refused(path)


def check_no_track_columns(path: Path, columns: Iterable[str]) -> None:
    """Are these not the columns of a track that was saved as another format?

    Raises
    ------
    StudyError
        They are.
    """
    lower = {column.casefold() for column in columns}
    if any(sign <= lower for sign in _COLUMNS):
        raise _refused(path)


def _heads(path: Path) -> list[bytes]:
    """How does a file begin, and each that is packed in it? Nothing where it cannot be read: others tell that."""
    try:
        with path.open("rb") as file:
            heads = [file.read(_HEAD_BYTES)]
        if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    with packed.open(name) as file:
                        heads.append(file.read(_HEAD_BYTES))
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile):
        return []
    return heads


def _refused(path: Path) -> StudyError:
    return StudyError(
        "{path} holds a GPS track, which tells where a person was: such files are not read; draw the places as points "
        "or areas instead.",
        path=path.name,
    )
