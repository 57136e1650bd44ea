"""A configured destination: its plugins, and the order in which they run for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from pendo_destination.runtime.compiled_subscription import CompiledSubscription
from pendo_destination.runtime.definition import Context
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.routes import Route, Routes
from pendo_destination.runtime.stored_identity import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
        self._validation = validation
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
        routes = self._routes_for(event)
        if integrations := event.get("integrations"):
            routes = routes.choose(lambda name: allows(integrations, (self.definition.name, name)))
        return routes.run(event)

    def deliver_to_plugin(self, plugin: Plugin, event: Event) -> int:
        """Run one plugin for an event, as `deliver` does for all plugins."""
        return self._routes_for(event).choose(lambda name: name == plugin.name).run(event)

    def _routes_for(self, event: Event) -> Routes:
        event_type = event.get("type")
        return self._routes.get(event_type) or self._make_routes(event_type)

    def _make_routes(self, event_type: Any) -> Routes:
        """Make the routes for events of a type, at its first event, because a page rarely gets events of all types."""
        check = self._validation == "documented"
        if event_type not in WIRED_TYPES:
            return Routes((), self._pendo, check)
        self._routes[event_type] = Routes(
            tuple(
                Route(
                    plugin.name,
                    plugin.action,
                    Context(active.subscription.mapping, self.settings, self._analytics),
                    active.resolve,
                )
                for plugin in self.plugins
                for active in plugin.subscriptions
                if active.event_type in {None, event_type}
            ),
            self._pendo,
            check,
        )
        return self._routes[event_type]


def compile_plugins(definition: Definition, subscriptions: Iterable[Subscription]) -> tuple[Plugin, ...]:
    """Create a plugin for each action with an enabled subscription, in the order of the definition."""
    enabled = [subscription for subscription in subscriptions if subscription.enabled]
    by_action = {name: [s for s in enabled if s.partner_action == name] for name in definition.actions}
    return tuple(
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(CompiledSubscription.compile, chosen)))
        for name, chosen in by_action.items()
        if chosen
    )
