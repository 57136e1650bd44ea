"""Keeps the last value of each metadata field of visitors and accounts, as far as Pendo received it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import cut
from pendo_emulator.inspection.inspection import Profile

if TYPE_CHECKING:
    from pendo_contracts.rules.observation import Observation
    from pendo_emulator.inspection.inspection import ProfileKind

MAX_PROFILES: Final = 100
MAX_FIELDS: Final = 100
MAX_VALUE: Final = 300

_KINDS: Final[dict[str, ProfileKind]] = {
    "visitor": "visitor",
    "account": "account",
    "parentAccount": "parentAccount",
}
_IDS: Final = {"visitor": ("visitor_id", "visitorId", "userId"), "account": ("account_id", "accountId", "groupId")}


class MetadataProfiles:
    """The last value of each field by kind, id and source; a field that a later request does not carry stays.

    That fields stay is assumed. The agent's and the webhook's fields are kept apart, as Pendo does (documented).
    """

    def __init__(self) -> None:
        self._fields: dict[tuple[ProfileKind, str, str], dict[str, Any]] = {}
        self._further: dict[tuple[ProfileKind, str, str], set[str]] = {}
        self.further_profiles = 0

    def add(self, observation: Observation) -> None:
        """Add the metadata of a request that Pendo accepted."""
        source = observation.facts.source
        for said in observation.metadata:
            kind = _KINDS[said.object]
            event = observation.request.beacon.events[said.event_index].value
            identity = said.members.get("id")
            if type(identity) is not str:
                identity = next((event[name] for name in _IDS.get(kind, ()) if type(event.get(name)) is str), "")
            if identity:
                self._set((kind, cut(identity), source), said.members)

    def profiles(self) -> tuple[Profile, ...]:
        """Return the profiles in the order of their first appearance."""
        return tuple(
            Profile(*key, fields, len(self._further.get(key, ()))) for key, fields in self._fields.items()
        )  # fmt: skip

    def _set(self, key: tuple[ProfileKind, str, str], members: dict[str, Any]) -> None:
        fields = self._fields.get(key)
        if fields is None:
            if len(self._fields) >= MAX_PROFILES:
                self.further_profiles += 1
                return
            fields = self._fields[key] = {}
        for name, value in members.items():
            if name == "id":
                continue
            if (shown := cut(name)) in fields or len(fields) < MAX_FIELDS:
                fields[shown] = _bounded(value)
            else:
                further = self._further.setdefault(key, set())
                if len(further) < MAX_FIELDS:
                    further.add(shown)


def _bounded(value: Any) -> Any:
    """Return a JSON value; a long text is cut, and a large array or object becomes the start of its JSON text."""
    if isinstance(value, str):
        return cut(value, MAX_VALUE)
    if isinstance(value, list | dict):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= MAX_VALUE else cut(text, MAX_VALUE)
    return value
