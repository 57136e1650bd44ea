"""Parses HTTP/1 requests incrementally with httptools, the bindings of Node's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httptools

from pendo_emulator.http.body_memory import UNBOUNDED
from pendo_emulator.http.request import Request, lower_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.http.body_memory import BodyMemory

HEAD_LIMIT: Final = 256 * 1024

# The number of bytes that are recorded if the input is not HTTP.
_RECORDED_SIZE: Final = 1024
# The current request of a parser while no request is in progress.
_NO_REQUEST: Final = Request(0)
# Headers that determine the end of the body.
_FRAMING_HEADERS: Final = ("content-length", "transfer-encoding")


class RequestParser:
    """Parses the requests of one connection, or of one CONNECT tunnel.

    `on_request` gets each request when it is complete or rejected. After a rejected request no more requests are
    parsed. `on_continue` is called when the client waits for `100 Continue`. `memory` counts the bytes of the bodies.
    `ended` means that no more input is parsed.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        on_request: Callable[[Request], None],
        on_continue: Callable[[], None],
        memory: BodyMemory = UNBOUNDED,
    ) -> None:
        self._clock, self._on_request, self._on_continue = clock, on_request, on_continue
        self._memory = memory
        self._parser = httptools.HttpRequestParser(self)
        self._head_size = 0
        self._request = _NO_REQUEST
        self._open_headers: dict[str, str] | None = None  # while the head of the request arrives
        self._complete: list[Request] = []
        self._in_progress = self._is_connect = False
        self.ended = False

    @property
    def request(self) -> Request | None:
        """The request that has started and is not complete."""
        return self._request if self._in_progress else None

    def feed(self, data: bytes) -> bytes:
        """Parse bytes; return the bytes after a CONNECT request, else b""."""
        while data and not self.ended:
            self._head_size += len(data)
            if self._head_size > HEAD_LIMIT and not (self._in_progress and self._request.head_complete):
                self.reject("head")
                return b""
            data = self._parse(data)
        return data if self._is_connect else b""

    def finish(self) -> None:
        """End the input; a request with a complete head is passed on with the body it has so far."""
        if self.ended:
            return
        request = self._request
        if not self._in_progress:
            self._end()
        elif request.head_complete and not self._lacks_last_chunk():
            self._end()
            self._on_request(request)
        else:
            self.reject("http")

    def reject(self, rejection: str, data: bytes = b"") -> None:
        """Reject the partial request and pass it on.

        If its head is incomplete, its body becomes the first bytes that could not be parsed.
        """
        request = self._request if self._in_progress else Request(self._clock(), self._memory)
        if not request.head_complete:
            request.add_body(data[:_RECORDED_SIZE])
        request.rejection = rejection
        self._is_connect = False
        self._end()
        self._on_request(request)

    def _end(self) -> None:
        """Stop parsing; drop httptools' parser, because only the garbage collector would free the reference cycle."""
        self._in_progress, self.ended = False, True
        self._request = _NO_REQUEST
        del self._parser

    def _lacks_last_chunk(self) -> bool:
        """Return whether a chunked body ended too early.

        This must be checked here, because a chunked body has no content-length to compare with.
        """
        return "transfer-encoding" in self._request.headers and not self._request.drained

    def _parse(self, data: bytes) -> bytes:
        """Parse bytes up to an upgrade and pass on the complete requests; return the remaining bytes."""
        rest, readable = b"", True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            readable = self._resume_after_upgrade()
        except httptools.HttpParserError:
            readable = False
        complete, self._complete = self._complete, []
        for request in complete:
            self._on_request(request)
        if not readable:
            self.reject("http", data)
        elif self._in_progress and self._request.drained:
            self.finish()
        return rest

    def _resume_after_upgrade(self) -> bool:
        """End at CONNECT; ignore any other upgrade. Return whether the body can be read.

        Every JDK client sends an `Upgrade` header, and httptools skips the body of such a request. So a new parser gets
        a head without that header and reads the body.
        """
        if self._is_connect:
            self._end()
            return True
        request = self._complete.pop()
        self._parser = httptools.HttpRequestParser(self)
        try:
            self._parser.feed_data(_head_without_offer(request))
        except httptools.HttpParserError:
            return False
        finally:
            self._request = request
        if self._in_progress:
            request.keep_alive = False  # until the body is complete
        else:
            self._complete[-1], self._request = request, _NO_REQUEST
        return True

    # httptools calls the methods below by name.

    def on_message_begin(self) -> None:
        """Start a request."""
        self._request, self._in_progress = Request(self._clock(), self._memory), True
        self._open_headers = self._request.headers

    def on_url(self, piece: bytes) -> None:
        """Add a piece of the target."""
        self._request.target += piece.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; ignore trailer fields after the body, which are not headers (RFC 9110, 6.5.1).

        The values of a repeated header are joined with a comma.
        """
        headers = self._open_headers
        if headers is not None:
            key, text = lower_case(name), value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text

    def on_headers_complete(self) -> None:
        """Set the method; tell a client that waits for `100 Continue` to send the body."""
        self._request.method = self._parser.get_method().decode("latin-1")
        self._request.head_complete, self._open_headers = True, None
        if self._request.headers.get("expect", "").lower() == "100-continue":
            self._on_continue()

    def on_body(self, chunk: bytes) -> None:
        """Add a piece of the body."""
        self._request.add_body(chunk)

    def on_message_complete(self) -> None:
        """Complete the request."""
        request, self._request = self._request, _NO_REQUEST
        self._in_progress, self._head_size = False, 0
        self._is_connect = request.method == "CONNECT"
        request.keep_alive = self._parser.should_keep_alive() and not self._is_connect
        self._complete.append(request)


def _head_without_offer(request: Request) -> bytes:
    """Return a request head with the body length and the keep-alive of this request, but without `Upgrade`."""
    lines = [f"{name}: {request.headers[name]}\r\n" for name in _FRAMING_HEADERS if name in request.headers]
    connection = "keep-alive" if request.keep_alive else "close"
    return f"POST / HTTP/1.1\r\nconnection: {connection}\r\n{''.join(lines)}\r\n".encode("latin-1")
