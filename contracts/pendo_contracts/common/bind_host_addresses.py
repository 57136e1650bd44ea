"""Binds one port on all addresses of a server's host: `localhost` and `::` mean IPv4 and IPv6."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from pendo_contracts.common.server_url import plain_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType


class BoundSocket(Protocol):
    """The methods of a socket that `bind_host_addresses` uses."""

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
# Errors of a machine without IPv6, or without IPv4.
_LACKS_FAMILY: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class Bound(NamedTuple):
    """Sockets on one port, and a message for each address of the host that does not exist on this machine."""

    sockets: Sequence[Any]
    missing: Sequence[str]


def bind_host_addresses(host: str, port: int, bind: Callable[[str, int], Socket]) -> Bound:
    """Bind one port on each address of a host; port 0 means a port that is free on all of them.

    `bind` binds one address and port. Skips addresses that the machine does not have. Raises OSError if it has none of
    them, or if the port is in use on one of them.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _bind(_ADDRESSES.get(plain_host(host), (plain_host(host),)), port, bind)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE or attempt == ATTEMPTS:
                raise
    raise AssertionError


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
