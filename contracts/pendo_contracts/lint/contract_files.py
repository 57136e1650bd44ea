"""Reads the files of a lint: JSON Schemas, and tracking plans in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import to_pointer
from pendo_contracts.lint.lint import LintFinding
from pendo_contracts.lint.schema_documents import SchemaDocument
from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.loading import load_plan, read_plan, read_text
from pendo_contracts.plans.plan_errors import PlanError
from pendo_contracts.plans.segment_plan import is_segment

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.plans.plan import Plan

_CSV: Final = ".csv"
_OBJECTS: Final = ("visitor", "account", "parent_account")


def read_contract_file(path: Path) -> tuple[list[SchemaDocument], list[LintFinding]]:
    """Return the schemas of a file or of a folder with the schemas of a plan, and what is wrong with the file itself.

    The pointers of a Segment plan and of a CSV begin with the name of the event, because each event has its own schema.
    Raises PlanError for a file that cannot be read or that is not JSON.
    """
    place = str(path)
    if path.is_dir() or path.suffix.lower() == _CSV:
        try:
            return _plan_documents(load_plan(path), place), []
        except PlanError as error:
            return [], _findings(error)
    document = read_json(read_text(path), place)
    if is_segment(document):
        try:
            return _plan_documents(read_plan(document, place), place), []
        except PlanError as error:
            return [], _findings(error)
    if not _is_native(document):
        return [SchemaDocument(place, "", document)], []
    try:
        read_plan({**document, **{name: True for name in _OBJECTS if name in document}, "events": {}}, place)
        problems = []
    except PlanError as error:
        problems = _findings(error)
    return _native_documents(document, place), problems


def _is_native(document: Any) -> bool:
    return isinstance(document, dict) and "version" in document and "$schema" not in document


def _native_documents(document: dict[str, Any], place: str) -> list[SchemaDocument]:
    events = document.get("events", {})
    pairs: list[tuple[tuple[str, ...], Any]] = []
    if isinstance(events, dict):
        pairs += [(("events", name), schema) for name, schema in events.items()]
    pairs += [((name,), document[name]) for name in _OBJECTS if name in document]
    return [SchemaDocument(place, to_pointer(path), schema) for path, schema in pairs]


def _plan_documents(plan: Plan, place: str) -> list[SchemaDocument]:
    schemas = [*plan.events.values(), *plan.objects.values()]
    return [SchemaDocument(place, to_pointer((schema.name,)), schema.document) for schema in schemas]


def _findings(error: PlanError) -> list[LintFinding]:
    return [LintFinding(problem.place, "", "error", problem.message) for problem in error.problems]
