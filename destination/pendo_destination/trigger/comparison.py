"""Compares a value of an event with the value of a condition, as JavaScript compares them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import is_nullish, is_number, number, text

Test: TypeAlias = Callable[[Any], bool]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _number_test(compare: Callable[[float, float], bool]) -> Callable[[Any], Test]:
    def compile_test(expected: Any) -> Test:
        bound = number(expected)
        return lambda actual: is_number(actual) and compare(number(actual), bound)

    return compile_test


def _text_test(compare: Callable[[str, str], bool], *, outcome: bool = True) -> Callable[[Any], Test]:
    def compile_test(expected: Any) -> Test:
        part = text(expected)
        if _SURROGATE.search(part):
            return lambda actual: isinstance(actual, str) and compare(utf16_units(actual), utf16_units(part)) is outcome
        return lambda actual: isinstance(actual, str) and compare(actual, part) is outcome

    return compile_test


# The operators that the generated code of a trigger applies itself, as expressions of a member and the expected text.
EXPRESSIONS: Final = {
    "=": "{member} == {text}",
    "!=": "{member} != {text}",
    "is_true": "{member} is True",
    "is_false": "{member} is False",
}
# The other operators are calls of a test.
COMPARISONS: Final[dict[str, Callable[[Any], Test]]] = {
    "number_equals": _number_test(operator.eq),
    "number_not_equals": _number_test(operator.ne),
    "<": _number_test(operator.lt),
    "<=": _number_test(operator.le),
    ">": _number_test(operator.gt),
    ">=": _number_test(operator.ge),
    "contains": _text_test(operator.contains),
    "not_contains": _text_test(operator.contains, outcome=False),
    "starts_with": _text_test(str.startswith),
    "not_starts_with": _text_test(str.startswith, outcome=False),
    "ends_with": _text_test(str.endswith),
    "not_ends_with": _text_test(str.endswith, outcome=False),
    "exists": lambda _: lambda actual: not is_nullish(actual),
    "not_exists": lambda _: is_nullish,
}
OPERATORS: Final = frozenset({*EXPRESSIONS, *COMPARISONS})
