"""What may a page with scripts do? Its content security policy, which a browser enforces."""

import base64
import hashlib

_MAP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def map_policy(tile_host: str = "") -> str:
    """What may a web map ask for? Nothing; pictures from one host, where a study asks for tiles.

    Its own scripts stand in it, and those that folium writes for what is added to it.

    Parameters
    ----------
    tile_host : str
        The host, or "".

    Examples
    --------
    >>> map_policy("tiles.example").split("; ")[3]
    'img-src data: https://tiles.example'
    """
    return _MAP.replace("img-src data:", f"img-src data: https://{tile_host}") if tile_host else _MAP


def allowed(script: str) -> str:
    """By which hash does a policy let a script run, given all that stands between its tags?

    >>> allowed("1")
    "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
