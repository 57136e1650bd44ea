"""Liquid's operators between JavaScript's values: `==` is strict, `<` and `>` convert, only nil and false are false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import is_nullish, is_number, number, text, trim
from pendo_destination.mapping.liquid.value import Drop, plain

if TYPE_CHECKING:
    from collections.abc import Callable


class Operator(NamedTuple):
    """How tightly an operator binds, how many operands it takes and what it makes of them."""

    precedence: int
    takes: int
    compute: Callable[..., bool]


def holds(value: Any) -> bool:
    """Tell whether a condition is met: everything is true but nil and false."""
    return not (is_nullish(plain(value)) or value is False)


def equal(left: Any, right: Any) -> bool:
    """Compare as `==` does: arrays by their elements, objects by identity; `empty` and `blank` as they define it."""
    if isinstance(left, Drop):
        return _fits(left, right)
    if isinstance(right, Drop):
        return _fits(right, left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, (str, bool)) or is_number(left):
        return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
    return left is right


def _fits(drop: Drop, value: Any) -> bool:
    if drop is Drop.NIL:
        return is_nullish(plain(value))
    if isinstance(value, (str, list, dict)):
        return not (trim(value) if drop is Drop.BLANK and isinstance(value, str) else value)
    return drop is Drop.BLANK and not holds(value)


def _less(left: Any, right: Any, *, or_equal: bool = False) -> bool:
    if isinstance(left, Drop) or isinstance(right, Drop):
        return False
    one, other = _primitive(left), _primitive(right)
    if isinstance(one, str) and isinstance(other, str):
        one, other = (side.encode("utf-16-be", "surrogatepass") for side in (one, other))
    else:
        one, other = number(one), number(other)
    return bool(one <= other if or_equal else one < other)


def _primitive(value: Any) -> Any:
    return text(value) if isinstance(value, (list, dict)) else value


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return any(equal(item, right) for item in left)
    string = plain(left)
    return isinstance(string, str) and utf16_units(text(plain(right))) in utf16_units(string)


OPERATORS: Final = {
    "==": Operator(2, 2, equal),
    "!=": Operator(2, 2, lambda left, right: not equal(left, right)),
    "<=": Operator(2, 2, lambda left, right: _less(left, right, or_equal=True)),
    ">=": Operator(2, 2, lambda left, right: _less(right, left, or_equal=True)),
    "<": Operator(2, 2, _less),
    ">": Operator(2, 2, lambda left, right: _less(right, left)),
    "contains": Operator(2, 2, _contains),
    "not": Operator(1, 1, lambda value: not holds(value)),
    "and": Operator(0, 2, lambda left, right: holds(left) and holds(right)),
    "or": Operator(0, 2, lambda left, right: holds(left) or holds(right)),
}
