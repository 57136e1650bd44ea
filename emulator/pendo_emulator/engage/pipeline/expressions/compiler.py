"""Compiles the tree of an expression into functions of the row. Parts without a field are evaluated once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
from pendo_emulator.engage.pipeline.expressions.fields import path_reader
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS, check_call
from pendo_emulator.engage.pipeline.expressions.operand import Operand, constant, holds
from pendo_emulator.engage.pipeline.expressions.operations.access import read_element, read_member, read_slice
from pendo_emulator.engage.pipeline.expressions.operations.arithmetic import (
    ARITHMETIC,
    compile_arithmetic,
    compile_negation,
)
from pendo_emulator.engage.pipeline.expressions.operations.comparisons import compile_comparison
from pendo_emulator.engage.pipeline.expressions.operations.logic import compile_logic, compile_not
from pendo_emulator.engage.pipeline.expressions.operations.row_filters import filter_by
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
from pendo_emulator.engage.pipeline.expressions.work_limit import check_work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline.expressions.operand import Condition, Evaluate, RowFilter

Compile: TypeAlias = Callable[[Any, ExpressionContext], Operand]


def compile_expression(expression: str | Node, context: ExpressionContext) -> Evaluate:
    """Compile a text or tree into a function that returns its value for a row; raise ExpressionError.

    The function raises nothing for rows of JSON values. It may return the same list for several rows, so callers must
    not change its results.
    """
    return _compile_text(expression, context).read


def compile_condition(expression: str | Node, context: ExpressionContext) -> Condition:
    """Compile a text or tree into a function that returns whether its value is true, as a filter needs it.

    It takes less time than the function of `compile_expression`. Raises ExpressionError.
    """
    return holds(_compile_text(expression, context))


def compile_filter(expression: str | Node, context: ExpressionContext) -> RowFilter:
    """Compile a text or tree into a function that returns an iterable of the rows for which its value is true.

    It takes less time than a call of a condition for each row. Raises ExpressionError.
    """
    operand = _compile_text(expression, context)
    return operand.keep or filter_by(holds(operand))


def _compile_text(expression: str | Node, context: ExpressionContext) -> Operand:
    tree = parse_expression(expression) if isinstance(expression, str) else expression
    check_work(tree)
    return _compile(tree, context)


def _compile(node: Node, context: ExpressionContext) -> Operand:
    return _COMPILERS[node.__class__](node, context)


def _literal(node: Literal, _: ExpressionContext) -> Operand:
    return constant(node.value, node.column)


def _field(node: Field, _: ExpressionContext) -> Operand:
    return Operand(path_reader(node.path), node.column, key=node.path[0] if len(node.path) == 1 else None)


def _list(node: ListLiteral, context: ExpressionContext) -> Operand:
    items = [_compile(item, context) for item in node.items]
    reads = [item.read for item in items]
    return _folded(Operand(lambda row: [read(row) for read in reads], node.column), items)


def _member(node: Member, context: ExpressionContext) -> Operand:
    owner = _compile(node.owner, context)
    return _folded(Operand(read_member(owner.read, node.name), node.column), [owner])


def _index(node: Index, context: ExpressionContext) -> Operand:
    owner, index = _compile(node.owner, context), _compile(node.index, context)
    return _folded(Operand(read_element(owner.read, index.read), node.column), [owner, index])


def _slice(node: Slice, context: ExpressionContext) -> Operand:
    owner = _compile(node.owner, context)
    start, end = (_compile(bound, context) if bound else None for bound in (node.start, node.end))
    read = read_slice(owner.read, start.read if start else None, end.read if end else None)
    return _folded(Operand(read, node.column), [part for part in (owner, start, end) if part])


def _unary(node: Unary, context: ExpressionContext) -> Operand:
    operand = _compile(node.operand, context)
    build = compile_not if node.operator == "!" else compile_negation
    return _folded(build(operand, node.column), [operand])


def _binary(node: Binary, context: ExpressionContext) -> Operand:
    left, right = _compile(node.left, context), _compile(node.right, context)
    build = compile_arithmetic if node.operator in ARITHMETIC else compile_comparison
    return _folded(build(node.operator, left, right, node.column), [left, right])


def _logical(node: Logical, context: ExpressionContext) -> Operand:
    operands = [_compile(operand, context) for operand in node.operands]
    return _folded(compile_logic(node.operator, operands, node.column), operands)


def _call(node: Call, context: ExpressionContext) -> Operand:
    check_call(node.name, len(node.arguments), node.column)
    arguments = tuple(_compile(argument, context) for argument in node.arguments)
    return _folded(Operand(FUNCTIONS[node.name].build(arguments, context), node.column), arguments)


def _folded(operand: Operand, parts: Iterable[Operand]) -> Operand:
    """Return a constant if all parts are constants: functions depend only on their arguments and the context."""
    if all(part.is_constant for part in parts):
        return constant(operand.read({}), operand.column)
    return operand


_COMPILERS: Final[dict[type, Compile]] = {
    Literal: _literal,
    ListLiteral: _list,
    Field: _field,
    Member: _member,
    Index: _index,
    Slice: _slice,
    Unary: _unary,
    Binary: _binary,
    Logical: _logical,
    Call: _call,
}
