"""Outside services asked in turn, until one answers or the time is up; what went wrong is told in one sentence."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tenacity

from grannskap.disk import reason
from grannskap.errors import OutputError
from grannskap.language import Texts
from grannskap.language import marked as _
from grannskap.osm.excuses import LIMITED, PERMANENT, excuse, host_of, retry_after_s
from grannskap.osm.helper import Said, Worker

LARGEST_BYTES = 512 * 1024 * 1024
"""Of an answer: what Overpass itself allows a query by default. https://wiki.openstreetmap.org/wiki/Overpass_API"""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0
_SILENCE = 0.9  # share of the time after which a service that says nothing is given up, before the worker is ended
_TRIES = 3  # where waiting seldom helps
_CUT_SHORT = ("slow", "timeout")  # by the deadline itself: what went wrong before it tells more
_WORDS = {"streets": _("streets"), "features": _("places and buildings"), "address": _("the address")}
Progress = Callable[[str], None]


@dataclass(slots=True)
class Asking:
    """What is asked, of whom, and until when?

    Attributes
    ----------
    worker : Worker
    endpoints : sequence of str
        Asked in this order. One that fails is followed by the next; after a round comes a pause, and those that may
        answer later are asked again.
    until : float
        When to give up, on the clock of `time.monotonic`.
    texts : Texts
        Language of what `progress` is told.
    server_s : int
        How long a service may compute. It stands in the query, so it depends on nothing that changes.
    progress : callable
        Called several times a second with what is waited for.
    largest_bytes : int
        Of one answer.
    tries_left, not_before, failures : dict
        What is known by now, by endpoint.
    """

    worker: Worker
    endpoints: Sequence[str]
    until: float
    server_s: int
    texts: Texts
    progress: Progress
    largest_bytes: int = LARGEST_BYTES
    tries_left: dict[str, float] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    failures: dict[str, Said] = field(default_factory=dict)

    def ask(self, job: Mapping[str, Any], *, trouble: str, key: str) -> tuple[str, Said]:
        """Which service answered, and what?

        Parameters
        ----------
        job : mapping
            See `grannskap.osm.worker`; the service and the limits are added.
        trouble : str
            Message with ``{failures}`` and ``{advice}``, told where no service answers.
        key : str
            Of the study file, where other services are named.

        Raises
        ------
        SourceError
            No service answered in time.
        OutputError
            The answer could not be written.
        """
        allowed = {"server_s": self.server_s, "largest_bytes": self.largest_bytes}
        self.tries_left = dict.fromkeys(self.endpoints, float("inf"))
        turns = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainError),
            wait=self._pause,
            stop=tenacity.stop_before_delay(self.until - time.monotonic()),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return turns(self._round, {**job, **allowed})
        except _AgainError:
            raise excuse(self.failures, trouble=trouble, key=key, largest_bytes=self.largest_bytes) from None

    def _round(self, job: dict[str, Any]) -> tuple[str, Said]:
        """Ask each service that may still answer; each gets its share of the time that is left."""
        turn = [e for e in self._alive() if self.not_before.get(e, 0.0) <= time.monotonic()]
        for place, endpoint in enumerate(turn):
            left_s = self.until - time.monotonic()
            if left_s <= 0:
                break
            share_s = left_s / (len(turn) - place)
            until = time.monotonic() + share_s
            asked = {**job, "endpoint": endpoint, "timeout_s": share_s * _SILENCE}
            said = self.worker.ask(asked, until=until, tick=lambda said, e=endpoint: self._tell(e, said))  # type: ignore[misc]
            if "done" in said:
                return endpoint, said
            self._note(endpoint, said)
        raise _AgainError

    def _alive(self) -> list[str]:
        return [endpoint for endpoint in self.endpoints if self.tries_left[endpoint] > 0]

    def _note(self, endpoint: str, said: Said) -> None:
        """Remember why a service failed, and whether and when it may be asked again."""
        failed = said["failed"]
        if failed == "disk":
            raise OutputError(
                "What is fetched cannot be written to the cache folder ({reason}): make room there.",
                reason=reason(OSError(said.get("errno", 0), said["detail"])),
            )
        if endpoint not in self.failures or failed not in _CUT_SHORT:
            self.failures[endpoint] = said
        most = 0.0 if failed in PERMANENT else _TRIES - 1 if failed in LIMITED else float("inf")
        self.tries_left[endpoint] = min(self.tries_left[endpoint] - 1, most)
        wait_s = retry_after_s(said)
        if wait_s is not None:
            self.not_before[endpoint] = time.monotonic() + wait_s

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next round: growing, with chance, and at least as long as the services ask for."""
        alive = self._alive()
        if not alive:
            return float("inf")
        growing = tenacity.wait_exponential(_FIRST_WAIT_S, _LONGEST_WAIT_S) + tenacity.wait_random(0, _FIRST_WAIT_S)
        asked_for = min(self.not_before.get(endpoint, 0.0) for endpoint in alive) - time.monotonic()
        return max(growing(state), asked_for)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            hosts = ", ".join(host_of(endpoint) for endpoint in self._alive())
            self.progress(
                self.texts(
                    "{hosts} will be asked again in {seconds} s ({left} s left in all)",
                    hosts=hosts,
                    seconds=round(rest),
                    left=self._left(),
                )
            )
            time.sleep(min(rest, 1.0))

    def _tell(self, endpoint: str, said: Said) -> None:
        received = said.get("received_bytes", 0) / 1e6
        self.progress(
            self.texts(
                "Waiting for {host}: {what}, {received} MB so far ({left} s left in all)",
                host=host_of(endpoint),
                what=self.texts.gettext(_WORDS.get(said.get("what", ""), _("the connection"))),
                received=self.texts.number(received, decimals=1),
                left=self._left(),
            )
        )

    def _left(self) -> int:
        return max(0, round(self.until - time.monotonic()))


class _AgainError(Exception):
    """No service has answered in this round."""
