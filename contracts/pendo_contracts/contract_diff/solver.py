"""Builds values that keep some schemas and break others."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract_diff.array_values import array_values
from pendo_contracts.contract_diff.goals import Budget, Constraint, Goal, reduce_goals
from pendo_contracts.contract_diff.object_values import object_values
from pendo_contracts.contract_diff.scalar_values import KINDS, TYPE_OF, has_type, meets, scalar_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH: Final = 16
# A schema that contains itself is broken at most this many levels inside itself.
_MAX_REPEATS: Final = 2
_VALUES_PER_BRANCH: Final = 3
_SAMPLE_OF_KIND: Final = {"string": "x", "number": 1, "object": {}, "array": [], "boolean": True, "null": None}


class Solver:
    """Searches values that meet goals, within a budget of steps."""

    def __init__(self, budget: Budget, seed: int) -> None:
        self.budget = budget
        self.seed = seed
        self._first_values: dict[tuple[int, tuple[tuple[bool, str], ...]], list[Any]] = {}

    def solve(self, goals: tuple[Goal, ...], trail: tuple[int, ...] = ()) -> Iterator[Any]:
        """Yield values that probably meet all goals, a few for each way to do that.

        Values are not validated here: the caller confirms each of them. `trail` names the schemas that the values
        around this one break.
        """
        broken = tuple(id(goal.node.schema) for goal in goals if not goal.keep and isinstance(goal.node.schema, dict))
        if len(trail) >= MAX_DEPTH or any(trail.count(one) >= _MAX_REPEATS for one in broken):
            return
        inner = (*trail, broken[0] if broken else 0)
        for constraints in reduce_goals(goals, self.budget):
            yield from self._meet(constraints, inner)

    def first(self, goals: tuple[Goal, ...], trail: tuple[int, ...], count: int = 1) -> list[Any]:
        """Return the first values of `solve`."""
        key = (count, tuple((goal.keep, goal.node.canonical()) for goal in goals))
        if (known := self._first_values.get(key)) is not None:
            return known
        found = list(islice(self.solve(goals, trail), count))
        if len(trail) < MAX_DEPTH // 2 and self.budget.left >= 0:
            self._first_values[key] = found
        return found

    def _meet(self, constraints: list[Constraint], trail: tuple[int, ...]) -> Iterator[Any]:
        named = next((one for one in constraints if one.keep and one.keyword in ("enum", "const")), None)
        if named:
            values = named.value if named.keyword == "enum" else [named.value]
            yield from (value for value in values if all(meets(value, one) for one in constraints))
            return
        for kind in _kinds(constraints):
            if not self.budget.spend():
                return
            if kind == "object":
                yield from object_values(self, constraints, trail)
            elif kind == "array":
                yield from array_values(self, constraints, trail)
            else:
                yield from scalar_values(kind, constraints, self.seed, _VALUES_PER_BRANCH)


def _kinds(constraints: Sequence[Constraint]) -> list[str]:
    """Return the JSON types that can meet the constraints."""
    forced = {TYPE_OF[one.keyword] for one in constraints if one.keyword in TYPE_OF and _needs_kind(one)}
    likely = [TYPE_OF[one.keyword] for one in constraints if one.keep and one.keyword in TYPE_OF]
    kinds = sorted(KINDS, key=lambda kind: kind not in likely)
    return [kind for kind in kinds if forced <= {kind} and _allows(kind, constraints)]


def _needs_kind(constraint: Constraint) -> bool:
    return not constraint.keep or constraint.keyword == "present"


def _allows(kind: str, constraints: Sequence[Constraint]) -> bool:
    types = [one for one in constraints if one.keyword == "type"]
    if kind == "number":
        return any(all(has_type(value, one.value) == one.keep for one in types) for value in (1, 1.5))
    return all(has_type(_SAMPLE_OF_KIND[kind], one.value) == one.keep for one in types)
