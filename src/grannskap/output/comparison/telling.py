"""From what is a comparison told? Its sites with names of their own, what is held against what, and what differs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grannskap.batch.settings import SetAside
from grannskap.comparison.causes import DATA, cause_rules
from grannskap.comparison.comparing import Comparison
from grannskap.comparison.measured import Measured
from grannskap.comparison.measures import Measure, read_measures
from grannskap.language import Texts, texts_for
from grannskap.language.writing import plain
from grannskap.output.comparison.words import signs
from grannskap.output.small_print import ATTRIBUTION, METHODS
from grannskap.place.functions import read_functions
from grannskap.place.kinds import read_kinds

MEAN = "mean"
SHOWN_VALUES = 4
"""How many values of an assumption are told before "and more"."""


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """What may be told of a comparison, and in which language?

    Attributes
    ----------
    comparison : Comparison
    texts : Texts
    table : DataFrame
        Rows of the sites that were measured, without kinds of actors that could point out who lives there; ``sign``
        stands beside a value whose difference may not come from the place.
    other_data : list of str
        What the sites are called whose data is not like the others', or not whole, whatever is measured.
    names : dict of str
        What each measured site is called, by id.
    failed : list of tuple
        Name and reason of each site that was not.
    base : str
        What the sites are held against: the id of one, "mean" or "".
    """

    comparison: Comparison
    texts: Texts
    table: pd.DataFrame
    other_data: list[str]
    names: dict[str, str]
    failed: list[tuple[str, str]]
    base: str

    @property
    def measures(self) -> list[Measure]:
        """Which measures are told, in their order?"""
        present = set(self.table["measure"])
        return [measure for measure in read_measures() if measure.id in present]

    def rows(self, measure: str, of: str | None = None) -> pd.DataFrame:
        """Which rows are of one measure, or of one measure of one thing?"""
        picked = self.table["measure"] == measure
        return self.table[picked if of is None else picked & (self.table["of"] == of)]

    def things(self, measure: Measure) -> list[str]:
        """Of what is there a value: all errands first, then functions in their order, or kinds by how often?"""
        rows = self.rows(measure.id)
        found = set(rows["of"])
        if measure.by == "kind":
            means = rows.groupby("of")["value"].mean().fillna(0.0)
            return sorted(found, key=lambda of: (-float(means[of]), of))
        order = {each.id: n for n, each in enumerate(read_functions())}
        return sorted(found, key=lambda of: (of != "", order.get(of, len(order)), of))

    @property
    def sites(self) -> list[Measured]:
        """Which sites were measured?"""
        return [site for site in self.comparison.sites if site.role == "site" and not site.table.empty]

    @property
    def n_references(self) -> int:
        """How many dwellings around the sites are there to read them against?"""
        return sum(site.role == "reference" and not site.table.empty for site in self.comparison.sites)

    @property
    def n_draws(self) -> int:
        """How many draws do all intervals hold at least?"""
        return min((site.draws.shape[1] for site in self.sites), default=0)

    @property
    def assumptions_differ(self) -> bool:
        """Is any assumption that moves a value not the same for all?"""
        unlike = set(self.comparison.table.attrs.get("settings", {}))
        return bool(unlike - set(cause_rules()["assumptions"]["no_value"]))


def telling(comparison: Comparison, language: str) -> Telling:
    """What may be told of a comparison, in this language?"""
    table = comparison.table.copy()
    table.attrs = {}  # what pandas carries along with every part of a table takes its time
    hidden = {rule.id for rule in read_kinds() if rule.sensitive}
    shown = table[(table["measure"] != "") & ~table["of"].isin(hidden)]
    lost = table[table["measure"] == ""]
    names = site_names(zip(table["site_id"], table["name"], strict=True))
    measured = list(dict.fromkeys(shown["site_id"]))
    unlike = _unlike(shown)
    silent = DATA if len(unlike) == len(measured) else ""  # what holds for all is said once
    return Telling(
        comparison=comparison,
        texts=texts_for(language),
        table=shown.assign(sign=[signs(cause, silent=silent) for cause in shown["cause"]]),
        other_data=[names[site] for site in measured if site in unlike],
        names={site: names[site] for site in measured},
        failed=[(names[site], plain(note)) for site, note in zip(lost["site_id"], lost["note"], strict=True)],
        base=str(comparison.table.attrs.get("against", MEAN if len(measured) > 1 else "")),
    )


def _unlike(table: pd.DataFrame) -> set[str]:
    """Which sites rest on other data than the others, whatever is measured?"""
    differing = table[table["cause"] != ""]
    always = differing["cause"].str.contains(DATA).groupby(differing["site_id"]).all()
    return set(always.index[always])


def site_names(sites: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is each site called, so that no two are called the same?

    Examples
    --------
    >>> site_names([("a", "Huset"), ("b", "Huset"), ("c", "")])
    {'a': 'Huset (a)', 'b': 'Huset (b)', 'c': 'c'}
    """
    told = {site: plain(name) for site, name in sites}
    often = Counter(told.values())
    return {
        site: plain(site) if not name else f"{name} ({plain(site)})" if often[name] > 1 else name
        for site, name in told.items()
    }


