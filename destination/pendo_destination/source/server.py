"""The Tracking API on a port of this machine: `with TrackingApi(sources) as api`."""

from __future__ import annotations

import logging
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from pendo_destination.source.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from pendo_destination.source.source import Source

POLL_INTERVAL: Final = 0.01
SILENCE_LIMIT: Final = 30.0
BACKLOG: Final = 128

log = logging.getLogger("pendo-destination")


class _RequestHandler(WSGIRequestHandler):
    """Werkzeug's, without an access log."""

    timeout = SILENCE_LIMIT

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        log.log(logging.getLevelName(type.upper()), message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s %s", code, size, self.requestline)


class TrackingApi:
    """Some sources behind one address.

    `app` is the Flask application. `port` 0 takes a free one. Raises OSError if the port is taken.
    """

    def __init__(self, sources: Iterable[Source], host: str = "127.0.0.1", port: int = 0) -> None:
        self._sources = tuple(sources)
        self.app = create_app(self._sources)
        with socket.create_server((host, port), backlog=BACKLOG) as listening:  # Werkzeug takes a copy
            port = listening.getsockname()[1]
            self._server = make_server(
                host, port, self.app, threaded=True, request_handler=_RequestHandler, fd=listening.fileno()
            )
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_INTERVAL,), name="tracking api")
        self.url = f"http://{host}:{port}"

    def start(self) -> Self:
        """Serve in a thread of its own."""
        for source in self._sources:
            source.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Send everything that was accepted, answering 503 meanwhile; then stop serving."""
        for source in self._sources:
            source.close()
        for source in self._sources:
            source.join()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
