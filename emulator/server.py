"""The emulator as a server in this process: `with Emulator() as pendo`."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Final

from emulator.desk import Desk
from emulator.limits import Limits
from emulator.listener import Listener
from emulator.names import domains
from emulator.recorder import Recorder
from emulator.request import EXPLICIT, PREFIX
from emulator.store import Store

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable
    from typing import Self

    from flask import Flask

    from emulator.authority import Authority
    from emulator.database import Durability

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory is what it is for


class Emulator:
    """Pendo's hosts on one port of this machine: HTTP, HTTPS and a forward proxy to them.

    `store` is a SQLite file or a PostgreSQL URL, kept when the emulator stops; without it a temporary file is used.
    `durability` says what an acknowledged request survives: a power cut (`full`), a crash (`normal`), or nothing
    (`memory`). `port` 0 takes a free one. `cnames` are further hosts to have certificates for and to be a proxy to;
    `authority` signs these, by default the one this user keeps, which is opened when TLS is first spoken. `agent` is
    the user's copy of Pendo's package, served in place of the stand-in. Raises OSError if the port is taken, StoreError
    if the store cannot be used, NoAgentError if there is no such package.
    """

    def __init__(
        self,
        store: Path | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        cnames: Iterable[str] = (),
        authority: Authority | None = None,
        agent: Path | None = None,
        *,
        durability: Durability = "normal",
        limits: Limits | None = None,
    ) -> None:
        self.domains = domains(cnames)
        self._authority = authority
        with ExitStack() as undo:
            listening = undo.enter_context(socket.create_server((host, port)))
            address = store or Path(undo.enter_context(_folder(durability))) / "exchanges.sqlite3"
            self.recorder = Recorder(Store(address, durability), shared=store is not None, limits=limits or Limits())
            undo.callback(self.recorder.close)
            self.desk = Desk(self.recorder, _script(agent))
            self._undo = undo.pop_all()
        self.host, self.port = host, int(listening.getsockname()[1])
        self.url = f"http://{host}:{self.port}"
        self._listener = Listener(listening, self, limits or Limits())
        self._thread = Thread(target=self._listener.serve, name="pendo-emulator")

    @cached_property
    def authority(self) -> Authority:
        """The certificate authority behind the emulator's TLS."""
        from emulator.authority import Authority  # noqa: PLC0415 - cryptography takes longer to load than to start

        return self._authority or Authority.open(cnames=self.domains[1:])

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """TLS with a certificate for each of the emulator's names."""
        from emulator.tls import server_context  # noqa: PLC0415 - as above

        return server_context(self.authority, self.domains)

    @cached_property
    def app(self) -> Flask:
        """The same emulator as a Flask application."""
        from emulator.app import create_app  # noqa: PLC0415 - Flask takes longer to load than all the rest

        return create_app(self.recorder, self.desk)

    @property
    def control_url(self) -> str:
        """The control API's address."""
        return f"{self.url}{PREFIX}"

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return self._listener.connections

    def host_url(self, host: str) -> str:
        """Address one of Pendo's hosts, or a CNAME, without DNS."""
        return f"{self.url}{EXPLICIT}{host}"

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the store; a temporary store is deleted."""
        self.recorder.release()
        self._listener.stop()
        self._thread.join()
        self._undo.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _folder(durability: Durability) -> TemporaryDirectory[str]:
    room = MEMORY if durability == "memory" and MEMORY.is_dir() else None
    return TemporaryDirectory(prefix="pendo-emulator-", dir=room)


def _script(agent: Path | None) -> str | None:
    from emulator.real_agent import read_agent  # noqa: PLC0415

    return read_agent(agent) if agent else None
