"""A transport that counts the requests and events that another transport delivers."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pendo_contracts.common.crash_safe_files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pendo_contracts.wire.envelope import Envelope, Response
    from pendo_destination.transport.http_transport import Transport


class CountingTransport(Struct):
    """A transport that counts answered requests and, with `counts_events`, their events by place and event type.

    Counting the events decodes each request, which takes a fifth of the time of `send`.
    """

    transport: Transport
    counts_events: bool = True
    requests: int = 0
    events: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(self, envelope: Envelope) -> Response:
        """Send an envelope and count it, with its events, once it is answered."""
        response = self.transport(envelope)
        self.requests += 1
        if self.counts_events:
            from pendo_contracts.wire.beacon import from_envelope  # noqa: PLC0415 - only for --ledger

            beacon = from_envelope(envelope)
            self.events.update((beacon.place.label, event.type) for event in beacon.events)
        return response


def write_counts(transports: Iterable[CountingTransport], file: Path) -> None:
    """Write the event counts of several transports as JSON: place -> event type -> number of events."""
    places: dict[str, dict[str, int]] = {}
    for (place, event_type), count in sum((transport.events for transport in transports), Counter()).items():
        places.setdefault(place, {})[event_type] = count
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps(places, indent=2, sort_keys=True) + "\n")
