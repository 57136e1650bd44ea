"""The tree of an expression.

Trees are frozen. Two trees are equal if they mean the same text; the columns are for error messages only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, `true`, `false` or `null`."""

    value: str | float | bool | None
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """A list of expressions: `[1, a.b]`."""

    items: tuple[Node, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the row, by its path: `metadata.auto.lastupdated`."""

    path: tuple[str, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of another expression's object: `polls[0].id`."""

    owner: Node
    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """One element of a list: `polls[0]`; or one member of an object: `properties["plan name"]`."""

    owner: Node
    index: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a list: `polls[1:3]`; either bound may be missing."""

    owner: Node
    start: Node | None
    end: Node | None
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` or `-` before an operand."""

    operator: str
    operand: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """A comparison or an arithmetic operation."""

    operator: str
    left: Node
    right: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Logical:
    """`&&` or `||` between two or more operands."""

    operator: str
    operands: tuple[Node, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: `startsWith(visitorId, "a")`."""

    name: str
    arguments: tuple[Node, ...]
    column: int = field(default=1, compare=False)


Node: TypeAlias = Literal | ListLiteral | Field | Member | Index | Slice | Unary | Binary | Logical | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, from left to right."""
    match node:
        case ListLiteral(parts) | Logical(_, parts) | Call(_, parts):
            return parts
        case Member(owner) | Unary(_, owner):
            return (owner,)
        case Index(left, right) | Binary(_, left, right):
            return left, right
        case Slice(owner, start, end):
            return tuple(part for part in (owner, start, end) if part)
        case _:
            return ()
