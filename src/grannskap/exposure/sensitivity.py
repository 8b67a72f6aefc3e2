"""Which assumption moves the ranking most, when each is moved alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from grannskap.exposure.ranking import TOP, ranks
from grannskap.exposure.reassess import Demands, Otherwise, reassess
from grannskap.exposure.scene import Scene
from grannskap.exposure.uncertainty import Doubts, Fronts, doubts
from grannskap.routes.network import Floats, Ints
from grannskap.study.model import Model

COLUMNS = ("assumption", "value", "tried", "rank_correlation", "top10_overlap")
_OTHER_METHOD = {"logit": "shortest", "shortest": "logit", "within_detour": "logit"}


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """One assumption moved: its name, the study's value, the value that is tried, and the passages that gives."""

    assumption: str
    value: str | float
    tried: str | float
    passed: Floats


def sensitivity(
    scene: Scene, model: Model, fronts: Fronts, *, doubt: Floats | None = None, spread: Doubts | None = None
) -> pd.DataFrame:
    """Which assumption moves the ranking most?

    Each is moved alone to the low and the high end of its doubt (``uncertainty.toml``), or to its alternative.

    Parameters
    ----------
    scene : Scene
    model : Model
    fronts : Fronts
    doubt : ndarray of float, optional
        How much longer each edge would feel if what the map does not tell of it were bad, as for `drawn_passages`.
    spread : Doubts, optional
        Those of the package when left out.

    Returns
    -------
    DataFrame
        ``assumption``, ``value`` (the study's), ``tried``, ``rank_correlation`` (Spearman's, of the actors that are
        passed in either ranking) and ``top10_overlap`` (share of the first ten, or of all that are passed where they
        are fewer, that stay among them); what moves the ranking most comes first.
    """
    spread = doubts() if spread is None else spread
    same = Otherwise(model, fronts.by[1.0])
    ids = scene.actors.element_id
    base = reassess(scene, same, Demands())[:, 0]
    tried = [*_streets(scene, same, fronts, spread), *_demands(scene, same, spread)]
    if doubt is not None and doubt.any():
        worst = reassess(scene, replace(same, more_per_m=doubt), Demands())[:, 0]
        tried.append(_Tried("unknown_of_streets", "best", "worst", worst))
    rank = ranks(np.column_stack([base, *(each.passed for each in tried)]), ids)
    rows = []
    for column, each in enumerate(tried, 1):
        either = (base > 0) | (each.passed > 0)
        rows.append(
            (
                each.assumption,
                each.value,
                each.tried,
                rank_correlation(rank[either, 0], rank[either, column]),
                _overlap(rank[:, 0], rank[:, column], n_passed=int((base > 0).sum())),
            )
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["rank_correlation", "top10_overlap"], kind="stable").reset_index(drop=True)


def _streets(scene: Scene, same: Otherwise, fronts: Fronts, spread: Doubts) -> Iterator[_Tried]:
    model, plain = same.model, Demands()

    def told(name: str, value: str | float, tried: str | float, otherwise: Otherwise) -> _Tried:
        return _Tried(name, value, tried, reassess(scene, otherwise, plain)[:, 0])

    if model.method == "logit":
        for factor in spread.theta:
            theta = model.theta_per_m * factor
            yield told("theta_per_m", model.theta_per_m, theta, replace(same, model=replace(model, theta_per_m=theta)))
    if model.method == "within_detour":
        for factor in spread.detour:
            ratio = 1.0 + (model.detour_ratio - 1.0) * factor
            moved = replace(model, detour_ratio=ratio)
            yield told("detour_ratio", model.detour_ratio, ratio, replace(same, model=moved))
    other = _OTHER_METHOD[model.method]
    yield told("method", model.method, other, replace(same, model=replace(model, method=other)))  # type: ignore[arg-type]
    for factor, by in fronts.by.items():
        if factor != 1.0:
            yield told("frontage_m", model.frontage_m, model.frontage_m * factor, replace(same, by=by))
    net = scene.arrivals.net
    n = net.n_edges
    if not np.array_equal(net.cost_m, net.length_m):
        metres = net.with_costs(
            *(np.where(np.isfinite(c), net.length_m[:n], c) for c in (net.cost_m[:n], net.cost_m[n:]))
        )
        flat = replace(scene, arrivals=replace(scene.arrivals, net=metres))
        yield _Tried("perceived_length", "profile", "metres", reassess(flat, same, plain)[:, 0])


def _demands(scene: Scene, same: Otherwise, spread: Doubts) -> Iterator[_Tried]:
    """Decay of all functions, and the trips of each, tried together: they share their routes."""
    names, n = scene.functions, len(scene.functions)
    labels: list[tuple[str, str | float, str | float]] = []
    trips, beta = [], []
    for factor in spread.beta:
        labels.append(("beta_per_m", "profile", f"× {factor:g}"))
        trips.append(np.ones(n))
        beta.append(np.full(n, factor))
    for column, name in enumerate(names):
        for factor in spread.trips:
            labels.append((f"trips_{name}", "profile", f"× {factor:g}"))
            trips.append(np.where(np.arange(n) == column, factor, 1.0))
            beta.append(np.ones(n))
    demands = Demands(np.array(trips), np.array(beta)[:, : len(scene.choices.demand)])
    passed = reassess(scene, same, demands)
    for column, (name, value, tried) in enumerate(labels):
        yield _Tried(name, value, tried, passed[:, column])


def rank_correlation(one: Ints, other: Ints) -> float:
    """How alike are two orders of the same things, by Spearman's coefficient?

    1 where they are the same, −1 where one is the reverse; nan for fewer than two things.

    Examples
    --------
    >>> import numpy as np
    >>> rank_correlation(np.array([1, 2, 3]), np.array([30, 20, 10]))
    -1.0
    """
    if len(one) < 2:  # noqa: PLR2004 (no order of one)
        return float("nan")
    a, b = (np.argsort(np.argsort(each, kind="stable"), kind="stable") for each in (one, other))
    n = len(a)
    return float(1.0 - 6.0 * ((a - b) ** 2).sum() / (n * (n * n - 1.0)))


def _overlap(one: Ints, other: Ints, *, n_passed: int) -> float:
    first = min(TOP, n_passed)
    return float(((one <= first) & (other <= first)).sum() / first) if first else float("nan")
