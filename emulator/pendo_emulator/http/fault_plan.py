"""What the effects of a fault on a connection mean: a late answer, an answer in pieces, or a reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.http.timer import Timer

MAX_PIECES: Final = 50


class FaultPlan(NamedTuple):
    """`delay` is the seconds before the response, `drip` the seconds over which it is sent in pieces.

    If `reset_after` is not None, the connection is reset after that many seconds more than `delay`.
    """

    delay: float
    drip: float
    reset_after: float | None


def plan_fault(effects: Mapping[str, Any]) -> FaultPlan:
    """Return the plan for the effects of a fault on a connection (`delay`, `drip`, `hang`, `reset`)."""
    reset_after = effects.get("hang", 0 if "reset" in effects else None)
    return FaultPlan(effects.get("delay", 0), effects.get("drip", 0), reset_after)


def send_in_pieces(
    data: bytes, seconds: float, timer: Timer, send: Callable[[bytes], None], end: Callable[[], None]
) -> None:
    """Send bytes in at most MAX_PIECES pieces of equal size over a time, then call `end`.

    The first piece is sent now, the last one after `seconds`. Stopping the timer stops sending.
    """
    size = max(1, -(-len(data) // MAX_PIECES))
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    pause = seconds / max(1, len(pieces) - 1)

    def send_next() -> None:
        send(pieces.pop(0))
        if pieces:
            timer.start(pause, send_next)
        else:
            end()

    send_next()
