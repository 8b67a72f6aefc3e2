"""Explanations: which walks pass one actor, as edges to draw, tables and a sentence."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from grannskap.errors import TableError
from grannskap.exposure.behind import Behind, Past
from grannskap.exposure.ranking import TIED
from grannskap.exposure.scene import Scene
from grannskap.exposure.sentences import Errand, sentence
from grannskap.language import Texts, cards, texts_for
from grannskap.language import marked as _
from grannskap.language.card_text import ShowsItself
from grannskap.language.writing import amount, plain
from grannskap.routes.network import Floats
from grannskap.routes.roundwalks import ROUND_WALK

STANDS_OUT = 0.25
"""A place is named as the aim of most walks from this share of the passages on; below, its function is. Assumption."""
_ROWS_SHOWN = 10
_COLUMNS = (_("Destination"), _("Kind"), _("Function"), _("Passages per week"), _("Share"))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Passing(ShowsItself):
    """Which walks pass one actor, on which errands, and to where?

    Attributes
    ----------
    actor_id : str
    edges : GeoDataFrame
        The edges that these walks use, on the index of ``Result.edges``: ``name``, ``length_m``, ``legs_per_week`` (in
        both directions together), one ``legs_<function>`` per function, LineString. Walks that pass the actor are there
        with all their edges, from the site to where they end.
    by_function : Series
        Passages per week by function; adds up to the actor's ``passages_per_week``.
    by_destination : DataFrame
        ``destination_id``, ``name``, ``kind``, ``function``, ``sensitive``, ``passages_per_week``, ``share``, the most
        first. Walks without an errand have no destination and are one row, without id.
    errand : Errand or None
        What the sentence tells; None where nobody passes.
    language : str
        That of the study.
    """

    actor_id: str
    edges: gpd.GeoDataFrame
    by_function: pd.Series
    by_destination: pd.DataFrame
    errand: Errand | None
    language: str

    def sentence(self, language: str | None = None) -> str:
        """How often is the actor passed, and mostly on the way to where?

        Parameters
        ----------
        language : {"sv", "en"}, optional
            That of the study when left out.
        """
        return sentence(float(self.by_function.sum()), self.errand, texts_for(language or self.language))

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? The sentence, and the destinations behind it."""
        texts = texts_for(self.language)
        rows = self.by_destination.head(_ROWS_SHOWN)
        lines = [
            (
                _called(row, texts),
                plain(texts.gettext(f"kind:{row['kind']}")) if row["kind"] else "",
                texts.gettext(f"function:{row['function']}"),
                amount(float(row["passages_per_week"]), texts),
                texts.percent(row["share"]),
            )
            for row in rows.to_dict("records")
        ]
        heads = [texts.gettext(column) for column in _COLUMNS]
        return cards.card(cards.said(self.sentence()), cards.rows("", heads, lines, numbers=(3, 4)))


def _called(row: Mapping[Any, Any], texts: Texts) -> str:
    """What is a destination called? Nothing where it is kept out of sight, or where there is none."""
    if row["sensitive"] or not row["kind"]:
        return ""
    return plain(row["name"]) or texts.gettext("(name not in the map data)")


def explain(behind: Behind, actor_id: str, *, language: str) -> Passing:
    """Which walks pass this actor?

    Parameters
    ----------
    behind : Behind
    actor_id : str
        As in ``Result.actors``.
    language : {"sv", "en"}
        In which the record tells of itself.

    Returns
    -------
    Passing

    Raises
    ------
    TableError
        There is no such actor.

    Notes
    -----
    Walks there and walks home are counted each. That a walk passes an actor, and on which errand, follows exactly from
    the link probabilities of its route method: see `grannskap.exposure.behind`.
    """
    scene = behind.scene
    row = _row(scene, actor_id)
    past = behind.past(np.array([row]))
    n = past.by_function[0]
    return Passing(
        actor_id=str(scene.actors.element_id.iloc[row]),
        edges=_edges(scene, behind.flows(row)),
        by_function=pd.Series(n, index=pd.Index(scene.functions, name="function"), name="passages_per_week"),
        by_destination=_by_destination(scene, n, past.by_option[0]),
        errand=main_errands(scene, np.array([row]), past)[0],
        language=language,
    )


