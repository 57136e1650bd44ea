"""A subscription as one generated Python function."""

from __future__ import annotations

import enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping.function_source import FunctionSource
from pendo_destination.mapping.resolver import MAPPING_NAMES, write_mapping
from pendo_destination.trigger import NEVER, parse, sole_type
from pendo_destination.trigger.predicate import TRIGGER_NAMES, TriggerCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_destination.runtime.definition import Event, Subscription
    from pendo_destination.trigger import Tree


class NoMatch(enum.Enum):
    """The result for an event that a trigger does not match."""

    NO_MATCH = "no match"


NO_MATCH: Final = NoMatch.NO_MATCH
_NAMES: Final = {**MAPPING_NAMES, **TRIGGER_NAMES, "NO_MATCH": NO_MATCH}


class CompiledSubscription(Struct, frozen=True, dict=True):
    """A subscription whose functions are compiled when they are needed.

    If the trigger checks nothing but the event type, `event_type` is that type, the `condition` is None, and the
    functions may be called with events of that type only.
    """

    subscription: Subscription
    condition: Tree | None
    event_type: str | None

    @classmethod
    def compile(cls, subscription: Subscription) -> CompiledSubscription:
        """Parse the trigger of a subscription."""
        tree = _parse_or_never(subscription.subscribe)
        event_type = sole_type(tree)
        return cls(subscription, None if event_type else tree, event_type)

    @cached_property
    def source(self) -> FunctionSource:
        """The source of `resolve`; its `paths` are the members of an event that the subscription reads."""
        return _write_function(self.condition, self.subscription.mapping)

    @cached_property
    def resolve(self) -> Callable[[Event], Any]:
        """The function that returns the payload for an event, or NO_MATCH.

        An invalid mapping fails when an event matches, as in the browser.
        """
        return self.source.compile()


def _parse_or_never(text: str) -> Tree:
    try:
        return parse(text)
    except ConfigurationError:
        return NEVER


def _write_function(tree: Tree | None, mapping: Mapping[str, Any]) -> FunctionSource:
    """Write the function for the events that match a trigger, or for all events without a trigger."""
    source = _begin_function(tree)
    try:
        write_mapping(source, mapping)
    except ConfigurationError as error:
        source = _begin_function(tree)
        source.write(f"raise {source.bind('error', error)}")
    return source


def _begin_function(tree: Tree | None) -> FunctionSource:
    source = FunctionSource("event", _NAMES)
    if tree is not None:
        with source.block(f"if not ({TriggerCode(source, is_object=True).expression(tree)}):"):
            source.write("return NO_MATCH")
    return source
