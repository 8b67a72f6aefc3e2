"""A study is of a place: what it says in free text must not tell of a person."""

from collections.abc import Iterator, Mapping

from grannskap.errors import StudyError
from grannskap.study.personal import looks_personal
from grannskap.study.problems import Place, key_text

_NO_PROSE = frozenset({"path", "file", "elevation", "pinned", "endpoints", "nominatim_url", "tiles", "fields"})
"""Keys of files, ids and addresses of services, in which long numbers are no numbers of persons."""


def check_impersonal(data: Mapping[str, object], place: Place = ()) -> None:
    """Is no text of a study file what looks like a personal number or a private mobile number?

    Such text would stand in the title of every file that is shared.

    Parameters
    ----------
    data : Mapping
        In the form of a study file.
    place : tuple
        Where in the file it stands.

    Raises
    ------
    StudyError
        Tells the first place, and not the number.
    """
    for where, text in _prose(data, place):
        if looks_personal(text):
            raise StudyError(
                "{where} holds what looks like a personal number or a private mobile number: take it out, for a study "
                "is of a place and never of a person.",
                where=key_text(where),
            )


def _prose(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """All text that people may have written, and where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _NO_PROSE:
                yield from _prose(inner, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _prose(inner, (*place, number))
