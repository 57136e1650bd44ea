"""Reads a Segment tracking plan as JSON: the rules of the Public API, or a plan of the older Config API.

The Public API answers `{"data": {"rules": [{"type", "key", "jsonSchema", "version"}], "pagination"}}` (documented). The
schema of a rule describes the whole event; its `properties` are the properties of a TRACK event, its `traits` those of
IDENTIFY and GROUP (observed). The Config API has `rules.events[].rules`, `rules.identify` and `rules.group` (assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.native_plan import read_choices
from pendo_contracts.plans.plan import DRAFT_07
from pendo_contracts.plans.plan_builder import PlanBuilder

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Plan

_Path = tuple[str | int, ...]

_OBJECTS: Final = {"IDENTIFY": "visitor", "GROUP": "account"}
# Rules for calls that reach Pendo without their properties, or for all calls; they are not judged.
_OTHER_TYPES: Final = frozenset({"COMMON", "PAGE", "SCREEN"})
_TYPES: Final = ("TRACK", *_OBJECTS, *sorted(_OTHER_TYPES))
# Members that Segment adds to its schemas and that are no keywords (assumed).
_ANNOTATIONS: Final = frozenset({"labels", "id", "key", "version"})
_DEFINITIONS: Final = ("definitions", "$defs")
_INSIDE: Final = {"properties": "#/properties/properties", "traits": "#/properties/traits"}


def is_segment(document: Any) -> bool:
    """Return whether a document has the form of a Segment tracking plan."""
    return _rules(document)[0] is not None


def read_segment(document: Any, place: str) -> Plan:
    """Return the plan of a Segment document; raise PlanError with every problem."""
    builder = PlanBuilder(place)
    rules, path, holder = _rules(document)
    for about in (document, holder, holder.get("trackingPlan")) if isinstance(document, dict) else ():
        if isinstance(about, dict):
            name = about.get("display_name") or about.get("name") or builder.name
            builder.name = name if isinstance(name, str) else builder.name
    if isinstance(document, dict):
        read_choices(builder, document)
    _check_pagination(builder, holder, rules)
    if isinstance(rules, list):
        _read_rules(builder, rules, path)
    elif isinstance(rules, dict):
        _read_config_rules(builder, rules, path)
    return builder.build()


def _rules(document: Any) -> tuple[Any, _Path, dict[str, Any]]:
    """Return the rules of a document, their path, and the object that contains them; None if there are none."""
    if isinstance(document, list) and document and all(isinstance(one, dict) and "key" in one for one in document):
        return document, (), {}
    if isinstance(document, dict):
        data = document.get("data")
        for holder, path in ((document, ()), (data, ("data",))):
            if isinstance(holder, dict) and isinstance(holder.get("rules"), list | dict):
                return holder["rules"], (*path, "rules"), holder
            plan = holder.get("trackingPlan") if isinstance(holder, dict) else None
            if isinstance(plan, dict) and isinstance(plan.get("rules"), list | dict):
                return plan["rules"], (*path, "trackingPlan", "rules"), plan
    return None, (), {}


def _check_pagination(builder: PlanBuilder, holder: dict[str, Any], rules: Any) -> None:
    """Refuse one page of several, because all events of the other pages would be unplanned (documented: `next`)."""
    pagination = holder.get("pagination")
    if isinstance(pagination, dict) and pagination.get("next"):
        total = pagination.get("totalEntries", "more")
        builder.add_problem(
            "/data/pagination/next",
            f"only {len(rules)} of {shorten(total)} rules: fetch the other pages too, and join their `rules`",
        )


def _read_rules(builder: PlanBuilder, rules: list[Any], path: _Path) -> None:
    """Read rules of the Public API; of several versions of an event, the highest one counts (assumed)."""
    latest: dict[tuple[str, str], tuple[Any, int]] = {}
    for index, rule in enumerate(rules):
        place = (*path, index)
        if not isinstance(rule, dict):
            builder.add_problem(_at(place), f"{shorten(rule)} is not a rule; write an object with type and jsonSchema")
            continue
        kind, key, version = rule.get("type"), rule.get("key"), rule.get("version", 1)
        if kind in _OTHER_TYPES:
            continue
        if kind != "TRACK" and kind not in _OBJECTS:
            near = nearest(kind, _TYPES) if isinstance(kind, str) else None
            hint = f"did you mean {near}?" if near else f"Segment has {', '.join(_TYPES)}"
            builder.add_problem(_at((*place, "type")), f"{shorten(kind)} is not a type of rule; {hint}")
        elif kind == "TRACK" and not (isinstance(key, str) and key):
            builder.add_problem(_at((*place, "key")), "a TRACK rule needs the name of its event as key")
        elif not isinstance(version, int | float) or isinstance(version, bool):
            builder.add_problem(_at((*place, "version")), f"{shorten(version)} is not a version; write a number")
        else:
            name = (kind, str(key) if kind == "TRACK" else "")
            known = latest.get(name)
            if known and known[0] == version:
                text = f"{shorten(key or kind)} has version {version} twice; keep one of them"
                builder.add_problem(_at(place), text)
            elif not known or version > known[0]:
                latest[name] = version, index
    for (kind, key), (_, index) in latest.items():
        _add_rule(builder, kind, key, rules[index].get("jsonSchema", {}), (*path, index, "jsonSchema"))


def _read_config_rules(builder: PlanBuilder, rules: dict[str, Any], path: _Path) -> None:
    events = rules.get("events", [])
    if not isinstance(events, list):
        builder.add_problem(_at((*path, "events")), f"{shorten(events)} is not a list of events")
        return
    for index, event in enumerate(events):
        place = (*path, "events", index)
        if not isinstance(event, dict) or not isinstance(event.get("name"), str):
            builder.add_problem(_at(place), "an event needs a name and rules")
        else:
            _add_rule(builder, "TRACK", event["name"], event.get("rules", {}), (*place, "rules"))
    for member, kind in (("identify", "IDENTIFY"), ("group", "GROUP")):
        if rules.get(member):
            _add_rule(builder, kind, "", rules[member], (*path, member))


def _add_rule(builder: PlanBuilder, kind: str, key: str, schema: Any, path: _Path) -> None:
    member = "properties" if kind == "TRACK" else "traits"
    if not isinstance(schema, dict) or not isinstance(schema.get("properties", {}), dict):
        builder.add_problem(_at(path), f"{shorten(schema)} is not the JSON Schema of an event")
        return
    inner = schema.get("properties", {}).get(member, {})
    if not isinstance(inner, dict):
        builder.add_problem(_at((*path, "properties", member)), f"{shorten(inner)} is not a JSON Schema")
        return
    shared = {name: schema[name] for name in _DEFINITIONS if name in schema}
    # A planned event without properties has none: its other properties are unplanned.
    found = {"properties": {}, **_without_annotations(inner), **_without_annotations(shared)}
    document = {"$schema": schema.get("$schema", DRAFT_07), **_with_moved_references(found, _INSIDE[member])}
    place = (*path, "properties", member)
    if kind == "TRACK":
        builder.add_event(key, document, place)
    else:
        builder.add_object(_OBJECTS[kind], document, place)


def _without_annotations(schema: Any, *, names_only: bool = False) -> Any:
    """Return a schema without Segment's annotations; members below `properties` are names of users, not keywords."""
    if isinstance(schema, list):
        return [_without_annotations(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    containers = {"properties", "patternProperties", *_DEFINITIONS}
    return {
        name: value
        if name in ("enum", "const", "default", "examples") and not names_only
        else _without_annotations(value, names_only=name in containers and not names_only)
        for name, value in schema.items()
        if names_only or name not in _ANNOTATIONS
    }


def _with_moved_references(schema: Any, prefix: str) -> Any:
    """Return a schema whose references into its own part of the event's schema begin at the part."""
    if isinstance(schema, list):
        return [_with_moved_references(item, prefix) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {name: _with_moved_references(value, prefix) for name, value in schema.items()}
    reference = moved.get("$ref")
    if isinstance(reference, str) and (reference == prefix or reference.startswith(f"{prefix}/")):
        moved["$ref"] = f"#{reference.removeprefix(prefix)}"
    return moved


def _at(path: _Path) -> str:
    return "".join(f"/{step}" for step in path)
