"""Batches: all requests that arrive in one turn of the event loop are recorded in one transaction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pendo_contracts.judge import judge_request
from pendo_emulator.errors import StoreError
from pendo_emulator.exchange import reject
from pendo_emulator.response import INTERNAL_ERROR, unavailable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.application import Application
    from pendo_emulator.http.connection import Connection
    from pendo_emulator.http.request import Request

    # The connection of a request, the judged request, and its start time.
    Arrival: TypeAlias = tuple[Connection, JudgedRequest, float]

log = logging.getLogger("pendo-emulator")


class Batch:
    """Collects requests and answers them together: the more requests at once, the less time each takes."""

    def __init__(self, application: Application, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self._respond, self._access_log = application.respond, application.access_log
        self._counters = application.counters
        self._loop, self._clock = loop, clock
        self._arrivals: list[Arrival] = []

    def add(self, connection: Connection, request: Request) -> None:
        """Judge a request now, and answer it at the end of this turn of the event loop."""
        judged = judge_request(request.envelope(connection.scheme))
        if rejection := request.rejection or ("connections" if connection.over_limit else ""):
            judged = reject(judged, rejection)
        if not self._arrivals:
            self._loop.call_soon(self.flush)
        self._arrivals.append((connection, judged, request.started_at))

    def flush(self) -> None:
        """Answer the requests that were added."""
        arrivals, self._arrivals = self._arrivals, []
        if arrivals:
            self._answer(arrivals)

    def _answer(self, arrivals: list[Arrival]) -> None:
        try:
            replies = self._respond([judged for _, judged, _ in arrivals])
        except StoreError as error:
            log.error("%d requests are answered 503: %s", len(arrivals), error)  # noqa: TRY400 - the text is enough
            self._counters.add("unavailable", len(arrivals))
            for connection, _, _ in arrivals:
                connection.answer(unavailable(error))
        except Exception as error:  # noqa: BLE001 - the event loop must go on
            self._answer_separately(arrivals, error)
        else:
            self._reply(arrivals, replies)

    def _answer_separately(self, arrivals: list[Arrival], error: Exception) -> None:
        """Answer each request in its own transaction, so that only the request that caused the error gets a 500."""
        if len(arrivals) == 1:
            log.error("a request could not be recorded", exc_info=error)
            arrivals[0][0].answer(INTERNAL_ERROR)
            return
        for arrival in arrivals:
            self._answer([arrival])

    def _reply(self, arrivals: list[Arrival], replies: Sequence[Reply]) -> None:
        now = self._clock()
        self._counters.add("transactions")
        for (connection, _, started_at), reply in zip(arrivals, replies, strict=True):
            try:
                connection.reply(reply)
            except Exception:  # the other requests must still be answered
                log.exception("a response could not be sent")
            self._counters.add(reply.exchange.verdict)
            self._counters.observe_latency(now - started_at)
        if self._access_log:
            times = (now - started_at for _, _, started_at in arrivals)
            self._access_log([(reply.exchange, time) for reply, time in zip(replies, times, strict=True)])
