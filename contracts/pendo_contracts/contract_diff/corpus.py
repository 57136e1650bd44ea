"""Reads the events and requests of recordings as examples for the comparison of contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.contract_diff.difference import Example
from pendo_contracts.judge import judge_entry
from pendo_contracts.recordings.reading import read_recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.judged_request import JudgedRequest


def read_examples(recordings: Iterable[str]) -> Iterator[Example]:
    """Yield each event and request, for its packaged contract and for a plan's contract of its track event.

    Raises OSError or RecordingError for a recording that cannot be read.
    """
    for recording in recordings:
        for entry in read_recording(recording):
            if request := judge_entry(entry):
                yield from _examples(request)


def _examples(request: JudgedRequest) -> Iterator[Example]:
    beacon, where = request.beacon, request.where
    if beacon.endpoint is not None and not beacon.decode_errors and not beacon.not_judged:
        value = {"method": beacon.method, "query": beacon.query, "body": beacon.body}
        yield Example(beacon.endpoint.request, where, value)
    for event in beacon.events:
        place = f"{where} event {event.index}"
        if event.contract:
            yield Example(event.contract, place, event.value)
        if isinstance(event.value, dict):
            yield from _planned(event.value, place)


def _planned(event: dict[str, object], place: str) -> Iterator[Example]:
    name = event.get("track_event_name") or event.get("event")
    if event.get("type") == "track" and isinstance(name, str):
        yield Example(f"plan:{name}", place, event.get("props", event.get("properties", {})))
    props = event.get("props")
    if event.get("type") == "meta" and isinstance(props, dict):
        for member, subject in (("visitor", "visitor"), ("account", "account"), ("parentAccount", "parent_account")):
            if member in props:
                yield Example(f"plan:{subject}", place, props[member])
