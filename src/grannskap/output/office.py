"""Office files that are the same whenever and by whomever they are made, and text that such files can hold."""

import re
import zipfile
from datetime import datetime
from pathlib import Path

from grannskap.output.small_print import data_date
from grannskap.result import Result

CREATOR = "grannskap"
_EPOCH = "1980-01-01"  # the first day that a zip file can tell
_MOMENT = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]+")


def writable(text: str) -> str:
    r"""What of a text can stand in an XML file, and turns nothing around it? Its spaces stay as they are.

    >>> writable("a\uffffb\x00c\u202f1")
    'ab c\u202f1'
    """
    return _NO_CHARACTERS.sub("", _CONTROLS.sub(" ", text))


def moment(result: Result) -> datetime:
    """Which time do the files of a result bear? That of the map data, so that the same result gives the same bytes."""
    date = data_date(result)
    try:
        told = datetime.fromisoformat(date)
    except ValueError:
        told = datetime.fromisoformat(_EPOCH)
    return max(told, datetime.fromisoformat(_EPOCH))


def stamped(path: Path, made: datetime) -> None:
    """Let an office file tell this time, and no other, of its making.

    Parameters
    ----------
    path : Path
        A .docx or .xlsx file, written anew.
    made : datetime
    """
    with zipfile.ZipFile(path) as file:
        parts = [(item.filename, file.read(item)) for item in file.infolist()]
    told = made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            item = zipfile.ZipInfo(name, date_time=made.timetuple()[:6])
            item.compress_type = zipfile.ZIP_DEFLATED
            kept = _MOMENT.sub(rb"\g<1>" + told + rb"\g<3>", content) if name == "docProps/core.xml" else content
            file.writestr(item, kept)
