"""What columns of the analyst's own files may stand for."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def layer_roles() -> Mapping[str, tuple[str, ...]]:
    """Which roles can a column have, and under which names is each known without being told?

    Examples
    --------
    >>> layer_roles()["name"]
    ('name', 'namn')
    """
    raw = tomllib.loads(files(__package__).joinpath("layer_fields.toml").read_text("utf-8"))
    return MappingProxyType({role: tuple(known["columns"]) for role, known in raw.items()})
