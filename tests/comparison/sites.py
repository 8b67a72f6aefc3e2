"""Sites made up by hand: what each measures, draw by draw, without streets or walks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grannskap.comparison.measured import Measured, measure_table
from grannskap.comparison.measures import Measure, read_measures

FUNCTIONS = ("alcohol_shop", "green_space", "groceries", "healthcare", "library", "pharmacy", "transit")
KINDS = (
    "cafe",
    "compulsory_school",
    "group_home",
    "hotel",
    "housing",
    "preschool",
    "restaurant",
    "shop",
    "supermarket",
)
SETTINGS: dict[str, Any] = {"model.theta_per_m": 0.02, "model.draws": 200, "model.seed": 1, "reach.radius_m": 1200.0}
DATA = {
    "source_sha256": "ab" * 32,
    "data_date": "2020-12-14",
    "covered": 1.0,
    "crs": "EPSG:3006",
    "sensitivity": "internal",
}

Rows = Sequence[tuple[str, str, float]]


def site(
    site_id: str,
    rows: Rows,
    draws: npt.ArrayLike | None = None,
    *,
    note: str = "",
    settings: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    **rest: Any,
) -> Measured:
    """A site that measures this; each value is drawn as it is where no draws are given."""
    values = np.array([value for *_, value in rows], float)
    drawn = np.repeat(values[:, None], 3, axis=1) if draws is None else np.asarray(draws, float)
    table = measure_table([(measure, of, value, note if np.isnan(value) else "") for measure, of, value in rows])
    told: dict[str, Any] = {"name": f"Huset {site_id}", "lon": 11.9 + len(site_id) / 100, "lat": 57.7} | rest
    made: dict[str, Any] = {"settings": SETTINGS | (settings or {}), "data": DATA | (data or {})}
    return Measured(site_id, table=table, draws=drawn.reshape(len(rows), -1), **told, **made)


def town(n: int, *, draws: int = 200, references: int = 0, seed: int = 1) -> list[Measured]:
    """``n`` sites that measure everything, with so many dwellings around each."""
    sites = [_lived(number, draws, seed=seed) for number in range(n)]
    around = [
        _lived(1000 + number * references + other, 0, seed=seed, role="reference", of_site=each.site_id)
        for number, each in enumerate(sites)
        for other in range(references)
    ]
    return sites + around


def _lived(number: int, draws: int, *, seed: int, **rest: Any) -> Measured:
    chance = np.random.default_rng([seed, number])
    rows = sorted((m.id, of, _value(m, of, chance)) for m in read_measures() for of in things(m))
    values = np.array([value for *_, value in rows])
    shared = np.random.default_rng(seed).standard_normal((len(rows), draws))
    spread = 0.08 * shared + 0.03 * chance.standard_normal((len(rows), draws))
    drawn = values[:, None] * np.exp(spread)
    shares = np.array([measure.endswith("_share") for measure, *_ in rows])
    drawn[shares] = np.minimum(drawn[shares], 1.0)
    place: dict[str, Any] = {"name": f"Boendet {number + 1:03d}", "lon": 11.9 + number / 1000, "lat": 57.7}
    note = "nothing in the map data within reach"
    return site(f"site-{number + 1:03d}", rows, drawn, note=note, **(place | rest))


def things(measure: Measure) -> tuple[str, ...]:
    """Of what is there a value?"""
    named = {"function": FUNCTIONS, "kind": KINDS, "": ("",)}[measure.by]
    return ("", *named) if measure.overall else named


def _value(measure: Measure, of: str, chance: np.random.Generator) -> float:
    """A likely value; some are not known, some are 0."""
    usual = np.random.default_rng([len(measure.id), *of.encode()]).uniform(0.5, 1.5)
    if measure.id in ("nearest_m", "longest_without_seat_m") and chance.random() < 0.07:
        return float("nan")
    match measure.unit:
        case "m":
            return float(usual * chance.lognormal(5.8, 0.5))
        case "share":
            return 1.0 if measure.id == "covered" else float(np.clip(usual * chance.beta(3, 4), 0.0, 1.0))
        case "ratio":
            return float(1.0 + usual * chance.lognormal(-1.3, 0.4))
        case "places":
            return float(chance.poisson(8 * usual))
        case _:
            return float(usual * chance.gamma(2.0, 9.0)) if "passages" in measure.unit else float(chance.beta(6, 4))
