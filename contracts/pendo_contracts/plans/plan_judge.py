"""Judges the track events and the metadata of a request by a tracking plan."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.contract import MAX_VIOLATIONS, from_pointer, to_pointer
from pendo_contracts.finding import RULES_CONTRACT, finding_of
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.planned_values import METADATA_NAMES, track_properties
from pendo_contracts.plans.unplanned import unplanned_properties
from pendo_contracts.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding, Severity
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.plans.plan import Choice, Plan, PlannedSchema
    from pendo_contracts.rules.observation import MetadataObject, Observation
    from pendo_contracts.rules.request_facts import EventFact

UNPLANNED_EVENT: Final = "plan-unplanned-event"
UNPLANNED_PROPERTY: Final = "plan-unplanned-property"
PLAN_RULES: Final = (UNPLANNED_EVENT, UNPLANNED_PROPERTY)
MAX_FINDINGS: Final = 1_000

_SEVERITIES: Final[dict[Choice, Severity | None]] = {"error": "error", "warning": "warning", "allowed": None}
# The agent adds these members to the metadata (observed); a plan judges them only if it names them.
_ADDED: Final = ("id", "language")


def judge_by_plan(plan: Plan, observation: Observation) -> list[Finding]:
    """Return the findings of a plan about a request, at most MAX_FINDINGS: first those about events, then metadata.

    The last finding has the number of further findings.
    """
    found = _findings(plan, observation)
    kept = list(islice(found, MAX_FINDINGS))
    if further := sum(1 for _ in found):
        kept[-1] = replace(kept[-1], further=further)
    return kept


def _findings(plan: Plan, observation: Observation) -> Iterator[Finding]:
    request = observation.request
    for event, pointer, properties in track_properties(observation):
        yield from _judge_track(plan, request, event, pointer, properties)
    objects = plan.objects
    for metadata in observation.metadata:
        if schema := objects.get(METADATA_NAMES[metadata.object]):
            yield from _judge_metadata(plan, schema, request, metadata)


def _judge_track(
    plan: Plan, request: JudgedRequest, event: EventFact, pointer: str, properties: Any
) -> Iterator[Finding]:
    schema = plan.events.get(event.name)
    if schema is None:
        if severity := _SEVERITIES[plan.unplanned_events]:
            message, fix = _unplanned_event(plan, event.name)
            value = request.beacon.events[event.index].value
            name = "track_event_name" if "track_event_name" in value else "event"
            violation = Violation(RULES_CONTRACT, UNPLANNED_EVENT, f"/{name}", message, fix)
            yield finding_of(request, violation, event.type, event.index, severity)
        return
    yield from _judge_value(plan, schema, request, event.type, event.index, pointer, properties)


def _unplanned_event(plan: Plan, name: str) -> tuple[str, str]:
    near = nearest(name, plan.events)
    fix = f"did you mean {shorten(near)}?" if near else "add the event to the plan, or do not send it"
    return f"the event {shorten(name)} is not in the tracking plan", fix


def _judge_metadata(
    plan: Plan, schema: PlannedSchema, request: JudgedRequest, metadata: MetadataObject
) -> Iterator[Finding]:
    members = metadata.members
    if not any(value is not None for value in members.values()):
        return  # the agent sends `{}` and `{"id": null}` for an object that it does not have (observed)
    added = [name for name in _ADDED if name in members and not _names(schema.document, name)]
    members = {name: value for name, value in members.items() if name not in added}
    kind = request.beacon.events[metadata.event_index].type
    yield from _judge_value(plan, schema, request, kind, metadata.event_index, metadata.pointer, members)


def _names(document: Any, name: str) -> bool:
    return isinstance(document, dict) and any(
        name in document.get(keyword, ()) for keyword in ("properties", "required")
    )


def _judge_value(
    plan: Plan, schema: PlannedSchema, request: JudgedRequest, kind: str, index: int, base: str, value: Any
) -> Iterator[Finding]:
    for violation in schema.violations(value):
        placed = replace(violation, pointer=base + violation.pointer)
        yield _named(finding_of(request, placed, kind, index), schema)
    severity = _SEVERITIES[plan.unplanned_properties]
    if severity is None:
        return
    for path in islice(unplanned_properties(schema.document, value), MAX_VIOLATIONS):
        pointer = to_pointer(path)
        name = ".".join(from_pointer(pointer))
        message = f"the property {shorten(name)} of {shorten(schema.name)} is not in the tracking plan"
        fix = "add the property to the plan, or do not send it"
        violation = Violation(RULES_CONTRACT, UNPLANNED_PROPERTY, base + pointer, message, fix)
        yield _named(finding_of(request, violation, kind, index, severity), schema)


def _named(finding: Finding, schema: PlannedSchema) -> Finding:
    """Return a finding with the name of the planned event or object, so that findings of two objects differ."""
    return finding if finding.name else replace(finding, name=schema.name)
