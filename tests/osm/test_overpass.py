"""Outside services that fail in every way: each ends in time and in one sentence, or the next service is asked."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from commands import HERE, small_town
from osm import loopback
from osm.loopback import Extract, Misdeed, Request, Service, serving, status
from worlds import degrees

from grannskap.errors import OutputError, SourceError
from grannskap.language import texts_for
from grannskap.osm.excuses import retry_after_s
from grannskap.osm.extract import read_extract
from grannskap.osm.grid import cell_box
from grannskap.osm.helper import Worker
from grannskap.osm.overpass import Downloaded, default_endpoint, download
from grannskap.osm.worker import _set_up

pytestmark = pytest.mark.loopback

BOX = cell_box(*degrees(0, 0), radius_m=600)
ENGLISH, SWEDISH = texts_for("en"), texts_for("sv")
NOBODY = "http://127.0.0.1:1/api"  # a port on which nothing listens
NOWHERE = "http://nonexistent.invalid/api"
LATER = "try again later"
SLACK_S = 2.0  # for a loaded machine, beyond the deadline
Fetch = Callable[..., Downloaded]


@pytest.fixture(scope="module", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "*")
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        yield


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    return Extract.read(small_town("Kaféet").write(tmp_path_factory.mktemp("town") / "town.osm"))


@pytest.fixture(scope="module")
def running(town: Extract) -> Iterator[tuple[Service, Service]]:
    with serving(town) as first, serving(town) as second:
        yield first, second


@pytest.fixture
def service(running: tuple[Service, Service]) -> Service:
    return running[0].reset()


@pytest.fixture
def good(running: tuple[Service, Service]) -> Service:
    return running[1].reset()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One for all tests, since it takes a second to start; it is started again where a test has ended it."""
    with Worker() as worker:
        yield worker


@pytest.fixture
def fetch(worker: Worker, tmp_path: Path) -> Fetch:
    def call(*endpoints: str, deadline_s: float = 20.0, **more: Any) -> Downloaded:
        told: Callable[[str], None] = more.pop("progress", lambda _: None)
        return download(
            BOX,
            endpoints=endpoints,
            deadline_s=deadline_s,
            folder=more.pop("folder", tmp_path),
            worker=worker,
            texts=more.pop("texts", ENGLISH),
            progress=told,
            **more,
        )

    return call


@pytest.fixture
def warm(fetch: Fetch, good: Service) -> Service:
    """A good service, and a worker that has started: what is timed after it is not the import of OSMnx."""
    fetch(good.url)
    return good.reset()


def refused(fetch: Fetch, url: str, *, deadline_s: float, **more: Any) -> SourceError:
    """The error that is told in time; the folder holds nothing afterwards."""
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(url, deadline_s=deadline_s, **more)
    assert time.monotonic() - began < deadline_s + SLACK_S
    return caught.value


def one_sentence(error: SourceError, *words: str) -> None:
    """In both languages it names what went wrong, where, and what to do."""
    for text in (str(error), error.text(SWEDISH)):
        assert text.endswith(".")
        assert "\n" not in text
        assert "{" not in text
        assert "[source]" in text or "[reach]" in text or "[site]" in text
    assert error.text(SWEDISH) != str(error)
    for word in words:
        assert word in str(error)


# How a service misbehaves, and what is told of it.
QUICK: list[Any] = [
    pytest.param(status(403), "refuses to answer (403)", id="403"),
    pytest.param(status(404), "no service at that address (404)", id="404"),
    pytest.param(status(406), "does not accept the question (406)", id="406"),
    pytest.param(status(429, Retry_After="3600"), "asks to wait 3600 s (429)", id="429 with a long Retry-After"),
    pytest.param(loopback.html, "answered with a web page", id="HTML"),
    pytest.param(loopback.empty, "has no streets there", id="empty"),
    pytest.param(loopback.other_json, "data of another kind", id="other JSON"),
    pytest.param(loopback.odd_elements, "data of another kind", id="odd elements"),
    pytest.param(loopback.redirect, "refers to another address (127.0.0.9:9)", id="redirect"),
    pytest.param(loopback.endless, "sent more than 2 MB", id="endless"),
]
RETRIED: list[Any] = [
    pytest.param(status(429), "asked too much for now (429)", id="429"),
    pytest.param(status(429, Retry_After="1"), "asks to wait 1 s (429)", id="429 with Retry-After"),
    pytest.param(status(504), "too much to do (504)", id="504"),
    pytest.param(status(500), "status 500", id="500"),
    pytest.param(loopback.remark, 'gave up half-way (runtime error: Query timed out in "query"', id="remark"),
    pytest.param(loopback.truncated, "broke off its answer", id="truncated"),
    pytest.param(loopback.dropped, "broke off its answer", id="hung up"),
]
SLOW: list[Any] = [
    pytest.param(loopback.trickle, "did not finish its answer in time", id="trickle"),
    pytest.param(loopback.slow_head, "did not finish its answer in time", id="slow head"),
    pytest.param(loopback.silence, "in time", id="silence"),
    pytest.param(loopback.endless, "did not finish its answer in time", id="endless"),
]


