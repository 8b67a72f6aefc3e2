"""What differs between sites: their measures side by side, how far apart they are, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from grannskap.comparison.causes import Causes, differing_settings
from grannskap.comparison.discretion import reason_told
from grannskap.comparison.intervals import interval, mean
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import read_measures
from grannskap.comparison.neighbours import beside_references
from grannskap.errors import TableError

Floats = npt.NDArray[np.float64]

COLUMNS = {
    **dict.fromkeys(("site_id", "name", "measure", "of", "unit"), "str"),
    **dict.fromkeys(("value", "low", "high", "difference", "difference_low", "difference_high"), "float64"),
    "cause": "str",
    "n_references": "int64",
    **dict.fromkeys(
        ("reference_median", "reference_low", "reference_high", "reference_rank_share"),
        "float64",
    ),
    "note": "str",
}
"""The columns of `compared` and their types."""

PAIR = 2


def compared(sites: Sequence[Measured], *, against: str | None = None) -> pd.DataFrame:
    """What does each site measure, how far is that from the others, how sure is it, and why may it be so?

    Parameters
    ----------
    sites : sequence of Measured
        Sites and references, in any order. Where an id stands more than once it becomes "x", "x (2)".
    against : str, optional
        The id of the site that the others are held against. When left out, the second of exactly two sites is held
        against the first, and each of more against the mean of all that have a value.

    Returns
    -------
    DataFrame
        A row for each site, measure and what it is of: ``value`` with its interval ``low`` to ``high``; ``difference``
        with ``difference_low`` to ``difference_high``, and its ``cause``, some of "place, data, assumptions" ("" where
        there is none); how many references have a value, their median and interval, and the share of them whose value
        is lower (equal ones count half). A site that could not be measured has one row, whose ``note`` says why.
        ``attrs["against"]`` names the site, or is "mean" or ""; ``attrs["settings"]`` tells the assumptions that are
        not the same for all, by site. Sorted by site, measure and what it is of.

    Raises
    ------
    TableError
        No site has the id ``against``.

    Notes
    -----
    Intervals hold 90 % of the draws, as those of ranks do (`grannskap.comparison.intervals.interval`). A draw has the
    same number and the same chance at every site, so a difference is taken draw by draw: what both sites share moves
    neither of them apart. What a site measures does not depend on which others there are.
    """
    named = with_own_ids(sites)
    shown = sorted((site for site in named if site.role == "site"), key=lambda site: site.site_id)
    base, told = _standard(named, against)
    rows = _rows(shown)
    differences = _differences(rows, shown, None if base is None else shown.index(base), told)
    table = pd.concat([rows, differences, beside_references(rows, shown, _references(sites, named))], axis=1)
    table["cause"] = _causes(table, shown, base) if told else ""
    table = _in_order(_with_the_unmeasured(table, shown))
    table.attrs = {"against": told, "settings": differing_settings(shown)}
    return table


def with_own_ids(sites: Sequence[Measured]) -> list[Measured]:
    """Which id has each site that no other has? References keep theirs."""
    own = iter(own_ids([site.site_id for site in sites if site.role == "site"]))
    return [replace(site, site_id=next(own)) if site.role == "site" else site for site in sites]


def own_ids(names: Sequence[str]) -> list[str]:
    """Which id has each of these that no other has?

    >>> own_ids(["north", "south", "north", "north (2)"])
    ['north', 'south', 'north (3)', 'north (2)']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        own, number = name, 1
        while own in taken or (own != name and own in names):
            number += 1
            own = f"{name} ({number})"
        taken.add(own)
        found.append(own)
    return found


def _standard(named: Sequence[Measured], against: str | None) -> tuple[Measured | None, str]:
    """The one site that the others are held against, and what that is called: an id, "mean" or nothing."""
    shown = [site for site in named if site.role == "site"]
    if against is not None:
        found = next((site for site in shown if site.site_id == against), None)
        if found is None:
            raise TableError(
                "There is no site {site} to compare against; the sites are: {known}.",
                site=against,
                known=", ".join(sorted(site.site_id for site in shown)),
            )
        return found, against
    if len(shown) == PAIR:
        return shown[0], shown[0].site_id
    return None, "mean" if len(shown) > PAIR else ""


