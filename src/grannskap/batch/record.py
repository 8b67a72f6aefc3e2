"""The manifest of a comparison: what all its numbers rest on. Nothing in it tells when or by whom it was worked out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from grannskap.batch.gathering import Wanted
from grannskap.batch.settings import TABLES, SetAside
from grannskap.comparison.discretion import reason_told
from grannskap.comparison.measured import Measured
from grannskap.place.dwellings import dwelling_table
from grannskap.provenance import ATTRIBUTION
from grannskap.study import study_as_dict
from grannskap.version import __version__


def manifest(
    wanted: Sequence[Wanted],
    sites: Sequence[Measured],
    table: pd.DataFrame,
    *,
    references: int,
    set_aside: Sequence[SetAside],
) -> dict[str, Any]:
    """Which settings, sites, data and version made these numbers?

    Parameters
    ----------
    wanted : sequence of Wanted
        The first of them gives the settings.
    sites : sequence of Measured
        Sites and their references.
    table : DataFrame
        As `grannskap.comparison.differing.compared` gives it.
    references : int
        How many were wanted for each site.
    set_aside : sequence of SetAside

    Returns
    -------
    dict
        Plain JSON types; the same input gives the same manifest, whatever the order of the sites.
    """
    record = study_as_dict(wanted[0].study)
    settings = {name: record[name] for name in TABLES}
    counts = pd.Series([each.of_site for each in sites if each.role == "reference"], dtype="str").value_counts()
    told = [_site(each, int(counts.get(each.site_id, 0))) for each in sites if each.role == "site"]
    return {
        "program": "grannskap",
        "version": __version__,
        "seed": wanted[0].study.model.seed,
        "settings": settings,
        "settings_sha256": hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest(),
        "settings_that_differ": table.attrs.get("settings", {}),
        "set_aside": [asdict(each) for each in set_aside],
        "compared_with": table.attrs.get("against", ""),
        "references": {"wanted": references, "rules": dwelling_table()} if references else {"wanted": 0},
        "licence": ATTRIBUTION,
        "counts": {"sites": len(told), "measured": sum(not each["reason"] for each in told)},
        "sites": sorted(told, key=lambda each: str(each["site_id"])),
    }


def _site(site: Measured, references: int) -> dict[str, Any]:
    return {
        "site_id": site.site_id,
        "name": site.name,
        "reason": reason_told(site),
        "references": references,
        "data": site.data,
    }
