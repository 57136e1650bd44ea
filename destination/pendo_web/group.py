"""Group: `pendo.identify` with the account and its parent account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.definition import Action, Field
from destination.javascript import UNDEFINED, is_nullish, spread, text, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from destination.definition import Input, Pendo


def perform(pendo: Pendo, data: Input) -> None:
    """Identify the account; no visitor traits ride along, and an account is always sent: observed in published code."""
    payload = data.payload
    traits = spread(without(payload.get("accountData"), _parent_steps(data.mapping)))
    options = {
        "visitor": {"id": payload.get("visitorId", UNDEFINED)},
        "account": traits | {"id": payload.get("accountId", UNDEFINED)},
    }
    if truthy(payload.get("parentAccountData")):
        options["parentAccount"] = payload["parentAccountData"]
    pendo.identify(options)


def _parent_steps(mapping: Mapping[str, Any]) -> Sequence[str]:
    """Say where in the account's data the parent account lies, by comparing the two mappings' `@path` texts.

    A prefix of text, not of path steps (`$.tr` is one of `$.traits.x`): observed in published code.
    """
    account, parent = (_path(mapping.get(name)) for name in ("accountData", "parentAccountData"))
    if is_nullish(account) or is_nullish(parent):
        return ()
    if not isinstance(parent, str):
        raise TypeError("the @path of parentAccountData must be text, so that it can be told from accountData's")
    if not parent.startswith(text(account)):
        return ()
    return [step for step in parent.removeprefix(text(account)).split(".") if step]


def _path(mapping: Any) -> Any:
    return mapping.get("@path", UNDEFINED) if isinstance(mapping, dict) else UNDEFINED


def without(data: Any, steps: Sequence[str]) -> Any:
    """Copy data without the member at `steps`; what lies on the way is copied as an object spread copies it."""
    if not steps:
        return data
    copy = spread(data)
    step, *rest = steps
    if not rest:
        copy.pop(step, None)
    elif step in copy:
        copy[step] = without(copy[step], rest)
    return copy


GROUP: Final = Action(
    title="Group",
    default_subscription='type = "group"',
    fields={
        "visitorId": Field("Visitor ID", "string", required=True, default={"@path": "$.userId"}),
        "accountId": Field("Account ID", "string", required=True, default={"@path": "$.groupId"}),
        "accountData": Field("Account Metadata", "object", default={"@path": "$.traits"}),
        "parentAccountData": Field(
            "Parent Account Metadata",
            "object",
            default={"@path": "$.traits.parentAccount"},
            properties={"id": Field("Parent Account ID", "string", required=True)},
        ),
    },
    perform=perform,
)
