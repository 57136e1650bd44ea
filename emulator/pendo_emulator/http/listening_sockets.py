"""The listening sockets of an emulator: one port, on one address or on one IPv4 and one IPv6 address."""

from __future__ import annotations

import logging
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.common.bind_host_addresses import bind_host_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

BACKLOG: Final = 1024

log = logging.getLogger("pendo-emulator")


class ListeningSockets(NamedTuple):
    """Sockets that are bound to one port; a context manager that closes them."""

    sockets: Sequence[socket.socket]

    @property
    def port(self) -> int:
        """The port."""
        return int(self.sockets[0].getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for listening in self.sockets:
            listening.close()


def listen(host: str, port: int, *, shared: bool = False) -> ListeningSockets:
    """Listen on a port; if it is shared, the kernel spreads connections over all processes that listen on it.

    Logs the addresses of the host that this machine does not have. For a shared port `reserve_port` logs them.
    """

    def bind(address: str, port: int) -> socket.socket:
        return socket.create_server((address, port), family=_family(address), backlog=BACKLOG, reuse_port=shared)

    return _bind(host, port, bind, report=not shared)


def reserve_port(host: str, port: int) -> ListeningSockets:
    """Bind a port that other sockets will share, without listening; raise OSError if it is in use."""
    return _bind(host, port, _reserve, report=True)


def _bind(host: str, port: int, bind: Callable[[str, int], socket.socket], *, report: bool) -> ListeningSockets:
    sockets, missing = bind_host_addresses(host, port, bind)
    if missing and report:
        log.warning("%s: not listening on %s, which this machine does not have", host or "::", ", ".join(missing))
    return ListeningSockets(sockets)


def _reserve(address: str, port: int) -> socket.socket:
    with _new_socket(address) as exclusive:
        exclusive.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        exclusive.bind((address, port))
    with ExitStack() as undo:
        reserved = undo.enter_context(_new_socket(address))
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind((address, port))
        undo.pop_all()
    return reserved


def _new_socket(address: str) -> socket.socket:
    created = socket.socket(_family(address))
    if created.family == socket.AF_INET6:
        created.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return created


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
