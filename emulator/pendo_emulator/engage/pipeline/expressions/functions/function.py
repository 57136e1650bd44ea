"""The description of one function, from which calls are checked and compiled and the documentation is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Operand

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.operand import Row

Build: TypeAlias = Callable[[tuple[Operand, ...], ExpressionContext], Evaluate]


@dataclass(frozen=True, slots=True)
class Example:
    """An expression, its result, and the row that it reads."""

    expression: str
    result: Any
    row: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `build` compiles a call with `fewest` to `most` arguments; `most` is None if there is no limit.

    `known` says how its meaning is known. `refused` are expressions that cannot be read because of a wrong call.
    """

    name: str
    syntax: str
    fewest: int
    most: int | None
    meaning: str
    known: str
    build: Build
    examples: tuple[Example, ...]
    refused: tuple[str, ...] = ()


def null_if_null(function: Callable[..., Any]) -> Build:
    """Return the builder of a function that returns null if an argument is null."""

    def build(arguments: tuple[Operand, ...], _: ExpressionContext) -> Evaluate:
        reads = [argument.read for argument in arguments]
        if len(reads) == 1:
            return _null_if_null_1(function, *reads)
        if len(reads) == 2:
            return _null_if_null_2(function, *reads)

        def read(row: Row) -> Any:
            values = [read_one(row) for read_one in reads]
            return None if None in values else function(*values)

        return read

    return build


def also_of_null(function: Callable[..., Any]) -> Build:
    """Return the builder of a function that has a meaning for null."""

    def build(arguments: tuple[Operand, ...], _: ExpressionContext) -> Evaluate:
        reads = [argument.read for argument in arguments]
        if len(reads) == 1:
            (read,) = reads
            return lambda row: function(read(row))
        return lambda row: function(*[read(row) for read in reads])

    return build


def _null_if_null_1(function: Callable[[Any], Any], first: Evaluate) -> Evaluate:
    def read(row: Row) -> Any:
        value = first(row)
        return None if value is None else function(value)

    return read


def _null_if_null_2(function: Callable[[Any, Any], Any], first: Evaluate, second: Evaluate) -> Evaluate:
    def read(row: Row) -> Any:
        value, other = first(row), second(row)
        return None if value is None or other is None else function(value, other)

    return read
