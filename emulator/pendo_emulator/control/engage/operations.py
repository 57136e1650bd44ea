"""The rows of the Engage API's views in the table of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, PROBLEM, operation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation

_PATH: Final = f"{KEY_PATH}/engage"
_STRING: Final = {"type": "string"}
_OBJECT: Final = {"type": "object"}
_FLAG: Final = {"enum": ["true", "false"]}
_KEY: Final = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
_LISTS: Final = ("pages", "features", "guides", "reports", "groups")
_WRONG: Final = Answer("The body is wrong: the title names the place.", reference("Problem"), PROBLEM)
_QUERY_PARAMETERS: Final = (
    Parameter("explain", _FLAG | {"default": "false"}, "Also return the rows after each step."),
    Parameter("exchanges", _FLAG | {"default": "true"}, "Add the column `exchanges` to rows of events."),
)


def engage_operations() -> Iterator[Operation]:
    """Yield the operations of the Engage API's views."""
    keys = Answer("The integration keys.", reference("EngageKeys"))
    definitions = Answer("The definitions.", object_of(dict.fromkeys(_LISTS, list_of(_OBJECT))))
    rows = Answer("The rows.", object_of({"results": list_of(_OBJECT), "notes": list_of(_STRING)}))
    limit = Answer("The pipeline exceeds a limit.", reference("Problem"), PROBLEM)
    chosen = {
        "type": "object", "properties": {"read_only": _KEY, "read_write": _KEY}, "additionalProperties": False,
        "minProperties": 1,
    }  # fmt: skip
    path = f"{_PATH}/definitions"
    yield operation_of("GET", _PATH, "engage", "Return the integration keys of one key.", {200: keys}, (API_KEY,))
    yield operation_of(
        "PUT", _PATH, "engage", "Choose integration keys.", {200: keys, 400: _WRONG}, (API_KEY,), body=chosen
    )
    yield operation_of("GET", path, "engage", "List the definitions of one key.", {200: definitions}, (API_KEY,))
    yield operation_of(
        "PUT", path, "engage", "Replace definitions of one key.", {200: definitions, 400: _WRONG}, (API_KEY,),
        body=_OBJECT,
    )  # fmt: skip
    yield operation_of(
        "POST", f"{_PATH}/query", "engage", "Run a pipeline on the rows of one key.",
        {200: rows, 400: _WRONG, 402: limit}, (API_KEY, *_QUERY_PARAMETERS), body=_OBJECT,
    )  # fmt: skip


def engage_schemas() -> dict[str, Any]:
    """Return the schema of integration keys."""
    return {"EngageKeys": object_of({"read_only": _STRING, "read_write": _STRING, "settings": _OBJECT})}
