"""The changes of a step of the derivation to the stored rows of events."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.event_row import (
    MAX_PROPERTIES,
    RowCounts,
    TrackType,
    day_totals,
    decode_counts,
    decode_track_type,
    encode_row,
)
from pendo_emulator.engage.rows.row_event import GUIDES, POLLS, TRACKS, read_row_events
from pendo_emulator.profiles.limits import NAME_SIZE, cut_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.profiles.observation import Observation

# What events of a row have in common: source, day, visitor, account, server, address, user agent, tab, detail, and the
# event itself in sources where each event has its own row.
Common: TypeAlias = tuple[str, int, str, str, str, str, str, str, str, str]

# The source under which the track types are stored; their day is 0.
TRACK_TYPES: Final = "trackTypes"
_SINGLE: Final = frozenset({GUIDES, POLLS})
_QUARTER: Final = 15 * 60_000
_VISITOR_BYTES: Final = 8
_KEY_BYTES: Final = 12
_NO_VALUES: Final = ("",) * 6
_encode = msgspec.json.Encoder().encode


class RowKey(NamedTuple):
    """The key of a stored row, without the API key; `row_key` begins with the `visitor_key` of its visitor."""

    source: str
    day: int
    row_key: str


class StoredRow(NamedTuple):
    """A row in the order of the columns of EVENT_ROWS, without the API key."""

    source: str
    day: int
    row_key: str
    visitor: str
    account: str
    server: str
    remote_ip: str
    user_agent: str
    tab: str
    detail: str
    events: int
    minutes: int
    first_at: int
    last_at: int
    document: str


class RowChanges:
    """Rows of events that are to be added to the stored ones; adding them in another order gives the same rows."""

    def __init__(self, settings: RowSettings) -> None:
        self._zone, self._tracks_are_activity = settings.zone, settings.track_events_as_activity
        self._rows: dict[Common, RowCounts] = {}
        self._keyed: dict[RowKey, Common] = {}
        self._track_types: dict[str, TrackType] = {}

    def add(self, request: JudgedRequest, observation: Observation) -> None:
        """Add the event of an observation."""
        for event in read_row_events(request, observation, tracks_are_activity=self._tracks_are_activity):
            source, exchange, position, at, visitor, account, server, address, agent, tab, detail, properties = event
            day, hour = day_and_hour(at // _QUARTER, self._zone)
            own = f"{exchange}-{position}" if source in _SINGLE else ""
            common = (source, day, visitor, account, server, address, agent, tab, detail, own)
            counts = self._rows.get(common)
            if counts is None:
                counts = self._rows[common] = RowCounts()
            counts.add(hour, at, exchange)
            if source == TRACKS:
                self._add_track_type(observation.name or "", at, properties)

    def keys(self, last_seen: Mapping[str, int] | None = None) -> list[RowKey]:
        """Return the keys of the rows that change and can be stored already.

        `last_seen` has the time of the last stored event by visitor: later days of a visitor have no rows yet.
        """
        keys = list(self._keyed_types())
        for key, common in self._keyed_rows().items():
            if last_seen is None or last_seen.get(common[2], -1) >= common[1]:
                keys.append(key)
        return keys

    def merge(self, stored: Mapping[RowKey, str]) -> None:
        """Add the documents of stored rows with these keys."""
        rows, types = self._keyed_rows(), self._keyed_types()
        for key, document in stored.items():
            if key in types:
                types[key].merge(decode_track_type(document))
            else:
                self._rows[rows[key]].merge(decode_counts(document))

    def rows(self) -> list[StoredRow]:
        """Return the changed rows, ordered by their keys."""
        rows = [
            StoredRow(*key, *common[2:9], *day_totals(self._rows[common].hours), encode_row(self._rows[common]))
            for key, common in self._keyed_rows().items()
        ]
        rows += [
            StoredRow(*key, *_NO_VALUES, one.name, 0, 0, one.first, one.last, encode_row(one))
            for key, one in self._keyed_types().items()
        ]
        return sorted(rows)

    def _keyed_rows(self) -> Mapping[RowKey, Common]:
        if len(self._keyed) != len(self._rows):
            self._keyed = {_key(common): common for common in self._rows}
        return self._keyed

    def _keyed_types(self) -> Mapping[RowKey, TrackType]:
        return {RowKey(TRACK_TYPES, 0, _hash(name)): one for name, one in self._track_types.items()}

    def _add_track_type(self, name: str, at: int, properties: Iterable[str]) -> None:
        names = sorted({cut_text(one, NAME_SIZE) for one in properties})[:MAX_PROPERTIES]
        new = TrackType(name, at, at, names)
        known = self._track_types.setdefault(name, new)
        if known is not new:
            known.merge(new)


@lru_cache(maxsize=4096)
def day_and_hour(quarter: int, zone: tzinfo) -> tuple[int, int]:
    """Return the beginnings of the day and of the hour of a quarter of an hour since 1970."""
    at = quarter * _QUARTER
    return period_start("day", at, zone), period_start("hour", at, zone)


@lru_cache(maxsize=4096)
def visitor_key(visitor: str) -> str:
    """Return the beginning of the keys of a visitor's rows: rows that change together are stored together."""
    return _hash(visitor, _VISITOR_BYTES)


def _key(common: Common) -> RowKey:
    source, day, visitor, *others = common
    return RowKey(source, day, visitor_key(visitor) + blake2b(_encode(others), digest_size=_KEY_BYTES).hexdigest())


def _hash(text: str, size: int = _KEY_BYTES) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
