"""The delay of a response, or of the reset of the connection, that a fault demands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Delivery(NamedTuple):
    """`delay` is the seconds before the response. If `reset_after` is not None, reset after that many more seconds."""

    delay: float
    reset_after: float | None


def delivery(effects: Mapping[str, Any]) -> Delivery:
    """Return the delivery for the effects of a fault on a connection (`delay`, `hang`, `reset`)."""
    reset_after = effects.get("hang", 0 if "reset" in effects else None)
    return Delivery(effects.get("delay", 0), reset_after)
