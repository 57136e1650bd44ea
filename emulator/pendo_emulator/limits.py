"""Limits: how much an emulator takes on at once, and what it says to those it cannot take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.beacon import WIRE
from pendo_contracts.verdict import Violation
from pendo_emulator.retention import FOREVER, Retention

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Limits:
    """How many open connections and API keys there may be, and how many seconds a client may take.

    `head` is for a request's head or a TLS handshake, `request` for all of a request and for taking an answer, `idle`
    for a connection on which nothing is under way. `retention` is how much of what was recorded is kept.
    """

    connections: int = 1000
    keys: int = 100_000
    retention: Retention = FOREVER
    head: float = 10
    request: float = 60
    idle: float = 75


class Refusal(NamedTuple):
    """The status that answers a request over a limit, and what it is recorded as."""

    status: int
    violation: Violation


REFUSALS: Final[Mapping[str, Refusal]] = {
    "connections": Refusal(
        503,
        Violation(
            WIRE, "connections", "", "too many connections to the emulator are open",
            "close connections, or start the emulator with more (--max-connections)",
        ),
    ),
    "keys": Refusal(
        429,
        Violation(
            WIRE, "keys", "", "the emulator has records of too many API keys to take another",
            "clear keys, or start the emulator with room for more (--max-keys)",
        ),
    ),
    "http": Refusal(
        400,
        Violation(
            WIRE, "http", "", "what came is no HTTP request, or only the beginning of one", "send HTTP/1.1, to its end"
        ),
    ),
    "head": Refusal(
        431,
        Violation(WIRE, "head", "", "the head of the request does not come to an end", "send shorter headers"),
    ),
    "slow": Refusal(
        408,
        Violation(WIRE, "slow", "", "the request did not arrive in time", "send the whole request at once"),
    ),
}  # fmt: skip
