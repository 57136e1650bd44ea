"""Sends events on a keep-alive connection and notes which of them the server acknowledged."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from itertools import count, cycle
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.wire import jzb

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import BinaryIO

    from tests.stress.server_process import ServerProcess

HOST: Final = "data.pendo.io"
TIMEOUT: Final = 10.0
RECONNECT_DELAY: Final = 0.02

_QUERY: Final = "v=2.291.4_prod&ct=1795376101259"


class ConnectionEndedError(ConnectionError):
    """The connection ended before the response was complete."""


def get_beacon(api_key: str, name: str) -> bytes:
    """Return a track event as a beacon in the query of a GET request."""
    return _request(f"GET /data/ptm.gif/{api_key}?{_QUERY}&type=track&jzb={jzb.encode([_track(name)])}")


def post_beacon(api_key: str, name: str) -> bytes:
    """Return a track event as a beacon in the body of a POST request."""
    body = json.dumps({"events": jzb.encode([_track(name)])}).encode()
    return _request(f"POST /data/ptm.gif/{api_key}?{_QUERY}&type=track&s={len(body)}", body)


def webhook_request(api_key: str, name: str) -> bytes:
    """Return a track event in the format of Segment's webhook."""
    event = {"type": "track", "event": name, "userId": "u", "anonymousId": "a", "properties": {}, "messageId": name}
    return _request(f"POST /data/segmentio/{api_key}", json.dumps(event).encode())


REQUESTS: Final = (get_beacon, get_beacon, post_beacon, webhook_request)


def _track(name: str) -> dict[str, object]:
    return {
        "type": "track", "track_event_name": name, "browser_time": 1795376101241, "visitor_id": "v", "account_id": None,
        "url": "https://app.example/", "props": {"pages": 3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
        "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "sequence": 0, "bytes": 347,
    }  # fmt: skip


def _request(line: str, body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{line} HTTP/1.1\r\nHost: {HOST}\r\n{length}\r\n".encode() + body


class Response(NamedTuple):
    """The status of a complete response; `last` is true if the server closes the connection after it."""

    status: int
    last: bool


def read_response(stream: BinaryIO) -> Response:
    """Read a response to its end; raise ConnectionEndedError if it is incomplete."""
    status, headers = _read_line(stream), {}
    while (line := _read_line(stream)) != b"\r\n":
        name, _, value = line.lower().partition(b":")
        headers[name] = value.strip()
    length = int(headers.get(b"content-length", 0))
    if len(stream.read(length)) < length:
        raise ConnectionEndedError
    return Response(int(status.split()[1]), headers.get(b"connection") == b"close")


def _read_line(stream: BinaryIO) -> bytes:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise ConnectionEndedError
    return line


class EventSender(Thread):
    """Sends events to a server until `stop` is set, and reconnects to the server's current address when needed.

    Each event is sent once and has a unique name. `sent` and `acknowledged` list these names; an event is acknowledged
    if its response has a 2xx status and is complete. `rate` limits the events per second (0: no limit). With `tls` the
    connection uses HTTPS.
    """

    def __init__(
        self,
        server: ServerProcess,
        api_key: str,
        label: str,
        stop: Event,
        rate: float = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(name=f"sender {label}", daemon=True)
        self._server, self.api_key, self._stop_event, self._tls = server, api_key, stop, tls
        self._names = (f"{label}-{number}" for number in count())
        self._requests = cycle(REQUESTS)
        self._next_delay = _rate_limiter(rate) if rate else None
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        """Send events until `stop` is set."""
        while not self._stop_event.is_set():
            try:
                self._send_on_one_connection()
            except OSError:  # expected: the tests kill the server
                self._stop_event.wait(RECONNECT_DELAY)

    def _send_on_one_connection(self) -> None:
        with self._connect() as connection, connection.makefile("rb") as stream:
            for name in self._names:
                self._wait_for_turn()
                if self._stop_event.is_set():
                    return
                self.sent.append(name)
                connection.sendall(next(self._requests)(self.api_key, name))
                response = read_response(stream)
                self.statuses[response.status] += 1
                if 200 <= response.status < 300:
                    self.acknowledged.append(name)
                if response.last:
                    return

    def _wait_for_turn(self) -> None:
        if self._next_delay:
            self._stop_event.wait(self._next_delay())

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._server.address, TIMEOUT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(connection, server_hostname=HOST) if self._tls else connection


def _rate_limiter(rate: float) -> Callable[[], float]:
    """Return a function that gives the seconds until the next event is due.

    A sender that falls behind does not catch up.
    """
    due = time.monotonic()

    def next_delay() -> float:
        nonlocal due
        now = time.monotonic()
        due = max(now, due + 1 / rate)
        return due - now

    return next_delay
