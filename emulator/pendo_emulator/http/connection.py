"""One connection: answers its HTTP requests one after the other, in order; CONNECT turns it into a tunnel."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from pendo_emulator.http.fault_plan import plan_fault, send_in_pieces
from pendo_emulator.http.parser import RequestParser
from pendo_emulator.http.proxy import is_proxied
from pendo_emulator.http.serializer import serialize, serialize_head
from pendo_emulator.http.timer import Timer
from pendo_emulator.http.tls_or_plain_stream import ByteStream
from pendo_emulator.limit_errors import LIMIT_ERRORS

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.body_memory import BodyMemory
    from pendo_emulator.http.proxy import Proxy
    from pendo_emulator.http.request import Request
    from pendo_emulator.http.streams.stream_writer import StreamWriter
    from pendo_emulator.limits import Limits
    from pendo_emulator.response import OutgoingResponse, StreamedResponse

# The number of requests, and of bytes in their bodies, that a client may send before it gets the first answer.
PIPELINE_LIMIT: Final = 16
PIPELINE_BYTES: Final = 16 * 1024 * 1024
# How many seconds a client whose request was rejected may go on sending; what it sends is not read.
LINGER_SECONDS: Final = 5.0
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_CONNECTED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"

log = logging.getLogger("pendo-emulator")


class Gateway(Protocol):
    """The members of a listener that its connections use; `date` is the current value of the Date header."""

    loop: asyncio.AbstractEventLoop
    clock: Callable[[], float]
    date: str
    limits: Limits
    proxy: Proxy
    memory: BodyMemory

    def opened(self, connection: Connection) -> None:
        """Register a connection."""

    def closed(self, connection: Connection) -> None:
        """Remove a connection."""

    def receive(self, connection: Connection, request: Request) -> None:
        """Answer a request, now or later, by `connection.reply` or `connection.answer`."""

    def provide_tls(self, callback: Callable[[ssl.SSLContext | None], None]) -> None:
        """Call `callback` with the TLS context, now or later; with None if there is none."""


class Connection(ByteStream):
    """Queues the requests of one client and writes the responses.

    `over_limit` means that too many connections are open: the requests on this connection are rejected.
    """

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway.clock, gateway.provide_tls)
        self.over_limit = False
        self._gateway = gateway
        self._waiting: deque[Request] = deque()
        self._waiting_bytes = 0
        self._current: Request | None = None
        self._full = self._input_ended = False
        self._timer = Timer(gateway.loop)
        self._parser = self._new_parser()

    def _new_parser(self) -> RequestParser:
        return RequestParser(self._clock, self._enqueue, lambda: self._send(_CONTINUE), self._gateway.memory)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register with the listener."""
        super().connection_made(transport)
        self._gateway.opened(self)

    def eof_received(self) -> bool:
        """End the input; stay open while a request waits for its response."""
        self._finish_input()
        self._closing = self._input_ended = True
        if self._stream:
            return False  # browsers close a stream so
        self._timer.fire()
        return self._current is not None or bool(self._waiting)

    def connection_lost(self, exc: Exception | None) -> None:
        """Record all requests that had arrived before the connection was lost."""
        if exc:
            log.info("%s hung up: %s", self.peer, exc)
        self._finish_input()
        self._closing = self._input_ended = True
        super().connection_lost(exc)
        if self._timer.cancel():
            self._drop_current()
        self._start_next()
        self._gateway.closed(self)
        # The parser refers to this connection, and only the garbage collector frees a reference cycle.
        del self._parser

    def pause_writing(self) -> None:
        """Start no further request while the client does not read."""
        super().pause_writing()
        self._active_at = self._clock()

    def resume_writing(self) -> None:
        """Continue with the waiting requests."""
        super().resume_writing()
        self._start_next()

    def reply(self, reply: Reply) -> None:
        """Answer the current request according to its reply: now, later, or with a reset."""
        if not reply.connection_effects:
            self.answer(reply.response)
            return
        delay, drip, reset_after = plan_fault(reply.connection_effects)
        if reset_after is not None:
            self._timer.start(delay + reset_after, lambda: self._end_current(self.reset))
        else:
            self._timer.start(delay, lambda: self._drip(reply, drip) if drip else self.answer(reply.response))

    def answer(self, response: OutgoingResponse, reason: str = "") -> None:
        """Answer the current request and start the next; close after a truncated response."""
        self._respond(response, reason)
        if self._waiting:
            self._start_next()

    def start_stream(self, response: StreamedResponse) -> StreamWriter:
        """Answer the current request by a stream, the last answer on this connection; return its writer."""
        if self._current and self._current.kept:
            self._current.drop_body()
        return self._stream_out(response, serialize_head(response, self._gateway.date), self._gateway.loop)

    def _respond(self, response: OutgoingResponse, reason: str = "") -> None:
        request, self._current = self._current, None
        truncated = "content-length" in response.headers
        last = truncated or request is None or not request.keep_alive or (self._closing and not self._waiting)
        if request:
            self._send(serialize(response, request.method, self._gateway.date, reason=reason, close=last))
            if request.kept:
                request.drop_body()
        self._active_at = self._clock()
        if last and (truncated or not self._waiting):
            if not self._input_ended and self._parser.ended:
                self.linger()
            else:
                self.close()

    def tick(self, now: float) -> None:
        """Enforce the time limits for requests, for reading responses, for handshakes and for idle connections."""
        limits, request = self._gateway.limits, self._parser.request
        waited = now - self._active_at
        if self._write_paused and waited > limits.request:
            self._transport.abort()
        elif request and now - request.started_at > (limits.request if request.head_complete else limits.head):
            self._parser.reject("slow")
        elif self._tls and not self._tls.established and waited > limits.head:
            self._fail_tls("the handshake takes too long")
        elif not self._current and not request and waited > self._idle_limit():
            self.close()

    def _idle_limit(self) -> float:
        limit = self._gateway.limits.idle
        return min(limit, LINGER_SECONDS) if self._lingering else limit

    def _plain_received(self, data: bytes) -> None:
        parser = self._parser
        after_connect = parser.feed(data)
        while after_connect and parser is not self._parser:
            if self._starts_tls(after_connect):
                return
            parser = self._parser
            after_connect = parser.feed(after_connect)
        if after_connect:
            self._hold(after_connect)

    def _enqueue(self, request: Request) -> None:
        if request.rejection:
            log.info("%s: %s", self.peer, LIMIT_ERRORS[request.rejection].violation.message)
        self._waiting.append(request)
        self._waiting_bytes += request.kept
        if self._current is None:
            self._start_next()
        if self._waiting and not self._full and self._exceeds_pipeline():
            self._full = True
            self._pause_reading()

    def _exceeds_pipeline(self) -> bool:
        return len(self._waiting) >= PIPELINE_LIMIT or self._waiting_bytes >= PIPELINE_BYTES

    def _start_next(self) -> None:
        """Start the next request; use a loop, not recursion, because thousands of requests may be waiting."""
        while self._waiting and not self._current and not self._write_paused:
            self._current = request = self._waiting.popleft()
            self._waiting_bytes -= request.kept
            if self._full and not self._exceeds_pipeline():
                self._full = False
                if not self._held:
                    self._resume_reading()
            if request.rejection or not is_proxied(request):
                self._gateway.receive(self, request)
            elif refusal := self._gateway.proxy.check(request, encrypted=self._tls is not None):
                self._respond(*refusal)
            elif request.method == "CONNECT":
                self._open_tunnel()
            else:
                self._gateway.receive(self, request)

    def _drop_current(self) -> None:
        if self._current:
            self._current.drop_body()
            self._current = None

    def _drip(self, reply: Reply, seconds: float) -> None:
        """Answer the current request in pieces over a time, then close the connection."""
        data = serialize(reply.response, reply.exchange.envelope.method, self._gateway.date, close=True)
        send_in_pieces(data, seconds, self._timer, self._send, lambda: self._end_current(self.close))

    def _end_current(self, end: Callable[[], None]) -> None:
        self._drop_current()
        end()

    def _open_tunnel(self) -> None:
        """Parse the following bytes, inside the CONNECT tunnel, like a new connection; do nothing if it is closed."""
        self._current = None
        if self._transport.is_closing():
            return
        self._send(_CONNECTED)
        self._at_start, self._parser = True, self._new_parser()
        if held := self._release():
            self.data_received(held)

    def _finish_input(self) -> None:
        """Treat a partial request as complete and log that the client hung up."""
        request = self._parser.request
        if self._tls and not self._tls.established:
            self._fail_tls("the client hung up in the handshake")
        elif request and request.head_complete:
            log.info("%s hung up in the middle of a body", self.peer)
        self._parser.finish()
