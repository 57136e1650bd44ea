"""A compiled part of an expression: a function of the row, or a constant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Row: TypeAlias = Mapping[str, Any]
Evaluate: TypeAlias = Callable[[Row], Any]
Condition: TypeAlias = Callable[[Row], bool]
RowFilter: TypeAlias = Callable[[Iterable[dict[str, Any]]], Iterable[dict[str, Any]]]

NUMERIC: Final[frozenset[Any]] = frozenset((int, float))


@dataclass(frozen=True, slots=True)
class Operand:
    """A compiled part of an expression.

    `read` returns its value for a row. A constant has the same `value` for all rows. `key` is set if the operand is a
    field of the row itself. If the value is only true, false or null, `condition` returns whether it is true, in less
    time than `read`; `keep` may filter rows by it, in still less time.
    """

    read: Evaluate
    column: int = 1
    is_constant: bool = False
    value: Any = None
    key: str | None = None
    condition: Condition | None = None
    keep: RowFilter | None = None


def constant(value: Any, column: int = 1) -> Operand:
    """Return the operand that has the same value for all rows."""
    return Operand(lambda _: value, column, is_constant=True, value=value)


def holds(operand: Operand) -> Condition:
    """Return the condition that the operand is the boolean true: filters and `if` use it."""
    read = operand.read
    return operand.condition or (lambda row: read(row) is True)


def counts_as_true(operand: Operand) -> Condition:
    """Return the condition that the operand is true or a number other than 0: `&&` and `||` use it."""
    if operand.condition:
        return operand.condition
    read = operand.read

    def condition(row: Row) -> bool:
        value = read(row)
        return value is True or (value.__class__ in NUMERIC and value != 0)

    return condition
