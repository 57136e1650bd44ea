"""Binds sockets on all addresses of a server's host, and builds its URL: `localhost` and `::` mean IPv4 and IPv6."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType


class BoundSocket(Protocol):
    """The methods of a socket that `bind_on_one_port` uses."""

    def getsockname(self) -> Any:
        """Return the address and the port; for IPv6 also the flow info and the scope."""

    def __enter__(self) -> Any:
        """Return the socket, which is closed at the end of the block."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the socket."""


Socket = TypeVar("Socket", bound=BoundSocket)

ATTEMPTS: Final = 20

_ANY_ADDRESS: Final = ("0.0.0.0", "::")  # noqa: S104 - only if the user asks for it
_ADDRESSES: Final = {"localhost": ("127.0.0.1", "::1"), "::": _ANY_ADDRESS, "": _ANY_ADDRESS}
# On some systems clients cannot connect to a wildcard address; on the others they can use only one family with it.
_CLIENT_HOSTS: Final = {"::": "localhost", "": "localhost", "0.0.0.0": "127.0.0.1"}  # noqa: S104
# Errors of a machine without IPv6, or without IPv4.
_LACKS_FAMILY: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class Bound(NamedTuple):
    """Sockets on one port, and a message for each address of the host that does not exist on this machine."""

    sockets: Sequence[Any]
    missing: Sequence[str]


def bind_on_one_port(host: str, port: int, bind: Callable[[str, int], Socket]) -> Bound:
    """Bind one port on each address of a host; port 0 means a port that is free on all of them.

    `bind` binds one address and port. Skips addresses that the machine does not have. Raises OSError if it has none of
    them, or if the port is in use on one of them.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _bind(_ADDRESSES.get(_plain(host), (_plain(host),)), port, bind)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE or attempt == ATTEMPTS:
                raise
    raise AssertionError


def client_host(host: str) -> str:
    """Return the host name that clients on this machine use for a server that listens on `host`."""
    return _CLIENT_HOSTS.get(_plain(host), _plain(host))


def http_url(host: str, port: int) -> str:
    """Return the URL of a server for clients on this machine."""
    return f"http://{netloc(client_host(host), port)}"


def netloc(host: str, port: int) -> str:
    """Return host and port in the form of a URL: an IPv6 address has brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _plain(host: str) -> str:
    return host.lower().strip("[]").removesuffix(".")


def _bind(addresses: Sequence[str], port: int, bind: Callable[[str, int], Socket]) -> Bound:
    sockets, missing = [], []
    with ExitStack() as undo:
        for address in addresses:
            try:
                sockets.append(undo.enter_context(bind(address, port)))
            except OSError as error:
                if error.errno not in _LACKS_FAMILY or (address == addresses[-1] and not sockets):
                    raise
                missing.append(f"{address} ({error.strerror})")
            else:
                port = sockets[0].getsockname()[1]
        undo.pop_all()
    return Bound(tuple(sockets), tuple(missing))
