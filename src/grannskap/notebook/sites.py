"""Several sites beside each other: what each measures, which assumption matters at each, and what is measured."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from grannskap.batch.settings import SetAside
from grannskap.comparison.measures import Measure, read_measures
from grannskap.language import Texts, cards, texts_for
from grannskap.language import marked as _
from grannskap.language.writing import plain
from grannskap.notebook.showing import Shown
from grannskap.output.certainty import change
from grannskap.output.comparison.telling import site_names
from grannskap.output.comparison.words import Numbers, causes_text, long_name, measure_name, of_name
from grannskap.output.look import TOP
from grannskap.place.functions import read_functions
from grannskap.place.kinds import read_kinds
from grannskap.result import Result

HUFF = "D. L. Huff (1963), A probabilistic analysis of shopping center trade areas, Land Economics 39(1), 81-90."
LOGIT = (
    "R. B. Dial (1971), A probabilistic multipath traffic assignment model which obviates path enumeration, "
    "Transportation Research 5(2), 83-111."
)
"""Where trips go and which ways they take: the sources of the two models."""
ASSUMPTIONS = 8
"""How many changed assumptions are told."""


def sites_table(table: pd.DataFrame, *, measure: str = "", language: str = "sv") -> Shown:
    """What does each site measure, and how sure is that?

    Parameters
    ----------
    table : DataFrame
        As `grannskap.compare` gives it.
    measure : str
        One measure, such as "nearest_m", for each function or kind; when left out, each measure that has one value for
        a whole site.
    language : {"sv", "en"}

    Returns
    -------
    Shown
        A row for each measure and a column for each site: the value, and its interval. Kinds of actor that could point
        out who lives there are left out.
    """
    texts, names = texts_for(language), names_of(table)
    rows = of_measure(table, measure) if measure else whole(table)
    lines = []
    shown = (
        [(measure, of) for of in things(rows, measure)] if measure else [(each, "") for each in rows.measure.unique()]
    )
    for each, of in shown:
        known = measure_of(each)
        label = of_name(known.by, of, texts) if measure else measure_name(each, texts)
        unit = "" if known.unit in ("share", "m") else texts.gettext(known.unit)
        here = rows[(rows.measure == each) & (rows.of == of)].set_index("site_id")
        lines.append((label, *(_cell(here, site, Numbers(known.unit, texts)) for site in names), unit))
    heads = [texts.gettext("Measure"), *names.values(), texts.gettext("Unit")]
    caption = measure_name(measure, texts) if measure else texts.gettext("Value, and where 90% of the draws lie")
    return Shown(cards.card(cards.rows(caption, heads, lines, numbers=range(1, len(names) + 1))))


def differences(table: pd.DataFrame, measure: str, *, of: str = "", language: str = "sv") -> Shown:
    """How much do the sites differ in one measure, how sure is that, and what may it come from?

    Parameters
    ----------
    table : DataFrame
        As `grannskap.compare` gives it.
    measure : str
        Such as "detour_factor".
    of : str
        Of which function or kind; "" for a whole site.
    language : {"sv", "en"}
    """
    texts, names, known = texts_for(language), names_of(table), measure_of(measure)
    numbers = Numbers(known.unit, texts)
    here = table[(table["measure"] == measure) & (table["of"] == of)]
    lines = [
        (
            names[str(row["site_id"])],
            numbers.value(float(row["value"])),
            numbers.difference(float(row["difference"])),
            numbers.difference_interval(float(row["difference_low"]), float(row["difference_high"])),
            causes_text(str(row["cause"]), texts),
        )
        for row in here.to_dict("records")
    ]
    heads = (_("Place"), _("Value"), _("Difference"), _("90% of the draws"), _("May be due to"))
    caption = long_name(known, of, texts)
    return Shown(cards.card(cards.rows(caption, [texts.gettext(head) for head in heads], lines, numbers=(1, 2, 3))))


def names_of(table: pd.DataFrame) -> dict[str, str]:
    """What is each site called, by id, in the order of the table and no two alike?"""
    return site_names(zip(table.site_id, table.name, strict=True))


def measure_of(measure: str) -> Measure:
    """Which measure has this id?"""
    return next(each for each in read_measures() if each.id == measure)


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Which rows tell of a whole site, and not of one function or kind?"""
    return table[(table["of"] == "") & (table["measure"] != "")]


