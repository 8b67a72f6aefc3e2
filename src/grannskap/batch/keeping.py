"""Finished sites on disk, so that a run that was stopped goes on where it was."""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grannskap.comparison.comparing import Comparison
from grannskap.comparison.measured import Measured
from grannskap.disk import reason
from grannskap.errors import OutputError
from grannskap.osm.atomic import write_whole

FOLDER = ".sites"
_LENGTH, _SEAL = 8, 32  # bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of finished sites beside the files of a comparison?

    Attributes
    ----------
    folder : Path
        A file for each site, named by its key.
    """

    folder: Path

    def load(self, key: str) -> list[Measured]:
        """What was kept: the site and its references? Nothing where the file is damaged."""
        with suppress(OSError, ValueError):
            return [Measured.from_bytes(part) for part in _parts(self._path(key).read_bytes())]
        return []

    def save(self, key: str, measured: Sequence[bytes]) -> None:
        """How is a finished site kept? Whole or not at all.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        body = b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in measured)
        try:
            write_whole(self._path(key), hashlib.sha256(body).digest() + body)
        except OSError as error:
            raise OutputError(
                "The results cannot be written to {folder} ({reason}): choose another folder with --out, or make room.",
                folder=self.folder.parent,
                reason=reason(error),
            ) from error

    def done(self, comparison: Comparison) -> None:
        """Is anything kept when the comparison is written? Only where a site failed, to be mended and run again."""
        if not any(site.reason for site in comparison.sites):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self.folder / key


def _parts(data: bytes) -> list[bytes]:
    seal, rest = data[:_SEAL], data[_SEAL:]
    if hashlib.sha256(rest).digest() != seal:
        raise ValueError("this is no kept site, or it is damaged")
    parts = []
    while rest:
        size = int.from_bytes(rest[:_LENGTH], "big")
        parts.append(rest[_LENGTH : _LENGTH + size])
        rest = rest[_LENGTH + size :]
    return parts
