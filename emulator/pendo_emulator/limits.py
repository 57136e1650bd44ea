"""The limits of an emulator, its retention, and the errors that answer requests over a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.verdict import Violation
from pendo_contracts.wire.beacon import WIRE

if TYPE_CHECKING:
    from collections.abc import Mapping

# In milliseconds.
ACTIVE_FOR: Final = 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Retention:
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


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum numbers of connections, API keys and bytes of bodies in memory, and the time limits in seconds.

    `body_memory` bounds the bodies of all requests that are not answered yet, complete or not.
    `head` is the time for a request's head or a TLS handshake, `request` for a whole request and for reading the
    answer, `idle` for a connection without a request. `retention` says which exchanges are kept.
    """

    connections: int = 1000
    keys: int = 100_000
    body_memory: int = 512 * 1024 * 1024
    retention: Retention = UNLIMITED
    head: float = 10
    request: float = 60
    idle: float = 75


class LimitError(NamedTuple):
    """The status that answers a request over a limit, and the violation that is recorded for it."""

    status: int
    violation: Violation


LIMIT_ERRORS: Final[Mapping[str, LimitError]] = {
    "connections": LimitError(
        503,
        Violation(
            WIRE, "connections", "", "too many connections to the emulator are open",
            "close connections, or start the emulator with a higher limit (--max-connections)",
        ),
    ),
    "keys": LimitError(
        429,
        Violation(
            WIRE, "keys", "", "the emulator has records of too many API keys to accept another",
            "clear keys, or start the emulator with a higher limit (--max-keys)",
        ),
    ),
    "memory": LimitError(
        503,
        Violation(
            WIRE, "memory", "", "the bodies of too many unanswered requests are in memory to keep another",
            "send fewer or smaller requests at once, and read the answers",
        ),
    ),
    "http": LimitError(
        400,
        Violation(
            WIRE, "http", "", "the data is not an HTTP request, or only the beginning of one",
            "send a complete HTTP/1.1 request",
        ),
    ),
    "head": LimitError(
        431,
        Violation(WIRE, "head", "", "the head of the request is too long", "send shorter headers"),
    ),
    "slow": LimitError(
        408,
        Violation(WIRE, "slow", "", "the request did not arrive in time", "send the whole request at once"),
    ),
}  # fmt: skip
