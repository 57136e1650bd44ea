"""Start-up: initializes the agent with the visitor and the group that Segment has at that time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.javascript.values import spread_with, text, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.runtime.definition import Pendo
    from pendo_destination.runtime.stored_identity import StoredIdentity, User


def initialize(pendo: Pendo, settings: Mapping[str, Any], analytics: StoredIdentity) -> None:
    """Call `pendo.initialize` with visitor and account.

    The account is sent only with a group id, and ids replace traits named `id` (observed in published code). Raises
    LookupError if Segment's library offers no user or no group.
    """
    user, group = analytics.user, analytics.group
    if user is None or group is None:
        raise LookupError("analytics.user and analytics.group are needed to start the agent")
    traits = {} if truthy(settings.get("disableUserTraitsOnLoad")) else user.traits
    options = {"visitor": spread_with(traits, id=_visitor_id(user))}
    if truthy(group.id) and not truthy(settings.get("disableGroupIdAndTraitsOnLoad")):
        options["account"] = spread_with(group.traits, id=group.id)
    pendo.initialize(options)


def _visitor_id(user: User) -> Any:
    if truthy(user.id):
        return user.id
    return f"{ANONYMOUS_PREFIX}{text(user.anonymous_id)}" if truthy(user.anonymous_id) else None
