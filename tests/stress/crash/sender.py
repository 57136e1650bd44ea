"""Sender: a keep-alive connection that sends one event after the other and notes which were acknowledged."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from itertools import count, cycle
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts import jzb

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import BinaryIO

    from tests.stress.crash.server import Server

HOST: Final = "data.pendo.io"
PATIENCE: Final = 10.0
PAUSE: Final = 0.02

_QUERY: Final = "v=2.291.4_prod&ct=1795376101259"


class HungUpError(ConnectionError):
    """The connection ended before an answer did."""


def beacon(api_key: str, name: str) -> bytes:
    """Write a track event as a small beacon."""
    return _request(f"GET /data/ptm.gif/{api_key}?{_QUERY}&type=track&jzb={jzb.encode([_track(name)])}")


def posted_beacon(api_key: str, name: str) -> bytes:
    """Write a track event as a large beacon."""
    body = json.dumps({"events": jzb.encode([_track(name)])}).encode()
    return _request(f"POST /data/ptm.gif/{api_key}?{_QUERY}&type=track&s={len(body)}", body)


def webhook(api_key: str, name: str) -> bytes:
    """Write a track event as the webhook has it."""
    event = {"type": "track", "event": name, "userId": "u", "anonymousId": "a", "properties": {}, "messageId": name}
    return _request(f"POST /data/segmentio/{api_key}", json.dumps(event).encode())


KINDS: Final = (beacon, beacon, posted_beacon, webhook)


def _track(name: str) -> dict[str, object]:
    return {
        "type": "track", "track_event_name": name, "browser_time": 1795376101241, "visitor_id": "v", "account_id": None,
        "url": "https://app.example/", "props": {"pages": 3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
        "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "sequence": 0, "bytes": 347,
    }  # fmt: skip


def _request(line: str, body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{line} HTTP/1.1\r\nHost: {HOST}\r\n{length}\r\n".encode() + body


class Answer(NamedTuple):
    """An answer that was read to its end; `final` says that no other will come on this connection."""

    status: int
    final: bool


def read_answer(stream: BinaryIO) -> Answer:
    """Read an answer; raise HungUpError where it ends too early."""
    status, headers = _line(stream), {}
    while (line := _line(stream)) != b"\r\n":
        name, _, value = line.lower().partition(b":")
        headers[name] = value.strip()
    length = int(headers.get(b"content-length", 0))
    if len(stream.read(length)) < length:
        raise HungUpError
    return Answer(int(status.split()[1]), headers.get(b"connection") == b"close")


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise HungUpError
    return line


class Sender(Thread):
    """Sends events to a server until `over`; where the connection ends it opens another, to wherever the server is.

    Every event is sent once and has a name of its own. `sent` and `acknowledged` name them: acknowledged is what got an
    answer of 2xx, read to its end. `pace` is how many are sent a second, at most; with `tls` they are sent by HTTPS.
    """

    def __init__(
        self, server: Server, api_key: str, label: str, over: Event, pace: float = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(name=f"sender {label}", daemon=True)
        self._server, self.api_key, self._over, self._tls = server, api_key, over, tls
        self._names = (f"{label}-{number}" for number in count())
        self._writes = cycle(KINDS)
        self._due = _pacing(pace) if pace else None
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        """Send until it is over."""
        while not self._over.is_set():
            try:
                self._converse()
            except OSError:  # which is what a test that kills servers is about
                self._over.wait(PAUSE)

    def _converse(self) -> None:
        with self._connect() as connection, connection.makefile("rb") as stream:
            for name in self._names:
                self._wait()
                if self._over.is_set():
                    return
                self.sent.append(name)
                connection.sendall(next(self._writes)(self.api_key, name))
                answer = read_answer(stream)
                self.statuses[answer.status] += 1
                if 200 <= answer.status < 300:
                    self.acknowledged.append(name)
                if answer.final:
                    return

    def _wait(self) -> None:
        if self._due:
            self._over.wait(self._due())

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._server.address, PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(connection, server_hostname=HOST) if self._tls else connection


def _pacing(pace: float) -> Callable[[], float]:
    """Tell, each time, how many seconds it is until the next is due; what was missed is not made up for."""
    due = time.monotonic()

    def wait() -> float:
        nonlocal due
        now = time.monotonic()
        due = max(now, due + 1 / pace)
        return due - now

    return wait
