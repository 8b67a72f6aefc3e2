"""What can go wrong that the user can mend.

One family: every error of the package is a `GrannskapError` and also the builtin that a
programmer would expect (`ValueError`, `LookupError`, `OSError`). An error carries its sentence as
an English template and the values that fill it, so that it can be told in another language.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class Translator(Protocol):
    """Anything that can say an English template in another language."""

    def gettext(self, message: str, /) -> str:
        """Which words say this message?"""
        ...


class GrannskapError(Exception):
    """What must the user mend, and how is it said in their language?

    Parameters
    ----------
    message : str
        English sentence with ``{named}`` places for the values. It is also the message id of the
        translations.
    **values : object
        What fills the places. A value may itself be a `GrannskapError`; it is then told in the
        same language as the whole.

    Examples
    --------
    >>> str(GrannskapError("There is no file {file}.", file="study.toml"))
    'There is no file study.toml.'
    """

    message: str
    values: dict[str, object]

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.values)

    def text(self, texts: Translator) -> str:
        """How is this error told in the language of `texts`?

        Parameters
        ----------
        texts : Translator
            Such as the `Texts` of `grannskap.language`.

        Returns
        -------
        str
            One sentence, filled with its values.
        """
        values = {
            name: value.text(texts) if isinstance(value, GrannskapError) else value
            for name, value in self.values.items()
        }
        return texts.gettext(self.message).format(**values)


def _rebuild(kind: type[GrannskapError], message: str, values: Mapping[str, object]) -> GrannskapError:
    """Which error was pickled in another process?"""
    return kind(message, **values)


class StudyError(GrannskapError, ValueError):
    """What in the study (or in a profile) is wrong, and where?"""


class AddressNotFound(GrannskapError, LookupError):
    """Which address could not be found on the map?"""


class SourceError(GrannskapError, OSError):
    """Why could the map data not be read or fetched?"""


class SnapshotError(SourceError):
    """Why could a snapshot of fetched map data not be used?"""


class TableError(GrannskapError, ValueError):
    """Which table does not have the form that the next step needs?"""


class ClusterError(GrannskapError, ConnectionError):
    """Why could a cluster not be used, or no longer?"""


class OutputError(GrannskapError, OSError):
    """The results cannot be written where the user wants them."""
