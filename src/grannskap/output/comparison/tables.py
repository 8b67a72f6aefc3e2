"""The tables of a comparison: one row for each value, and one row for each site."""

import pandas as pd

from grannskap.comparison.measures import read_measures
from grannskap.language import Texts
from grannskap.output.comparison.words import GINI, METRES, PLACES, RATIO, SHARE

DECIMALS = {METRES: 2, SHARE: 6, RATIO: 4, GINI: 4, PLACES: 2}
OTHERWISE = 4
"""With how many decimals are values written, by unit?"""
_OF_A_VALUE = (
    *("value", "low", "high", "difference", "difference_low", "difference_high"),
    *("reference_median", "reference_low", "reference_high"),
)


def tidy(table: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """What is the table of a comparison when its notes are in the reader's language?

    Parameters
    ----------
    table : DataFrame
        As `grannskap.comparison.differing.compared` gives it.
    texts : Texts
    """
    said = {note: texts.gettext(note) if note else "" for note in table["note"].unique()}
    return table.assign(note=table["note"].map(said).astype("str"))


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """What is the table with its numbers as fine as their units allow?

    Examples
    --------
    >>> one = pd.DataFrame({"unit": ["m"], "value": [123.4567]} | {name: 0.0 for name in _OF_A_VALUE[1:]})
    >>> float(rounded(one).value.iloc[0])
    123.46
    """
    kept = table.copy()
    kept.attrs = {}  # these are not for files of numbers, and pandas copies them with every part
    for unit, rows in table.groupby("unit").groups.items():
        columns = list(_OF_A_VALUE)
        kept.loc[rows, columns] = kept.loc[rows, columns].round(DECIMALS.get(str(unit), OTHERWISE))
    return kept


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """What does each site measure, in one row?

    Parameters
    ----------
    table : DataFrame
        As `tidy` gives it.

    Returns
    -------
    DataFrame
        ``site_id``, ``name``, a column for each measure (``nearest_m_groceries``), and ``note``: why there is none.
    """
    measured = table[table["measure"] != ""]
    sites = table.drop_duplicates("site_id")[["site_id", "name"]].reset_index(drop=True)
    columns = {column_name(m, of): rows.set_index("site_id")["value"] for (m, of), rows in _by_column(measured)}
    values = pd.DataFrame({name: column.reindex(sites["site_id"]).to_numpy(float) for name, column in columns.items()})
    notes = table[table["measure"] == ""].set_index("site_id")["note"].reindex(sites["site_id"]).fillna("")
    return pd.concat([sites, values, pd.DataFrame({"note": notes.to_numpy()}).astype("str")], axis=1)


def column_name(measure: str, of: str) -> str:
    """What is the column of a measure called in the wide table?

    >>> column_name("nearest_m", "groceries"), column_name("flow_gini", "")
    ('nearest_m_groceries', 'flow_gini')
    """
    return f"{measure}_{of}" if of else measure


def _by_column(measured: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    order = {measure.id: n for n, measure in enumerate(read_measures())}
    found = [((str(measure), str(of)), rows) for (measure, of), rows in measured.groupby(["measure", "of"])]
    return sorted(found, key=lambda each: (order.get(each[0][0], len(order)), *each[0]))
