"""Reads the project's own form of a plan: `{"version": 1, "events": {NAME: SCHEMA}, "visitor": SCHEMA, ...}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.plan import VERSION, Choice
from pendo_contracts.plans.plan_builder import OBJECTS, PlanBuilder

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Plan

CHOICES: Final[tuple[Literal["unplanned_events", "unplanned_properties"], ...]] = (
    "unplanned_events",
    "unplanned_properties",
)
_MEMBERS: Final = ("version", "name", *CHOICES, "events", *OBJECTS, "$comment")


def read_native(document: Any, place: str) -> Plan:
    """Return the plan of a native document; raise PlanError with every problem."""
    builder = PlanBuilder(place)
    if not isinstance(document, dict):
        builder.add_problem("", f"{shorten(document)} is not a plan; write an object with `version` and `events`")
        return builder.build()
    if document.get("version") != VERSION or isinstance(document.get("version"), bool):
        builder.add_problem("/version", f'write "version": {VERSION}, the version of the form of this file')
    for name in document:
        if name not in _MEMBERS:
            near = nearest(name, _MEMBERS)
            hint = f"did you mean {near}?" if near else f"a plan has {', '.join(_MEMBERS)}"
            builder.add_problem(to_pointer([name]), f"{shorten(name)} is not a member of a plan; {hint}")
    if isinstance(name := document.get("name", ""), str):
        builder.name = name
    else:
        builder.add_problem("/name", f"{shorten(name)} is not a text")
    read_choices(builder, document)
    events = document.get("events", {})
    if isinstance(events, dict):
        for name, schema in events.items():
            builder.add_event(name, schema, ("events", name))
    else:
        builder.add_problem("/events", f"{shorten(events)} is not an object of schemas by event name")
    for name in OBJECTS:
        if name in document:
            builder.add_object(name, document[name], (name,))
    return builder.build()


def read_choices(builder: PlanBuilder, document: dict[str, Any]) -> None:
    """Read what unplanned events and properties are: error, warning or allowed."""
    for name in CHOICES:
        if name not in document:
            continue
        value = document[name]
        if value in get_args(Choice):
            builder.choices[name] = value
        else:
            builder.add_problem(f"/{name}", f"{shorten(value)} is not one of {', '.join(get_args(Choice))}")
