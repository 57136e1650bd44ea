"""Reads and validates the events of a beacon in one step; most beacons of real agents are read so."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from pendo_contracts.contract import SUFFIX
from pendo_contracts.typed_events.schema_nodes import NoTypeError
from pendo_contracts.typed_events.type_builder import TypeBuilder, patterns_of, read_type
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.payload import TYPED_ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_contracts.wire.event import TypedEvent

# The number of requests for which the types save as much time as it takes to build them.
WORTH_BUILDING: Final = 1_000


class TypedReading:
    """Gives `typed_reader()` to a program when the types are built, or when it pays to build them."""

    def __init__(self) -> None:
        self._requests = 0
        self._reader: Callable[[bytes], list[TypedEvent]] | None = None

    def next_reader(self, requests: int = 1) -> Callable[[bytes], list[TypedEvent]] | None:
        """Count the next requests, and return their reader; None while they are to be read by the schemas."""
        if self._reader is None:
            self._requests += requests
            if typed_reader.cache_info().currsize or self._requests > WORTH_BUILDING:
                self._reader = typed_reader()
        return self._reader


@cache
def typed_reader() -> Callable[[bytes], list[TypedEvent]]:
    """Return a function that reads events of TYPED_ENDPOINT from JSON; it raises ValueError for any other value.

    A value that it accepts keeps its contracts. It refuses some values that keep them, which must be read as usual.
    """
    contracts = next(endpoint.contracts for endpoint in ENDPOINTS if endpoint.name == TYPED_ENDPOINT)
    return create_reader(contracts)


def create_reader(contracts: Mapping[str, str]) -> Callable[[bytes], list[TypedEvent]]:
    """Return a reader of events with these contracts by type.

    Members that all types have with the same pattern, such as visitor_id, are compared with it only where they differ
    from those of the event before, because most events of a beacon have the same values.
    """
    patterns = _common_patterns(contracts)
    # attrgetter returns no tuple for one name.
    if len(patterns) == 1:
        patterns = {}
    builder = TypeBuilder(patterns)
    types = []
    for tag, name in contracts.items():
        with suppress(NoTypeError):
            types.append(builder.event(f"{name}{SUFFIX}#", tag))
    decode = read_type(types)
    if not patterns:
        return decode
    read_common = attrgetter(*patterns)
    searches = [re.compile(pattern).search for pattern in patterns.values()]

    def read(document: bytes) -> list[TypedEvent]:
        events = decode(document)
        checked = None
        for values in map(read_common, events):
            if values != checked:
                for search, value in zip(searches, values, strict=True):
                    if type(value) is str and not search(value):
                        raise ValueError(value)
                checked = values
        return events

    return read


def _common_patterns(contracts: Mapping[str, str]) -> dict[str, str]:
    """Return the members that all types of events have with the same pattern, and their patterns."""
    of_types = []
    for tag, name in contracts.items():
        with suppress(NoTypeError):
            of_types.append(patterns_of(f"{name}{SUFFIX}#", tag).items())
    return dict(set.intersection(*map(set, of_types)))
