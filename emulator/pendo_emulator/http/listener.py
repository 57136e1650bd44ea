"""Serves listening sockets: accepts connections and passes their requests on."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from threading import Event
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from pendo_emulator.addresses import needs_flask
from pendo_emulator.http.body_memory import BodyMemory
from pendo_emulator.http.connection import Connection
from pendo_emulator.http.listening_sockets import BACKLOG
from pendo_emulator.http.proxy import Proxy
from pendo_emulator.http.streams.stream_poller import StreamPoller
from pendo_emulator.http.turn_batch import Batch
from pendo_emulator.response import INTERNAL_ERROR, StreamedResponse

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Sequence

    from pendo_emulator.http.application_interface import Application
    from pendo_emulator.http.request import Request
    from pendo_emulator.response import OutgoingResponse

CONTROL_THREADS: Final = 8
POLL_THREADS: Final = 256
FINDINGS_THREADS: Final = 2
ENGAGE_THREADS: Final = 4
TICK_SECONDS: Final = 1.0

_LONG_POLL: Final = re.compile(r"/(wait|silence)(\?|$)")
_FINDINGS: Final = re.compile(r"/findings(\?|$)|[?&]findings=true")
_ENGAGE: Final = re.compile(r"(/_host/[^/]*)?/api/v1/")
_STREAM: Final = re.compile(r"/timeline/stream(\?|$)")
# Threads that refuse the streams above the limit.
_SPARE_STREAM_THREADS: Final = 4

log = logging.getLogger("pendo-emulator")


class Listener:
    """Serves the sockets of one port in one thread; every connection is an asyncio.Protocol.

    Requests for Pendo's hosts are answered in batches, in this thread. Requests for the emulator itself are answered in
    CONTROL_THREADS; long polls have separate POLL_THREADS, findings FINDINGS_THREADS and the Engage API ENGAGE_THREADS,
    so that other requests do not wait for them. One thread polls all streams of events; each other stream has its own.
    """

    def __init__(self, sockets: Sequence[socket.socket], application: Application) -> None:
        self._sockets, self._application = sockets, application
        self._counters, self.limits = application.counters, application.limits
        self._own_names = application.own_names
        self.proxy = Proxy(application.domains, sockets[0].getsockname()[1], application.host_fault)
        self.memory = BodyMemory(self.limits.body_memory)
        self.clock: Callable[[], float] = time.monotonic
        self.date = formatdate(application.clock.seconds(), usegmt=True)
        self.loop: asyncio.AbstractEventLoop = _new_event_loop()
        self._batch = Batch(application, self.loop, self.clock)
        self._control_threads = ThreadPoolExecutor(CONTROL_THREADS, thread_name_prefix="pendo-emulator-control")
        self._poll_threads = ThreadPoolExecutor(POLL_THREADS, thread_name_prefix="pendo-emulator-poll")
        self._findings_threads = ThreadPoolExecutor(FINDINGS_THREADS, thread_name_prefix="pendo-emulator-findings")
        self._engage_threads = ThreadPoolExecutor(ENGAGE_THREADS, thread_name_prefix="pendo-emulator-engage")
        streams = self.limits.streams + _SPARE_STREAM_THREADS
        self._stream_threads = ThreadPoolExecutor(streams, thread_name_prefix="pendo-emulator-stream")
        self._poller = StreamPoller(self.loop, self._stream_threads)
        self._connections: set[Connection] = set()
        self._stopped = asyncio.Event()
        self._tls: ssl.SSLContext | None = None
        self.listening = Event()

    def serve(self) -> None:
        """Serve until `stop` is called."""
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.loop.close()
            self._control_threads.shutdown()
            self._poll_threads.shutdown()
            self._findings_threads.shutdown(cancel_futures=True)
            self._stream_threads.shutdown()
            self._engage_threads.shutdown(cancel_futures=True)

    def stop(self) -> None:
        """Stop listening, record the requests that have arrived and close the open connections."""
        if self.loop.is_running():
            self.loop.call_soon_threadsafe(self._stopped.set)
        else:
            self._stopped.set()
            self.loop.close()

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._connections)

    def opened(self, connection: Connection) -> None:
        """Register a connection; over the limit its requests are rejected, over twice the limit it is reset."""
        self._connections.add(connection)
        self._counters.add("connections")
        self._counters.add("connections_opened")
        connection.over_limit = len(self._connections) > self.limits.connections
        if connection.over_limit:
            self._counters.add("connections_refused")
        if len(self._connections) > 2 * self.limits.connections:
            log.error("more than %d connections are open: a new one was reset", 2 * self.limits.connections)
            connection.reset()

    def closed(self, connection: Connection) -> None:
        """Remove a connection."""
        self._connections.discard(connection)
        self._counters.add("connections", -1)

    def receive(self, connection: Connection, request: Request) -> None:
        """Answer a request: by Flask if it is for the emulator itself or the Engage API, else with the next batch."""
        host = request.headers.get("host", "")
        if not request.rejection and needs_flask(request.method, request.target, host, self._own_names):
            self._ask(connection, request)
        else:
            self._batch.add(connection, request)

    def provide_tls(self, callback: Callable[[ssl.SSLContext | None], None]) -> None:
        """Call `callback` with the TLS context, which a thread makes for the first connection; None if that fails."""
        if self._tls:
            callback(self._tls)
            return
        made = self.loop.run_in_executor(self._control_threads, self._application.tls)
        made.add_done_callback(lambda _: callback(self._keep_tls(made)))

    def _keep_tls(self, made: asyncio.Future[ssl.SSLContext]) -> ssl.SSLContext | None:
        if error := made.exception():
            log.error("no TLS: %s", error)
            return None
        self._tls = made.result()
        return self._tls

    async def _serve(self) -> None:
        servers = [
            await self.loop.create_server(lambda: Connection(self), sock=listening, backlog=BACKLOG)
            for listening in self._sockets
        ]
        self._tick()
        self.listening.set()
        await self._stopped.wait()
        for server in servers:
            server.close()
        self._batch.flush()
        for connection in tuple(self._connections):
            connection.close()
        await asyncio.sleep(0)
        for connection in tuple(self._connections):
            connection.reset()
        await asyncio.sleep(0)

    def _tick(self) -> None:
        self.date = formatdate(self._application.clock.seconds(), usegmt=True)
        now = self.clock()
        for connection in tuple(self._connections):
            connection.tick(now)
        self.loop.call_later(TICK_SECONDS, self._tick)

    def _ask(self, connection: Connection, request: Request) -> None:
        threads = self._threads_for(unquote(request.target))
        asked = self.loop.run_in_executor(threads, self._application.ask, request, connection.scheme, connection.peer)
        asked.add_done_callback(lambda _: self._answer(connection, _result(asked)))

    def _answer(self, connection: Connection, response: OutgoingResponse | StreamedResponse) -> None:
        if isinstance(response, StreamedResponse):
            writer = connection.start_stream(response)
            if response.is_polled:
                self._poller.add(writer)
            else:
                self.loop.run_in_executor(self._stream_threads, writer.run)
        else:
            connection.answer(response)

    def _threads_for(self, target: str) -> ThreadPoolExecutor:
        if _ENGAGE.match(target):
            return self._engage_threads
        if _LONG_POLL.search(target):
            return self._poll_threads
        if _STREAM.search(target):
            return self._stream_threads
        return self._findings_threads if _FINDINGS.search(target) else self._control_threads


def _result(asked: asyncio.Future[OutgoingResponse | StreamedResponse]) -> OutgoingResponse | StreamedResponse:
    if error := asked.exception():
        log.error("the control API failed", exc_info=error)
        return INTERNAL_ERROR
    return asked.result()


def _new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop: uvloop if it is installed, which has no release for Windows; else asyncio's own."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    try:
        import uvloop  # noqa: PLC0415 - missing on some platforms
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
