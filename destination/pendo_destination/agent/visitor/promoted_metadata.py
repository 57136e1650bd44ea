"""Metadata fields that every event repeats, under `__sg__`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.visitor.metadata import KINDS
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.storage import Storage
    from pendo_destination.agent.visitor.metadata import Metadata
    from pendo_destination.agent.visitor.signed_metadata import SignedMetadata

_KEY: Final = "__sg__"
_PREFIX: Final = "agent__"

PromotedGroup = dict[str, dict[str, Any]]


class PromotedMetadata:
    """The promoted fields, including fields of earlier pages, until the session is cleared.

    Events show the group's values at sending time, not at the time of the event (observed in the published agent).
    Therefore one group is updated in place.
    """

    def __init__(self, config: Config, storage: Storage, signature: SignedMetadata, metadata: Metadata) -> None:
        self._config, self._storage, self._signature, self._metadata = config, storage, signature, metadata
        self._group: PromotedGroup = {}

    @property
    def current(self) -> PromotedGroup | None:
        """The group that a new event refers to; None if no field is promoted."""
        if self._config.promoted_fields and not self._group:
            self.update(self._metadata.state)
        return self._group or None

    def update(self, metadata: Mapping[str, Any]) -> None:
        """Set the promoted fields from new metadata."""
        if not self._config.promoted_fields:
            return
        stored = self._read_stored() if self._config.persistent and not self._signature.credentials else {}
        for kind in KINDS:
            self._update_kind(kind, metadata.get(kind) or {}, stored)
        if self._config.persistent:
            self._storage.write(_KEY, text(stringify(self._group)))

    def clear(self) -> None:
        """Start a new group and delete the stored group."""
        self._group = {}
        self._storage.clear(_KEY)

    def _update_kind(self, kind: str, metadata: Mapping[str, Any], stored: PromotedGroup) -> None:
        fields = {promoted.name for promoted in self._config.promoted_fields if promoted.kind == kind}
        if not fields:
            return
        member = f"{kind.lower()}metadata"
        if stored:
            self._group[member] = _select(stored.get(member, {}), fields)
        if selected := _select(metadata, fields):
            self._group[member] = {**self._group.get(member, {}), **selected}

    def _read_stored(self) -> PromotedGroup:
        group: PromotedGroup = json.loads(self._storage.read(_KEY) or "{}")
        return {
            member: {name.removeprefix(_PREFIX): value for name, value in fields.items()}
            for member, fields in group.items()
        }


def _select(metadata: Mapping[str, Any], fields: set[str]) -> dict[str, Any]:
    """Return the metadata whose lower-case name is in `fields`; each key becomes `agent__<lower-case name>`."""
    return {_PREFIX + name.lower(): value for name, value in metadata.items() if name.lower() in fields}
