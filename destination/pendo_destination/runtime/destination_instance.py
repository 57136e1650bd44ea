"""A configured destination: its plugins, and the order in which they run for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import is_nullish, text
from pendo_destination.runtime.compiled_subscription import NO_MATCH, CompiledSubscription
from pendo_destination.runtime.definition import Context
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.payload_validation import find_payload_problems, invalid_event
from pendo_destination.runtime.stored_identity import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pendo_destination.runtime.definition import Action, Definition, Pendo, Perform, Subscription

    # A subscription that an event type can reach: its plugin, the function that resolves it, its action and context.
    # Unpacking a plain tuple takes a third of the time of unpacking a named tuple.
    Route: TypeAlias = tuple["Plugin", Callable[["Event"], Any], Perform, Context]

Validation = Literal["documented", "browser"]
Event = dict[str, Any]

# The runtime sends these event types to the plugins of all actions (observed in published code).
WIRED_TYPES: Final = frozenset({"track", "page", "alias", "identify", "group"})


class Plugin(Struct, frozen=True):
    """One action of a destination with its enabled subscriptions, in order."""

    name: str
    action: Action
    subscriptions: tuple[CompiledSubscription, ...]


class DestinationInstance:
    """A destination with settings and subscriptions, for one visitor's page.

    `connect` takes the URL of the agent's script and returns the agent. With `validation` `documented`, an event is
    rejected if a payload lacks a field that the destination's documentation requires; `browser` checks nothing, like
    Segment's browser runtime.
    """

    def __init__(
        self,
        definition: Definition,
        settings: Mapping[str, Any],
        plugins: Iterable[Plugin],
        connect: Callable[[str], Pendo],
        validation: Validation = "documented",
    ) -> None:
        self.definition = definition
        self.settings = settings
        self.plugins = tuple(plugins)
        self._connect = connect
        self._validation = validation
        self._routes = _routes(self.plugins, settings, StoredIdentity())
        self._pendo: Pendo | None = None
        self._failure: Exception | None = None

    def load(self, analytics: StoredIdentity) -> None:
        """Start the agent, once; a failed start raises the same error on every later call.

        Without plugins nothing starts and no script is loaded (observed in published code).
        """
        if self._failure:
            raise self._failure
        if self._pendo or not self.plugins:
            return
        self._routes = _routes(self.plugins, self.settings, analytics)
        pendo = self._connect(self.definition.script_url(self.settings))
        try:
            self.definition.initialize(pendo, self.settings, analytics)
        except Exception as error:
            self._failure = error
            raise
        self._pendo = pendo

    @property
    def loaded(self) -> bool:
        """Whether the agent has started."""
        return self._pendo is not None

    def deliver(self, event: Event) -> int:
        """Run every plugin that the event's integrations allow; return the number of actions performed.

        The integrations may name the destination or a single plugin (observed in published code). Raises
        ConfigurationError, DestinationError of the kind `invalid_event` (validation `documented`), and any error of
        the agent.
        """
        routes = self._routes.get(event.get("type"), ())
        if not routes:
            return 0
        if integrations := event.get("integrations"):
            routes = tuple(route for route in routes if allows(integrations, (self.definition.name, route[0].name)))
        return self._perform(routes, event)

    def deliver_to_plugin(self, plugin: Plugin, event: Event) -> int:
        """Run one plugin for an event, as `deliver` does for all plugins."""
        routes = self._routes.get(event.get("type"), ())
        return self._perform([route for route in routes if route[0] is plugin], event)

    def _perform(self, routes: Sequence[Route], event: Event) -> int:
        """Match, resolve and perform one subscription after another; after an error the others are not performed."""
        if self._validation == "documented":
            _check_payloads(routes, event)
        pendo, performed = self._pendo, 0
        for plugin, resolve, perform, context in routes:
            payload = resolve(event)
            if payload is not NO_MATCH:
                if pendo is None:
                    raise RuntimeError(f"{plugin.name} has not started: call load() first")
                perform(pendo, payload if type(payload) is dict else _members(payload), context)
                performed += 1
        return performed


def _members(payload: Any) -> dict[str, Any]:
    """Return an empty object for a payload that is not an object; only a directive at a mapping's root gives one."""
    if is_nullish(payload):
        message = f"the mapping resolved to {text(payload)}, which has no fields"
        raise ConfigurationError(message, kind="directive", segment_name="TypeError")
    return {}


def _check_payloads(routes: Sequence[Route], event: Event) -> None:
    """Check all payloads of an event before the first action is performed."""
    for plugin, resolve, _, _ in routes:
        payload = resolve(event)
        problems = () if payload is NO_MATCH else tuple(find_payload_problems(plugin.action, payload))
        if problems:
            raise invalid_event(plugin.name, problems)


def _routes(
    plugins: Iterable[Plugin], settings: Mapping[str, Any], analytics: StoredIdentity
) -> dict[Any, tuple[Route, ...]]:
    """Return the subscriptions that an event of each type can reach, in order."""
    routes = [
        (
            active.event_type,
            (
                plugin,
                active.resolve,
                plugin.action.perform,
                Context(active.subscription.mapping, settings, analytics),
            ),
        )
        for plugin in plugins
        for active in plugin.subscriptions
    ]
    return {
        event_type: tuple(route for required, route in routes if required in {None, event_type})
        for event_type in WIRED_TYPES
    }


def compile_plugins(definition: Definition, subscriptions: Iterable[Subscription]) -> tuple[Plugin, ...]:
    """Create a plugin for each action with an enabled subscription, in the order of the definition."""
    enabled = [subscription for subscription in subscriptions if subscription.enabled]
    by_action = {name: [s for s in enabled if s.partner_action == name] for name in definition.actions}
    return tuple(
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(CompiledSubscription.compile, chosen)))
        for name, chosen in by_action.items()
        if chosen
    )
