"""Compiles the tree of an expression into functions of the row. Parts without a field are evaluated once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_emulator.engage.pipeline.expressions.arithmetic import compile_arithmetic, compile_negation
from pendo_emulator.engage.pipeline.expressions.comparisons import compile_comparison
from pendo_emulator.engage.pipeline.expressions.fields import member, path_reader
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS, check_call
from pendo_emulator.engage.pipeline.expressions.logic import compile_logic, compile_not
from pendo_emulator.engage.pipeline.expressions.operand import Condition, Evaluate, Operand, constant, holds
from pendo_emulator.engage.pipeline.expressions.parser import parse_expression
from pendo_emulator.engage.pipeline.expressions.tree import (
    Binary,
    Call,
    Field,
    Index,
    ListLiteral,
    Literal,
    Logical,
    Member,
    Node,
    Slice,
    Unary,
)
from pendo_emulator.engage.pipeline.expressions.values import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
    from pendo_emulator.engage.pipeline.expressions.operand import Row

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


def compile_expression(expression: str | Node, context: ExpressionContext) -> Evaluate:
    """Compile a text or tree into a function that returns its value for a row; raise ExpressionError.

    The function raises nothing for rows of JSON values. It may return the same list for several rows, so callers must
    not change its results.
    """
    return _compile(_tree(expression), context).read


def compile_condition(expression: str | Node, context: ExpressionContext) -> Condition:
    """Compile a text or tree into a function that returns whether its value is true, as a filter needs it.

    It takes less time than the function of `compile_expression`. Raises ExpressionError.
    """
    return holds(_compile(_tree(expression), context))


def _tree(expression: str | Node) -> Node:
    return parse_expression(expression) if isinstance(expression, str) else expression


def _compile(node: Node, context: ExpressionContext) -> Operand:
    match node:
        case Literal(value):
            return constant(value, node.column)
        case Field(path):
            return Operand(path_reader(path), node.column, key=path[0] if len(path) == 1 else None)
        case ListLiteral(items):
            operands = [_compile(item, context) for item in items]
            return _folded(Operand(_list([item.read for item in operands]), node.column), operands)
        case Member(owner, name):
            operand = _compile(owner, context)
            return _folded(Operand(_member(operand.read, name), node.column), [operand])
        case Index(owner, index):
            operands = [_compile(owner, context), _compile(index, context)]
            return _folded(Operand(_index(operands[0].read, operands[1].read), node.column), operands)
        case Slice():
            return _compile_slice(node, context)
        case Unary(symbol, operand):
            compiled = _compile(operand, context)
            build = compile_not if symbol == "!" else compile_negation
            return _folded(build(compiled, node.column), [compiled])
        case Binary(symbol, left, right):
            operands = [_compile(left, context), _compile(right, context)]
            compile_binary = compile_comparison if symbol in _COMPARISONS else compile_arithmetic
            return _folded(compile_binary(symbol, *operands, node.column), operands)
        case Logical(symbol, parts):
            operands = [_compile(part, context) for part in parts]
            return _folded(compile_logic(symbol, operands, node.column), operands)
        case Call():
            return _compile_call(node, context)


def _compile_slice(node: Slice, context: ExpressionContext) -> Operand:
    owner = _compile(node.owner, context)
    start, end = (_compile(bound, context) if bound else constant(None) for bound in (node.start, node.end))
    read = _slice(owner.read, start.read if node.start else None, end.read if node.end else None)
    return _folded(Operand(read, node.column), [owner, start, end])


def _compile_call(node: Call, context: ExpressionContext) -> Operand:
    check_call(node.name, len(node.arguments), node.column)
    arguments = tuple(_compile(argument, context) for argument in node.arguments)
    return _folded(Operand(FUNCTIONS[node.name].build(arguments, context), node.column), arguments)


def _folded(operand: Operand, parts: Iterable[Operand]) -> Operand:
    """Return a constant if all parts are constants: no function depends on anything but its arguments and context."""
    if all(part.is_constant for part in parts):
        return constant(operand.read({}), operand.column)
    return operand


def _list(reads: list[Evaluate]) -> Evaluate:
    return lambda row: [read(row) for read in reads]


def _member(owner: Evaluate, name: str) -> Evaluate:
    return lambda row: member(owner(row), name)


def _index(owner: Evaluate, index: Evaluate) -> Evaluate:
    return lambda row: element(owner(row), index(row))


def element(owner: Any, index: Any) -> Any:
    """Return the element of a list at an index, negative from the end; or the member of an object (assumed)."""
    if owner.__class__ is not list:
        return member(owner, index) if index.__class__ is str else None
    position = whole_number(index)
    return owner[position] if position is not None and -len(owner) <= position < len(owner) else None


def _slice(owner: Evaluate, start: Evaluate | None, end: Evaluate | None) -> Evaluate:
    def read(row: Row) -> Any:
        items = owner(row)
        bounds = [whole_number(bound(row)) if bound else _NO_BOUND for bound in (start, end)]
        if items.__class__ is not list or None in bounds:
            return None
        first, last = (None if bound is _NO_BOUND else bound for bound in bounds)
        return items[first:last]

    return read


_NO_BOUND: Any = object()
