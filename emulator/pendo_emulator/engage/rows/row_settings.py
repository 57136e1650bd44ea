"""The settings of an API key that decide how rows are derived and shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from pendo_contracts.common.time_zones import find_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

_DERIVED: Final = ("time_zone", "lower_case_ids", "track_events_as_activity")
# Two numbers in one column of 32 bits: the version of the rules in the lower bits, a checksum of the settings above.
_VERSIONS: Final = 1024
_CHECKSUMS: Final = 0x1FFFFF


@dataclass(frozen=True, slots=True)
class RowSettings:
    """The settings, as in the member `engage` of the contract `subscription`.

    `time_zone` is that of days, weeks and months. `lower_case_ids` writes visitor ids in lower case.
    `track_events_as_activity` counts track events in the source `events` too. With `parent_accounts`, accounts with
    children are not listed. `merge_anonymous_visitors` counts the events of an anonymous visitor to the visitor that it
    became. With `block_undefined_fields`, only fields that a client defined are metadata of the agent. Events are
    visible `visible_after` seconds after they happened. Visitors and accounts are deleted `deleted_after_days` after a
    client asked for it. With `strict_time_series`, a source of events needs a timeSeries.
    """

    time_zone: str = "UTC"
    lower_case_ids: bool = False
    track_events_as_activity: bool = False
    parent_accounts: bool = False
    merge_anonymous_visitors: bool = False
    block_undefined_fields: bool = False
    visible_after: float = 0
    deleted_after_days: float = 21
    strict_time_series: bool = False

    @property
    def zone(self) -> tzinfo:
        """The time zone; UTC in a store from another system, if this one does not know the name."""
        return find_zone(self.time_zone) or UTC

    def derivation(self, version: int) -> int:
        """Return a number that differs if rows must be derived again: another version of the rules, or settings."""
        values = [getattr(self, name) for name in _DERIVED]
        if values == [getattr(_DEFAULT, name) for name in _DERIVED]:
            return version
        return version + _VERSIONS * (1 + crc32(json.dumps(values).encode()) % _CHECKSUMS)


_DEFAULT: Final = RowSettings()
_NAMES: Final = frozenset(RowSettings.__dataclass_fields__)


def read_row_settings(members: Mapping[str, Any]) -> RowSettings:
    """Read the settings from the member `engage` of a subscription, which has others too."""
    return RowSettings(**{name: members[name] for name in _NAMES & members.keys()}) if members else _DEFAULT