@pytest.mark.parametrize(("misdeed", "told"), QUICK)
def test_what_no_retry_would_mend_ends_at_once(
    misdeed: Misdeed, told: str, fetch: Fetch, service: Service, warm: Service, tmp_path: Path
) -> None:
    service.misdeed = misdeed
    error = refused(fetch, service.url, deadline_s=4.0, largest_bytes=2_000_000, folder=tmp_path / "new")
    one_sentence(error, service.host, told)
    assert len(service.queries) == len(set(service.queries))
    assert not (tmp_path / "new").exists()
    service.queries.clear()
    got = fetch(service.url, warm.url, largest_bytes=2_000_000)
    assert got.endpoint == warm.url
    assert len(service.queries) == len(set(service.queries))


@pytest.mark.parametrize(("misdeed", "told"), RETRIED)
def test_what_may_pass_is_tried_again_until_the_deadline(
    misdeed: Misdeed, told: str, fetch: Fetch, service: Service, warm: Service
) -> None:
    service.misdeed = misdeed
    one_sentence(refused(fetch, service.url, deadline_s=2.0), service.host, told, LATER)
    assert len(service.queries) in (2, 3)
    service.queries.clear()
    assert fetch(service.url, warm.url).endpoint == warm.url
    assert len(service.queries) == 1


@pytest.mark.parametrize(("misdeed", "told"), SLOW)
@pytest.mark.usefixtures("warm")
def test_what_never_ends_is_ended(misdeed: Misdeed, told: str, fetch: Fetch, service: Service) -> None:
    service.misdeed = misdeed
    one_sentence(refused(fetch, service.url, deadline_s=1.0, largest_bytes=1 << 40), service.host, told, LATER)


@pytest.mark.parametrize("misdeed", [loopback.trickle, loopback.silence])
def test_after_one_that_never_ends_there_is_time_for_the_next(
    misdeed: Misdeed, fetch: Fetch, service: Service, warm: Service
) -> None:
    service.misdeed = misdeed
    assert fetch(service.url, warm.url, deadline_s=10.0).endpoint == warm.url


@pytest.mark.parametrize(("url", "told"), [(NOBODY, "takes no connections"), (NOWHERE, "is not found on the network")])
def test_hosts_that_are_not_there(url: str, told: str, fetch: Fetch, warm: Service) -> None:
    one_sentence(refused(fetch, url, deadline_s=6.0), url.split("/")[2], told, "check the network connection")
    assert fetch(url, warm.url).endpoint == warm.url


def test_a_certificate_that_nobody_vouches_for(fetch: Fetch, warm: Service, tmp_path: Path, town: Extract) -> None:
    with serving(town, certificate=loopback.self_signed(tmp_path)) as secret:
        one_sentence(
            refused(fetch, secret.url, deadline_s=4.0), secret.host, "no certificate that this computer trusts"
        )
        assert secret.requests == []
        assert fetch(secret.url, warm.url).endpoint == warm.url


def test_all_that_failed_are_told_in_one_sentence(fetch: Fetch, service: Service, warm: Service) -> None:
    service.misdeed, warm.misdeed = status(403), loopback.html
    with pytest.raises(SourceError) as caught:
        fetch(service.url, warm.url, deadline_s=4.0)
    one_sentence(caught.value, f"{service.host} refuses to answer (403), {warm.host} answered with a web page")


def test_the_wait_that_is_asked_for_is_kept_and_the_question_put_again(fetch: Fetch, service: Service) -> None:
    times: list[float] = []

    def busy_once(request: Request) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            status(429, Retry_After="2")(request)
        else:
            request.send(200, service.body(request.query))

    service.misdeed = busy_once
    assert fetch(service.url).endpoint == service.url
    assert times[1] - times[0] >= 2.0


def test_one_that_failed_is_asked_again_where_the_other_fails_too(
    fetch: Fetch, service: Service, warm: Service
) -> None:
    def busy_once(request: Request) -> None:
        if len(service.queries) == 1:
            status(504)(request)
        else:
            request.send(200, service.body(request.query))

    service.misdeed, warm.misdeed = busy_once, loopback.html
    assert fetch(service.url, warm.url).endpoint == service.url
    assert len(warm.queries) == 1


def test_what_one_service_has_answered_is_not_asked_for_again(fetch: Fetch, service: Service) -> None:
    def features_late(request: Request) -> None:
        if len(service.queries) == 2:
            status(504)(request)
        else:
            request.send(200, service.body(request.query))

    service.misdeed = features_late
    got = fetch(f"{service.url}/", deadline_s=20)
    streets, features, again = service.queries
    assert features == again != streets
    assert got.queries == (streets, features)