def dated(told: Telling) -> str:
    """Of which days is the map data, and whose is it?"""
    texts = told.texts
    days = sorted({str(site.data.get("data_date") or "")[:10] for site in told.sites} - {""})
    if not days:
        said = texts("Map data of {date}", date=texts.gettext("unknown date"))
    elif len(days) == 1:
        said = texts("Map data of {date}", date=plain(days[0]))
    else:
        said = texts("Map data of {first} to {last}", first=plain(days[0]), last=plain(days[-1]))
    return f"{said} · {texts.gettext(ATTRIBUTION)} · openstreetmap.org/copyright"


def settings_line(told: Telling) -> str:
    """By which assumptions were the sites worked out, in one line? "" where they do not tell."""
    texts = told.texts

    def each(name: str) -> list[Any]:
        return sorted({site.settings[name] for site in told.sites if site.settings.get(name) is not None})

    def numbers(name: str, decimals: int = 0) -> str:
        return "\N{EN DASH}".join(texts.number(value, decimals=decimals) for value in each(name))

    methods = [METHODS[name] for name in each("model.method") if name in METHODS]
    if not methods:
        return ""
    theta = numbers("model.theta_per_m", 3)
    return texts(
        "Method: {method} · radius {radius} m · actors within {frontage} m · profile {profile}",
        method=", ".join(texts(method, theta=theta) for method in methods),
        radius=numbers("reach.radius_m"),
        frontage=numbers("model.frontage_m"),
        profile=plain(", ".join(sorted({str(site.data.get("profile", "")) for site in told.sites}))),
    )


def set_aside(told: Telling) -> list[str]:
    """Which settings of other studies were not used, a sentence each?"""
    listed: list[dict[str, str]] = told.comparison.manifest.get("set_aside", [])
    return [plain(SetAside(**each).sentence().text(told.texts)) for each in listed]


def setting_rows(told: Telling) -> list[tuple[str, str]]:
    """Which assumptions are not the same for all, and which value has which site?"""
    unlike: dict[str, dict[str, Any]] = told.comparison.table.attrs.get("settings", {})
    return [(name, _values(values, told)) for name, values in unlike.items()]


def _values(values: dict[str, Any], told: Telling) -> str:
    texts = told.texts
    of: dict[str, list[str]] = {}
    for site, value in values.items():
        of.setdefault(_value(value, texts), []).append(told.names.get(site, plain(site)))
    parts = [f"{value} ({_listed(sites, texts)})" for value, sites in list(of.items())[:SHOWN_VALUES]]
    more = [texts.gettext("and others")] if len(of) > SHOWN_VALUES else []
    return "; ".join([*parts, *more])


def _value(value: object, texts: Texts) -> str:
    if value is None:
        return texts.gettext("not set")
    return f"{value:g}" if isinstance(value, float) else plain(str(value))


def _listed(names: list[str], texts: Texts) -> str:
    if len(names) <= SHOWN_VALUES:
        return ", ".join(names)
    return texts(texts.ngettext("{n} residence", "{n} residences", len(names)), n=texts.number(len(names)))
