"""How is a study written down beside its results?"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from grannskap.study.model import Study
from grannskap.study.problems import HEAD


def study_as_dict(study: Study) -> dict[str, object]:
    """Which plain values describe a study, without telling where on the machine its files are?

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        In the form of a study file, of JSON's types only; the profile with all its values. What
        is None is left out. Paths are relative to the study file's folder, with /; of a file
        outside that folder only the name is told.
    """
    record = asdict(study)
    del record["path"]
    head = {name: record.pop(name) for name in HEAD}
    folder = study.path.parent if study.path else None
    tables = {"study": head, **record}
    return {name: _plain(table, folder) for name, table in tables.items()}


def _plain(value: object, folder: Path | None) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(each, folder) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each, folder) for each in value]
    return _shown_path(value, folder) if isinstance(value, Path) else value


def _shown_path(path: Path, folder: Path | None) -> str:
    """Which part of a path may be told?"""
    if folder is None or not path.absolute().is_relative_to(folder.absolute()):
        return path.name
    inside = path.absolute().relative_to(folder.absolute())
    return path.name if ".." in inside.parts else inside.as_posix()
