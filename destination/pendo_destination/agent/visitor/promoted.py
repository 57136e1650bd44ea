"""Promoted: metadata fields that every event repeats, under `__sg__`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.visitor.metadata import KINDS
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.config import Config
    from pendo_destination.agent.delivery.signature import Signature
    from pendo_destination.agent.visitor.metadata import Metadata
    from pendo_destination.agent.visitor.storage import Storage

_STORED: Final = "__sg__"
_PREFIX: Final = "agent__"

Group = dict[str, dict[str, Any]]


class Promoted:
    """The promoted fields in force, what earlier pages said included, until the session is cleared.

    Events show what the group says when they are sent, not when they happened (observed in the published agent), so
    one group is updated in place.
    """

    def __init__(self, config: Config, storage: Storage, signature: Signature, metadata: Metadata) -> None:
        self._config, self._storage, self._signature, self._metadata = config, storage, signature, metadata
        self._group: Group = {}

    @property
    def current(self) -> Group | None:
        """The group that an event refers to; None where nothing is promoted."""
        if self._config.promotions and not self._group:
            self.update(self._metadata.state)
        return self._group or None

    def update(self, metadata: Mapping[str, Any]) -> None:
        """Take over what metadata say about the promoted fields."""
        if not self._config.promotions:
            return
        cached = self._recall() if self._config.persistent and not self._signature.credentials else {}
        for kind in KINDS:
            self._promote(kind, metadata.get(kind) or {}, cached)
        if self._config.persistent:
            self._storage.write(_STORED, text(stringify(self._group)))

    def clear(self) -> None:
        """Start a new group and forget the stored one."""
        self._group = {}
        self._storage.clear(_STORED)

    def _promote(self, kind: str, metadata: Mapping[str, Any], cached: Group) -> None:
        fields = {promotion.field for promotion in self._config.promotions if promotion.kind == kind}
        if not fields:
            return
        member = f"{kind.lower()}metadata"
        if cached:
            self._group[member] = _pick(cached.get(member, {}), fields)
        if found := _pick(metadata, fields):
            self._group[member] = {**self._group.get(member, {}), **found}

    def _recall(self) -> Group:
        group: Group = json.loads(self._storage.read(_STORED) or "{}")
        return {
            member: {name.removeprefix(_PREFIX): value for name, value in fields.items()}
            for member, fields in group.items()
        }


def _pick(metadata: Mapping[str, Any], fields: set[str]) -> dict[str, Any]:
    """Keep the fields asked for, which are written in lower case; they become `agent__<lower case>`."""
    return {_PREFIX + name.lower(): value for name, value in metadata.items() if name.lower() in fields}
