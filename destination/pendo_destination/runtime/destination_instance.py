"""A configured destination: its plugins, and the order in which they run for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from pendo_destination.runtime.compiled_subscription import CompiledSubscription
from pendo_destination.runtime.definition import Context
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.routes import Route, Routes, check_payloads, plugin_of, run_routes
from pendo_destination.runtime.stored_identity import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pendo_destination.runtime.definition import Action, Definition, Event, Pendo, Subscription

Validation = Literal["documented", "browser"]

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
        self._checks_payloads = validation == "documented"
        self._pendo: Pendo | None = None
        self._failure: Exception | None = None
        self._analytics = StoredIdentity()
        # By event type, which can be any JSON value.
        self._routes: dict[Any, Routes] = {}

    def load(self, analytics: StoredIdentity) -> None:
        """Start the agent, once; a failed start raises the same error on every later call.

        Without plugins nothing starts and no script is loaded (observed in published code).
        """
        if self._failure:
            raise self._failure
        if self._pendo or not self.plugins:
            return
        pendo = self._connect(self.definition.script_url(self.settings))
        try:
            self.definition.initialize(pendo, self.settings, analytics)
        except Exception as error:
            self._failure = error
            raise
        self._pendo, self._analytics = pendo, analytics
        self._routes.clear()

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
        routes = self._routes.get(event.get("type"))
        if routes is None:
            routes = self._add_routes(event.get("type"))
        if not routes:
            return 0
        if integrations := event.get("integrations"):
            routes = self._allowed(routes, integrations)
        if self._checks_payloads:
            check_payloads(routes, event)
        return run_routes(routes, event, self._pendo)

    def deliver_to_plugin(self, plugin: Plugin, event: Event) -> int:
        """Run one plugin for an event, as `deliver` does for all plugins."""
        routes = tuple(route for route in self._make_routes(event.get("type")) if plugin_of(route) == plugin.name)
        if self._checks_payloads:
            check_payloads(routes, event)
        return run_routes(routes, event, self._pendo)

    def _allowed(self, routes: Routes, integrations: Any) -> Routes:
        name = self.definition.name
        return tuple([route for route in routes if allows(integrations, (name, plugin_of(route)))])

    def _add_routes(self, event_type: Any) -> Routes:
        """Make the routes for events of a type at the first event, because a page rarely gets events of all types."""
        routes = tuple(self._make_routes(event_type))
        if event_type in WIRED_TYPES:
            self._routes[event_type] = routes
        return routes

    def _make_routes(self, event_type: Any) -> Iterator[Route]:
        if event_type not in WIRED_TYPES:
            return
        for plugin in self.plugins:
            for active in plugin.subscriptions:
                if active.event_type in {None, event_type}:
                    context = Context(active.subscription.mapping, self.settings, self._analytics)
                    yield plugin.name, plugin.action, plugin.action.perform, context, active.resolve


def compile_plugins(definition: Definition, subscriptions: Iterable[Subscription]) -> tuple[Plugin, ...]:
    """Create a plugin for each action with an enabled subscription, in the order of the definition."""
    enabled = [subscription for subscription in subscriptions if subscription.enabled]
    by_action = {name: [s for s in enabled if s.partner_action == name] for name in definition.actions}
    return tuple(
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(CompiledSubscription.compile, chosen)))
        for name, chosen in by_action.items()
        if chosen
    )
