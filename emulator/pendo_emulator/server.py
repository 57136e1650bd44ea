"""The emulator as a server in this process: `with Emulator() as pendo`."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from pendo_emulator.clients.name_formats import domains
from pendo_emulator.control.access import DEFAULT_POLICY, AccessPolicy
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.http.listener import BACKLOG, Listener
from pendo_emulator.http.request import EXPLICIT, PREFIX
from pendo_emulator.limits import Limits
from pendo_emulator.observability.counters import Counters
from pendo_emulator.recorder.maintenance import MaintenanceThread
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self, TypeAlias

    from flask import Flask

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.http.request import Request
    from pendo_emulator.http.response import OutgoingResponse
    from pendo_emulator.storage.database import Durability
    from pendo_emulator.tls.authority import Authority

    Lines: TypeAlias = Callable[[Sequence[tuple[Exchange, float]]], None]

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory is what it is for

_USUAL: Final = Limits()


class Emulator:
    """Pendo's hosts on one port of this machine: HTTP, HTTPS and a forward proxy to them.

    `store` is a SQLite file or a PostgreSQL URL, kept when the emulator stops; without it a temporary file is used.
    `durability` says what an acknowledged request survives: a power cut (`full`), a crash (`normal`), or nothing
    (`memory`). `port` 0 takes a free one; a `shared_port` lets other processes listen there too, and their `meter` be
    the same. `cnames` are further hosts to have certificates for and to be a proxy to; `authority` signs these, by
    default the one this user keeps, which is opened when TLS is first spoken. `agent` is the user's copy of Pendo's
    package, served in place of the stand-in. `lines` is given what was recorded, with the seconds each took.

    Raises OSError if the port is taken, StoreError if the store cannot be used, NoAgentError if there is no such
    package.
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
        limits: Limits = _USUAL,
        access_policy: AccessPolicy = DEFAULT_POLICY,
        lines: Lines | None = None,
        counters: Counters | None = None,
        shared_port: bool = False,
    ) -> None:
        self.domains = domains(cnames)
        self.counters, self.lines, self.access_policy = counters or Counters(), lines, access_policy
        self._authority = authority
        self._loading = Lock()
        with ExitStack() as undo:
            listening = undo.enter_context(listen(host, port, shared=shared_port))
            address = store or Path(undo.enter_context(folder(durability))) / "exchanges.sqlite3"
            # What goes with the emulator needs no disk to be waited for: kill -9 leaves what the kernel has.
            kept = Store(address, durability if store else "memory")
            self.recorder = Recorder(kept, shared=store is not None, limits=limits)
            undo.callback(self.recorder.close)
            self.responder = Responder(self.recorder, _script(agent))
            self._undo = undo.pop_all()
        self.host, self.port = host, int(listening.getsockname()[1])
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self._listener = Listener(listening, self, limits)
        self._thread = Thread(target=self._listener.serve, name="pendo-emulator")

    @cached_property
    def authority(self) -> Authority:
        """The certificate authority behind the emulator's TLS."""
        from pendo_emulator.tls.authority import Authority  # noqa: PLC0415 - cryptography takes longer to load than to start

        return self._authority or Authority.open(cnames=self.domains[1:])

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """TLS with a certificate for each of the emulator's names."""
        from pendo_emulator.tls.context import server_context  # noqa: PLC0415 - as above

        return server_context(self.authority, self.domains)

    @cached_property
    def app(self) -> Flask:
        """The same emulator as a Flask application."""
        from pendo_emulator.app import create_app  # noqa: PLC0415 - Flask takes longer to load than all the rest

        return create_app(self.recorder, self.responder, self.access_policy, self.counters)

    def ask(self, request: Request, scheme: str, peer: str) -> OutgoingResponse:
        """Ask the Flask application, which is loaded when it is first asked.

        One thread loads it: Werkzeug's modules import each other, and two threads at once can meet halfway.
        """
        with self._loading:
            from pendo_emulator.http.bridge import ask  # noqa: PLC0415 - as above

            app = self.app
        return ask(app, request, scheme, peer)

    def warm(self) -> None:
        """Load what only the control API and the first broken contract need, before somebody waits for it."""
        import jsonschema  # noqa: F401, PLC0415 - as above

        with self._loading:
            _ = self.app, self.recorder.store.reader

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
        """Serve in a thread of its own, from now on."""
        self._undo.enter_context(MaintenanceThread(self.recorder))
        self._thread.start()
        self._listener.listening.wait()
        return self

    def stop(self) -> None:
        """Stop serving, if it was, and close the store; a temporary store is deleted."""
        self.recorder.cancel_waiters()
        self._listener.stop()
        if self._thread.ident:
            self._thread.join()
        self._undo.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Take a port, so that connections can come; where it is shared the kernel spreads them over all who have it."""
    return socket.create_server((host, port), family=_family(host), backlog=BACKLOG, reuse_port=shared)


def reserve(host: str, port: int) -> socket.socket:
    """Take a port for others to share, without listening there; raise OSError if somebody else has it already."""
    with socket.socket(_family(host)) as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        alone.bind((host, port))
    reserved = socket.socket(_family(host))
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind((host, port))
    return reserved


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def folder(durability: Durability) -> TemporaryDirectory[str]:
    """Make a folder for a store that goes with the emulator."""
    room = MEMORY if durability == "memory" and MEMORY.is_dir() else None
    return TemporaryDirectory(prefix="pendo-emulator-", dir=room)


def _script(agent: Path | None) -> str | None:
    if agent is None:
        return None
    from pendo_emulator.hosts.agent_script import read_agent  # noqa: PLC0415 - few have one

    return read_agent(agent)
