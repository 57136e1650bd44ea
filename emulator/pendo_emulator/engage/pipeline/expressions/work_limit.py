"""Bounds the time of an expression for one row.

A comparison with a constant takes the same time for all rows. The work of functions, slices and comparisons of two
fields grows with the length of the row's lists and strings, so their number is limited.
"""

from __future__ import annotations

from typing import Final

from pendo_emulator.engage.pipeline.expressions.error import ExpressionError
from pendo_emulator.engage.pipeline.expressions.tree import Binary, Call, Literal, Node, Slice, Unary, children

MAX_HEAVY: Final = 500


def check_work(tree: Node) -> None:
    """Raise ExpressionError at the first function, slice or comparison of two fields above the limit."""
    count, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        count += _is_heavy(node)
        if count > MAX_HEAVY:
            advice = f"use at most {MAX_HEAVY} functions, slices and comparisons of two fields in an expression"
            raise ExpressionError(f"{advice}; contains([...], x) compares with many values at once", node.column)
        waiting.extend(reversed(children(node)))


def _is_heavy(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.operator in {"==", "!="} and not (_is_literal(node.left) or _is_literal(node.right))
    return isinstance(node, Call | Slice)


def _is_literal(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Unary) and isinstance(node.operand, Literal))
