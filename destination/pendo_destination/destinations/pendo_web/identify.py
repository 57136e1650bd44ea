"""Identify: `pendo.identify` with the visitor, and with the account's id if it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import UNDEFINED, spread_with, truthy
from pendo_destination.runtime.definition import Action, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.runtime.definition import Context, Pendo


def perform(pendo: Pendo, payload: Mapping[str, Any], context: Context) -> None:
    """Identify the visitor, and the account without traits (observed in published code)."""
    visitor = spread_with(payload.get("visitorData"), id=payload.get("visitorId", UNDEFINED))
    account_id = _account_id(payload, context)
    pendo.identify({"visitor": visitor, "account": {"id": account_id}} if truthy(account_id) else {"visitor": visitor})


def _account_id(payload: Mapping[str, Any], context: Context) -> Any:
    """Return the mapped account id, or else the id of the group that Segment has, unless a setting forbids that."""
    mapped = payload.get("accountId")
    if truthy(mapped) or truthy(context.settings.get("disableGroupIdAndTraitsOnLoad")):
        return mapped
    return context.analytics.group.id if context.analytics.group else None


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
