"""The errors that answer requests over a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.verdict import WIRE, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping


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
