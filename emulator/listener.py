"""The listener: a port, a thread for each connection, and a log line for each that fails."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import ThreadedWSGIServer

from emulator.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

_DISTRUST: Final = ": the client does not trust the emulator's authority, see `pendo-emulator ca`"
_ADVICE: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": _DISTRUST,
    "SSLV3_ALERT_BAD_CERTIFICATE": _DISTRUST,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _DISTRUST,
}

log = logging.getLogger("pendo-emulator")


class Listener(ThreadedWSGIServer):
    """Werkzeug's server on a socket that listens already; no connection outlives it."""

    def __init__(
        self,
        listening: socket.socket,
        app: WSGIApplication,
        domains: tuple[str, ...],
        tls: Callable[[], ssl.SSLContext],
    ) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, Connection, fd=listening.fileno())
        self.domains = domains
        self.tls = tls
        self._open: set[socket.socket] = set()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection; a duplicate of its socket stays in sight, since TLS takes the socket itself away."""
        with request.dup() as connection:
            self._open.add(connection)
            try:
                super().finish_request(request, client_address)
            finally:
                self._open.discard(connection)

    def shutdown(self) -> None:
        """Stop listening, and end the connections that are still open."""
        super().shutdown()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in a line why a connection failed."""
        del request
        match sys.exception():
            case ssl.SSLError(reason="CALLBACK_FAILED"):
                pass  # emulator.tls has said which name was asked for
            case ssl.SSLError() as error:
                log.warning("TLS with %s failed: %s%s", client_address[0], error, _ADVICE.get(error.reason, ""))
            case ConnectionError() | TimeoutError() as error:
                log.info("%s hung up: %s", client_address[0], error)
            case error:
                log.error("a connection failed", exc_info=error)
