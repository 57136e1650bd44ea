"""The runtime: a configured destination, its plugins and the order in which they act on an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, NoReturn

from destination.analytics import Analytics
from destination.definition import Input
from destination.mapping import DirectiveError, MappingError, compile_mapping
from destination.trigger import NEVER, TriggerError, compile_trigger, parse, sole_type
from destination.validation import RefusedError, find_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from destination.definition import Action, Definition, Pendo, Subscription
    from destination.trigger import Tree

Validation = Literal["documented", "browser"]
Event = dict[str, Any]

# The runtime wires these to every plugin, whatever its action: observed in published code.
WIRED: Final = frozenset({"track", "page", "alias", "identify", "group"})


class NotLoadedError(RuntimeError):
    """An action was due, but the destination did not start."""


@dataclass(frozen=True, slots=True)
class ActiveSubscription:
    """A subscription with its trigger and its mapping compiled.

    `event_type` is set where the trigger asks for nothing but an event type.
    """

    subscription: Subscription
    matches: Callable[[Event], bool]
    resolve: Callable[[Event], Any]
    event_type: str | None

    @classmethod
    def compile(cls, subscription: Subscription) -> ActiveSubscription:
        """Compile a subscription; one that cannot be read fails when an event reaches it, as in the browser."""
        tree = _tree(subscription.subscribe)
        return cls(subscription, compile_trigger(tree), _mapping(subscription.mapping), sole_type(tree))


def _tree(text: str) -> Tree:
    try:
        return parse(text)
    except TriggerError:
        return NEVER


def _mapping(mapping: Mapping[str, Any]) -> Callable[[Event], Any]:
    try:
        return compile_mapping(mapping)
    except (MappingError, DirectiveError) as error:
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


class Instance:
    """A destination with settings and subscriptions, for one visitor's page.

    `connect` is given the script's URL and returns the agent. `validation` `documented` refuses an event whose payload
    lacks what the destination's documentation requires; `browser` checks nothing, as Segment's browser runtime.
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
        self._routes = _routes(self.plugins)
        self._pendo: Pendo | None = None
        self._analytics = Analytics()
        self._failure: Exception | None = None

    def load(self, analytics: Analytics) -> None:
        """Start the agent, once; a start that failed fails again with the same error.

        Without plugins nothing starts and no script is loaded: observed in published code.
        """
        if self._failure:
            raise self._failure
        if self._pendo or not self.plugins:
            return
        self._analytics = analytics
        pendo = self._connect(self.definition.script_url(self.settings))
        try:
            self.definition.initialize(pendo, self.settings, analytics)
        except Exception as error:
            self._failure = error
            raise
        self._pendo = pendo

    @property
    def loaded(self) -> bool:
        """Whether the agent was started."""
        return self._pendo is not None

    def deliver(self, event: Event) -> int:
        """Let every plugin act on an event; return how many actions were performed.

        Raises RefusedError (validation `documented`), or what a mapping, a trigger or the agent raises.
        """
        return self._act(self._routes.get(event.get("type"), ()), event)

    def act(self, plugin: Plugin, event: Event) -> int:
        """Let one plugin act on an event, as `deliver` does all."""
        routes = self._routes.get(event.get("type"), ())
        return self._act([route for route in routes if route.plugin is plugin], event)

    def _act(self, routes: Iterable[Route], event: Event) -> int:
        """Match, resolve, perform, subscription by subscription; an error stops those after it.

        With validation `documented` all payloads are checked before the first is performed.
        """
        due: Iterable[tuple[Plugin, Input]] = self._due(routes, event)
        if self._validation == "documented":
            due = list(due)
            for plugin, data in due:
                if faults := tuple(find_faults(plugin.action, data.payload)):
                    raise RefusedError(plugin.name, faults)
        performed = 0
        for plugin, data in due:
            if self._pendo is None:
                raise NotLoadedError(f"{plugin.name} did not start")
            plugin.action.perform(self._pendo, data)
            performed += 1
        return performed

    def _due(self, routes: Iterable[Route], event: Event) -> Iterator[tuple[Plugin, Input]]:
        for plugin, mapping, matches, resolve in routes:
            if matches is None or matches(event):
                yield plugin, Input(resolve(event), mapping, self.settings, self._analytics)


class Route(NamedTuple):
    """The way of one event type to one subscription; `matches` is None where the type alone decides."""

    plugin: Plugin
    mapping: Mapping[str, Any]
    matches: Callable[[Event], bool] | None
    resolve: Callable[[Event], Any]


def _routes(plugins: Iterable[Plugin]) -> dict[Any, tuple[Route, ...]]:
    """Lay out which subscriptions an event of each type can reach, in order."""
    ways = [(plugin, active) for plugin in plugins for active in plugin.subscriptions]
    return {kind: tuple(_route(*way) for way in ways if way[1].event_type in {None, kind}) for kind in WIRED}


def _route(plugin: Plugin, active: ActiveSubscription) -> Route:
    return Route(
        plugin, active.subscription.mapping, active.matches if active.event_type is None else None, active.resolve
    )


def compile_plugins(definition: Definition, subscriptions: Iterable[Subscription]) -> tuple[Plugin, ...]:
    """Make one plugin for each action that has an enabled subscription, in the definition's order."""
    enabled = [subscription for subscription in subscriptions if subscription.enabled]
    wanted = {name: [s for s in enabled if s.partner_action == name] for name in definition.actions}
    return tuple(
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(ActiveSubscription.compile, chosen)))
        for name, chosen in wanted.items()
        if chosen
    )
