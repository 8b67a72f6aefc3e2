"""Which profile does a study use? A packaged or own TOML file, with the study's overrides."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grannskap.errors import StudyError
from grannskap.study.model import Profile
from grannskap.study.problems import check_keys, first_problem, in_file, profile_keys
from grannskap.study.toml import parse_toml, read_text

STANDARD = "standard"
_EXPLAINED = frozenset({"trips_per_week", "choice", "beta_per_m", "k", "length_m", "green", "seats", "quiet"})


def profile_table(table: Mapping[str, Any], *, folder: Path) -> dict[str, Any]:
    """Which values has the profile of a study, before they are validated with it?

    Parameters
    ----------
    table : Mapping
        The table [profile] of a study: "name" (of a packaged profile, or a path) and overrides.
    folder : Path
        What a relative path is relative to.

    Returns
    -------
    dict
        In the form of `Profile`: the named profile with the overrides laid over it.

    Raises
    ------
    StudyError
        When the named profile does not exist or is itself wrong.
    """
    name = table.get("name", STANDARD)
    if not isinstance(name, str) or not name.strip():
        return dict(table)  # left for the validation, which tells it
    named = _own_profile(name, folder=folder) if _is_path(name) else packaged_profile(name)
    base = dataclasses.asdict(named)
    functions = _overridden(base["functions"], table.get("functions", {}))
    round_walks = _one(base["round_walks"], table.get("round_walks", {}))
    return {**base, **table, "name": named.name, "functions": functions, "round_walks": round_walks}


def packaged_profile(name: str) -> Profile:
    """Which values has a profile of the package?

    Raises
    ------
    StudyError
        When there is none of that name; lists those there are.
    """
    there = packaged_profiles()
    if name not in there:
        raise StudyError(
            "There is no profile '{name}'; write one of: {known}, or the path of a .toml file.",
            name=name, known=", ".join(there),
        )  # fmt: skip
    text = (_folder() / f"{name}.toml").read_text(encoding="utf-8")
    with in_file(f"{name}.toml"):
        return _profile(parse_toml(text), name=name)


def packaged_profiles() -> tuple[str, ...]:
    """Which profiles come with the package?"""
    found = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _folder() -> Traversable:
    return files("grannskap.study") / "profiles"


def _is_path(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or "\\" in name


def _own_profile(name: str, *, folder: Path) -> Profile:
    """Which values has the analyst's own profile?"""
    path = folder / name
    if not path.exists():
        raise StudyError("[profile] name is {file}, but there is no such file; check the path.", file=name)
    with in_file(path.name):
        return _profile(parse_toml(read_text(path)), name=path.stem)


def _profile(data: Mapping[str, Any], *, name: str) -> Profile:
    """Which profile does a file describe? Its name is that of the file if it gives none."""
    check_keys(data, profile_keys)
    try:
        return _adapter().validate_python({"name": name, "functions": {}, **data})
    except ValidationError as error:
        raise first_problem(error) from error


@cache
def _adapter() -> TypeAdapter[Profile]:
    return TypeAdapter(Profile)


def _overridden(base: dict[str, Any], overrides: object) -> object:
    """Which functions remain when a study's single values are laid over the profile's?"""
    if not isinstance(overrides, Mapping):
        return overrides
    return base | {name: _one(base.get(name, {}), given) for name, given in overrides.items()}


def _one(base: Mapping[str, Any], given: object) -> object:
    """Which values has one function, or the walks without an errand? A reason does not outlive what it explains."""
    if not isinstance(given, Mapping):
        return given
    explained = {} if _EXPLAINED.isdisjoint(given) else {"reason": "", "source": ""}
    return {**base, **explained, **given}
