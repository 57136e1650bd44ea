"""The emulator as a server in this process: `with Emulator() as pendo`."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.access_policy import access_policy_for
from pendo_contracts.common.server_url import client_host, http_url
from pendo_emulator.addresses import CONTROL_PREFIX, HOST_PREFIX, domains
from pendo_emulator.clock import RunSettings
from pendo_emulator.errors import EmulatorError
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.http.application_interface import Application
from pendo_emulator.http.listener import Listener
from pendo_emulator.http.listening_sockets import listen
from pendo_emulator.limits import Limits
from pendo_emulator.observability.counters import Counters
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.store_maintenance import MaintenanceThread
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable
    from tempfile import TemporaryDirectory
    from typing import Self

    from flask import Flask

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.rules.rule_settings import RuleSettings
    from pendo_emulator.http.application_interface import AccessLog
    from pendo_emulator.http.request import Request
    from pendo_emulator.response import OutgoingResponse, StreamedResponse
    from pendo_emulator.storage.database import Durability
    from pendo_emulator.tls.authority import Authority

MEMORY_FOLDER: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory is wanted

_DEFAULT_LIMITS: Final = Limits()
_DEFAULT_RUN: Final = RunSettings()


class Emulator:
    """Pendo's hosts on one port of this machine: HTTP, HTTPS and a forward proxy to these hosts.

    `store` is a SQLite file or a PostgreSQL URL, kept when the emulator stops; without it a temporary file is used.
    `durability` says what an answered request survives: a power cut (`full`), a crash (`normal`) or nothing (`memory`).
    `host` is the address to listen on; `localhost` and `::` mean IPv4 and IPv6, if this machine has both. The attribute
    `host` is the host that clients on this machine connect to. `port` 0 means a free port. With `shared_port`, other
    processes can listen on the port too; they then share `counters`.
    `cnames` are additional hosts, also over TLS and as a proxy. `authority` signs the certificates; the default is the
    authority in this user's data folder, which is opened when a client first uses TLS. `agent` is the user's copy of
    Pendo's package, served instead of the stand-in. `access_policy` protects the control API; by default it
    requires the attribute `token` if other machines can connect. `access_log` gets the exchanges of each transaction,
    each with its duration in seconds. `rules` are the settings of the rules that reports and findings use; the default
    is all rules. `plan` is the tracking plan that they use; it replaces the plan in the store. `run` has the clock, and
    the seed of the faults that have none.

    Raises OSError if the port is in use, StoreError if the store cannot be used, EmulatorError if a CNAME is not a host
    name or `agent` is not Pendo's package.
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
        limits: Limits = _DEFAULT_LIMITS,
        access_policy: AccessPolicy | None = None,
        access_log: AccessLog | None = None,
        counters: Counters | None = None,
        shared_port: bool = False,
        rules: RuleSettings | None = None,
        plan: Plan | None = None,
        run: RunSettings = _DEFAULT_RUN,
    ) -> None:
        self.domains = domains(cnames)
        self.counters, self.access_policy = counters or Counters(), access_policy or access_policy_for(host)
        self._authority = authority
        self._max_streams = limits.streams
        self._loading = Lock()
        with ExitStack() as undo:
            listening = undo.enter_context(listen(host, port, shared=shared_port))
            opened = _open_store(store, durability, undo)
            self.recorder = Recorder(
                opened, shared=store is not None, limits=limits, clock=run.clock.seconds, rules=rules, seed=run.seed
            )
            undo.callback(self.recorder.close)
            if plan:
                self.recorder.plan.set(plan)
            self.responder = Responder(self.recorder, _agent_script(agent))
            self._undo = undo.pop_all()
        self.host, self.port = client_host(host), listening.port
        self.url = http_url(host, self.port)
        application = Application(
            respond=self.responder.respond,
            ask=self._ask,
            tls=lambda: self.tls,
            domains=self.domains,
            limits=limits,
            counters=self.counters,
            access_log=access_log,
            own_names=self.access_policy.hosts,
            host_fault=self.recorder.host_faults.apply,
            clock=run.clock,
        )
        self._listener = Listener(listening.sockets, application)
        self._thread = Thread(target=self._listener.serve, name="pendo-emulator")

    @cached_property
    def authority(self) -> Authority:
        """The certificate authority behind the emulator's TLS."""
        from pendo_emulator.tls.authority import Authority  # noqa: PLC0415 - cryptography is slow to load

        return self._authority or Authority.open(cnames=self.domains[1:])

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The TLS context, with a certificate for each host of the emulator's domains."""
        from pendo_emulator.tls.context import server_context  # noqa: PLC0415 - cryptography is slow to load

        return server_context(
            self.authority, self.domains, lambda host: self.recorder.host_faults.apply("certificate", host)
        )

    @cached_property
    def app(self) -> Flask:
        """The emulator as a Flask application, with the same store."""
        from pendo_emulator.app import create_app  # noqa: PLC0415 - Flask is slow to load

        settings = (self.access_policy, self.counters, self.domains[1:], self._max_streams)
        return create_app(self.recorder, self.responder, *settings)

    def _ask(self, request: Request, scheme: str, peer: str) -> OutgoingResponse | StreamedResponse:
        """Return the Flask application's answer; the first call loads the application.

        Only one thread loads it, because Werkzeug's modules import each other: two threads could deadlock.
        """
        with self._loading:
            from pendo_emulator.http.wsgi_adapter import ask  # noqa: PLC0415 - Werkzeug is slow to load

            app = self.app
        return ask(app, request, scheme, peer)

    def preload(self) -> None:
        """Import the modules for the control API and for broken contracts now, so that no client waits for them."""
        import difflib  # noqa: F401, PLC0415 - suggests names

        import jsonschema  # noqa: F401, PLC0415 - slow to load

        with self._loading:
            _ = self.app, self.recorder.store.reader

    @property
    def control_url(self) -> str:
        """The address of the control API."""
        return f"{self.url}{CONTROL_PREFIX}"

    @property
    def token(self) -> str:
        """The token that the control API requires: `Authorization: Bearer TOKEN`; "" if it requires none."""
        return self.access_policy.token

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return self._listener.connections

    def host_url(self, host: str) -> str:
        """Return the URL of one of Pendo's hosts, or of a CNAME, for clients without DNS for it.

        Raises EmulatorError if `host` is a URL.
        """
        if "//" in host:
            alone = host.partition("//")[2].strip("/")
            raise EmulatorError(f"{host!r} is a URL: give the host alone: {alone!r}")
        return f"{self.url}{HOST_PREFIX}{host}"

    def start(self) -> Self:
        """Serve in a separate thread."""
        self._undo.enter_context(MaintenanceThread(self.recorder))
        self._thread.start()
        self._listener.listening.wait()
        return self

    def stop(self) -> None:
        """Stop serving, if started, and close the store; a temporary store is deleted."""
        self.recorder.cancel_waiters()
        self._listener.stop()
        if self._thread.ident:
            self._thread.join()
        self._undo.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _open_store(store: Path | str | None, durability: Durability, undo: ExitStack) -> Store:
    """Open the store, or a temporary one, which `undo` deletes.

    A temporary store need not wait for the disk: the kernel keeps written data, even after kill -9.
    """
    if store:
        return Store(store, durability)
    return Store(Path(undo.enter_context(temporary_folder(durability))) / "exchanges.sqlite3", "memory")


def temporary_folder(durability: Durability) -> TemporaryDirectory[str]:
    """Create a folder for a temporary store, in memory for the durability `memory`."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - 8 ms of start-up time; a given store needs no folder

    parent = MEMORY_FOLDER if durability == "memory" and MEMORY_FOLDER.is_dir() else None
    return TemporaryDirectory(prefix="pendo-emulator-", dir=parent)


def _agent_script(agent: Path | None) -> str | None:
    if agent is None:
        return None
    from pendo_emulator.hosts.agent_from_npm import read_agent  # noqa: PLC0415 - rarely needed

    return read_agent(agent)
