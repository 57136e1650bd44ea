"""Delivery: a destination on a visitor's page, and what becomes of an event there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from pendo_destination.destinations.webhook import WebhookError
from pendo_destination.mapping import DirectiveError, MappingError
from pendo_destination.runtime.definition import Connect
from pendo_destination.runtime.validation import RefusedError
from pendo_destination.trigger import TriggerError

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


class SnippetError(RuntimeError):
    """The content host did not give the agent's script or its configuration: the agent never starts."""


# What keeps a destination from acting on an event.
FAILURES: Final = (RefusedError, SnippetError, WebhookError, MappingError, DirectiveError, TriggerError)


class Outcome(NamedTuple):
    """What became of an event at one destination: how many actions were performed, or why none was."""

    performed: int = 0
    failure: Exception | None = None


def attempt(step: Callable[[Any], int | None], subject: Any) -> Outcome:
    """Take a step that may fail; whatever else it raises is no matter of the event's."""
    try:
        return Outcome(step(subject) or 0)
    except FAILURES as failure:
        return Outcome(failure=failure)
