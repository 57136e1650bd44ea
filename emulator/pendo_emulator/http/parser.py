"""Parses HTTP/1 requests incrementally with httptools, the bindings of Node's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httptools

from pendo_emulator.http.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_LIMIT: Final = 256 * 1024

# Bytes that are recorded of input that is no HTTP.
_RECORDED_SIZE: Final = 1024
# Headers that decide where a body ends.
_FRAMING_HEADERS: Final = ("content-length", "transfer-encoding")


class RequestParser:
    """Parses the requests of one connection, or of one CONNECT tunnel.

    `on_request` gets each request when it is complete or rejected; nothing follows a rejected one. `on_continue` is
    called when the client waits for `100 Continue`. `ended` means that no more input is parsed.
    """

    def __init__(
        self, clock: Callable[[], float], on_request: Callable[[Request], None], on_continue: Callable[[], None]
    ) -> None:
        self._clock, self._on_request, self._on_continue = clock, on_request, on_continue
        self._parser = httptools.HttpRequestParser(self)
        self._head_size = 0
        self._request = Request(clock())
        self._complete: list[Request] = []
        self._in_progress = self._is_connect = False
        self.ended = False

    @property
    def request(self) -> Request | None:
        """The request that has started and is not complete."""
        return self._request if self._in_progress else None

    def feed(self, data: bytes) -> bytes:
        """Parse bytes; return those that follow a CONNECT request, else b""."""
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
        if self._in_progress and self._request.head_complete and not self._lacks_last_chunk():
            self._in_progress, self.ended = False, True
            self._on_request(self._request)
        elif self._in_progress:
            self.reject("http")

    def reject(self, rejection: str, data: bytes = b"") -> None:
        """Pass on the partial request as rejected, with the first of the bytes that cannot be parsed as its body."""
        request = self._request if self._in_progress else Request(self._clock())
        request.rejection = rejection
        self._is_connect = False
        if not request.head_complete:
            request.add_body(data[:_RECORDED_SIZE])
        self._in_progress, self.ended = False, True
        self._on_request(request)

    def _lacks_last_chunk(self) -> bool:
        """Return whether a chunked body has ended early: it has no length by which a later check could tell."""
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

        httptools skips the body of a request that offers an upgrade, as every JDK client does. So a new parser reads
        the body, after a head without the offer.
        """
        if self._is_connect:
            self.ended = True
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
            self._complete[-1] = request
        return True

    # httptools calls the methods below by name.

    def on_message_begin(self) -> None:
        """Start a request."""
        self._request, self._in_progress = Request(self._clock()), True

    def on_url(self, piece: bytes) -> None:
        """Add a piece of the target."""
        self._request.target += piece.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        self._request.add_header(name, value)

    def on_headers_complete(self) -> None:
        """Set the method; tell a client that waits for `100 Continue` to send the body."""
        self._request.method = self._parser.get_method().decode("latin-1")
        self._request.head_complete = True
        if self._request.headers.get("expect", "").lower() == "100-continue":
            self._on_continue()

    def on_body(self, chunk: bytes) -> None:
        """Add a piece of the body."""
        self._request.add_body(chunk)

    def on_message_complete(self) -> None:
        """Complete the request."""
        self._in_progress, self._head_size = False, 0
        self._is_connect = self._request.method == "CONNECT"
        self._request.keep_alive = self._parser.should_keep_alive() and not self._is_connect
        self._complete.append(self._request)


def _head_without_offer(request: Request) -> bytes:
    """Return a head after which a parser reads the body of this request and keeps or ends the connection like it."""
    lines = [f"{name}: {request.headers[name]}\r\n" for name in _FRAMING_HEADERS if name in request.headers]
    connection = "keep-alive" if request.keep_alive else "close"
    return f"POST / HTTP/1.1\r\nconnection: {connection}\r\n{''.join(lines)}\r\n".encode("latin-1")