def _references(sites: Sequence[Measured], named: Sequence[Measured]) -> dict[str, list[Measured]]:
    """The references of each site by its own id."""
    of: dict[str, list[Measured]] = {}
    for site in sites:
        if site.role == "reference":
            of.setdefault(site.of_site, []).append(site)
    pairs = zip(sites, named, strict=True)
    return {own.site_id: of.get(before.site_id, []) for before, own in pairs if before.role == "site"}


def _rows(shown: Sequence[Measured]) -> pd.DataFrame:
    """The measures of all sites one under the other; ``at`` is the number of the site, ``row`` the row of its table."""
    tables = [site.table.reset_index() for site in shown]
    sizes = [len(table) for table in tables]
    empty = pd.DataFrame({"measure": "", "of": "", "value": 0.0, "note": ""}, index=[])
    rows = pd.concat([empty, *tables], ignore_index=True) if sum(sizes) else empty
    owners = [(at, site) for at, (site, size) in enumerate(zip(shown, sizes, strict=True)) for _ in range(size)]
    low, high = _stacked([interval(site.draws, site.table.value.to_numpy(float)) for site in shown])
    units = {measure.id: measure.unit for measure in read_measures()}
    return rows.assign(
        at=[at for at, _ in owners],
        row=[row for size in sizes for row in range(size)],
        site_id=[site.site_id for _, site in owners],
        name=[site.name for _, site in owners],
        unit=rows.measure.map(units).fillna("").astype("str"),
        low=low,
        high=high,
    )


def _stacked(ends: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    nothing = np.empty(0)
    return np.concatenate([nothing, *(low for low, _ in ends)]), np.concatenate([nothing, *(high for _, high in ends)])


def _differences(rows: pd.DataFrame, shown: Sequence[Measured], base: int | None, told: str) -> pd.DataFrame:
    """How far is each row from that of the site it is held against, or from the mean of all?"""
    found = np.full((len(rows), 4), np.nan)
    for picked in rows.groupby(["measure", "of"], sort=False).indices.values() if told else []:
        at, row = (list(map(int, rows[column].to_numpy()[picked])) for column in ("at", "row"))
        values, draws = rows["value"].to_numpy(float)[picked], _draws([shown[i] for i in at], row)
        if base is None:
            standard, drawn = mean(values[:, None])[0], mean(draws)
        elif base in at:
            standard, drawn = values[at.index(base)], draws[at.index(base)]
        else:
            continue
        difference = values - standard
        held = np.full(len(values), standard)
        found[picked] = np.column_stack([held, difference, *interval(draws - drawn, difference)])
    columns = ["standard", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(found, columns=columns, index=rows.index)


def _draws(sites: Sequence[Measured], rows: Sequence[int]) -> Floats:
    """The draws that all these sites have of one measure, shape (sites, draws)."""
    n_draws = min(site.draws.shape[1] for site in sites)
    return np.stack([site.draws[row, :n_draws] for site, row in zip(sites, rows, strict=True)])


def _causes(table: pd.DataFrame, shown: Sequence[Measured], base: Measured | None) -> list[str]:
    causes = Causes.of(shown, base)
    columns: Mapping[str, Any] = {name: table[name].to_numpy() for name in ("at", "measure", "value", "standard")}
    return [causes.told(*row) for row in zip(*columns.values(), strict=True)]


def _with_the_unmeasured(table: pd.DataFrame, shown: Sequence[Measured]) -> pd.DataFrame:
    """One row more for each site that has none, so that no site goes missing."""
    nothing = {name: "" if kind == "str" else 0 if kind == "int64" else np.nan for name, kind in COLUMNS.items()}
    missing = [site for site in shown if site.table.empty]
    more = [nothing | {"site_id": site.site_id, "name": site.name, "note": reason_told(site)} for site in missing]
    parts = [part for part in (table, pd.DataFrame(more, columns=list(COLUMNS))) if len(part)]
    whole = pd.concat(parts, ignore_index=True) if parts else table
    return whole[list(COLUMNS)].astype(COLUMNS)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    order = {measure.id: n for n, measure in enumerate(read_measures())}
    place = table["measure"].map(order).fillna(len(order))
    sorting = pd.DataFrame({"site": table["site_id"], "place": place, "measure": table["measure"], "of": table["of"]})
    return table.loc[sorting.sort_values(list(sorting.columns), kind="stable").index].reset_index(drop=True)