def main_errands(scene: Scene, actors: np.ndarray, past: Past) -> list[Errand | None]:
    """On the way to or from where are most of those who pass each of these actors?

    That is the one place that most of them walk to or from, where these are at least a quarter; otherwise the function
    that most walk for. Walks without an errand come before a place that fewer walk to.

    Parameters
    ----------
    scene : Scene
    actors : ndarray of int
        Rows of ``scene.actors``.
    past : Past
        Of these actors, in their order.
    """
    pairs = zip(actors, past.by_function, past.by_option, strict=True)
    return [_main_errand(scene, int(actor), n, to) for actor, n, to in pairs]


def _main_errand(scene: Scene, actor: int, by_function: Floats, by_option: Floats) -> Errand | None:
    total = float(by_function.sum())
    if not total > 0:
        return None
    column = int(by_function.round(TIED).argmax())
    most = Errand(scene.functions[column], float(by_function[column]) / total)
    option = int(by_option.round(TIED).argmax()) if len(by_option) else -1
    share = float(by_option[option]) / total if option >= 0 else 0.0
    without = float(by_function[scene.functions.index(ROUND_WALK)]) / total if ROUND_WALK in scene.functions else 0.0
    if without > max(share, STANDS_OUT):
        return Errand(ROUND_WALK, without)
    if share < STANDS_OUT:
        return most
    place, door = scene.options.iloc[option], int(scene.door[option])
    return Errand(
        function=str(place.function),
        share=share,
        kind=str(place.kind),
        name=place["name"] if isinstance(place["name"], str) else "",
        here=door == actor,
        sensitive=door >= 0 and bool(scene.actors.sensitive.iloc[door]),
    )


def _row(scene: Scene, actor_id: str) -> int:
    """The row of the actor with this id."""
    ids = scene.actors.element_id.astype(str).to_numpy(object)
    found = np.flatnonzero(ids == str(actor_id))
    if len(found):
        return int(found[0])
    if not len(ids):
        raise TableError("There is no actor {id}: the result has no actors.", id=actor_id)
    called = {str(name).casefold(): key for name, key in zip(scene.actors.name, ids, strict=True) if name}
    near = called.get(str(actor_id).casefold())
    raise TableError(
        "There is no actor {id}: write an actor_id of the result; the nearest is {near}.",
        id=actor_id,
        near=near or difflib.get_close_matches(str(actor_id), ids.tolist(), n=1, cutoff=0.0)[0],
    )


def _edges(scene: Scene, flows: Floats) -> gpd.GeoDataFrame:
    legs = flows.sum(axis=1)
    by_function = {f"legs_{f}": flows[:, i] for i, f in enumerate(scene.functions)}
    table = scene.arrivals.edges[["name", "length_m", "geometry"]].assign(legs_per_week=legs, **by_function)
    used: gpd.GeoDataFrame = table.loc[legs > 0]
    return used


def _by_destination(scene: Scene, by_function: Floats, by_option: Floats) -> pd.DataFrame:
    door = scene.door
    secret = np.append(scene.actors.sensitive.to_numpy(bool), np.False_)[door]
    table = scene.options[["element_id", "name", "kind", "function"]].rename(columns={"element_id": "destination_id"})
    table = table.assign(sensitive=secret, passages_per_week=by_option)
    if ROUND_WALK in scene.functions:
        walks = {"destination_id": "", "name": "", "kind": "", "function": ROUND_WALK, "sensitive": False}
        turning = by_function[scene.functions.index(ROUND_WALK)]
        table = pd.concat([table, pd.DataFrame([walks | {"passages_per_week": turning}])], ignore_index=True)
    total = float(by_function.sum())
    table = table[table.passages_per_week > 0].assign(share=lambda rows: rows.passages_per_week / total)
    tied = table.assign(tied=-table.passages_per_week.round(TIED))
    return tied.sort_values(["tied", "function", "destination_id"], ignore_index=True).drop(columns="tied")
