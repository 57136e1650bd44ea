"""A configured destination: its plugins, and the order in which they run for an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import is_nullish, text
from pendo_destination.mapping import compile_mapping
from pendo_destination.runtime.definition import Context
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.payload_validation import find_payload_problems, invalid_event
from pendo_destination.runtime.stored_identity import StoredIdentity
from pendo_destination.trigger import NEVER, compile_trigger, parse, sole_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pendo_destination.runtime.definition import Action, Definition, Pendo, Subscription
    from pendo_destination.trigger import Tree

Validation = Literal["documented", "browser"]
Event = dict[str, Any]

# The runtime sends these event types to the plugins of all actions (observed in published code).
WIRED_TYPES: Final = frozenset({"track", "page", "alias", "identify", "group"})


@dataclass(frozen=True, slots=True)
class ActiveSubscription:
    """A subscription with its compiled trigger and mapping.

    `event_type` is set if the trigger checks nothing but the event type.
    """

    subscription: Subscription
    matches: Callable[[Event], bool]
    resolve: Callable[[Event], Any]
    event_type: str | None

    @classmethod
    def compile(cls, subscription: Subscription) -> ActiveSubscription:
        """Compile a subscription; an invalid mapping fails when an event reaches it, as in the browser."""
        tree = _parse_or_never(subscription.subscribe)
        return cls(subscription, compile_trigger(tree), _compile_or_fail(subscription.mapping), sole_type(tree))


def _parse_or_never(text: str) -> Tree:
    try:
        return parse(text)
    except ConfigurationError:
        return NEVER


def _compile_or_fail(mapping: Mapping[str, Any]) -> Callable[[Event], Any]:
    try:
        return compile_mapping(mapping)
    except ConfigurationError as error:
        return _failing(error)


def _failing(error: Exception) -> Callable[[Event], NoReturn]:
    def fail(_event: Event) -> NoReturn:
        raise error

    return fail


@dataclass(frozen=True, slots=True)
class Plugin:
    """One action of a destination with its enabled subscriptions, in order."""

    name: str
    action: Action
    subscriptions: tuple[ActiveSubscription, ...]


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
        if integrations := event.get("integrations"):
            routes = tuple(r for r in routes if allows(integrations, (self.definition.name, r.plugin.name)))
        return self._perform(routes, event)

    def deliver_to_plugin(self, plugin: Plugin, event: Event) -> int:
        """Run one plugin for an event, as `deliver` does for all plugins."""
        routes = self._routes.get(event.get("type"), ())
        return self._perform([route for route in routes if route.plugin is plugin], event)

    def _perform(self, routes: Sequence[Route], event: Event) -> int:
        """Match, resolve and perform one subscription after another; after an error the others are not performed."""
        if self._validation == "documented":
            _check_payloads(routes, event)
        performed = 0
        for plugin, matches, resolve, context in routes:
            if matches is None or matches(event):
                payload = resolve(event)
                if self._pendo is None:
                    raise RuntimeError(f"{plugin.name} has not started: call load() first")
                plugin.action.perform(self._pendo, payload if type(payload) is dict else _members(payload), context)
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
    for plugin, matches, resolve, _ in routes:
        if matches is None or matches(event):
            problems = tuple(find_payload_problems(plugin.action, resolve(event)))
            if problems:
                raise invalid_event(plugin.name, problems)


class Route(NamedTuple):
    """A subscription that an event type can reach; `matches` is None if the type alone decides."""

    plugin: Plugin
    matches: Callable[[Event], bool] | None
    resolve: Callable[[Event], Any]
    context: Context


def _routes(
    plugins: Iterable[Plugin], settings: Mapping[str, Any], analytics: StoredIdentity
) -> dict[Any, tuple[Route, ...]]:
    """Return the subscriptions that an event of each type can reach, in order."""
    routes = [
        (
            active.event_type,
            Route(
                plugin,
                None if active.event_type else active.matches,
                active.resolve,
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
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(ActiveSubscription.compile, chosen)))
        for name, chosen in by_action.items()
        if chosen
    )
