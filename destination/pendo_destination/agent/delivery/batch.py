"""Batches of events, limited by their estimated compressed size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from pendo_contracts.wire.agent_limits import GET_LIMIT, POST_LIMIT
from pendo_destination.agent.delivery.compression import compress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_destination.agent.delivery.captured_event import CapturedEvent

# The compression ratios that the agent expects for one event, for two, and for more.
_RATIOS: Final = (2.5, 3.75, 5.0)


class SizeLimits(Struct, frozen=True):
    """Limits of a request, in characters of jzb: `small` for small events, `large` for large ones.

    `reserved` characters are subtracted from both.
    """

    small: int = GET_LIMIT
    large: int = POST_LIMIT
    reserved: int = 0

    def allow_small(self, size: int, count: int = 1) -> bool:
        """Return whether `count` events with the total size `size` probably fit a small request."""
        return _estimate(size, count) + self.reserved <= self.small

    def allow(self, size: int, count: int) -> bool:
        """Return whether `count` events with the total size `size` probably fit a request of the largest size."""
        return _estimate(size, count) + self.reserved <= self.large


class Batch(Struct):
    """Events in order; a batch with an `unserializable` event is never split."""

    events: list[CapturedEvent] = field(default_factory=list)
    size: int = 0
    unserializable: bool = False

    def accepts(self, event: CapturedEvent, limits: SizeLimits) -> bool:
        """Return whether an event may be added.

        A batch that starts with a small event stays small; one that starts with a large event accepts only large ones.
        """
        if not self.events or self.unserializable or event.serialized is None:
            return True
        size, count = self.size + event.size, len(self.events) + 1
        if limits.allow_small(self.events[0].size):
            return limits.allow_small(size, count)
        return not limits.allow_small(event.size) and limits.allow(size, count)

    def add(self, event: CapturedEvent) -> None:
        """Add an event."""
        self.events.append(event)
        self.size += event.size
        self.unserializable = self.unserializable or event.serialized is None

    def is_full(self, limits: SizeLimits) -> bool:
        """Return whether the batch has a single event that probably exceeds the largest size."""
        return not self.unserializable and len(self.events) == 1 and not limits.allow(self.size, 1)


def pack(events: Sequence[CapturedEvent]) -> Iterator[tuple[Sequence[CapturedEvent], str]]:
    """Yield events with their jzb; halve them until each part fits a request or is a single event."""
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
