"""The same settings for all sites: what is set aside where a study had others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grannskap.errors import GrannskapError
from grannskap.study import Study, study_as_dict
from grannskap.study.problems import key_text, value_text

TABLES = ("profile", "reach", "model")
_WORDS = ("reason", "source", "description", "unit")  # they change no number
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Which setting of a study is not used, since another holds for all?

    Attributes
    ----------
    study, first : str
        The file that says something else, and the file whose settings hold.
    key : str
        Such as "[reach] radius_m".
    there, here : str
        The value that is set aside, and the one that holds; "" where nothing is said.
    """

    study: str
    first: str
    key: str
    there: str
    here: str

    def sentence(self) -> GrannskapError:
        """How is that told?"""
        nothing = "\N{EN DASH}"
        return GrannskapError(
            "{file}: {key} is {there}; here {here} holds for all, as in {first}.",
            file=self.study,
            key=self.key,
            there=self.there or nothing,
            here=self.here or nothing,
            first=self.first,
        )


def with_one_setting(studies: Sequence[Study]) -> tuple[list[Study], list[SetAside]]:
    """What are these studies when the settings of the first hold for all?

    Parameters
    ----------
    studies : sequence of Study
        At least one.

    Returns
    -------
    tuple
        The studies, each with its own site, source, layers and name but with the profile, reach, model and language of
        the first; and what was set aside.
    """
    first = studies[0]
    ours = _settings(first)
    aside = [
        SetAside(_file(study), _file(first), key_text(key), _told(theirs.get(key)), _told(ours.get(key)))
        for study in studies[1:]
        for theirs in [_settings(study)]
        for key in _unlike(ours, theirs)
    ]
    alike = [
        replace(study, profile=first.profile, reach=first.reach, model=first.model, language=first.language)
        for study in studies
    ]
    return alike, aside


def _file(study: Study) -> str:
    return study.path.name if study.path else study.name


def _told(value: object) -> str:
    return "" if value is None else value_text(value)


def _unlike(ours: Mapping[Key, Any], theirs: Mapping[Key, Any]) -> list[Key]:
    """The keys whose values differ; of a profile of another name, its name alone."""
    name = ("profile", "name")
    other = ours.get(name) != theirs.get(name)
    keys = [key for key in (*ours, *(key for key in theirs if key not in ours)) if ours.get(key) != theirs.get(key)]
    return [key for key in keys if not other or key[0] != "profile" or key == name]


def _settings(study: Study) -> dict[Key, Any]:
    record = study_as_dict(study)
    return {key: value for name in TABLES for key, value in _flat(record[name], (name,)) if key[-1] not in _WORDS}


def _flat(value: object, key: Key) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(each, (*key, str(name)))
    else:
        yield key, value
