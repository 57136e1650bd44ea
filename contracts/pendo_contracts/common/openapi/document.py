"""Makes the OpenAPI 3.1 document of a table of operations."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.operation import JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_contracts.common.openapi.operation import Answer, Operation, Parameter

OPENAPI_VERSION: Final = "3.1.0"

_NOT_IN_IDS: Final = re.compile(r"\W+", re.ASCII)


def openapi_document(
    title: str,
    description: str,
    operations: Iterable[Operation],
    schemas: Mapping[str, Mapping[str, Any]],
    security_schemes: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the OpenAPI document; `schemas` are the components to which the operations refer."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe_operation(operation)
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": title, "version": version("pendo-emulator"), "description": description},
        "paths": paths,
        "components": {"schemas": dict(schemas), "securitySchemes": dict(security_schemes)},
    }


def reference(name: str) -> dict[str, str]:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": dict(schema)}


def object_of(members: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of an object that has all of `members`, and may have the `optional` ones."""
    return {"type": "object", "properties": {**members, **(optional or {})}, "required": list(members)}


def _describe_operation(operation: Operation) -> dict[str, Any]:
    also = f"The same as {', '.join(operation.aliases)}." if operation.aliases else ""
    described: dict[str, Any] = {
        "operationId": f"{operation.method.lower()}_{_NOT_IN_IDS.sub('_', operation.path).strip('_') or 'index'}",
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": " ".join(filter(None, (operation.description, also))),
        "parameters": [_describe_parameter(parameter) for parameter in operation.parameters],
        "responses": {str(status): _describe_answer(answer) for status, answer in operation.answers.items()},
        "security": [{name: []} if name else {} for name in operation.security],
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": dict(operation.body)}}}
    return described


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _describe_answer(answer: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.description}
    if answer.headers:
        described["headers"] = {
            name: {"required": True, "schema": dict(schema)} for name, schema in answer.headers.items()
        }
    if answer.media_type:
        described["content"] = {answer.media_type: {"schema": dict(answer.schema)} if answer.schema else {}}
    return described
