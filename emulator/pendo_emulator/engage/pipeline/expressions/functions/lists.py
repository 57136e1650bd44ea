"""The functions on lists, and the list of an object's names."""

from __future__ import annotations

from typing import Any, Final

from pendo_emulator.engage.pipeline.expressions.functions.function import (
    Example,
    Function,
    also_of_null,
    null_if_null,
)
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC
from pendo_emulator.engage.pipeline.expressions.values import tidy


def items_in_range(items: Any, smallest: Any, largest: Any) -> list[Any] | None:
    """Return the elements from `smallest` to `largest`; None if a bound is no number or string."""
    if items.__class__ is not list or not _ordered(smallest, largest):
        return None
    return [item for item in items if _ordered(item, smallest) and smallest <= item <= largest]


def reversed_list(items: Any) -> list[Any] | None:
    """Return the elements in the opposite order; None for other values."""
    return items[::-1] if items.__class__ is list else None


def sorted_without_duplicates(items: Any) -> list[Any] | None:
    """Return the elements in ascending order, each once; None if they are not all numbers or all strings."""
    if items.__class__ is not list or not all(_ordered(item, items[0]) for item in items):
        return None
    return sorted(set(items))


def total(items: Any) -> float | None:
    """Return the sum of a list of numbers, without its nulls; None if another element is no number."""
    if items.__class__ is not list:
        return None
    numbers = [item for item in items if item is not None]
    if not all(item.__class__ in NUMERIC for item in numbers):
        return None
    try:
        return tidy(sum(numbers))
    except OverflowError:
        return None


def names_of(owner: Any) -> list[str] | None:
    """Return the names of an object's members, sorted; None for other values."""
    return sorted(owner) if owner.__class__ is dict else None


def _ordered(value: Any, other: Any) -> bool:
    """Return whether `<` is defined between two values: both are numbers, or both strings."""
    if value.__class__ is str:
        return other.__class__ is str
    return value.__class__ in NUMERIC and other.__class__ in NUMERIC


FUNCTIONS: Final = (
    Function(
        "list",
        "list(a, b, ...)",
        0,
        None,
        "The list of its arguments, as `[a, b]`.",
        "documented",
        also_of_null(lambda *items: list(items)),
        (
            Example("list(a, b)", ["x", "y"], {"a": "x", "b": "y"}),
            Example("list(1, 1 + 2, sum(a))", [1, 3, 6], {"a": [2, 4]}),
            Example("list(a)", [None]),
            Example("list()", []),
        ),
    ),
    Function(
        "listInRange",
        "listInRange(list, smallest, largest)",
        3,
        3,
        "The elements of the list that are not below `smallest` and not above `largest`.",
        "documented; that both bounds belong to the range is assumed",
        null_if_null(items_in_range),
        (
            Example("listInRange(days, 2, 4)", [2, 4], {"days": [1, 2, 4, 5]}),
            Example('listInRange(["b", "a", 3], "a", "a")', ["a"]),
            Example("listInRange(days, 2, 4)", None),
            Example("listInRange([1], null, 4)", None),
            Example('listInRange([1], 0, "z")', None),
            Example("listInRange(5, 2, 4)", None),
        ),
        ("listInRange(a, 1)", "listInRange(a, 1, 2, 3)"),
    ),
    Function(
        "reverse",
        "reverse(list)",
        1,
        1,
        "The elements of the list in the opposite order.",
        "documented",
        null_if_null(reversed_list),
        (
            Example("reverse([1, 2, 3])", [3, 2, 1]),
            Example("reverse(x)", None),
            Example('reverse("abc")', None),
        ),
        ("reverse()", "reverse(a, b)"),
    ),
    Function(
        "sortUnique",
        "sortUnique(list)",
        1,
        1,
        "The elements of the list in ascending order, each once. A list of several types gives null.",
        "documented; the null is assumed",
        null_if_null(sorted_without_duplicates),
        (
            Example("sortUnique([3, 1, 3, 2])", [1, 2, 3]),
            Example('sortUnique(["b", "a", "b"])', ["a", "b"]),
            Example("sortUnique([])", []),
            Example('sortUnique([1, "a"])', None),
            Example("sortUnique(x)", None),
            Example('sortUnique("ba")', None),
        ),
        ("sortUnique()", "sortUnique(a, b)"),
    ),
    Function(
        "sum",
        "sum(list)",
        1,
        1,
        "The sum of the numbers in the list, without its nulls. An element of another type gives null.",
        "documented; that nulls are skipped, and the null for other types, are assumed",
        null_if_null(total),
        (
            Example("sum([1, 2, 3.5])", 6.5),
            Example("sum([1, null])", 1),
            Example("sum([])", 0),
            Example('sum([1, "2"])', None),
            Example("sum(x)", None),
            Example("sum(5)", None),
        ),
        ("sum()", "sum(1, 2)"),
    ),
    Function(
        "keys",
        "keys(object)",
        1,
        1,
        "The names of the object's members, sorted.",
        "observed in a client's requests; the order is assumed",
        null_if_null(names_of),
        (
            Example("keys(properties)", ["plan", "seats"], {"properties": {"seats": 3, "plan": "pro"}}),
            Example("keys(properties)", None),
            Example("keys([1])", None),
        ),
        ("keys()", "keys(a, b)"),
    ),
)
