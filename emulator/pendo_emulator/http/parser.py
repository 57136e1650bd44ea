"""Incoming: bytes become Requests; httptools, the parser of Node, tells what is HTTP in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httptools

from pendo_emulator.http.request import DRAIN_LIMIT, Request

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_LIMIT: Final = 256 * 1024

_KEPT: Final = 1024


class RequestParser:
    """The requests of one conversation; each is given to `take` when it is whole, or never will be.

    `request` is the one under way, None between two. What cannot be read is given with its refusal, and nothing after.
    """

    def __init__(self, clock: Callable[[], float], take: Callable[[Request], None], go_on: Callable[[], None]) -> None:
        self._clock, self._take, self._go_on = clock, take, go_on
        self._parser = httptools.HttpRequestParser(self)
        self._head_size = 0
        self._request = Request(clock())
        self._whole: list[Request] = []
        self._under_way = self._connects = False
        self.ended = False

    @property
    def request(self) -> Request | None:
        """The request under way."""
        return self._request if self._under_way else None

    def feed(self, data: bytes) -> bytes:
        """Read bytes; return those that follow a CONNECT, b"" in every other case."""
        while data and not self.ended:
            self._head_size += len(data)
            if self._head_size > HEAD_LIMIT and not (self._under_way and self._request.whole_head):
                self.refuse("head")
                return b""
            data = self._parse(data)
        return data if self._connects else b""

    def finish(self) -> None:
        """Take what has come of a request as all of it."""
        if self.ended:
            return
        if self._under_way and self._request.whole_head and not self._lacks_chunks():
            self._under_way, self.ended = False, True
            self._take(self._request)
        elif self._under_way or self._head_size:
            self.refuse("http")

    def refuse(self, refusal: str, data: bytes = b"") -> None:
        """Give what has come as a request that is refused, with the bytes that could not be read."""
        request = self._request if self._under_way else Request(self._clock())
        request.refusal = refusal
        self._connects = False
        if not request.whole_head:
            request.take_body(data[:_KEPT])
        self._under_way, self.ended = False, True
        self._take(request)

    def _lacks_chunks(self) -> bool:
        """Tell whether a body has no length that would show that it is cut short."""
        return "transfer-encoding" in self._request.headers and self._request.received <= DRAIN_LIMIT

    def _parse(self, data: bytes) -> bytes:
        """Read bytes up to the end or to a change of protocol; give what is whole, and return what is left."""
        rest, readable = b"", True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = self._after(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            readable = False
        whole, self._whole = self._whole, []
        for request in whole:
            self._take(request)
        if not readable:
            self.refuse("http", data)
        elif self._under_way and self._request.received > DRAIN_LIMIT:
            self.finish()
        return rest

    def _after(self, rest: bytes) -> bytes:
        """Go on after a request that would have liked another protocol: only a CONNECT has it its way."""
        self._parser = httptools.HttpRequestParser(self)
        self.ended = self._connects
        return rest

    # From here on httptools calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._request, self._under_way = Request(self._clock()), True

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the target."""
        self._request.target += piece.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._request.take_header(name, value)

    def on_headers_complete(self) -> None:
        """Take the method; let the body come where the client waits for leave."""
        self._request.method = self._parser.get_method().decode("latin-1")
        self._request.whole_head = True
        if self._request.headers.get("expect", "").lower() == "100-continue":
            self._go_on()

    def on_body(self, chunk: bytes) -> None:
        """Take a piece of the body."""
        self._request.take_body(chunk)

    def on_message_complete(self) -> None:
        """Give the request away."""
        self._under_way, self._head_size = False, 0
        self._connects = self._request.method == "CONNECT"
        self._request.keep_alive = self._parser.should_keep_alive() and not self._connects
        self._whole.append(self._request)
