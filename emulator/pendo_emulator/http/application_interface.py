"""The functions of an emulator that its listener calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pendo_emulator.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.clock import Clock
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.hosts.responder import Reply
    from pendo_emulator.http.request import Request
    from pendo_emulator.limits import Limits
    from pendo_emulator.observability.counters import Counters
    from pendo_emulator.response import OutgoingResponse, StreamedResponse

    # Called with the exchanges of one transaction, each with the seconds from its first byte to its answer.
    AccessLog: TypeAlias = Callable[[Sequence[tuple[Exchange, float]]], None]


class Application(Struct, frozen=True):
    """The parts of an emulator that answer requests.

    `respond` records requests in one transaction and answers each; it raises StoreError if they cannot be recorded.
    `ask` answers a request to the emulator's own API. It gets the request, the scheme and the client's address, and it
    may block. `tls` makes the TLS context; it may block too. Clients may use the proxy for the hosts in `domains`.
    The emulator has its own pages under `own_names` too. `host_fault` returns the value of a fault's effect on a host
    (`unresolved`) if such a fault applies, else None. `clock` gives the times of requests and answers.
    """

    respond: Callable[[Sequence[JudgedRequest]], Sequence[Reply]]
    ask: Callable[[Request, str, str], OutgoingResponse | StreamedResponse]
    tls: Callable[[], ssl.SSLContext]
    domains: tuple[str, ...]
    limits: Limits
    counters: Counters
    access_log: AccessLog | None = None
    own_names: frozenset[str] = frozenset()
    host_fault: Callable[[str, str], Any] | None = None
    clock: Clock = SYSTEM_CLOCK
