"""What somebody wrote in the fields of a form, read kindly; what cannot be read is told beside its field."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grannskap.errors import GrannskapError, StudyError
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.language.writing import plain
from grannskap.notebook.coordinates import coordinates_in
from grannskap.study.model import Study
from grannskap.study.profile import STANDARD
from grannskap.study.reading import parse_study

FIELDS = ("place", "radius", "source", "profile", "sensitivity", "folder")
NEAREST_M, FARTHEST_M = 100.0, 20_000.0
"""Between these a reach makes sense; the farther is the limit of a study."""
SNAPSHOT = ".gpkg"
M_PER_KM = 1000.0
LONGEST_NAME = 255
"""No system keeps longer names of files."""
_LENGTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*(m|meter|km)?\.?", re.IGNORECASE)
_QUOTES = "\"'“”„ \t\n"
_IN_A_STUDY_FILE = {
    "There is no file {path}: check [source] path in the study.": _(
        "There is no file {path}: check its name and folder."
    ),
    "There is no snapshot {path}: run grannskap fetch first, or check [source] path in the study.": _(
        "There is no file {path}: check its name and folder."
    ),
    "[source] path is missing; write the path of a map extract (.osm.pbf or .osm).": _(
        "Write which file holds the map data (.osm.pbf or .osm)."
    ),
    "The site at lat = {lat}, lon = {lon} lies outside the extract, but would lie in it the other way round: swap "
    "lat and lon.": _(
        "Latitude {lat}, longitude {lon} lies outside the map data, but would lie in it the other way round: write the "
        "latitude first."
    ),
    "The site at lat = {lat}, lon = {lon} lies outside the extract (lat {south} to {north}, lon {west} to {east}): "
    "check [site], or choose an extract that holds it.": _(
        "Latitude {lat}, longitude {lon} lies outside the map data (latitude {south} to {north}, longitude {west} to "
        "{east}): check the coordinates, or choose a file that holds the place."
    ),
    "The results cannot be written to {folder} ({reason}): choose another folder with --out, or make room.": _(
        "The files cannot be written to {folder} ({reason}): choose another folder, or make room."
    ),
}
"""Sentences that speak of a study file or a command, as a form says them."""


class FieldError(StudyError):
    """In which field is something wrong, and what?

    Attributes
    ----------
    field : str
        One of `FIELDS`.
    """

    def __init__(self, field: str, message: str, /, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field

    def __reduce__(self) -> tuple[Any, ...]:
        return _anew, (self.field, self.message, self.values)


def _anew(field: str, message: str, values: Mapping[str, object]) -> FieldError:
    return FieldError(field, message, **values)


def site_of(text: str) -> dict[str, float | str]:
    """Where is the place that somebody wrote: coordinates, or an address?

    Parameters
    ----------
    text : str
        Latitude and longitude with decimal point or decimal comma, SWEREF 99 TM, or an address.

    Returns
    -------
    dict
        The table ``[site]`` of a study.

    Raises
    ------
    FieldError
        Nothing is written, or what looks like coordinates is none.

    Examples
    --------
    >>> site_of("60,1720 24,9439") == site_of("60.1720, 24.9439") == {"lat": 60.172, "lon": 24.9439}
    True
    >>> site_of("Unionsgatan 40")
    {'address': 'Unionsgatan 40'}
    """
    text = " ".join(text.split())
    if not text:
        raise FieldError("place", "Write coordinates, such as 60,1720 24,9439, or an address, such as Unionsgatan 40.")
    try:
        spot = coordinates_in(text)
    except StudyError as error:
        raise FieldError("place", error.message, **error.values) from error
    return {"address": text} if spot is None else {"lat": spot[0], "lon": spot[1]}


def radius_of(text: str) -> float:
    """How many metres did somebody write?

    Raises
    ------
    FieldError
        It is no length, or too short or too long.

    Examples
    --------
    >>> radius_of("1 200 m"), radius_of("1,2 km")
    (1200.0, 1200.0)
    """
    found = _LENGTH.fullmatch(re.sub(r"(?<=\d)\s(?=\d)", "", text.strip()))
    metres = float(found[1].replace(",", ".")) * (M_PER_KM if (found[2] or "").lower() == "km" else 1.0) if found else 0
    if not NEAREST_M <= metres <= FARTHEST_M or not math.isfinite(metres):
        raise FieldError("radius", "Write how far is within reach in metres, from 100 to 20 000, such as 1200.")
    return metres


def source_of(text: str) -> dict[str, str]:
    """Which file of map data did somebody write?

    Parameters
    ----------
    text : str
        A path, also in quotation marks as Windows copies it.

    Returns
    -------
    dict
        The table ``[source]`` of a study.

    Examples
    --------
    >>> source_of(' "helsinki.osm.pbf" ')
    {'kind': 'extract', 'path': 'helsinki.osm.pbf'}
    """
    path = text.strip(_QUOTES)
    if not path:
        raise FieldError("source", "Write which file holds the map data (.osm.pbf or .osm).")
    kind = "snapshot" if path.lower().endswith(SNAPSHOT) else "extract"
    if len(Path(path).name) > LONGEST_NAME:
        raise FieldError("source", "There is no file {path}: check its name and folder.", path=f"{path[:20]}…")
    return {"kind": kind, "path": str(_at_home(path))}


def _at_home(path: str) -> Path:
    """Where is a path that may begin with ``~``? As it stands where that names nobody."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def problems_in(written: Mapping[str, str]) -> list[FieldError]:
    """What is wrong in which fields, before anything is analysed?

    Examples
    --------
    >>> [each.field for each in problems_in({"place": "57,7", "radius": "1200", "source": ""})]
    ['place', 'source']
    """
    found = []
    for read, name in ((site_of, "place"), (radius_of, "radius"), (source_of, "source")):
        try:
            read(written[name])
        except FieldError as error:
            found.append(error)
    return found


