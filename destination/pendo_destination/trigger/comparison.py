"""How a condition compares the value found in an event with the one it wants, as JavaScript compares them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import is_nullish, is_number, number, text

Test: TypeAlias = Callable[[Any], bool]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _of_numbers(compare: Callable[[float, float], bool]) -> Callable[[Any], Test]:
    def test_against(wanted: Any) -> Test:
        bound = number(wanted)
        return lambda actual: is_number(actual) and compare(number(actual), bound)

    return test_against


def _of_texts(compare: Callable[[str, str], bool], *, outcome: bool = True) -> Callable[[Any], Test]:
    def test_against(wanted: Any) -> Test:
        part = text(wanted)
        if _SURROGATE.search(part):
            return lambda actual: isinstance(actual, str) and compare(utf16_units(actual), utf16_units(part)) is outcome
        return lambda actual: isinstance(actual, str) and compare(actual, part) is outcome

    return test_against


def _equal(wanted: Any) -> Test:
    name = text(wanted)
    return lambda actual: actual == name


def _unequal(wanted: Any) -> Test:
    name = text(wanted)
    return lambda actual: actual != name


COMPARISONS: Final[dict[str, Callable[[Any], Test]]] = {
    "=": _equal,
    "!=": _unequal,
    "number_equals": _of_numbers(operator.eq),
    "number_not_equals": _of_numbers(operator.ne),
    "<": _of_numbers(operator.lt),
    "<=": _of_numbers(operator.le),
    ">": _of_numbers(operator.gt),
    ">=": _of_numbers(operator.ge),
    "contains": _of_texts(operator.contains),
    "not_contains": _of_texts(operator.contains, outcome=False),
    "starts_with": _of_texts(str.startswith),
    "not_starts_with": _of_texts(str.startswith, outcome=False),
    "ends_with": _of_texts(str.endswith),
    "not_ends_with": _of_texts(str.endswith, outcome=False),
    "exists": lambda _: lambda actual: not is_nullish(actual),
    "not_exists": lambda _: is_nullish,
    "is_true": lambda _: lambda actual: actual is True,
    "is_false": lambda _: lambda actual: actual is False,
}