@pytest.mark.parametrize(
    ("detail", "seconds"),
    [
        ("30", 30.0),
        ("-5", 0.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("Mon, 01 Jan 2024 00:00:00 +0000", 0.0),
    ],
)
def test_how_long_to_wait_is_read(detail: str, seconds: float | None) -> None:
    assert retry_after_s({"failed": "status 429", "detail": detail}) == seconds
    assert retry_after_s({"failed": "remark", "detail": detail}) is None


def test_a_date_to_wait_for_is_read() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    seconds = retry_after_s({"failed": "status 503", "detail": later})
    assert seconds is not None
    assert 60 < seconds <= 90


def test_the_status_page_is_never_asked(fetch: Fetch, service: Service) -> None:
    service.misdeed = loopback.statusless
    assert fetch(service.url).endpoint == service.url
    assert {path for path, _ in service.requests} <= {"/api/interpreter"}


def test_the_answer_holds_all_that_the_extract_does(fetch: Fetch, service: Service, town: Extract) -> None:
    got = fetch(service.url)
    osm = read_extract(got.pbf)
    expected = [f"{kind}/{number}" for (kind, number), each in town.elements.items() if "tags" in each]
    assert sorted([*osm.points.element_id, *osm.lines.element_id]) == sorted(expected)
    assert osm.bounds == BOX
    assert got.data_date == loopback.DATA_TIME[:10]


def test_whoever_is_asked_is_told_who_asks_and_nothing_more(fetch: Fetch, service: Service) -> None:
    fetch(service.url)
    for _, headers in service.requests:
        assert headers["User-Agent"].startswith("grannskap/")
        assert headers["referer"].startswith("grannskap/")
        assert "Cookie" not in headers
    assert len(service.queries) == 2


def test_a_password_is_neither_told_nor_kept(fetch: Fetch, service: Service) -> None:
    url = service.url.replace("://", "://me:secret@")
    assert "secret" not in fetch(url).endpoint
    service.misdeed = status(403)
    assert "secret" not in str(refused(fetch, url + "/other", deadline_s=3.0))


@pytest.mark.usefixtures("warm")
def test_progress_tells_who_is_waited_for_and_how_long_is_left(fetch: Fetch, service: Service) -> None:
    told: list[str] = []
    service.misdeed = status(504)
    refused(fetch, service.url, deadline_s=2.0, progress=told.append, texts=SWEDISH)
    assert any(text.startswith(f"Väntar på {service.host}: ") and text.endswith(" s kvar totalt)") for text in told)
    assert any(text.startswith(f"{service.host} tillfrågas igen om ") for text in told)


def test_a_file_that_cannot_be_written_is_told(fetch: Fetch, good: Service, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        fetch(good.url, folder=tmp_path / "file")


def test_the_default_is_the_service_of_osmnx(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_endpoint().startswith("https://")
    monkeypatch.setattr("osmnx.settings.overpass_url", "https://overpass.example/api")
    assert default_endpoint() == "https://overpass.example/api"


def test_osmnx_asks_nobody_else_and_keeps_nothing() -> None:
    """With its own settings it looks names up at another host, polls a status page, and keeps a cache folder."""
    osmnx = SimpleNamespace(settings=SimpleNamespace())
    job = {"server_s": 9, "timeout_s": 5.0, "endpoint": "https://overpass.example/api", "largest_bytes": 1}
    _set_up(cast("ModuleType", osmnx), job, lambda _body, _query: None, lambda _said: None)
    assert osmnx.settings.doh_url_template is None
    assert osmnx.settings.overpass_rate_limit is False
    assert osmnx.settings.use_cache is False
    assert osmnx.settings.requests_kwargs["allow_redirects"] is False


def test_a_worker_that_ends_by_itself_is_told() -> None:
    with Worker() as broken:
        broken._started().kill()
        said = broken.ask({"do": "map"}, until=time.monotonic() + 5, tick=lambda _: None)
    assert said["failed"] == "crashed"


def test_an_odd_job_is_answered_and_not_waited_for(worker: Worker) -> None:
    said = worker.ask({"do": "map"}, until=time.monotonic() + 10, tick=lambda _: None)
    assert said["failed"] == "unexpected"
    assert "KeyError" in said["detail"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_worker_ends_with_whoever_started_it(service: Service) -> None:
    service.misdeed = loopback.silence
    code = (
        "import sys, time; from grannskap.osm.helper import Worker\n"
        "worker = Worker(); worker._started(); print(worker._process.pid, flush=True)\n"
        "job = dict(do='map', download='1', endpoint=sys.argv[1], box=[15, 57, 15.1, 57.1], out='x')\n"
        "job |= dict(largest_bytes=1, server_s=1, timeout_s=99)\n"
        "worker.ask(job, until=time.monotonic() + 99, tick=lambda _: None)\n"
    )
    words = [sys.executable, "-c", code, service.url]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HERE)}) as parent:  # noqa: S603
        number = int(parent.stdout.readline())  # type: ignore[union-attr]
        while not service.queries:  # it asks, and waits in a system call
            time.sleep(0.05)
        parent.kill()
    until = time.monotonic() + 5
    while loopback_alive(number) and time.monotonic() < until:
        time.sleep(0.02)
    assert not loopback_alive(number)


def loopback_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
