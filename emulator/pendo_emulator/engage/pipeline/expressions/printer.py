"""Prints the tree of an expression as text; parsing the text gives the same tree."""

from __future__ import annotations

from typing import Final

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

_UNARY: Final = 7
_PRIMARY: Final = 8
_WORDS: Final = {None: "null", True: "true", False: "false"}


def print_expression(node: Node) -> str:
    """Print a tree of `parse_expression` with the fewest parentheses."""
    match node:
        case Literal(value):
            return _print_literal(value)
        case ListLiteral(items):
            return f"[{_print_items(items)}]"
        case Field(path):
            return ".".join(path)
        case Member(owner, name):
            return f"{_print_inside(owner, _PRIMARY)}.{name}"
        case Index(owner, index):
            return f"{_print_inside(owner, _PRIMARY)}[{print_expression(index)}]"
        case Slice(owner, start, end):
            first, last = (print_expression(bound) if bound else "" for bound in (start, end))
            return f"{_print_inside(owner, _PRIMARY)}[{first}:{last}]"
        case Unary(operator, operand):
            return operator + _print_inside(operand, _UNARY)
        case Binary(operator, left, right):
            binding = PRECEDENCE[operator]
            return f"{_print_inside(left, binding)} {operator} {_print_inside(right, binding + 1)}"
        case Logical(operator, operands):
            binding = PRECEDENCE[operator] + 1
            return f" {operator} ".join(_print_inside(operand, binding) for operand in operands)
        case Call(name, arguments):
            return f"{name}({_print_items(arguments)})"


def _print_items(items: tuple[Node, ...]) -> str:
    return ", ".join(map(print_expression, items))


def _print_inside(node: Node, weakest: int) -> str:
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


def _print_literal(value: str | float | bool | None) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return repr(value)
