"""Ledger: what was sent and answered, counted by place and event type on its way out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pendo_contracts.beacon import from_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pendo_contracts.envelope import Envelope, Response
    from pendo_destination.transport.http import Transport


@dataclass(slots=True)
class Ledger:
    """A transport that counts what another one delivers."""

    transport: Transport
    requests: int = 0
    events: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(self, envelope: Envelope) -> Response:
        """Send an envelope and, once it is answered, count it with its events."""
        answer = self.transport(envelope)
        beacon = from_envelope(envelope)
        self.requests += 1
        self.events.update((beacon.place.label, event.type) for event in beacon.events)
        return answer


def write_ledgers(ledgers: Iterable[Ledger], file: Path) -> None:
    """Write what several ledgers counted as JSON: place -> type -> number of events."""
    places: dict[str, dict[str, int]] = {}
    for (place, kind), count in sum((ledger.events for ledger in ledgers), Counter()).items():
        places.setdefault(place, {})[kind] = count
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(places, indent=2, sort_keys=True) + "\n", "utf-8")
