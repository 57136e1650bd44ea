"""When a response is sent, or the connection is reset instead, as a fault says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Delivery(NamedTuple):
    """Seconds before the response; or, where it is not None, `reset_after` more seconds before a reset."""

    delay: float
    reset_after: float | None


def delivery(effects: Mapping[str, Any]) -> Delivery:
    """Return what the effects of a fault on a connection (`delay`, `hang`, `reset`) come to."""
    reset_after = effects.get("hang", 0 if "reset" in effects else None)
    return Delivery(effects.get("delay", 0), reset_after)
