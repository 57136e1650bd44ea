"""Compiles a trigger into a predicate over events (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeAlias

from pendo_destination.javascript.values import INHERITED, UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.path_directive import compile_reader, lookup
from pendo_destination.trigger.comparison import COMPARISONS
from pendo_destination.trigger.error import trigger_error, unreadable_member
from pendo_destination.trigger.parser import parse
from pendo_destination.trigger.tree import BY_TYPE, Field, Node, Tree

Predicate: TypeAlias = Callable[[dict[str, Any]], bool]

_KEY: Final = re.compile(r"[^\[.\]]+")
_INHERITED_MEMBER: Final = object()


def compile_trigger(trigger: str | Tree) -> Predicate:
    """Compile a trigger into a predicate that returns the result of Segment's validate for an event.

    Raises ConfigurationError for a text that cannot be parsed. The predicate raises it for the events on which validate
    throws: events that reach empty parentheses, or a path that has only dots.
    """
    tree = parse(trigger) if isinstance(trigger, str) else trigger
    return _never if tree.get("error") else _compile_group(tree)


def _never(_: Any) -> bool:
    return False


def _fail_with(advice: str, segment_message: str) -> Callable[[Any], NoReturn]:
    def fail(_: Any) -> NoReturn:
        raise trigger_error(advice, segment_message=segment_message)

    return fail


def _compile_group(node: Tree) -> Predicate:
    operator, children = node.get("operator"), node.get("children", UNDEFINED)
    if operator not in {"and", "or"}:
        return _never
    if not isinstance(children, list):
        return _fail_with("add the list `children` to the group", unreadable_member(children, "every"))
    predicates = [_compile_child(child) for child in children]
    if len(predicates) == 1:
        return predicates[0]
    return _any(predicates) if operator == "or" else _all(predicates)


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


def _compile_child(node: Node) -> Predicate:
    if is_nullish(node):
        return _fail_with("write a condition between the parentheses", unreadable_member(node, "type"))
    if not isinstance(node, dict):
        return _never
    if node.get("type") == "group":
        return _compile_group(node)
    field = BY_TYPE.get(node.get("type", ""))
    return _compile_condition(field, node) if field else _never


def _compile_condition(field: Field, node: Tree) -> Predicate:
    head, operator, value = field.head, node.get("operator", ""), node.get("value", UNDEFINED)
    if operator == "=" and not field.has_path:
        expected = text(value)
        return lambda event: event.get(head) == expected
    read = _member_reader(head, node.get("name", UNDEFINED)) if field.has_path else compile_reader((head,))
    test = COMPARISONS[operator](value) if operator in COMPARISONS else _never
    return lambda event: test(read(event))


def _member_reader(head: str, name: Any) -> Callable[[dict[str, Any]], Any]:
    """Return a function that reads one member of an event's properties, traits or context.

    Every object inherits members such as `constructor`, so `properties.constructor != null` is true. Members that
    functions, strings, arrays and numbers inherit (`properties.list.map`) are not imitated.
    """
    if not truthy(name):
        return _undefined_reader(head)
    keys = (head, *_KEY.findall(name)) if isinstance(name, str) else (head,)
    if len(keys) == 1:
        return _fail_with("write a name in the path, not only dots and brackets", unreadable_member(None, "reduce"))
    return compile_reader(keys) if INHERITED.isdisjoint(keys) else _inherited_reader(keys)


def _undefined_reader(head: str) -> Callable[[dict[str, Any]], Any]:
    """Return the reader of a member without a name: undefined in every event, but the event null still fails."""

    def read(event: dict[str, Any]) -> Any:
        event.get(head)
        return UNDEFINED

    return read


def _inherited_reader(keys: tuple[str, ...]) -> Callable[[dict[str, Any]], Any]:
    def read(event: dict[str, Any]) -> Any:
        value: Any = event
        for key in keys:
            own = lookup(value, (key,))
            value = _INHERITED_MEMBER if own is UNDEFINED and key in INHERITED and truthy(value) else own
        return value

    return read
