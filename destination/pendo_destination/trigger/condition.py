"""A condition made from its words, as Segment makes it (observed in destination-subscriptions 3.37.0)."""

from __future__ import annotations

from typing import Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import number, text
from pendo_destination.trigger.token import Token
from pendo_destination.trigger.tree import BY_HEAD, Field, Tree

_OF_NUMBERS: Final = {"=": "number_equals", "!=": "number_not_equals"}


def condition(field: Field, named: Token, operator: Token, value: Token) -> Tree:
    """Make the condition of a field and the two words after it: `userId != null`, `properties.price > 5`."""
    path = named.value
    if shorthand := field.shorthands.get((operator.value, value.value)):
        return field.condition(path, shorthand)
    if not field.pathed:
        return field.condition(path, operator.value, value=text(_value(value)))
    names = _OF_NUMBERS if value.kind == "number" else {}
    return field.condition(path, names.get(operator.value, operator.value), value=_value(value))


def function_condition(function: str, negation: str, named: Token, value: Token) -> Tree | None:
    """Make the condition of contains( or match(; None if Segment skips it, as it does for `contains(type, "x")`."""
    field = _field_of_function(named.value)
    if field is None:
        return None
    operator, wanted = _part(function, value)
    return field.condition(named.value, negation + operator, value=wanted)


def _field_of_function(path: str) -> Field | None:
    if path in {"event", "name", "userId"}:
        return BY_HEAD[path]
    return next((field for field in BY_HEAD.values() if field.pathed and path.startswith(field.head)), None)


def _part(function: str, value: Token) -> tuple[str, str]:
    wanted = text(_value(value))
    if function == "contains":
        return "contains", wanted
    if value.value.endswith('*"'):
        return "starts_with", wanted[:-1]
    return "ends_with", utf16_text(utf16_units(wanted)[1:])


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
