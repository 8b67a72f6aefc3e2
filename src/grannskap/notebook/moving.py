"""Two results of one site beside each other: which ranks move, and which stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.card_text import ShowsItself
from grannskap.language.cards import card, rows, said
from grannskap.language.writing import amount, interval
from grannskap.output.naming import naming
from grannskap.output.report.telling import FIRST, telling
from grannskap.result import Result

RANKED = ("rank", "rank_low", "rank_high", "passages_per_week")
_HEADS = (_("Actor"), _("Rank before"), _("Rank after"), _("Passages before"), _("Passages after"), "")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Moves(ShowsItself):
    """Which ranks move, and which stand?

    Attributes
    ----------
    table : DataFrame
        A row for each actor that is among the first in either result, by rank before: ``actor_id``, ``name``, ``kind``,
        ``rank_before``, ``rank_low_before``, ``rank_high_before``, ``passages_per_week_before``, the same ``_after``
        (nan where it is not in the study area, or not passed), and ``stands``: whether the likely ranks overlap, or
        the ranks are equal where no draws were made.
    first : int
        How many actors of each result are looked at.
    language : {"sv", "en"}
    """

    table: pd.DataFrame
    first: int
    language: str

    def sentence(self) -> str:
        """How many stand, in one sentence?"""
        texts, n = texts_for(self.language), int((self.table.rank_before <= self.first).sum())
        stay = int(((self.table.rank_before <= self.first) & (self.table.rank_after <= self.first)).sum())
        standing = int(self.table.stands[self.table.rank_before <= self.first].sum())
        told = {"n": texts.number(n), "stay": texts.number(stay), "standing": texts.number(standing)}
        if not n:
            return texts.gettext("No actors are passed.")
        return texts(
            "Of the first {n}, {stay} are still among the first {n}. For {standing} of them the likely ranks before "
            "and after overlap: read these as equal.",
            **told,
        )

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? A sentence and the ranks before and after."""
        texts = texts_for(self.language)
        heads = [texts.gettext(head) if head else "" for head in _HEADS]
        lines = [self._line(row, texts) for row in self.table.to_dict("records")]
        return card(said(self.sentence()), rows("", heads, lines, numbers=(1, 2, 3, 4)))

    def _line(self, row: Mapping[Any, Any], texts: Texts) -> tuple[str, ...]:
        ranks = [rank_when(row, when, texts) for when in ("before", "after")]
        passages = [amount(float(row[f"passages_per_week_{when}"]), texts) for when in ("before", "after")]
        return (
            str(row["name"]),
            *ranks,
            *passages,
            verdict(row, texts),
        )


def moves(before: Result, after: Result, *, first: int = FIRST) -> Moves:
    """Which ranks move when a site is analysed anew, and which stand?

    Parameters
    ----------
    before, after : Result
        Of the same site, with other assumptions or other streets.
    first : int
        Actors from rank 1 to this in either result. Neighbours marked as sensitive are left out.

    Returns
    -------
    Moves
    """
    table = beside(before, after)
    either = (table[["rank_before", "rank_after"]] <= first).any(axis=1)
    return Moves(table[either].reset_index(drop=True), first, after.study.language)


def beside(before: Result, after: Result) -> pd.DataFrame:
    """How do all actors that are passed in either of two results stand in both? Columns as in `Moves.table`."""
    texts = texts_for(after.study.language)
    tables = [telling(each, None).passed.set_index("actor_id") for each in (before, after)]
    wanted = list(dict.fromkeys(key for table in tables for key in table.index))
    called: dict[str, tuple[str, str]] = {}
    for result, table in zip((before, after), tables, strict=True):
        names = naming(result, texts)
        new = table[~table.index.isin(list(called))]
        called |= {str(key): (names.of(row), str(row["kind"])) for key, row in new.to_dict("index").items()}
    parts = [
        table.reindex(wanted)[list(RANKED)].astype(float).add_suffix(f"_{when}")
        for table, when in zip(tables, ("before", "after"), strict=True)
    ]
    joined = pd.concat(parts, axis=1)
    joined.insert(0, "name", [called[key][0] for key in wanted])
    joined.insert(1, "kind", [called[key][1] for key in wanted])
    joined = joined.assign(stands=standing(joined)).rename_axis("actor_id").reset_index()
    return joined.sort_values(["rank_before", "rank_after"], ignore_index=True)


def standing(table: pd.DataFrame) -> np.ndarray:
    """Do the likely ranks before and after overlap? Without draws a rank is its own interval."""
    ends = {
        f"{end}_{when}": table[f"rank_{end}_{when}"].fillna(table[f"rank_{when}"]).to_numpy(float)
        for end in ("low", "high")
        for when in ("before", "after")
    }
    return np.asarray((ends["low_before"] <= ends["high_after"]) & (ends["low_after"] <= ends["high_before"]))


def verdict(row: Mapping[Any, Any], texts: Texts) -> str:
    """Does a rank of a row of `Moves.table` stand, change no more than it may be off, or move?"""
    if row["rank_before"] == row["rank_after"]:
        return texts.gettext("stands")
    return texts.gettext("within the uncertainty") if row["stands"] else texts.gettext("moves")


def rank_when(row: Mapping[Any, Any], when: str, texts: Texts) -> str:
    """How is a rank of a row of `Moves.table` written, with its interval?"""
    rank, low, high = (float(row[f"{name}_{when}"]) for name in RANKED[:3])
    likely = interval(low, high, texts)
    return f"{texts.number(rank)} ({likely})" if likely else texts.number(rank)
