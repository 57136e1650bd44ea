"""From a trigger's tree to a predicate over events, compiled once (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeAlias

from pendo_destination.javascript.values import INHERITED, UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.path import compile_reader, lookup
from pendo_destination.trigger.comparison import COMPARISONS
from pendo_destination.trigger.error import trigger_error, unreadable_member
from pendo_destination.trigger.parser import parse
from pendo_destination.trigger.tree import BY_TYPE, Field, Node, Tree

Predicate: TypeAlias = Callable[[dict[str, Any]], bool]

_KEY: Final = re.compile(r"[^\[.\]]+")
_INHERITED_MEMBER: Final = object()


def compile_trigger(trigger: str | Tree) -> Predicate:
    """Compile a trigger into a predicate over events, which answers what Segment's validate answers.

    Raises ConfigurationError for a text that cannot be read. The predicate raises it for every event at which validate
    throws: on reaching empty parentheses, or a path made of dots alone.
    """
    tree = parse(trigger) if isinstance(trigger, str) else trigger
    return _never if tree.get("error") else _group(tree)


def _never(_: Any) -> bool:
    return False


def _failing(advice: str, segment_message: str) -> Callable[[Any], NoReturn]:
    def fail(_: Any) -> NoReturn:
        raise trigger_error(advice, segment_message=segment_message)

    return fail


def _group(node: Tree) -> Predicate:
    joint, children = node.get("operator"), node.get("children", UNDEFINED)
    if joint not in {"and", "or"}:
        return _never
    if not isinstance(children, list):
        return _failing("give the group its list of children", unreadable_member(children, "every"))
    predicates = [_child(child) for child in children]
    if len(predicates) == 1:
        return predicates[0]
    return _any(predicates) if joint == "or" else _all(predicates)


def _all(predicates: list[Predicate]) -> Predicate:
    def every(event: dict[str, Any]) -> bool:
        for predicate in predicates:  # noqa: SIM110 - all() over a generator takes twice as long
            if not predicate(event):
                return False
        return True

    return every


def _any(predicates: list[Predicate]) -> Predicate:
    def some(event: dict[str, Any]) -> bool:
        for predicate in predicates:  # noqa: SIM110 - any() over a generator takes twice as long
            if predicate(event):
                return True
        return False

    return some


def _child(node: Node) -> Predicate:
    if is_nullish(node):
        return _failing("put a condition between the parentheses", unreadable_member(node, "type"))
    if not isinstance(node, dict):
        return _never
    if node.get("type") == "group":
        return _group(node)
    field = BY_TYPE.get(node.get("type", ""))
    return _condition(field, node) if field else _never


def _condition(field: Field, node: Tree) -> Predicate:
    head, operator, value = field.head, node.get("operator", ""), node.get("value", UNDEFINED)
    if operator == "=" and not field.pathed:
        wanted = text(value)
        return lambda event: event.get(head) == wanted
    read = _member(head, node.get("name", UNDEFINED)) if field.pathed else compile_reader((head,))
    test = COMPARISONS[operator](value) if operator in COMPARISONS else _never
    return lambda event: test(read(event))


def _member(head: str, name: Any) -> Callable[[dict[str, Any]], Any]:
    """Compile the reading of one member of an event's properties, traits or context.

    Every object inherits `constructor` and its like, so that `properties.constructor != null` holds. What functions,
    strings, arrays and numbers have besides (`properties.constructor.name`, `properties.list.map`) is not imitated.
    """
    if not truthy(name):
        return _nameless(head)
    keys = (head, *_KEY.findall(name)) if isinstance(name, str) else (head,)
    if len(keys) == 1:
        return _failing("give the path a name besides dots and brackets", unreadable_member(None, "reduce"))
    return compile_reader(keys) if INHERITED.isdisjoint(keys) else _inherited(keys)


def _nameless(head: str) -> Callable[[dict[str, Any]], Any]:
    """Compile the reading of a member without a name: undefined in every event; the event null still fails."""

    def read(event: dict[str, Any]) -> Any:
        event.get(head)
        return UNDEFINED

    return read


def _inherited(keys: tuple[str, ...]) -> Callable[[dict[str, Any]], Any]:
    def read(event: dict[str, Any]) -> Any:
        value: Any = event
        for key in keys:
            own = lookup(value, (key,))
            value = _INHERITED_MEMBER if own is UNDEFINED and key in INHERITED and truthy(value) else own
        return value

    return read
