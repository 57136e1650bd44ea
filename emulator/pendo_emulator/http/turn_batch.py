"""Batches: the requests that arrive in one turn of the event loop are recorded in one transaction.

A batch that takes too long is cut: the event loop then serves the other connections before the rest.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.garbage_collection import garbage_collection_paused
from pendo_contracts.common.throttled_error_log import ThrottledErrorLog
from pendo_contracts.judge import judge_request
from pendo_contracts.typed_events.event_reader import TypedReading
from pendo_emulator.errors import StoreError
from pendo_emulator.exchange import reject
from pendo_emulator.response import INTERNAL_ERROR, unavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.envelope import Envelope
    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.application_interface import Application
    from pendo_emulator.http.connection import Connection
    from pendo_emulator.http.request import Request

    # A connection, the request to answer on it, the limit that the request exceeded or "", and its start time.
    Arrival: TypeAlias = tuple[Connection, Envelope, str, float]

# No further request is judged in a turn of the event loop after this many seconds or bytes of bodies.
TURN_SECONDS: Final = 0.03
TURN_BYTES: Final = 16 * 1024 * 1024
# Characters from which a request may decode to so many objects that garbage collection takes longer than the rest.
LARGE: Final = 16 * 1024

log = logging.getLogger("pendo-emulator")


class Batch:
    """Collects requests and answers them together: the more requests at once, the less time each takes."""

    def __init__(self, application: Application, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self._respond, self._access_log = application.respond, application.access_log
        self._counters = application.counters
        self._stamp = application.clock.stamp
        self._loop, self._clock = loop, clock
        self._typed_reading = TypedReading()
        self._arrivals: deque[Arrival] = deque()
        self._scheduled = self._large = False
        self._outage_log = ThrottledErrorLog(log, clock)

    def add(self, connection: Connection, request: Request) -> None:
        """Answer a request at the end of this turn of the event loop, or of a later one if there are too many."""
        rejection = request.rejection or ("connections" if connection.over_limit else "")
        envelope = request.envelope(connection.scheme, self._stamp)
        self._arrivals.append((connection, envelope, rejection, request.started_at))
        if len(envelope.body) + len(envelope.url) > LARGE:
            self._large = True
        if not self._scheduled:
            self._schedule()

    def flush(self) -> None:
        """Answer all requests that were added."""
        while self._arrivals:
            self._answer(*self._judge_next())

    def _schedule(self) -> None:
        self._scheduled = True
        self._loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._scheduled = False
        if self._large:
            with garbage_collection_paused():
                self._answer(*self._judge_next())
            self._large = bool(self._arrivals)
        else:
            self._answer(*self._judge_next())
        if self._arrivals and not self._scheduled:
            self._schedule()

    def _judge_next(self) -> tuple[list[Arrival], list[JudgedRequest]]:
        """Judge the next requests, in order of arrival, until they have taken TURN_SECONDS or TURN_BYTES."""
        arrivals, judged, read_typed = [], [], self._typed_reading.next_reader(len(self._arrivals))
        deadline, size = self._clock() + TURN_SECONDS, 0
        while self._arrivals and size < TURN_BYTES:
            arrival = connection, envelope, rejection, _ = self._arrivals.popleft()
            size += len(envelope.body)
            try:
                request = judge_request(envelope, read_typed=read_typed)
            except Exception:  # the event loop must go on
                log.exception("a request could not be judged")
                connection.answer(INTERNAL_ERROR)
                continue
            arrivals.append(arrival)
            judged.append(reject(request, rejection) if rejection else request)
            if self._clock() > deadline:
                break
        return arrivals, judged

    def _answer(self, arrivals: list[Arrival], judged: list[JudgedRequest]) -> None:
        if not arrivals:
            return
        try:
            replies = self._respond(judged)
        except StoreError as error:
            self._outage_log.error(f"{len(arrivals)} requests are answered 503: {error}")
            self._counters.add("unavailable", len(arrivals))
            for connection, *_ in arrivals:
                connection.answer(unavailable(error))
        except Exception as error:  # noqa: BLE001 - the event loop must go on
            self._answer_separately(arrivals, judged, error)
        else:
            self._reply(arrivals, replies)

    def _answer_separately(self, arrivals: list[Arrival], judged: list[JudgedRequest], error: Exception) -> None:
        """Answer each request in a transaction of its own, so that only the request that failed is answered 500."""
        if len(arrivals) == 1:
            log.error("a request could not be recorded", exc_info=error)
            arrivals[0][0].answer(INTERNAL_ERROR)
            return
        for arrival, request in zip(arrivals, judged, strict=True):
            self._answer([arrival], [request])

    def _reply(self, arrivals: list[Arrival], replies: Sequence[Reply]) -> None:
        now = self._clock()
        self._counters.add("transactions")
        for (connection, _, _, started_at), reply in zip(arrivals, replies, strict=True):
            try:
                connection.reply(reply)
            except Exception:  # the other requests must still be answered
                log.exception("a response could not be sent")
            self._counters.add(reply.exchange.verdict)
            self._counters.observe_latency(now - started_at)
        if self._access_log:
            times = (now - started_at for *_, started_at in arrivals)
            self._access_log([(reply.exchange, time) for reply, time in zip(replies, times, strict=True)])
