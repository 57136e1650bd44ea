"""The integrations object of an event, which lists the destinations that may receive it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import truthy

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL: Final = "All"


def allows(integrations: Any, names: Iterable[str]) -> bool:
    """Return whether an event's `integrations` allow a destination that has any of these names.

    The first name in the object decides; names are case-sensitive. If no name is in it, only `All: false` blocks the
    event (observed in published code).
    """
    if not isinstance(integrations, dict):
        return True
    for name in names:
        if integrations.get(name) is not None:
            return truthy(integrations[name])
    return integrations.get(ALL) is not False
