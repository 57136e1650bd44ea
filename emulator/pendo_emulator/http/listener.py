"""Listener: a port and the connections to it; what arrives together is recorded together, then each is answered."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from threading import Event
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import uvloop

from pendo_emulator.exchange import ingest, refuse
from pendo_emulator.http.connection import Connection
from pendo_emulator.http.request import is_ours
from pendo_emulator.http.response import problem, unavailable
from pendo_emulator.storage.database import StoreError

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable
    from typing import TypeAlias

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.request import Request
    from pendo_emulator.http.response import OutgoingResponse
    from pendo_emulator.limits import Limits
    from pendo_emulator.server import Emulator

    # A request, where it is to be answered, and when it began.
    Arrival: TypeAlias = tuple[Connection, Exchange, float]

BACKLOG: Final = 1024
THREADS: Final = 8
POLLS: Final = 256
TICK: Final = 1.0

_POLL: Final = re.compile(r"/(wait|silence)(\?|$)")

log = logging.getLogger("pendo-emulator")


class Listener:
    """Serves one socket in one thread: every connection of it is an asyncio.Protocol.

    Requests that came in one turn of the event loop are one transaction of the store: the more there are at once, the
    less each costs. What is addressed to the control API is answered by Flask in one of THREADS; what waits for
    something there has one of POLLS, so that nobody waits for those who wait.
    """

    def __init__(self, listening: socket.socket, emulator: Emulator, limits: Limits) -> None:
        self._socket = listening
        self._emulator, self._meter = emulator, emulator.counters
        self.domains, self.port, self.limits = emulator.domains, emulator.port, limits
        self.clock = time.monotonic
        self.loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pendo-emulator-control")
        self._polls = ThreadPoolExecutor(POLLS, thread_name_prefix="pendo-emulator-poll")
        self._open: set[Connection] = set()
        self._arrived: list[Arrival] = []
        self._stopped = asyncio.Event()
        self._tls: ssl.SSLContext | None = None
        self.listening = Event()

    def serve(self) -> None:
        """Serve until `stop` is called."""
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.loop.close()
            self._threads.shutdown()
            self._polls.shutdown()

    def stop(self) -> None:
        """Stop listening, record what has arrived, and end the connections that are still open."""
        if self.loop.is_running():
            self.loop.call_soon_threadsafe(self._stopped.set)
        else:
            self._stopped.set()
            self.loop.close()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def admit(self, connection: Connection) -> None:
        """Take note of a connection; too many are told so, and far too many are closed unheard."""
        self._open.add(connection)
        self._meter.add("connections")
        self._meter.add("connections_opened")
        connection.excess = len(self._open) > self.limits.connections
        if connection.excess:
            self._meter.add("connections_refused")
        if len(self._open) > 2 * self.limits.connections:
            log.error("more than %d connections: one was closed unheard", 2 * self.limits.connections)
            connection.reset()

    def dismiss(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._meter.add("connections", -1)

    def receive(self, connection: Connection, request: Request) -> None:
        """Have a request answered: by Flask if it is for the emulator itself, else as soon as it is recorded."""
        if not request.refusal and is_ours(request.target, request.headers.get("host", "")):
            self._ask(connection, request)
            return
        exchange = ingest(request.envelope(connection.scheme))
        if refusal := request.refusal or ("connections" if connection.excess else ""):
            exchange = refuse(exchange, refusal)
        if not self._arrived:
            self.loop.call_soon(self._record)
        self._arrived.append((connection, exchange, request.begun))

    def tls(self, then: Callable[[ssl.SSLContext | None], None]) -> None:
        """Get the TLS context, which takes a thread the first time; None where there cannot be one."""
        if self._tls:
            then(self._tls)
            return
        made = self.loop.run_in_executor(self._threads, lambda: self._emulator.tls)
        made.add_done_callback(lambda _: then(self._keep_tls(made)))

    def _keep_tls(self, made: asyncio.Future[ssl.SSLContext]) -> ssl.SSLContext | None:
        if error := made.exception():
            log.error("no TLS: %s", error)
            return None
        self._tls = made.result()
        return self._tls

    async def _serve(self) -> None:
        server = await self.loop.create_server(lambda: Connection(self), sock=self._socket, backlog=BACKLOG)
        self._tick()
        self.listening.set()
        await self._stopped.wait()
        server.close()
        self._record()
        for connection in tuple(self._open):
            connection.close()
        await asyncio.sleep(0)
        for connection in tuple(self._open):
            connection.reset()
        await asyncio.sleep(0)

    def _tick(self) -> None:
        self.date = formatdate(usegmt=True)
        now = self.clock()
        for connection in tuple(self._open):
            connection.tick(now)
        self.loop.call_later(TICK, self._tick)

    def _record(self) -> None:
        arrived, self._arrived = self._arrived, []
        if arrived:
            self._settle(arrived)

    def _settle(self, arrived: list[Arrival]) -> None:
        try:
            replies = self._emulator.responder.receive([exchange for _, exchange, _ in arrived])
        except StoreError as error:
            log.error("%d requests are answered 503: %s", len(arrived), error)  # noqa: TRY400 - the text says it all
            self._meter.add("unavailable", len(arrived))
            for connection, _, _ in arrived:
                connection.answer(unavailable(error))
        except Exception as error:  # noqa: BLE001 - a server's loop goes on
            self._fail(arrived, error)
        else:
            self._reply(arrived, replies)

    def _reply(self, arrived: list[Arrival], replies: list[Reply]) -> None:
        now = self.clock()
        self._meter.add("transactions")
        for (connection, _, begun), reply in zip(arrived, replies, strict=True):
            try:
                connection.reply(reply)
            except Exception:  # the others are answered all the same
                log.exception("an answer could not be given")
            self._meter.add("good" if reply.exchange.good else "bad")
            self._meter.observe_latency(now - begun)
        if self._emulator.lines:
            times = (now - begun for _, _, begun in arrived)
            self._emulator.lines([(reply.exchange, time) for reply, time in zip(replies, times, strict=True)])

    def _fail(self, arrived: list[Arrival], error: Exception) -> None:
        """Record one by one what could not be recorded together, so that only the one at fault is answered 500."""
        if len(arrived) == 1:
            log.error("a request could not be recorded", exc_info=error)
            arrived[0][0].answer(problem(500, "the emulator failed; its log says why"))
            return
        for one in arrived:
            self._settle([one])

    def _ask(self, connection: Connection, request: Request) -> None:
        scheme, peer = connection.scheme, connection.peer
        threads = self._polls if _POLL.search(unquote(request.target)) else self._threads
        asked = self.loop.run_in_executor(threads, self._emulator.ask, request, scheme, peer)
        asked.add_done_callback(lambda _: connection.answer(_answer_of(asked)))


def _answer_of(asked: asyncio.Future[OutgoingResponse]) -> OutgoingResponse:
    if error := asked.exception():
        log.error("the control API failed", exc_info=error)
        return problem(500, "the control API failed; the log says why")
    return asked.result()
