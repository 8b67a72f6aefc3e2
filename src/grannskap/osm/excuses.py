"""Why an outside service gave nothing, and what to do about it, in words for people."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from grannskap.errors import GrannskapError, SourceError
from grannskap.language import marked as _

Said = Mapping[str, Any]

_CLAUSES = {
    "dns": _("{host} is not found on the network"),
    "refused": _("{host} takes no connections"),
    "unreachable": _("{host} cannot be reached"),
    "proxy": _("the proxy on the way to {host} cannot be used"),
    "certificate": _("{host} has no certificate that this computer trusts"),
    "timeout": _("{host} did not answer in time"),
    "slow": _("{host} did not finish its answer in time"),
    "broken": _("{host} broke off its answer"),
    "html": _("{host} answered with a web page instead of data"),
    "foreign": _("{host} answered with data of another kind"),
    "remark": _("{host} gave up half-way ({detail})"),
    "empty": _("{host} has no streets there"),
    "too_large": _("{host} sent more than {megabytes} MB"),
    "redirect": _("{host} refers to another address ({detail})"),
    "url": _("{host} is no address of a service"),
    "status 401": _("{host} wants a password (401)"),
    "status 403": _("{host} refuses to answer (403)"),
    "status 404": _("{host} has no service at that address (404)"),
    "status 406": _("{host} does not accept the question (406)"),
    "status 429": _("{host} has been asked too much for now (429)"),
    "status 504": _("{host} has too much to do (504)"),
    "crashed": _("the process that asks {host} ended by itself ({detail})"),
    "unexpected": _("the question to {host} could not be put ({detail})"),
}
_WAIT = _("{host} asks to wait {seconds} s ({code})")
_ANY_STATUS = _("{host} answered with status {code}")

_NETWORK = _("check the network connection and the spelling in [source] {key}")
_LATER = _("try again later, raise [source] deadline_s, or name another service in [source] {key}")
_LOGIN = _("check the address in [source] {key}, and whether the network wants a login")
_CERTIFICATES = _("check the clock and the certificates of this computer, or name another service in [source] {key}")
_OTHER = _("name another service in [source] {key}")
_ADVICE = {
    **dict.fromkeys(("dns", "refused", "unreachable"), _NETWORK),
    **dict.fromkeys(("redirect", "url", "status 404"), _("check the address in [source] {key}")),
    **dict.fromkeys(("html", "foreign"), _LOGIN),
    **dict.fromkeys(("status 400", "status 401", "status 403", "status 406", "status 410"), _OTHER),
    "proxy": _("check the proxy settings of this computer"),
    "certificate": _CERTIFICATES,
    "empty": _("check [site], or name another service in [source] {key}"),
    "too_large": _("choose a smaller [reach] radius_m"),
    **dict.fromkeys(("crashed", "unexpected"), _("try again with --debug, and report it")),
}

PERMANENT = frozenset(
    [
        *("redirect", "html", "foreign", "empty", "too_large", "url", "certificate", "unexpected"),
        *(f"status {code}" for code in (400, 401, 403, 404, 405, 406, 410, 413, 414, 501)),
    ]
)
"""Asking the same service again would not help."""

LIMITED = frozenset(("dns", "refused", "unreachable", "proxy", "broken", "remark", "crashed"))
"""Asking again helps at times."""

_LONGEST_DETAIL = 120


def host_of(url: str) -> str:
    """Which host is asked? With the port where one is named, never with a password.

    Examples
    --------
    >>> host_of("https://me:secret@overpass.example:8080/api")
    'overpass.example:8080'
    """
    return urlsplit(url).netloc.rpartition("@")[2] or url


def without_password(url: str) -> str:
    """Which address may be kept?

    Examples
    --------
    >>> without_password("https://me:secret@overpass.example/api?key=1")
    'https://overpass.example/api'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, host_of(url), parts.path, "", ""))


def retry_after_s(said: Said) -> float | None:
    """How long does a service ask to be left alone? None where it does not say; seconds or a date, as HTTP has it.

    Examples
    --------
    >>> retry_after_s({"failed": "status 429", "detail": "30"})
    30.0
    """
    if not said["failed"].startswith("status ") or not (text := str(said.get("detail", "")).strip()):
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except ValueError:
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def excuse(failures: Mapping[str, Said], *, trouble: str, key: str, largest_bytes: int) -> SourceError:
    """What is told where no service has answered?

    Parameters
    ----------
    failures : mapping
        What the worker said, by endpoint.
    trouble : str
        Message with ``{failures}`` and ``{advice}``.
    key : str
        Of the study file, where other services are named.
    largest_bytes : int

    Returns
    -------
    SourceError
        One sentence: each host with its reason, and what to do about the last.
    """
    clauses = [_clause(endpoint, said, largest_bytes) for endpoint, said in failures.items()]
    last = list(failures.values())[-1]["failed"]
    return SourceError(trouble, failures=joined(clauses), advice=GrannskapError(_ADVICE.get(last, _LATER), key=key))


def joined(told: Sequence[GrannskapError]) -> GrannskapError:
    """How are several clauses told in one sentence?

    Examples
    --------
    >>> str(joined([GrannskapError("one"), GrannskapError("two"), GrannskapError("three")]))
    'one, two, three'
    """
    first, *rest = told
    return GrannskapError("{first}, {rest}", first=first, rest=joined(rest)) if rest else first


def _clause(endpoint: str, said: Said, largest_bytes: int) -> GrannskapError:
    reason, values = said["failed"], {"host": host_of(endpoint)}
    code = reason.removeprefix("status ")
    wait_s = retry_after_s(said)
    if wait_s:
        return GrannskapError(_WAIT, **values, seconds=math.ceil(wait_s), code=code)
    if reason not in _CLAUSES:
        return GrannskapError(_ANY_STATUS, **values, code=code)
    detail = _brief(str(said.get("detail", "")))
    return GrannskapError(_CLAUSES[reason], **values, detail=detail, megabytes=largest_bytes // 1_000_000)


def _brief(detail: str) -> str:
    """What a service said, short enough to be quoted; of an address only the host."""
    if "://" in detail and " " not in detail:
        return host_of(detail)
    text = " ".join(detail.split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"
