"""Builds the condition of a trigger from its tokens, like Segment (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

from typing import Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import number, text
from pendo_destination.trigger.lexer import Token
from pendo_destination.trigger.tree import BY_HEAD, Field, Tree

_NUMBER_OPERATORS: Final = {"=": "number_equals", "!=": "number_not_equals"}


def build_condition(field: Field, path: Token, operator: Token, value: Token) -> Tree:
    """Build the condition of a field and the two tokens after it: `userId != null`, `properties.price > 5`."""
    if shorthand := field.shorthands.get((operator.value, value.value)):
        return field.condition(path.value, shorthand)
    if not field.has_path:
        return field.condition(path.value, operator.value, value=text(_value(value)))
    names = _NUMBER_OPERATORS if value.kind == "number" else {}
    return field.condition(path.value, names.get(operator.value, operator.value), value=_value(value))


def build_function_condition(function: str, negation: str, path: Token, value: Token) -> Tree | None:
    """Build the condition of contains( or match(; return None if Segment skips it, as in `contains(type, "x")`."""
    field = _function_field(path.value)
    if field is None:
        return None
    operator, expected = _function_operator(function, value)
    return field.condition(path.value, negation + operator, value=expected)


def _function_field(path: str) -> Field | None:
    if path in {"event", "name", "userId"}:
        return BY_HEAD[path]
    return next((field for field in BY_HEAD.values() if field.has_path and path.startswith(field.head)), None)


def _function_operator(function: str, value: Token) -> tuple[str, str]:
    expected = text(_value(value))
    if function == "contains":
        return "contains", expected
    if value.value.endswith('*"'):
        return "starts_with", expected[:-1]
    return "ends_with", utf16_text(utf16_units(expected)[1:])


def _value(token: Token) -> str | float | bool:
    match token:
        case Token("string", quoted):
            return quoted.removeprefix('"').removesuffix('"')
        case Token("number", digits):
            value = number(digits)
            return int(value) if value.is_integer() else value
        case Token("name", "true" | "false" as boolean):
            return boolean == "true"
        case _:
            return token.value
