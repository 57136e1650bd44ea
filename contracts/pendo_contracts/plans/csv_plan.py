"""Reads a tracking plan from CSV, with the columns event, property, type, required, description, enum and pattern."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.plan_builder import OBJECTS, PlanBuilder

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Plan

COLUMNS: Final = ("event", "property", "type", "required", "description", "enum", "pattern")
TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")

_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0", ""})
_OBJECT: Final = "@"
_ITEMS: Final = "[]"
_DOT: Final = re.compile(r"(?<!\\)\.")


def read_csv(text: str, place: str) -> Plan:
    r"""Return the plan of a CSV text; raise PlanError with every problem and its line.

    A row is a property of an event, of `@visitor`, `@account` or `@parent_account`; a row without a property names an
    event. `address.city` is a property of the object `address`, `items[].price` one of the objects in the array
    `items`; `\.` is a dot in a name. Several types or values of an enum are separated by `|`.
    """
    builder = PlanBuilder(place)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    schemas: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    try:
        header = _read_header(builder, next(rows, []), place)
        for row in rows:
            if header and any(cell.strip() for cell in row):
                cells = {name: row[index].strip() for name, index in header.items() if index < len(row)}
                lines.setdefault(cells.get("event", ""), rows.line_num)
                _read_row(builder, schemas, cells, f"{place}: line {rows.line_num}")
    except csv.Error as error:
        builder.add_problem("", f"not CSV: {error}; correct the quotes", f"{place}: line {rows.line_num}")
    for name, schema in schemas.items():
        where = f"{place}: line {lines[name]}"
        if not name.startswith(_OBJECT):
            builder.add_event(name, schema, (), where)
        elif name[1:] in OBJECTS:
            builder.add_object(name[1:], schema, (), where)
        else:
            known = ", ".join(f"{_OBJECT}{one}" for one in OBJECTS)
            builder.add_problem("", f"{shorten(name)} is not a metadata object; use {known}", where)
    return builder.build()


def _read_header(builder: PlanBuilder, row: list[str], place: str) -> dict[str, int]:
    """Return the position of each column; {} after a problem, because no row can be read then."""
    names = [name.strip().lower() for name in row]
    problems = len(builder.problems)
    for name in names:
        if name not in COLUMNS:
            near = nearest(name, COLUMNS)
            hint = f"did you mean {near}?" if near else f"a plan has {', '.join(COLUMNS)}"
            builder.add_problem("", f"{shorten(name)} is not a column; {hint}", f"{place}: line 1")
        elif names.count(name) > 1:
            builder.add_problem("", f"the column {shorten(name)} is there twice; keep one of them", f"{place}: line 1")
    if not {"event", "property"} <= set(names):
        builder.add_problem("", "the columns event and property are needed in the first line", f"{place}: line 1")
    return {} if len(builder.problems) > problems else {name: index for index, name in enumerate(names)}


def _read_row(builder: PlanBuilder, schemas: dict[str, dict[str, Any]], cells: dict[str, str], where: str) -> None:
    event = cells.get("event", "")
    if not event:
        builder.add_problem("", "the row has no event; write the name of the event in each row", where)
        return
    schema = schemas.setdefault(event, {"type": "object", "properties": {}})
    if not (name := cells.get("property", "")):
        if cells.get("description"):
            schema["description"] = cells["description"]
        return
    required = cells.get("required", "").lower()
    if required not in _YES | _NO:
        builder.add_problem("", f"{shorten(required)} is not true or false in the column required", where)
    members = _property_schema(builder, cells, where)
    parent, last = _find_parent(schema, name)
    known = parent["properties"].get(last, {})
    if last in parent["properties"] and not known.pop("$comment", None):
        text = f"the property {shorten(name)} of {shorten(event)} is planned twice; keep one row"
        builder.add_problem("", text, where)
        return
    parent["properties"][last] = {**known, **members}
    if required in _YES:
        parent.setdefault("required", []).append(last)


def _find_parent(schema: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """Return the schema of the object that a property belongs to, and the last part of its name."""
    *outer, last = (part.replace("\\.", ".") for part in _DOT.split(name))
    for part in outer:
        is_array = part.endswith(_ITEMS)
        schema = schema["properties"].setdefault(part.removesuffix(_ITEMS), {"$comment": "named by its members"})
        if is_array:
            schema.setdefault("type", "array")
            schema = schema.setdefault("items", {})
        schema.setdefault("type", "object")
        schema.setdefault("properties", {})
    return schema, last


def _property_schema(builder: PlanBuilder, cells: dict[str, str], where: str) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    kinds = [kind.strip().lower() for kind in cells.get("type", "").split("|") if kind.strip()]
    for kind in kinds:
        if kind not in TYPES:
            near = nearest(kind, TYPES)
            hint = f"did you mean {near}?" if near else f"use {', '.join(TYPES)}"
            builder.add_problem("", f"{shorten(kind)} is not a type; {hint}", where)
    if kinds and set(kinds) <= set(TYPES):
        schema["type"] = kinds[0] if len(kinds) == 1 else kinds
    if cells.get("description"):
        schema["description"] = cells["description"]
    if cells.get("enum"):
        schema["enum"] = [_enum_value(value.strip(), kinds) for value in cells["enum"].split("|")]
    if cells.get("pattern"):
        schema["pattern"] = cells["pattern"]
    return schema


def _enum_value(text: str, kinds: list[str]) -> Any:
    """Return a value of an enum: a text, unless the types of the property exclude that."""
    if not kinds or ("string" in kinds and not (text == "null" and "null" in kinds)):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
