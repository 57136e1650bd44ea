"""Liquid's operators on JavaScript's values: `==` is strict, `<` and `>` convert, only nil and false are false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import is_nullish, is_number, number, text, trim
from pendo_destination.mapping.liquid.value import Keyword, to_javascript

if TYPE_CHECKING:
    from collections.abc import Callable


class Operator(NamedTuple):
    """An operator's precedence (a higher one binds tighter), its number of operands and its function."""

    precedence: int
    arity: int
    compute: Callable[..., bool]


def is_true(value: Any) -> bool:
    """Return whether a value is true in a condition: every value except nil and false."""
    return not (is_nullish(to_javascript(value)) or value is False)


def equals(left: Any, right: Any) -> bool:
    """Compare like `==`: arrays by their elements, objects by identity, keywords by their own rules."""
    if isinstance(left, Keyword):
        return _equals_keyword(right, left)
    if isinstance(right, Keyword):
        return _equals_keyword(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equals, left, right))
    if isinstance(left, (str, bool)) or is_number(left):
        return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
    return left is right


def _equals_keyword(value: Any, keyword: Keyword) -> bool:
    if keyword is Keyword.NIL:
        return is_nullish(to_javascript(value))
    if isinstance(value, (str, list, dict)):
        return not (trim(value) if keyword is Keyword.BLANK and isinstance(value, str) else value)
    return keyword is Keyword.BLANK and not is_true(value)


def _is_less(left: Any, right: Any, *, or_equal: bool = False) -> bool:
    if isinstance(left, Keyword) or isinstance(right, Keyword):
        return False
    low, high = _to_primitive(left), _to_primitive(right)
    if isinstance(low, str) and isinstance(high, str):
        low, high = (side.encode("utf-16-be", "surrogatepass") for side in (low, high))
    else:
        low, high = number(low), number(high)
    return bool(low <= high if or_equal else low < high)


def _to_primitive(value: Any) -> Any:
    return text(value) if isinstance(value, (list, dict)) else value


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return any(equals(item, right) for item in left)
    string = to_javascript(left)
    return isinstance(string, str) and utf16_units(text(to_javascript(right))) in utf16_units(string)


OPERATORS: Final = {
    "==": Operator(2, 2, equals),
    "!=": Operator(2, 2, lambda left, right: not equals(left, right)),
    "<=": Operator(2, 2, lambda left, right: _is_less(left, right, or_equal=True)),
    ">=": Operator(2, 2, lambda left, right: _is_less(right, left, or_equal=True)),
    "<": Operator(2, 2, _is_less),
    ">": Operator(2, 2, lambda left, right: _is_less(right, left)),
    "contains": Operator(2, 2, _contains),
    "not": Operator(1, 1, lambda value: not is_true(value)),
    "and": Operator(0, 2, lambda left, right: is_true(left) and is_true(right)),
    "or": Operator(0, 2, lambda left, right: is_true(left) or is_true(right)),
}
