"""Goals of the search for a value: schemas that it must keep or break, reduced to single constraints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_contracts.contract_diff.schema_node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIBLINGS: Final = {
    "additionalProperties": ("properties", "patternProperties"),
    "unevaluatedProperties": ("properties", "patternProperties", "allOf", "anyOf", "oneOf", "if", "then", "else"),
    "items": ("prefixItems",),
    "unevaluatedItems": ("prefixItems", "items", "allOf", "anyOf", "oneOf", "if", "then", "else"),
    "contains": ("minContains", "maxContains"),
}
_PARTS: Final = frozenset(("minContains", "maxContains", "then", "else"))


@dataclass(frozen=True, eq=False)
class Goal:
    """A schema that the value must keep, or break."""

    keep: bool
    node: Node


@dataclass(frozen=True, eq=False)
class Constraint:
    """One keyword that the value must keep or break; `node` is the schema with the keyword.

    `present` and `absent` are keywords of this search only: a member that the object must have or must not have.
    """

    keep: bool
    keyword: str
    value: Any
    node: Node

    @cached_property
    def siblings(self) -> dict[str, Any]:
        """The keywords of the same schema."""
        return self.node.keywords() if isinstance(self.node.schema, dict) else {}

    @cached_property
    def canonical(self) -> str:
        """A text that is equal for constraints that differ only in form."""
        if self.keyword in ("present", "absent"):
            return f"{self.keyword} {self.value}"
        names = (self.keyword, *_SIBLINGS.get(self.keyword, ()))
        return "constraint " + self.node.canonical_of(
            {name: self.siblings[name] for name in names if name in self.siblings}
        )


def must_keep(node: Node) -> Goal:
    """Return the goal that a value keeps a schema."""
    return Goal(keep=True, node=node)


def must_break(node: Node) -> Goal:
    """Return the goal that a value breaks a schema."""
    return Goal(keep=False, node=node)


Step: TypeAlias = Goal | Constraint
Alternative: TypeAlias = list[Step]


class Budget:
    """The number of steps that a search may still take; steps, not seconds, so that results are repeatable."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self) -> bool:
        """Take one step; return whether that was possible."""
        self.left -= 1
        return self.left >= 0


@dataclass
class _Branch:
    certain: list[Step]
    breaking: list[Goal] = field(default_factory=list)
    choices: list[list[Alternative]] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    kept: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()

    def with_steps(self, steps: Alternative) -> _Branch:
        """Return a copy with more steps."""
        return _Branch(
            [*self.certain, *steps],
            list(self.breaking),
            list(self.choices),
            list(self.constraints),
            self.kept,
            self.broken,
        )


def reduce_goals(goals: tuple[Goal, ...], budget: Budget) -> Iterator[list[Constraint]]:
    """Yield sets of constraints; a value that meets all constraints of one set meets all goals."""
    yield from _reduce(_Branch(list(goals)), budget)


def _reduce(branch: _Branch, budget: Budget) -> Iterator[list[Constraint]]:
    while branch.certain:
        step = branch.certain.pop(0)
        if not budget.spend() or not _add(branch, step):
            return
    if branch.breaking:
        goal = branch.breaking.pop(0)
        for alternative in _ways_to_break(goal.node):
            yield from _reduce(branch.with_steps(alternative), budget)
    elif branch.choices:
        for alternative in branch.choices.pop(0):
            yield from _reduce(branch.with_steps(alternative), budget)
    else:
        yield branch.constraints


def _add(branch: _Branch, step: Step) -> bool:
    """Add a step to a branch; return False if it contradicts an earlier one."""
    if isinstance(step, Goal) and not isinstance(step.node.schema, dict):
        return bool(step.node.schema) == step.keep
    text = step.node.canonical() if isinstance(step, Goal) else step.canonical
    if text == "{}":
        return step.keep
    if text in (branch.broken if step.keep else branch.kept):
        return False
    if step.keep:
        branch.kept |= {text}
    else:
        branch.broken |= {text}
    if isinstance(step, Constraint):
        branch.constraints.append(step)
    elif step.keep:
        _add_kept(branch, step.node)
    else:
        branch.breaking.append(step)
    return True


def _add_kept(branch: _Branch, node: Node) -> None:  # noqa: C901 - one case per keyword
    keywords = node.keywords()
    for name, value in keywords.items():
        if name in ("$ref", "$dynamicRef"):
            branch.certain.append(must_keep(node.target(value)))
        elif name == "allOf":
            branch.certain += [must_keep(node.inside(one)) for one in value]
        elif name == "not":
            branch.certain.append(must_break(node.inside(value)))
        elif name == "anyOf":
            branch.choices.append([[must_keep(node.inside(one))] for one in value])
        elif name == "oneOf":
            branch.choices.append(
                [[Goal(one is chosen, node.inside(one)) for one in value] for chosen in value if chosen is not False]
            )
        elif name == "if":
            if "then" in keywords or "else" in keywords:
                branch.choices.append(_conditional(node, value, keywords, keep=True))
        elif name == "dependentSchemas":
            branch.choices += [
                [[_member("absent", key, node)], [_member("present", key, node), must_keep(node.inside(one))]]
                for key, one in value.items()
            ]
        elif name not in _PARTS:
            branch.certain.append(Constraint(keep=True, keyword=name, value=value, node=node))


def _conditional(node: Node, condition: Any, keywords: dict[str, Any], *, keep: bool) -> list[Alternative]:
    return [
        [must_keep(node.inside(condition)), Goal(keep, node.inside(keywords.get("then", True)))],
        [must_break(node.inside(condition)), Goal(keep, node.inside(keywords.get("else", True)))],
    ]


def _member(keyword: str, name: str, node: Node) -> Constraint:
    return Constraint(keep=True, keyword=keyword, value=name, node=Node(node.scope, node.base, schema=True))


def _ways_to_break(node: Node) -> Iterator[Alternative]:  # noqa: C901, PLR0912 - one case per keyword
    keywords = node.keywords()
    for name, value in keywords.items():
        if name in ("$ref", "$dynamicRef"):
            yield [must_break(node.target(value))]
        elif name == "allOf":
            for one in value:
                yield [must_break(node.inside(one))]
        elif name == "not":
            yield [must_keep(node.inside(value))]
        elif name == "anyOf":
            yield [must_break(node.inside(one)) for one in value]
        elif name == "oneOf":
            yield [must_break(node.inside(one)) for one in value]
            for place, one in enumerate(value):
                for two in value[place + 1 :]:
                    yield [must_keep(node.inside(one)), must_keep(node.inside(two))]
        elif name == "if":
            yield from _conditional(node, value, keywords, keep=False)
        elif name == "dependentSchemas":
            for key, one in value.items():
                yield [_member("present", key, node), must_break(node.inside(one))]
        elif name not in _PARTS:
            yield [Constraint(keep=False, keyword=name, value=value, node=node)]


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal: 1 equals 1.0 and differs from true."""
    return identity(one) == identity(other)


def identity(value: Any) -> str:
    """Return a text that is the same for equal JSON values."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, dict) else value
