"""What may a page with scripts do? Its content security policy, which a browser enforces."""

import base64
import hashlib
from collections.abc import Sequence


def policy(scripts: Sequence[str], *, tile_host: str = "") -> str:
    """What may the page do? Ask for nothing, and run no script but these, whatever else gets into it.

    Parameters
    ----------
    scripts : sequence of str
        All that stands between the tags of each.
    tile_host : str
        The one host that pictures may come from, where a study asks for tiles.

    Examples
    --------
    >>> policy(["1"], tile_host="tiles.example").split("; ")[1:4:2]
    ["script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='", 'img-src data: https://tiles.example']
    """
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src", *map(allowed, scripts))),
            "style-src 'unsafe-inline'",
            f"img-src data: https://{tile_host}" if tile_host else "img-src data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def allowed(script: str) -> str:
    """By which hash does a policy let a script run, given all that stands between its tags?

    >>> allowed("1")
    "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
