"""Identify: `pendo.identify` with the visitor, and the account's id where one is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.definition import Action, Field
from destination.javascript import UNDEFINED, spread, truthy

if TYPE_CHECKING:
    from destination.definition import Input, Pendo


def perform(pendo: Pendo, data: Input) -> None:
    """Identify the visitor; no account traits ride along: observed in published code."""
    payload = data.payload
    visitor = spread(payload.get("visitorData")) | {"id": payload.get("visitorId", UNDEFINED)}
    account_id = _account_id(data)
    pendo.identify({"visitor": visitor, "account": {"id": account_id}} if truthy(account_id) else {"visitor": visitor})


def _account_id(data: Input) -> Any:
    """Take the mapped account id, else the group Segment remembers, unless a setting forbids that fallback."""
    mapped = data.payload.get("accountId")
    if truthy(mapped) or truthy(data.settings.get("disableGroupIdAndTraitsOnLoad")):
        return mapped
    return data.analytics.group.id if data.analytics.group else None


IDENTIFY: Final = Action(
    title="Identify",
    default_subscription='type = "identify"',
    fields={
        "visitorId": Field("Visitor ID", "string", required=True, default={"@path": "$.userId"}),
        "visitorData": Field("Visitor Metadata", "object", default={"@path": "$.traits"}),
        "accountId": Field(
            "Account ID",
            "string",
            default={
                "@if": {
                    "exists": {"@path": "$.context.groupId"},
                    "then": {"@path": "$.context.groupId"},
                    "else": {"@path": "$.groupId"},
                }
            },
        ),
    },
    perform=perform,
)
