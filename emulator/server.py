"""The emulator as a server in this process: `with Emulator() as pendo`."""

from __future__ import annotations

import logging
import socket
import tempfile
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from emulator.app import create_app
from emulator.control import PREFIX
from emulator.edge import EXPLICIT
from emulator.recorder import Recorder
from emulator.store import Store

if TYPE_CHECKING:
    from typing import Self

POLL_INTERVAL: Final = 0.01
SILENCE_LIMIT: Final = 30.0
BACKLOG: Final = 128

log = logging.getLogger("pendo-emulator")


class _RequestHandler(WSGIRequestHandler):
    """Werkzeug's, with connections kept alive and one log line an exchange instead of an access log."""

    protocol_version = "HTTP/1.1"
    timeout = SILENCE_LIMIT

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's signature
        log.log(logging.getLevelName(type.upper()), message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s %s", code, size, self.requestline)


class Emulator:
    """Pendo's hosts on one port of this machine.

    `store` is a file, kept when the emulator stops; without it a temporary file is used. `port` 0 takes a free one.
    Raises OSError if the port is taken.
    """

    def __init__(self, store: Path | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        listening = socket.create_server((host, port), backlog=BACKLOG)
        self._folder = tempfile.TemporaryDirectory(prefix="pendo-emulator-") if store is None else None
        file = store or Path(self._folder.name if self._folder else ".") / "exchanges.sqlite3"
        self.recorder = Recorder(Store(f"sqlite:///{file}"))
        port = listening.getsockname()[1]
        with listening:  # Werkzeug takes a copy
            self._server = make_server(
                host,
                port,
                create_app(self.recorder),
                threaded=True,
                request_handler=_RequestHandler,
                fd=listening.fileno(),
            )
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_INTERVAL,), name="pendo-emulator")
        self.url = f"http://{host}:{port}"

    @property
    def control_url(self) -> str:
        """The control API's address."""
        return f"{self.url}{PREFIX}"

    def host_url(self, host: str) -> str:
        """Address one of Pendo's hosts, or a CNAME, without DNS."""
        return f"{self.url}{EXPLICIT}{host}"

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the store; a temporary store is deleted."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.recorder.close()
        if self._folder:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
