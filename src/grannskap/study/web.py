"""What may a study ask of the web map?"""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

from grannskap.errors import StudyError

_HOST = r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?)"
_ADDRESS = re.compile(rf"https://{_HOST}/[\w./?=&%~+{{}}-]*", re.ASCII)
_PLACES = ("{z}", "{x}", "{y}")


def _tile_address(value: object) -> str:
    """Is this the address of tiles at one host, or "" for none?"""
    if value == "" or (isinstance(value, str) and tile_host(value)):
        return str(value)
    raise PydanticCustomError("tile_address", "no address of tiles")


def tile_host(address: str) -> str:
    """Which host would be asked for these tiles? "" where this is no address of tiles.

    >>> tile_host("https://tiles.example/{z}/{x}/{y}.png")
    'tiles.example'
    """
    found = _ADDRESS.fullmatch(address)
    places = re.findall(r"\{.*?\}", address)
    return found["host"] if found and sorted(places) == sorted(_PLACES) else ""


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn on the web map beside what the study itself gives?

    Attributes
    ----------
    tiles : str
        Address of a background from elsewhere, with {z}, {x} and {y}; none when "". Its host learns which place is
        looked at, so nothing is asked for before the reader presses a button.
    attribution : str
        Whose map that is; needed with `tiles`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    tiles: Annotated[str, PlainValidator(_tile_address)] = ""
    attribution: str = ""


def check_map(asked: Map, *, sensitivity: str) -> None:
    """May this background be drawn in a study of this sensitivity?

    Parameters
    ----------
    asked : Map
    sensitivity : {"open", "internal", "protected"}

    Raises
    ------
    StudyError
        The study is protected, or does not say whose map it is.
    """
    if asked.tiles and sensitivity == "protected":
        raise StudyError(
            "[map] tiles would tell {host} where a protected site lies; leave the key out.",
            host=tile_host(asked.tiles),
        )
    if asked.tiles and not asked.attribution.strip():
        raise StudyError("[map] has tiles but not attribution; write whose map it is.")
