"""Tables as files: CSV that a spreadsheet opens safely, rounded here and nowhere else."""

import csv
import math
from types import SimpleNamespace

import pandas as pd

from grannskap.result import Result

DECIMALS = {"_m": 2, "_per_week": 6, "share": 6, "detour_factor": 4, "p_top10": 3, "lon": 7, "lat": 7}
DECIMALS |= {"rank_correlation": 4, "rank_": 0, "top10_overlap": 2}
END = "\r\n"
FORMULA_SIGNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four: the first four in full width


def tables(result: Result) -> dict[str, str]:
    """Which CSV files does a result make?

    Parameters
    ----------
    result : Result

    Returns
    -------
    dict of str
        Text by file name: UTF-8, comma, point, one header line; the same result gives the same bytes.
    """
    return {
        "actors.csv": csv_text(result.actors),
        "destinations.csv": csv_text(result.destinations),
        "access.csv": csv_text(result.access),
        "sensitivity.csv": csv_text(result.sensitivity),
    }


def csv_text(table: pd.DataFrame) -> str:
    """How is a table written as CSV?

    Text that a spreadsheet would take for a formula gets an apostrophe before it.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"name": ["=1+1"], "distance_m": [2.345678]})).split()
    ['name,distance_m', "'=1+1,2.35"]
    """
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    lines: list[str] = []
    # Python 3.11 and 3.12 quote a carriage return within a text only where it is part of the line's end.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator=END)
    writer.writerow(plain.columns)
    writer.writerows(zip(*(_cells(plain[name]) for name in plain.columns), strict=True))
    return "".join(line.removesuffix(END) + "\n" for line in lines)


def _cells(column: pd.Series) -> list[str]:
    """How is each value of a column written? What is missing or not finite is left empty."""
    if pd.api.types.is_bool_dtype(column):
        return ["true" if value else "false" for value in column]
    if pd.api.types.is_integer_dtype(column):
        return [str(value) for value in column]
    if pd.api.types.is_float_dtype(column):
        places = decimals(str(column.name))
        return [_number(float(value), places) for value in column.to_numpy(float, na_value=math.nan)]
    return [_number(value, 6) if isinstance(value, float) else _text(value) for value in column]


def _text(value: object) -> str:
    return "" if pd.isna(value) else safe_text(str(value))  # type: ignore[call-overload]


def _number(value: float, places: int) -> str:
    if not math.isfinite(value):
        return ""
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def decimals(column: str) -> int:
    """With how many decimals is a column written?"""
    return next((n for part, n in DECIMALS.items() if column.endswith(part) or column.startswith(part)), 6)


def safe_text(text: str) -> str:
    """What is this text when no spreadsheet can take it for a formula?

    Examples
    --------
    >>> safe_text("@café"), safe_text("Café")
    ("'@café", 'Café')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
