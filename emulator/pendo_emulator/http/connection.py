"""One connection: HTTP, TLS, or a proxy's tunnel with either of them inside, all on one port."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

from pendo_contracts.region import locate
from pendo_emulator.clients.name_formats import covers
from pendo_emulator.http.parser import RequestParser
from pendo_emulator.http.response import encode, response
from pendo_emulator.http.timer import Timer
from pendo_emulator.http.tls_stream import TlsStream, explain
from pendo_emulator.limits import REFUSALS

if TYPE_CHECKING:
    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.listener import Listener
    from pendo_emulator.http.request import Request
    from pendo_emulator.http.response import OutgoingResponse

PIPELINE_LIMIT: Final = 16

_HANDSHAKE: Final = 0x16
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_CONNECTED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
log = logging.getLogger("pendo-emulator")


class Connection(asyncio.Protocol):
    """Requests in, answers out, one after the other.

    A conversation begins with the connection, and anew inside a proxy's tunnel: its first byte tells TLS from HTTP.
    `excess` says that there are too many connections: what comes over this one is refused.
    """

    _transport: asyncio.Transport

    def __init__(self, listener: Listener) -> None:
        self.excess = False
        self._listener = listener
        self._waiting: deque[Request] = deque()
        self._answering: Request | None = None
        self._last = False
        self._tunnel: TlsStream | None = None
        self._held: list[bytes] = []
        self._pause = Timer(listener.loop)
        self._since = listener.clock()
        self._stuck = False
        self._begin()

    def _begin(self) -> None:
        self._fresh = True
        self._incoming = RequestParser(self._listener.clock, self._take, lambda: self._send(_CONTINUE))

    @property
    def scheme(self) -> str:
        """What the client speaks: http or https."""
        return "https" if self._tunnel else "http"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self.peer = (transport.get_extra_info("peername") or ("?",))[0]
        self._listener.admit(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes: of a TLS handshake that waits for its certificates, of TLS, or of HTTP."""
        if self._held:
            self._held.append(data)
        elif self._fresh and data[0] == _HANDSHAKE and not self._tunnel:
            self._fresh, self._held = False, [data]
            self._transport.pause_reading()
            self._listener.tls(self._encrypt)
        elif self._tunnel:
            self._decipher(self._tunnel, data)
        else:
            self._read(data)

    def eof_received(self) -> bool:
        """Take what has come as all there is; stay open as long as an answer is to be given."""
        self._break_off()
        self._last = True
        self._pause.end()
        return self._answering is not None or bool(self._waiting)

    def connection_lost(self, exc: Exception | None) -> None:
        """Record what had come."""
        if exc:
            log.info("%s hung up: %s", self.peer, exc)
        self._break_off()
        self._last, self._stuck = True, False
        if self._pause.forget():
            self._answering = None
        self._next()
        self._listener.dismiss(self)

    def pause_writing(self) -> None:
        """Note that the client does not take what it is sent."""
        self._stuck, self._since = True, self._listener.clock()

    def resume_writing(self) -> None:
        """Go on when it does again."""
        self._stuck = False
        self._next()

    def reply(self, reply: Reply) -> None:
        """Answer, unless a fault will have it otherwise."""
        if reply.disturbance:
            self._disturb(dict(reply.disturbance), reply.answer)
        else:
            self.answer(reply.answer)

    def answer(self, answer: OutgoingResponse, reason: str = "") -> None:
        """Answer the request that is to be answered, and go on to the next; nothing follows one of another length."""
        request, self._answering = self._answering, None
        cut = "content-length" in answer.headers
        last = cut or request is None or not request.keep_alive or (self._last and not self._waiting)
        if request and not self._transport.is_closing():
            self._send(encode(answer, request.method, self._listener.date, reason=reason, last=last))
        self._since = self._listener.clock()
        if last and (cut or not self._waiting):
            self.close()
        self._next()

    def close(self) -> None:
        """Close when all is sent."""
        self._last = True
        self._transport.close()

    def reset(self) -> None:
        """Break the connection with a TCP RST."""
        self._last = True
        if not self._transport.is_closing():
            end: socket.socket = self._transport.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def tick(self, now: float) -> None:
        """End what has taken too long: a handshake, a request, the taking of an answer, or doing nothing."""
        limits, coming = self._listener.limits, self._incoming.request
        waited = now - self._since
        if self._stuck and waited > limits.request:
            self._transport.abort()
        elif coming and now - coming.begun > (limits.request if coming.whole_head else limits.head):
            self._incoming.refuse("slow")
        elif self._tunnel and not self._tunnel.established and waited > limits.head:
            self._fail("the handshake takes too long")
        elif not self._answering and not coming and waited > limits.idle:
            self.close()

    def _read(self, data: bytes) -> None:
        self._fresh, asked = False, self._incoming
        rest = asked.feed(data)
        if rest and asked is self._incoming:
            self._held.append(rest)
            self._transport.pause_reading()
        elif rest:
            self.data_received(rest)

    def _take(self, request: Request) -> None:
        if request.refusal:
            log.info("%s: %s", self.peer, REFUSALS[request.refusal].violation.message)
        self._waiting.append(request)
        if self._answering is None:
            self._next()
        elif len(self._waiting) >= PIPELINE_LIMIT:
            self._transport.pause_reading()

    def _next(self) -> None:
        if self._answering or self._stuck or not self._waiting:
            return
        self._answering = request = self._waiting.popleft()
        if len(self._waiting) < PIPELINE_LIMIT and not self._held:
            self._transport.resume_reading()
        if request.refusal:
            self._listener.receive(self, request)
        elif request.method == "CONNECT":
            self._connect(request.target)
        elif not request.target[:8].lower().startswith(("http://", "https://")) or self._admits(request.to_origin()):
            self._listener.receive(self, request)

    def _connect(self, netloc: str) -> None:
        """Open a tunnel to one of the emulator's names: what follows is a conversation with it."""
        if self._tunnel:
            self._refuse(400, "the proxy speaks plain HTTP itself: HTTPS_PROXY=http://...")
        elif self._admits(netloc):
            self._send(_CONNECTED)
            self._answering = None
            self._begin()
            held, self._held = b"".join(self._held), []
            self._transport.resume_reading()
            if held:
                self.data_received(held)

    def _admits(self, netloc: str) -> bool:
        """Tell whether a proxied request is for a name of the emulator, or for the emulator itself; refuse all else."""
        place = locate(netloc)
        itself = place.kind == "local" and netloc.endswith(f":{self._listener.port}")
        if not (admitted := itself or covers(self._listener.domains, place.host)):
            self._refuse(403, f"{place.host} is neither Pendo's nor a --cname: the proxy goes no further")
        return admitted

    def _refuse(self, status: int, reason: str) -> None:
        log.warning("%s", reason)
        self.answer(response(f"{reason}\n".encode(), "text/plain;charset=utf-8", status), reason)

    def _encrypt(self, context: ssl.SSLContext | None) -> None:
        """Begin TLS with what was held until there was a certificate; end it where there is none."""
        held, self._held = b"".join(self._held), []
        self._transport.resume_reading()
        if context is None:
            self._transport.abort()
        elif self._last:
            self._fail("the client hung up in the handshake")
        else:
            self._tunnel = TlsStream(context)
            self._since = self._listener.clock()
            self._decipher(self._tunnel, held)

    def _decipher(self, tunnel: TlsStream, data: bytes) -> None:
        try:
            said = tunnel.receive(data)
        except ssl.SSLError as error:
            self._transport.write(tunnel.pending())
            self._fail(error)
            return
        self._transport.write(tunnel.pending())
        if said:
            self._read(said)
        if tunnel.ended and not self.eof_received():
            self.close()

    def _fail(self, error: object) -> None:
        """Say why TLS came to nothing; where a name was refused pendo_emulator.tls.context has said so."""
        if getattr(error, "reason", None) != "CALLBACK_FAILED":
            log.warning("TLS with %s failed: %s", self.peer, explain(error))
        self._tunnel = None
        self.close()

    def _send(self, data: bytes) -> None:
        if self._tunnel:
            self._tunnel.send(data)
            data = self._tunnel.pending()
        self._transport.write(data)

    def _disturb(self, effects: dict[str, Any], answer: OutgoingResponse) -> None:
        if "delay" in effects:
            self._pause.begin(effects.pop("delay"), lambda: self._disturb(effects, answer))
        elif "hang" in effects:
            self._pause.begin(effects["hang"], self.reset)
        elif "reset" in effects:
            self.reset()
        else:
            self.answer(answer)

    def _break_off(self) -> None:
        """Take what has come of a request as all of it, and say so."""
        coming = self._incoming.request
        if self._tunnel and not self._tunnel.established:
            self._fail("the client hung up in the handshake")
        elif coming and coming.whole_head:
            log.info("%s hung up in the middle of a body", self.peer)
        self._incoming.finish()
