"""A queue of beacon requests to one API key, first in, first out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_destination.agent.delivery.beacon_request import BeaconRequest
    from pendo_destination.agent.environment.timers import Timers

MAX_FAILURES: Final = 100
MAX_BACKOFF: Final = 6


class Send(Protocol):
    """The function with which a queue sends."""

    def __call__(self, request: BeaconRequest, *, unload: bool) -> bool:
        """Send a request, perhaps while the page unloads; return whether it was delivered."""


class SendQueue:
    """Sends one request at a time; the first request is retried until it is delivered and blocks the later requests.

    The pauses between attempts double from 1 to 64 seconds, but every push causes an attempt at once. After 100
    attempts a request is given up (observed in the published agent).
    """

    def __init__(self, send: Send, timers: Timers, on_give_up: Callable[[], None]) -> None:
        self._send, self._timers, self._on_give_up = send, timers, on_give_up
        self._queue: list[BeaconRequest] = []
        self._in_flight: set[BeaconRequest] = set()
        self._unloading: set[BeaconRequest] = set()
        self._failures: dict[BeaconRequest, int] = {}
        self._backing_off = False
        self._stopped = False

    @property
    def empty(self) -> bool:
        """Whether all requests are delivered or given up."""
        return not self._queue

    def push(self, requests: Iterable[BeaconRequest]) -> None:
        """Add requests and try the first of the queue at once."""
        self._queue += requests
        self._advance()

    def send_all(self, requests: Iterable[BeaconRequest], *, unload: bool) -> None:
        """Add requests and send the whole queue at once, because the page is hidden or unloaded.

        While the queue backs off nothing is sent. On unload, requests in flight are sent a second time, because their
        result would not be seen.
        """
        self._queue += requests
        if self._backing_off and self._queue and self._queue[0] in self._failures:
            return
        for request in tuple(self._queue):
            if request not in self._in_flight:
                self._try(request, unload=unload, retry=False)
            elif unload and request not in self._unloading:
                self._failures[request] = self._failures.get(request, 0) + 1
                self._try(request, unload=True, retry=False)

    def stop(self) -> None:
        """Drop all requests; from now on each push sends one request only (observed in the published agent)."""
        self._queue.clear()
        self._in_flight.clear()
        self._unloading.clear()
        self._failures.clear()
        self._backing_off = False
        self._stopped = True

    def _advance(self) -> None:
        while self._queue and not self._in_flight:
            if not self._try(self._queue[0], unload=False, retry=True) or self._stopped:
                return

    def _try(self, request: BeaconRequest, *, unload: bool, retry: bool) -> bool:
        self._in_flight.add(request)
        if unload:
            self._unloading.add(request)
        failures = self._failures.get(request)
        attempt = replace(request, params={**request.params, "rt": str(failures)}) if failures else request
        delivered = self._send(attempt, unload=unload)
        self._unloading.discard(request)
        self._in_flight.discard(request)
        if delivered:
            self._remove(request)
        else:
            self._record_failure(request, retry=retry)
        return delivered

    def _remove(self, request: BeaconRequest) -> None:
        self._failures.clear()
        if request in self._queue:
            self._queue.remove(request)

    def _record_failure(self, request: BeaconRequest, *, retry: bool) -> None:
        self._failures[request] = failures = self._failures.get(request, 0) + 1
        if self._stopped or not retry:
            return
        if failures >= MAX_FAILURES:
            self._on_give_up()
            self._remove(request)
        self._backing_off = True
        self._timers.after(2 ** min(failures - 1, MAX_BACKOFF) * 1000, self._retry)

    def _retry(self) -> None:
        self._backing_off = False
        self._advance()
