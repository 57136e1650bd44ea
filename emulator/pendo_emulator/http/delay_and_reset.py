"""The delay of a response, or of the reset of the connection, that a fault demands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class DelayAndReset(NamedTuple):
    """`delay` is the seconds before the response. If `reset_after` is not None, reset after that many more seconds."""

    delay: float
    reset_after: float | None


def delay_and_reset(effects: Mapping[str, Any]) -> DelayAndReset:
    """Return the delay and the reset from the effects of a fault on a connection (`delay`, `hang`, `reset`)."""
    reset_after = effects.get("hang", 0 if "reset" in effects else None)
    return DelayAndReset(effects.get("delay", 0), reset_after)
