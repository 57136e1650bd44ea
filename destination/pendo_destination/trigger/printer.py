"""Prints the tree of a trigger as text, like Segment (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

import re
from typing import Any, Final

from pendo_contracts.common.javascript_numbers import number_text
from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, number, text
from pendo_destination.trigger.error import trigger_error, unreadable_member
from pendo_destination.trigger.tree import BY_TYPE, Node, Tree

_DEFAULT_FORMAT: Final = "{subject} {operator} {value}"
_FORMATS: Final = {
    "exists": "{subject} != null",
    "not_exists": "{subject} = null",
    "is_true": "{subject} = true",
    "is_false": "{subject} = false",
    "contains": "contains({subject}, {value})",
    "not_contains": "!contains({subject}, {value})",
    "starts_with": 'match({subject}, "{text}*")',
    "not_starts_with": '!match({subject}, "{text}*")',
    "ends_with": 'match({subject}, "*{text}")',
    "not_ends_with": '!match({subject}, "*{text}")',
    "number_equals": "{subject} = {number}",
    "number_not_equals": "{subject} != {number}",
    "<": "{subject} < {number}",
    "<=": "{subject} <= {number}",
    ">": "{subject} > {number}",
    ">=": "{subject} >= {number}",
}
_ESCAPED_CHARACTER: Final = re.compile(r"[^a-zA-Z0-9._-]")


def print_trigger(tree: Tree) -> str:
    """Print a tree like Segment's generateFql; raise ConfigurationError if generateFql throws.

    Parsing the text does not always give the same tree: a quote inside a value is not escaped, groups can be nested
    deeper than `parse` accepts, and a bound that is not a number is printed as NaN.
    """
    if error := tree.get("error"):
        raise trigger_error("correct the trigger that this tree was parsed from", segment_message=error.get("message"))
    printed = _print_group(tree)
    if printed.startswith("(") and printed.endswith(")") and printed.count("(") + printed.count(")") == 2:
        return printed[1:-1]
    return printed


def _print_group(node: Tree) -> str:
    children = node.get("children", UNDEFINED)
    if not isinstance(children, list):
        raise trigger_error("add the list `children` to the group", segment_message=unreadable_member(children, "map"))
    return f" {text(node.get('operator', UNDEFINED))} ".join(_print_child(child) for child in children)


def _print_child(node: Node) -> str:
    if is_nullish(node):
        raise trigger_error("replace this child with a condition", segment_message=unreadable_member(node, "type"))
    if isinstance(node, dict) and node.get("type") == "group":
        return f"({_print_group(node)})"
    if not isinstance(node, dict) or not (field := BY_TYPE.get(node.get("type", ""))):
        raise trigger_error(f"use one of the types {', '.join(BY_TYPE)}", segment_message="Unknown condition type")
    subject = f"{field.head}.{_escape(node.get('name', UNDEFINED))}" if field.has_path else field.head
    return _print_condition(subject, node.get("operator", UNDEFINED), node.get("value", UNDEFINED))


def _escape(name: Any) -> str:
    return _ESCAPED_CHARACTER.sub(r"\\\g<0>", utf16_units(name)) if isinstance(name, str) else text(name)


def _print_condition(subject: str, operator: Any, value: Any) -> str:
    return _FORMATS.get(operator, _DEFAULT_FORMAT).format(
        subject=subject,
        operator=text(operator),
        value=text(value) if isinstance(value, bool) or is_number(value) else f'"{text(value)}"',
        text=text(value),
        number=number_text(number(value)),
    )
