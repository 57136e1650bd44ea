"""The changes of a step of the derivation to the stored rows of events."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.event_row import (
    MAX_PROPERTIES,
    EventRow,
    TrackType,
    decode_row,
    decode_track_type,
    encode_row,
    row_of,
)
from pendo_emulator.engage.rows.row_event import GUIDES, POLLS, TRACKS, RowEvent, read_row_events
from pendo_emulator.profiles.limits import NAME_SIZE, cut_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.profiles.observation import Observation

# The source under which the track types are stored; their day is 0.
TRACK_TYPES: Final = "trackTypes"
_SINGLE: Final = frozenset({GUIDES, POLLS})
_QUARTER: Final = 15 * 60_000
_KEY_BYTES: Final = 12


class RowKey(NamedTuple):
    """The key of a stored row, without the API key."""

    source: str
    day: int
    row_key: str


class RowChanges:
    """Rows of events that are to be added to the stored ones; adding them in another order gives the same rows."""

    def __init__(self, settings: RowSettings) -> None:
        self._zone, self._tracks_are_activity = settings.zone, settings.track_events_as_activity
        self._rows: dict[tuple[str, int, str], EventRow] = {}
        self._track_types: dict[str, TrackType] = {}
        self._merged: dict[RowKey, EventRow | TrackType] | None = None

    def add(self, request: JudgedRequest, observation: Observation) -> None:
        """Add the event of an observation."""
        for event in read_row_events(request, observation, tracks_are_activity=self._tracks_are_activity):
            day, hour = day_and_hour(event.at // _QUARTER, self._zone)
            row = row_of(event, hour)
            own = f"{event.exchange}-{event.position}" if event.source in _SINGLE else row.identity
            known = self._rows.setdefault((event.source, day, own), row)
            if known is not row:
                known.merge(row)
            if event.source == TRACKS:
                self._add_track_type(event)

    def keys(self) -> list[RowKey]:
        """Return the keys of the stored rows that change."""
        return list(self._by_key())

    def merge(self, stored: Mapping[RowKey, str]) -> None:
        """Add the stored rows with these keys."""
        for key, document in stored.items():
            row = self._by_key()[key]
            if isinstance(row, TrackType):
                row.merge(decode_track_type(document))
            else:
                row.merge(decode_row(document))

    def documents(self) -> Iterator[tuple[RowKey, str, str]]:
        """Yield the key, the visitor and the document of each row."""
        for key, row in sorted(self._by_key().items()):
            yield key, row.visitor if isinstance(row, EventRow) else "", encode_row(row)

    def _by_key(self) -> dict[RowKey, EventRow | TrackType]:
        if self._merged is None:
            self._merged = {RowKey(source, day, _hash(own)): row for (source, day, own), row in self._rows.items()}
            for name, track_type in self._track_types.items():
                self._merged[RowKey(TRACK_TYPES, 0, _hash(name))] = track_type
        return self._merged

    def _add_track_type(self, event: RowEvent) -> None:
        name, properties = json.loads(event.detail)
        names = sorted({cut_text(one, NAME_SIZE) for one in properties})[:MAX_PROPERTIES]
        new = TrackType(name, event.at, event.at, names)
        known = self._track_types.setdefault(name, new)
        if known is not new:
            known.merge(new)


@lru_cache(maxsize=4096)
def day_and_hour(quarter: int, zone: tzinfo) -> tuple[int, int]:
    """Return the beginnings of the day and of the hour of a quarter of an hour since 1970."""
    at = quarter * _QUARTER
    return period_start("day", at, zone), period_start("hour", at, zone)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=_KEY_BYTES).hexdigest()
