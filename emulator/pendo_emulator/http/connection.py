"""One connection: its HTTP requests are answered one at a time in their order; CONNECT makes a tunnel of it."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from pendo_emulator.http.delivery import delivery
from pendo_emulator.http.parser import RequestParser
from pendo_emulator.http.proxy import is_proxied
from pendo_emulator.http.serializer import serialize
from pendo_emulator.http.stream import ByteStream
from pendo_emulator.http.timer import Timer
from pendo_emulator.limits import LIMIT_ERRORS

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.proxy import Proxy
    from pendo_emulator.http.request import Request
    from pendo_emulator.limits import Limits
    from pendo_emulator.response import OutgoingResponse

PIPELINE_LIMIT: Final = 16

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_CONNECTED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"

log = logging.getLogger("pendo-emulator")


class Gateway(Protocol):
    """What a connection needs from its listener; `date` is the current value of the Date header."""

    loop: asyncio.AbstractEventLoop
    clock: Callable[[], float]
    date: str
    limits: Limits
    proxy: Proxy

    def opened(self, connection: Connection) -> None:
        """Register a connection."""

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""

    def receive(self, connection: Connection, request: Request) -> None:
        """Have a request answered, now or later, by `connection.reply` or `connection.answer`."""

    def provide_tls(self, callback: Callable[[ssl.SSLContext | None], None]) -> None:
        """Call back with the TLS context, now or later; with None if there is none."""


class Connection(ByteStream):
    """Queues the requests of one client and writes the responses.

    `over_limit` means that too many connections are open: the requests on this one are refused.
    """

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway.clock, gateway.provide_tls)
        self.over_limit = False
        self._gateway = gateway
        self._waiting: deque[Request] = deque()
        self._current: Request | None = None
        self._write_paused = False
        self._timer = Timer(gateway.loop)
        self._parser = self._new_parser()

    def _new_parser(self) -> RequestParser:
        return RequestParser(self._clock, self._enqueue, lambda: self._send(_CONTINUE))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register with the listener."""
        super().connection_made(transport)
        self._gateway.opened(self)

    def eof_received(self) -> bool:
        """End the input; stay open while a request waits for its response."""
        self._finish_input()
        self._closing = True
        self._timer.fire()
        return self._current is not None or bool(self._waiting)

    def connection_lost(self, exc: Exception | None) -> None:
        """Have everything recorded that had arrived."""
        if exc:
            log.info("%s hung up: %s", self.peer, exc)
        self._finish_input()
        self._closing, self._write_paused = True, False
        if self._timer.cancel():
            self._current = None
        self._start_next()
        self._gateway.closed(self)

    def pause_writing(self) -> None:
        """Start no further request while the client does not read."""
        self._write_paused, self._active_at = True, self._clock()

    def resume_writing(self) -> None:
        """Continue with the waiting requests."""
        self._write_paused = False
        self._start_next()

    def reply(self, reply: Reply) -> None:
        """Answer the current request as its reply says: now, later, or with a reset."""
        if not reply.connection_effects:
            self.answer(reply.response)
            return
        delay, reset_after = delivery(reply.connection_effects)
        if reset_after is None:
            self._timer.start(delay, lambda: self.answer(reply.response))
        else:
            self._timer.start(delay + reset_after, self.reset)

    def answer(self, response: OutgoingResponse, reason: str = "") -> None:
        """Answer the current request and start the next; close after a truncated response."""
        request, self._current = self._current, None
        truncated = "content-length" in response.headers
        last = truncated or request is None or not request.keep_alive or (self._closing and not self._waiting)
        if request and not self._transport.is_closing():
            self._send(serialize(response, request.method, self._gateway.date, reason=reason, close=last))
        self._active_at = self._clock()
        if last and (truncated or not self._waiting):
            self.close()
        self._start_next()

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
        elif not self._current and not request and waited > limits.idle:
            self.close()

    def _plain_received(self, data: bytes) -> None:
        parser = self._parser
        after_connect = parser.feed(data)
        if after_connect and parser is self._parser:
            self._hold(after_connect)
        elif after_connect:
            self.data_received(after_connect)

    def _enqueue(self, request: Request) -> None:
        if request.rejection:
            log.info("%s: %s", self.peer, LIMIT_ERRORS[request.rejection].violation.message)
        self._waiting.append(request)
        if self._current is None:
            self._start_next()
        elif len(self._waiting) >= PIPELINE_LIMIT:
            self._transport.pause_reading()

    def _start_next(self) -> None:
        if self._current or self._write_paused or not self._waiting:
            return
        self._current = request = self._waiting.popleft()
        if len(self._waiting) < PIPELINE_LIMIT and not self._held:
            self._transport.resume_reading()
        if request.rejection or not is_proxied(request):
            self._gateway.receive(self, request)
        elif refusal := self._gateway.proxy.check(request, encrypted=self._tls is not None):
            self.answer(*refusal)
        elif request.method == "CONNECT":
            self._open_tunnel()
        else:
            self._gateway.receive(self, request)

    def _open_tunnel(self) -> None:
        """Parse what follows, inside the CONNECT tunnel, as a new connection."""
        self._send(_CONNECTED)
        self._current = None
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
