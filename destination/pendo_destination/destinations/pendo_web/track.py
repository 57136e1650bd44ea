"""Track: `pendo.track(event, metadata)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.definition import Action, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.runtime.definition import Context, Pendo


def perform(pendo: Pendo, payload: Mapping[str, Any], _context: Context) -> None:
    """Track the event; the agent adds its own visitor and account."""
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
