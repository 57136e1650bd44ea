"""Reads a tracking plan from JSON Schemas, one file for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.plan_builder import OBJECTS, PlanBuilder
from pendo_contracts.plans.plan_errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pendo_contracts.plans.plan import Plan

_SUFFIXES: Final = (".json", ".schema")


def is_schema(document: Any) -> bool:
    """Return whether a document is a JSON Schema and not a plan."""
    if not isinstance(document, dict) or "version" in document or "events" in document:
        return False
    return any(name in document for name in ("$schema", "properties", "type", "$ref", "title", "allOf", "required"))


def read_schema_folder(folder: Path, read_text: Callable[[Path], str]) -> Plan:
    """Return the plan of the files `*.json` of a folder; raise PlanError with every problem of all files.

    The name of an event is the `title` of its schema, else the file's name. The files visitor, account and
    parent_account have the schemas of metadata.
    """
    builder = PlanBuilder(str(folder))
    files = sorted(file for file in folder.glob("*.json") if file.is_file())
    if not files:
        builder.add_problem("", "no file *.json in this folder; write one JSON Schema for each event")
    for file in files:
        try:
            add_schema(builder, file, read_json(read_text(file), str(file)))
        except PlanError as error:
            builder.problems += error.problems
    return builder.build()


def read_schema_file(file: Path, document: Any) -> Plan:
    """Return the plan of one JSON Schema; raise PlanError with every problem."""
    builder = PlanBuilder(str(file))
    add_schema(builder, file, document)
    return builder.build()


def add_schema(builder: PlanBuilder, file: Path, document: Any) -> None:
    """Add the schema of an event, or of a metadata object, to a plan."""
    name = file.name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    title = document.get("title") if isinstance(document, dict) else None
    if name in OBJECTS:
        builder.add_object(name, document, (), str(file))
    else:
        builder.add_event(title if isinstance(title, str) and title else name, document, (), str(file))
