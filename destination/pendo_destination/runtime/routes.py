"""The subscriptions that events of one type can reach, and the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import is_nullish, text
from pendo_destination.runtime.compiled_subscription import NO_MATCH
from pendo_destination.runtime.payload_validation import find_payload_problems, invalid_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.runtime.definition import Action, Context, Event, Pendo


class Route(Struct, frozen=True):
    """A subscription: its plugin, its action and the context of the action, and `resolve`, which matches and maps."""

    plugin_name: str
    action: Action
    context: Context
    resolve: Callable[[Event], Any]


class Routes(Struct, frozen=True):
    """Routes in order, and the agent on which their actions are performed: None before it has started.

    With `check`, no action is performed for an event if a payload lacks a field that its action requires.
    """

    routes: tuple[Route, ...]
    pendo: Pendo | None
    check: bool

    def run(self, event: Event) -> int:
        """Match and map an event and perform the action, for one route after the other; return the number of actions.

        The first error ends the run. With `check`, all routes match and map the event first, and all payloads are
        checked, before any action is performed. Without an agent, a match raises RuntimeError.
        """
        if self.check:
            self._check(event)
        performed = 0
        for route in self.routes:
            payload = route.resolve(event)
            if payload is not NO_MATCH:
                if self.pendo is None:
                    raise RuntimeError(f"{route.plugin_name} has not started: call load() first")
                fields = payload if type(payload) is dict else _fields(payload)
                route.action.perform(self.pendo, fields, route.context)
                performed += 1
        return performed

    def choose(self, is_chosen: Callable[[str], bool]) -> Routes:
        """Return the routes of some plugins, chosen by name."""
        chosen = tuple(route for route in self.routes if is_chosen(route.plugin_name))
        return self if len(chosen) == len(self.routes) else Routes(chosen, self.pendo, self.check)

    def _check(self, event: Event) -> None:
        for route in self.routes:
            payload = route.resolve(event)
            problems = () if payload is NO_MATCH else tuple(find_payload_problems(route.action, payload))
            if problems:
                raise invalid_event(route.plugin_name, problems)


def _fields(payload: Any) -> dict[str, Any]:
    """Return an empty object for a payload that is not an object; only a directive at a mapping's root gives one."""
    if is_nullish(payload):
        message = f"the mapping resolved to {text(payload)}, which has no fields"
        raise ConfigurationError(message, kind="directive", segment_name="TypeError")
    return {}
