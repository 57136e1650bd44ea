"""Delivers an event to a destination on a visitor's page, and reports the outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.runtime.definition import Connect

if TYPE_CHECKING:
    from pendo_destination.runtime.definition import Event
    from pendo_destination.runtime.stored_identity import StoredIdentity


class Destination(Protocol):
    """A destination on a visitor's page."""

    def load(self, analytics: StoredIdentity) -> None:
        """Start the destination, once."""

    def deliver(self, event: Event) -> int:
        """Deliver an event and return the number of actions performed."""


# Creates a destination on a page; the argument takes the URL of the agent's script and returns the agent.
PagePlugin = Callable[[Connect], Destination]


class DeliveryOutcome(Struct, frozen=True):
    """The result of an event at a destination: the number of actions performed, or the failure."""

    performed: int = 0
    failure: Exception | None = None


def try_step(step: Callable[[Any], int | None], argument: Any) -> DeliveryOutcome:
    """Run a step and turn a DestinationError into a DeliveryOutcome.

    UnreachableError propagates, because the event can be sent again. Other exceptions propagate too.
    """
    try:
        return DeliveryOutcome(step(argument) or 0)
    except UnreachableError:
        raise
    except DestinationError as failure:
        return DeliveryOutcome(failure=failure)
