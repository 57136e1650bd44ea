"""Batch: events that will travel together, cut where their estimated size fills a request."""

from __future__ import annotations

import base64
import math
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pendo_contracts.agent_limits import GET_LIMIT, POST_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_destination.agent.delivery.event import Event

ONE_BLOCK: Final = 16384

# The agent's zlib streams begin so whatever is in them; Python's would name their level.
_HEADER: Final = b"\x78\x9c"

# What the agent expects zlib to save, for one event, for two, for more.
_RATIOS: Final = (2.5, 3.75, 5.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a request may get, in characters of jzb: `lower` by GET, `upper` at all; `overhead` goes off both."""

    lower: int = GET_LIMIT
    upper: int = POST_LIMIT
    overhead: int = 0

    def small(self, size: int, count: int = 1) -> bool:
        """Tell whether events of a total size are expected to fit a GET."""
        return _estimate(size, count) + self.overhead <= self.lower

    def possible(self, size: int, count: int) -> bool:
        """Tell whether events of a total size are expected to fit a request at all."""
        return _estimate(size, count) + self.overhead <= self.upper


@dataclass(slots=True)
class Batch:
    """Events in order. `broken` says that one of them cannot be told, so that the batch is never cut."""

    events: list[Event] = field(default_factory=list)
    size: int = 0
    broken: bool = False

    def takes(self, event: Event, limits: Limits) -> bool:
        """Tell whether an event may join: a batch begun small stays small, one begun large takes large events only."""
        if not self.events or self.broken or event.written is None:
            return True
        size, count = self.size + event.size, len(self.events) + 1
        if limits.small(self.events[0].size):
            return limits.small(size, count)
        return not limits.small(event.size) and limits.possible(size, count)

    def add(self, event: Event) -> None:
        """Take an event in."""
        self.events.append(event)
        self.size += event.size
        self.broken = self.broken or event.written is None

    def full(self, limits: Limits) -> bool:
        """Tell whether a lone event leaves no room for another."""
        return not self.broken and len(self.events) == 1 and not limits.possible(self.size, 1)


def compress(text: str) -> str:
    """Write JSON text as jzb, about as long as the agent would, for its cuts depend on that.

    The agent's compressor takes every match it finds, as zlib's levels 1 to 3 do, and sends one block: so set, zlib
    comes within 1 % of its sizes, where its defaults are up to 5 % smaller (measured from 0.2 to 70 kB).
    """
    plain = text.encode()
    deflate = zlib.compressobj(level=3, wbits=-zlib.MAX_WBITS, memLevel=9 if len(plain) > ONE_BLOCK else 8)
    packed = _HEADER + deflate.compress(plain) + deflate.flush() + zlib.adler32(plain).to_bytes(4)
    return base64url(packed)


def base64url(raw: bytes) -> str:
    """Encode bytes without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def pack(events: Sequence[Event]) -> Iterator[tuple[Sequence[Event], str]]:
    """Compress events; halve them until each part fits a request or is a single event."""
    if not events:
        return
    packed = compress(f"[{','.join(event.json for event in events)}]")
    if len(packed) <= POST_LIMIT or len(events) == 1:
        yield events, packed
        return
    center = len(events) // 2
    yield from pack(events[:center])
    yield from pack(events[center:])


def _estimate(size: int, count: int) -> int:
    return math.ceil(size / _RATIOS[min(count, len(_RATIOS)) - 1])
