"""Builds arrays that meet constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract_diff.goals import Constraint, Goal, identity, must_break, must_keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.contract_diff.solving import Solving

_MAX_VALUES: Final = 60
_MAX_ITEMS: Final = 2_000


@dataclass
class _Plan:
    """What the array must have: its length, the goals of places, and goals of all items."""

    least: int = 0
    most: int = _MAX_ITEMS
    places: dict[int, list[Goal]] = field(default_factory=dict)
    all_items: list[Goal] = field(default_factory=list)
    contained: list[tuple[int, Goal]] = field(default_factory=list)
    equal_pair: bool = False
    unique: bool = False

    def copy(self) -> _Plan:
        places = {place: list(goals) for place, goals in self.places.items()}
        contained = list(self.contained)
        return _Plan(self.least, self.most, places, list(self.all_items), contained, self.equal_pair, self.unique)

    def with_item(self, place: int, goal: Goal) -> _Plan:
        plan = self.copy()
        plan.places.setdefault(place, []).append(goal)
        plan.least = max(plan.least, place + 1)
        return plan


def array_values(solver: Solving, constraints: Sequence[Constraint], trail: tuple[int, ...]) -> Iterator[Any]:
    """Yield arrays that meet the constraints."""
    kept = [one for one in constraints if one.keep]
    start = _Plan()
    for one in kept:
        if one.keyword == "minItems":
            start.least = max(start.least, one.value)
        elif one.keyword == "maxItems":
            start.most = min(start.most, one.value)
        elif one.keyword == "uniqueItems":
            start.unique = start.unique or one.value
        elif one.keyword == "contains":
            count = one.siblings.get("minContains", 1)
            start.contained.append((count, must_keep(one.node.inside(one.value))))
    for plan in _break_all(start, [one for one in constraints if not one.keep]):
        if solver.budget.spend():
            yield from _build(solver, plan, kept, trail)


def _break_all(plan: _Plan, broken: Sequence[Constraint]) -> Iterator[_Plan]:
    if not broken:
        yield plan
        return
    for changed in _ways_to_break(plan, broken[0]):
        if changed.least <= changed.most:
            yield from _break_all(changed, broken[1:])


def _ways_to_break(plan: _Plan, one: Constraint) -> Iterator[_Plan]:
    value, node = one.value, one.node
    if one.keyword in ("items", "unevaluatedItems"):
        yield plan.with_item(len(one.siblings.get("prefixItems", ())), must_break(node.inside(value)))
    elif one.keyword == "prefixItems":
        for place, schema in enumerate(value):
            yield plan.with_item(place, must_break(node.inside(schema)))
    elif one.keyword == "contains":
        yield from _break_contains(plan, one)
    elif one.keyword in ("minItems", "maxItems", "uniqueItems"):
        changed = plan.copy()
        if one.keyword == "minItems":
            changed.most = min(plan.most, value - 1)
        elif one.keyword == "maxItems":
            changed.least = max(plan.least, value + 1)
        elif value:
            changed.least, changed.equal_pair = max(plan.least, 2), True
        else:
            return
        yield changed
    else:
        yield plan


def _break_contains(plan: _Plan, one: Constraint) -> Iterator[_Plan]:
    least, most = one.siblings.get("minContains", 1), one.siblings.get("maxContains")
    inner = one.node.inside(one.value)
    if least > 0:
        changed = plan.copy()
        changed.all_items.append(must_break(inner))
        yield changed
    if least > 1:
        changed = plan.copy()
        changed.contained.append((least - 1, must_keep(inner)))
        changed.most = min(changed.most, least - 1)
        yield changed
    if most is not None:
        changed = plan.copy()
        changed.contained.append((most + 1, must_keep(inner)))
        yield changed


def _build(solver: Solving, plan: _Plan, kept: Sequence[Constraint], trail: tuple[int, ...]) -> Iterator[Any]:
    focus = max(plan.places, default=None)
    needed = max((count for count, _ in plan.contained), default=0)
    length = max(plan.least, needed + (1 if focus is not None and plan.contained else 0))
    if length > plan.most:
        length = max(plan.least, needed)
    if length > plan.most:
        return
    goals = [_item_goals(plan, kept, place, length) for place in range(length)]
    if focus is None and plan.all_items and not length and plan.most:
        yield []
        length, goals = 1, [_item_goals(plan, kept, 0, 1)]
    if plan.equal_pair:
        both = (*goals[0], *goals[1])
        goals[0] = goals[1] = both
        yield from _fill(solver, plan, goals, trail)
    elif focus is None:
        yield from _fill(solver, plan, goals, trail)
    else:
        for value in islice(solver.solve(goals[focus], trail), _MAX_VALUES):
            yield from _fill(solver, plan, goals, trail, {focus: value})


def _item_goals(plan: _Plan, kept: Sequence[Constraint], place: int, length: int) -> tuple[Goal, ...]:
    found = [*plan.all_items, *plan.places.get(place, ())]
    found += [goal for count, goal in plan.contained if place >= length - count]
    for one in kept:
        if one.keyword == "prefixItems" and place < len(one.value):
            found.append(must_keep(one.node.inside(one.value[place])))
        elif one.keyword in ("items", "unevaluatedItems") and place >= len(one.siblings.get("prefixItems", ())):
            found.append(must_keep(one.node.inside(one.value)))
    return tuple(found)


def _fill(
    solver: Solving,
    plan: _Plan,
    goals: list[tuple[Goal, ...]],
    trail: tuple[int, ...],
    chosen: dict[int, Any] | None = None,
) -> Iterator[Any]:
    fixed = chosen or {}
    values: list[Any] = []
    known: dict[tuple[Goal, ...], Any] = {}
    seen = {identity(value) for value in fixed.values()}
    for place, item_goals in enumerate(goals):
        if place in fixed:
            values.append(fixed[place])
            continue
        if not plan.unique and item_goals in known:
            values.append(known[item_goals])
            continue
        for value in islice(solver.solve(item_goals, trail), _MAX_VALUES):
            if not plan.unique or identity(value) not in seen:
                break
        else:
            return
        seen.add(identity(value))
        known[item_goals] = value
        values.append(value)
    yield values
