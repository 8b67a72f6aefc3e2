"""What does the list of actors beside the map hold? All who are passed, in order of rank, with what is told of each.

A record carries short names, read by ``assets/actors.js``: ``t`` title, ``k`` number of the kind, ``g`` of its group,
``n`` rank, ``i`` interval of the rank, ``u`` 1 where it is unsure, ``p`` passages, ``m`` minutes, ``d`` distance, ``x``
the sentence, ``e`` errands (number, passages), ``w`` number of the drawn walks.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from grannskap.exposure.ranking import TIED
from grannskap.exposure.sentences import Errand, sentence
from grannskap.language import Texts
from grannskap.language.writing import amount, interval
from grannskap.output.kind_groups import KIND_GROUPS, kind_group
from grannskap.output.naming import Naming
from grannskap.output.webmap.points import metres
from grannskap.output.webmap.ways import Ways, errand_signs

if TYPE_CHECKING:
    from grannskap.result import Result

LEAST_SHARE = 0.01
"""An errand is told from this share of an actor's passages on, as it is drawn."""


@dataclass(frozen=True, slots=True)
class ActorTable:
    """What does the page know of the actors that are passed?

    Attributes
    ----------
    index : dict of str to int
        Place of each actor in the list, by id.
    groups : list of dict
        ``label``, ``number`` and ``n`` (how many) of each group of kinds that has any.
    data : dict
        What ``assets/actors.js`` reads: ``actors``, ``kinds``, ``errands``, ``ways``.
    """

    index: dict[str, int]
    groups: list[dict[str, object]]
    data: dict[str, object]


def actor_table(result: "Result", actors: gpd.GeoDataFrame, past: Ways, names: Naming) -> ActorTable:
    """Whom do the walks pass, as records for the page?

    Parameters
    ----------
    result : Result
    actors : GeoDataFrame
        Those that may be shown, sorted by rank (`shown_actors`).
    past : Ways
    names : Naming
    """
    texts = names.texts
    functions = result.workings.scene.functions
    passed = actors.loc[(actors["group"] != "silent").to_numpy()]
    kinds = list(dict.fromkeys(passed["kind"]))
    number = {kind: i for i, kind in enumerate(kinds)}
    by_errand = np.nan_to_num(passed.reindex(columns=[f"passages_{each}" for each in functions]).to_numpy(float))
    order = np.argsort(-by_errand.round(TIED), axis=1, kind="stable")
    ordered = np.take_along_axis(by_errand, order, axis=1)
    told = [[(int(i), float(n)) for i, n in zip(*pair, strict=True)] for pair in zip(order, ordered, strict=True)]
    records = [
        _record(row, errands, functions, number[row["kind"]], past, names)
        for row, errands in zip(passed.to_dict("records"), told, strict=True)
    ]
    data = {
        "actors": records,
        "kinds": [texts.gettext(f"kind:{kind}") for kind in kinds],
        "errands": errand_signs(functions, texts),
        "ways": past.drawn,
    }
    index = {str(key): i for i, key in enumerate(passed["actor_id"])}
    return ActorTable(index, _groups(passed["kind"].tolist(), texts), data)


def _groups(kinds: Sequence[str], texts: Texts) -> list[dict[str, object]]:
    count = Counter(map(kind_group, kinds))
    return [
        {"number": number, "label": texts.gettext(label), "n": texts.number(count[number])}
        for number, label in enumerate(KIND_GROUPS)
        if count[number]
    ]


def _record(
    row: dict[Any, Any],
    errands: Sequence[tuple[int, float]],
    functions: Sequence[str],
    kind: int,
    past: Ways,
    names: Naming,
) -> dict[str, object]:
    texts = names.texts
    passages = float(row["passages_per_week"])
    explained = past.number.get(str(row["actor_id"]))
    main, most = errands[0]
    rank = float(row["rank"])
    return {
        "t": names.of(row),
        "k": kind,
        "g": kind_group(row["kind"]),
        "n": int(rank) if math.isfinite(rank) else texts.number(rank),
        "i": interval(float(row.get("rank_low", math.nan)), float(row.get("rank_high", math.nan)), texts),
        "p": amount(passages, texts),
        "m": amount(float(row["minutes_per_week"]), texts),
        "d": metres(float(row["distance_m"]), texts),
        "x": past.sentences[explained]
        if explained is not None
        else sentence(passages, Errand(functions[main], most / passages), texts),
        "e": [[number, amount(n, texts)] for number, n in errands if n >= LEAST_SHARE * passages],
        **({"u": 1} if row["unsure"] else {}),
        **({} if explained is None else {"w": explained}),
    }
