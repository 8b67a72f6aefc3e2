"""Files put in their places all together: when one cannot be, all are as they were."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from grannskap.disk import made_if_missing, reason
from grannskap.errors import OutputError


def written_whole(folder: Path, make: Callable[[Path], Sequence[Path]]) -> list[Path]:
    """Which files stand in a folder after they were made, all of them or none?

    Everything is made in a hidden folder first and then moved to its place, so that a failure leaves what was there
    before.

    Parameters
    ----------
    folder : Path
        Made if it is not there; other files in it are left alone.
    make : callable
        Makes the files in the folder that it is given, and tells them.

    Returns
    -------
    list of Path

    Raises
    ------
    OutputError
        The folder cannot be written to, or the disk is full.
    """
    try:
        # The hidden folder is on the same disk as the files' place, so that moving is renaming.
        with tempfile.TemporaryDirectory(prefix=".grannskap-", dir=_nearest_existing(folder)) as workshop:
            made = make(Path(workshop))
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


def _exchange(made: Sequence[Path], folder: Path) -> list[Path]:
    """Put new files in the place of the old; when one cannot be put there, put all the old ones back."""
    workshop = made[0].parent
    names = [file.relative_to(workshop) for file in made]
    with ExitStack() as undo:
        for name in names:
            place, kept = folder / name, workshop / "before" / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            _make_room(place.parent, undo)
            if place.is_dir():
                raise OutputError(
                    "The results cannot be written to {folder}: there, {name} is the name of a folder; move it away.",
                    folder=folder,
                    name=name.as_posix(),
                )
            if place.exists():
                place.replace(kept)
                undo.callback(kept.replace, place)
            else:
                undo.callback(place.unlink, missing_ok=True)
            (workshop / name).replace(place)
        undo.pop_all()
    return [folder / name for name in names]


def _make_room(folder: Path, undo: ExitStack) -> None:
    """Make a folder within the one that is written to, and take it away again if the writing fails."""
    if not folder.is_dir():
        folder.mkdir()
        undo.callback(folder.rmdir)
