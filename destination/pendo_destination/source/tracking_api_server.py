"""Serves the Tracking API on a port of this machine: `with TrackingApi(sources) as api`."""

from __future__ import annotations

import logging
import socket
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.access_policy import access_policy_for
from pendo_contracts.common.bind_host_addresses import bind_host_addresses
from pendo_contracts.common.server_url import http_url
from pendo_destination.source.app import create_app
from pendo_destination.source.bounded_server import MAX_CONNECTIONS, READ_TIMEOUT, BoundedServer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_destination.source.source import Source

# Seconds.
POLL_INTERVAL: Final = 0.01

BACKLOG: Final = 128

log = logging.getLogger("pendo-destination")


class TrackingApi:
    """The Tracking API of several sources on one port.

    `app` is the Flask application, `url` its address. `host` is the address to listen on; `localhost` and `::` are both
    IPv4 and IPv6, as far as this machine has them. `port` 0 selects a free port. `access_policy` guards the status
    page; without it, an address that other machines can reach gets a token. See `create_app` for `trust_proxy` and
    `BoundedServer` for `max_connections` and `read_timeout`. Raises OSError if the port is in use.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        access_policy: AccessPolicy | None = None,
        trust_proxy: bool = False,
        max_connections: int = MAX_CONNECTIONS,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self._sources = tuple(sources)
        self.access_policy = access_policy or access_policy_for(host)
        self.app = create_app(self._sources, self.access_policy, trust_proxy=trust_proxy)
        sockets, missing = bind_host_addresses(host, port, _listen)
        if missing:
            log.warning("%s: not listening on %s, which this machine does not have", host or "::", ", ".join(missing))
        slots = BoundedSemaphore(max_connections)
        self._servers = []
        for listening in sockets:
            with listening:  # the server duplicates its descriptor
                self._servers.append(BoundedServer(listening, self.app, slots=slots, read_timeout=read_timeout))
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
