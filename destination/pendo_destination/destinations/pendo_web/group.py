"""Group: `pendo.identify` with the account and its parent account."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED, is_nullish, spread, text, truthy
from pendo_destination.runtime.definition import Action, Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_destination.runtime.definition import Context, Pendo


def perform(pendo: Pendo, payload: Mapping[str, Any], context: Context) -> None:
    """Identify the account in every case, and the visitor by id only, without traits (observed in published code)."""
    data, steps = payload.get("accountData"), _parent_steps(context.mapping)
    account = without(data, steps) if steps else spread(data)
    account["id"] = payload.get("accountId", UNDEFINED)
    options: dict[str, Any] = {"visitor": {"id": payload.get("visitorId", UNDEFINED)}, "account": account}
    parent = payload.get("parentAccountData")
    if truthy(parent):
        options["parentAccount"] = parent
    pendo.identify(options)


def _parent_steps(mapping: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the path of the parent account in the account's data, by comparing the `@path`s of the two mappings."""
    if not isinstance(mapping, dict):
        return ()
    account, parent = _path(mapping.get("accountData")), _path(mapping.get("parentAccountData"))
    if is_nullish(account) or is_nullish(parent):
        return ()
    if not isinstance(parent, str):
        message = "the @path of parentAccountData must be text: it is compared with the @path of accountData"
        raise ConfigurationError(message, kind="directive", segment_name="TypeError")
    return _steps_between(account if isinstance(account, str) else text(account), parent)


@cache
def _steps_between(account: str, parent: str) -> tuple[str, ...]:
    """Return the steps of the parent path after the account path, compared as text: `$.tr` is a prefix of `$.traits`.

    Observed in published code.
    """
    rest = parent.removeprefix(account) if parent.startswith(account) else ""
    return tuple(step for step in rest.split(".") if step)


def _path(mapping: Any) -> Any:
    return mapping.get("@path", UNDEFINED) if isinstance(mapping, dict) else UNDEFINED


def without(data: Any, steps: Sequence[str]) -> Any:
    """Return a copy of data without the member at `steps`; the objects along the path are copied like `{...object}`."""
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
