"""PlanBuilder: collects the schemas of a plan and everything that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict

from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.plan import Choice, Plan, PlannedSchema
from pendo_contracts.plans.plan_errors import PlanError, PlanProblem
from pendo_contracts.plans.schema_check import check_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

OBJECTS: Final = ("visitor", "account", "parent_account")


class PlanChoices(TypedDict, total=False):
    """What unplanned events and properties are."""

    unplanned_events: Choice
    unplanned_properties: Choice


class PlanBuilder:
    """Builds a plan; `place` names its file, `choices` are the members `unplanned_...` of Plan."""

    def __init__(self, place: str) -> None:
        self.place, self.name = place, ""
        self.choices: PlanChoices = {}
        self.problems: list[PlanProblem] = []
        self._events: dict[str, PlannedSchema] = {}
        self._objects: dict[str, PlannedSchema] = {}

    def add_problem(self, pointer: str, message: str, place: str = "") -> None:
        """Add a problem at a JSON Pointer of the file."""
        where = place or self.place
        self.problems.append(PlanProblem(f"{where}: {pointer}" if pointer else where, message))

    def add_event(self, name: str, schema: Any, path: Sequence[str | int], place: str = "") -> None:
        """Add the schema of an event's properties, which the file has at `path`."""
        if name in self._events:
            self.add_problem(to_pointer(path), f"the event {shorten(name)} is planned twice; keep one of them", place)
        elif self._check(schema, path, place):
            self._events[name] = PlannedSchema(name, schema)

    def add_object(self, name: str, schema: Any, path: Sequence[str | int], place: str = "") -> None:
        """Add the schema of a metadata object, which the file has at `path`."""
        if name in self._objects:
            self.add_problem(to_pointer(path), f"the metadata of the {name} is planned twice; keep one of them", place)
        elif self._check(schema, path, place):
            self._objects[name] = PlannedSchema(name, schema)

    def _check(self, schema: Any, path: Sequence[str | int], place: str) -> bool:
        problems = check_schema(schema)
        for pointer, message in problems:
            self.add_problem(to_pointer(path) + pointer, message, place)
        return not problems

    def build(self) -> Plan:
        """Return the plan; raise PlanError if anything is wrong with it."""
        if self.problems:
            raise PlanError(self.problems)
        find = self._objects.get
        return Plan(self.name, self._events, find("visitor"), find("account"), find("parent_account"), **self.choices)
