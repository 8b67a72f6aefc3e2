"""For whom is what is fetched and written? Those who work with the study, or everybody."""

from typing import Literal

from grannskap.errors import StudyError

Audience = Literal["internal", "public"]


def require_allowed(audience: Audience, sensitivity: str) -> None:
    """May there be anything for this audience?

    Parameters
    ----------
    audience : {"internal", "public"}
    sensitivity : {"open", "internal", "protected"}
        That of the study.

    Raises
    ------
    StudyError
        A protected site has no public view.
    """
    if audience == "public" and sensitivity == "protected":
        raise StudyError("The site is protected: there is no public view of it. Keep the files internal.")
