"""The emulator as a server in this process: `with Emulator() as pendo`."""

from __future__ import annotations

import socket
import tempfile
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from emulator.app import create_app
from emulator.control import PREFIX
from emulator.edge import EXPLICIT
from emulator.listener import Listener
from emulator.names import domains
from emulator.real_agent import read_agent
from emulator.recorder import Recorder
from emulator.store import Store

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable
    from typing import Self

    from emulator.authority import Authority

POLL_INTERVAL: Final = 0.01
BACKLOG: Final = 128


class Emulator:
    """Pendo's hosts on one port of this machine: HTTP, HTTPS and a forward proxy to them.

    `store` is a file, kept when the emulator stops; without it a temporary file is used. `port` 0 takes a free one.
    `cnames` are further hosts to have certificates for and to be a proxy to; `authority` signs these, by default the
    one this user keeps, which is opened when TLS is first spoken. `agent` is the user's copy of Pendo's package, served
    in place of the stand-in. Raises OSError if the port is taken, NoAgentError if there is no such package.
    """

    def __init__(
        self,
        store: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        cnames: Iterable[str] = (),
        authority: Authority | None = None,
        agent: Path | None = None,
    ) -> None:
        script = read_agent(agent) if agent else None
        self.domains = domains(cnames)
        self._authority = authority
        with socket.create_server((host, port), backlog=BACKLOG) as listening:  # the server takes a copy
            self._folder = tempfile.TemporaryDirectory(prefix="pendo-emulator-") if store is None else None
            file = store or Path(self._folder.name if self._folder else ".") / "exchanges.sqlite3"
            self.recorder = Recorder(Store(f"sqlite:///{file}"))
            self._server = Listener(listening, create_app(self.recorder, script), self.domains, lambda: self._tls)
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_INTERVAL,), name="pendo-emulator")
        self.host, self.port = host, self._server.port
        self.url = f"http://{host}:{self.port}"

    @cached_property
    def authority(self) -> Authority:
        """The certificate authority behind the emulator's TLS."""
        from emulator.authority import Authority  # noqa: PLC0415 - cryptography takes longer to load than to start

        return self._authority or Authority.open(cnames=self.domains[1:])

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        from emulator.tls import server_context  # noqa: PLC0415 - as above

        return server_context(self.authority, self.domains)

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
