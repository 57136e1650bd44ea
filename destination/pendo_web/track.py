"""Track: `pendo.track(event, metadata)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.definition import Action, Field
from destination.javascript import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination.definition import Context, Pendo


def perform(pendo: Pendo, payload: Mapping[str, Any], _context: Context) -> None:
    """Track the event; visitor and account are whatever the agent holds."""
    pendo.track(payload.get("event", UNDEFINED), payload.get("metadata", UNDEFINED))


TRACK: Final = Action(
    title="Track Event",
    default_subscription='type = "track"',
    fields={
        "event": Field("Event name", "string", required=True, default={"@path": "$.event"}),
        "metadata": Field("Metadata", "object", default={"@path": "$.properties"}),
    },
    perform=perform,
)
