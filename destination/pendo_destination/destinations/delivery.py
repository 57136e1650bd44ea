"""Delivery: a destination on a visitor's page, and what becomes of an event there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.runtime.definition import Connect

if TYPE_CHECKING:
    from pendo_destination.runtime.analytics import Analytics
    from pendo_destination.runtime.instance import Event


class Destination(Protocol):
    """One destination on a visitor's page."""

    def load(self, analytics: Analytics) -> None:
        """Start, once, with what is known."""

    def deliver(self, event: Event) -> int:
        """Act on an event; return how many actions were performed."""


# Given what connects to an agent, puts a destination on a page.
Install = Callable[[Connect], Destination]


class Outcome(NamedTuple):
    """What became of an event at one destination: how many actions were performed, or why none was."""

    performed: int = 0
    failure: Exception | None = None


def try_step(step: Callable[[Any], int | None], subject: Any) -> Outcome:
    """Run a step and turn an expected failure into an Outcome.

    Everything else propagates: an unreachable host is not the event's fault, so the caller may send the event again.
    """
    try:
        return Outcome(step(subject) or 0)
    except UnreachableError:
        raise
    except DestinationError as failure:
        return Outcome(failure=failure)
