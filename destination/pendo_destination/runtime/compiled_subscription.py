"""A subscription as one generated Python function."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping.function_source import FunctionSource
from pendo_destination.mapping.resolver import MAPPING_NAMES, write_mapping
from pendo_destination.trigger import NEVER, parse, sole_type
from pendo_destination.trigger.predicate import TRIGGER_NAMES, TriggerCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_destination.runtime.definition import Subscription
    from pendo_destination.trigger import Tree


class NoMatch(enum.Enum):
    """The result for an event that a trigger does not match."""

    NO_MATCH = "no match"


NO_MATCH: Final = NoMatch.NO_MATCH
_NAMES: Final = {**MAPPING_NAMES, **TRIGGER_NAMES, "NO_MATCH": NO_MATCH}


class CompiledSubscription(Struct, frozen=True):
    """A subscription with the function `resolve`, which returns the payload for an event, or NO_MATCH.

    If the trigger checks nothing but the event type, `event_type` is that type, and `resolve` may be called with events
    of that type only. An invalid mapping fails when an event matches, as in the browser.

    `resolve_partial` is the same function for partial events that have the members at `paths`. It is None if the
    subscription can read any member.
    """

    subscription: Subscription
    source: FunctionSource
    resolve: Callable[[Any], Any]
    event_type: str | None
    resolve_partial: Callable[[Any], Any] | None = None
    paths: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def compile(cls, subscription: Subscription) -> CompiledSubscription:
        """Compile a subscription."""
        tree = _parse_or_never(subscription.subscribe)
        event_type = sole_type(tree)
        trigger = None if event_type else tree
        source = _write_function(trigger, subscription.mapping)
        partial = _write_function(trigger, subscription.mapping, partial=True)
        resolve_partial = None if partial.reads_all else partial.compile()
        return cls(subscription, source, source.compile(), event_type, resolve_partial, frozenset(partial.paths))

    def accepts(self, event_type: str) -> bool:
        """Return whether `resolve` may be called with events of a type."""
        return self.event_type in {None, event_type}


def _parse_or_never(text: str) -> Tree:
    try:
        return parse(text)
    except ConfigurationError:
        return NEVER


def _write_function(tree: Tree | None, mapping: Mapping[str, Any], *, partial: bool = False) -> FunctionSource:
    """Write the function for the events that match a trigger, or for all events without a trigger."""
    source = _begin_function(tree, partial=partial)
    try:
        write_mapping(source, mapping)
    except ConfigurationError as error:
        source = _begin_function(tree, partial=partial)
        source.write(f"raise {source.bind('error', error)}")
    return source


def _begin_function(tree: Tree | None, *, partial: bool) -> FunctionSource:
    source = FunctionSource("event", _NAMES, partial=partial)
    if tree is not None:
        with source.block(f"if not ({TriggerCode(source, is_object=True).expression(tree)}):"):
            source.write("return NO_MATCH")
    return source
