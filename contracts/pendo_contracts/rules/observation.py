"""Observation: one judged request with its facts, for the rules that need only one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.rules.request_facts import EventFact, Facts


class MetadataObject(Struct, frozen=True, gc=False):
    """One metadata object of an event: `object` is visitor, account or parentAccount."""

    object: str
    event_index: int
    pointer: str
    members: dict[str, Any]


class TrackProperties(Struct, frozen=True, gc=False):
    """The properties of one track event, their JSON Pointer in the event, and their size as MessagePack in bytes."""

    event: EventFact
    pointer: str
    members: dict[str, Any]
    packed_size: int


class Observation(Struct, frozen=True, gc=False):
    """One judged request, its facts, and the parts of its payload that only rules over one request need.

    `earliest` and `latest` are the least and the greatest `happened_at` of its events, None if no event has one.
    `times_complete` is true if every event has one.
    """

    request: JudgedRequest
    facts: Facts
    metadata: list[MetadataObject]
    tracks: list[TrackProperties]
    earliest: float | None
    latest: float | None
    times_complete: bool
