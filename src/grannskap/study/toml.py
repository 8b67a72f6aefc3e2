"""What does a TOML file hold? Reads text written by hand, on any system."""

import re
import tomllib
from pathlib import Path
from typing import Any

from grannskap.errors import StudyError


def read_text(path: Path) -> str:
    """Which text is in this file? UTF-8, with or without the byte order mark of Windows.

    Raises
    ------
    StudyError
        When there is no such file, or it cannot be read as text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise StudyError("There is no file {file}; check the path.", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise StudyError("{file} is not text in UTF-8; save it again as UTF-8.", file=path.name) from error
    except OSError as error:
        raise StudyError(
            "{file} cannot be read; check that it is a file and that you may open it.",
            file=str(path),
        ) from error


def parse_toml(text: str) -> dict[str, Any]:
    """Which tables does this text hold?

    Raises
    ------
    StudyError
        When it is not TOML; names the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from error


def _not_toml(finding: str, text: str) -> StudyError:
    """How is a mistake in TOML told? The parser gives its place in words only."""
    found = re.search(r"at line (\d+)", finding)
    line = int(found[1]) if found else text.count("\n") + 1
    if re.search("escape|hex value", finding):
        return StudyError("Line {line} has a backslash in quotation marks; write paths with / instead.", line=line)
    if re.search("overwrite|twice|Duplicate", finding):
        return StudyError(
            "Line {line} gives a key or table that stands further up already; keep one of them.", line=line
        )
    if re.search(r"=\s*[+-]?\d+,\d", text.split("\n")[line - 1]):
        return StudyError("Line {line} has a number with a comma; write it with a decimal point.", line=line)
    return StudyError(
        "Line {line} is not valid TOML; write it as key = value, with text in quotation marks.",
        line=line,
    )
