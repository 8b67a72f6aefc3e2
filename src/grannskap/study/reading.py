"""Which study does a file describe? From TOML to a validated `Study`.

`parse_study` only looks up the profile; `read_study` also reads the study file. Whatever is wrong
becomes one `StudyError` with one sentence: unknown keys first, then the profile, then the values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from grannskap.errors import StudyError
from grannskap.study.impersonal import check_impersonal
from grannskap.study.model import Site, Study
from grannskap.study.problems import (
    Place,
    check_keys,
    empty,
    first_problem,
    in_file,
    key_text,
    nearest,
    not_a_table,
    study_keys,
    value_text,
)
from grannskap.study.profile import profile_table
from grannskap.study.toml import parse_toml, read_text
from grannskap.study.web import check_map


def read_study(path: str | Path) -> Study:
    """Which study does this file describe?

    Parameters
    ----------
    path : str or Path
        A TOML file in UTF-8. Paths inside it are relative to its folder.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With one sentence that names the file, the key and what to write instead.
    """
    path = Path(path)
    text = read_text(path)
    with in_file(path.name):
        return parse_study(parse_toml(text), folder=path.parent, file=path)


def parse_study(data: Mapping[str, Any], *, folder: Path, file: Path | None = None) -> Study:
    """Which study does this mapping describe?

    Parameters
    ----------
    data : Mapping
        In the form of a study file: tables "study", "site", "reach", "source", "profile", "model", "print",
        "output", "map" and the list "layers".
    folder : Path
        What relative paths are relative to.
    file : Path, optional
        The file that the mapping was read from, kept as `Study.path`.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        For the first problem that is found.

    Examples
    --------
    >>> data = {
    ...     "study": {"name": "Exempel"},
    ...     "site": {"lat": 60.1713, "lon": 24.944},
    ...     "source": {"path": "helsinki.osm.pbf"},
    ... }
    >>> parse_study(data, folder=Path("data")).reach.radius_m
    1200.0
    """
    check_keys(data, study_keys)
    check_impersonal(data)
    head, profile = _table(data, "study"), _table(data, "profile")
    flat = {
        **{name: value for name, value in data.items() if name != "study"},
        **head,
        "site": _with_folder(_table(data, "site"), ("site", "file"), folder=folder),
        "source": _source(_table(data, "source"), folder=folder),
        "print": _table(data, "print"),
        "layers": _layers(data.get("layers", ()), folder=folder),
        "profile": profile_table(profile, folder=folder),
        "path": file,
    }
    study = _validated(flat)
    check_site(study.site)
    _check_source(study)
    check_map(study.map, sensitivity=study.sensitivity)
    return study


def checked(study: Study) -> Study:
    """Which study is this, when it was put together in Python and every value is checked?

    Raises
    ------
    StudyError
        For the first value that is beyond its limits.
    """
    return _validated(asdict(study))


def check_functions(study: Study, known: Iterable[str]) -> None:
    """Are all functions of the profile known to the place?

    Parameters
    ----------
    study : Study
    known : iterable of str
        Names of functions for which destinations can be found, such as "transit".

    Raises
    ------
    StudyError
        Names the first unknown function, and the nearest known.
    """
    known = tuple(known)
    for function in study.profile.functions:
        if function not in known:
            with in_file(study.path.name if study.path else None):
                raise _unknown_function(function, known, profile=study.profile.name)


def _unknown_function(function: str, known: tuple[str, ...], *, profile: str) -> StudyError:
    near = nearest(function, known)
    if near:
        return StudyError(
            "Unknown function '{function}' in the profile '{profile}'; did you mean '{nearest}'?",
            function=function, profile=profile, nearest=near,
        )  # fmt: skip
    return StudyError(
        "Unknown function '{function}' in the profile '{profile}'; those known are: {known}.",
        function=function, profile=profile, known=", ".join(known),
    )  # fmt: skip


@cache
def _adapter() -> TypeAdapter[Study]:
    return TypeAdapter(Study)


def _validated(flat: Mapping[str, Any]) -> Study:
    """Are all values of their kind and within their limits?"""
    try:
        return _adapter().validate_python(flat)
    except ValidationError as error:
        raise first_problem(error, of_study=True) from error


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Which keys and values has a table of the file; none where it is left out?"""
    table = data.get(name, {})
    if not isinstance(table, Mapping):
        raise not_a_table((name,), table)
    return table


def _layers(layers: object, *, folder: Path) -> object:
    """Where are the analyst's own layers? A date of TOML becomes text."""
    if not isinstance(layers, list | tuple):
        return layers
    found = (_with_folder(layer, ("layers", number, "path"), folder=folder) for number, layer in enumerate(layers))
    return tuple(
        {**layer, "date": layer["date"].isoformat()}
        if isinstance(layer, Mapping) and isinstance(layer.get("date"), date)
        else layer
        for layer in found
    )


def _with_folder(table: object, place: Place, *, folder: Path) -> object:
    """Where is the file that this table names, seen from the study's folder?"""
    key = place[-1]
    if not isinstance(table, Mapping) or not isinstance(table.get(key), str | Path):
        return table
    if not str(table[key]).strip():
        raise empty(place)
    return {**table, key: folder / table[key]}


def _source(table: object, *, folder: Path) -> object:
    """Where are the map data and the heights of the ground?"""
    for key in ("path", "elevation"):
        table = _with_folder(table, ("source", key), folder=folder)
    return table


def check_site(site: Site) -> None:
    """Is the site given in exactly one way?

    Raises
    ------
    StudyError
        In none, in several, or by one coordinate alone.
    """
    if (site.lat is None) != (site.lon is None):
        given, missing = ("lat", "lon") if site.lon is None else ("lon", "lat")
        raise StudyError("[site] has {given} but not {missing}; write both.", given=given, missing=missing)
    ways = {"lat, lon": site.lat, "address": site.address, "file": site.file}
    given_ways = [way for way, value in ways.items() if value is not None]
    if not given_ways:
        raise StudyError("[site] is empty; write lat and lon, or address, or file.")
    if len(given_ways) > 1:
        raise StudyError(
            "[site] tells the place in more than one way ({given}); keep only one.",
            given="; ".join(given_ways),
        )


def _check_source(study: Study) -> None:
    """Is it told where the map data is, and does a protected site stay off the network?"""
    source = study.source
    if study.sensitivity == "protected" and source.kind == "overpass":
        raise StudyError(
            "[source] kind is overpass, but a protected site stays off the network;"
            ' write kind = "extract" and the path of a local file.'
        )
    if study.sensitivity == "protected" and source.geocoder == "nominatim":
        raise StudyError(
            "[source] geocoder is nominatim, but a protected site stays off the network;"
            ' write geocoder = "local", or give [site] lat and lon.'
        )
    if source.kind == "extract" and source.path is None:
        raise StudyError("[source] path is missing; write the path of a map extract (.osm.pbf or .osm).")
    for number, endpoint in enumerate(source.endpoints):
        _check_url(endpoint, ("source", "endpoints", number))
    if source.nominatim_url:
        _check_url(source.nominatim_url, ("source", "nominatim_url"))


def _check_url(url: str, place: Place) -> None:
    """Is this the address of a service?"""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or any(sign.isspace() for sign in url):
        raise StudyError(
            "{where} is {value}; write the address of a service, such as https://overpass.example/api.",
            where=key_text(place), value=value_text(url),
        )  # fmt: skip
