"""Track: `pendo.track(event, metadata)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from destination.definition import Action, Field
from destination.javascript import UNDEFINED

if TYPE_CHECKING:
    from destination.definition import Input, Pendo


def perform(pendo: Pendo, data: Input) -> None:
    """Track the event; visitor and account are whatever the agent holds."""
    pendo.track(data.payload.get("event", UNDEFINED), data.payload.get("metadata", UNDEFINED))


TRACK: Final = Action(
    title="Track Event",
    default_subscription='type = "track"',
    fields={
        "event": Field("Event name", "string", required=True, default={"@path": "$.event"}),
        "metadata": Field("Metadata", "object", default={"@path": "$.properties"}),
    },
    perform=perform,
)
