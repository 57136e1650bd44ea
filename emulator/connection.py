"""One connection: HTTP, TLS, or a proxy's tunnel with either of them inside, all on one port."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import WSGIRequestHandler

from contracts.region import locate
from emulator.names import covers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from emulator.listener import Listener

SILENCE_LIMIT: Final = 30.0

_HANDSHAKE: Final = b"\x16"

log = logging.getLogger("pendo-emulator")


class Connection(WSGIRequestHandler):
    """Werkzeug's handler, with TLS where the client begins it, and a forward proxy to the names of the emulator."""

    protocol_version = "HTTP/1.1"
    timeout = SILENCE_LIMIT
    disable_nagle_algorithm = True  # else an answer waits for the acknowledgement of the TLS session tickets: 10 ms
    error_content_type = "text/plain;charset=utf-8"
    error_message_format = "%(message)s\n"
    server: Listener
    request: socket.socket

    def setup(self) -> None:
        """Look at the first byte, in the connection's own thread: a handshake that dawdles delays nobody else."""
        self.request.settimeout(self.timeout)
        if self.request.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
            self.request = self.server.tls().wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """Close what setup opened."""
        super().finish()
        self.request.close()

    def parse_request(self) -> bool:
        """Read a request's head; the form that is meant for a proxy, `GET http://host/path`, becomes the host's own."""
        if not super().parse_request():
            return False
        if self.command == "CONNECT" or not self.path.startswith(("http://", "https://")):
            return True
        netloc, _, path = self.path.partition("://")[2].partition("/")
        del self.headers["Host"]
        self.headers["Host"], self.path = netloc, f"/{path}"
        return self._admits(netloc)

    def do_CONNECT(self) -> None:  # noqa: N802 - http.server finds it by the method's name
        """Open a tunnel to one of the emulator's names: what follows is a conversation with it."""
        if isinstance(self.request, ssl.SSLSocket):
            self.send_error(400, "the proxy speaks plain HTTP itself: HTTPS_PROXY=http://...")
        elif self._admits(self.path):
            self.send_response_only(200, "Connection established")
            self.end_headers()
            self.setup()
            self.close_connection = False

    def make_environ(self) -> WSGIEnvironment:
        """Say `https` where the connection speaks TLS."""
        scheme = "https" if isinstance(self.request, ssl.SSLSocket) else "http"
        return super().make_environ() | {"wsgi.url_scheme": scheme}

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        """Log as the emulator does, instead of Werkzeug's way."""
        log.log(logging.getLevelName(type.upper()), message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log a line an exchange, for whoever asks for it."""
        log.debug("%s %s %s", code, size, self.requestline)

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Log that a client went away."""
        del environ
        log.info("%s hung up: %s", self.client_address[0], error)

    def _admits(self, netloc: str) -> bool:
        """Tell whether a proxied request is for a name of the emulator, or for the emulator itself; refuse all else."""
        place = locate(netloc)
        itself = place.kind == "local" and netloc.endswith(f":{self.server.port}")
        admitted = itself or covers(self.server.domains, place.host)
        if not admitted:
            self.send_error(403, f"{place.host} is neither Pendo's nor a --cname: the proxy goes no further")
        return admitted