def study_of(written: Mapping[str, str], *, name: str = "", language: str = "sv") -> Study:
    """Which study is this, of what somebody wrote in the fields?

    Parameters
    ----------
    written : mapping of str to str
        By `FIELDS`; ``folder`` is not needed.
    name : str
    language : {"sv", "en"}

    Raises
    ------
    FieldError
        For the first field that cannot be read.
    """
    site, radius_m, source = site_of(written["place"]), radius_of(written["radius"]), source_of(written["source"])
    return parse_study(
        {
            "study": {"name": name, "sensitivity": written["sensitivity"], "language": language},
            "site": site,
            "reach": {"radius_m": radius_m},
            "source": source,
            "profile": {"name": written.get("profile") or STANDARD},
        },
        folder=Path(),
    )


def folder_of(text: str) -> Path:
    """Into which folder did somebody want the files?

    Raises
    ------
    FieldError
        Nothing is written.
    """
    path = text.strip(_QUOTES)
    if not path:
        raise FieldError("folder", "Write a folder for the files, such as out/my_place.")
    return _at_home(path)


def field_of(error: GrannskapError) -> str:
    """Beside which field is this error told?

    Examples
    --------
    >>> from grannskap.errors import SourceError
    >>> field_of(SourceError("There is no file {path}: check [source] path in the study.", path="a.osm"))
    'source'
    """
    if isinstance(error, FieldError):
        return error.field
    if isinstance(error, OSError):  # SourceError, OutputError
        return "folder" if type(error).__name__ == "OutputError" else "source"
    return "place"


def told_in_a_form(error: GrannskapError, texts: Texts) -> str:
    """How is an error told to somebody who sees no study file?

    Examples
    --------
    >>> from grannskap.language import texts_for
    >>> told_in_a_form(StudyError("The site lies in water: check [site] lat and lon."), texts_for("en"))
    'The site lies in water: check latitude and longitude.'
    """
    message = _IN_A_STUDY_FILE.get(error.message, error.message)
    text = plain(StudyError(message, **error.values).text(texts))
    text = text.replace(texts.gettext("[site] lat and lon"), texts.gettext("latitude and longitude"))
    return text.replace("[site]", texts.gettext("the place"))
