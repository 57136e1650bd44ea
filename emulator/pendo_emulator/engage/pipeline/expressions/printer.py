"""Prints the tree of an expression as text; parsing the text gives the same tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from pendo_emulator.engage.pipeline.expressions.parser import PRECEDENCE
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

Print: TypeAlias = Callable[[Any], str]

_UNARY: Final = 7
_PRIMARY: Final = 8


def print_expression(node: Node) -> str:
    """Print a tree of `parse_expression` with the fewest parentheses."""
    return _PRINTERS[node.__class__](node)


def _literal(node: Literal) -> str:
    match node.value:
        case str() as text:
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case None:
            return "null"
        case bool() as value:
            return "true" if value else "false"
        case number:
            return repr(number)


def _slice(node: Slice) -> str:
    start, end = (print_expression(bound) if bound else "" for bound in (node.start, node.end))
    return f"{_inside(node.owner, _PRIMARY)}[{start}:{end}]"


def _binary(node: Binary) -> str:
    binding = PRECEDENCE[node.operator]
    return f"{_inside(node.left, binding)} {node.operator} {_inside(node.right, binding + 1)}"


def _logical(node: Logical) -> str:
    binding = PRECEDENCE[node.operator] + 1
    return f" {node.operator} ".join(_inside(operand, binding) for operand in node.operands)


def _items(items: tuple[Node, ...]) -> str:
    return ", ".join(map(print_expression, items))


def _inside(node: Node, weakest: int) -> str:
    """Print an operand, in parentheses if it binds less strongly than `weakest`."""
    text = print_expression(node)
    return text if _binding(node) >= weakest else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Binary(operator) | Logical(operator):
            return PRECEDENCE[operator]
        case Unary():
            return _UNARY
        case _:
            return _PRIMARY


_PRINTERS: Final[dict[type, Print]] = {
    Literal: _literal,
    ListLiteral: lambda node: f"[{_items(node.items)}]",
    Field: lambda node: ".".join(node.path),
    Member: lambda node: f"{_inside(node.owner, _PRIMARY)}.{node.name}",
    Index: lambda node: f"{_inside(node.owner, _PRIMARY)}[{print_expression(node.index)}]",
    Slice: _slice,
    Unary: lambda node: node.operator + _inside(node.operand, _UNARY),
    Binary: _binary,
    Logical: _logical,
    Call: lambda node: f"{node.name}({_items(node.arguments)})",
}
