"""Builds objects that meet constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from pendo_contracts.contract_diff.goals import Constraint, Goal, must_break, must_keep
from pendo_contracts.contract_diff.pattern_samples import samples
from pendo_contracts.contract_diff.schema_node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.contract_diff.solving import Solving

_MAX_VALUES: Final = 60
_MAX_MEMBERS: Final = 2_000
_MAX_NAMES: Final = 40
_NEW_NAMES: Final = ("added", "x", "0", "added_member")


@dataclass
class _Plan:
    """What the object must have: the goals of each present member, absent members, and the number of members."""

    present: dict[str, list[Goal]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    focus: list[str] = field(default_factory=list)
    least: int = 0
    most: int = _MAX_MEMBERS

    def copy(self) -> _Plan:
        present = {name: list(goals) for name, goals in self.present.items()}
        return _Plan(present, set(self.absent), list(self.focus), self.least, self.most)

    def with_member(self, name: str, *goals: Goal) -> _Plan:
        plan = self.copy()
        plan.present.setdefault(name, []).extend(goals)
        if goals:
            plan.focus.append(name)
        return plan

    def without_member(self, name: str) -> _Plan:
        plan = self.copy()
        plan.absent.add(name)
        return plan


def object_values(solver: Solving, constraints: Sequence[Constraint], trail: tuple[int, ...]) -> Iterator[Any]:
    """Yield objects that meet the constraints."""
    kept = [one for one in constraints if one.keep]
    broken = [one for one in constraints if not one.keep]
    builder = _Builder(solver, kept, trail)
    start = _Plan()
    for one in kept:
        if one.keyword == "minProperties":
            start.least = max(start.least, one.value)
        elif one.keyword == "maxProperties":
            start.most = min(start.most, one.value)
        elif one.keyword == "absent":
            start.absent.add(one.value)
        elif one.keyword in ("present", "required"):
            for name in [one.value] if one.keyword == "present" else one.value:
                start.present.setdefault(name, [])
    for plan in _break_all(builder, start, broken):
        yield from builder.build(plan)


def _break_all(builder: _Builder, plan: _Plan, broken: Sequence[Constraint]) -> Iterator[_Plan]:
    if not broken:
        yield plan
        return
    for changed in _ways_to_break(builder, plan, broken[0]):
        if builder.solver.budget.spend() and not changed.absent & changed.present.keys():
            yield from _break_all(builder, changed, broken[1:])


def _ways_to_break(  # noqa: C901, PLR0912 - one case per keyword
    builder: _Builder, plan: _Plan, one: Constraint
) -> Iterator[_Plan]:
    value, node = one.value, one.node
    if one.keyword == "required":
        yield from (plan.without_member(name) for name in value)
    elif one.keyword == "properties":
        for name, schema in value.items():
            yield plan.with_member(name, must_break(node.inside(schema)))
    elif one.keyword == "patternProperties":
        for pattern, schema in value.items():
            for name in builder.names_matching(pattern):
                yield plan.with_member(name, must_break(node.inside(schema)))
    elif one.keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in builder.other_names(one):
            yield plan.with_member(name, must_break(node.inside(value)))
    elif one.keyword == "propertyNames":
        yield from (plan.with_member(name) for name in builder.broken_names(node.inside(value)))
    elif one.keyword in ("minProperties", "maxProperties"):
        changed = plan.copy()
        if one.keyword == "minProperties":
            changed.most = min(plan.most, value - 1)
        else:
            changed.least = max(plan.least, value + 1)
        yield changed
    elif one.keyword == "dependentRequired":
        for name, others in value.items():
            yield from (plan.with_member(name).without_member(other) for other in others)
    else:
        yield plan


class _Builder:
    """Completes a plan of an object by the constraints that the object must keep."""

    def __init__(self, solver: Solving, kept: Sequence[Constraint], trail: tuple[int, ...]) -> None:
        self.solver, self.kept, self.trail = solver, kept, trail
        self.name_goals = [must_keep(one.node.inside(one.value)) for one in kept if one.keyword == "propertyNames"]

    def build(self, plan: _Plan) -> Iterator[Any]:
        """Yield objects of a plan; all values of its focused members, and one value of the others."""
        if not self._complete(plan):
            return
        goals = {name: tuple(self.member_goals(name) + own) for name, own in plan.present.items()}
        fixed: dict[str, Any] = {}
        for name, wanted in goals.items():
            if name not in plan.focus:
                if not (found := self.solver.first(wanted, self.trail)):
                    return
                fixed[name] = found[0]
        if not plan.focus:
            yield {name: fixed[name] for name in goals}
            return
        *others, last = dict.fromkeys(plan.focus)
        for name in others:
            if not (found := self.solver.first(goals[name], self.trail)):
                return
            fixed[name] = found[0]
        for value in islice(self.solver.solve(goals[last], self.trail), _MAX_VALUES):
            yield {name: value if name == last else fixed[name] for name in goals}

    def _complete(self, plan: _Plan) -> bool:
        """Add members that other members or the counts need; return False if that is not possible."""
        self._add_needed(plan, list(plan.present))
        for name in self._filling_names(plan):
            if len(plan.present) >= plan.least:
                break
            plan.present[name] = []
            self._add_needed(plan, [name])
        names = plan.present.keys()
        return (
            not names & plan.absent
            and plan.least <= len(names) <= plan.most
            and all(self.is_allowed_name(name) for name in names)
        )

    def _add_needed(self, plan: _Plan, waiting: list[str]) -> None:
        """Add the members that `dependentRequired` demands for present members."""
        while waiting:
            name = waiting.pop(0)
            for one in self.kept:
                if one.keyword == "dependentRequired":
                    for other in one.value.get(name, ()):
                        if other not in plan.present:
                            plan.present[other] = []
                            waiting.append(other)

    def _filling_names(self, plan: _Plan) -> Iterator[str]:
        if len(plan.present) >= plan.least:
            return
        names = (*self.known_names(), *(f"added{number}" for number in range(min(plan.least, _MAX_MEMBERS))))
        demanding = [one.value for one in self.kept if one.keyword == "dependentRequired"]
        names = tuple(sorted(names, key=lambda name: any(name in value for value in demanding)))
        for name in names:
            if name not in plan.present and name not in plan.absent and self.is_allowed_name(name):
                goals = tuple(self.member_goals(name))
                if self.solver.first(goals, self.trail):
                    yield name

    def is_allowed_name(self, name: str) -> bool:
        """Return whether the kept constraints on names allow a name."""
        return not self.name_goals or self._name_meets(name, self.name_goals)

    def _name_meets(self, name: str, goals: Sequence[Goal]) -> bool:
        node = goals[0].node
        wanted = must_keep(Node(node.scope, node.base, {"const": name, "type": "string"}))
        return bool(self.solver.first((wanted, *goals), self.trail))

    def member_goals(self, name: str) -> list[Goal]:
        """Return the goals of a member's value, from the kept constraints."""
        found: list[Goal] = []
        for one in self.kept:
            if one.keyword == "properties" and name in one.value:
                found.append(must_keep(one.node.inside(one.value[name])))
            elif one.keyword == "patternProperties":
                matching = [schema for pattern, schema in one.value.items() if matches(pattern, name)]
                found += [must_keep(one.node.inside(schema)) for schema in matching]
            elif (one.keyword == "additionalProperties" and not _names(one, name)) or (
                one.keyword == "unevaluatedProperties" and name not in self.known_names()
            ):
                found.append(must_keep(one.node.inside(one.value)))
        return found

    def known_names(self) -> list[str]:
        """Return the names that the kept constraints contain."""
        found: dict[str, None] = {}
        for one in self.kept:
            if one.keyword in ("properties", "required"):
                found.update(dict.fromkeys(one.value))
            elif one.keyword == "propertyNames" and isinstance(one.value, dict):
                found.update(dict.fromkeys(name for name in one.value.get("enum", ()) if isinstance(name, str)))
            elif one.keyword == "patternProperties":
                for pattern in one.value:
                    found.update(dict.fromkeys(samples(pattern, self.solver.seed)[:2]))
        return list(found)

    def names_matching(self, pattern: str) -> list[str]:
        """Return member names that match a pattern."""
        names = (*self.known_names(), *_NEW_NAMES, *samples(pattern, self.solver.seed))
        return [name for name in dict.fromkeys(names) if matches(pattern, name)][:_MAX_NAMES]

    def other_names(self, constraint: Constraint) -> list[str]:
        """Return member names to which `additionalProperties` applies."""
        names = dict.fromkeys((*self.known_names(), *_NEW_NAMES, *self.broken_names(None)))
        return [name for name in names if not _names(constraint, name)]

    def broken_names(self, node: Node | None) -> list[str]:
        """Return member names that break a schema; any allowed names for None."""
        goals = [must_break(node)] if node else []
        if not goals and not self.name_goals:
            return []
        start = (goals or self.name_goals)[0].node
        text = must_keep(Node(start.scope, start.base, {"type": "string"}))
        found = self.solver.first((text, *goals, *self.name_goals), self.trail, 3)
        names = [name for name in self.known_names() if not goals or self._name_meets(name, goals)]
        return list(dict.fromkeys([*found, *names]))


def _names(constraint: Constraint, name: str) -> bool:
    """Return whether `properties` or `patternProperties` of the same schema contain a name."""
    siblings = constraint.siblings
    return name in siblings.get("properties", ()) or any(
        matches(pattern, name) for pattern in siblings.get("patternProperties", ())
    )


def matches(pattern: str, name: str) -> bool:
    """Return whether a member name matches a pattern of `patternProperties`."""
    return jsonschema_rs.is_valid({"pattern": pattern}, name)
