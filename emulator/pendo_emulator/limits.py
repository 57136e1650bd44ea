"""The limits of an emulator and its retention."""

from __future__ import annotations

from typing import Final, NamedTuple

# In bytes: the size of a recording that can be imported or inspected.
IMPORT_LIMIT: Final = 48 * 1024 * 1024
# In milliseconds.
ACTIVE_FOR: Final = 60 * 60 * 1000


class Retention(NamedTuple):
    """The maximum number of exchanges and their maximum age in seconds; None means no limit. Oldest are deleted first.

    A key is in use for ACTIVE_FOR milliseconds after a client queried it or changed its settings. The exchanges of keys
    in use are not deleted, even if there are then more than the limit allows.
    """

    exchanges: int | None = None
    age: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether anything is ever deleted."""
        return self.exchanges is not None or self.age is not None


UNLIMITED: Final = Retention()


class Limits(NamedTuple):
    """The maximum numbers of connections, API keys and bytes of bodies in memory, and the time limits in seconds.

    `body_memory` bounds the bodies of all requests that are not answered yet, complete or not.
    `head` is the time for a request's head or a TLS handshake, `request` for a whole request and for reading the
    answer, `idle` for a connection without a request. `retention` says which exchanges are kept. `streams` is the
    maximum number of open event streams of a process.
    """

    connections: int = 1000
    keys: int = 100_000
    body_memory: int = 512 * 1024 * 1024
    retention: Retention = UNLIMITED
    head: float = 10
    request: float = 60
    idle: float = 75
    streams: int = 32
