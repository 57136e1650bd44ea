"""Serves the Tracking API on a port of this machine: `with TrackingApi(sources) as api`."""

from __future__ import annotations

import logging
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from pendo_contracts.common.listening import bind_on_one_port, http_url
from pendo_destination.source.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

    from pendo_destination.source.source import Source

# Seconds.
POLL_INTERVAL: Final = 0.01
READ_TIMEOUT: Final = 30.0

BACKLOG: Final = 128

log = logging.getLogger("pendo-destination")


class _RequestHandler(WSGIRequestHandler):
    """Werkzeug's request handler without an access log and without WebSockets."""

    timeout = READ_TIMEOUT

    def make_environ(self) -> WSGIEnvironment:
        """Leave out an offered upgrade: Werkzeug would look for a route of a WebSocket."""
        return super().make_environ() | {"HTTP_UPGRADE": ""}

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        log.log(logging.getLevelName(type.upper()), message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s %s", code, size, self.requestline)


class TrackingApi:
    """The Tracking API of several sources on one port.

    `app` is the Flask application, `url` its address. `host` is the address to listen on; `localhost` and `::` are both
    IPv4 and IPv6, as far as this machine has them. `port` 0 selects a free port. Raises OSError if the port is in use.
    """

    def __init__(self, sources: Iterable[Source], host: str = "127.0.0.1", port: int = 0) -> None:
        self._sources = tuple(sources)
        self.app = create_app(self._sources)
        sockets, missing = bind_on_one_port(host, port, _listen)
        if missing:
            log.warning("%s: not listening on %s, which this machine does not have", host or "::", ", ".join(missing))
        self._servers = [_serve(listening, self.app) for listening in sockets]
        self._threads = [
            Thread(target=server.serve_forever, args=(POLL_INTERVAL,), name="tracking api") for server in self._servers
        ]
        self.url = http_url(host, self._servers[0].port)

    def start(self) -> Self:
        """Start the sources, and serve in a thread."""
        for source in self._sources:
            source.start()
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Send all accepted events while new ones are answered with 503, then stop serving."""
        for source in self._sources:
            source.close()
        for source in self._sources:
            source.join()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=BACKLOG)


def _serve(listening: socket.socket, app: Flask) -> BaseWSGIServer:
    """Return a server for a socket, which is closed, because Werkzeug duplicates its descriptor."""
    with listening:
        address, port = listening.getsockname()[:2]
        return make_server(address, port, app, threaded=True, request_handler=_RequestHandler, fd=listening.fileno())
