"""The runtime: a configured destination, its plugins and the order in which they act on an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from destination.analytics import Analytics
from destination.definition import Input
from destination.mapping import DirectiveError, MappingError, compile_mapping
from destination.trigger import TriggerError, compile_trigger
from destination.validation import RefusedError, find_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from destination.definition import Action, Definition, Pendo, Subscription

Validation = Literal["documented", "browser"]
Event = dict[str, Any]

# The runtime wires these to every plugin, whatever its action: observed in published code.
WIRED: Final = frozenset({"track", "page", "alias", "identify", "group"})


class NotLoadedError(RuntimeError):
    """An action was due, but the destination did not start."""


@dataclass(frozen=True, slots=True)
class ActiveSubscription:
    """A subscription with its trigger and its mapping compiled."""

    subscription: Subscription
    matches: Callable[[Event], bool]
    resolve: Callable[[Event], Any]

    @classmethod
    def compile(cls, subscription: Subscription) -> ActiveSubscription:
        """Compile a subscription; one that cannot be read fails when an event reaches it, as in the browser."""
        return cls(subscription, _trigger(subscription.subscribe), _mapping(subscription.mapping))


def _trigger(text: str) -> Callable[[Event], bool]:
    try:
        return compile_trigger(text)
    except TriggerError:
        return lambda _event: False


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
        if event.get("type") not in WIRED:
            return 0
        return sum(self.act(plugin, event) for plugin in self.plugins)

    def act(self, plugin: Plugin, event: Event) -> int:
        """Let one plugin act on an event: match, resolve, perform, subscription by subscription.

        An error stops the subscriptions after it. With validation `documented` all payloads are checked before the
        first is performed.
        """
        inputs: Iterable[Input] = self._inputs(plugin, event)
        if self._validation == "documented":
            inputs = list(inputs)
            if faults := tuple(fault for data in inputs for fault in find_faults(plugin.action, data.payload)):
                raise RefusedError(plugin.name, faults)
        performed = 0
        for data in inputs:
            if self._pendo is None:
                raise NotLoadedError(f"{plugin.name} did not start")
            plugin.action.perform(self._pendo, data)
            performed += 1
        return performed

    def _inputs(self, plugin: Plugin, event: Event) -> Iterator[Input]:
        for active in plugin.subscriptions:
            if active.matches(event):
                payload = active.resolve(event)
                yield Input(payload, active.subscription.mapping, self.settings, self._analytics)


def compile_plugins(definition: Definition, subscriptions: Iterable[Subscription]) -> tuple[Plugin, ...]:
    """Make one plugin for each action that has an enabled subscription, in the definition's order."""
    enabled = [subscription for subscription in subscriptions if subscription.enabled]
    wanted = {name: [s for s in enabled if s.partner_action == name] for name in definition.actions}
    return tuple(
        Plugin(f"{definition.name} {name}", definition.actions[name], tuple(map(ActiveSubscription.compile, chosen)))
        for name, chosen in wanted.items()
        if chosen
    )
