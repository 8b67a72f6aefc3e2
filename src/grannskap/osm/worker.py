"""A process of its own in which OSMnx asks the outside services.

Its settings are global and it waits without end on a service that stalls; here the settings disturb nobody, and whoever
started the process can end it at any moment. It takes one job a line (JSON) on standard input and gives one answer a
line on standard output, and ends when its input does: it never outlives the process that started it.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import Any, TextIO
from urllib.parse import parse_qs

import requests

from grannskap.osm.downloads import UnusableAnswer, data_date, holds_streets, parse_answer, parse_json, write_pbf
from grannskap.version import __version__

USER_AGENT = f"grannskap/{__version__} (walking network around a place)"
STREETS = '["highway"]'
FEATURE_KEYS = (
    *("addr:housenumber", "amenity", "barrier", "building", "club", "community_centre", "craft", "education"),
    *("emergency", "entrance", "government", "healthcare", "highway", "landuse", "leisure", "natural", "office"),
    *("public_transport", "railway", "shop", "social_facility", "tourism", "waterway"),
)
FEATURE_TAGS: dict[str, bool | str | list[str]] = {**dict.fromkeys(FEATURE_KEYS, True), "place": ["square"]}
"""What is asked for beside the streets: every key that decides a kind, the ground, a stop, a door, a barrier."""

_BLOCK = 1 << 16
_TELL_EVERY_S = 0.5
_OK, _REDIRECTS = 200, range(300, 400)
Job = dict[str, Any]
Held = dict[tuple[str, str, str], list[dict[str, Any]]]
Tell = Callable[[dict[str, Any]], None]


def main() -> None:
    """What does the process do, from its first line to its last?"""
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]  # OSMnx draws nothing here, and loads sooner
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends this process
    jobs: SimpleQueue[Job] = SimpleQueue()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not land between the answers
    threading.Thread(target=_listen, args=(jobs, sys.stdin), daemon=True).start()
    held: Held = {}
    while True:
        job = jobs.get()
        answer = _done(job, held, lambda said: _say(channel, said))
        _say(channel, answer)


def _listen(jobs: "SimpleQueue[Job]", lines: TextIO) -> None:
    for line in lines:
        jobs.put(json.loads(line))
    os._exit(0)  # the parent is gone: at once, whatever the other thread waits for


def _say(channel: TextIO, said: dict[str, Any]) -> None:
    channel.write(json.dumps(said) + "\n")
    channel.flush()


def _done(job: Job, held: Held, tell: Tell) -> dict[str, Any]:
    """The answer to a job: what was made, or why not."""
    try:
        return _map(job, held, tell) if job["do"] == "map" else _address(job, tell)
    except UnusableAnswer as error:
        return {"failed": error.reason, "detail": error.detail}
    except requests.RequestException as error:
        return {"failed": _reason(error), "detail": ""}
    except OSError as error:
        return {"failed": "disk", "detail": error.strerror or str(error), "errno": error.errno or 0}
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent must be told)
        return {"failed": "unexpected", "detail": f"{type(error).__name__}: {error}"}


def _map(job: Job, held: Held, tell: Tell) -> dict[str, Any]:
    """Streets and features of a box, written as an OpenStreetMap file. What a service has answered serves a retry."""
    for key in [key for key in held if key[0] != job["download"]]:
        del held[key]
    answers = []
    for what in ("streets", "features"):
        key = (job["download"], job["endpoint"], what)
        if key not in held:
            tell({"what": what})
            held[key] = _asked(what, job, tell)
        answers += held[key]
    write_pbf(answers, Path(job["out"]), box=tuple(job["box"]))
    return {"done": "map", "queries": [answer["query"] for answer in answers], "data_date": data_date(answers)}


def _asked(what: str, job: Job, tell: Tell) -> list[dict[str, Any]]:
    """The answers of a service, each with the query as it was sent."""
    import osmnx as ox  # noqa: PLC0415 (a second, during which the process already listens)
    from shapely import box  # noqa: PLC0415

    taken: list[dict[str, Any]] = []
    _set_up(ox, job, lambda body, sent: taken.append(parse_answer(body) | {"query": sent}), tell)
    area = box(*job["box"])
    with suppress(InterruptedError):  # OSMnx' way to say that it has downloaded and builds nothing
        if what == "features":
            ox.features_from_polygon(area, FEATURE_TAGS)
        else:
            ox.graph_from_polygon(area, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=STREETS)
    if what == "streets" and not any(holds_streets(answer) for answer in taken):
        raise UnusableAnswer("empty")
    return taken


def _address(job: Job, tell: Tell) -> dict[str, Any]:
    """Longitude and latitude of an address; none where the service knows none."""
    import osmnx as ox  # noqa: PLC0415

    tell({"what": "address"})
    taken: list[Any] = []
    _set_up(ox, job, lambda body, _: taken.append(_list(body)), tell)
    try:
        lat, lon = ox.geocode(job["address"])
    except ValueError:  # also OSMnx' InsufficientResponseError
        if taken and taken[-1] == []:
            return {"done": "address", "spot": None}
        raise UnusableAnswer("foreign") from None
    return {"done": "address", "spot": [lon, lat]}


def _list(body: bytes) -> list[Any]:
    answer = parse_json(body)
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise UnusableAnswer("foreign")
    return answer


def _set_up(ox: ModuleType, job: Job, take: Callable[[bytes, str], object], tell: Tell) -> None:
    """Say to OSMnx which service to ask, and check each answer before OSMnx sees it."""
    settings = ox.settings
    settings.use_cache, settings.cache_only_mode = False, True
    settings.overpass_rate_limit = False  # it would poll a status page without end
    settings.doh_url_template = None  # and ask another host for names
    settings.http_user_agent = settings.http_referer = USER_AGENT
    settings.overpass_settings = f"[out:json][timeout:{job['server_s']}]"
    settings.requests_timeout = job["timeout_s"]
    settings.overpass_url = settings.nominatim_url = job["endpoint"]

    def check(response: requests.Response, **_: Any) -> requests.Response:
        _require_ok(response)
        body = _body(response, job["largest_bytes"], tell)
        take(body, _sent(response))
        return _whole(response, body)

    # A redirect could lead to a host that was not listed; streaming lets a body without end be cut off.
    settings.requests_kwargs = {"hooks": {"response": check}, "allow_redirects": False, "stream": True}


def _require_ok(response: requests.Response) -> None:
    code = response.status_code
    if code in _REDIRECTS:
        raise UnusableAnswer("redirect", response.headers.get("Location", ""))
    if code != _OK:
        reason = f"status {code}"
        raise UnusableAnswer(reason, response.headers.get("Retry-After", ""))


def _body(response: requests.Response, largest_bytes: int, tell: Tell) -> bytes:
    blocks, size, told = [], 0, time.monotonic()
    for block in response.iter_content(_BLOCK):
        blocks.append(block)
        size += len(block)
        if size > largest_bytes:
            response.close()
            raise UnusableAnswer("too_large")
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            tell({"received_bytes": size})
    return b"".join(blocks)


def _sent(response: requests.Response) -> str:
    """The query as it was sent."""
    body = response.request.body or b""
    form = parse_qs(body.decode() if isinstance(body, bytes) else str(body))
    return form.get("data", [""])[0]


def _whole(response: requests.Response, body: bytes) -> requests.Response:
    """The same answer, its body read."""
    read = requests.Response()
    read.status_code, read.url, read.headers = response.status_code, response.url, response.headers
    read.encoding, read.raw, read.request = "utf-8", BytesIO(body), response.request
    return read


def _reason(error: requests.RequestException) -> str:
    """Why was there no answer?"""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__ or _wrapped(chain[-1])) and cause not in chain:
        chain.append(cause)
    names = {type(each).__name__ for each in chain}
    for name, reason in _REASONS.items():
        if name in names:
            return reason
    return "unreachable"


def _wrapped(error: BaseException) -> BaseException | None:
    """urllib3 keeps what went wrong as `reason` or as an argument."""
    inside = [getattr(error, "reason", None), *error.args]
    return next((each for each in inside if isinstance(each, BaseException)), None)


_REASONS = {
    "InvalidURL": "url",
    "InvalidSchema": "url",
    "MissingSchema": "url",
    "LocationParseError": "url",
    "SSLError": "certificate",
    "SSLCertVerificationError": "certificate",
    "ProxyError": "proxy",
    "NameResolutionError": "dns",
    "gaierror": "dns",
    "ConnectionRefusedError": "refused",
    "ConnectTimeout": "timeout",
    "ReadTimeout": "timeout",
    "ReadTimeoutError": "timeout",
    "IncompleteRead": "broken",
    "ContentDecodingError": "broken",
    "ChunkedEncodingError": "broken",
    "RemoteDisconnected": "broken",
    "ConnectionResetError": "broken",
}
"""Exceptions of requests, urllib3 and Python, the most telling first."""
