"""A background from elsewhere, which the map shows only where its study asks for it and its reader fetches it."""

from dataclasses import dataclass

from markupsafe import Markup

from grannskap.language.writing import plain
from grannskap.study.model import Study
from grannskap.study.web import check_map, tile_host


@dataclass(frozen=True, slots=True)
class Tiles:
    """From where do tiles come?

    Attributes
    ----------
    host : str
        The only one that the page may ask.
    drawn : dict
        What ``assets/panel.js`` reads: ``url`` and ``attribution`` (HTML).
    """

    host: str
    drawn: dict[str, str]


def tiles_of(study: Study) -> Tiles | None:
    """Which tiles does a study ask for, if any?

    Parameters
    ----------
    study : Study

    Raises
    ------
    StudyError
        It is protected, or does not say whose map they are.
    """
    check_map(study.map, sensitivity=study.sensitivity)
    host = tile_host(study.map.tiles)
    if not host:
        return None
    return Tiles(host, {"url": study.map.tiles, "attribution": str(Markup.escape(plain(study.map.attribution)))})
