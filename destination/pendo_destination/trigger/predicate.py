"""Compiles a trigger into a predicate over events (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeAlias

from msgspec import Struct

from pendo_destination.javascript.values import INHERITED, UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.function_source import FunctionSource
from pendo_destination.mapping.path_directive import lookup, path_expression
from pendo_destination.trigger.comparison import COMPARISONS, EXPRESSIONS
from pendo_destination.trigger.error import trigger_error, unreadable_member
from pendo_destination.trigger.parser import parse
from pendo_destination.trigger.tree import BY_TYPE, Field, Node, Tree

Predicate: TypeAlias = Callable[[dict[str, Any]], bool]

# The names that the generated code uses.
TRIGGER_NAMES: Final = {"UNDEFINED": UNDEFINED, "lookup": lookup}

# Python limits the depth of parentheses; deeper groups are functions of their own.
_MAX_NESTING: Final = 20
_KEY: Final = re.compile(r"[^\[.\]]+")
_INHERITED_MEMBER: Final = object()


def compile_trigger(trigger: str | Tree) -> Predicate:
    """Compile a trigger into a predicate that returns the result of Segment's validate for an event.

    Raises ConfigurationError for a text that cannot be parsed. The predicate raises it for the events on which validate
    throws: events that reach empty parentheses, or a path that has only dots.
    """
    tree = parse(trigger) if isinstance(trigger, str) else trigger
    source = FunctionSource("event", TRIGGER_NAMES)
    source.write(f"return {TriggerCode(source).expression(tree)}")
    return source.compile()


class TriggerCode(Struct, frozen=True):
    """Builds the expression of a trigger in a generated function whose parameter is the event.

    With `is_object` the event is known to be an object.
    """

    source: FunctionSource
    is_object: bool = False

    def expression(self, tree: Tree) -> str:
        """Return the expression that is true for the events that match a trigger."""
        return "False" if tree.get("error") else self._group(tree, 0)

    def _group(self, node: Tree, depth: int) -> str:
        operator, children = node.get("operator"), node.get("children", UNDEFINED)
        if operator not in {"and", "or"}:
            return "False"
        if not isinstance(children, list):
            return self._fail("add the list `children` to the group", unreadable_member(children, "every"))
        if depth == _MAX_NESTING:
            return self._call("group", compile_trigger(node), "a deeper group")
        conditions = [self._child(child, depth + 1) for child in children] or [str(operator == "and")]
        return f"({f' {operator} '.join(conditions)})" if len(conditions) > 1 else conditions[0]

    def _child(self, node: Node, depth: int) -> str:
        if is_nullish(node):
            return self._fail("write a condition between the parentheses", unreadable_member(node, "type"))
        if not isinstance(node, dict):
            return "False"
        if node.get("type") == "group":
            return self._group(node, depth)
        field = BY_TYPE.get(node.get("type", ""))
        return self._condition(field, node) if field else "False"

    def _condition(self, field: Field, node: Tree) -> str:
        operator, value = node.get("operator", ""), node.get("value", UNDEFINED)
        if operator == "=" and not field.has_path:
            return f"{self.source.parameter_for((field.head,))}.get({field.head!r}) == {text(value)!r}"
        member = self._member(field.head, node.get("name", UNDEFINED)) if field.has_path else self._path((field.head,))
        if operator in EXPRESSIONS:
            return EXPRESSIONS[operator].format(member=f"({member})", text=repr(text(value)))
        test = COMPARISONS[operator](value) if operator in COMPARISONS else _never
        return f"{self.source.bind('test', test, f'{operator} {text(value)}')}({member})"

    def _member(self, head: str, name: Any) -> str:
        """Return the expression of one member of an event's properties, traits or context.

        Every object inherits members such as `constructor`, so `properties.constructor != null` is true. Members that
        functions, strings, arrays and numbers inherit (`properties.list.map`) are not imitated.
        """
        if not truthy(name):
            return self._call("read", _undefined_reader(head), f"{head} without a name")
        keys = (head, *_KEY.findall(name)) if isinstance(name, str) else (head,)
        if len(keys) == 1:
            return self._fail("write a name in the path, not only dots and brackets", unreadable_member(None, "reduce"))
        if INHERITED.isdisjoint(keys):
            return self._path(keys)
        return self._call("read", _inherited_reader(keys), ".".join(keys))

    def _path(self, keys: tuple[str, ...]) -> str:
        return path_expression(self.source, keys, is_object=self.is_object)

    def _fail(self, advice: str, segment_message: str) -> str:
        return self._call("fail", _fail_with(advice, segment_message), advice)

    def _call(self, kind: str, function: Callable[[Any], Any], meaning: str) -> str:
        return f"{self.source.bind(kind, function, meaning)}({self.source.whole_parameter()})"


def _never(_: Any) -> bool:
    return False


def _fail_with(advice: str, segment_message: str) -> Callable[[Any], NoReturn]:
    def fail(_: Any) -> NoReturn:
        raise trigger_error(advice, segment_message=segment_message)

    return fail


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
