"""Plan: the contracts of a user's track events, visitors and accounts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct, field

from pendo_contracts.contract import MAX_VIOLATIONS, to_pointer, without_lone_surrogates
from pendo_contracts.keyword_explanations import explain
from pendo_contracts.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import jsonschema_rs

Choice: TypeAlias = Literal["error", "warning", "allowed"]

VERSION: Final = 1
PLAN_PREFIX: Final = "plan:"
DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"
DRAFT_2020_12: Final = "https://json-schema.org/draft/2020-12/schema"


class PlannedSchema(Struct, frozen=True, dict=True):
    """The JSON Schema of one event's properties or of one metadata object; `name` is the event or the object.

    Only the document is sent to other processes; each process compiles it when it first needs it.
    """

    name: str
    document: Any

    def __reduce__(self) -> tuple[type[PlannedSchema], tuple[str, Any]]:
        return PlannedSchema, (self.name, self.document)

    @property
    def contract(self) -> str:
        """The name of the contract in findings."""
        return f"{PLAN_PREFIX}{self.name}"

    @cached_property
    def compiled(self) -> jsonschema_rs.Draft202012Validator | jsonschema_rs.Draft7Validator:
        """The compiled validator; formats are not checked, as in the packaged contracts, and nothing is fetched."""
        import jsonschema_rs  # noqa: PLC0415 - only a plan needs it here

        if is_draft_07(self.document):
            return jsonschema_rs.Draft7Validator(self.document, validate_formats=False, offline=True)
        return jsonschema_rs.Draft202012Validator(self.document, validate_formats=False, offline=True)

    def violations(self, value: Any) -> tuple[Violation, ...]:
        """List at most MAX_VIOLATIONS broken constraints, sorted by pointer; () if the value keeps the schema."""
        try:
            return self._violations(value)
        except UnicodeEncodeError:
            return self._violations(without_lone_surrogates(value))

    def _violations(self, value: Any) -> tuple[Violation, ...]:
        if self.compiled.is_valid(value):
            return ()
        found: set[Violation] = set()
        for error in self.compiled.iter_errors(value):
            schema_path = _with_empty_names(self.document, error.schema_path)
            keyword, wanted = _constraint(self.document, schema_path)
            message, fix = explain(keyword, wanted, error.instance)
            rule, pointer = to_pointer(schema_path), to_pointer(_instance_path(value, error))
            found.add(Violation(self.contract, rule, pointer, message, fix))
            if len(found) >= MAX_VIOLATIONS:
                break
        return tuple(sorted(found, key=lambda one: (one.pointer, one.rule)))


def _with_empty_names(value: Any, path: Iterable[str | int]) -> list[str | int]:
    """Return a path with the empty names that it lacks: jsonschema-rs leaves them out."""
    complete: list[str | int] = []
    for step in path:
        while isinstance(value, dict) and step not in value and "" in value:
            complete.append("")
            value = value[""]
        complete.append(step)
        value = value[step]
    return complete


def _instance_path(value: Any, error: jsonschema_rs.ValidationError) -> list[str | int]:
    """Return the path of an error in the value, with its empty names."""
    path = _with_empty_names(value, error.instance_path)
    for step in path:
        value = value[step]
    while isinstance(value, dict) and "" in value and value != error.instance:
        path.append("")
        value = value[""]
    return path


def _constraint(schema: Any, path: list[str | int]) -> tuple[str, Any]:
    """Return the keyword at the end of a schema path and its value; `not` for the schema false."""
    value = schema
    for step in path:
        value = value[step]
    return ("not", None) if value is False and path[-1:] != ["additionalProperties"] else (str(path[-1]), value)


def is_draft_07(document: Any) -> bool:
    """Return whether a schema is written for draft-07; other schemas are for 2020-12."""
    dialect = document.get("$schema") if isinstance(document, dict) else None
    return isinstance(dialect, str) and dialect.rstrip("#") == DRAFT_07.rstrip("#")


class Plan(Struct, frozen=True, dict=True):
    """A user's contracts: the schema of the properties of each event, and of the metadata of visitors and accounts.

    `unplanned_events` and `unplanned_properties` say what an event or a property that the plan does not name is.
    """

    name: str = ""
    events: Mapping[str, PlannedSchema] = field(default_factory=dict)
    visitor: PlannedSchema | None = None
    account: PlannedSchema | None = None
    parent_account: PlannedSchema | None = None
    unplanned_events: Choice = "warning"
    unplanned_properties: Choice = "warning"

    @property
    def objects(self) -> dict[str, PlannedSchema]:
        """The planned metadata objects by name: `visitor`, `account` and `parent_account`."""
        found = {"visitor": self.visitor, "account": self.account, "parent_account": self.parent_account}
        return {name: schema for name, schema in found.items() if schema is not None}

    def as_document(self) -> dict[str, Any]:
        """Return the plan as a native document; `read_plan` returns an equal plan for it."""
        return {
            "version": VERSION,
            **({"name": self.name} if self.name else {}),
            "unplanned_events": self.unplanned_events,
            "unplanned_properties": self.unplanned_properties,
            "events": {name: schema.document for name, schema in self.events.items()},
            **{name: schema.document for name, schema in self.objects.items()},
        }
