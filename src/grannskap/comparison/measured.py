"""Measured: what one site measures, draw by draw, and everything that must be known to compare it."""

import io
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
_TOLD = ("site_id", "name", "lon", "lat", "settings", "data", "role", "of_site", "reason")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What does a site measure, draw by draw?

    Attributes
    ----------
    site_id, name : str
    lon, lat : float
        WGS 84: the mean of the entrances; nan where it is not known.
    table : DataFrame
        One row for each measure: MultiIndex ``measure``, ``of``, sorted and unique, with ``value`` (nan where there is
        no data) and ``note`` (English message id that says why there is none, otherwise ""). ``of`` is a function, a
        kind of actor, or "".
    draws : ndarray of float
        The value in each draw, shape (rows of the table, draws). A column is the same draw for every site with the same
        seed; nan where there is no data.
    settings : dict
        Every assumption by its dotted name, such as ``model.theta_per_m``; not the site, its source or its name.
    data : dict
        What the measures rest on, such as ``source_sha256``, ``data_date``, ``covered``, ``crs``, ``seed``.
    role : {"site", "reference"}
    of_site : str
        The id of the site that a reference belongs to.
    reason : str
        Why nothing was measured; the table is empty then.
    """

    site_id: str
    name: str
    lon: float
    lat: float
    table: pd.DataFrame
    draws: Floats
    settings: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)
    role: str = "site"
    of_site: str = ""
    reason: str = ""

    @classmethod
    def nothing(
        cls, site_id: str, name: str, reason: str, *, lon: float = np.nan, lat: float = np.nan, **rest: Any
    ) -> "Measured":
        """How does a site stand in a comparison that could not be measured?"""
        rest = {"settings": {}, "data": {}} | rest
        return cls(site_id, name, lon, lat, measure_table([]), np.empty((0, 0)), reason=reason, **rest)

    def to_bytes(self) -> bytes:
        """How is it kept, without loss?

        Returns
        -------
        bytes
            The same measures give the same bytes.
        """
        rows = [[*at, note] for at, note in zip(self.table.index, self.table.note, strict=True)]
        told = json.dumps({name: getattr(self, name) for name in _TOLD} | {"rows": rows}).encode("utf-8")
        file = io.BytesIO()
        for part in (np.frombuffer(told, np.uint8), self.table.value.to_numpy(float), self.draws):
            np.save(file, part, allow_pickle=False)
        return zlib.compress(file.getvalue())

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Measured":
        """What was kept?

        Parameters
        ----------
        raw : bytes
            As `to_bytes` gives them.

        Raises
        ------
        ValueError
            These bytes are something else, damaged, or cut short.
        """
        try:
            file = io.BytesIO(zlib.decompress(raw))
            text, value, draws = (np.load(file, allow_pickle=False) for _ in range(3))
            told = json.loads(text.tobytes())
            rows = zip(told.pop("rows"), value, strict=True)
            table = measure_table((measure, of, float(number), note) for (measure, of, note), number in rows)
            return cls(table=table, draws=draws, **told)
        except (EOFError, KeyError, OSError, TypeError, ValueError, zlib.error) as problem:
            raise ValueError("These bytes are not what a site measures.") from problem


def measure_table(rows: Iterable[tuple[str, str, float, str]]) -> pd.DataFrame:
    """How do measures stand in a table?

    Parameters
    ----------
    rows : iterable of tuple
        ``measure``, ``of``, ``value``, ``note``, in the order of the table.

    Returns
    -------
    DataFrame
        ``value`` and ``note`` by ``measure`` and ``of``.
    """
    table = pd.DataFrame(list(rows), columns=["measure", "of", "value", "note"])
    table = table.astype({"measure": "str", "of": "str", "value": float, "note": "str"})
    return table.set_index(["measure", "of"])
