"""Writes the ids of visitors in lower case, for subscriptions that do so (documented as a setting)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.wire.visitor_ids import is_anonymous

if TYPE_CHECKING:
    from pendo_emulator.profiles.observation import Observation


def lower_case_ids(observation: Observation) -> Observation:
    """Return an observation whose visitor ids are in lower case; ids of anonymous visitors stay as they are."""
    return observation._replace(
        visitor=lower_case_id(observation.visitor),
        metadata=tuple(
            write._replace(id=lower_case_id(write.id)) if write.kind == "visitor" else write
            for write in observation.metadata
        ),
    )


def lower_case_id(id_: str) -> str:
    """Return a visitor id in lower case, unless it is one of an anonymous visitor."""
    return id_ if is_anonymous(id_) else id_.lower()
