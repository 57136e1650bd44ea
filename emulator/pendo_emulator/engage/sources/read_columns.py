"""Finds the columns of a source that a request can read, because rows with few columns take less time."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pendo_emulator.engage.sources.event_columns import day_columns
from pendo_emulator.engage.sources.event_sources import ID_FIELDS

# Steps that read only fields that they name, and have no pipelines inside.
_PLAIN: Final = frozenset({"filter", "identified", "eval", "sort", "limit", "skip"})
# Steps whose rows have only the fields that they name.
_NARROWING: Final = frozenset({"group", "reduce", "count", "select"})
_NAMES: Final = frozenset[str]().union(*map(day_columns, ID_FIELDS.values()))
_encode = msgspec.json.Encoder().encode


def read_columns(document: Any) -> frozenset[str] | None:
    """Return the columns of days that a request can read, None for all.

    They are those whose names occur in its steps up to the first one that makes new rows. `document` is a request that
    was read without an error.
    """
    steps = [next(iter(step.items())) for step in document["request"]["pipeline"]]
    if not all(name in _PLAIN | _NARROWING for name, _ in steps[1:]):
        return None
    place = next((place for place, (name, _) in enumerate(steps) if name in _NARROWING), None)
    if place is None:
        return None
    text = _encode(steps[1 : place + 1]).decode()
    return frozenset(name for name in _NAMES if name in text)