def of_measure(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Which rows tell of one measure, without the kinds that are never told?"""
    hidden = {kind.id for kind in read_kinds() if kind.sensitive}
    return table[(table["measure"] == measure) & ~table["of"].isin(hidden)]


def things(rows: pd.DataFrame, measure: str) -> list[str]:
    """Of what is there a value: functions in their order, or kinds by how often?"""
    found = sorted(set(rows["of"]))
    if measure_of(measure).by == "kind":
        means = rows.groupby("of")["value"].mean().fillna(0.0)
        return sorted(found, key=lambda of: -float(means[of]))
    order = [each.id for each in read_functions()]
    return sorted(found, key=lambda of: (of != "", order.index(of) if of in order else len(order)))


def _cell(here: pd.DataFrame, site: str, numbers: Numbers) -> str:
    if site not in here.index:
        return numbers.value(math.nan)
    row: Any = here.loc[site]
    likely = numbers.interval(float(row.low), float(row.high))
    value = numbers.value(float(row.value))
    return f"{value} ({likely})" if "\N{EN DASH}" in likely else value


def sensitivities(results: Sequence[Result], *, language: str = "sv") -> Shown:
    """Which assumption moves the order of the actors most, at each of several sites?

    Parameters
    ----------
    results : sequence of Result
    language : {"sv", "en"}

    Returns
    -------
    Shown
        How many of the first ten remain at each site when one assumption alone is changed; what matters most first.
        The sites stand by name, as in a comparison.
    """
    texts, results = texts_for(language), sorted(results, key=lambda each: each.study.name)
    parts = [_kept(result, number, texts) for number, result in enumerate(results)]
    both = pd.concat(parts, axis=1).sort_index(kind="stable")
    order = both.min(axis=1).sort_values(kind="stable").index
    lines = [
        (what, tried, *(texts.number(float(kept)) for kept in both.loc[[(what, tried)]].iloc[0]))
        for what, tried in order[:ASSUMPTIONS]
    ]
    heads = [texts.gettext("What was changed"), texts.gettext("Tried"), *(plain(each.study.name) for each in results)]
    caption = texts("How many of the first {n} remain among the first {n}", n=TOP)
    return Shown(cards.card(cards.rows(caption, heads, lines, numbers=range(2, len(results) + 2))))


def _kept(result: Result, number: int, texts: Texts) -> pd.Series:
    """How many of the first remain, by what was changed and the value that was tried?"""
    table = result.sensitivity
    top = min(TOP, int((result.actors.passages_per_week > 0).sum()))
    told = [
        change(str(what), value, tried, texts)
        for what, value, tried in zip(table.assumption, table.value, table.tried, strict=True)
    ]
    index = pd.MultiIndex.from_tuples([(f"{what[:1].upper()}{what[1:]}", tried) for what, _v, tried in told])
    return pd.Series((table.top10_overlap * top).round().to_numpy(float), index=index, name=number)


def definitions(*, language: str = "sv") -> Shown:
    """What exactly is measured, and what may not be concluded from it?

    Parameters
    ----------
    language : {"sv", "en"}
    """
    texts = texts_for(language)
    heads = [
        texts.gettext(head) for head in (_("Measure"), _("What it is"), _("What may not be concluded"), _("Source"))
    ]
    lines = [
        (measure_name(each.id, texts), texts.gettext(each.definition), texts.gettext(each.caution), each.source)
        for each in read_measures()
    ]
    return Shown(cards.card(cards.rows("", heads, lines)))


def set_aside_told(aside: Sequence[SetAside], *, language: str = "sv") -> Shown:
    """Which settings of other studies are not used, since those of the first hold for all?

    Parameters
    ----------
    aside : sequence of SetAside
        As `with_one_setting` gives them.
    language : {"sv", "en"}
    """
    texts = texts_for(language)
    said = [plain(each.sentence().text(texts)) for each in aside]
    return Shown(cards.card(*(cards.said(each) for each in said or [texts.gettext("the same assumptions for all")])))


def citation(results: Sequence[Result], *, language: str = "sv") -> Shown:
    """How are these results cited: which program and methods, which map data under which licence, which seed?

    Parameters
    ----------
    results : sequence of Result
    language : {"sv", "en"}
    """
    texts, manifests = texts_for(language), [result.manifest for result in results]
    programs = dict.fromkeys(f"{each['program']} {each['version']}" for each in manifests)
    seeds = ", ".join(dict.fromkeys(str(each["seed"]) for each in manifests))
    sources = dict.fromkeys(_cited(each, texts) for each in manifests)
    seed = texts("Seed of the draws: {seed}", seed=seeds)
    logit = any(each.study.model.method == "logit" for each in results)
    methods = [HUFF, LOGIT] if logit else [HUFF]
    return Shown(cards.card(*(cards.said(line) for line in [*programs, *sources, *methods, seed])))


def _cited(manifest: dict[str, Any], texts: Texts) -> str:
    source = manifest["source"]
    date = texts("Map data of {date}", date=plain(str(source.get("data_date") or texts.gettext("unknown date"))))
    file = ", ".join(filter(None, [plain(str(source.get("path", ""))), f"SHA-256 {source.get('sha256', '')}"]))
    return f"{date}: {manifest['licence']} ({file})"
