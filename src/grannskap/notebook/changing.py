"""Before and after a change of the network: what residents gain or lose, and who is passed more or less."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.language.card_text import ShowsItself
from grannskap.language.cards import card, rows, said, title
from grannskap.language.writing import amount
from grannskap.notebook.moving import beside, rank_when
from grannskap.result import Result

SHOWN = 12
"""How many actors are shown of those whose passages change most."""
LEAST_CHANGE = 0.1
"""Passages that differ by less than this a week, about five a year, are the same."""
_MEASURES = ("n_within_reach", "nearest_m", "mean_m")
_ACCESS = (
    *(_("Function"), _("Places within reach, before"), _("after")),
    *(_("To the nearest, before (m)"), _("after (m)"), _("Mean walk, before (m)"), _("after (m)")),
)
_ACTORS = (_("Actor"), _("Rank before"), _("Rank after"), _("Passages before"), _("Passages after"), _("Difference"))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Change(ShowsItself):
    """What does a change do, for the residents and for the actors?

    Attributes
    ----------
    access : DataFrame
        A row for each function: ``function``, and ``n_within_reach``, ``nearest_m``, ``mean_m`` with ``_before`` and
        ``_after``.
    actors : DataFrame
        A row for each actor that is passed before or after: as in ``Moves.table``, with ``difference`` in passages a
        week, the greatest first.
    walked_m_before, walked_m_after : float
        Mean metres from door to door of all trips that find a place, one way.
    served_before, served_after : float
        Trips a week that find a place.
    before, after : Result
    """

    access: pd.DataFrame
    actors: pd.DataFrame
    walked_m_before: float
    walked_m_after: float
    served_before: float
    served_after: float
    before: Result
    after: Result

    @property
    def language(self) -> str:
        """In which language does it tell of itself? That of the study."""
        return self.after.study.language

    def sentence(self) -> str:
        """What does the change do to both sides, in a few sentences?"""
        texts = texts_for(self.language)
        served = {"before": amount(self.served_before, texts), "after": amount(self.served_after, texts)}
        walked = {"before": texts.number(self.walked_m_before), "after": texts.number(self.walked_m_after)}
        more, less = ((sign * self.actors.difference > LEAST_CHANGE).sum() for sign in (1, -1))
        return " ".join(
            [
                *(
                    [texts("Of the trips a week, {before} find a place before and {after} after.", **served)]
                    if abs(self.served_after - self.served_before) > LEAST_CHANGE
                    else []
                ),
                texts("The residents' trips are {before} m on average before and {after} m after, one way.", **walked),
                texts(
                    "{more} actors are passed more often and {less} less often.",
                    more=texts.number(more),
                    less=texts.number(less),
                ),
            ]
        )

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? Residents' access first, then the actors."""
        texts = texts_for(self.language)
        access = [_access_line(row, texts) for row in self.access.to_dict("records")]
        changed = self.actors[self.actors.difference.abs() > LEAST_CHANGE]
        actors = [_actor_line(row, texts) for row in changed.head(SHOWN).to_dict("records")]
        return card(
            said(self.sentence()),
            title(texts.gettext("What the residents reach")),
            rows("", [texts.gettext(head) for head in _ACCESS], access, numbers=range(1, 7)),
            title(texts("Whose passages change most, at most {n}", n=SHOWN)),
            rows("", [texts.gettext(head) for head in _ACTORS], actors, numbers=(1, 2, 3, 4, 5)),
        )


def before_after(before: Result, after: Result) -> Change:
    """What does a change of the network do, for the residents and for the actors?

    Parameters
    ----------
    before, after : Result
        Of the same study; the streets of ``after`` are changed by `with_path` or `without_way`. With the same seed both
        draw the same assumptions for every street that both have.

    Returns
    -------
    Change
    """
    everyone = beside(before, after)
    passages = [everyone[f"passages_per_week_{when}"].fillna(0.0) for when in ("before", "after")]
    table = everyone.assign(
        passages_per_week_before=passages[0], passages_per_week_after=passages[1], difference=passages[1] - passages[0]
    )
    order = np.lexsort((table.rank_before, -table.difference.abs()))
    parts = [
        each.access.set_index("function")[list(_MEASURES)].add_suffix(f"_{when}")
        for each, when in ((before, "before"), (after, "after"))
    ]
    return Change(
        access=pd.concat(parts, axis=1).rename_axis("function").reset_index(),
        actors=table.iloc[order].reset_index(drop=True),
        walked_m_before=_walked_m(before),
        walked_m_after=_walked_m(after),
        served_before=float(before.destinations.trips_per_week.sum()),
        served_after=float(after.destinations.trips_per_week.sum()),
        before=before,
        after=after,
    )


def _walked_m(result: Result) -> float:
    """Mean metres of all trips with an errand."""
    trips, metres = (result.destinations[name].to_numpy(float) for name in ("trips_per_week", "distance_m"))
    return float((trips * metres).sum() / trips.sum()) if trips.sum() > 0 else float("nan")


def _access_line(row: Mapping[Any, Any], texts: Texts) -> tuple[str, ...]:
    metres = [row[f"{what}_{when}"] for what in _MEASURES for when in ("before", "after")]
    return (texts.gettext(f"function:{row['function']}"), *(texts.number(float(n)) for n in metres))


def _actor_line(row: Mapping[Any, Any], texts: Texts) -> tuple[str, ...]:
    passages = [float(row[f"passages_per_week_{when}"]) for when in ("before", "after")]
    difference = float(row["difference"])
    return (
        str(row["name"]),
        *(rank_when(row, when, texts) for when in ("before", "after")),
        *(amount(n, texts) for n in passages),
        f"{'+' if difference > 0 else ''}{amount(difference, texts)}",
    )
