"""An HTTP server with a thread for each connection, which bounds their number and the time of each request."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from io import BufferedReader

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MAX_CONNECTIONS: Final = 100
# This many connections beyond the limit get the answer 503 at one time; the others are closed without an answer.
MAX_REFUSALS: Final = 20

# Seconds. A connection may be idle for the first time, and a request with its response may take the same time.
READ_TIMEOUT: Final = 30.0
REFUSAL_TIMEOUT: Final = 1.0
CHECK_INTERVAL: Final = 0.25

_REFUSED: Final = b'{"success":false,"code":"too_many_connections","message":"too many connections are open"}\n'
_REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: %d\r\nRetry-After: 1\r\n"
    b"Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n%s" % (len(_REFUSED), _REFUSED)
)

log = logging.getLogger("pendo-destination")


class RequestHandler(WSGIRequestHandler):
    """Werkzeug's request handler, without access log and WebSockets, and with a deadline for each request."""

    server: BoundedServer
    rfile: BufferedReader

    def setup(self) -> None:
        """Close the connection after some time without a byte."""
        super().setup()
        self.connection.settimeout(self.server.read_timeout)

    def handle_one_request(self) -> None:
        """Wait for a request; then read and answer it before the deadline."""
        try:
            self.rfile.peek(1)
        except TimeoutError:
            self.close_connection = True
            return
        with self.server.deadline(self.connection):
            super().handle_one_request()

    def make_environ(self) -> WSGIEnvironment:
        """Remove the header that offers an upgrade, because Werkzeug would search a WebSocket route for it."""
        return super().make_environ() | {"HTTP_UPGRADE": ""}

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        """Write to this program's log."""
        log.log(logging.getLevelName(type.upper()), message, *args)

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        """Log a client's mistake only for debugging, because clients can cause any number of these lines."""
        log.debug(format, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log a request only for debugging."""
        log.debug("%s %s %s", code, size, self.requestline)


class BoundedServer(ThreadedWSGIServer):
    """Serves an application on a listening socket.

    More than `max_connections` at once are answered with 503. A connection is closed after `read_timeout` seconds
    without a request, and if a request and its response together take longer than that.
    """

    def __init__(
        self,
        listening: socket.socket,
        app: WSGIApplication,
        *,
        slots: threading.BoundedSemaphore,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, RequestHandler, fd=listening.fileno())
        self.read_timeout = read_timeout
        self._slots = slots
        self._refusals = threading.BoundedSemaphore(MAX_REFUSALS)
        self._deadlines: dict[socket.socket, float] = {}
        self._next_check = 0.0

    def deadline(self, connection: socket.socket) -> _Deadline:
        """Return a context in which the connection is closed if it lasts too long."""
        return _Deadline(self._deadlines, connection, time.monotonic() + self.read_timeout)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in a thread, or refuse it."""
        if self._slots.acquire(blocking=False):
            try:
                super().process_request(request, client_address)
            except RuntimeError as error:  # the system allows no further thread
                self._slots.release()
                log.warning("a connection was closed: %s", error)
                self.shutdown_request(request)
        elif self._refusals.acquire(blocking=False):
            threading.Thread(target=self._refuse, args=(request,), daemon=True).start()
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection until it is closed."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def service_actions(self) -> None:
        """Close connections whose request lasts too long; the server calls this repeatedly."""
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + CHECK_INTERVAL
        for connection, deadline in list(self._deadlines.items()):
            if deadline < now:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _refuse(self, connection: socket.socket) -> None:
        """Answer with 503; read the client's bytes for a while, because closing at once could discard the answer."""
        deadline = time.monotonic() + REFUSAL_TIMEOUT
        try:
            with suppress(OSError):
                connection.settimeout(REFUSAL_TIMEOUT)
                connection.sendall(_REFUSAL)
                connection.shutdown(socket.SHUT_WR)
                while time.monotonic() < deadline and connection.recv(65536):
                    pass
        finally:
            connection.close()
            self._refusals.release()


class _Deadline:
    """Registers the deadline of a connection for the time of a request."""

    def __init__(self, deadlines: dict[socket.socket, float], connection: socket.socket, deadline: float) -> None:
        self._deadlines, self._connection, self._deadline = deadlines, connection, deadline

    def __enter__(self) -> None:
        self._deadlines[self._connection] = self._deadline

    def __exit__(self, *_: object) -> None:
        self._deadlines.pop(self._connection, None)
