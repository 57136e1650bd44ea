"""The subscriptions that events of one type can reach, and how they run for an event.

With validation, `check_payloads` first matches and maps the event for all routes and checks the payloads. `run_routes`
then matches and maps the event for one route after the other, and performs the action of a route before the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import is_nullish, text
from pendo_destination.runtime.compiled_subscription import NO_MATCH
from pendo_destination.runtime.payload_validation import find_payload_problems, invalid_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.runtime.definition import Action, Context, Event, Pendo, Perform


# A subscription: its plugin's name, its action, the action's `perform`, the context of the action, and `resolve`, which
# matches and maps. It is a plain tuple because it is unpacked for each event, which is slower for a named tuple.
Route: TypeAlias = "tuple[str, Action, Perform, Context, Callable[[Event], Any]]"
# In the order in which they run.
Routes: TypeAlias = tuple[Route, ...]


def plugin_of(route: Route) -> str:
    """Return the name of the plugin of a route."""
    return route[0]


def run_routes(routes: Routes, event: Event, pendo: Pendo | None) -> int:
    """Match and map an event and perform the action, for one route after the other; return the number of actions.

    The first error ends the run. Without an agent, a match raises RuntimeError.
    """
    performed = 0
    for plugin_name, _, perform, context, resolve in routes:
        payload = resolve(event)
        if payload is not NO_MATCH:
            if pendo is None:
                raise RuntimeError(f"{plugin_name} has not started: call load() first")
            perform(pendo, payload if type(payload) is dict else _fields(payload), context)
            performed += 1
    return performed


def check_payloads(routes: Routes, event: Event) -> None:
    """Raise DestinationError for the first payload of an event that lacks a field that its action requires.

    Call this before `run_routes`, so that no action is performed for such an event.
    """
    for plugin_name, action, _, _, resolve in routes:
        payload = resolve(event)
        problems = () if payload is NO_MATCH else tuple(find_payload_problems(action, payload))
        if problems:
            raise invalid_event(plugin_name, problems)


def _fields(payload: Any) -> dict[str, Any]:
    """Return an empty object for a payload that is not an object; only a directive at a mapping's root gives one."""
    if is_nullish(payload):
        message = f"the mapping resolved to {text(payload)}, which has no fields"
        raise ConfigurationError(message, kind="directive", segment_name="TypeError")
    return {}
