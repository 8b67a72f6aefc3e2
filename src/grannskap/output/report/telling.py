"""From what is a report told? The result without the neighbours that are never shown, and words for its values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from grannskap.language import Texts, texts_for
from grannskap.language.writing import amount, plain
from grannskap.output.look import SCHOOL_KINDS
from grannskap.output.naming import Naming, naming
from grannskap.result import Result

FIRST = 10
"""How many actors the suggested order of contact begins with."""
LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """Which part of a result may be told, and in which language?

    Attributes
    ----------
    result : Result
    texts : Texts
    actors : GeoDataFrame
        By rank, without those marked as sensitive.
    destinations : GeoDataFrame
        Without the same.
    names : Naming
        What places are called.
    """

    result: Result
    texts: Texts
    actors: gpd.GeoDataFrame
    destinations: gpd.GeoDataFrame
    names: Naming

    @property
    def passed(self) -> gpd.GeoDataFrame:
        """Which of the actors do calculated walks pass?"""
        kept: gpd.GeoDataFrame = self.actors.loc[(self.actors["passages_per_week"] > 0).to_numpy()]
        return kept

    @property
    def schools(self) -> gpd.GeoDataFrame:
        """Which of the actors are schools and preschools, the nearest first?"""
        kept = self.actors.loc[self.actors["kind"].isin(SCHOOL_KINDS).to_numpy()]
        ordered: gpd.GeoDataFrame = kept.sort_values("distance_m", kind="stable")
        return ordered

    @property
    def missing(self) -> list[str]:
        """Which functions of the profile have nothing within reach?"""
        access = self.result.access
        return [str(function) for function in access.function[access.n_within_reach == 0]]

    @property
    def reach(self) -> str:
        """How far is within reach, in metres on foot?"""
        return self.texts.number(self.result.study.reach.radius_m)

    def functions(self, names: list[str]) -> str:
        """How are these functions called, one after the other, within a sentence?"""
        return ", ".join(f"{label[:1].lower()}{label[1:]}" for label in map(self.function, names))

    def function(self, name: object) -> str:
        """How is a function called? "–" where there is none."""
        known = isinstance(name, str) and name
        return self.texts.gettext(f"function:{name}") if known else self.texts.number(math.nan)

    def named(self, row: Mapping[Any, Any]) -> str:
        """How is a place called, also where the map data has no name for it?"""
        return self.names.of(row)

    def ranked(self, n: int) -> str:
        """Which actors come first, each with its rank?"""
        rows = self.passed.head(n).to_dict("records")
        return ", ".join(f"{self.texts.number(row['rank'])} {self.named(row)}" for row in rows)

    def kind(self, row: Mapping[Any, Any]) -> str:
        """Of which kind is a place?"""
        return plain(self.texts.gettext(f"kind:{row['kind']}"))

    def trips(self, value: float) -> str:
        """How are the trips of a profile written? As they were given."""
        return self.texts.number(value, decimals=0 if value == round(value) else 1)

    def share(self, share: float) -> str:
        """How is a share written? One that is not quite nothing is less than one in a hundred."""
        return f"< {self.texts.percent(LEAST_SHARE)}" if 0 < share < LEAST_SHARE / 2 else self.texts.percent(share)

    def amount(self, value: object) -> str:
        """How is an amount written, in two significant digits?"""
        return amount(float(value), self.texts)  # type: ignore[arg-type]


def telling(result: Result, language: str | None) -> Telling:
    """What may be told of a result, in this language or that of the study?"""
    hidden = result.actors["sensitive"].fillna(value=False).astype(bool).to_numpy()
    secret = set(result.actors["actor_id"][hidden])
    shown = ~result.destinations["destination_id"].isin(secret)
    texts = texts_for(language or result.study.language)
    return Telling(
        result=result,
        texts=texts,
        actors=result.actors.loc[~hidden],
        destinations=result.destinations.loc[shown.to_numpy()],
        names=naming(result, texts),
    )
