"""The integrations object: which destinations an event may go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import truthy

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL: Final = "All"


def allows(integrations: Any, names: Iterable[str]) -> bool:
    """Tell whether an event's `integrations` let it pass to a destination that goes by `names`.

    The first name that is there decides, case and all; without one, only `All: false` blocks: observed in published
    code.
    """
    if not isinstance(integrations, dict):
        return True
    for name in names:
        if integrations.get(name) is not None:
            return truthy(integrations[name])
    return integrations.get(ALL) is not False
