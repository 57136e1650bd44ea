"""Finds track events with more properties than Pendo stores: rule track-properties-size."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import number_text
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation

# JSON has at most this many times the bytes of MessagePack: an escaped character has 6 bytes instead of one.
MAX_GROWTH: Final = 7


class TrackPropertiesSize(RequestRule):
    """Finds track events with more properties than Pendo stores."""

    reads = "tracks"
    description = Description(
        name="track-properties-size",
        severity="warning",
        section="track",
        summary="the properties, as the JSON that a browser writes, have more than 512 bytes of UTF-8",
        symptom='Pendo shows "event properties JSON too large" in place of the properties.',
        reason="Pendo accepts at most 512 bytes for all properties of a track event together.",
        fix="send fewer or shorter properties",
        source="documented: Pendo's limits of track events",
        thresholds={"max_bytes": 512},
    )

    def check(self, observation: Observation) -> Iterator[Finding]:
        """Yield a finding for each event with too many bytes of properties."""
        limit = self.thresholds["max_bytes"]
        for track in observation.tracks:
            if track.packed_size > limit // MAX_GROWTH and (size := _size(track.members)) > limit:
                name = shorten(track.event.name)
                message = f"the properties of the track event {name} have {size:,} bytes; the limit is {limit:,}"
                yield self.finding(observation.facts, message, track.event, track.pointer)


def _size(value: Any) -> int:
    """Return the number of bytes of a value as JSON.stringify writes it; lone surrogates are escaped (ECMA-262)."""
    match value:
        case str():
            return len(encode_basestring(value).encode("utf-8", "backslashreplace"))
        case None | True:
            return 4
        case False:
            return 5
        case int() | float():
            return len(number_text(value))
        case list():
            return 2 + sum(map(_size, value)) + max(0, len(value) - 1)
        case dict():
            members = sum(_size(name) + 1 + _size(item) for name, item in value.items())
            return 2 + members + max(0, len(value) - 1)
    return 0
